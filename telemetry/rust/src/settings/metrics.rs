//! Metrics in the embedded metric format.

use std::time::Duration;

/// Metrics in the embedded metric format.
#[derive(Clone, Debug, PartialEq)]
pub struct Metrics {
    /// Namespace; by default `project/environment/service`, as the generator has it.
    pub namespace: String,
    /// Whether requests, errors, durations, log events and the rest of the built-in metrics are written.
    pub builtin: bool,
    /// Whether the built-in request metrics are written by route as well.
    pub by_route: bool,
    /// How often what was gathered is written.
    pub interval: Duration,
    /// Most combinations of name and dimension values; what is over is counted as `__other__`.
    pub max_series: usize,
    /// Dimensions every metric has.
    pub dimensions: Vec<(String, String)>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { namespace: String::new(), builtin: false, by_route: false, interval: Duration::from_mins(1), max_series: 1_000, dimensions: Vec::new() }
    }
}
