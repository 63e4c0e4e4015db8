//! Metrics with their totals over the whole replay.

use serde::Serialize;

use crate::statistics::{MetricId, MetricStore, Resolution, Series, Statistic};

/// One metric over the whole replay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetricReport {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Dimensions, name and value, sorted.
    pub dimensions: Vec<(String, String)>,
    /// CloudWatch unit, empty when unknown.
    pub unit: String,
    /// Number of samples.
    pub samples: f64,
    /// Sum.
    pub sum: f64,
    /// Average.
    pub average: f64,
    /// Smallest sample.
    pub minimum: f64,
    /// Largest sample.
    pub maximum: f64,
    /// Median; absent when a sample is below zero.
    pub p50: Option<f64>,
    /// 99th percentile; absent when a sample is below zero.
    pub p99: Option<f64>,
}

/// Every metric of a store, in the order of the identities.
pub(super) fn all(store: &MetricStore) -> Vec<MetricReport> {
    store.iter().filter_map(|(metric, series)| one(metric, series)).collect()
}

fn one(metric: &MetricId, series: &Series) -> Option<MetricReport> {
    let (first, last) = series.span()?;
    let over_all = |statistic| series.datapoint(statistic, first, last + Resolution::Minute.seconds()).map(|point| point.value);
    Some(MetricReport {
        namespace: metric.namespace().to_owned(),
        name: metric.name().to_owned(),
        dimensions: metric.dimensions().to_vec(),
        unit: series.unit().to_owned(),
        samples: over_all(Statistic::SampleCount)?,
        sum: over_all(Statistic::Sum)?,
        average: over_all(Statistic::Average)?,
        minimum: over_all(Statistic::Minimum)?,
        maximum: over_all(Statistic::Maximum)?,
        p50: over_all(Statistic::Percentile(50.0)),
        p99: over_all(Statistic::Percentile(99.0)),
    })
}
