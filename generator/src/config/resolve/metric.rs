//! The user's metrics: which engine computes each, and why.

use skywarden_cloudformation::limits::{DIMENSIONS, FILTER_DIMENSIONS};
use skywarden_core::{
    json::Selector,
    pattern::PatternKind,
    plan::{DimensionRule, LogFormat, MetricKind, MetricRule, MetricValueSource},
};
use skywarden_document::shortened;

use super::line_paths::{LinePaths, path};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawMetric, RawValue},
        read,
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
    /// Names of the fields of a space-delimited pattern.
    pattern_fields: Vec<String>,
    format: LogFormat,
    value: RawValue,
    pub(super) unit: String,
    pub(super) kind: MetricKind,
    dimensions: Vec<(String, Selector)>,
    limit: Option<u32>,
    resolution_seconds: u8,
}

impl Metric {
    /// A metric of the config; `None` when its name is unusable. Reports what does not fit together.
    pub(super) fn new(raw: &RawMetric, format: &LogFormat, findings: &mut Findings) -> Option<Self> {
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
            pattern_fields: raw.pattern.as_ref().map(|pattern| pattern.value.fields().map(str::to_owned).collect()).unwrap_or_default(),
            format: format.clone(),
            value,
            unit: raw.unit.as_ref().map_or(default_unit, |unit| unit.value.as_str()).to_owned(),
            kind: raw.kind.as_ref().map_or(default_kind, |kind| kind.value),
            dimensions: raw.by.iter().map(|(name, selector)| (name.value.clone(), selector.value.clone())).collect(),
            limit,
            resolution_seconds: raw.resolution_seconds.as_ref().map_or(60, |resolution| resolution.value),
        };
        metric.check(raw, findings);
        Some(metric)
    }

    fn check(&self, raw: &RawMetric, findings: &mut Findings) {
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
        if !self.format.is_json() && self.pattern_kind != PatternKind::Json {
            self.check_paths(raw, findings);
        }
        let Some(pattern) = &raw.pattern else { return };
        if self.pattern_kind == PatternKind::Delimited && self.format.is_json() && self.reads_fields() {
            let message = format!("`{name}` reads JSON fields from lines its pattern takes for space-delimited text");
            let finding = Finding::error(Code::BadSelector, pattern.span, message);
            findings.push(finding.hint("write the pattern as `{ $.field = value }`, or use a number as `value` and no `by`"));
        }
        if self.pattern_kind == PatternKind::Json && !self.format.is_json() {
            let message = format!("`{name}` looks for JSON in the log of a service whose format is {}", self.format.as_str());
            findings.push(Finding::warning(Code::NotApplicable, pattern.span, message).hint("set `format: json` on the service, or look for words"));
        }
    }

    /// Reports each field that nothing could ever read: metrics-extractor knows the paths of the format, a metric filter the names of its pattern.
    fn check_paths(&self, raw: &RawMetric, findings: &mut Findings) {
        let Some(beyond) = self.beyond_a_filter() else { return };
        let known = LinePaths::of(&self.format);
        let value = raw.value.as_ref().and_then(|value| match &value.value {
            RawValue::Selector(selector) => Some((selector, value.span)),
            RawValue::Number(_) => None,
        });
        let dimensions = raw.by.iter().map(|(_, selector)| (&selector.value, selector.span));
        for (selector, span) in value.into_iter().chain(dimensions) {
            let path = path(selector);
            if self.pattern_fields.contains(&path) && !known.names(&path) {
                let message =
                    format!("metrics-extractor has to compute `{}`, and it does not read the names of a space-delimited pattern, as `{path}`", self.name);
                findings.push(Finding::error(Code::BadSelector, span, message).hint(format!("{beyond}; change that, or read a path of the line")));
            } else if !known.may_have(&path) {
                let message = format!("no line of the format {} has a field `{}`", self.format.as_str(), shortened(&path));
                findings.push(Finding::error(Code::BadSelector, span, message).hint(known.hint(&path)));
            }
        }
    }

    fn reads_fields(&self) -> bool {
        self.selectors().next().is_some()
    }

    /// What it reads from the line.
    fn selectors(&self) -> impl Iterator<Item = &Selector> {
        let value = match &self.value {
            RawValue::Selector(selector) => Some(selector),
            RawValue::Number(_) => None,
        };
        value.into_iter().chain(self.dimensions.iter().map(|(_, selector)| selector))
    }

    /// Whether a metric filter reads the fields its pattern names, `$bytes`, and not members of JSON.
    fn by_pattern(&self) -> bool {
        self.pattern_kind == PatternKind::Delimited && !self.format.is_json()
    }

    /// How a metric filter refers to a field.
    fn reference(&self, selector: &Selector) -> String {
        if self.by_pattern() { format!("${}", path(selector)) } else { selector.to_string() }
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
        let reads = self.reads_fields();
        match self.pattern_kind {
            PatternKind::Terms if self.format.is_json() && reads => {
                Some("it reads JSON fields from lines found by words, and a metric filter reads them only with a JSON pattern".to_owned())
            }
            PatternKind::All | PatternKind::Terms if !self.format.is_json() && reads => Some(format!(
                "the format of its log is {}, and a metric filter reads fields only from JSON or by the names of a space-delimited pattern",
                self.format.as_str()
            )),
            PatternKind::Delimited if self.by_pattern() => {
                let unnamed = self.selectors().map(path).find(|path| !self.pattern_fields.contains(path))?;
                Some(format!("it reads `{unnamed}`, which its space-delimited pattern does not name"))
            }
            PatternKind::All | PatternKind::Terms | PatternKind::Json | PatternKind::Delimited => None,
        }
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
            dimensions: self.dimension_rules(limit, beyond.is_none()),
            engine,
            reason: beyond.map_or_else(
                || "a metric filter can express it, and no function has to run for it".to_owned(),
                |reason| format!("metrics-extractor computes it: {reason}"),
            ),
            custom: true,
        }
    }

    fn dimension_rules(&self, limit: u32, native: bool) -> Vec<DimensionRule> {
        let place = |selector: &Selector| if native { self.reference(selector) } else { selector.to_string() };
        let rule = |(name, selector): &(String, Selector)| DimensionRule { name: name.clone(), selector: place(selector), limit };
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
            RawValue::Selector(selector) => (MetricValue::Selector(self.reference(selector)), None),
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
            dimensions: self.dimension_rules(self.limit.unwrap_or(DEFAULT_DIMENSION_VALUES), false),
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
            MetricKind::Distribution if read::is_time_unit(&self.unit) => "p99",
            MetricKind::Distribution => "Average",
        }
    }
}
