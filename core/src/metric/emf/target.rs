//! Root members: what directives point at.

use std::{borrow::Cow, collections::BTreeMap};

use super::{MAX_TARGET_VALUES, MAX_TEXT, Violation};
use crate::{
    json::Value,
    metric::{MAX_MAGNITUDE, ValueCount},
};

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

/// The values of a metric with how often each was seen, at least one.
///
/// The specification knows a number and an array of numbers. CloudWatch also takes an object with `Values` and `Counts`, as PutMetricData does, and AWS's
/// own writers rely on it: the OpenTelemetry exporter inside the CloudWatch agent (Application Signals), aws-embedded-metrics for Java and metrique.
/// The first two add `Max`, `Min`, `Count` and `Sum`, which say nothing that the values do not and are not read. A statistic set alone, without
/// values, is not read either: our choice, since nothing but the extremes would be known of it.
pub(super) fn values(root: &Root<'_>, name: &str) -> Result<Vec<ValueCount>, Violation> {
    match root.get(name).ok_or(Violation::NoTarget)? {
        number @ Value::Number(_) => Ok(vec![once(number)?]),
        array @ Value::Array(_) => bounded(array)?.iter().map(once).collect(),
        object @ Value::Object(_) => {
            let members: Root<'_> = object.members().collect();
            let of = |name: &str| bounded(members.get(name).ok_or(Violation::BadTarget)?);
            let (values, counts) = (of("Values")?, of("Counts")?);
            if values.len() != counts.len() {
                return Err(Violation::BadCounts);
            }
            values.iter().zip(&counts).map(|(value, count)| Ok(ValueCount { value: sample(value)?, count: times(count)? })).collect()
        }
        _ => Err(Violation::BadTarget),
    }
}

/// The elements of an array: 1 to [`MAX_TARGET_VALUES`].
fn bounded<'a>(array: &Value<'a>) -> Result<Vec<Value<'a>>, Violation> {
    let Value::Array(_) = array else {
        return Err(Violation::BadTarget);
    };
    // One more than fits is enough to know that there are too many.
    let elements: Vec<Value<'_>> = array.elements().take(MAX_TARGET_VALUES + 1).collect();
    match elements.len() {
        0 => Err(Violation::BadTarget),
        count if count > MAX_TARGET_VALUES => Err(Violation::TooManyValues),
        _ => Ok(elements),
    }
}

fn once(value: &Value<'_>) -> Result<ValueCount, Violation> {
    Ok(ValueCount { value: sample(value)?, count: 1.0 })
}

fn sample(value: &Value<'_>) -> Result<f64, Violation> {
    let Value::Number(_) = value else {
        return Err(Violation::BadTarget);
    };
    value.as_f64().filter(|number| number.abs() <= MAX_MAGNITUDE).ok_or(Violation::OutOfRange)
}

/// How often a value was seen; PutMetricData was seen to take fractions and zero.
fn times(value: &Value<'_>) -> Result<f64, Violation> {
    value.as_f64().filter(|count| (0.0..=MAX_MAGNITUDE).contains(count)).ok_or(Violation::BadCounts)
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

    fn seen(pairs: &[(f64, f64)]) -> Vec<ValueCount> {
        pairs.iter().map(|&(value, count)| ValueCount { value, count }).collect()
    }

    #[test]
    fn a_metric_is_a_number_or_up_to_a_hundred() {
        assert_eq!(values(&root(r#"{"m":1.5e1}"#), "m"), Ok(seen(&[(15.0, 1.0)])));
        assert_eq!(values(&root(r#"{"m":[1, -2]}"#), "m"), Ok(seen(&[(1.0, 1.0), (-2.0, 1.0)])));
        assert_eq!(values(&root(&numbers(MAX_TARGET_VALUES)), "m").map(|values| values.len()), Ok(MAX_TARGET_VALUES));
        assert_eq!(values(&root(&numbers(MAX_TARGET_VALUES + 1)), "m"), Err(Violation::TooManyValues));
    }

    #[test]
    fn values_with_counts_are_read_and_what_stands_beside_them_is_not() {
        let target = r#"{"m":{"Max":9,"Min":1,"Count":5,"Sum":11,"Values":[1,2.5,0],"Counts":[3,2,0.5]}}"#;
        assert_eq!(values(&root(target), "m"), Ok(seen(&[(1.0, 3.0), (2.5, 2.0), (0.0, 0.5)])));
        let of = |count: usize| format!(r#"{{"m":{{"Values":{0},"Counts":{0}}}}}"#, &numbers(count)[5..2 * count + 6]);
        assert_eq!(values(&root(&of(MAX_TARGET_VALUES)), "m").map(|values| values.len()), Ok(MAX_TARGET_VALUES));
        assert_eq!(values(&root(&of(MAX_TARGET_VALUES + 1)), "m"), Err(Violation::TooManyValues));
    }

    #[test]
    fn counts_belong_to_values() {
        for (target, expected) in [
            (r#"{"Values":[1,2],"Counts":[1]}"#, Violation::BadCounts),
            (r#"{"Values":[1],"Counts":[-1]}"#, Violation::BadCounts),
            (r#"{"Values":[1],"Counts":["1"]}"#, Violation::BadCounts),
            (r#"{"Values":[1],"Counts":[1e999]}"#, Violation::BadCounts),
            (r#"{"Values":[2.4e108],"Counts":[1]}"#, Violation::OutOfRange),
            (r#"{"Values":["1"],"Counts":[1]}"#, Violation::BadTarget),
            (r#"{"Values":[1]}"#, Violation::BadTarget),
            (r#"{"Values":1,"Counts":1}"#, Violation::BadTarget),
            (r#"{"Values":[],"Counts":[]}"#, Violation::BadTarget),
            (r#"{"Max":1,"Min":1,"Count":1,"Sum":1}"#, Violation::BadTarget),
        ] {
            assert_eq!(values(&root(&format!("{{\"m\":{target}}}")), "m"), Err(expected), "{target}");
        }
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
