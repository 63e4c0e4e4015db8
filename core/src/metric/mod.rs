//! Metrics: names, rules over records, aggregation into values and counts, and packing for PutMetricData.

mod aggregate;
mod bucket;
mod datum;
mod distribution;
mod drop;
pub mod name;
mod pack;
mod rule;

pub use aggregate::{Aggregator, OTHER};
pub use bucket::{BUCKET_BASE, MAX_VALUES, fold};
pub use datum::{Datum, PutRequest, ValueCount};
pub use drop::{DropReason, Drops};
pub use pack::{MAX_DATA, MAX_REQUEST_BYTES, pack};
pub use rule::{RuleError, Rules};
