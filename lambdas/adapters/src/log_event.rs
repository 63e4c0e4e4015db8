//! The events that bring log batches: a direct subscription, or Kinesis Data Streams in between.

use aws_lambda_events::{
    event::streams::KinesisEventResponse,
    kinesis::{KinesisEvent, KinesisEventRecord},
};
use serde_json::Value;
use skywarden_core::{envelope::Sealed, pipeline::PipelineError};

use crate::{event_keys::shown_keys, shell::Failed};

/// One invocation's log batches.
#[derive(Debug)]
pub enum LogEvents {
    /// One batch, straight from CloudWatch Logs: base64 of gzip.
    Subscription(String),
    /// Records of a stream, each a batch.
    Kinesis(Vec<KinesisEventRecord>),
}

/// An event that brings no log batch. It names the keys it found, never their values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the event is neither a log subscription nor a Kinesis batch (its keys: {keys}); check what invokes this function")]
pub struct UnknownEvent {
    keys: String,
}

impl UnknownEvent {
    /// Stable error type.
    pub const CODE: &'static str = "event-unknown";

    /// The error for an event's JSON.
    pub fn of(event: &Value) -> Self {
        Self { keys: shown_keys(event) }
    }
}

impl LogEvents {
    /// Recognises an event.
    ///
    /// # Errors
    /// [`UnknownEvent`].
    pub fn parse(mut event: Value) -> Result<Self, UnknownEvent> {
        // The data may be a megabyte: it is taken out, not copied.
        if let Some(Value::String(data)) = event.pointer_mut("/awslogs/data") {
            return Ok(Self::Subscription(std::mem::take(data)));
        }
        let unknown = UnknownEvent::of(&event);
        if event.pointer("/Records/0/kinesis").is_none() {
            return Err(unknown);
        }
        serde_json::from_value::<KinesisEvent>(event).map(|event| Self::Kinesis(event.records)).map_err(|_| unknown)
    }

    /// The batches, with the sequence number by which a stream knows one.
    pub fn batches(&self) -> Vec<(Option<&str>, Sealed<'_>)> {
        match self {
            Self::Subscription(data) => vec![(None, Sealed::Base64(data))],
            Self::Kinesis(records) => {
                records.iter().map(|record| (Some(record.kinesis.sequence_number.as_str()), Sealed::Gzip(&record.kinesis.data))).collect()
            }
        }
    }
}

/// Runs a pipeline over every batch of an event. A stream is told which records to deliver again; a subscription delivers the whole event
/// again, and Lambda ignores the answer.
///
/// # Errors
/// [`Failed`]: the event is unknown, or the batch of a direct subscription failed.
pub async fn each_batch(event: Value, mut run: impl AsyncFnMut(Sealed<'_>) -> Result<(), PipelineError>) -> Result<KinesisEventResponse, Failed> {
    let events = LogEvents::parse(event).map_err(|error| Failed { code: UnknownEvent::CODE, message: error.to_string() })?;
    let mut response = KinesisEventResponse::default();
    for (sequence_number, sealed) in events.batches() {
        match (run(sealed).await, sequence_number) {
            (Ok(()), _) => {}
            (Err(_), Some(sequence_number)) => response.add_failure(sequence_number),
            (Err(error), None) => return Err(error.into()),
        }
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_shapes_are_known() {
        let direct = LogEvents::parse(json!({"awslogs": {"data": "abc"}, "more": 1})).unwrap();
        assert!(matches!(direct.batches()[..], [(None, Sealed::Base64("abc"))]));
        let record = json!({"kinesis": {"kinesisSchemaVersion": "1.0", "partitionKey": "p", "sequenceNumber": "49", "data": "aGk=", "approximateArrivalTimestamp": 1.5},
            "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": "s:49", "eventName": "aws:kinesis:record", "invokeIdentityArn": "a", "awsRegion": "r", "eventSourceARN": "b"});
        let stream = LogEvents::parse(json!({"Records": [record]})).unwrap();
        assert!(matches!(stream.batches()[..], [(Some("49"), Sealed::Gzip(b"hi"))]));
    }

    #[tokio::test]
    async fn a_stream_names_its_failed_records_and_a_subscription_fails_whole() {
        let record = |number: &str| {
            json!({"kinesis": {"kinesisSchemaVersion": "1.0", "partitionKey": "p", "sequenceNumber": number, "data": "aGk=", "approximateArrivalTimestamp": 1.5},
                "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": "e", "eventName": "n", "invokeIdentityArn": "a", "awsRegion": "r", "eventSourceARN": "b"})
        };
        let mut seen = 0;
        let answer = each_batch(json!({"Records": [record("1"), record("2"), record("3")]}), async |_| {
            seen += 1;
            if seen == 2 { Err(PipelineError::Busy) } else { Ok(()) }
        })
        .await
        .unwrap();
        let failed: Vec<_> = answer.batch_item_failures.iter().filter_map(|failure| failure.item_identifier.as_deref()).collect();
        assert_eq!((seen, failed), (3, vec!["2"]));

        let failed = each_batch(json!({"awslogs": {"data": "x"}}), async |_| Err(PipelineError::Busy)).await.unwrap_err();
        assert_eq!(failed.code, "batch-busy");
        assert_eq!(each_batch(json!({"detail": 1}), async |_| Ok(())).await.unwrap_err().code, UnknownEvent::CODE);
    }

    #[test]
    fn an_unknown_event_is_described_by_its_keys_alone() {
        for event in [json!({"detail": "secret"}), json!(null), json!([1]), json!({"Records": [{"Sns": {}}]})] {
            let error = LogEvents::parse(event).unwrap_err();
            assert!(!error.to_string().contains("secret"));
        }
        assert!(LogEvents::parse(json!({"detail": 1})).unwrap_err().to_string().contains("detail"));
    }
}
