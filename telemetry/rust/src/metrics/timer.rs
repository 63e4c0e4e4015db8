//! Timers.

use std::time::{Duration, Instant};

use super::Distribution;

/// Measures how long something takes, in milliseconds. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Timer(pub(super) Distribution);

/// What a [`Timer`] measures; ends, and is recorded, when it is dropped.
#[derive(Debug)]
#[must_use = "the measurement ends when it is dropped"]
pub struct Running {
    timer: Option<Timer>,
    since: Instant,
}

impl Timer {
    /// Begins a measurement, which ends when the guard is dropped, by a panic or a cancelled task as well.
    pub fn start(&self) -> Running {
        Running { timer: Some(self.clone()), since: Instant::now() }
    }

    /// Records what was measured otherwise.
    pub fn record(&self, duration: Duration) {
        self.0.record(milliseconds(duration));
    }
}

impl Running {
    /// Ends the measurement and says how long it was.
    pub fn stop(mut self) -> Duration {
        let duration = self.since.elapsed();
        if let Some(timer) = self.timer.take() {
            timer.record(duration);
        }
        duration
    }

    /// Ends without recording anything.
    pub fn discard(mut self) {
        self.timer = None;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.record(self.since.elapsed());
        }
    }
}

/// A duration as the decimal number that is nearest to it.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact up to 104 days, and to 16 digits beyond")]
    let nanoseconds = duration.as_nanos() as f64;
    nanoseconds / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_without_noise() {
        for (duration, expected) in [(Duration::from_micros(1_100), 1.1), (Duration::from_nanos(12_345_678), 12.345_678), (Duration::from_secs(3), 3_000.0)] {
            assert_eq!(milliseconds(duration).to_bits(), f64::to_bits(expected));
        }
    }
}
