//! Metrics as CloudWatch keeps them: samples by minute (or second), statistics over any period.
//!
//! A bucket holds count, sum, extremes and a histogram with bins of 10 % ([`skywarden_core::statistics`]), never the samples themselves, so
//! that a day of log lines costs a few megabytes and a statistic over a period is the sum of its buckets.

mod datapoint;
mod metric_id;
mod series;
mod store;

pub use datapoint::Datapoint;
pub use metric_id::MetricId;
pub use series::{Resolution, Series};
pub use skywarden_core::statistics::Statistic;
pub use store::{MetricHandle, MetricStore};
