//! Trying again, where it cannot double anything.

use std::{future::Future, time::Duration};

use jiff::Timestamp;

use super::{Tally, earlier, later};
use crate::{
    metric::name::ProcessorMetric,
    port::{Clock, Failure, PortError, PortResult},
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

/// The same for the parts of one request, each with an answer of its own and none of them repeatable without harm ([`Repeat::Doubles`]). `call` gets the
/// places of the parts that are still to be done. Gives what became of each.
pub(super) async fn attempt_each<F, C>(
    clock: &C,
    deadline: Timestamp,
    parts: usize,
    tally: &mut Tally,
    mut call: impl FnMut(&[usize]) -> F,
) -> Vec<PortResult<()>>
where
    F: Future<Output = Vec<PortResult<()>>>,
    C: Clock,
{
    let mut results: Vec<PortResult<()>> = vec![Ok(()); parts];
    let mut ambiguous = vec![false; parts];
    let mut pending: Vec<usize> = (0..parts).collect();
    let mut pause = FIRST_PAUSE;
    loop {
        let mut answers = call(&pending).await.into_iter();
        pending.retain(|&part| {
            let answer = answers.next().unwrap_or_else(|| Err(no_answer()));
            let again = match answer.as_ref().map_err(|error| error.failure) {
                Ok(()) | Err(Failure::Rejected) => false,
                Err(Failure::Unavailable) => true,
                Err(Failure::Ambiguous) => {
                    tally.add(ProcessorMetric::Ambiguous, 1);
                    ambiguous.get_mut(part).is_some_and(|before| !std::mem::replace(before, true))
                }
            };
            if let Some(result) = results.get_mut(part) {
                *result = answer;
            }
            again
        });
        let wait = jiff::SignedDuration::try_from(pause).unwrap_or(jiff::SignedDuration::from_secs(5));
        if pending.is_empty() || later(clock.now(), wait) >= earlier(deadline, super::RESIDUE_RESERVE) {
            return results;
        }
        clock.sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// The answer does not mention a part of its request.
fn no_answer() -> PortError {
    PortError { failure: Failure::Ambiguous, operation: "request", code: "no-answer".to_owned(), message: "the answer leaves it out".to_owned() }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, future::ready};

    use futures_util::FutureExt as _;

    use super::*;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        async fn sleep(&self, _: Duration) {}
    }

    fn failed(failure: Failure) -> PortResult<()> {
        Err(PortError { failure, operation: "o", code: "c".to_owned(), message: String::new() })
    }

    #[test]
    fn each_part_is_tried_again_as_its_own_failure_allows() {
        let calls = RefCell::new(Vec::new());
        let mut tally = Tally::default();
        let call = |pending: &[usize]| {
            calls.borrow_mut().push(pending.to_vec());
            let first = calls.borrow().len() == 1;
            let answer = |part: &usize| match part {
                1 => failed(Failure::Rejected),
                2 if first => failed(Failure::Unavailable),
                3 => failed(Failure::Ambiguous),
                _ => Ok(()),
            };
            // The last one is left out of the first answer.
            let answers: Vec<_> = pending.iter().map(answer).collect();
            let told = if first { 4 } else { answers.len() };
            ready(answers.into_iter().take(told).collect())
        };
        let deadline = later(Timestamp::UNIX_EPOCH, jiff::SignedDuration::from_secs(60));
        let results = attempt_each(&Still, deadline, 5, &mut tally, call).now_or_never().unwrap();
        assert_eq!(*calls.borrow(), [vec![0, 1, 2, 3, 4], vec![2, 3, 4]]);
        let became: Vec<_> = results.iter().map(|result| result.as_ref().map_err(|error| error.failure).copied()).collect();
        assert_eq!(became, [Ok(()), Err(Failure::Rejected), Ok(()), Err(Failure::Ambiguous), Ok(())]);
        // Twice the fourth, once the one without an answer.
        assert_eq!(tally.get(ProcessorMetric::Ambiguous), 3);
    }
}
