//! Metrics as log lines in CloudWatch's embedded metric format: no API call, no permission but to write the log.
//!
//! Limits (embedded metric format specification): 100 metrics a directive, 30 dimensions a set, 100 values a metric, all targets members of the root
//! object.
//!
//! # Many values of one metric
//!
//! The specification knows a number and an array of at most 100 numbers. That is written while the samples fit. Beyond it, values are written with how
//! often each was seen, `{"Values":[..],"Counts":[..]}` as in PutMetricData, at most 100 values a document and the rest in further documents. The
//! specification does not tell of this form, and CloudWatch takes it all the same: the CloudWatch agent writes all of Application Signals in it (the
//! `awsemf` exporter of the OpenTelemetry collector, kept by AWS, pull request 22626 of opentelemetry-collector-contrib; from 101 values on CloudWatch
//! refuses the metric and counts it in `EMFValidationErrors`, which is why that exporter splits, pull request 36336), AWS's library for Java writes it,
//! and so does AWS's metrique, whose documentation says that CloudWatch supports both forms equally well, percentiles included. The extremes, count and
//! sum that the first two add follow from the values and are left out.

use jiff::Timestamp;
use skywarden_core::metric::ValueCount;
pub use skywarden_core::metric::emf::{MAX_METRICS, MAX_TARGET_VALUES as MAX_VALUES};

/// Most bytes of one document. A log event has 1 MB today; until 2025 it was 256 KB with 26 bytes of its own, and agents and drivers keep to that.
pub const MAX_DOCUMENT_BYTES: usize = 256 * 1024 - 26;

/// Up to here every whole number is exact in an `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Bytes that most parts of a document fit in.
const ROOM: usize = 256;

/// One metric's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric<'a> {
    /// Name.
    pub name: &'a str,
    /// CloudWatch unit.
    pub unit: &'a str,
    /// Value; one that is not finite is left out.
    pub value: f64,
}

/// Documents for metrics of different names, one line each without its end, at most [`MAX_METRICS`] metrics in one. Empty for no metrics.
pub fn documents(namespace: &str, dimensions: &[(&str, &str)], metrics: &[Metric<'_>], at: Timestamp) -> Vec<String> {
    let mut documents = Documents::new(namespace, dimensions.iter().copied(), at);
    for metric in metrics.iter().filter(|metric| metric.value.is_finite()) {
        documents.add(metric.name, metric.unit, Value::Real(metric.value));
    }
    documents.finish()
}

/// What a metric has in a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// A whole number.
    Whole(u64),
    /// A finite number.
    Real(f64),
    /// Samples: at least one and at most [`MAX_VALUES`] values, with how often each was seen.
    Seen(&'a [ValueCount]),
}

/// Documents of one dimension set, as many as it takes.
#[derive(Debug)]
pub(super) struct Documents {
    /// Up to the definitions of the metrics.
    before: String,
    /// From their end to the metrics' values: the values of the dimensions.
    after: String,
    definitions: String,
    targets: String,
    metrics: usize,
    done: Vec<String>,
}

impl Documents {
    pub(super) fn new<'a>(namespace: &str, dimensions: impl Iterator<Item = (&'a str, &'a str)> + Clone, at: Timestamp) -> Self {
        let mut before = String::with_capacity(ROOM);
        before.push_str(r#"{"_aws":{"Timestamp":"#);
        before.push_str(itoa::Buffer::new().format(at.as_millisecond()));
        before.push_str(r#","CloudWatchMetrics":[{"Namespace":"#);
        push_text(&mut before, namespace);
        before.push_str(r#","Dimensions":[["#);
        let mut after = String::from("]}]}");
        for (number, (name, value)) in dimensions.enumerate() {
            if number > 0 {
                before.push(',');
            }
            push_text(&mut before, name);
            after.push(',');
            push_text(&mut after, name);
            after.push(':');
            push_text(&mut after, value);
        }
        before.push_str(r#"]],"Metrics":["#);
        Self { before, after, definitions: String::with_capacity(ROOM), targets: String::with_capacity(ROOM), metrics: 0, done: Vec::new() }
    }

    /// Adds a metric whose name the current document does not have yet; one that has no room begins the next.
    pub(super) fn add(&mut self, name: &str, unit: &str, value: Value<'_>) {
        if self.metrics == MAX_METRICS {
            self.close();
        }
        let (definitions, targets) = (self.definitions.len(), self.targets.len());
        self.push(name, unit, value);
        if self.bytes() > MAX_DOCUMENT_BYTES && self.metrics > 1 {
            self.definitions.truncate(definitions);
            self.targets.truncate(targets);
            self.close();
            self.push(name, unit, value);
        }
    }

    /// Ends the current document, so that names can be used again.
    pub(super) fn close(&mut self) {
        if self.metrics > 0 {
            let mut line = String::with_capacity(self.bytes());
            for part in [&self.before, &self.definitions, &self.after, &self.targets, "}"] {
                line.push_str(part);
            }
            self.done.push(line);
            self.definitions.clear();
            self.targets.clear();
            self.metrics = 0;
        }
    }

    /// The lines, without their ends.
    pub(super) fn finish(mut self) -> Vec<String> {
        self.close();
        self.done
    }

    fn bytes(&self) -> usize {
        self.before.len() + self.definitions.len() + self.after.len() + self.targets.len() + 1
    }

    fn push(&mut self, name: &str, unit: &str, value: Value<'_>) {
        if self.metrics > 0 {
            self.definitions.push(',');
        }
        self.metrics += 1;
        self.definitions.push_str(r#"{"Name":"#);
        push_text(&mut self.definitions, name);
        self.definitions.push_str(r#","Unit":"#);
        push_text(&mut self.definitions, unit);
        self.definitions.push('}');
        let targets = &mut self.targets;
        targets.push(',');
        push_text(targets, name);
        targets.push(':');
        match value {
            Value::Whole(number) => targets.push_str(itoa::Buffer::new().format(number)),
            Value::Real(number) => push_number(targets, number),
            Value::Seen([one]) if one.count <= 1.0 => push_number(targets, one.value),
            Value::Seen(seen) => push_seen(targets, seen),
        }
    }
}

/// As the specification has it while the samples fit, else with counts. Counts are whole numbers.
fn push_seen(targets: &mut String, seen: &[ValueCount]) {
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let most = MAX_VALUES as f64;
    if seen.iter().map(|seen| seen.count).sum::<f64>() <= most {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number up to the most")]
        let each = seen.iter().flat_map(|seen| (0..seen.count as u32).map(|_| seen.value));
        push_list(targets, each);
        return;
    }
    targets.push_str(r#"{"Values":"#);
    push_list(targets, seen.iter().map(|seen| seen.value));
    targets.push_str(r#","Counts":"#);
    push_list(targets, seen.iter().map(|seen| seen.count));
    targets.push('}');
}

fn push_list(text: &mut String, numbers: impl Iterator<Item = f64>) {
    text.push('[');
    for (position, number) in numbers.enumerate() {
        if position > 0 {
            text.push(',');
        }
        push_number(text, number);
    }
    text.push(']');
}

/// The shortest text of a finite number.
fn push_number(text: &mut String, number: f64) {
    if number.fract() == 0.0 && number.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        let whole = number as i64;
        text.push_str(itoa::Buffer::new().format(whole));
    } else {
        text.push_str(zmij::Buffer::new().format_finite(number));
    }
}

fn push_text(text: &mut String, value: &str) {
    if value.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        text.push_str(&serde_json::Value::from(value).to_string());
    } else {
        text.push('"');
        text.push_str(value);
        text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("m{number}")).collect()
    }

    fn lines(names: &[String]) -> Vec<String> {
        let metrics: Vec<Metric<'_>> = names.iter().map(|name| Metric { name, unit: "Count", value: 1.0 }).collect();
        documents("n", &[], &metrics, Timestamp::UNIX_EPOCH)
    }

    fn target(value: Value<'_>) -> String {
        let mut documents = Documents::new("n", std::iter::empty(), Timestamp::UNIX_EPOCH);
        documents.add("m", "None", value);
        let line = documents.finish().remove(0);
        line[line.find(r#","m":"#).unwrap() + 5..line.len() - 1].to_owned()
    }

    #[test]
    fn a_document_has_its_targets_at_the_root() {
        let metrics = [Metric { name: "RecordsIn", unit: "Count", value: 5.0 }, Metric { name: "Lost", unit: "Count", value: f64::NAN }];
        let lines = documents("shop/prod/skywarden", &[("Function", "metrics-extractor")], &metrics, Timestamp::UNIX_EPOCH);
        assert_eq!(
            lines,
            [
                r#"{"_aws":{"Timestamp":0,"CloudWatchMetrics":[{"Namespace":"shop/prod/skywarden","Dimensions":[["Function"]],"Metrics":[{"Name":"RecordsIn","Unit":"Count"}]}]},"Function":"metrics-extractor","RecordsIn":5}"#
            ]
        );
    }

    #[test]
    fn more_than_a_hundred_metrics_are_split_at_the_boundary() {
        assert_eq!(lines(&names(MAX_METRICS)).len(), 1);
        assert_eq!(lines(&names(MAX_METRICS + 1)).len(), 2);
        assert!(lines(&[]).is_empty());
    }

    #[test]
    fn documents_are_split_where_a_log_event_would_be_too_long() {
        // Twice in the document, definition and target; the rest of a metric is 31 bytes.
        let long: Vec<String> = names(60).into_iter().map(|name| format!("{name:x<4000}")).collect();
        let lines = lines(&long);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.len() <= MAX_DOCUMENT_BYTES));
        assert!(lines[0].len() + 8_031 > MAX_DOCUMENT_BYTES, "the first is as full as it can be: {}", lines[0].len());
    }

    #[test]
    fn numbers_are_written_as_short_as_they_are() {
        for (value, text) in [
            (Value::Whole(u64::MAX), "18446744073709551615"),
            (Value::Real(3.0), "3"),
            (Value::Real(-0.0), "0"),
            (Value::Real(-2.5), "-2.5"),
            (Value::Real(0.1), "0.1"),
            (Value::Real(1e300), "1e+300"),
            (Value::Real(9_007_199_254_740_993.0), "9007199254740992.0"),
        ] {
            let written = target(value);
            assert_eq!(written, text);
            assert!(serde_json::from_str::<f64>(&written).is_ok(), "{written}");
        }
    }

    #[test]
    fn samples_are_a_number_an_array_or_values_with_counts() {
        let seen = |pairs: &[(f64, f64)]| pairs.iter().map(|&(value, count)| ValueCount { value, count }).collect::<Vec<_>>();
        assert_eq!(target(Value::Seen(&seen(&[(2.5, 1.0)]))), "2.5");
        assert_eq!(target(Value::Seen(&seen(&[(1.0, 2.0), (2.5, 1.0)]))), "[1,1,2.5]");
        assert_eq!(target(Value::Seen(&seen(&[(7.0, 100.0)]))), format!("[{}]", vec!["7"; 100].join(",")));
        assert_eq!(target(Value::Seen(&seen(&[(7.0, 101.0)]))), r#"{"Values":[7],"Counts":[101]}"#);
        assert_eq!(target(Value::Seen(&seen(&[(1.0, 1.0), (7.5, 1e15)]))), r#"{"Values":[1,7.5],"Counts":[1,1000000000000000]}"#);
    }

    #[test]
    fn text_is_escaped() {
        let line = documents("n\"", &[("d\\", "a\nb\u{e9}")], &[Metric { name: "m\"", unit: "Count", value: 1.0 }], Timestamp::UNIX_EPOCH).remove(0);
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&read["d\\"], &read["m\""]), (&"a\nb\u{e9}".into(), &1.into()));
    }
}
