//! How the names of keys are defined: once, for the enum, its words and its descriptions.

/// An enum of keys: for each its name in a line and what it says, which is its documentation as well.
macro_rules! keys {
    ($(#[$attribute:meta])* $name:ident, $count:literal: $($variant:ident $key:literal $description:literal)*) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $description] $variant,)*
        }

        impl $name {
            /// Every key, in the order lines are written.
            pub const ALL: [Self; $count] = [$(Self::$variant,)*];

            /// What a line calls it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            /// What begins its member of a JSON object, behind another: comma, name and colon.
            pub const fn member(self) -> &'static str {
                match self { $(Self::$variant => concat!(",\"", $key, "\":"),)* }
            }

            /// What it says, in a sentence.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $description,)* }
            }
        }
    };
}

pub(super) use keys;
