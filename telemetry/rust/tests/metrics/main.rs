//! Metrics as they arrive: every line is read back by the reader of the embedded metric format that the simulator uses, without a violation.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]
#![expect(clippy::float_cmp, reason = "counts and sums of whole numbers are exact")]

mod flushing;
mod limits;
mod reading;
mod requests;
mod totals;

use jiff::Timestamp;
use skywarden_telemetry::{metrics::Metrics, settings};

/// The time of most documents, milliseconds since 1970.
const NOW_MS: i64 = 1_800_000_000_000;

fn now() -> Timestamp {
    Timestamp::from_millisecond(NOW_MS).unwrap()
}

fn settings() -> settings::Metrics {
    settings::Metrics { namespace: "shop/prod/api".to_owned(), ..settings::Metrics::default() }
}

fn metrics() -> Metrics {
    Metrics::new(&settings())
}
