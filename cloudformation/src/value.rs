//! A property that is a literal of some type or an intrinsic function.

use std::fmt;
use std::str::FromStr;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Expr;

/// A literal, or an expression that `CloudFormation` turns into one.
///
/// A literal written as text where a number or a word is due (`"30"`, or a word this version does not
/// know) reads as [`Value::Expr`] of an [`Expr::Literal`], so nothing read is ever lost;
/// [`Value::known`] sees through it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<T> {
    /// The value itself.
    Literal(T),
    /// An intrinsic function, or text that stands for the value.
    Expr(Expr),
}

impl<T: Clone + FromStr> Value<T> {
    /// The value when it is written in the template; `None` when an intrinsic function decides it or
    /// the text does not read as one.
    pub fn known(&self) -> Option<T> {
        match self {
            Self::Literal(literal) => Some(literal.clone()),
            Self::Expr(expr) => expr.as_literal()?.parse().ok(),
        }
    }
}

impl<T> Value<T> {
    /// The literal; `None` for any expression.
    pub fn literal(&self) -> Option<&T> {
        match self {
            Self::Literal(literal) => Some(literal),
            Self::Expr(_) => None,
        }
    }
}

impl<T> From<Expr> for Value<T> {
    fn from(expr: Expr) -> Self {
        Self::Expr(expr)
    }
}

impl From<bool> for Value<bool> {
    fn from(literal: bool) -> Self {
        Self::Literal(literal)
    }
}

impl From<u32> for Value<u32> {
    fn from(literal: u32) -> Self {
        Self::Literal(literal)
    }
}

impl<N: Into<Number>> From<N> for Value<Number> {
    fn from(literal: N) -> Self {
        Self::Literal(literal.into())
    }
}

impl<T: Serialize> Serialize for Value<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Literal(literal) => literal.serialize(serializer),
            Self::Expr(expr) => expr.serialize(serializer),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Value<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        if Expr::is_intrinsic(&json) {
            return Expr::from_json(json).map(Self::Expr).map_err(D::Error::custom);
        }
        match T::deserialize(&json) {
            Ok(literal) => Ok(Self::Literal(literal)),
            Err(_) if json.is_string() || json.is_number() || json.is_boolean() => Expr::from_json(json).map(Self::Expr).map_err(D::Error::custom),
            Err(error) => Err(D::Error::custom(misfit(&json, &error))),
        }
    }
}

/// Why `json` is no literal of the type, in words of the template rather than of this program.
fn misfit(json: &serde_json::Value, error: &serde_json::Error) -> String {
    match json {
        serde_json::Value::Array(_) => "a list stands where one value is due".to_owned(),
        serde_json::Value::Null => "null stands where a value is due".to_owned(),
        serde_json::Value::Object(_) => {
            let message = error.to_string();
            if message.starts_with("invalid type: map") { "a structure stands where a single value is due".to_owned() } else { message }
        }
        _ => error.to_string(),
    }
}

/// A number that writes without a fraction when it has none: `5`, not `5.0`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Number(f64);

/// Up to here an `f64` holds every integer exactly (2^53).
const EXACT_INTEGERS: f64 = 9_007_199_254_740_992.0;

impl Number {
    /// The number as a double, as `CloudWatch` treats it.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Self(number)
    }
}

impl From<u32> for Number {
    fn from(number: u32) -> Self {
        Self(f64::from(number))
    }
}

impl From<i32> for Number {
    fn from(number: i32) -> Self {
        Self(f64::from(number))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for Number {
    type Err = std::num::ParseFloatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 && self.0.abs() <= EXACT_INTEGERS {
            #[expect(clippy::cast_possible_truncation, reason = "checked to be an integer below 2^53")]
            let integer = self.0 as i64;
            serializer.serialize_i64(integer)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self)
    }
}

/// A word that is not in a closed set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown value `{word}`, use one of {known}")]
pub struct UnknownWord {
    word: String,
    known: String,
}

impl UnknownWord {
    /// `word` was found where one of `known` was due.
    pub fn new<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self { word: word.to_owned(), known: known.collect::<Vec<_>>().join(", ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloudwatch::TreatMissingData;

    #[test]
    fn a_number_without_fraction_writes_as_integer() {
        let written = |number: f64| serde_json::to_string(&Number::from(number)).unwrap();
        assert_eq!(written(5.0), "5");
        assert_eq!(written(-3.0), "-3");
        assert_eq!(written(0.25), "0.25");
        assert_eq!(written(1e300), "1e+300");
    }

    #[test]
    fn text_that_stands_for_a_number_is_known() {
        let value: Value<u32> = serde_json::from_str("\"30\"").unwrap();
        assert_eq!(value, Value::Expr("30".into()));
        assert_eq!(value.known(), Some(30));
        assert_eq!(value.literal(), None);
    }

    #[test]
    fn an_intrinsic_is_not_known() {
        let value: Value<bool> = serde_json::from_str(r#"{"Ref":"Enabled"}"#).unwrap();
        assert_eq!(value, Value::Expr(Expr::reference("Enabled")));
        assert_eq!(value.known(), None);
    }

    #[test]
    fn a_word_of_a_later_version_is_kept() {
        let value: Value<TreatMissingData> = serde_json::from_str("\"guess\"").unwrap();
        assert_eq!(value.known(), None);
        assert_eq!(serde_json::to_string(&value).unwrap(), "\"guess\"");
    }

    #[test]
    fn a_structure_where_a_number_is_due_is_an_error() {
        for (text, message) in [
            ("[1]", "a list stands where one value is due"),
            (r#"{"a":1}"#, "a structure stands where a single value is due"),
            ("null", "null stands where a value is due"),
        ] {
            assert_eq!(serde_json::from_str::<Value<u32>>(text).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn the_error_names_the_words_that_would_do() {
        let error = "Ignore".parse::<TreatMissingData>().unwrap_err();
        assert_eq!(error.to_string(), "unknown value `Ignore`, use one of breaching, notBreaching, ignore, missing");
    }
}
