//! The two macros that declare property structs and closed sets of words, so that every kind reads as
//! a table of its properties.

use indexmap::IndexMap;

/// Whether an optional property is to be left out of the written JSON.
pub(crate) trait Absent {
    /// True when nothing was set.
    fn is_absent(&self) -> bool;
}

impl<T> Absent for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T> Absent for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<K, V> Absent for IndexMap<K, V> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T> Absent for crate::List<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// Declares a struct of properties.
///
/// `required` properties must be present when read and are the arguments of `new`; `optional` ones are
/// left out of the JSON when unset. Properties the struct has no field for are kept in `rest`. Names
/// are `PascalCase` unless `camelCase` is asked for or a field carries its own `#[serde(rename)]`.
macro_rules! shape {
    ($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* }) => {
        $crate::shape::shape! { @build "PascalCase" $(#[$meta])* $name $($body)* }
    };
    (camelCase $(#[$meta:meta])* pub struct $name:ident { $($body:tt)* }) => {
        $crate::shape::shape! { @build "camelCase" $(#[$meta])* $name $($body)* }
    };
    (@build $case:literal $(#[$meta:meta])* $name:ident optional { $($optional:tt)* }) => {
        $crate::shape::shape! { @struct $case $(#[$meta])* #[derive(Default)] $name {} { $($optional)* } }
    };
    (@build $case:literal $(#[$meta:meta])* $name:ident required {
        $($(#[$rmeta:meta])* $rfield:ident: $rtype:ty,)*
    } optional {
        $($(#[$ometa:meta])* $ofield:ident: $otype:ty,)*
    }) => {
        $crate::shape::shape! {
            @struct $case $(#[$meta])* $name
            { $($(#[$rmeta])* $rfield: $rtype,)* } { $($(#[$ometa])* $ofield: $otype,)* }
        }

        impl $name {
            /// From the required properties alone; the rest unset.
            pub fn new($($rfield: impl Into<$rtype>),*) -> Self {
                Self {
                    $($rfield: $rfield.into(),)*
                    $($ofield: <$otype>::default(),)*
                    rest: serde_json::Map::new(),
                }
            }
        }
    };
    (@struct $case:literal $(#[$meta:meta])* $name:ident {
        $($(#[$rmeta:meta])* $rfield:ident: $rtype:ty,)*
    } {
        $($(#[$ometa:meta])* $ofield:ident: $otype:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = $case)]
        pub struct $name {
            $($(#[$rmeta])* pub $rfield: $rtype,)*
            $(
                $(#[$ometa])*
                #[serde(default, skip_serializing_if = "crate::shape::Absent::is_absent")]
                pub $ofield: $otype,
            )*
            /// What was read but has no field here, kept as read.
            #[serde(flatten)]
            pub rest: serde_json::Map<String, serde_json::Value>,
        }

        impl From<$name> for $crate::Value<$name> {
            fn from(literal: $name) -> Self {
                Self::Literal(literal)
            }
        }
    };
}
pub(crate) use shape;

/// Declares an enum of the words AWS accepts for a property, spelled as AWS spells them.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every word of the set, in declaration order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word as AWS spells it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::value::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word).ok_or_else(|| {
                    $crate::value::UnknownWord::new(word, Self::ALL.iter().map(|known| known.as_str()))
                })
            }
        }

        impl From<$name> for $crate::Value<$name> {
            fn from(word: $name) -> Self {
                Self::Literal(word)
            }
        }
    };
}
pub(crate) use words;
