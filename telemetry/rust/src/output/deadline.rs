//! Bounded waits.

use std::time::{Duration, Instant};

/// The end of a wait. Waits of any length have one: nothing here overflows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    since: Instant,
    within: Duration,
}

impl Deadline {
    /// So long from now.
    pub(super) fn after(within: Duration) -> Self {
        Self { since: Instant::now(), within }
    }

    /// What is left; zero when it has passed.
    pub(super) fn left(self) -> Duration {
        self.within.saturating_sub(self.since.elapsed())
    }

    /// What is left; none when it has passed.
    pub(super) fn wait(self) -> Option<Duration> {
        Some(self.left()).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_has_passed_and_the_longest_is_no_overflow() {
        assert_eq!(Deadline::after(Duration::ZERO).wait(), None);
        assert!(Deadline::after(Duration::MAX).wait().is_some());
    }
}
