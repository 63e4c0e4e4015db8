//! The value of a metric filter: a number, a JSON selector, or a field of a space-delimited line.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::cursor::is_word;
use super::operand::parse_number;
use super::quota::MAX_METRIC_VALUE_CHARACTERS;
use super::{FilterPattern, PatternKind};
use crate::json::{Selector, SelectorError, Value};

/// What a matching event adds to a metric, as `MetricValue` properties spell it: `1`, `$.latency`, `$bytes` or `$7`.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricValue {
    text: String,
    source: Source,
}

#[derive(Clone, Debug, PartialEq)]
enum Source {
    Constant(f64),
    Selector(Selector),
    Field(String),
}

/// Why a text is no metric value, or not one for a given pattern.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MetricValueError {
    /// Neither a number nor a reference.
    #[error("`{0}` is no metric value")]
    Unknown(String),
    /// A selector that cannot be read.
    #[error(transparent)]
    Selector(#[from] SelectorError),
    /// A selector that may find several values.
    #[error("a metric value cannot select with a wildcard")]
    Wildcard,
    /// Longer than [`MAX_METRIC_VALUE_CHARACTERS`].
    #[error("a metric value has at most {MAX_METRIC_VALUE_CHARACTERS} characters")]
    TooLong,
    /// A selector beside a pattern that does not read JSON.
    #[error("a metric value can only select from JSON beside a JSON pattern")]
    NeedsJsonPattern,
    /// A field beside a pattern that has none such.
    #[error("the filter pattern has no field `{0}`")]
    NoSuchField(String),
}

impl MetricValueError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "write a number, `$.field` for a JSON log, or `$name` for a space-delimited one",
            Self::Selector(error) => error.hint(),
            Self::Wildcard => "name one member or index",
            Self::TooLong => "select something with a shorter path",
            Self::NeedsJsonPattern => "write a JSON pattern, for example `{ $.field = * }`",
            Self::NoSuchField(_) => "name the field in the pattern, or count it by position as `$1`",
        }
    }
}

impl MetricValue {
    /// Reads a metric value.
    ///
    /// # Errors
    /// Not a finite number, `$.selector` without wildcard, `$name` or `$1`; or too long.
    pub fn parse(text: &str) -> Result<Self, MetricValueError> {
        if text.chars().count() > MAX_METRIC_VALUE_CHARACTERS {
            return Err(MetricValueError::TooLong);
        }
        let unknown = || MetricValueError::Unknown(text.to_owned());
        let source = match text.strip_prefix('$') {
            Some(rest) if rest.starts_with('.') => {
                let selector = Selector::parse(text)?;
                if selector.has_wildcard() {
                    return Err(MetricValueError::Wildcard);
                }
                Source::Selector(selector)
            }
            Some(name) if !name.is_empty() && name.chars().all(is_word) => Source::Field(name.to_owned()),
            Some(_) => return Err(unknown()),
            None => Source::Constant(parse_number(text).ok_or_else(unknown)?),
        };
        Ok(Self { text: text.to_owned(), source })
    }

    /// Checks that `pattern` can supply the value.
    ///
    /// # Errors
    /// A selector beside a pattern that does not read JSON, or a field the pattern does not have. A position is accepted beside
    /// any space-delimited pattern that has `...` or as many fields.
    pub fn check(&self, pattern: &FilterPattern) -> Result<(), MetricValueError> {
        match &self.source {
            Source::Constant(_) => Ok(()),
            Source::Selector(_) if pattern.kind() == PatternKind::Json => Ok(()),
            Source::Selector(_) => Err(MetricValueError::NeedsJsonPattern),
            Source::Field(name) if pattern.may_have_field(name) => Ok(()),
            Source::Field(name) => Err(MetricValueError::NoSuchField(name.clone())),
        }
    }

    /// The sample an event gives. None when it does not match, and when the value is missing or no number (a string of digits
    /// in JSON is no number): `CloudWatch` then publishes nothing, not the default value.
    pub fn extract(&self, pattern: &FilterPattern, message: &str) -> Option<f64> {
        match &self.source {
            Source::Constant(number) => pattern.matches(message).then_some(*number),
            Source::Field(name) => parse_number(pattern.field(name, message)?),
            Source::Selector(selector) => {
                let number = selector.find(message).as_ref().and_then(Value::as_f64)?;
                pattern.matches(message).then_some(number)
            }
        }
    }

    /// The number, when it is the same for every event.
    pub fn constant(&self) -> Option<f64> {
        match self.source {
            Source::Constant(number) => Some(number),
            _ => None,
        }
    }

    /// The selector, when the value comes out of JSON.
    pub fn selector(&self) -> Option<&Selector> {
        match &self.source {
            Source::Selector(selector) => Some(selector),
            _ => None,
        }
    }

    /// The text it was read from.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for MetricValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for MetricValue {
    type Err = MetricValueError;

    fn from_str(text: &str) -> Result<Self, MetricValueError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(value: &str, pattern: &str, message: &str) -> Option<f64> {
        let pattern = FilterPattern::parse(pattern).unwrap();
        let value = MetricValue::parse(value).unwrap();
        assert_eq!(value.check(&pattern), Ok(()));
        value.extract(&pattern, message)
    }

    #[test]
    fn constants_count_matching_events() {
        assert_eq!(sample("1", "ERROR", "an ERROR"), Some(1.0));
        assert_eq!(sample("-2.5e1", "", "x"), Some(-25.0));
        assert_eq!(sample("1", "ERROR", "fine"), None);
    }

    #[test]
    fn selectors_take_numbers_only() {
        let pattern = "{ $.ok IS TRUE }";
        assert_eq!(sample("$.t[0].ms", pattern, r#"{"ok":true,"t":[{"ms":1.5e1}]}"#), Some(15.0));
        assert_eq!(sample("$.t", pattern, r#"{"ok":false,"t":1}"#), None);
        for other in ["\"1\"", "null", "true", "[1]", "{}", "1e999"] {
            assert_eq!(sample("$.t", pattern, &format!("{{\"ok\":true,\"t\":{other}}}")), None, "{other}");
        }
        assert_eq!(sample("$.t", pattern, r#"{"ok":true}"#), None);
    }

    #[test]
    fn fields_go_by_name_or_position() {
        let line = "::1 - [now] \"GET /\" 200 1534";
        assert_eq!(sample("$size", "[..., size]", line), Some(1534.0));
        assert_eq!(sample("$5", "[..., size]", line), Some(200.0));
        assert_eq!(sample("$6", "[..., size]", line), Some(1534.0));
        assert_eq!(sample("$9", "[..., size]", line), None);
        assert_eq!(sample("$ip", "[ip, ...]", line), None);
    }

    #[test]
    fn what_cannot_be_a_value_is_refused() {
        let error = |text: &str| MetricValue::parse(text).unwrap_err();
        assert_eq!(error("$.a[*]"), MetricValueError::Wildcard);
        assert!(matches!(error("$.a["), MetricValueError::Selector(_)));
        for text in ["", "$", "one", "inf", "$a b", "1 "] {
            assert_eq!(error(text), MetricValueError::Unknown(text.to_owned()));
        }
    }

    #[test]
    fn length_is_bounded_as_in_cloudformation() {
        let value = |characters: usize| format!("$.{}", "a".repeat(characters - 2));
        assert!(MetricValue::parse(&value(MAX_METRIC_VALUE_CHARACTERS)).is_ok());
        assert_eq!(MetricValue::parse(&value(MAX_METRIC_VALUE_CHARACTERS + 1)), Err(MetricValueError::TooLong));
    }

    #[test]
    fn the_pattern_must_supply_the_value() {
        let check = |value: &str, pattern: &str| MetricValue::parse(value).unwrap().check(&FilterPattern::parse(pattern).unwrap());
        assert_eq!(check("$.a", "ERROR"), Err(MetricValueError::NeedsJsonPattern));
        assert_eq!(check("$a", "[a, b]"), Ok(()));
        assert_eq!(check("$c", "[a, b]"), Err(MetricValueError::NoSuchField("c".into())));
        assert_eq!(check("$2", "[a, b]"), Ok(()));
        assert_eq!(check("$3", "[a, b]"), Err(MetricValueError::NoSuchField("3".into())));
        assert_eq!(check("$3", "[a, ...]"), Ok(()));
        assert_eq!(check("$0", "[...]"), Err(MetricValueError::NoSuchField("0".into())));
        assert_eq!(check("$a", "{ $.a = 1 }"), Err(MetricValueError::NoSuchField("a".into())));
    }
}
