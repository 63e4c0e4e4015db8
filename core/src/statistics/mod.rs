//! Statistics over the samples of a period, as CloudWatch computes them.
//!
//! CloudWatch does not keep samples: it keeps count, sum, extremes and a histogram with bins of 10 %. The five plain statistics are exact;
//! percentiles, trimmed and winsorized ones and percentile ranks are read off the bins and differ from those of the samples by up to one bin.
//! What a statistic means is documented ("CloudWatch statistics definitions"); how the bins are read is inferred from several thousand values
//! observed on AWS.

mod bin;
mod bounds;
mod error;
mod histogram;
mod parse;
mod percentile;
mod statistic;
mod statistic_set;
mod trimmed;
mod winsorized;

pub use bin::{Bin, BinIndex, GROWTH};
pub use bounds::{Bound, Bounds};
pub use error::{StatisticError, StatisticErrorKind};
pub use histogram::Histogram;
pub use percentile::percentile;
pub use statistic::Statistic;
pub use statistic_set::StatisticSet;
pub use trimmed::{percentile_rank, trimmed_count, trimmed_mean, trimmed_sum};
pub use winsorized::winsorized_mean;
