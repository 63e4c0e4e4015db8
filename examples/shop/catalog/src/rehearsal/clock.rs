//! The service's clock: the real one, or one that stands still until it is set or somebody waits.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;

/// The held time, microseconds since 1970; the real clock counts while it is this.
static HELD: AtomicI64 = AtomicI64::new(REAL);

const REAL: i64 = i64::MIN;

/// What waiting is rounded to, microseconds: durations in the log then have one decimal.
const STEP: f64 = 100.0;

/// Whether the time is the load script's.
pub(crate) fn held() -> bool {
    HELD.load(Relaxed) != REAL
}

/// The time, microseconds since 1970.
pub(crate) fn micros() -> i64 {
    match HELD.load(Relaxed) {
        REAL => Timestamp::now().as_microsecond(),
        held => held,
    }
}

/// The time, for log lines.
pub(crate) fn timestamp() -> Timestamp {
    match HELD.load(Relaxed) {
        REAL => Timestamp::now(),
        held => Timestamp::from_microsecond(held).unwrap_or_default(),
    }
}

/// The time, for durations.
pub(crate) fn instant() -> Instant {
    static FIRST: OnceLock<(Instant, i64)> = OnceLock::new();
    match HELD.load(Relaxed) {
        REAL => Instant::now(),
        held => {
            let (instant, at) = FIRST.get_or_init(|| (Instant::now(), held));
            let since = Duration::from_micros(held.abs_diff(*at));
            if held < *at { instant.checked_sub(since) } else { instant.checked_add(since) }.unwrap_or(*instant)
        }
    }
}

/// Sets the time.
pub(crate) fn hold(micros: i64) {
    HELD.store(micros, Relaxed);
}

/// Waits, as one waits for a disk or a network.
pub(crate) async fn wait(milliseconds: f64) {
    match HELD.load(Relaxed) {
        REAL => tokio::time::sleep(Duration::from_secs_f64(milliseconds / 1_000.0)).await,
        held => {
            #[expect(clippy::cast_possible_truncation, reason = "waits of a few seconds")]
            let steps = (milliseconds * 1_000.0 / STEP).round() as i64;
            hold(held + steps * 100);
        }
    }
}
