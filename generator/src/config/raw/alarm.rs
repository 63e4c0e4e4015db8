//! Alarms as typed: those of a service and that of a metric.

use skywarden_core::severity::Severity;
use skywarden_document::{Node, Span, Spanned, Value};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::is_off,
        read::{self, Expected, Fields, Window},
    },
    model::MissingData,
};

/// The alarms of a service; one that is not named keeps its defaults.
#[derive(Debug, Default)]
pub(crate) struct RawAlarms {
    pub(crate) error_rate: Option<Toggle>,
    pub(crate) error_lines: Option<Toggle>,
    pub(crate) latency: Option<Toggle>,
    pub(crate) no_logs: Option<Toggle>,
    pub(crate) dropped_events: Option<Toggle>,
}

/// An alarm switched off, or changed.
#[derive(Debug)]
pub(crate) enum Toggle {
    /// `off`.
    Off,
    /// A map of changes.
    On(Box<RawAlarm>, Span),
}

/// Changes to a built-in alarm.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawAlarm {
    /// Threshold in the alarm's own unit: percent, lines or milliseconds.
    pub(crate) above: Option<Spanned<f64>>,
    pub(crate) window: Option<Spanned<Window>>,
    pub(crate) severity: Option<Spanned<Severity>>,
    pub(crate) min_requests: Option<Spanned<u64>>,
    pub(crate) statistic: Option<Spanned<String>>,
}

/// The alarm of a metric.
#[derive(Debug)]
pub(crate) struct RawMetricAlarm {
    pub(crate) above: Option<Spanned<Threshold>>,
    pub(crate) below: Option<Spanned<Threshold>>,
    pub(crate) statistic: Option<Spanned<String>>,
    pub(crate) window: Option<Spanned<Window>>,
    pub(crate) severity: Option<Spanned<Severity>>,
    pub(crate) missing: Option<Spanned<MissingData>>,
}

/// A threshold as typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Threshold {
    /// A number in the metric's unit.
    Number(f64),
    /// A time, for metrics in a unit of time.
    Milliseconds(f64),
}

pub(crate) const SEVERITIES: [(&str, Severity); 4] = [
    (Severity::Critical.as_str(), Severity::Critical),
    (Severity::Error.as_str(), Severity::Error),
    (Severity::Warning.as_str(), Severity::Warning),
    (Severity::Info.as_str(), Severity::Info),
];

pub(crate) const SEVERITY: Expected = Expected { what: "a severity", example: "severity: critical" };

const MISSING: [(&str, MissingData); 4] =
    [("breaching", MissingData::Breaching), ("not_breaching", MissingData::NotBreaching), ("ignore", MissingData::Ignore), ("missing", MissingData::Missing)];

/// Which keys a built-in alarm has, and how its threshold is written.
#[derive(Clone, Copy)]
enum Kind {
    ErrorRate,
    ErrorLines,
    Latency,
    NoLogs,
    DroppedEvents,
}

impl RawAlarms {
    pub(super) fn read(node: &Node, service: &str, findings: &mut Findings) -> Self {
        let expected = Expected { what: "the alarms by name", example: "alarms: { latency: { above: 500ms } }" };
        if is_off(node) {
            return Self {
                error_rate: Some(Toggle::Off),
                error_lines: Some(Toggle::Off),
                latency: Some(Toggle::Off),
                no_logs: Some(Toggle::Off),
                dropped_events: Some(Toggle::Off),
            };
        }
        let Some(mut fields) = Fields::open(node, format!("`alarms` of service `{service}`"), &expected, findings) else {
            return Self::default();
        };
        let mut toggle = |fields: &mut Fields, key, kind| fields.take(key).and_then(|node| Toggle::read(node, key, kind, findings));
        let alarms = Self {
            error_rate: toggle(&mut fields, "error_rate", Kind::ErrorRate),
            error_lines: toggle(&mut fields, "error_lines", Kind::ErrorLines),
            latency: toggle(&mut fields, "latency", Kind::Latency),
            no_logs: toggle(&mut fields, "no_logs", Kind::NoLogs),
            dropped_events: toggle(&mut fields, "dropped_events", Kind::DroppedEvents),
        };
        fields.finish(findings);
        alarms
    }
}

impl Toggle {
    fn read(node: &Node, name: &str, kind: Kind, findings: &mut Findings) -> Option<Self> {
        if is_off(node) {
            return Some(Self::Off);
        }
        let expected = Expected {
            what: "`off` or a map",
            example: match kind {
                Kind::ErrorRate => "error_rate: { above: 5% }",
                Kind::ErrorLines => "error_lines: { above: 5 }",
                Kind::Latency => "latency: { above: 500ms }",
                Kind::NoLogs => "no_logs: { for: 15 minutes }",
                Kind::DroppedEvents => "dropped_events: { above: 100 }",
            },
        };
        let mut fields = Fields::open(node, format!("alarm `{name}`"), &expected, findings)?;
        let mut alarm = RawAlarm::default();
        match kind {
            Kind::ErrorRate => {
                alarm.above = fields.take("above").and_then(|node| read::percentage(node, findings));
                let requests = Expected { what: "a number of requests", example: "min_requests: 20" };
                let node = fields.take("min_requests");
                alarm.min_requests = node.and_then(|node| read::count(node, 1..=u64::from(u32::MAX), &requests, findings));
            }
            Kind::ErrorLines | Kind::DroppedEvents => {
                let lines = Expected { what: "a number of lines", example: "above: 5" };
                let node = fields.take("above");
                let above = node.and_then(|node| read::count(node, 0..=u64::from(u32::MAX), &lines, findings));
                #[expect(clippy::cast_precision_loss, reason = "at most 2^32")]
                let above = above.map(|above| Spanned::new(above.value as f64, above.span));
                alarm.above = above;
            }
            Kind::Latency => {
                alarm.above = fields.take("above").and_then(|node| read::milliseconds(node, "above: 500ms", findings));
                alarm.statistic = fields.take("statistic").and_then(|node| read::statistic(node, findings));
            }
            Kind::NoLogs => {}
        }
        alarm.window = fields.take("for").and_then(|node| read::window(node, findings));
        alarm.severity = fields.take("severity").and_then(|node| read::word(node, &SEVERITIES, &SEVERITY, findings));
        let span = fields.span();
        fields.finish(findings);
        Some(Self::On(Box::new(alarm), span))
    }
}

impl RawMetricAlarm {
    pub(super) fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let expected = Expected { what: "an alarm as a map", example: "alarm: { above: 100, for: 3 of 5 minutes }" };
        let mut fields = Fields::open(node, "`alarm`", &expected, findings)?;
        let missing = Expected { what: "a treatment of missing data", example: "missing: not_breaching" };
        let alarm = Self {
            above: fields.take("above").and_then(|node| threshold(node, findings)),
            below: fields.take("below").and_then(|node| threshold(node, findings)),
            statistic: fields.take("statistic").and_then(|node| read::statistic(node, findings)),
            window: fields.take("for").and_then(|node| read::window(node, findings)),
            severity: fields.take("severity").and_then(|node| read::word(node, &SEVERITIES, &SEVERITY, findings)),
            missing: fields.take("missing").and_then(|node| read::word(node, &MISSING, &missing, findings)),
        };
        let given = |key| matches!(&node.value, Value::Map(entries) if entries.iter().any(|entry| entry.key.value == key));
        fields.finish(findings);
        if given("above") == given("below") && !findings.is_incomplete() {
            let message = if given("above") { "an alarm has `above` or `below`, not both" } else { "an alarm needs `above` or `below`" };
            let hint = "write `above: NUMBER` or `below: NUMBER`; for both, add a second metric";
            findings.push(Finding::error(Code::MissingKey, node.span, message).hint(hint));
        }
        Some(alarm)
    }
}

fn threshold(node: &Node, findings: &mut Findings) -> Option<Spanned<Threshold>> {
    if let Value::Text(text) = &node.value
        && text.starts_with(|first: char| first.is_ascii_digit())
    {
        let time = read::milliseconds(node, "above: 500ms", findings)?;
        return Some(Spanned::new(Threshold::Milliseconds(time.value), time.span));
    }
    let expected = Expected { what: "a number", example: "above: 100" };
    let number = read::number(node, &expected, findings)?;
    Some(Spanned::new(Threshold::Number(number.value), number.span))
}
