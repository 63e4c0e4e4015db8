//! Lists that may be an intrinsic function, and the "one or many" of policy documents.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Expr;

/// A list property: its items, or an expression that yields a list.
///
/// An absent list and an empty one are the same: neither is written.
#[derive(Debug, Clone, PartialEq)]
pub enum List<T> {
    /// The items as written.
    Items(Vec<T>),
    /// `Ref` to a list parameter, `Fn::Split`, `Fn::If` of two lists, or a list one of whose items is an
    /// intrinsic function in the place of a structure ([`Expr::Opaque`]).
    Expr(Box<Expr>),
}

impl<T> List<T> {
    /// The items; none when an expression decides them.
    pub fn items(&self) -> &[T] {
        match self {
            Self::Items(items) => items,
            Self::Expr(_) => &[],
        }
    }

    /// Iterates over [`List::items`].
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items().iter()
    }

    /// True when there is neither an item nor an expression.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Items(items) if items.is_empty())
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::Items(Vec::new())
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self::Items(items)
    }
}

impl<T, const N: usize> From<[T; N]> for List<T> {
    fn from(items: [T; N]) -> Self {
        Self::Items(items.into())
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::Items(items.into_iter().collect())
    }
}

impl<T> From<Expr> for List<T> {
    fn from(expr: Expr) -> Self {
        Self::Expr(Box::new(expr))
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Items(items) => items.serialize(serializer),
            Self::Expr(expr) => expr.serialize(serializer),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        if Expr::is_intrinsic(&json) {
            return Expr::from_json(json).map(Self::from).map_err(D::Error::custom);
        }
        match Vec::<T>::deserialize(&json) {
            Ok(items) => Ok(Self::Items(items)),
            Err(error) => match json.as_array() {
                Some(items) if items.iter().any(Expr::is_intrinsic) => Ok(Self::from(Expr::Opaque(json))),
                Some(_) => Err(D::Error::custom(error)),
                None => Err(D::Error::custom("a single value stands where a list is due")),
            },
        }
    }
}

/// One item or a list of them: IAM accepts both, and reading keeps which it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// Written bare.
    One(T),
    /// Written as an array.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// All items.
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(item) => std::slice::from_ref(item),
            Self::Many(items) => items,
        }
    }

    /// Iterates over all items.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.as_slice().iter()
    }
}

impl<'a, T> IntoIterator for &'a OneOrMany<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> From<Vec<T>> for OneOrMany<T> {
    fn from(items: Vec<T>) -> Self {
        Self::Many(items)
    }
}

impl<const N: usize> From<[&str; N]> for OneOrMany<Expr> {
    fn from(items: [&str; N]) -> Self {
        Self::Many(items.into_iter().map(Expr::from).collect())
    }
}

impl<const N: usize> From<[Expr; N]> for OneOrMany<Expr> {
    fn from(items: [Expr; N]) -> Self {
        Self::Many(items.into())
    }
}

impl From<&str> for OneOrMany<Expr> {
    fn from(item: &str) -> Self {
        Self::One(item.into())
    }
}

impl From<Expr> for OneOrMany<Expr> {
    fn from(item: Expr) -> Self {
        Self::One(item)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        if json.is_array() {
            Vec::<T>::deserialize(json).map(Self::Many).map_err(D::Error::custom)
        } else {
            T::deserialize(json).map(Self::One).map_err(D::Error::custom)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tag;

    #[test]
    fn an_intrinsic_among_structures_keeps_the_whole_list() {
        let text = r#"[{"Key":"a","Value":"b"},{"Fn::If":["IsProd",{"Key":"c","Value":"d"},{"Ref":"AWS::NoValue"}]}]"#;
        let list: List<Tag> = serde_json::from_str(text).unwrap();
        assert!(matches!(&list, List::Expr(_)));
        assert!(list.items().is_empty() && !list.is_empty());
        assert_eq!(serde_json::to_string(&list).unwrap(), text);
    }

    #[test]
    fn a_wrong_item_is_an_error_and_not_kept_silently() {
        assert!(serde_json::from_str::<List<Tag>>(r#"[{"Value":"no key"}]"#).is_err());
    }

    #[test]
    fn one_or_many_remembers_which() {
        for text in [r#""s3:PutObject""#, r#"["s3:PutObject"]"#] {
            let items: OneOrMany<Expr> = serde_json::from_str(text).unwrap();
            assert_eq!(items.as_slice(), [Expr::from("s3:PutObject")]);
            assert_eq!(serde_json::to_string(&items).unwrap(), text);
        }
    }
}
