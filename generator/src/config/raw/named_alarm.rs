//! `alarms:` as typed: alarms on any metric, on the time a queue takes to be empty, and on queries of the log.

use skywarden_document::{Node, Span, Spanned, Value, shortened};

use super::alarm::{MISSING, SIDES, threshold, width};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawCommon, Threshold},
        read::{self, Expected, Fields, QueryParts},
    },
    model::{MissingData, Side},
};

/// A metric by namespace and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MetricName {
    pub(crate) namespace: String,
    pub(crate) name: String,
}

/// One alarm of the list.
#[derive(Debug)]
pub(crate) struct RawNamedAlarm {
    pub(crate) span: Span,
    pub(crate) name: Option<Spanned<String>>,
    /// Whose it is; the project's own when not given.
    pub(crate) service: Option<Spanned<String>>,
    pub(crate) metric: Option<Spanned<MetricName>>,
    /// Dimensions of the metric.
    pub(crate) of: Option<Spanned<Vec<(String, String)>>>,
    /// Name of the queue that is to become empty.
    pub(crate) drain: Option<Spanned<String>>,
    pub(crate) query: Option<Spanned<QueryParts>>,
    /// Minutes between two runs of the query.
    pub(crate) every: Option<Spanned<u32>>,
    pub(crate) statistic: Option<Spanned<String>>,
    pub(crate) unit: Option<Spanned<String>>,
    /// What the metric may be at most, of which the threshold is a share.
    pub(crate) limit: Option<Spanned<Threshold>>,
    pub(crate) share_of: Option<Spanned<MetricName>>,
    pub(crate) share_dimensions: Option<Spanned<Vec<(String, String)>>>,
    pub(crate) min: Option<Spanned<u64>>,
    pub(crate) above: Option<Spanned<Threshold>>,
    pub(crate) below: Option<Spanned<Threshold>>,
    pub(crate) unusual: Option<Spanned<Side>>,
    pub(crate) width: Option<Spanned<f64>>,
    pub(crate) missing: Option<Spanned<MissingData>>,
    pub(crate) common: RawCommon,
}

/// Longest time between two runs of a query: a day, so that an alarm is about today.
const LONGEST_EVERY_MINUTES: u32 = 1_440;

/// Source: `PutMetricAlarm`, `Dimension`: a value has at most 1,024 characters.
const MAX_DIMENSION_VALUE: usize = 1_024;

/// The keys that say what an alarm looks at, and the other keys that only some of them have.
const LOOKS: [&str; 3] = ["metric", "drain", "query"];
const OF_METRIC: [&str; 9] = ["of", "statistic", "unit", "limit", "share_of", "share_dimensions", "min", "unusual", "width"];
const OF_QUERY: [&str; 1] = ["every"];

/// Every alarm of the list; one that is no map is reported and left out.
pub(super) fn alarms(node: &Node, findings: &mut Findings) -> Vec<RawNamedAlarm> {
    let example = "alarms: [{ name: queue-age, metric: AWS/SQS ApproximateAgeOfOldestMessage, of: { QueueName: orders }, above: 10 minutes }]";
    let expected = Expected { what: "a list of alarms", example };
    read::each(node, &expected, findings, RawNamedAlarm::read)
}

impl RawNamedAlarm {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let expected = Expected { what: "an alarm as a map", example: "- { name: queue-age, metric: AWS/SQS ApproximateAgeOfOldestMessage }" };
        let mut fields = Fields::open(node, "an alarm", &expected, findings)?;
        let service = Expected { what: "the name of a service", example: "service: checkout" };
        let missing = Expected { what: "a treatment of missing data", example: "missing: not_breaching" };
        let least = Expected { what: "a number", example: "min: 20" };
        let side = Expected { what: "a side of what is usual", example: "unusual: high" };
        let name = fields.require("name", "name: order-queue-age", findings);
        let alarm = Self {
            span: fields.span(),
            name: name.and_then(|node| read::alarm_name(node, findings)),
            service: fields.take("service").and_then(|node| read::text(node, &service, findings)),
            metric: fields.take("metric").and_then(|node| metric_name(node, findings)),
            of: fields.take("of").and_then(|node| dimensions(node, "of", findings)),
            drain: fields.take("drain").and_then(|node| drain(node, findings)),
            query: fields.take("query").and_then(|node| read::log_query(node, findings)),
            every: fields.take("every").and_then(|node| read::minutes(node, "every: 5 minutes", "a query cannot run every", LONGEST_EVERY_MINUTES, findings)),
            statistic: fields.take("statistic").and_then(|node| read::statistic(node, findings)),
            unit: fields.take("unit").and_then(|node| read::unit(node, findings)),
            limit: fields.take("limit").and_then(|node| threshold(node, findings)),
            share_of: fields.take("share_of").and_then(|node| metric_name(node, findings)),
            share_dimensions: fields.take("share_dimensions").and_then(|node| dimensions(node, "share_dimensions", findings)),
            min: fields.take("min").and_then(|node| read::count(node, 1..=u64::from(u32::MAX), &least, findings)),
            above: fields.take("above").and_then(|node| threshold(node, findings)),
            below: fields.take("below").and_then(|node| threshold(node, findings)),
            unusual: fields.take("unusual").and_then(|node| read::word(node, &SIDES, &side, findings)),
            width: fields.take("width").and_then(|node| width(node, findings)),
            missing: fields.take("missing").and_then(|node| read::word(node, &MISSING, &missing, findings)),
            common: RawCommon::read(&mut fields, findings),
        };
        fields.finish(findings);
        check_keys(node, findings);
        Some(alarm)
    }
}

/// Reports an alarm that looks at nothing or at several things, one without a condition or with several, and keys that do not fit what it looks at.
fn check_keys(node: &Node, findings: &mut Findings) {
    let Value::Map(entries) = &node.value else { return };
    if findings.is_incomplete() {
        return;
    }
    let given = |key: &&str| entries.iter().any(|entry| entry.key.value == *key);
    let looks: Vec<&str> = LOOKS.into_iter().filter(|key| given(key)).collect();
    let [look] = looks.as_slice() else {
        let message = if looks.is_empty() { "an alarm needs `metric`, `drain` or `query`" } else { "an alarm has one of `metric`, `drain` and `query`" };
        let hint =
            "write `metric: AWS/SQS ApproximateAgeOfOldestMessage`, `drain: { queue: orders }` or `query: 'filter bot = 1'`; for several, add a second alarm";
        findings.push(Finding::error(Code::MissingKey, node.span, message).hint(hint));
        return;
    };
    let conditions = ["above", "below", "unusual"].iter().filter(|key| given(key)).count();
    if conditions != 1 {
        let message = if conditions > 1 { "an alarm has one of `above`, `below` and `unusual`" } else { "an alarm needs `above`, `below` or `unusual`" };
        let hint = "write `above: NUMBER`, `below: NUMBER` or `unusual: high`; for several, add a second alarm";
        findings.push(Finding::error(Code::MissingKey, node.span, message).hint(hint));
    }
    let foreign: Vec<&str> = match *look {
        "metric" => OF_QUERY.to_vec(),
        "drain" => OF_METRIC.into_iter().chain(OF_QUERY).chain(["below", "few_samples"]).collect(),
        _ => OF_METRIC.into_iter().filter(|key| *key != "unit").chain(["few_samples"]).collect(),
    };
    for entry in entries.iter().filter(|entry| foreign.contains(&entry.key.value.as_str())) {
        let message = format!("`{}` means nothing beside `{look}`", entry.key.value);
        findings.push(Finding::error(Code::NotApplicable, entry.key.span, message).hint("delete the key, or let the alarm look at something else"));
    }
}

/// `AWS/SQS ApproximateAgeOfOldestMessage`.
fn metric_name(node: &Node, findings: &mut Findings) -> Option<Spanned<MetricName>> {
    let expected = Expected { what: "a metric by namespace and name", example: "metric: AWS/SQS ApproximateAgeOfOldestMessage" };
    let typed = read::text(node, &expected, findings)?;
    let parts = typed.value.trim().split_once(char::is_whitespace).map(|(namespace, name)| (namespace.to_owned(), name.trim().to_owned()));
    if let Some((namespace, name)) = parts {
        return Some(Spanned::new(MetricName { namespace, name }, typed.span));
    }
    let finding =
        Finding::error(Code::WrongType, typed.span, format!("`{}` is no metric: namespace and name, with a space between them", shortened(&typed.value)));
    findings.push(finding.hint("for example `AWS/SQS ApproximateAgeOfOldestMessage`; a metric of your own has its alarm beside it, under `metrics`"));
    None
}

/// `{ QueueName: order-events }`.
fn dimensions(node: &Node, key: &str, findings: &mut Findings) -> Option<Spanned<Vec<(String, String)>>> {
    let Value::Map(entries) = &node.value else {
        let message = format!("expected the dimensions as a map, found {}", node.found());
        let hint = format!("write `{key}: {{ QueueName: order-events }}`: the dimension's name and its value");
        findings.push(Finding::error(Code::WrongType, node.span, message).hint(hint));
        return None;
    };
    let mut dimensions = Vec::new();
    for entry in entries {
        let named = read::dimension_name(&entry.key.value, entry.key.span, findings);
        // An account number or a port is a value as well, typed without quotes.
        let value = entry.value.number_or_text().map(str::trim).filter(|value| !value.is_empty());
        match value {
            Some(value) if value.chars().count() <= MAX_DIMENSION_VALUE && value.is_ascii() && !value.chars().any(char::is_control) => {
                if named {
                    dimensions.push((entry.key.value.clone(), value.to_owned()));
                }
            }
            Some(_) => {
                let message = format!("a value of a dimension has 1 to {MAX_DIMENSION_VALUE} ASCII characters");
                findings.push(Finding::error(Code::BadName, entry.value.span, message).hint("copy it from the metric in the console"));
            }
            None => {
                let message = format!("expected the value of dimension `{}`, found {}", shortened(&entry.key.value), entry.value.found());
                findings.push(Finding::error(Code::WrongType, entry.value.span, message).hint("for example `of: { QueueName: order-events }`"));
            }
        }
    }
    Some(Spanned::new(dimensions, node.span))
}

/// `drain: { queue: order-events }`.
fn drain(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "what is to become empty", example: "drain: { queue: order-events }" };
    let mut fields = Fields::open(node, "`drain`", &expected, findings)?;
    let queue = Expected { what: "the name of an SQS queue", example: "queue: order-events" };
    let queue = fields.require("queue", "queue: order-events", findings).and_then(|node| read::text(node, &queue, findings));
    fields.finish(findings);
    queue
}
