//! Lambda's event source mapping of a Kinesis data stream with `ReportBatchItemFailures`: the records of each shard in order, a batch at a time. What the
//! function reports as failed is delivered again from the first of it on, and an invocation that failed as a whole is repeated as a whole. A batch that
//! has failed too often is kept as a record, and the shard goes on behind it.

use std::sync::Arc;

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Function, Outcome, asynchronous::GivenUp};
use crate::emulator::{ACCOUNT, REGION};

/// Attempts after the first: the mapping's `MaximumRetryAttempts`.
pub const RETRIES: usize = 12;

/// Longest wait between two attempts, seconds; the first is one second, each next one twice as long.
const LONGEST_WAIT: i64 = 60;

/// Name of the stream.
const STREAM: &str = "skywarden-logs";

/// Id of the mapping, the first part of the key under which Lambda keeps what failed.
const MAPPING: &str = "6f1b7a4e-52b3-4e4c-9d0e-0a4b8f2f6f10";

/// A record of a shard.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamRecord {
    /// Its place in the shard, in Kinesis's long numbers.
    pub sequence_number: String,
    /// By which the stream chose the shard.
    pub partition_key: String,
    /// base64 of the data.
    pub data: String,
    /// When the stream got it.
    pub arrived: Timestamp,
}

/// A shard with all of its records.
#[derive(Clone, Debug, PartialEq)]
pub struct Shard {
    /// Id.
    pub id: String,
    /// Records in their order.
    pub records: Vec<StreamRecord>,
}

/// How far one function has come in one shard.
#[derive(Debug)]
pub struct Position {
    function: Arc<Function>,
    shard: Arc<Shard>,
    batch_size: usize,
    place: Place,
}

/// A place in a shard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    /// The first record that is not done.
    next: usize,
    /// The end of the batch that is tried again; where there is none a new one begins.
    until: Option<usize>,
    /// How often in a row nothing of the batch got done.
    failures: usize,
}

/// What happened at a step.
#[derive(Clone, Debug)]
pub enum Step {
    /// The whole batch is done.
    Done,
    /// So many records were reported as failed.
    Reported(usize),
    /// The invocation failed.
    Failed,
    /// It was the last attempt: what Lambda keeps.
    GivenUp(GivenUp),
}

impl Shard {
    /// A shard, empty.
    pub fn new(number: usize) -> Self {
        Self { id: format!("shardId-{number:012}"), records: Vec::new() }
    }

    /// Adds a record with the next sequence number; `data` is base64.
    pub fn add(&mut self, partition_key: String, data: String, arrived: Timestamp) {
        // 56 digits that grow, and not by one.
        let sequence_number = format!("4959{:042}{:010}", 338_271_490_256_608_559_usize, (self.records.len() + 1) * 1_208_925);
        self.records.push(StreamRecord { sequence_number, partition_key, data, arrived });
    }
}

impl Place {
    /// The end of the next batch.
    fn end(self, batch_size: usize, records: usize) -> usize {
        self.until.unwrap_or_else(|| (self.next + batch_size).min(records))
    }

    /// After an attempt at the batch that ends at `end`: everything before `reached` is done. Whether the rest of it was given up.
    const fn reach(&mut self, reached: usize, end: usize) -> bool {
        let failures = if reached > self.next { 1 } else { self.failures + 1 };
        let given_up = reached < end && failures > RETRIES;
        *self = if reached == end || given_up { Self { next: end, until: None, failures: 0 } } else { Self { next: reached, until: Some(end), failures } };
        given_up
    }

    /// How long the mapping waits before the next attempt, seconds.
    fn wait(self) -> i64 {
        self.failures.checked_sub(1).map_or(0, |before| (1 << before.min(6)).min(LONGEST_WAIT))
    }
}

impl Position {
    /// At the beginning of a shard.
    pub fn new(function: Arc<Function>, shard: Arc<Shard>, batch_size: usize) -> Self {
        Self { function, shard, batch_size, place: Place::default() }
    }

    /// Name of the function.
    pub fn function(&self) -> &str {
        self.function.name()
    }

    /// Whether every record is done.
    pub fn is_at_end(&self) -> bool {
        self.place.next >= self.shard.records.len()
    }

    /// How long the mapping waits before the next step, seconds.
    pub fn wait(&self) -> i64 {
        self.place.wait()
    }

    /// Invokes the function once. `now`: the time of day when it is needed.
    ///
    /// # Errors
    /// The test itself is broken: the program cannot be started, or it names a record that it was not given.
    pub async fn step(&mut self, now: impl Fn() -> Timestamp) -> anyhow::Result<Step> {
        let end = self.place.end(self.batch_size, self.shard.records.len());
        let records = &self.shard.records[self.place.next..end];
        let event = Bytes::from(event(&self.shard.id, records).to_string());
        let outcome = self.function.invoke(&event).await?;
        let (reached, step) = match &outcome {
            Outcome::Answered(answer) => {
                let failed = reported(answer, records)?;
                match failed.iter().min() {
                    None => (end, Step::Done),
                    Some(first) => (self.place.next + first, Step::Reported(failed.len())),
                }
            }
            _ => (self.place.next, Step::Failed),
        };
        let left = &self.shard.records[reached..end];
        Ok(if self.place.reach(reached, end) { Step::GivenUp(give_up(&self.function, &self.shard.id, left, &event, &outcome, now())) } else { step })
    }
}

/// The places of the records that are reported as failed.
fn reported(answer: &Value, records: &[StreamRecord]) -> anyhow::Result<Vec<usize>> {
    let failures = answer["batchItemFailures"].as_array().into_iter().flatten();
    let place = |failure: &Value| {
        let place = records.iter().position(|record| failure["itemIdentifier"] == record.sequence_number.as_str());
        // Lambda takes it for a failure of the whole batch; a function that does so is wrong.
        place.ok_or_else(|| anyhow::anyhow!("{failure} is none of the batch's records"))
    };
    failures.map(place).collect()
}

/// The event as Lambda makes it.
fn event(shard: &str, records: &[StreamRecord]) -> Value {
    let record = |record: &StreamRecord| {
        #[expect(clippy::cast_precision_loss, reason = "seconds of a day in this century, to the millisecond")]
        let arrived = record.arrived.as_millisecond() as f64 / 1000.0;
        json!({
            "kinesis": {"kinesisSchemaVersion": "1.0", "partitionKey": record.partition_key, "sequenceNumber": record.sequence_number, "data": record.data,
                "approximateArrivalTimestamp": arrived},
            "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": format!("{shard}:{}", record.sequence_number), "eventName": "aws:kinesis:record",
            "invokeIdentityArn": format!("arn:aws:iam::{ACCOUNT}:role/skywarden"), "awsRegion": REGION, "eventSourceARN": stream_arn(),
        })
    };
    json!({"Records": records.iter().map(record).collect::<Vec<_>>()})
}

/// What Lambda keeps in S3 of a batch that has failed too often. In a queue or a topic it would be the same without `payload`.
fn give_up(function: &Function, shard: &str, records: &[StreamRecord], event: &Bytes, outcome: &Outcome, at: Timestamp) -> GivenUp {
    let (first, last) = (records.first(), records.last());
    let number = |record: Option<&StreamRecord>| record.map(|record| record.sequence_number.clone());
    let arrived = |record: Option<&StreamRecord>| record.map(|record| format!("{:.3}", record.arrived));
    let id = format!("{}-{}", function.name(), number(first).unwrap_or_default());
    let error = if matches!(outcome, Outcome::Answered(_)) { Value::Null } else { "Unhandled".into() };
    let record = json!({
        "version": "1.0",
        "timestamp": format!("{at:.3}"),
        "requestContext": {
            "requestId": id,
            "functionArn": super::asynchronous::arn(function.name()),
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": RETRIES + 1,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": error},
        "KinesisBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": number(first),
            "endSequenceNumber": number(last),
            "approximateArrivalOfFirstRecord": arrived(first),
            "approximateArrivalOfLastRecord": arrived(last),
            "batchSize": records.len(),
            "streamArn": stream_arn(),
        },
        "payload": String::from_utf8_lossy(event),
    });
    // The function's name is nowhere in the key: its end is random in AWS, and here anything that no other record has.
    let key = format!(
        "aws/lambda/{MAPPING}/{shard}/{}/{}-{:016x}",
        at.strftime("%Y/%m/%d"),
        at.strftime("%Y-%m-%dT%H.%M.%S"),
        super::asynchronous::hash(id.as_bytes())
    );
    GivenUp { key, record }
}

fn stream_arn() -> String {
    format!("arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{STREAM}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_goes_on_from_the_first_record_that_failed_and_in_the_end_behind_its_batch() {
        let mut place = Place::default();
        assert_eq!(place.end(10, 25), 10);
        assert!(!place.reach(4, 10), "the first four are done");
        // The same batch again, without what is done.
        assert_eq!((place.next, place.end(10, 25), place.wait()), (4, 10, 1));
        for wait in [2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60] {
            assert!(!place.reach(4, 10));
            assert_eq!((place.next, place.wait()), (4, wait));
        }
        assert!(place.reach(4, 10), "the last attempt");
        assert_eq!((place, place.end(10, 25)), (Place { next: 10, until: None, failures: 0 }, 20));
        assert!(!place.reach(20, 20));
        assert_eq!((place.next, place.end(10, 25), place.wait()), (20, 25, 0));
    }

    #[test]
    fn what_is_reported_is_found_by_its_number_and_a_stranger_is_a_mistake() {
        let mut shard = Shard::new(0);
        for data in ["a", "b", "c"] {
            shard.add(data.to_owned(), data.to_owned(), Timestamp::UNIX_EPOCH);
        }
        assert!(shard.records.is_sorted_by_key(|record| &record.sequence_number));
        let answer = |numbers: &[&str]| json!({"batchItemFailures": numbers.iter().map(|number| json!({"itemIdentifier": number})).collect::<Vec<_>>()});
        let number = |at: usize| shard.records[at].sequence_number.as_str();
        assert_eq!(reported(&answer(&[number(2), number(1)]), &shard.records).unwrap(), [2, 1]);
        assert!(reported(&answer(&[]), &shard.records).unwrap().is_empty());
        assert!(reported(&answer(&["1"]), &shard.records).is_err());
    }
}
