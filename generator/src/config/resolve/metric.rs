//! The user's metrics: which engine computes each, and why.

use skywarden_cloudformation::limits::{DIMENSIONS, FILTER_DIMENSIONS};
use skywarden_core::{
    json::Selector,
    pattern::PatternKind,
    plan::{DimensionRule, LogFormat, MetricKind, MetricRule, MetricValueSource},
};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawMetric, RawValue},
        read,
        tree::shortened,
    },
    model::{LogGroup, MetricEngine, MetricPlan, MetricValue, NativeFilter},
};

/// Name and value pairs at which AWS disables a metric filter. Source: `CloudWatch` Logs, metric filter syntax.
const NATIVE_DIMENSION_VALUES: u32 = 1_000;
/// Distinct values kept of a dimension of an extractor metric that names no `limit`.
const DEFAULT_DIMENSION_VALUES: u32 = 100;

/// What a metric is made of, defaults filled in.
#[derive(Clone, Debug)]
pub(super) struct Metric {
    pub(super) name: String,
    pattern: String,
    pattern_kind: PatternKind,
    value: RawValue,
    pub(super) unit: String,
    pub(super) kind: MetricKind,
    dimensions: Vec<(String, Selector)>,
    limit: Option<u32>,
    resolution_seconds: u8,
}

impl Metric {
    /// A metric of the config; `None` when its name is unusable. Reports what does not fit together.
    pub(super) fn new(raw: &RawMetric, format: LogFormat, findings: &mut Findings) -> Option<Self> {
        let name = raw.name.as_ref()?;
        let value = raw.value.as_ref().map_or(RawValue::Number(1.0), |value| value.value.clone());
        let constant = matches!(value, RawValue::Number(_));
        let default_kind = if constant { MetricKind::Counter } else { MetricKind::Distribution };
        let default_unit = if constant { "Count" } else { "None" };
        let limit = raw.limit.as_ref().and_then(|limit| u32::try_from(limit.value).ok());
        let metric = Self {
            name: name.value.clone(),
            pattern: raw.pattern.as_ref().map(|pattern| pattern.value.to_string()).unwrap_or_default(),
            pattern_kind: raw.pattern.as_ref().map_or(PatternKind::All, |pattern| pattern.value.kind()),
            value,
            unit: raw.unit.as_ref().map_or(default_unit, |unit| unit.value.as_str()).to_owned(),
            kind: raw.kind.as_ref().map_or(default_kind, |kind| kind.value),
            dimensions: raw.by.iter().map(|(name, selector)| (name.value.clone(), selector.value.clone())).collect(),
            limit,
            resolution_seconds: raw.resolution_seconds.as_ref().map_or(60, |resolution| resolution.value),
        };
        metric.check(raw, format, findings);
        Some(metric)
    }

    fn check(&self, raw: &RawMetric, format: LogFormat, findings: &mut Findings) {
        let name = &self.name;
        if let (Some(limit), true) = (&raw.limit, self.dimensions.is_empty()) {
            let message = format!("`limit` caps the values of dimensions, and `{name}` has none");
            findings.push(Finding::warning(Code::NoEffect, limit.span, message).hint("add `by`, or delete the line"));
        }
        if self.dimensions.len() > DIMENSIONS {
            let message = format!("`{name}` has {} dimensions, CloudWatch takes at most {DIMENSIONS}", self.dimensions.len());
            let finding = Finding::error(Code::AwsLimit, raw.span, message);
            findings.push(finding.hint("keep the few that people ask for; every combination of values is billed as a metric"));
        }
        let Some(pattern) = &raw.pattern else { return };
        if self.pattern_kind == PatternKind::Delimited && self.reads_json() {
            let message = format!("`{name}` reads JSON fields from lines its pattern takes for space-delimited text");
            let finding = Finding::error(Code::BadSelector, pattern.span, message);
            findings.push(finding.hint("write the pattern as `{ $.field = value }`, or use a number as `value` and no `by`"));
        }
        if self.pattern_kind == PatternKind::Json && format == LogFormat::Text {
            let message = format!("`{name}` looks for JSON in the log of a service whose format is text");
            findings.push(Finding::warning(Code::NotApplicable, pattern.span, message).hint("set `format: json` on the service, or look for words"));
        }
    }

    fn reads_json(&self) -> bool {
        matches!(self.value, RawValue::Selector(_)) || !self.dimensions.is_empty()
    }

    /// The same over all values of its dimensions: what an alarm without dimensions looks at. `CloudWatch` adds up no dimensions by itself.
    pub(super) fn total(&self) -> Option<Self> {
        (!self.dimensions.is_empty()).then(|| Self { name: format!("{}All", self.name), dimensions: Vec::new(), limit: None, ..self.clone() })
    }

    /// Why a metric filter cannot compute it; `None` when it can.
    fn beyond_a_filter(&self) -> Option<String> {
        if let (Some(limit), false) = (self.limit, self.dimensions.is_empty()) {
            return Some(format!("its dimensions are capped at {limit} values, and a metric filter has no cap: AWS disables it at {NATIVE_DIMENSION_VALUES}"));
        }
        if self.dimensions.len() > FILTER_DIMENSIONS {
            return Some(format!("it has {} dimensions, and a metric filter has at most {FILTER_DIMENSIONS}", self.dimensions.len()));
        }
        if self.resolution_seconds == 1 {
            return Some("it has a resolution of one second, and a metric filter has one of a minute".to_owned());
        }
        (self.pattern_kind == PatternKind::Terms && self.reads_json())
            .then(|| "it reads JSON fields from lines found by words, and a metric filter reads them only with a JSON pattern".to_owned())
    }

    /// The plan of this metric: the cheapest engine that can compute it.
    pub(super) fn plan(&self, namespace: &str, log_group: &LogGroup) -> MetricPlan {
        let beyond = self.beyond_a_filter();
        let engine = match &beyond {
            None => MetricEngine::Native(self.filter()),
            Some(_) => MetricEngine::Extractor(self.rule(namespace, log_group)),
        };
        let limit = match &beyond {
            None => NATIVE_DIMENSION_VALUES,
            Some(_) => self.limit.unwrap_or(DEFAULT_DIMENSION_VALUES),
        };
        MetricPlan {
            name: self.name.clone(),
            namespace: namespace.to_owned(),
            unit: self.unit.clone(),
            description: self.description(),
            dimensions: self.dimension_rules(limit),
            engine,
            reason: beyond.map_or_else(
                || "a metric filter can express it, and no function has to run for it".to_owned(),
                |reason| format!("metrics-extractor computes it: {reason}"),
            ),
            custom: true,
        }
    }

    fn dimension_rules(&self, limit: u32) -> Vec<DimensionRule> {
        let rule = |(name, selector): &(String, Selector)| DimensionRule { name: name.clone(), selector: selector.to_string(), limit };
        self.dimensions.iter().map(rule).collect()
    }

    fn filter(&self) -> NativeFilter {
        // A filter reads JSON fields only with a JSON pattern: without one, take the lines that have the field at all.
        let read = match &self.value {
            RawValue::Selector(selector) => Some(selector),
            RawValue::Number(_) => self.dimensions.first().map(|(_, selector)| selector),
        };
        let pattern = match (self.pattern_kind, read) {
            (PatternKind::All, Some(selector)) => format!("{{ {selector} = * }}"),
            _ => self.pattern.clone(),
        };
        let (value, default) = match &self.value {
            RawValue::Number(number) => (MetricValue::Constant(*number), Some(0.0)),
            RawValue::Selector(selector) => (MetricValue::Selector(selector.to_string()), None),
        };
        NativeFilter { pattern, value, default_value: default.filter(|_| self.dimensions.is_empty()) }
    }

    fn rule(&self, namespace: &str, log_group: &LogGroup) -> MetricRule {
        MetricRule {
            log_group: log_group.name.clone(),
            namespace: namespace.to_owned(),
            name: self.name.clone(),
            pattern: self.pattern.clone(),
            value: match &self.value {
                RawValue::Number(number) => MetricValueSource::Constant(*number),
                RawValue::Selector(selector) => MetricValueSource::Selector(selector.to_string()),
            },
            unit: self.unit.clone(),
            kind: self.kind,
            resolution_seconds: self.resolution_seconds,
            dimensions: self.dimension_rules(self.limit.unwrap_or(DEFAULT_DIMENSION_VALUES)),
            constants: std::collections::BTreeMap::new(),
        }
    }

    fn description(&self) -> String {
        let what = match &self.value {
            RawValue::Selector(selector) => format!("`{selector}` of the log lines"),
            RawValue::Number(number) if (number - 1.0).abs() < f64::EPSILON => "number of log lines".to_owned(),
            RawValue::Number(number) => format!("{number} for each of the log lines"),
        };
        let which = if self.pattern.is_empty() { String::new() } else { format!(" that match `{}`", shortened(&self.pattern)) };
        let by: Vec<_> = self.dimensions.iter().map(|(name, _)| name.as_str()).collect();
        let by = if by.is_empty() { String::new() } else { format!(", by {}", by.join(" and ")) };
        format!("{what}{which}{by}")
    }

    /// The statistic an alarm looks at when it names none.
    pub(super) fn default_statistic(&self) -> &'static str {
        match self.kind {
            MetricKind::Counter => "Sum",
            // For a time the slow ones matter, not the mean.
            MetricKind::Distribution if read::unit_seconds(&self.unit).is_some() => "p99",
            MetricKind::Distribution => "Average",
        }
    }
}
