//! The events of alert-notifier: the queue `alerts`, the topic `alarms`, and the tick.

use aws_lambda_events::{sns::SnsEvent, sqs::SqsEvent};
use serde_json::Value;
use skywarden_lambda_adapters::{Failed, shown_keys};

/// One invocation.
#[derive(Debug)]
pub(crate) enum Event {
    /// Ids of outbox entries, each with the id of the message that brought it.
    Entries(Vec<(String, String)>),
    /// Alarm messages, as text.
    Alarms(Vec<String>),
    /// The one-minute schedule.
    Tick,
}

impl Event {
    /// Recognises an event; an unknown one is described by its keys, never by their values.
    pub(crate) fn parse(event: Value) -> Result<Self, Failed> {
        if event.get("skywarden").and_then(Value::as_str) == Some("tick") {
            return Ok(Self::Tick);
        }
        let unknown = unknown(&event);
        if event.pointer("/Records/0/Sns").is_some() {
            let event: SnsEvent = serde_json::from_value(event).map_err(|_| unknown)?;
            return Ok(Self::Alarms(event.records.into_iter().map(|record| record.sns.message).collect()));
        }
        if event.pointer("/Records/0/body").is_some() {
            let event: SqsEvent = serde_json::from_value(event).map_err(|_| unknown)?;
            let entries = event.records.into_iter().map(|message| (message.message_id.unwrap_or_default(), message.body.unwrap_or_default())).collect();
            return Ok(Self::Entries(entries));
        }
        Err(unknown)
    }
}

fn unknown(event: &Value) -> Failed {
    let keys = shown_keys(event);
    Failed {
        code: "event-unknown",
        message: format!("the event is neither a message of the queue, nor an alarm, nor the tick (its keys: {keys}); check what invokes this function"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_three_events_are_known() {
        assert!(matches!(Event::parse(json!({"skywarden": "tick"})), Ok(Event::Tick)));
        let queue = json!({"Records": [{"messageId": "m", "body": "entry-1", "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs"}]});
        assert!(matches!(Event::parse(queue), Ok(Event::Entries(entries)) if entries == [("m".to_owned(), "entry-1".to_owned())]));
        let topic = json!({"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "a", "Sns": {
            "Type": "Notification", "MessageId": "1", "TopicArn": "t", "Subject": "s", "Message": "{\"AlarmName\":\"x\"}", "Timestamp": "2026-11-23T04:00:00.000Z",
            "SignatureVersion": "1", "Signature": "x", "SigningCertUrl": "u", "UnsubscribeUrl": "u", "MessageAttributes": {}}}]});
        assert!(matches!(Event::parse(topic), Ok(Event::Alarms(alarms)) if alarms == ["{\"AlarmName\":\"x\"}"]));
    }

    #[test]
    fn an_unknown_event_is_a_clear_error_without_its_values() {
        let failed = Event::parse(json!({"detail": "secret"})).unwrap_err();
        assert_eq!(failed.code, "event-unknown");
        assert!(failed.message.contains("detail") && !failed.message.contains("secret"));
    }
}
