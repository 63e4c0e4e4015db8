//! Trying again, where it cannot double anything.

use std::{future::Future, time::Duration};

use jiff::Timestamp;

use super::{Tally, earlier, later};
use crate::{
    metric::name::ProcessorMetric,
    port::{Clock, Failure, PortResult},
};

/// First pause between attempts; each next one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A pause between rounds of a write that met another's: it grows with the round and differs between those who met, so that they do not meet again.
/// Randomness would have to be injected; what each of them writes is as good a seed.
pub(super) fn pause(seed: &str, round: usize) -> Duration {
    let spread: u32 = seed.bytes().fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let base = Duration::from_millis(20 << round.min(6));
    base + base * (spread % 100) / 100
}

/// Whether a repetition of the call can double its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Conditional or overwriting: repeat at will.
    Harmless,
    /// No idempotency token (PutMetricData, SNS Publish): an ambiguous answer is repeated once and counted. That window is documented.
    Doubles,
}

/// Calls until it succeeds, is rejected, or the deadline is near.
pub(super) async fn attempt<T, F, C>(clock: &C, deadline: Timestamp, repeat: Repeat, tally: &mut Tally, mut call: impl FnMut() -> F) -> PortResult<T>
where
    F: Future<Output = PortResult<T>>,
    C: Clock,
{
    let mut pause = FIRST_PAUSE;
    let mut ambiguous = 0;
    loop {
        let error = match call().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        match error.failure {
            Failure::Rejected => return Err(error),
            Failure::Unavailable => {}
            Failure::Ambiguous => {
                tally.add(ProcessorMetric::Ambiguous, 1);
                ambiguous += 1;
                if repeat == Repeat::Doubles && ambiguous > 1 {
                    return Err(error);
                }
            }
        }
        let wait = jiff::SignedDuration::try_from(pause).unwrap_or(jiff::SignedDuration::from_secs(5));
        if later(clock.now(), wait) >= earlier(deadline, super::RESIDUE_RESERVE) {
            return Err(error);
        }
        clock.sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
