//! The clock: the real one, or one that a test holds. And ids that can be repeated.

use std::{
    sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed},
    time::Instant,
};

use jiff::Timestamp;
use pyo3::prelude::*;
use skywarden_telemetry::request::{ids::Source, unique_at};

/// The held time, nanoseconds since 1970; the real clock counts while it is this.
static HELD: AtomicI64 = AtomicI64::new(REAL);

const REAL: i64 = i64::MIN;

/// What ids are made from while they are to be repeatable.
static SEED: AtomicU64 = AtomicU64::new(0);
static SEEDED: AtomicBool = AtomicBool::new(false);

/// Now.
pub(crate) fn now() -> Timestamp {
    held().unwrap_or_else(Timestamp::now)
}

/// The time that is held, if it is.
pub(crate) fn held() -> Option<Timestamp> {
    let held = HELD.load(Relaxed);
    (held != REAL).then(|| Timestamp::from_nanosecond(held.into()).unwrap_or_default())
}

/// When something began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Began {
    instant: Instant,
    held: i64,
}

impl Began {
    /// Now.
    pub(crate) fn now() -> Self {
        Self { instant: Instant::now(), held: HELD.load(Relaxed) }
    }

    /// Milliseconds since then.
    pub(crate) fn milliseconds(&self) -> f64 {
        match HELD.load(Relaxed) {
            REAL => self.instant.elapsed().as_secs_f64() * 1e3,
            _ if self.held == REAL => 0.0,
            #[expect(clippy::cast_precision_loss, reason = "durations of requests")]
            held => held.saturating_sub(self.held).max(0) as f64 / 1e6,
        }
    }
}

/// Where ids come from.
pub(crate) fn ids() -> Source {
    Source { now, random }
}

fn random(now: Timestamp) -> u128 {
    if !SEEDED.load(Relaxed) {
        return unique_at(now);
    }
    // splitmix64 (Steele, Lea and Flood, 2014).
    let next = || {
        let state = SEED.fetch_add(0x9e37_79b9_7f4a_7c15, Relaxed);
        let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    };
    u128::from(next()) << 64 | u128::from(next())
}

/// Holds the time at a moment, or lets go of it.
#[pyfunction]
#[pyo3(signature = (nanoseconds, /))]
pub(crate) fn hold_time(nanoseconds: Option<i64>) {
    HELD.store(nanoseconds.unwrap_or(REAL), Relaxed);
}

/// Begins a sequence of ids, or makes them unique again.
#[pyfunction]
#[pyo3(signature = (seed, /))]
pub(crate) fn seed_ids(seed: Option<u64>) {
    SEED.store(seed.unwrap_or_default(), Relaxed);
    SEEDED.store(seed.is_some(), Relaxed);
}
