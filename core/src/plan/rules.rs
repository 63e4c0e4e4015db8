//! Metric rules: what metrics-extractor computes from log lines.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One metric computed from the lines of one log group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricRule {
    /// Log group the lines come from.
    pub log_group: String,
    /// CloudWatch namespace.
    pub namespace: String,
    /// Metric name.
    pub name: String,
    /// Filter pattern a line must match; empty matches every line.
    pub pattern: String,
    /// Where the value comes from.
    pub value: MetricValueSource,
    /// CloudWatch unit, as PutMetricData spells it.
    pub unit: String,
    /// How values are put together.
    pub kind: MetricKind,
    /// Storage resolution in seconds: 1 or 60.
    pub resolution_seconds: u8,
    /// Dimensions read from the line, in order.
    pub dimensions: Vec<DimensionRule>,
    /// Dimensions with a fixed value.
    pub constants: BTreeMap<String, String>,
}

/// Where a metric's value comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricValueSource {
    /// The same number for each matching line.
    Constant(f64),
    /// A JSON selector (`$.amount`); a line without a number there gives no sample.
    Selector(String),
}

/// How the samples of one period are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricKind {
    /// Samples are added up: one value per period.
    Counter,
    /// Samples are kept as values and counts, so that percentiles work.
    Distribution,
}

/// One dimension read from the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DimensionRule {
    /// Dimension name.
    pub name: String,
    /// JSON selector of its value.
    pub selector: String,
    /// How many distinct values are kept in one batch; the rest becomes `__other__`.
    pub limit: u32,
}
