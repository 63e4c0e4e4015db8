//! Metrics: names, rules over records, aggregation into values and counts, and packing for PutMetricData.

#[cfg(feature = "processing")]
mod aggregate;
#[cfg(feature = "processing")]
mod datum;
mod dimension;
mod distribution;
#[cfg(feature = "processing")]
mod drop;
pub mod emf;
mod limit;
pub mod name;
#[cfg(feature = "processing")]
mod pack;
#[cfg(feature = "processing")]
mod rule;
mod unit;
mod value_count;
#[cfg(feature = "processing")]
mod wire;

#[cfg(feature = "processing")]
pub use aggregate::Aggregator;
#[cfg(feature = "processing")]
pub use datum::{Datum, PutRequest};
pub use dimension::{MAX_DIMENSION_VALUE, OTHER, clean_dimension};
pub use distribution::Distribution;
#[cfg(feature = "processing")]
pub use drop::{DropReason, Drops};
pub use limit::{MAX_AGE_MS, MAX_AHEAD_MS, MAX_DIMENSIONS, MAX_MAGNITUDE, MAX_VALUES};
#[cfg(feature = "processing")]
pub use pack::{MAX_DATA, MAX_REQUEST_BYTES, fits, pack};
#[cfg(feature = "processing")]
pub use rule::{RuleError, Rules};
pub use unit::{UNITS, unit};
pub use value_count::ValueCount;
#[cfg(feature = "processing")]
pub use wire::compressed_bytes;
