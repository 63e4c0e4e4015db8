//! `metrics:` as typed.

use skywarden_core::{json::Selector, pattern::FilterPattern, plan::MetricKind};
use skywarden_document::{Node, Span, Spanned, Value};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    raw::RawMetricAlarm,
    read::{self, Expected, Fields},
};

/// One metric of the user's.
#[derive(Debug)]
pub(crate) struct RawMetric {
    pub(crate) span: Span,
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) from: Option<Spanned<String>>,
    pub(crate) pattern: Option<Spanned<FilterPattern>>,
    pub(crate) value: Option<Spanned<RawValue>>,
    pub(crate) unit: Option<Spanned<String>>,
    pub(crate) kind: Option<Spanned<MetricKind>>,
    pub(crate) by: Vec<(Spanned<String>, Spanned<Selector>)>,
    pub(crate) limit: Option<Spanned<u64>>,
    pub(crate) resolution_seconds: Option<Spanned<u8>>,
    pub(crate) alarm: Option<RawMetricAlarm>,
}

/// A metric's value.
#[derive(Clone, Debug)]
pub(crate) enum RawValue {
    /// The same number for each line.
    Number(f64),
    /// Read from the line.
    Selector(Selector),
}

/// Most values a `limit` may keep; beyond it a map of the extractor would outgrow a function's memory, and the bill too.
pub(crate) const MAX_DIMENSION_VALUES: u64 = 10_000;

const KINDS: [(&str, MetricKind); 2] = [("counter", MetricKind::Counter), ("distribution", MetricKind::Distribution)];
const RESOLUTIONS: [(&str, u8); 2] = [("1s", 1), ("1m", 60)];

/// Every metric; one that is no map is reported and left out.
pub(super) fn metrics(node: &Node, findings: &mut Findings) -> Vec<RawMetric> {
    let expected = Expected { what: "a list of metrics", example: "metrics: [{ name: Orders, from: checkout, where: '{ $.event = \"order_placed\" }' }]" };
    read::each(node, &expected, findings, RawMetric::read)
}

impl RawMetric {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let expected = Expected { what: "a metric as a map", example: "- { name: Orders, from: checkout }" };
        let mut fields = Fields::open(node, "a metric", &expected, findings)?;
        let name = fields.require("name", "name: OrderValue", findings);
        let from = fields.require("from", "from: checkout", findings);
        let service = Expected { what: "the name of a service", example: "from: checkout" };
        let kind = Expected { what: "a metric kind", example: "kind: counter" };
        let limit = Expected { what: "the number of distinct values kept of each dimension", example: "limit: 20" };
        let resolution = Expected { what: "a resolution", example: "resolution: 1m" };
        let metric = Self {
            span: fields.span(),
            name: name.and_then(|node| read::metric_name(node, findings)),
            from: from.and_then(|node| read::text(node, &service, findings)),
            pattern: fields.take("where").and_then(|node| read::filter_pattern(node, findings)),
            value: fields.take("value").and_then(|node| value(node, findings)),
            unit: fields.take("unit").and_then(|node| read::unit(node, findings)),
            kind: fields.take("kind").and_then(|node| read::word(node, &KINDS, &kind, findings)),
            by: fields.take("by").map(|node| by(node, findings)).unwrap_or_default(),
            limit: fields.take("limit").and_then(|node| read::count(node, 1..=MAX_DIMENSION_VALUES, &limit, findings)),
            resolution_seconds: fields.take("resolution").and_then(|node| read::word(node, &RESOLUTIONS, &resolution, findings)),
            alarm: fields.take("alarm").and_then(|node| RawMetricAlarm::read(node, findings)),
        };
        fields.finish(findings);
        Some(metric)
    }
}

fn value(node: &Node, findings: &mut Findings) -> Option<Spanned<RawValue>> {
    if let Value::Number { value, .. } = node.value {
        return Some(Spanned::new(RawValue::Number(value), node.span));
    }
    let selector = read::selector(node, findings)?;
    Some(Spanned::new(RawValue::Selector(selector.value), selector.span))
}

/// `by: { Dimension: $.selector }`.
fn by(node: &Node, findings: &mut Findings) -> Vec<(Spanned<String>, Spanned<Selector>)> {
    let Value::Map(entries) = &node.value else {
        let message = format!("expected the dimensions as a map, found {}", node.found());
        let hint = "write `by: { Currency: $.currency }`: the dimension's name and where its value is in the line";
        findings.push(Finding::error(Code::WrongType, node.span, message).hint(hint));
        return Vec::new();
    };
    let mut dimensions = Vec::new();
    for entry in entries {
        let named = read::dimension_name(&entry.key.value, entry.key.span, findings);
        if let Some(selector) = read::selector(&entry.value, findings)
            && named
        {
            dimensions.push((entry.key.clone(), selector));
        }
    }
    dimensions
}
