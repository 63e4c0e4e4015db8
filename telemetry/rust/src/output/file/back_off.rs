//! Pauses after a failure.

use std::time::Duration;

use jiff::Timestamp;

/// After the first failure.
const FIRST: Duration = Duration::from_millis(250);

/// After many.
const LONGEST: Duration = Duration::from_secs(10);

/// When to try again: not at every line, and each time it fails later.
#[derive(Debug, Default)]
pub(super) struct BackOff(Option<Pause>);

#[derive(Clone, Copy, Debug)]
struct Pause {
    since: Timestamp,
    length: Duration,
}

impl BackOff {
    /// Whether it may be tried now. A clock that was set back ends the pause.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.0.is_none_or(|pause| Duration::try_from(now.duration_since(pause.since)).map_or(true, |waited| waited >= pause.length))
    }

    /// It failed.
    pub(super) fn failed(&mut self, now: Timestamp) {
        let length = self.0.map_or(FIRST, |pause| (pause.length * 2).min(LONGEST));
        self.0 = Some(Pause { since: now, length });
    }

    /// It worked.
    pub(super) const fn worked(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds).unwrap()
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_end_with_success() {
        let mut back_off = BackOff::default();
        assert!(back_off.is_over(at(0)));
        back_off.failed(at(0));
        assert!(!back_off.is_over(at(249)));
        assert!(back_off.is_over(at(250)));
        back_off.failed(at(250));
        assert!(!back_off.is_over(at(749)));
        assert!(back_off.is_over(at(750)));
        for _ in 0..20 {
            back_off.failed(at(1_000));
        }
        assert!(!back_off.is_over(at(10_999)));
        assert!(back_off.is_over(at(11_000)));
        back_off.worked();
        assert!(back_off.is_over(at(1_000)));
    }

    #[test]
    fn a_clock_set_back_does_not_prolong_the_pause() {
        let mut back_off = BackOff::default();
        back_off.failed(at(100_000));
        assert!(back_off.is_over(at(99_999)));
    }
}
