//! Metrics as CloudWatch keeps them: samples by minute (or second), statistics over any period.
//!
//! A bucket holds count, sum, extremes and a histogram with bins of 10 %, never the samples themselves, so that a day of log lines
//! costs a few megabytes and a statistic over a period is the sum of its buckets.

mod datapoint;
mod histogram;
mod metric_id;
mod percentile;
mod series;
mod statistic;
mod store;

pub use datapoint::Datapoint;
pub use histogram::Histogram;
pub use metric_id::MetricId;
pub use percentile::percentile;
pub use series::{Resolution, Series};
pub use statistic::{Statistic, StatisticError};
pub use store::{MetricHandle, MetricStore};
