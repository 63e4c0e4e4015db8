//! Alarms as typed: those of a service and that of a metric.

use skywarden_core::severity::Severity;
use skywarden_document::{Node, Span, Spanned, Value};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawImpact, is_off, is_on},
        read::{self, Expected, Fields, Window},
    },
    model::{FewSamples, MissingData, Side},
};

/// The alarms of a service, or of all services; one that is not named keeps its defaults.
#[derive(Debug, Default)]
pub(crate) struct RawAlarms {
    /// What holds for every alarm that does not say otherwise.
    pub(crate) common: RawCommon,
    pub(crate) error_rate: Option<Toggle>,
    pub(crate) error_lines: Option<Toggle>,
    pub(crate) latency: Option<Toggle>,
    pub(crate) no_logs: Option<Toggle>,
    pub(crate) dropped_events: Option<Toggle>,
    /// The alarm that tells for several of them.
    pub(crate) impact: Option<RawImpact>,
}

/// What any alarm can be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawCommon {
    pub(crate) window: Option<Spanned<Window>>,
    pub(crate) severity: Option<Spanned<Severity>>,
    pub(crate) warm_up: Option<Spanned<u32>>,
    pub(crate) silenced: Option<Spanned<Silence>>,
    pub(crate) few_samples: Option<Spanned<FewSamples>>,
}

/// Whether an alarm tells anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// It does not, and why.
    Because(String),
    /// It does, whatever holds for others.
    No,
}

/// An alarm switched off or on, or changed.
#[derive(Debug)]
pub(crate) enum Toggle {
    /// `off`.
    Off,
    /// `on`, or a map of changes.
    On(Box<RawAlarm>, Span),
}

/// Changes to a built-in alarm.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawAlarm {
    /// Threshold in the alarm's own unit: percent, lines or milliseconds.
    pub(crate) above: Option<Spanned<f64>>,
    pub(crate) min_requests: Option<Spanned<u64>>,
    pub(crate) statistic: Option<Spanned<String>>,
    pub(crate) common: RawCommon,
}

/// The alarm of a metric.
#[derive(Debug)]
pub(crate) struct RawMetricAlarm {
    /// The side of what is usual that is bad.
    pub(crate) unusual: Option<Spanned<Side>>,
    /// How far from what is usual, standard deviations.
    pub(crate) width: Option<Spanned<f64>>,
    /// The metric of which this one is a share.
    pub(crate) share_of: Option<Spanned<String>>,
    /// Least of that one for which a share means something.
    pub(crate) min: Option<Spanned<u64>>,
    pub(crate) above: Option<Spanned<Threshold>>,
    pub(crate) below: Option<Spanned<Threshold>>,
    pub(crate) statistic: Option<Spanned<String>>,
    pub(crate) common: RawCommon,
    pub(crate) missing: Option<Spanned<MissingData>>,
}

pub(super) const SIDES: [(&str, Side); 3] = [("high", Side::High), ("low", Side::Low), ("either", Side::Either)];

/// Half width of a band: wider than ten standard deviations nothing is unusual.
const WIDEST: f64 = 10.0;

/// A threshold as typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Threshold {
    /// A number in the metric's unit.
    Number(f64),
    /// A time, for metrics in a unit of time.
    Milliseconds(f64),
    /// A share, for alarms on one.
    Percent(f64),
}

pub(crate) const SEVERITIES: [(&str, Severity); 4] = [
    (Severity::Critical.as_str(), Severity::Critical),
    (Severity::Error.as_str(), Severity::Error),
    (Severity::Warning.as_str(), Severity::Warning),
    (Severity::Info.as_str(), Severity::Info),
];

pub(crate) const SEVERITY: Expected = Expected { what: "a severity", example: "severity: critical" };

/// Longest reason of a silenced alarm: it stands in the alarm's description, which has 1,024 characters.
const MAX_REASON: usize = 200;

const REASON: Expected = Expected { what: "the reason why it is silenced", example: "silenced: provider is slow until March, see INC-12" };

const FEW_SAMPLES: [(&str, FewSamples); 2] = [("evaluate", FewSamples::Evaluate), ("ignore", FewSamples::Ignore)];

pub(super) const MISSING: [(&str, MissingData); 4] =
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
    /// `of`: whose they are, for messages.
    pub(super) fn read(node: &Node, of: &str, findings: &mut Findings) -> Self {
        let expected = Expected { what: "the alarms by name", example: "alarms: { latency: { above: 500ms } }" };
        if is_off(node) {
            return Self {
                common: RawCommon::default(),
                error_rate: Some(Toggle::Off),
                error_lines: Some(Toggle::Off),
                latency: Some(Toggle::Off),
                no_logs: Some(Toggle::Off),
                dropped_events: Some(Toggle::Off),
                impact: Some(RawImpact::Off),
            };
        }
        let Some(mut fields) = Fields::open(node, format!("`alarms` of {of}"), &expected, findings) else {
            return Self::default();
        };
        let common = RawCommon::read(&mut fields, findings);
        let mut toggle = |fields: &mut Fields, key, kind| fields.take(key).and_then(|node| Toggle::read(node, key, kind, findings));
        let alarms = Self {
            common,
            error_rate: toggle(&mut fields, "error_rate", Kind::ErrorRate),
            error_lines: toggle(&mut fields, "error_lines", Kind::ErrorLines),
            latency: toggle(&mut fields, "latency", Kind::Latency),
            no_logs: toggle(&mut fields, "no_logs", Kind::NoLogs),
            dropped_events: toggle(&mut fields, "dropped_events", Kind::DroppedEvents),
            impact: fields.take("impact").and_then(|node| RawImpact::read(node, findings)),
        };
        fields.finish(findings);
        alarms
    }
}

impl RawCommon {
    pub(super) fn read(fields: &mut Fields<'_>, findings: &mut Findings) -> Self {
        let few_samples = Expected { what: "what a percentile of few samples does", example: "few_samples: ignore" };
        Self {
            window: fields.take("for").and_then(|node| read::window(node, findings)),
            severity: fields.take("severity").and_then(|node| read::word(node, &SEVERITIES, &SEVERITY, findings)),
            warm_up: fields.take("warm_up").and_then(|node| read::warm_up(node, findings)),
            silenced: fields.take("silenced").and_then(|node| silence(node, findings)),
            few_samples: fields.take("few_samples").and_then(|node| read::word(node, &FEW_SAMPLES, &few_samples, findings)),
        }
    }

    /// These, and where they say nothing what others say.
    pub(crate) fn or(&self, others: &Self) -> Self {
        Self {
            window: self.window.clone().or_else(|| others.window.clone()),
            severity: self.severity.clone().or_else(|| others.severity.clone()),
            warm_up: self.warm_up.clone().or_else(|| others.warm_up.clone()),
            silenced: self.silenced.clone().or_else(|| others.silenced.clone()),
            few_samples: self.few_samples.clone().or_else(|| others.few_samples.clone()),
        }
    }
}

impl RawAlarm {
    /// These changes, and where they say nothing those of others; `between` stands between the two.
    pub(crate) fn or(&self, between: &RawCommon, others: &Self) -> Self {
        Self {
            above: self.above.clone().or_else(|| others.above.clone()),
            min_requests: self.min_requests.clone().or_else(|| others.min_requests.clone()),
            statistic: self.statistic.clone().or_else(|| others.statistic.clone()),
            common: self.common.or(between).or(&others.common),
        }
    }
}

/// `silenced: REASON`; `off` for one that speaks although others are silenced.
pub(super) fn silence(node: &Node, findings: &mut Findings) -> Option<Spanned<Silence>> {
    let word = node.scalar().unwrap_or_default();
    if is_off(node) || word == "no" {
        return Some(Spanned::new(Silence::No, node.span));
    }
    let without_reason = is_on(node) || word == "yes";
    let reason = if without_reason { Spanned::new(String::new(), node.span) } else { read::text(node, &REASON, findings)? };
    let text = reason.value.trim();
    if text.is_empty() || text.chars().count() > MAX_REASON || text.chars().any(char::is_control) {
        let finding = Finding::error(Code::WrongType, node.span, format!("a silenced alarm says why, in one line of at most {MAX_REASON} characters"));
        findings.push(finding.hint(format!("for example `{}`; `off` is for one that speaks although others are silenced", REASON.example)));
        return None;
    }
    Some(Spanned::new(Silence::Because(text.to_owned()), node.span))
}

impl Toggle {
    fn read(node: &Node, name: &str, kind: Kind, findings: &mut Findings) -> Option<Self> {
        if is_off(node) {
            return Some(Self::Off);
        }
        if is_on(node) {
            return Some(Self::On(Box::default(), node.span));
        }
        let expected = Expected {
            what: "`on`, `off` or a map",
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
        alarm.common = RawCommon::read(&mut fields, findings);
        if !matches!(kind, Kind::Latency)
            && let Some(few) = &alarm.common.few_samples
        {
            let finding = Finding::warning(Code::NoEffect, few.span, format!("`few_samples` is of percentiles, and alarm `{name}` has none"));
            findings.push(finding.hint("delete the line; it says something in `latency` and in alarms with `statistic: p99`"));
        }
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
        let whole = Expected { what: "the name of a metric of the same service", example: "share_of: Requests" };
        let least = Expected { what: "a number", example: "min: 20" };
        let side = Expected { what: "a side of what is usual", example: "unusual: high" };
        let alarm = Self {
            unusual: fields.take("unusual").and_then(|node| read::word(node, &SIDES, &side, findings)),
            width: fields.take("width").and_then(|node| width(node, findings)),
            share_of: fields.take("share_of").and_then(|node| read::text(node, &whole, findings)),
            min: fields.take("min").and_then(|node| read::count(node, 1..=u64::from(u32::MAX), &least, findings)),
            above: fields.take("above").and_then(|node| threshold(node, findings)),
            below: fields.take("below").and_then(|node| threshold(node, findings)),
            statistic: fields.take("statistic").and_then(|node| read::statistic(node, findings)),
            common: RawCommon::read(&mut fields, findings),
            missing: fields.take("missing").and_then(|node| read::word(node, &MISSING, &missing, findings)),
        };
        let given = |key: &&str| matches!(&node.value, Value::Map(entries) if entries.iter().any(|entry| entry.key.value == *key));
        fields.finish(findings);
        let conditions = ["above", "below", "unusual"].iter().filter(|key| given(key)).count();
        if conditions != 1 && !findings.is_incomplete() {
            let message = if conditions > 1 { "an alarm has one of `above`, `below` and `unusual`" } else { "an alarm needs `above`, `below` or `unusual`" };
            let hint = "write `above: NUMBER`, `below: NUMBER` or `unusual: high`; for several, add a second metric";
            findings.push(Finding::error(Code::MissingKey, node.span, message).hint(hint));
        }
        Some(alarm)
    }
}

pub(super) fn width(node: &Node, findings: &mut Findings) -> Option<Spanned<f64>> {
    let expected = Expected { what: "a number of standard deviations", example: "width: 3" };
    let width = read::number(node, &expected, findings)?;
    if width.value > 0.0 && width.value <= WIDEST {
        return Some(width);
    }
    let finding = Finding::error(Code::OutOfRange, node.span, format!("a band is {} standard deviations wide on each side", width.value));
    findings.push(finding.hint(format!("write a number above 0 and at most {WIDEST}; 2 is usual")));
    None
}

pub(super) fn threshold(node: &Node, findings: &mut Findings) -> Option<Spanned<Threshold>> {
    if let Value::Text(text) = &node.value
        && text.starts_with(|first: char| first.is_ascii_digit())
    {
        if text.trim_end().ends_with('%') {
            let share = read::percentage(node, findings)?;
            return Some(Spanned::new(Threshold::Percent(share.value), share.span));
        }
        let time = read::milliseconds(node, "above: 500ms", findings)?;
        return Some(Spanned::new(Threshold::Milliseconds(time.value), time.span));
    }
    let expected = Expected { what: "a number", example: "above: 100" };
    let number = read::number(node, &expected, findings)?;
    Some(Spanned::new(Threshold::Number(number.value), number.span))
}
