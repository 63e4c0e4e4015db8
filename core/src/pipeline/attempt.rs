//! Trying again, where it cannot double anything, and never for longer than there is time.
//!
//! An invocation has two spans. **Work** ends [`super::RESIDUE_RESERVE`] before the deadline: [`attempt`] starts nothing after that and abandons a call that
//! has no answer by then; a call that could be doubled it starts only while there is [`TIME_TO_ANSWER`] for its answer. The rest is for what must be
//! written down whatever happened, the residue and the note of what has been done: [`settle`] makes several short attempts until [`LAST_MOMENT`] before the
//! deadline. So an invocation ends in time even when no call ever answers.

use std::{future::Future, pin::pin, time::Duration};

use futures_util::future::{Either, select};
use jiff::{SignedDuration, Timestamp};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{RESIDUE_RESERVE, Tally, earlier, later};
use crate::{
    metric::name::ProcessorMetric,
    port::{Clock, Failure, PortError, PortResult},
};

/// First pause between attempts; each next one is twice as long.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Nothing is tried any more this long before the deadline: the function still has to answer.
const LAST_MOMENT: SignedDuration = SignedDuration::from_millis(500);

/// An attempt of [`settle`] gets a third of the time that is left, and no less than this.
const SHORTEST_ATTEMPT: SignedDuration = SignedDuration::from_millis(500);

/// An abandoned call may have taken effect, and its residue then doubles it. So one that has no idempotency token begins only when there is time for its
/// answer, which takes milliseconds and hardly ever longer than this.
const TIME_TO_ANSWER: SignedDuration = SignedDuration::from_secs(1);

/// First pause after a write that met another's; it doubles for [`PAUSE_DOUBLINGS`] rounds.
const FIRST_CONFLICT_PAUSE: Duration = Duration::from_millis(20);

/// 20 ms, 40 ms … 640 ms.
const PAUSE_DOUBLINGS: usize = 5;

/// A pause between rounds of a write that met another's: up to a bound that grows with the round, and another one for everybody who met and in every round,
/// so that they do not meet again. Randomness would have to be injected; what each of them writes is as good a seed.
pub(super) fn pause(seed: &str, round: usize) -> Duration {
    FIRST_CONFLICT_PAUSE * (1 << round.min(PAUSE_DOUBLINGS)) * thousandths(seed.as_bytes(), round) / 1000
}

/// A number of thousandths that looks random.
fn thousandths(seed: &[u8], round: usize) -> u32 {
    u32::try_from(xxh3_64_with_seed(seed, u64::try_from(round).unwrap_or(0)) % 1000).unwrap_or(0)
}

/// Whether a repetition of the call can double its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Conditional or overwriting: repeat at will.
    Harmless,
    /// No idempotency token (PutMetricData, SNS Publish): an ambiguous answer is counted and repeated once. That window is documented.
    Doubles,
}

impl Repeat {
    /// When the last call begins, if work ends then.
    pub(super) fn last_begins(self, end: Timestamp) -> Timestamp {
        match self {
            Self::Harmless => end,
            Self::Doubles => earlier(end, TIME_TO_ANSWER),
        }
    }
}

/// An answer, and what is to be known of how it came about.
#[derive(Debug)]
pub(super) struct Answer<T> {
    /// The answer.
    pub(super) value: T,
    /// An earlier attempt may have taken effect: the answer may be about that one.
    pub(super) repeated_blindly: bool,
}

/// When work ends: nothing but the writing down of what must not be lost begins after it.
pub fn end_of_work(deadline: Timestamp) -> Timestamp {
    earlier(deadline, RESIDUE_RESERVE)
}

/// Calls until it succeeds, is rejected, or the time for work is over.
pub(super) async fn attempt<T, F, C>(clock: &C, deadline: Timestamp, repeat: Repeat, tally: &mut Tally, call: impl FnMut() -> F) -> PortResult<T>
where
    F: Future<Output = PortResult<T>>,
    C: Clock,
{
    attempt_blindly(clock, deadline, repeat, tally, call).await.map(|answer| answer.value)
}

/// As [`attempt`], for a call whose answer says something else when an attempt before it took effect.
pub(super) async fn attempt_blindly<T, F, C>(
    clock: &C,
    deadline: Timestamp,
    repeat: Repeat,
    tally: &mut Tally,
    mut call: impl FnMut() -> F,
) -> PortResult<Answer<T>>
where
    F: Future<Output = PortResult<T>>,
    C: Clock,
{
    let end = end_of_work(deadline);
    let last_begins = repeat.last_begins(end);
    let mut bound = FIRST_PAUSE;
    let mut ambiguous = 0;
    let mut round = 0;
    loop {
        let error = match until(clock, last_begins, end, &mut call).await {
            Ok(value) => return Ok(Answer { value, repeated_blindly: ambiguous > 0 }),
            Err(error) => error,
        };
        match error.failure {
            Failure::Rejected => return Err(error),
            Failure::Unavailable => {}
            Failure::Ambiguous => {
                ambiguous += 1;
                if repeat == Repeat::Doubles {
                    tally.add(ProcessorMetric::Ambiguous, 1);
                    if ambiguous > 1 {
                        return Err(error);
                    }
                }
            }
        }
        // Everybody who was turned away at one moment comes back at another.
        let pause = bound / 2 + bound / 2 * thousandths(&deadline.as_nanosecond().to_le_bytes(), round) / 1000;
        round += 1;
        if !wait(clock, last_begins, pause).await {
            return Err(error);
        }
        bound = (bound * 2).min(LONGEST_PAUSE);
    }
}

/// Writes down what must be written down, with what time there is left: several short attempts, also in the reserve. The call must be harmless to repeat.
pub(super) async fn settle<T, F, C>(clock: &C, deadline: Timestamp, mut call: impl FnMut() -> F) -> PortResult<T>
where
    F: Future<Output = PortResult<T>>,
    C: Clock,
{
    let last = earlier(deadline, LAST_MOMENT);
    let mut pause = FIRST_PAUSE;
    loop {
        let now = clock.now();
        let third = last.duration_since(now) / 3;
        let end = later(now, third.max(SHORTEST_ATTEMPT)).min(last);
        let error = match until(clock, end, end, &mut call).await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        if error.failure == Failure::Rejected || !rest(clock, last, &mut pause).await {
            return Err(error);
        }
    }
}

/// Waits before another attempt. `false`, and no waiting: it would not be over before `end`.
pub(super) async fn wait<C: Clock>(clock: &C, end: Timestamp, pause: Duration) -> bool {
    if later(clock.now(), signed(pause)) >= end {
        return false;
    }
    clock.sleep(pause).await;
    true
}

/// As [`wait`], and twice as long before the next one.
pub(super) async fn rest<C: Clock>(clock: &C, end: Timestamp, pause: &mut Duration) -> bool {
    let waited = wait(clock, end, *pause).await;
    *pause = (*pause * 2).min(LONGEST_PAUSE);
    waited
}

/// One call, abandoned when it has no answer by `end`: then nobody knows whether it happens. Not even begun from `last_begins` on.
pub(super) async fn until<T, F, C>(clock: &C, last_begins: Timestamp, end: Timestamp, call: &mut impl FnMut() -> F) -> PortResult<T>
where
    F: Future<Output = PortResult<T>>,
    C: Clock,
{
    let now = clock.now();
    let left = Duration::try_from(end.duration_since(now)).unwrap_or_default();
    if now >= last_begins {
        return Err(out_of_time(Failure::Unavailable, "there is no time left to begin a call"));
    }
    // The call is looked at first: an answer that is there counts, however late it is.
    match select(pin!(call()), pin!(clock.sleep(left))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(((), _)) => Err(out_of_time(Failure::Ambiguous, "no answer before the time was over")),
    }
}

fn out_of_time(failure: Failure, message: &str) -> PortError {
    PortError { failure, operation: "attempt", code: "deadline".to_owned(), message: message.to_owned() }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

#[cfg(test)]
mod tests {
    use std::{
        future::{pending, ready},
        sync::Mutex,
    };

    use futures_util::FutureExt as _;

    use super::*;

    /// A clock on which a sleep takes no time and moves it on.
    struct Hand(Mutex<Timestamp>);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }

        async fn sleep(&self, duration: Duration) {
            let mut now = self.0.lock().unwrap();
            *now = now.checked_add(duration).unwrap();
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn failed(failure: Failure) -> PortError {
        PortError { failure, operation: "test", code: String::new(), message: String::new() }
    }

    /// The answers in turn, then none at all; gives the result, how often it was called, the time and what was counted.
    fn try_it(now: i64, repeat: Repeat, answers: &[Option<PortResult<u8>>]) -> (PortResult<u8>, usize, i64, u64) {
        let (clock, mut tally, mut calls) = (Hand(Mutex::new(at(now))), Tally::default(), 0);
        let call = || {
            calls += 1;
            let answer = answers.get(calls - 1).cloned().flatten();
            async move { if let Some(answer) = answer { answer } else { pending().await } }
        };
        let result = attempt(&clock, at(60_000), repeat, &mut tally, call).now_or_never().unwrap();
        (result, calls, clock.now().as_millisecond(), tally.get(ProcessorMetric::Ambiguous))
    }

    #[test]
    fn an_ambiguous_answer_of_what_can_double_is_counted_and_repeated_once() {
        let ambiguous = || Some(Err(failed(Failure::Ambiguous)));
        let (result, calls, _, counted) = try_it(0, Repeat::Doubles, &[ambiguous(), Some(Ok(1))]);
        assert_eq!((result, calls, counted), (Ok(1), 2, 1));
        let (result, calls, _, counted) = try_it(0, Repeat::Doubles, &[ambiguous(), ambiguous(), Some(Ok(1))]);
        assert_eq!((result.unwrap_err().failure, calls, counted), (Failure::Ambiguous, 2, 2));
        let (result, calls, _, counted) = try_it(0, Repeat::Harmless, &[ambiguous(), ambiguous(), Some(Ok(1))]);
        assert_eq!((result, calls, counted), (Ok(1), 3, 0), "what cannot double is no doubt");
    }

    #[test]
    fn no_call_runs_into_the_reserve_and_none_begins_in_it() {
        let (result, calls, now, counted) = try_it(0, Repeat::Harmless, &[]);
        assert_eq!((result.unwrap_err().failure, calls, now, counted), (Failure::Ambiguous, 1, 55_000, 0), "abandoned");
        let (result, calls, now, counted) = try_it(53_990, Repeat::Doubles, &[]);
        assert_eq!((result.unwrap_err().failure, calls, now, counted), (Failure::Ambiguous, 1, 55_000, 1), "it may have happened");
        let (result, calls, now, _) = try_it(55_000, Repeat::Harmless, &[Some(Ok(1))]);
        assert_eq!((result.unwrap_err().code.as_str(), calls, now), ("deadline", 0, 55_000));
        let unavailable: Vec<_> = (0..1000).map(|_| Some(Err(failed(Failure::Unavailable)))).collect();
        let (result, calls, now, _) = try_it(0, Repeat::Harmless, &unavailable);
        assert_eq!(result.unwrap_err().failure, Failure::Unavailable);
        assert!(calls > 10 && (50_000..55_000).contains(&now), "{calls} calls until {now}");
    }

    #[test]
    fn what_can_double_begins_only_while_there_is_time_for_its_answer() {
        let (result, calls, now, counted) = try_it(54_000, Repeat::Doubles, &[Some(Ok(1))]);
        assert_eq!((result.unwrap_err().failure, calls, now, counted), (Failure::Unavailable, 0, 54_000, 0), "it has not happened");
        let (result, calls, ..) = try_it(54_000, Repeat::Harmless, &[Some(Ok(1))]);
        assert_eq!((result, calls), (Ok(1), 1));
        let unavailable: Vec<_> = (0..1000).map(|_| Some(Err(failed(Failure::Unavailable)))).collect();
        let (_, calls, now, counted) = try_it(0, Repeat::Doubles, &unavailable);
        assert!(calls > 10 && (45_000..54_000).contains(&now) && counted == 0, "{calls} calls until {now}");
    }

    #[test]
    fn the_residue_gets_several_short_attempts_in_the_reserve_and_ends_before_the_deadline() {
        for began in [55_000, 57_000, 0] {
            let (clock, mut calls) = (Hand(Mutex::new(at(began))), 0);
            let result: PortResult<()> = settle(&clock, at(60_000), || {
                calls += 1;
                pending()
            })
            .now_or_never()
            .unwrap();
            assert_eq!(result.unwrap_err().failure, Failure::Ambiguous);
            assert!(calls >= 3, "{calls} attempts from {began} on");
            assert!((59_000..=59_500).contains(&clock.now().as_millisecond()), "{}", clock.now());
        }
        let clock = Hand(Mutex::new(at(59_500)));
        let late: PortResult<()> = settle(&clock, at(60_000), || ready(Ok(()))).now_or_never().unwrap();
        assert_eq!(late.unwrap_err().code, "deadline");
        let mut calls = 0;
        let rejected: PortResult<()> = settle(&Hand(Mutex::new(at(0))), at(60_000), || {
            calls += 1;
            ready(Err(failed(Failure::Rejected)))
        })
        .now_or_never()
        .unwrap();
        assert_eq!((rejected.unwrap_err().failure, calls), (Failure::Rejected, 1));
    }

    #[test]
    fn those_who_met_do_not_come_back_at_one_moment() {
        let mut pauses: Vec<Duration> = (0..200).map(|batch| pause(&format!("{batch:032x}"), 5)).collect();
        assert!(pauses.iter().all(|pause| *pause < Duration::from_millis(640)));
        pauses.sort();
        pauses.dedup();
        assert!(pauses.len() > 150, "{}", pauses.len());
        let rounds: Vec<Duration> = (5..25).map(|round| pause("a", round)).collect();
        assert!(rounds.iter().collect::<std::collections::BTreeSet<_>>().len() > 10, "another one in every round: {rounds:?}");
        assert_eq!(pause("a", 3), pause("a", 3), "the same again");
    }
}
