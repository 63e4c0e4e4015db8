//! Metrics computed from log lines, and the engine chosen for each.

use skywarden_core::plan::{DimensionRule, MetricRule};

/// One metric of a service and how it is computed.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricPlan {
    /// Metric name.
    pub name: String,
    /// CloudWatch namespace.
    pub namespace: String,
    /// CloudWatch unit, as PutMetricData spells it.
    pub unit: String,
    /// One sentence on what it measures, for widgets and docs.
    pub description: String,
    /// Dimensions read from the log line; of [`MetricEngine::Emf`] from the root of the metric's own line.
    pub dimensions: Vec<DimensionRule>,
    /// What computes it.
    pub engine: MetricEngine,
    /// Why that engine, one sentence.
    pub reason: String,
    /// True for metrics of the config (drawn as business metrics), false for the built-in ones.
    pub custom: bool,
}

/// What computes a metric.
#[derive(Clone, Debug, PartialEq)]
pub enum MetricEngine {
    /// A CloudWatch Logs metric filter: the cheapest.
    Native(NativeFilter),
    /// A rule of metrics-extractor.
    Extractor(MetricRule),
    /// The service itself, with the telemetry library: lines in the embedded metric format (EMF), of which CloudWatch Logs takes the metric by
    /// itself. Nothing has to be deployed for it.
    Emf,
}

/// A native metric filter.
#[derive(Clone, Debug, PartialEq)]
pub struct NativeFilter {
    /// Filter pattern.
    pub pattern: String,
    /// Value of each matching event.
    pub value: MetricValue,
    /// Value of each event that does not match; only without dimensions.
    pub default_value: Option<f64>,
}

/// Value of a native metric filter.
#[derive(Clone, Debug, PartialEq)]
pub enum MetricValue {
    /// A constant.
    Constant(f64),
    /// A JSON selector, `$.amount`.
    Selector(String),
}
