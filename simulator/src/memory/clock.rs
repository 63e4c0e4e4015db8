//! Simulated time.

use std::{sync::Mutex, time::Duration};

use jiff::{SignedDuration, Timestamp};
use skywarden_core::port::Clock;

use crate::memory::locked;

/// Time one call to an AWS service takes: an ordinary answer time inside a Region, not a promise of AWS.
const CALL: SignedDuration = SignedDuration::from_millis(10);

/// A clock that stands still until it is set, except that every call to the outside takes its time. A sleep returns at once and moves it on, so that what waits for a deadline reaches it.
#[derive(Debug)]
pub struct MemoryClock(Mutex<Timestamp>);

impl MemoryClock {
    /// A clock at a time.
    pub const fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Sets the time, in milliseconds since 1970; a time no calendar has leaves the clock as it is.
    pub fn set_ms(&self, now_ms: i64) {
        if let Ok(now) = Timestamp::from_millisecond(now_ms) {
            *locked(&self.0) = now;
        }
    }
}

impl MemoryClock {
    /// Lets the time of one call to the outside pass.
    pub(super) fn spend_call(&self) {
        self.advance(CALL);
    }

    fn advance(&self, by: SignedDuration) {
        let mut now = locked(&self.0);
        *now = now.checked_add(by).unwrap_or(Timestamp::MAX);
    }
}

impl Clock for MemoryClock {
    fn now(&self) -> Timestamp {
        *locked(&self.0)
    }

    /// Only a sleep that is waited for moves the clock: the time a call may take at most does not pass when it is answered.
    async fn sleep(&self, duration: Duration) {
        self.advance(SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX));
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;

    #[test]
    fn a_sleep_takes_no_time_and_moves_the_clock() {
        let clock = MemoryClock::new(Timestamp::UNIX_EPOCH);
        block_on(clock.sleep(Duration::from_hours(1)));
        assert_eq!(clock.now().as_second(), 3600);
        clock.set_ms(5_000);
        assert_eq!(clock.now().as_second(), 5);
        clock.set_ms(i64::MAX);
        assert_eq!(clock.now().as_second(), 5);
    }
}
