//! The log batches of one invocation, a few at a time, and what Lambda is answered.

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use skywarden_core::{
    envelope::Sealed,
    event::{Event, EventError, LogDelivery},
    pipeline::{PipelineError, Tally, end_of_work},
    port::Clock,
};

use crate::shell::{Deadline, Failed};

/// Records of a stream that are worked on at a time. Each may inflate to 64 MB, and two of them fit the functions' 256 MB.
pub const CONCURRENT_RECORDS: usize = 2;

/// An invocation of one of the two processors.
#[derive(Debug)]
pub enum LogWork {
    /// Log batches.
    Batches(LogDelivery),
    /// A residue to be replayed, not yet read.
    Residue(Value),
}

impl LogWork {
    /// Recognises an event.
    ///
    /// # Errors
    /// [`EventError`]: nobody knows it, or it is for another function.
    pub fn parse(event: Value) -> Result<Self, EventError> {
        match Event::parse(event)? {
            Event::Logs(delivery) => Ok(Self::Batches(delivery)),
            Event::Residue(document) => Ok(Self::Residue(document)),
            other => Err(other.misdirected()),
        }
    }
}

/// A record of a stream that was not processed: its sequence number, and why.
pub type FailedRecord = (String, Failed);

/// Runs a pipeline over every batch of a delivery. A stream is told which records failed ([`item_failures`]) and delivers again from the first of
/// these on; what lies behind it and was processed is known by its marker. A subscription delivers the whole event again.
///
/// Records for which there is no time left are not begun and count as failed.
///
/// # Errors
/// [`Failed`]: the batch of a direct subscription failed.
pub async fn each_batch<C: Clock>(
    delivery: &LogDelivery,
    clock: &C,
    deadline: Deadline,
    tally: &mut Tally,
    run: impl AsyncFn(Sealed<'_>, &mut Tally) -> Result<(), PipelineError>,
) -> Result<Vec<FailedRecord>, Failed> {
    let (clock, run) = (&clock, &run);
    let outcomes: Vec<_> = stream::iter(delivery.batches())
        .map(|(number, sealed)| async move {
            let mut tally = Tally::default();
            let begins = number.is_none() || clock.now() < end_of_work(deadline.0);
            let result = if begins { run(sealed, &mut tally).await.map_err(Failed::from) } else { Err(out_of_time()) };
            (number, result, tally)
        })
        // In order, so that the answer is.
        .buffered(CONCURRENT_RECORDS)
        .collect()
        .await;
    let mut failures = Vec::new();
    for (number, result, done) in outcomes {
        tally.merge(&done);
        match (result, number) {
            (Ok(()), _) => {}
            (Err(failed), Some(number)) => failures.push((number.to_owned(), failed)),
            (Err(failed), None) => return Err(failed),
        }
    }
    Ok(failures)
}

fn out_of_time() -> Failed {
    Failed { code: "out-of-time", message: "not begun, the function's time ran out".to_owned() }
}

/// What Lambda wants to know of a batch of a stream or a queue: what is to be delivered again. A subscription's answer is ignored.
pub fn item_failures<'a>(identifiers: impl IntoIterator<Item = &'a str>) -> Value {
    let failures: Vec<Value> = identifiers.into_iter().map(|identifier| json!({ "itemIdentifier": identifier })).collect();
    json!({ "batchItemFailures": failures })
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use jiff::Timestamp;
    use skywarden_core::event::StreamRecord;

    use super::*;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        async fn sleep(&self, _duration: Duration) {}
    }

    fn stream(numbers: &[&str]) -> LogDelivery {
        LogDelivery::Stream(numbers.iter().map(|number| StreamRecord { sequence_number: (*number).to_owned(), data: (*number).to_owned() }).collect())
    }

    fn seconds(seconds: i64) -> Deadline {
        Deadline(Timestamp::from_second(seconds).unwrap())
    }

    fn is(sealed: Sealed<'_>, wanted: &str) -> bool {
        matches!(sealed, Sealed::Base64(data) if data == wanted)
    }

    #[tokio::test]
    async fn a_stream_names_its_failed_records_and_a_subscription_fails_whole() {
        let mut tally = Tally::default();
        let run = async |sealed: Sealed<'_>, tally: &mut Tally| {
            tally.add(skywarden_core::metric::name::ProcessorMetric::RecordsIn, 1);
            if is(sealed, "2") || is(sealed, "4") { Err(PipelineError::Busy) } else { Ok(()) }
        };
        let failures = each_batch(&stream(&["1", "2", "3", "4"]), &Still, seconds(60), &mut tally, run).await.unwrap();
        let failed: Vec<_> = failures.iter().map(|(number, failed)| (number.as_str(), failed.code)).collect();
        assert_eq!(failed, [("2", "batch-busy"), ("4", "batch-busy")]);
        assert_eq!(tally.get(skywarden_core::metric::name::ProcessorMetric::RecordsIn), 4);
        let answer = item_failures(failures.iter().map(|(number, _)| number.as_str()));
        assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "2"}, {"itemIdentifier": "4"}]}));

        let one = LogDelivery::Subscription("2".to_owned());
        assert_eq!(each_batch(&one, &Still, seconds(60), &mut tally, run).await.unwrap_err().code, "batch-busy");
    }

    #[tokio::test]
    async fn records_are_worked_on_a_few_at_a_time() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let run = async |_: Sealed<'_>, _: &mut Tally| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        };
        let numbers = vec!["1"; 20];
        assert!(each_batch(&stream(&numbers), &Still, seconds(60), &mut Tally::default(), run).await.unwrap().is_empty());
        assert_eq!(most.load(Ordering::SeqCst), CONCURRENT_RECORDS);
    }

    #[tokio::test]
    async fn what_there_is_no_time_for_is_not_begun_and_comes_again() {
        let run = async |_: Sealed<'_>, _: &mut Tally| -> Result<(), PipelineError> { Ok(()) };
        let failures = each_batch(&stream(&["1"]), &Still, seconds(5), &mut Tally::default(), run).await.unwrap();
        assert_eq!((failures[0].0.as_str(), failures[0].1.code), ("1", "out-of-time"));
        // A subscription has one batch only: it is always tried.
        let one = LogDelivery::Subscription(String::new());
        assert!(each_batch(&one, &Still, seconds(5), &mut Tally::default(), run).await.unwrap().is_empty());
    }

    #[test]
    fn events_of_other_functions_are_refused_by_name() {
        let refused = LogWork::parse(json!({"skywarden": "tick"})).unwrap_err();
        assert!(refused.to_string().starts_with("ticks are no event of this function"), "{refused}");
        assert!(matches!(LogWork::parse(json!({"awslogs": {"data": "x"}})), Ok(LogWork::Batches(_))));
        assert!(matches!(LogWork::parse(json!({"skywarden": "redrive", "residue": {}})), Ok(LogWork::Residue(_))));
    }
}
