//! One metric directive: a namespace, dimension sets and metrics.

use std::borrow::Cow;

use super::{
    MAX_DIMENSION_NAME, MAX_METRICS, MAX_TEXT, Violation, Violations,
    target::{self, Root},
};
use crate::{
    json::Value,
    metric::{MAX_DIMENSIONS, ValueCount, unit},
};

/// A directive with its targets looked up; what is wrong in it is left out.
#[derive(Clone, Debug)]
pub(super) struct Directive<'a> {
    pub(super) namespace: Cow<'a, str>,
    pub(super) sets: Vec<DimensionSet<'a>>,
    pub(super) metrics: Vec<Metric<'a>>,
}

/// Names and values of the dimensions, in the order of the document.
pub(super) type DimensionSet<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// A metric and its values, at least one.
#[derive(Clone, Debug)]
pub(super) struct Metric<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) unit: &'static str,
    pub(super) resolution_seconds: u8,
    pub(super) values: Vec<ValueCount>,
}

impl<'a> Directive<'a> {
    /// Reads a directive. Mistakes of its sets and metrics are counted in `violations`.
    ///
    /// # Errors
    /// The mistake for which the whole directive is lost.
    pub(super) fn read(value: &Value<'a>, root: &Root<'a>, violations: &mut Violations) -> Result<Self, Violation> {
        let Value::Object(_) = value else {
            return Err(Violation::NotADirective);
        };
        let members: Root<'a> = value.members().collect();
        let namespace = target::text(members.get("Namespace"), MAX_TEXT).ok_or(Violation::BadNamespace)?;
        if namespace.starts_with("AWS/") {
            return Err(Violation::ReservedNamespace);
        }
        let sets: Vec<Value<'a>> = array(&members, "Dimensions").filter(|sets| !sets.is_empty()).ok_or(Violation::NoDimensionSets)?;
        let metrics = array(&members, "Metrics").ok_or(Violation::NoMetrics)?;
        if metrics.len() > MAX_METRICS {
            return Err(Violation::TooManyMetrics);
        }
        let mut count = |violation: Violation| *violations.entry(violation).or_default() += 1;
        let sets = sets.iter().filter_map(|set| dimension_set(set, root).map_err(&mut count).ok()).collect();
        let metrics = metrics.iter().filter_map(|metric| Metric::read(metric, root).map_err(&mut count).ok()).collect();
        Ok(Self { namespace, sets, metrics })
    }
}

impl<'a> Metric<'a> {
    fn read(value: &Value<'a>, root: &Root<'a>) -> Result<Self, Violation> {
        let members: Root<'a> = value.members().collect();
        let name = target::text(members.get("Name"), MAX_TEXT).ok_or(Violation::BadMetric)?;
        // The format asks for a unit of CloudWatch without saying what becomes of another: PutMetricData refuses it, and so is done here.
        let unit = match members.get("Unit") {
            None => "None",
            Some(Value::String(name)) => unit(name).ok_or(Violation::UnknownUnit)?,
            Some(_) => return Err(Violation::UnknownUnit),
        };
        let resolution_seconds = match members.get("StorageResolution") {
            None => 60,
            Some(value) => [1_u8, 60].into_iter().find(|seconds| value.as_f64() == Some(f64::from(*seconds))).ok_or(Violation::BadResolution)?,
        };
        let values = target::values(root, &name)?;
        Ok(Self { name, unit, resolution_seconds, values })
    }
}

fn array<'a>(members: &Root<'a>, name: &str) -> Option<Vec<Value<'a>>> {
    match members.get(name)? {
        array @ Value::Array(_) => Some(array.elements().collect()),
        _ => None,
    }
}

/// A set with its targets. A name that stands in it twice counts once (our choice: the same dimension cannot be there twice).
fn dimension_set<'a>(value: &Value<'a>, root: &Root<'a>) -> Result<DimensionSet<'a>, Violation> {
    let Value::Array(_) = value else {
        return Err(Violation::BadDimensionSet);
    };
    let mut set = DimensionSet::new();
    for (position, name) in value.elements().enumerate() {
        if position == MAX_DIMENSIONS {
            return Err(Violation::TooManyDimensions);
        }
        let name = target::text(Some(&name), MAX_DIMENSION_NAME).ok_or(Violation::BadDimensionSet)?;
        if set.iter().all(|(known, _)| *known != name) {
            let value = target::dimension(root, &name)?;
            set.push((name, value));
        }
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = r#"{"m":5,"list":[1,2],"d":"v","number":7}"#;

    fn read(directive: &str) -> (Result<Directive<'_>, Violation>, Vec<Violation>) {
        let root = Value::object(ROOT).unwrap().members().collect();
        let mut violations = Violations::new();
        let directive = Directive::read(&Value::object(directive).unwrap(), &root, &mut violations);
        (directive, violations.into_keys().collect())
    }

    fn with(namespace: &str, dimensions: &str, metrics: &str) -> String {
        format!(r#"{{"Namespace":{namespace},"Dimensions":{dimensions},"Metrics":{metrics},"Unknown":[1]}}"#)
    }

    fn names(count: usize, name: impl Fn(usize) -> String) -> String {
        let names: Vec<String> = (0..count).map(name).collect();
        format!("[{}]", names.join(","))
    }

    #[test]
    fn what_all_of_a_directive_shares_loses_the_directive() {
        for (text, expected) in [
            (with("5", "[[]]", "[]"), Violation::BadNamespace),
            (with("\"\"", "[[]]", "[]"), Violation::BadNamespace),
            (with(&format!("\"{}\"", "x".repeat(MAX_TEXT + 1)), "[[]]", "[]"), Violation::BadNamespace),
            (with("\"AWS/Lambda\"", "[[]]", "[]"), Violation::ReservedNamespace),
            (with("\"n\"", "[]", "[]"), Violation::NoDimensionSets),
            (with("\"n\"", "{}", "[]"), Violation::NoDimensionSets),
            (with("\"n\"", "[[]]", "{}"), Violation::NoMetrics),
            (with("\"n\"", "[[]]", &names(MAX_METRICS + 1, |_| r#"{"Name":"m"}"#.to_owned())), Violation::TooManyMetrics),
            (r#"{"Namespace":"n","Metrics":[]}"#.to_owned(), Violation::NoDimensionSets),
            (r#"{"Namespace":"n","Dimensions":[[]]}"#.to_owned(), Violation::NoMetrics),
        ] {
            assert_eq!(read(&text).0.map(|_| ()), Err(expected), "{text}");
        }
        let root = Root::new();
        assert_eq!(Directive::read(&Value::Null, &root, &mut Violations::new()).map(|_| ()), Err(Violation::NotADirective));
    }

    #[test]
    fn a_hundred_metrics_and_the_longest_namespace_fit() {
        let text = with(&format!("\"{}\"", "x".repeat(MAX_TEXT)), "[[]]", &names(MAX_METRICS, |_| r#"{"Name":"m"}"#.to_owned()));
        let (directive, violations) = read(&text);
        assert_eq!((directive.unwrap().metrics.len(), violations), (MAX_METRICS, vec![]));
    }

    #[test]
    fn a_bad_metric_loses_itself() {
        for (definition, expected) in [
            ("5", Violation::BadMetric),
            ("{}", Violation::BadMetric),
            (r#"{"Name":""}"#, Violation::BadMetric),
            (r#"{"Name":"absent"}"#, Violation::NoTarget),
            (r#"{"Name":"d"}"#, Violation::BadTarget),
            (r#"{"Name":"m","Unit":"ms"}"#, Violation::UnknownUnit),
            (r#"{"Name":"m","Unit":1}"#, Violation::UnknownUnit),
            (r#"{"Name":"m","StorageResolution":10}"#, Violation::BadResolution),
            (r#"{"Name":"m","StorageResolution":"1"}"#, Violation::BadResolution),
        ] {
            let text = with("\"n\"", "[[]]", &format!(r#"[{definition},{{"Name":"list","Unit":"Bytes","StorageResolution":1}}]"#));
            let (directive, violations) = read(&text);
            let kept = directive.unwrap().metrics;
            assert_eq!((kept.len(), kept[0].unit, kept[0].resolution_seconds), (1, "Bytes", 1), "{definition}");
            let values: Vec<f64> = kept[0].values.iter().map(|seen| seen.value).collect();
            assert_eq!((values.as_slice(), violations.as_slice()), ([1.0, 2.0].as_slice(), [expected].as_slice()), "{definition}");
        }
    }

    #[test]
    fn a_bad_dimension_set_loses_itself() {
        for (set, expected) in [
            ("\"d\"".to_owned(), Violation::BadDimensionSet),
            ("[5]".to_owned(), Violation::BadDimensionSet),
            ("[\"\"]".to_owned(), Violation::BadDimensionSet),
            (format!("[\"{}\"]", "x".repeat(MAX_DIMENSION_NAME + 1)), Violation::BadDimensionSet),
            (format!("[\"{}\"]", "x".repeat(MAX_DIMENSION_NAME)), Violation::NoDimensionTarget),
            ("[\"d\",\"absent\"]".to_owned(), Violation::NoDimensionTarget),
            ("[\"number\"]".to_owned(), Violation::BadDimensionTarget),
            (names(MAX_DIMENSIONS + 1, |_| "\"d\"".to_owned()), Violation::TooManyDimensions),
        ] {
            let text = with("\"n\"", &format!("[{set},[\"d\",\"d\"],[]]"), "[]");
            let (directive, violations) = read(&text);
            let expected_sets = [vec![(Cow::Borrowed("d"), Cow::Borrowed("v"))], vec![]];
            assert_eq!((directive.unwrap().sets.as_slice(), violations.as_slice()), (expected_sets.as_slice(), [expected].as_slice()), "{set}");
        }
    }

    #[test]
    fn thirty_dimensions_fit() {
        let members: Vec<String> = (0..MAX_DIMENSIONS).map(|at| format!("\"d{at}\":\"v\"")).collect();
        let json = format!("{{{}}}", members.join(","));
        let root: Root<'_> = Value::object(&json).unwrap().members().collect();
        let text = names(MAX_DIMENSIONS, |at| format!("\"d{at}\""));
        assert_eq!(dimension_set(&Value::Array(&text), &root).map(|set| set.len()), Ok(MAX_DIMENSIONS));
    }
}
