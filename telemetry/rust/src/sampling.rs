//! Which of many like lines are written: of each level and message the first so many in a while, then every so manyth.

use std::{
    hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use jiff::Timestamp;

use crate::{record::Level, settings::Sampling};

/// Counters. Two messages may share one, and then are counted together: the bound on memory is worth more than an exact count of many messages.
const SLOTS: usize = 4_096;

/// Counts like lines.
#[derive(Debug)]
pub(crate) struct Sampler {
    first: u64,
    then_every: u64,
    per: Duration,
    /// In the upper half the while that is counted, in the lower half how many there were.
    slots: Box<[AtomicU64]>,
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Written.
    Written,
    /// Written, and stands for others that are not.
    Sampled,
    /// Left out.
    Dropped,
}

impl Sampler {
    /// None when all lines are written.
    pub(crate) fn new(settings: &Sampling) -> Option<Self> {
        Some(Self {
            first: settings.first?,
            then_every: settings.then_every,
            per: settings.per.max(Duration::from_millis(1)),
            slots: std::iter::repeat_with(AtomicU64::default).take(SLOTS).collect(),
        })
    }

    /// Counts a line; `message` is the same for like lines.
    pub(crate) fn admit(&self, level: Level, message: u64, at: Timestamp) -> Admission {
        if level >= Level::Error {
            return Admission::Written;
        }
        let hash = message.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(20) ^ (level as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        let Some(slot) = self.slots.get(usize::try_from(hash % SLOTS as u64).unwrap_or(0)) else {
            return Admission::Written;
        };
        let per = i128::try_from(self.per.as_nanos()).unwrap_or(i128::MAX);
        let tick = u64::try_from(at.as_nanosecond().div_euclid(per) & 0xFFFF_FFFF).unwrap_or(0);
        let count = |known: u64| if known >> 32 == tick { (known & 0xFFFF_FFFF).min(0xFFFF_FFFE) + 1 } else { 1 };
        let known = slot.fetch_update(Relaxed, Relaxed, |known| Some(tick << 32 | count(known))).unwrap_or_default();
        let nth = count(known);
        if nth <= self.first {
            Admission::Written
        } else if self.then_every > 0 && (nth - self.first).is_multiple_of(self.then_every) {
            Admission::Sampled
        } else {
            Admission::Dropped
        }
    }
}

/// A number for a message, the same within a process.
pub(crate) fn key(message: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampler(first: u64, then_every: u64) -> Sampler {
        Sampler::new(&Sampling { first: Some(first), then_every, ..Sampling::default() }).unwrap()
    }

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds).unwrap()
    }

    #[test]
    fn the_first_then_every_so_manyth_and_anew_each_second() {
        use Admission::{Dropped, Sampled, Written};
        let sampler = sampler(2, 3);
        let seen: Vec<_> = (0..8).map(|_| sampler.admit(Level::Info, 7, at(500))).collect();
        assert_eq!(seen, [Written, Written, Dropped, Dropped, Sampled, Dropped, Dropped, Sampled]);
        assert_eq!(sampler.admit(Level::Info, 7, at(1_000)), Written);
        // Another level and another message have counters of their own.
        assert_eq!(sampler.admit(Level::Debug, 7, at(500)), Written);
        assert_eq!(sampler.admit(Level::Info, 8, at(500)), Written);
    }

    #[test]
    fn errors_are_never_left_out_and_zero_means_none() {
        let sampler = sampler(0, 0);
        assert_eq!(sampler.admit(Level::Warning, 1, at(0)), Admission::Dropped);
        assert_eq!(sampler.admit(Level::Error, 1, at(0)), Admission::Written);
    }

    #[test]
    fn threads_together_admit_exactly_the_first() {
        let sampler = sampler(100, 0);
        let written: usize = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| (0..200).filter(|_| sampler.admit(Level::Info, 1, at(0)) == Admission::Written).count())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(written, 100);
    }
}
