//! Token bucket in whole tokens and whole seconds, so that the same times give the same answer everywhere.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How fast a bucket fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    /// Tokens of a full bucket.
    pub(super) capacity: u32,
    /// Seconds between two tokens.
    pub(super) interval_seconds: u32,
}

impl Rate {
    /// A bucket that fills over a period. Neither is ever zero.
    pub(super) fn new(capacity: u32, period_seconds: u32) -> Self {
        let capacity = capacity.max(1);
        Self { capacity, interval_seconds: (period_seconds / capacity).max(1) }
    }
}

/// Tokens, as of a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bucket {
    tokens: u32,
    /// When the last whole token came in.
    since: Timestamp,
}

impl Bucket {
    /// A full bucket.
    pub(super) const fn full(rate: Rate, now: Timestamp) -> Self {
        Self { tokens: rate.capacity, since: now }
    }

    /// Tokens at a time. A clock that went back adds none.
    pub(super) fn available(&self, rate: Rate, now: Timestamp) -> u32 {
        let passed = now.duration_since(self.since).as_secs().max(0);
        let tokens = u32::try_from(passed / i64::from(rate.interval_seconds)).unwrap_or(u32::MAX);
        self.tokens.saturating_add(tokens).min(rate.capacity)
    }

    /// Takes one token; there must be one, else the bucket stays empty.
    pub(super) fn take(&mut self, rate: Rate, now: Timestamp) {
        let available = self.available(rate, now);
        // A full bucket gathers nothing; a filling one keeps the part of a token that is under way.
        let gained = i64::from(available.saturating_sub(self.tokens)) * i64::from(rate.interval_seconds);
        self.since =
            if available == rate.capacity { now.max(self.since) } else { self.since.checked_add(SignedDuration::from_secs(gained)).unwrap_or(self.since) };
        self.tokens = available.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_bucket_empties_fills_at_its_rate_and_never_above_its_capacity() {
        let rate = Rate::new(3, 90);
        let mut bucket = Bucket::full(rate, at(0));
        for left in [2, 1, 0] {
            bucket.take(rate, at(10));
            assert_eq!(bucket.available(rate, at(10)), left);
        }
        assert_eq!((bucket.available(rate, at(39)), bucket.available(rate, at(40)), bucket.available(rate, at(999_999))), (0, 1, 3));
        bucket.take(rate, at(55));
        assert_eq!((bucket.available(rate, at(69)), bucket.available(rate, at(70))), (0, 1), "the half token is kept");
        assert_eq!(bucket.available(rate, at(-500)), 0, "a clock that went back");
    }

    #[test]
    fn no_rate_is_zero() {
        assert_eq!(Rate::new(0, 0), Rate { capacity: 1, interval_seconds: 1 });
    }
}
