//! What a function is invoked with: every shape any of the three functions may get, recognised in one place.
//!
//! | shape | what it is |
//! |---|---|
//! | `{"awslogs": {"data"}}` | a log batch, straight from a subscription filter or an account-level policy |
//! | `{"Records": [{"kinesis": {"sequenceNumber", "data"}}]}` | log batches of a Kinesis data stream |
//! | `{"Records": [{"messageId", "body"}]}` | messages of the queue `alerts`: ids of outbox entries |
//! | `{"Records": [{"Sns": {"Message"}}]}` | alarms of the topic `alarms` |
//! | `{"detail-type": "CloudWatch Alarm State Change", "detail"}` | an alarm, from EventBridge |
//! | `{"alarmArn", "alarmData"}` | an alarm whose action is the function itself |
//! | `{"skywarden": "tick"}` | the one-minute schedule |
//! | `{"skywarden": "redrive", "residue"}` | a residue to be replayed |
//! | `{"requestContext", "requestPayload"}` | Lambda's record of an asynchronous invocation that failed; the event inside is taken out |
//! | `{"requestContext", "payload": "JSON"}` | the same of an event source mapping, as S3 gets it |
//!
//! Members that are not known are passed over everywhere. Whatever else comes is an [`EventError`] that tells the shape and no value.

mod shape;

use serde_json::Value;

use crate::{
    alarm::{AlarmEventError, AlarmNotice},
    envelope::Sealed,
};

/// `detail-type` of an alarm's change of state on EventBridge.
const STATE_CHANGE: &str = "CloudWatch Alarm State Change";

/// One invocation.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Log batches.
    Logs(LogDelivery),
    /// Messages of the queue `alerts`.
    Queue(Vec<QueueMessage>),
    /// Changes of alarms' states; each can be unreadable by itself.
    Alarms(Vec<Result<AlarmNotice, AlarmEventError>>),
    /// The one-minute schedule.
    Tick,
    /// A residue, not yet read.
    Residue(Value),
}

/// Log batches as they are delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogDelivery {
    /// One batch, base64 of gzip.
    Subscription(String),
    /// Records of a stream, each a batch.
    Stream(Vec<StreamRecord>),
}

/// A record of a Kinesis data stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRecord {
    /// What a failure of it is reported by.
    pub sequence_number: String,
    /// base64 of gzip.
    pub data: String,
}

/// A message of the queue `alerts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueMessage {
    /// What a failure of it is reported by.
    pub message_id: String,
    /// Id of an outbox entry.
    pub body: String,
}

/// An event nobody knows, or not this function. It tells the shape: keys and JSON types, never a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// No shape that is known.
    #[error("the event is none that is known; check what invokes this function (its shape: {shape})")]
    Unknown {
        /// Keys and types.
        shape: String,
    },
    /// Known, but for another function.
    #[error("{what} are no event of this function; check what invokes it")]
    Misdirected {
        /// What the event is.
        what: &'static str,
    },
}

impl EventError {
    /// Stable error type.
    pub const CODE: &'static str = "event-unknown";
}

impl Event {
    /// Recognises an event. The record of a failed invocation is opened once: one inside another is not known.
    ///
    /// # Errors
    /// [`EventError::Unknown`].
    pub fn parse(mut event: Value) -> Result<Self, EventError> {
        if let Some(inner) = failed_invocation(&mut event) {
            return known(inner).map_err(|inner| unknown(&inner));
        }
        known(event).map_err(|event| unknown(&event))
    }

    /// That this event is for another function.
    pub const fn misdirected(&self) -> EventError {
        EventError::Misdirected {
            what: match self {
                Self::Logs(_) => "log batches",
                Self::Queue(_) => "messages of a queue",
                Self::Alarms(_) => "alarms",
                Self::Tick => "ticks",
                Self::Residue(_) => "residues",
            },
        }
    }
}

impl LogDelivery {
    /// The batches, with the sequence number by which a stream knows one.
    pub fn batches(&self) -> Vec<(Option<&str>, Sealed<'_>)> {
        match self {
            Self::Subscription(data) => vec![(None, Sealed::Base64(data))],
            Self::Stream(records) => records.iter().map(|record| (Some(record.sequence_number.as_str()), Sealed::Base64(&record.data))).collect(),
        }
    }
}

fn unknown(event: &Value) -> EventError {
    EventError::Unknown { shape: shape::of(event) }
}

/// The event inside Lambda's record of a failed invocation.
fn failed_invocation(event: &mut Value) -> Option<Value> {
    if !event.get("requestContext").is_some_and(Value::is_object) {
        return None;
    }
    if let Some(payload) = event.get_mut("requestPayload") {
        return Some(payload.take());
    }
    serde_json::from_str(event.get("payload")?.as_str()?).ok()
}

/// The event, or itself when it is not known.
fn known(mut event: Value) -> Result<Event, Value> {
    // The data may be a megabyte: it is taken out, not copied.
    if let Some(Value::String(data)) = event.pointer_mut("/awslogs/data") {
        return Ok(Event::Logs(LogDelivery::Subscription(std::mem::take(data))));
    }
    match event.get("skywarden").and_then(Value::as_str) {
        Some("tick") => return Ok(Event::Tick),
        Some("redrive") => {
            if let Some(residue) = event.get_mut("residue") {
                return Ok(Event::Residue(residue.take()));
            }
        }
        _ => {}
    }
    if event.get("detail-type").and_then(Value::as_str) == Some(STATE_CHANGE)
        && let Some(detail) = event.get("detail")
    {
        return Ok(Event::Alarms(vec![AlarmNotice::of_event(detail)]));
    }
    if event.get("alarmArn").is_some()
        && let Some(data) = event.get("alarmData")
    {
        return Ok(Event::Alarms(vec![AlarmNotice::of_event(data)]));
    }
    let records = event.get("Records").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let Some(first) = records.first() else {
        return Err(event);
    };
    // All of one kind, by the first: a service never mixes them, and one record that is not whole makes the event unknown.
    let found = if first.get("kinesis").is_some() {
        records.iter().map(stream_record).collect::<Option<_>>().map(|records| Event::Logs(LogDelivery::Stream(records)))
    } else if first.get("Sns").is_some() {
        records.iter().map(|record| record.pointer("/Sns/Message")?.as_str().map(AlarmNotice::parse)).collect::<Option<_>>().map(Event::Alarms)
    } else {
        records.iter().map(queue_message).collect::<Option<_>>().map(Event::Queue)
    };
    found.ok_or(event)
}

fn stream_record(record: &Value) -> Option<StreamRecord> {
    let text = |key: &str| record.get("kinesis")?.get(key)?.as_str().map(str::to_owned);
    Some(StreamRecord { sequence_number: text("sequenceNumber")?, data: text("data")? })
}

fn queue_message(record: &Value) -> Option<QueueMessage> {
    let text = |key: &str| record.get(key)?.as_str().map(str::to_owned);
    Some(QueueMessage { message_id: text("messageId")?, body: text("body")? })
}
