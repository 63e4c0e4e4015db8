//! Reading a metric back.

use std::future::Future;

use jiff::Timestamp;

use super::PortResult;

/// What was counted in CloudWatch.
pub trait MetricReader: Sync {
    /// Sum of a metric without dimensions over a time, from a full minute on; zero without a data point.
    fn sum(&self, namespace: &str, metric: &str, from: Timestamp, until: Timestamp) -> impl Future<Output = PortResult<f64>> + Send;
}
