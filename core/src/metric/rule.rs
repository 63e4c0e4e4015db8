//! Metric rules, compiled: which lines, which value, which dimensions.

use std::{borrow::Cow, collections::HashMap};

use smallvec::SmallVec;

use super::{Aggregator, DropReason};
use crate::{
    envelope::{LogBatch, LogEvent},
    json::{Scratch, Selector, Value},
    pattern::{BoundPattern, FilterPattern},
    plan::{LogFormat, MetricRule, MetricValueSource, PlanError, Source},
    record::{Line, Path, PathReader, format::line_format},
};

/// Why a rule does not compile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("metric {metric}: {reason}")]
pub struct RuleError {
    /// Metric name.
    pub metric: String,
    /// Why.
    pub reason: String,
}

impl From<RuleError> for PlanError {
    fn from(error: RuleError) -> Self {
        Self::Invalid { what: format!("metric {}", error.metric), reason: error.reason }
    }
}

/// The rules of a plan, by log group.
#[derive(Debug)]
pub struct Rules {
    by_group: HashMap<String, GroupRules>,
}

/// The rules of one log group, with one pass over the JSON of a line for all their patterns and selectors.
#[derive(Debug)]
struct GroupRules {
    reader: PathReader,
    rules: Vec<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    /// Number among all rules.
    number: usize,
    rule: MetricRule,
    pattern: BoundPattern,
    value: ValueFrom,
    dimensions: Vec<Path>,
}

#[derive(Debug)]
enum ValueFrom {
    Constant(f64),
    Path(Path),
}

impl Rules {
    /// Compiles the rules of a plan; the sources say how the lines of a log group are written.
    ///
    /// # Errors
    /// [`RuleError`] for the first rule whose pattern or selector does not parse.
    pub fn compile(rules: &[MetricRule], sources: &[Source]) -> Result<Self, RuleError> {
        let mut groups: HashMap<String, Vec<(usize, &MetricRule)>> = HashMap::new();
        for (number, rule) in rules.iter().enumerate() {
            groups.entry(rule.log_group.clone()).or_default().push((number, rule));
        }
        let by_group = groups
            .into_iter()
            .map(|(group, rules)| Ok((group.clone(), GroupRules::compile(&rules, sources.iter().find(|source| source.log_group == group))?)))
            .collect::<Result<_, _>>()?;
        Ok(Self { by_group })
    }

    /// Adds the samples of a batch to the aggregator.
    pub fn extract<'r>(&'r self, batch: &LogBatch<'_>, into: &mut Aggregator<'r>) {
        let Some(group) = self.by_group.get(batch.log_group.as_ref()) else {
            return;
        };
        let mut scratch = Scratch::default();
        for event in &batch.log_events {
            group.extract(event, &mut scratch, into);
        }
    }

    /// Whether anything is extracted from a log group.
    pub fn watches(&self, log_group: &str) -> bool {
        self.by_group.contains_key(log_group)
    }
}

impl GroupRules {
    fn compile(rules: &[(usize, &MetricRule)], source: Option<&Source>) -> Result<Self, RuleError> {
        let mut reader = PathReader::builder();
        let mut compiled = Vec::with_capacity(rules.len());
        for &(number, rule) in rules {
            let fail = |reason: String| RuleError { metric: rule.name.clone(), reason };
            let mut path = |text: &str| -> Result<Path, RuleError> {
                let selector = Selector::parse(text).map_err(|error| fail(error.to_string()))?;
                Ok(reader.path(&selector))
            };
            let value = match &rule.value {
                MetricValueSource::Constant(number) => ValueFrom::Constant(*number),
                MetricValueSource::Selector(text) => ValueFrom::Path(path(text)?),
            };
            let dimensions = rule.dimensions.iter().map(|dimension| path(&dimension.selector)).collect::<Result<_, _>>()?;
            let pattern = FilterPattern::parse(&rule.pattern).map_err(|error| fail(error.to_string()))?;
            compiled.push(Compiled { number, rule: rule.clone(), pattern: reader.pattern(&pattern), value, dimensions });
        }
        let format = match source.map(|source| &source.format) {
            Some(LogFormat::Regex(line)) => {
                Some(line_format(&line.pattern, line.time.as_deref()).map_err(|reason| RuleError { metric: "format".to_owned(), reason })?)
            }
            _ => None,
        };
        Ok(Self { reader: reader.build(format), rules: compiled })
    }

    fn extract<'r>(&'r self, event: &LogEvent<'_>, scratch: &mut Scratch, into: &mut Aggregator<'r>) {
        let mut line = self.reader.line(event.message.as_ref(), scratch);
        for compiled in &self.rules {
            if line.matches(&compiled.pattern) {
                compiled.sample(&mut line, event.timestamp, into);
            }
        }
    }
}

impl Compiled {
    /// Adds the sample of a line that matches.
    fn sample<'r>(&'r self, line: &mut Line<'_, '_>, timestamp_ms: i64, into: &mut Aggregator<'r>) {
        let value = match &self.value {
            ValueFrom::Constant(number) => Some(*number),
            ValueFrom::Path(path) => line.field(path).as_ref().and_then(number),
        };
        let Some(value) = value else {
            return into.drop_sample(DropReason::NoValue);
        };
        let mut dimensions: SmallVec<[Cow<'_, str>; 4]> = SmallVec::new();
        for path in &self.dimensions {
            match line.field(path).and_then(Value::into_scalar_text) {
                Some(text) => dimensions.push(text),
                None => return into.drop_sample(DropReason::NoDimension),
            }
        }
        into.add(self.number, &self.rule, &dimensions, value, timestamp_ms);
    }
}

/// A number, also one written as a string.
fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Number(text) => text.parse().ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;

    use super::*;
    use crate::{
        envelope::{Inflated, Payload},
        plan::{DimensionRule, MetricKind},
    };

    #[test]
    fn matching_lines_give_samples_and_the_others_cost_nothing_but_a_counter() {
        let rule = MetricRule {
            log_group: "g".to_owned(),
            namespace: "n".to_owned(),
            name: "m".to_owned(),
            pattern: r#"{ $.event = "paid" }"#.to_owned(),
            value: MetricValueSource::Selector("$.amount".to_owned()),
            unit: "None".to_owned(),
            kind: MetricKind::Distribution,
            resolution_seconds: 60,
            dimensions: vec![DimensionRule { name: "Currency".to_owned(), selector: "$.currency".to_owned(), limit: 5 }],
            constants: BTreeMap::new(),
        };
        let rules = Rules::compile(std::slice::from_ref(&rule), &[]).unwrap();
        let lines = [
            r#"{"event":"paid","amount":2.5,"currency":"EUR"}"#,
            r#"{"event":"paid","amount":"x","currency":"EUR"}"#,
            r#"{"event":"paid","amount":1}"#,
            r#"{"event":"other","amount":9,"currency":"EUR"}"#,
            "not json { at all",
            r#"{"event":"paid","amount":2.5,"currency":"EUR"}"#,
        ];
        let events: Vec<String> =
            lines.iter().map(|line| format!(r#"{{"id":"1","timestamp":1800000000000,"message":{}}}"#, serde_json::to_string(line).unwrap())).collect();
        let json = format!(r#"{{"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[{}]}}"#, events.join(","));
        let mut inflated = Inflated::from(json.as_str());
        let Payload::Data(batch) = Payload::parse(&mut inflated).unwrap() else { panic!("not data") };
        let mut aggregator = Aggregator::new(Timestamp::from_second(1_800_000_000).unwrap());
        rules.extract(&batch, &mut aggregator);
        let drops: Vec<_> = aggregator.drops().iter().map(|(&reason, &count)| (reason, count)).collect();
        assert_eq!(drops, [(DropReason::NoValue, 1), (DropReason::NoDimension, 1)]);
        let datum = aggregator.into_requests().remove(0).data.remove(0);
        assert_eq!((datum.dimensions[0].1.as_str(), datum.values[0].value, datum.values[0].count), ("EUR", 2.5, 2.0));
    }

    /// The first datum of one rule on one line of a log group written in a form.
    fn datum(format: LogFormat, pattern: &str, value: &str, dimension: &str, line: &str) -> Option<(String, f64)> {
        let rule = MetricRule {
            log_group: "g".to_owned(),
            namespace: "n".to_owned(),
            name: "m".to_owned(),
            pattern: pattern.to_owned(),
            value: MetricValueSource::Selector(value.to_owned()),
            unit: "None".to_owned(),
            kind: MetricKind::Distribution,
            resolution_seconds: 60,
            dimensions: vec![DimensionRule { name: "D".to_owned(), selector: dimension.to_owned(), limit: 5 }],
            constants: BTreeMap::new(),
        };
        let text = String::new;
        let source = Source {
            log_group: "g".to_owned(),
            service: text(),
            namespace: text(),
            format,
            dashboard: text(),
            runbook: text(),
            query: text(),
            one_function: false,
            account: String::new(),
        };
        let rules = Rules::compile(std::slice::from_ref(&rule), std::slice::from_ref(&source)).unwrap();
        let json = serde_json::json!({
            "messageType": "DATA_MESSAGE", "logGroup": "g", "logEvents": [{ "id": "1", "timestamp": 1_800_000_000_000_i64, "message": line }],
        });
        let mut inflated = Inflated::from(json.to_string().as_str());
        let Payload::Data(batch) = Payload::parse(&mut inflated).unwrap() else { panic!("not data") };
        let mut aggregator = Aggregator::new(Timestamp::from_second(1_800_000_000).unwrap());
        rules.extract(&batch, &mut aggregator);
        let datum = aggregator.into_requests().into_iter().next()?.data.remove(0);
        Some((datum.dimensions[0].1.clone(), datum.values[0].value))
    }

    #[test]
    fn fields_of_lines_that_are_not_json_are_read_by_path() {
        let logfmt = "ts=2026-11-23T04:00:00Z level=info msg=paid amount=12.5 currency=EUR";
        assert_eq!(datum(LogFormat::Logfmt, "paid", "$.amount", "$.currency", logfmt), Some(("EUR".to_owned(), 12.5)));
        let access = r#"10.0.0.7 - - [23/Nov/2026:04:00:00 +0000] "GET /a HTTP/1.1" 404 1534 "-" "curl/8""#;
        assert_eq!(datum(LogFormat::Access, "", "$.http.response_bytes", "$.http.method", access), Some(("GET".to_owned(), 1534.0)));
        assert_eq!(datum(LogFormat::Text, "", "$.amount", "$.currency", "a sentence with no fields"), None);
    }

    #[test]
    fn lines_in_a_form_of_their_own_are_read_by_its_groups() {
        let form = |pattern: &str| LogFormat::Regex(crate::plan::LineRegex { pattern: pattern.to_owned(), time: None });
        let read = |pattern: &str| datum(form(pattern), "", "$.took", "$.level", "WARN|took 7|done");
        assert_eq!(read(r"^(?<level>\w+)\|took (?<took>\d+)\|(?<message>.*)$"), Some(("WARN".to_owned(), 7.0)));
    }

    #[test]
    fn a_bad_pattern_is_an_error_that_names_the_metric() {
        let rule = MetricRule {
            log_group: "g".to_owned(),
            namespace: "n".to_owned(),
            name: "Broken".to_owned(),
            pattern: "{ $.x".to_owned(),
            value: MetricValueSource::Constant(1.0),
            unit: "None".to_owned(),
            kind: MetricKind::Counter,
            resolution_seconds: 60,
            dimensions: vec![],
            constants: BTreeMap::new(),
        };
        assert!(Rules::compile(&[rule], &[]).unwrap_err().to_string().contains("Broken"));
    }
}
