//! Counters.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use skywarden_core::metric::MAX_MAGNITUDE;

use super::series::{Cell, Handle, Taken};

/// Counts up: orders placed, requests answered. Written as the sum of an interval; in CloudWatch the statistic is Sum. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Counter(pub(super) Handle);

/// The sum since the last line.
#[derive(Debug, Default)]
pub(super) struct Total {
    whole: AtomicU64,
    /// What is no whole number, or too large a one: the bits of an `f64`.
    rest: AtomicU64,
    /// Whether nothing was counted on purpose, so that there is a zero to be written.
    zero: AtomicBool,
}

/// Larger steps are added to the rest, so that no sum of steps overflows before it is written.
const MAX_STEP: u64 = 1 << 32;

impl Counter {
    /// Counts one.
    pub fn increment(&self) {
        self.add(1);
    }

    /// Counts so many. Zero is worth counting where an alarm needs data to see that all is well.
    pub fn add(&self, by: u64) {
        match &self.0 {
            Handle::Series(series) => {
                if let Cell::Total(total) = &series.cell {
                    total.add(by);
                }
            }
            Handle::Nowhere(ledger, reason) => ledger.count(*reason),
        }
    }

    /// Counts an amount, not less than zero. For amounts with a distribution of interest there is
    /// [`Metrics::distribution`](super::Metrics::distribution).
    pub fn add_amount(&self, by: f64) {
        self.0.record(by);
    }
}

impl Total {
    pub(super) fn add(&self, by: u64) {
        if by == 0 {
            // Read first: most zeros are not the first, and reading leaves the line where it is.
            if !self.zero.load(Ordering::Relaxed) {
                self.zero.store(true, Ordering::Relaxed);
            }
        } else if by <= MAX_STEP {
            self.whole.fetch_add(by, Ordering::Relaxed);
        } else {
            #[expect(clippy::cast_precision_loss, reason = "one in 2^32 at most, of a step beyond that")]
            self.add_rest(by as f64);
        }
    }

    /// Adds a finite amount that is not negative.
    pub(super) fn add_amount(&self, by: f64) {
        #[expect(clippy::cast_precision_loss, reason = "a power of two")]
        let most = MAX_STEP as f64;
        if by <= most && by.fract() == 0.0 {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, not negative and small")]
            self.add(by as u64);
        } else {
            self.add_rest(by);
        }
    }

    fn add_rest(&self, by: f64) {
        let sum = |bits| Some((f64::from_bits(bits) + by).min(MAX_MAGNITUDE).to_bits());
        // Never fails, for the function gives a value each time.
        let _ = self.rest.fetch_update(Ordering::Relaxed, Ordering::Relaxed, sum);
    }

    /// The sum, which begins at nothing again.
    pub(super) fn take(&self) -> Option<Taken> {
        // Most series of many are idle; reading is cheaper than swapping, and what comes in between is there the next time.
        if self.whole.load(Ordering::Relaxed) == 0 && self.rest.load(Ordering::Relaxed) == 0 && !self.zero.load(Ordering::Relaxed) {
            return None;
        }
        let whole = self.whole.swap(0, Ordering::Relaxed);
        let rest = f64::from_bits(self.rest.swap(0, Ordering::Relaxed));
        let zero = self.zero.swap(false, Ordering::Relaxed);
        #[expect(clippy::cast_precision_loss, reason = "a sum with fractions is as exact as an f64")]
        let both = || Taken::Real((whole as f64 + rest).min(MAX_MAGNITUDE));
        match (whole, rest == 0.0) {
            (0, true) => zero.then_some(Taken::Whole(0)),
            (_, true) => Some(Taken::Whole(whole)),
            _ => Some(both()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_exact_and_nothing_is_nothing() {
        let total = Total::default();
        assert_eq!(total.take(), None);
        for by in [1, 2, MAX_STEP] {
            total.add(by);
        }
        assert_eq!(total.take(), Some(Taken::Whole(MAX_STEP + 3)));
        assert_eq!(total.take(), None);
    }

    #[test]
    fn a_zero_is_written_when_it_was_counted() {
        let total = Total::default();
        total.add(0);
        assert_eq!(total.take(), Some(Taken::Whole(0)));
        assert_eq!(total.take(), None);
        total.add_amount(0.0);
        total.add(3);
        assert_eq!(total.take(), Some(Taken::Whole(3)));
    }

    #[test]
    fn amounts_add_up_and_nothing_overflows() {
        let total = Total::default();
        total.add_amount(2.5);
        total.add_amount(2.0);
        assert_eq!(total.take(), Some(Taken::Real(4.5)));
        total.add(u64::MAX);
        total.add(u64::MAX);
        assert_eq!(total.take(), Some(Taken::Real(2.0_f64.powi(65))));
        total.add_amount(MAX_MAGNITUDE);
        total.add_amount(MAX_MAGNITUDE);
        assert_eq!(total.take(), Some(Taken::Real(MAX_MAGNITUDE)));
    }
}
