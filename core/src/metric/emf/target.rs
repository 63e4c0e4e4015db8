//! Root members: what directives point at.

use std::{borrow::Cow, collections::BTreeMap};

use super::{MAX_TARGET_VALUES, MAX_TEXT, Violation};
use crate::{json::Value, metric::MAX_MAGNITUDE};

/// The root members of a document by name; of duplicates the last one counts, as everywhere in CloudWatch Logs.
pub(super) type Root<'a> = BTreeMap<Cow<'a, str>, Value<'a>>;

/// A string of 1 to `most` characters.
pub(super) fn text<'a>(value: Option<&Value<'a>>, most: usize) -> Option<Cow<'a, str>> {
    match value {
        Some(Value::String(text)) if !text.is_empty() && text.chars().count() <= most => Some(text.clone()),
        _ => None,
    }
}

/// The value of a dimension.
pub(super) fn dimension<'a>(root: &Root<'a>, name: &str) -> Result<Cow<'a, str>, Violation> {
    let target = root.get(name).ok_or(Violation::NoDimensionTarget)?;
    text(Some(target), MAX_TEXT).ok_or(Violation::BadDimensionTarget)
}

/// The values of a metric, at least one.
pub(super) fn values(root: &Root<'_>, name: &str) -> Result<Vec<f64>, Violation> {
    match root.get(name).ok_or(Violation::NoTarget)? {
        number @ Value::Number(_) => Ok(vec![sample(number)?]),
        array @ Value::Array(_) => {
            // One more than fits is enough to know that there are too many.
            let values: Vec<Value<'_>> = array.elements().take(MAX_TARGET_VALUES + 1).collect();
            match values.len() {
                0 => Err(Violation::BadTarget),
                count if count > MAX_TARGET_VALUES => Err(Violation::TooManyValues),
                _ => values.iter().map(sample).collect(),
            }
        }
        _ => Err(Violation::BadTarget),
    }
}

fn sample(value: &Value<'_>) -> Result<f64, Violation> {
    let Value::Number(_) = value else {
        return Err(Violation::BadTarget);
    };
    value.as_f64().filter(|number| number.abs() <= MAX_MAGNITUDE).ok_or(Violation::OutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(json: &str) -> Root<'_> {
        Value::object(json).unwrap().members().collect()
    }

    fn numbers(count: usize) -> String {
        format!("{{\"m\":[{}]}}", vec!["1"; count].join(","))
    }

    #[test]
    fn a_metric_is_a_number_or_up_to_a_hundred() {
        assert_eq!(values(&root(r#"{"m":1.5e1}"#), "m"), Ok(vec![15.0]));
        assert_eq!(values(&root(r#"{"m":[1, -2]}"#), "m"), Ok(vec![1.0, -2.0]));
        assert_eq!(values(&root(&numbers(MAX_TARGET_VALUES)), "m").map(|values| values.len()), Ok(MAX_TARGET_VALUES));
        assert_eq!(values(&root(&numbers(MAX_TARGET_VALUES + 1)), "m"), Err(Violation::TooManyValues));
    }

    #[test]
    fn anything_else_is_no_metric() {
        for target in ["\"1\"", "true", "null", "{}", "[]", "[1,\"2\"]", "[[1]]"] {
            assert_eq!(values(&root(&format!("{{\"m\":{target}}}")), "m"), Err(Violation::BadTarget), "{target}");
        }
        assert_eq!(values(&root("{}"), "m"), Err(Violation::NoTarget));
        assert_eq!(values(&root(r#"{"a":{"m":1}}"#), "a.m"), Err(Violation::NoTarget));
        for target in ["1e999", "2.4e108", "[1,-2.4e108]"] {
            assert_eq!(values(&root(&format!("{{\"m\":{target}}}")), "m"), Err(Violation::OutOfRange), "{target}");
        }
    }

    #[test]
    fn a_dimension_is_a_string_of_bounded_length() {
        let of = |length: usize| format!("{{\"d\":\"{}\"}}", "é".repeat(length));
        assert!(dimension(&root(&of(MAX_TEXT)), "d").is_ok());
        for json in [of(MAX_TEXT + 1), of(0), r#"{"d":5}"#.to_owned(), r#"{"d":null}"#.to_owned()] {
            assert_eq!(dimension(&root(&json), "d"), Err(Violation::BadDimensionTarget), "{json}");
        }
        assert_eq!(dimension(&root("{}"), "d"), Err(Violation::NoDimensionTarget));
    }
}
