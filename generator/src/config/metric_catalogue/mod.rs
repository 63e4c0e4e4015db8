//! What is known of AWS's metrics: units, and the sets of dimensions they are published by. Read from `catalogue/metrics.yaml`.

mod check;
mod read;

use std::collections::BTreeMap;

pub(crate) use check::{Looked, check};
pub(crate) use read::read;

/// Everything known, by namespace.
#[derive(Debug, Default)]
pub(crate) struct MetricCatalogue {
    namespaces: BTreeMap<String, Namespace>,
}

/// One namespace.
#[derive(Debug)]
struct Namespace {
    /// The only Region that has its metrics.
    region: Option<String>,
    metrics: BTreeMap<String, Known>,
}

/// What is known of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// Unit it comes in.
    pub(crate) unit: String,
    /// The statistic that says most.
    pub(crate) statistic: String,
    /// The sets of dimensions it is published by.
    sets: Vec<Vec<Dimension>>,
    /// Whether its single values reach CloudWatch, so that there are percentiles.
    percentiles: bool,
    /// Seconds between two of its points, where that is more than some minutes.
    pub(crate) every_seconds: Option<u32>,
}

/// A dimension of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Dimension {
    name: String,
    /// The value AWS always gives it.
    value: Option<String>,
}

impl MetricCatalogue {
    /// What is known of a metric.
    pub(crate) fn metric(&self, namespace: &str, name: &str) -> Option<&Known> {
        self.namespaces.get(namespace)?.metrics.get(name)
    }
}
