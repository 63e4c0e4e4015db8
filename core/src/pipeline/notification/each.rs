//! Trying again the parts of one request: each has an answer of its own, and none of them can be repeated without harm.

use std::future::Future;

use jiff::Timestamp;

use crate::{
    metric::name::ProcessorMetric,
    pipeline::{
        Tally,
        attempt::{FIRST_PAUSE, end_of_work, rest, until},
    },
    port::{Clock, Failure, PortError, PortResult},
};

/// Calls until every part is done, rejected, or unknown twice, or the time for work is over. `call` gets the places of the parts that are still to be done.
/// Gives what became of each.
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
    let end = end_of_work(deadline);
    loop {
        let mut one = || {
            let answers = call(&pending);
            async { Ok(answers.await) }
        };
        // A request that is abandoned has the same said of each of its parts.
        let mut answers = match until(clock, end, &mut one).await {
            Ok(answers) => answers,
            Err(error) => vec![Err(error); pending.len()],
        }
        .into_iter();
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
        if pending.is_empty() || !rest(clock, end, &mut pause).await {
            return results;
        }
    }
}

/// The answer does not mention a part of its request.
fn no_answer() -> PortError {
    PortError { failure: Failure::Ambiguous, operation: "request", code: "no-answer".to_owned(), message: "the answer leaves it out".to_owned() }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, future::ready, time::Duration};

    use futures_util::FutureExt as _;
    use jiff::SignedDuration;

    use super::*;
    use crate::pipeline::later;

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
        let deadline = later(Timestamp::UNIX_EPOCH, SignedDuration::from_secs(60));
        let results = attempt_each(&Still, deadline, 5, &mut tally, call).now_or_never().unwrap();
        assert_eq!(*calls.borrow(), [vec![0, 1, 2, 3, 4], vec![2, 3, 4]]);
        let became: Vec<_> = results.iter().map(|result| result.as_ref().map_err(|error| error.failure).copied()).collect();
        assert_eq!(became, [Ok(()), Err(Failure::Rejected), Ok(()), Err(Failure::Ambiguous), Ok(())]);
        // Twice the fourth, once the one without an answer.
        assert_eq!(tally.get(ProcessorMetric::Ambiguous), 3);
    }
}
