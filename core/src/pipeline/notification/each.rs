//! Trying again the parts of one request: each has an answer of its own, and none of them can be repeated without harm.

use std::{future::Future, time::Duration};

use jiff::Timestamp;

use crate::{
    metric::name::ProcessorMetric,
    pipeline::{
        Tally,
        attempt::{FIRST_PAUSE, Repeat, end_of_work, rest, until},
    },
    port::{Clock, Failure, PortError, PortResult},
};

/// The attempts at one request.
#[derive(Debug)]
pub(super) struct Attempts {
    /// What became of each part so far.
    results: Vec<PortResult<()>>,
    /// Parts of which it was unknown once.
    ambiguous: Vec<bool>,
    /// Parts that are still to be done.
    pending: Vec<usize>,
    pause: Duration,
    last_begins: Timestamp,
    end: Timestamp,
}

impl Attempts {
    /// None so far.
    pub(super) fn new(parts: usize, deadline: Timestamp) -> Self {
        let end = end_of_work(deadline);
        let last_begins = Repeat::Doubles.last_begins(end);
        Self { results: vec![Ok(()); parts], ambiguous: vec![false; parts], pending: (0..parts).collect(), pause: FIRST_PAUSE, last_begins, end }
    }

    /// One attempt at the parts that are still to be done, whose places `call` gets. Gives those that are done now: whoever notes them does it before the
    /// next attempt, so that a crash over that one does not repeat them.
    pub(super) async fn next<F, C>(&mut self, clock: &C, tally: &mut Tally, mut call: impl FnMut(&[usize]) -> F) -> Vec<usize>
    where
        F: Future<Output = Vec<PortResult<()>>>,
        C: Clock,
    {
        let mut one = || {
            let answers = call(&self.pending);
            async { Ok(answers.await) }
        };
        // A request that is abandoned has the same said of each of its parts.
        let mut answers = match until(clock, self.last_begins, self.end, &mut one).await {
            Ok(answers) => answers,
            Err(error) => vec![Err(error); self.pending.len()],
        }
        .into_iter();
        let mut done = Vec::new();
        let Self { results, ambiguous, pending, .. } = self;
        pending.retain(|&part| {
            let answer = answers.next().unwrap_or_else(|| Err(no_answer()));
            let again = match answer.as_ref().map_err(|error| error.failure) {
                Ok(()) => {
                    done.push(part);
                    false
                }
                Err(Failure::Rejected) => false,
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
        done
    }

    /// Waits for the next attempt. `false`: there is none, since every part is done, rejected, or unknown twice, or the time for work is over.
    pub(super) async fn again<C: Clock>(&mut self, clock: &C) -> bool {
        !self.pending.is_empty() && rest(clock, self.last_begins, &mut self.pause).await
    }

    /// Parts that are not done, and why.
    pub(super) fn failed(self) -> impl Iterator<Item = (usize, PortError)> {
        self.results.into_iter().enumerate().filter_map(|(part, result)| Some((part, result.err()?)))
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
        let mut attempts = Attempts::new(5, deadline);
        let mut done = Vec::new();
        loop {
            done.push(attempts.next(&Still, &mut tally, call).now_or_never().unwrap());
            if !attempts.again(&Still).now_or_never().unwrap() {
                break;
            }
        }
        assert_eq!(*calls.borrow(), [vec![0, 1, 2, 3, 4], vec![2, 3, 4]]);
        assert_eq!(done, [vec![0], vec![2, 4]], "each is told of once, before what is left is tried again");
        let failed: Vec<_> = attempts.failed().map(|(part, error)| (part, error.failure)).collect();
        assert_eq!(failed, [(1, Failure::Rejected), (3, Failure::Ambiguous)]);
        // Twice the fourth, once the one without an answer.
        assert_eq!(tally.get(ProcessorMetric::Ambiguous), 3);
    }
}
