//! Lets a deployment work as AWS would: batches and alarms through Lambda's queue, the queue `alerts` through its event source mapping, the one-minute
//! tick, and in the end a redrive of what was kept.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::deployment::{Deployment, alerts_queue, failed_bucket, residue_bucket, table};
use crate::{
    emulator::{ACCOUNT, REGION},
    runtime::{
        Function, Outcome,
        asynchronous::{self, GivenUp},
    },
};

/// Most minutes in which things must have settled.
const SETTLED_WITHIN: usize = 60;

/// How often a message of the queue `alerts` is delivered before it goes to the dead letters.
const MAX_RECEIVES: u64 = 5;

/// What was kept, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Residues written.
    pub residues: usize,
    /// Records of failed invocations.
    pub failed: usize,
    /// What was left after the redrive.
    pub left: Vec<String>,
}

impl Deployment {
    /// Hands in batches to both functions that take them, and alarms to the notifier, while the queue `alerts` is served. What Lambda gives up goes to
    /// the bucket for failed invocations.
    ///
    /// # Errors
    /// The test itself is broken.
    pub async fn deliver(&self, batches: &[Bytes], alarms: &[Bytes]) -> anyhow::Result<()> {
        let mut events = Vec::new();
        for batch in batches {
            if !self.one_function {
                events.push((self.extractor.clone(), batch.clone()));
            }
            events.push((self.classifier.clone(), batch.clone()));
        }
        events.extend(alarms.iter().map(|alarm| (self.notifier.clone(), alarm.clone())));
        let done = AtomicBool::new(false);
        let (given_up, first, second) = tokio::join!(self.attempts(events, &done), self.mapping(&done), self.mapping(&done));
        first?;
        second?;
        for record in given_up? {
            self.aws.put_object(&failed_bucket(&self.name), &record.key, record.record.to_string().into_bytes()).await?;
        }
        Ok(())
    }

    async fn attempts(&self, events: Vec<(Arc<Function>, Bytes)>, done: &AtomicBool) -> anyhow::Result<Vec<GivenUp>> {
        let given_up = self.rounds(events).await;
        done.store(true, Ordering::SeqCst);
        given_up
    }

    /// Three rounds of attempts, with Lambda's minutes between them.
    async fn rounds(&self, events: Vec<(Arc<Function>, Bytes)>) -> anyhow::Result<Vec<GivenUp>> {
        let mut failed = asynchronous::round(events).await?;
        for minutes in asynchronous::WAITS {
            if failed.is_empty() {
                break;
            }
            self.pass(SignedDuration::from_mins(minutes)).await?;
            failed = asynchronous::round(failed.into_iter().map(|(function, event, _)| (function, event)).collect()).await?;
        }
        let at = self.clock.now();
        Ok(failed.iter().map(|(function, event, outcome)| asynchronous::give_up(function.name(), event, outcome, at)).collect())
    }

    /// Serves the queue `alerts` until everything is given.
    pub(super) async fn mapping(&self, done: &AtomicBool) -> anyhow::Result<()> {
        while !done.load(Ordering::SeqCst) {
            let working = self.working.read().await;
            let served = self.serve_queue().await?;
            drop(working);
            if !served {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(())
    }

    /// Lets time pass while nobody works.
    pub(super) async fn pass(&self, by: SignedDuration) -> anyhow::Result<Timestamp> {
        let _nobody = self.working.write().await;
        self.clock.advance(by)?;
        if let Some((wrong, _)) = &self.notifier_clock {
            wrong.advance(by)?;
        }
        Ok(self.clock.now())
    }

    /// The clock of alert-notifier's hosts is right from now on.
    ///
    /// # Errors
    /// The test itself is broken.
    pub fn right_clock(&self) -> anyhow::Result<()> {
        match &self.notifier_clock {
            Some((wrong, by)) => wrong.advance(SignedDuration::from_secs(-by)),
            None => Ok(()),
        }
    }

    /// Serves one batch of the queue `alerts`; `false` when it is empty.
    async fn serve_queue(&self) -> anyhow::Result<bool> {
        let queue = alerts_queue(&self.name);
        let messages = self.aws.receive(&queue).await?;
        if messages.is_empty() {
            return Ok(false);
        }
        let record = |message: &Value| {
            json!({"messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"], "attributes": {},
                "messageAttributes": {}, "md5OfBody": message["MD5OfBody"], "eventSource": "aws:sqs", "awsRegion": REGION,
                "eventSourceARN": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")})
        };
        let event = json!({"Records": messages.iter().map(record).collect::<Vec<_>>()});
        let outcome = self.notifier.invoke(&event.to_string().into()).await?;
        for message in &messages {
            let failed = match &outcome {
                Outcome::Answered(answer) => {
                    answer["batchItemFailures"].as_array().into_iter().flatten().any(|failure| failure["itemIdentifier"] == message["MessageId"])
                }
                _ => true,
            };
            let received = message["Attributes"]["ApproximateReceiveCount"].as_str().and_then(|count| count.parse().ok()).unwrap_or(1);
            if failed && received < MAX_RECEIVES {
                self.aws.give_back(&queue, message).await?;
            } else {
                self.aws.delete(&queue, message).await?;
            }
        }
        Ok(true)
    }

    /// One minute: the queue `alerts`, and the tick. Whether the tick succeeded.
    ///
    /// # Errors
    /// The test itself is broken.
    pub async fn minute(&self) -> anyhow::Result<bool> {
        while self.serve_queue().await? {}
        // To the earliest entry that waits, or a minute on.
        let waits = self.waiting().await?;
        let next = waits.values().min().copied().unwrap_or(Timestamp::MIN);
        let minute = SignedDuration::from_mins(1);
        self.pass(next.duration_since(self.clock.now()).max(SignedDuration::ZERO) + minute).await?;
        Ok(matches!(self.notifier.invoke(&Bytes::from_static(br#"{"skywarden":"tick"}"#)).await?, Outcome::Answered(_)))
    }

    /// Outbox entries that are not sent, and when each is due.
    async fn waiting(&self) -> anyhow::Result<BTreeMap<String, Timestamp>> {
        let items = self.aws.items(&table(&self.name)).await?;
        let waiting = items.iter().filter_map(|item| Some((item["id"]["S"].as_str()?.to_owned(), item["due_at"]["S"].as_str()?.parse().ok()?)));
        Ok(waiting.collect())
    }

    /// Ticks until nothing waits any more.
    ///
    /// # Errors
    /// It does not settle.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let mut quiet = 0;
        for _ in 0..SETTLED_WITHIN {
            let told = self.told().await?.len();
            let ticked = self.minute().await?;
            let waits = !self.waiting().await?.is_empty();
            quiet = if ticked && !waits && self.told().await?.len() == told { quiet + 1 } else { 0 };
            // The second tick finds what the first has left for a digest.
            if quiet == 3 {
                return Ok(());
            }
        }
        anyhow::bail!("did not settle in {SETTLED_WITHIN} minutes: {:?} wait", self.waiting().await?)
    }

    /// Hands what was kept in again, deletes what was taken, and settles. Nothing fails any more by then.
    ///
    /// # Errors
    /// The test itself is broken.
    pub async fn redrive(&self) -> anyhow::Result<Kept> {
        let (residues, failed) = (residue_bucket(&self.name), failed_bucket(&self.name));
        let mut kept = Kept { residues: self.aws.keys(&residues).await?.len(), failed: self.aws.keys(&failed).await?.len(), left: Vec::new() };
        if kept.residues + kept.failed == 0 {
            return Ok(kept);
        }
        // What was going on when it was kept is over.
        self.pass(SignedDuration::from_mins(5)).await?;
        for bucket in [&residues, &failed] {
            for key in self.aws.keys(bucket).await? {
                let object: Value = serde_json::from_slice(&self.aws.object(bucket, &key).await?)?;
                // Of a record of a stream the function is inside.
                let arn = object["requestContext"]["functionArn"].as_str().unwrap_or_default();
                let function = self.functions().into_iter().find(|function| key.contains(function.name()) || arn.contains(function.name()));
                let Some(function) = function else { anyhow::bail!("whose is {key}?") };
                let event = if bucket == &residues { json!({"skywarden": "redrive", "residue": object}) } else { object };
                match function.invoke(&event.to_string().into()).await? {
                    Outcome::Answered(answer) if delivered(&answer) => self.aws.delete_object(bucket, &key).await?,
                    other => kept.left.push(format!("{key}: {other:?}")),
                }
            }
        }
        self.settle().await?;
        Ok(kept)
    }
}

/// Whether an answer says that all of it was done: of a residue, of records or messages, of a single batch.
fn delivered(answer: &Value) -> bool {
    answer["replayed"]["failure"].is_null() && answer["batchItemFailures"].as_array().is_none_or(Vec::is_empty)
}
