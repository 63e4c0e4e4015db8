//! Metrics: names, rules over records, aggregation into values and counts, and packing for PutMetricData.

mod aggregate;
mod bucket;
mod datum;
mod dimension;
mod distribution;
mod drop;
pub mod emf;
mod limit;
pub mod name;
mod pack;
mod rule;
mod unit;
mod wire;

pub use aggregate::Aggregator;
pub use bucket::{MAX_VALUES, fold};
pub use datum::{Datum, PutRequest, ValueCount};
pub use dimension::{MAX_DIMENSION_VALUE, OTHER, clean_dimension};
pub use drop::{DropReason, Drops};
pub use limit::{MAX_AGE_MS, MAX_AHEAD_MS, MAX_DIMENSIONS, MAX_MAGNITUDE};
pub use pack::{MAX_DATA, MAX_REQUEST_BYTES, fits, pack};
pub use rule::{RuleError, Rules};
pub use unit::{UNITS, unit};
pub use wire::compressed_bytes;
