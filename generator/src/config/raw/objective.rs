//! `slo:` of a service as typed.

use skywarden_core::{pattern::FilterPattern, severity::Severity};
use skywarden_document::{Node, Span, Spanned, Value, closest};

use super::alarm::{SEVERITIES, threshold};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{Threshold, is_off},
        read::{self, Expected, Fields},
    },
    model::Goal,
};

/// One objective.
#[derive(Debug)]
pub(crate) struct RawObjective {
    pub(crate) span: Span,
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) indicator: RawIndicator,
    pub(crate) target: Option<Spanned<Goal>>,
    pub(crate) window_days: Option<Spanned<u32>>,
    pub(crate) burn: RawBurn,
    pub(crate) application_signals: Option<Spanned<bool>>,
}

/// What is good.
#[derive(Debug)]
pub(crate) enum RawIndicator {
    /// Requests that do not fail on the server's side.
    Availability { min_events: Option<Spanned<u64>> },
    /// Requests answered in time, milliseconds.
    Latency { below: Option<Spanned<f64>>, min_events: Option<Spanned<u64>> },
    /// Lines of the log: boxed, since two patterns are far larger than the others.
    Events(Box<RawEvents>),
    /// Periods in which a metric is on the right side.
    Periods {
        metric: Option<Spanned<String>>,
        below: Option<Spanned<Threshold>>,
        above: Option<Spanned<Threshold>>,
        statistic: Option<Spanned<String>>,
        period_seconds: Option<Spanned<u32>>,
    },
}

/// Lines of the log: those that are good, of those that count.
#[derive(Debug)]
pub(crate) struct RawEvents {
    pub(crate) good: Option<Spanned<FilterPattern>>,
    pub(crate) of: Option<Spanned<FilterPattern>>,
    pub(crate) min_events: Option<Spanned<u64>>,
}

/// What holds for every objective that does not say otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawObjectiveDefaults {
    pub(crate) window_days: Option<Spanned<u32>>,
    pub(crate) burn: RawBurn,
}

/// Of what somebody is told.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawBurn {
    pub(crate) fast: Option<Spanned<Told>>,
    pub(crate) slow: Option<Spanned<Told>>,
}

/// Whether somebody is told, and how urgently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Nobody is: there is no alarm.
    Off,
    /// With this severity.
    With(Severity),
}

/// The key that says which kind of objective it is.
#[derive(Clone, Copy)]
enum Kind {
    Availability,
    Latency,
    Events,
    Periods,
}

const KINDS: [(&str, Kind); 4] = [("availability", Kind::Availability), ("latency", Kind::Latency), ("good", Kind::Events), ("metric", Kind::Periods)];

const ONE_KIND: &str =
    "write one of `availability: 99.9%`, `latency: 99%` with `below`, `good` with `of` and `target`, and `metric` with `below` or `above` and `target`";

/// Every objective; one whose kind is unknown is reported and left out.
pub(super) fn objectives(node: &Node, findings: &mut Findings) -> Vec<RawObjective> {
    let expected = Expected { what: "a list of objectives", example: "slo: [{ availability: 99.9% }]" };
    read::each(node, &expected, findings, RawObjective::read)
}

impl RawObjective {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let expected = Expected { what: "an objective as a map", example: "- { availability: 99.9% }" };
        let mut fields = Fields::open(node, "an objective", &expected, findings)?;
        let kind = kind(node, findings)?;
        let (indicator, target) = match kind {
            Kind::Availability => (RawIndicator::Availability { min_events: min_events(&mut fields, findings) }, fields.take("availability")),
            Kind::Latency => {
                let below = fields.require("below", "below: 300ms", findings);
                let below = below.and_then(|node| read::milliseconds(node, "below: 300ms", findings));
                (RawIndicator::Latency { below, min_events: min_events(&mut fields, findings) }, fields.take("latency"))
            }
            Kind::Events => {
                let good = fields.require("good", "good: '{ $.fields.event = \"order_placed\" }'", findings);
                let of = fields.require("of", "of: '{ $.fields.event = \"order_*\" }'", findings);
                let good = good.and_then(|node| read::filter_pattern(node, findings));
                let of = of.and_then(|node| read::filter_pattern(node, findings));
                (
                    RawIndicator::Events(Box::new(RawEvents { good, of, min_events: min_events(&mut fields, findings) })),
                    fields.require("target", "target: 99.5%", findings),
                )
            }
            Kind::Periods => (periods(node, &mut fields, findings), fields.require("target", "target: 99%", findings)),
        };
        let name = match kind {
            Kind::Availability | Kind::Latency => fields.take("name"),
            Kind::Events | Kind::Periods => fields.require("name", "name: orders", findings),
        };
        let flag = Expected { what: "`true` or `false`", example: "application_signals: true" };
        let objective = Self {
            span: fields.span(),
            name: name.and_then(|node| read::objective_name(node, findings)),
            indicator,
            target: target.and_then(|node| read::target(node, findings)),
            window_days: fields.take("window").and_then(|node| read::objective_window(node, findings)),
            burn: fields.take("burn").map(|node| RawBurn::read(node, findings)).unwrap_or_default(),
            application_signals: fields.take("application_signals").and_then(|node| read::boolean(node, &flag, findings)),
        };
        fields.finish(findings);
        Some(objective)
    }
}

impl RawObjectiveDefaults {
    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        let expected = Expected { what: "what holds for all objectives as a map", example: "slo: { window: 28d, burn: { slow: info } }" };
        let Some(mut fields) = Fields::open(node, "`slo` of `defaults`", &expected, findings) else {
            return Self::default();
        };
        let defaults = Self {
            window_days: fields.take("window").and_then(|node| read::objective_window(node, findings)),
            burn: fields.take("burn").map(|node| RawBurn::read(node, findings)).unwrap_or_default(),
        };
        fields.finish(findings);
        defaults
    }
}

/// Which kind of objective it is; reported when it is none or several.
fn kind(node: &Node, findings: &mut Findings) -> Option<Kind> {
    let Value::Map(entries) = &node.value else { return None };
    let keys = || entries.iter().map(|entry| entry.key.value.as_str());
    // `of` alone is half of `good` with `of`.
    let meant = |name: &str| keys().any(|key| key == name || (key == "of" && name == "good"));
    let mut found = KINDS.iter().filter(|(name, _)| meant(name));
    match (found.next(), found.next()) {
        (Some((_, kind)), None) => return Some(*kind),
        // The rest of the file could not be read: perhaps it stood there.
        (None, _) if findings.is_incomplete() => {}
        (None, _) => {
            let near = keys().find_map(|key| closest(key, KINDS.iter().map(|(name, _)| *name)));
            let hint = near.map_or_else(|| ONE_KIND.to_owned(), |near| format!("did you mean `{near}`? {ONE_KIND}"));
            findings.push(Finding::error(Code::BadObjective, node.span, "an objective does not say what is good").hint(hint));
        }
        (Some((first, _)), Some((second, _))) => {
            let message = format!("an objective is about one thing, and this one has `{first}` and `{second}`");
            findings.push(Finding::error(Code::BadObjective, node.span, message).hint(format!("make two of it; {ONE_KIND}")));
        }
    }
    None
}

fn min_events(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<Spanned<u64>> {
    let expected = Expected { what: "a number of events", example: "min_events: 20" };
    fields.take("min_events").and_then(|node| read::count(node, 1..=u64::from(u32::MAX), &expected, findings))
}

fn periods(node: &Node, fields: &mut Fields<'_>, findings: &mut Findings) -> RawIndicator {
    let metric = Expected { what: "the name of a metric of the service", example: "metric: QueueAge" };
    let indicator = RawIndicator::Periods {
        metric: fields.take("metric").and_then(|node| read::text(node, &metric, findings)),
        below: fields.take("below").and_then(|node| threshold(node, findings)),
        above: fields.take("above").and_then(|node| threshold(node, findings)),
        statistic: fields.take("statistic").and_then(|node| read::statistic(node, findings)),
        period_seconds: fields.take("period").and_then(|node| read::objective_period(node, findings)),
    };
    let given = |key: &&str| matches!(&node.value, Value::Map(entries) if entries.iter().any(|entry| entry.key.value == *key));
    if ["below", "above"].iter().filter(|key| given(key)).count() != 1 && !findings.is_incomplete() {
        let message = "an objective on a metric says on which side of which number it is good";
        findings.push(Finding::error(Code::BadObjective, node.span, message).hint("write either `below: 60s` or `above: 5`"));
    }
    indicator
}

impl RawBurn {
    /// These, and where they say nothing what others say.
    pub(crate) fn or(&self, others: &Self) -> Self {
        Self { fast: self.fast.clone().or_else(|| others.fast.clone()), slow: self.slow.clone().or_else(|| others.slow.clone()) }
    }

    /// `burn: off` or `burn: { fast: SEVERITY, slow: off }`.
    fn read(node: &Node, findings: &mut Findings) -> Self {
        let off = |node: &Node| Some(Spanned::new(Told::Off, node.span));
        if is_off(node) {
            return Self { fast: off(node), slow: off(node) };
        }
        let expected = Expected { what: "`off`, or a severity for `fast` and for `slow`", example: "burn: { fast: critical, slow: off }" };
        let Some(mut fields) = Fields::open(node, "`burn`", &expected, findings) else {
            return Self::default();
        };
        let severity = Expected { what: "a severity or `off`", example: "fast: critical" };
        let mut told = |node: &Node| {
            if is_off(node) {
                return off(node);
            }
            let severity = read::word(node, &SEVERITIES, &severity, findings)?;
            Some(Spanned::new(Told::With(severity.value), severity.span))
        };
        let burn = Self { fast: fields.take("fast").and_then(&mut told), slow: fields.take("slow").and_then(&mut told) };
        fields.finish(findings);
        burn
    }
}
