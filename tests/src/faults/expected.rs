//! What must come of a load.

use std::collections::{BTreeMap, BTreeSet};

/// A metric by its whole identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MetricKey {
    /// Service: the last part of the namespace.
    pub service: String,
    /// Metric.
    pub name: String,
    /// Dimensions, sorted by name.
    pub dimensions: Vec<(String, String)>,
}

/// Samples and their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Total {
    /// Number of samples.
    pub samples: f64,
    /// Sum.
    pub sum: f64,
}

/// What must come of a load.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// Log events.
    pub events: u64,
    /// Those among them that are not what they should be.
    pub poison: u64,
    /// Occurrences by error type; each type is one issue.
    pub issues: BTreeMap<String, u64>,
    /// Metrics.
    pub metrics: BTreeMap<MetricKey, Total>,
    /// Alarms and the states told.
    pub alarms: BTreeSet<(String, String)>,
}

impl Expected {
    pub(super) fn sample(&mut self, key: MetricKey, value: f64) {
        let total = self.metrics.entry(key).or_default();
        total.samples += 1.0;
        total.sum += value;
    }
}
