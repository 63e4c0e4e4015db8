//! Gauges.

use std::sync::atomic::{AtomicU64, Ordering};

use skywarden_core::metric::MAX_MAGNITUDE;

use super::series::{Cell, Handle, Taken};

/// A level that goes up and down: requests in flight, the length of a queue. Cheap to clone.
///
/// Of each interval the highest level is written, what it stood at in the beginning included: one sample, so that the statistic Maximum is the true
/// peak, Average the mean of the peaks of all instances, and Sum over one interval their sum. A level that stands at other than zero is written
/// though it does not move. Where the lowest level matters (free connections), record it at each use in a
/// [`Distribution`](super::Distribution): that has a Minimum.
#[derive(Clone, Debug)]
pub struct Gauge(pub(super) Handle);

/// A level and the highest since the last line, as bits of `f64`.
#[derive(Debug)]
pub(super) struct Level {
    level: AtomicU64,
    /// Minus infinity until the level moves.
    peak: AtomicU64,
}

impl Default for Level {
    fn default() -> Self {
        Self { level: AtomicU64::new(0.0_f64.to_bits()), peak: AtomicU64::new(f64::NEG_INFINITY.to_bits()) }
    }
}

impl Gauge {
    /// Up by one.
    pub fn up(&self) {
        self.add(1.0);
    }

    /// Down by one.
    pub fn down(&self) {
        self.add(-1.0);
    }

    /// Up by so much, or down.
    pub fn add(&self, by: f64) {
        self.0.change(by, |series| {
            if let Cell::Level(level) = &series.cell {
                level.add(by, -MAX_MAGNITUDE);
            }
        });
    }

    /// Down by one, unless it stands at zero: in a child process, what was counted up in the parent is not counted down.
    pub(super) fn down_to_zero(&self) {
        self.0.change(-1.0, |series| {
            if let Cell::Level(level) = &series.cell {
                level.add(-1.0, 0.0);
            }
        });
    }

    /// To this level.
    pub fn set(&self, to: f64) {
        self.0.record(to);
    }
}

impl Level {
    fn add(&self, by: f64, least: f64) {
        let sum = |bits| (f64::from_bits(bits) + by).clamp(least, MAX_MAGNITUDE);
        // Never fails, for the function gives a value each time.
        if let Ok(before) = self.level.fetch_update(Ordering::AcqRel, Ordering::Acquire, |bits| Some(sum(bits).to_bits())) {
            self.reach(sum(before));
        }
    }

    pub(super) fn set(&self, to: f64) {
        self.level.store(to.to_bits(), Ordering::Release);
        self.reach(to);
    }

    fn reach(&self, level: f64) {
        let higher = |bits| (level > f64::from_bits(bits)).then(|| level.to_bits());
        // Fails when it is not higher, which is as good.
        let _ = self.peak.fetch_update(Ordering::AcqRel, Ordering::Acquire, higher);
    }

    /// The highest level since the last time.
    pub(super) fn take(&self) -> Option<Taken> {
        let level = f64::from_bits(self.level.load(Ordering::Acquire));
        if level == 0.0 && self.peak.load(Ordering::Acquire) == f64::NEG_INFINITY.to_bits() {
            return None;
        }
        let start = if level == 0.0 { f64::NEG_INFINITY } else { level };
        let peak = f64::from_bits(self.peak.swap(start.to_bits(), Ordering::AcqRel));
        (peak > f64::NEG_INFINITY || level != 0.0).then(|| Taken::Real(peak.max(level)))
    }

    pub(super) fn reset(&self) {
        self.level.store(0.0_f64.to_bits(), Ordering::Release);
        self.peak.store(f64::NEG_INFINITY.to_bits(), Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_level_of_an_interval_is_told() {
        let level = Level::default();
        assert_eq!(level.take(), None);
        for by in [1.0, 1.0, -1.0, 1.0, -1.0] {
            level.add(by, -9.0);
        }
        assert_eq!(level.take(), Some(Taken::Real(2.0)));
        assert_eq!(level.take(), Some(Taken::Real(1.0)), "it stands at one");
        level.add(-1.0, -9.0);
        assert_eq!(level.take(), Some(Taken::Real(1.0)), "it stood at one in the beginning");
        assert_eq!(level.take(), None, "nothing moves at zero");
    }

    #[test]
    fn levels_below_zero_are_no_peaks_of_zero() {
        let level = Level::default();
        level.set(-5.0);
        assert_eq!(level.take(), Some(Taken::Real(-5.0)));
        level.set(-7.0);
        assert_eq!(level.take(), Some(Taken::Real(-5.0)));
        level.set(0.0);
        assert_eq!(level.take(), Some(Taken::Real(0.0)));
        assert_eq!(level.take(), None);
    }
}
