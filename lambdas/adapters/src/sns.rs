//! Messages to people through SNS.

use std::collections::HashMap;

use aws_sdk_sns::{
    Client,
    operation::publish_batch::PublishBatchOutput,
    types::{MessageAttributeValue, PublishBatchRequestEntry},
};
use skywarden_core::{
    notify::OutgoingMessage,
    port::{Failure, PortError, PortResult, Publisher},
};

use crate::failure::port_error;

const PUBLISH: &str = "sns.Publish";
const PUBLISH_BATCH: &str = "sns.PublishBatch";

/// SNS.
#[derive(Clone, Debug)]
pub struct SnsPublisher {
    client: Client,
    topic_prefix: String,
}

impl SnsPublisher {
    /// A publisher over the SDK's client. `topic_prefix` is a topic's ARN without its name.
    pub fn new(config: &aws_config::SdkConfig, topic_prefix: String) -> Self {
        Self { client: Client::new(config), topic_prefix }
    }

    async fn publish_one(&self, message: &OutgoingMessage) -> PortResult<()> {
        self.client
            .publish()
            .topic_arn(self.topic(message))
            .subject(&message.subject)
            .message(&message.body)
            .set_message_attributes(Some(attributes(message).map_err(|error| construction(PUBLISH, &error))?))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| port_error(PUBLISH, &error))
    }

    async fn publish_several(&self, first: &OutgoingMessage, messages: &[OutgoingMessage]) -> PortResult<PublishBatchOutput> {
        let entries = messages.iter().enumerate().map(|(place, message)| {
            PublishBatchRequestEntry::builder()
                .id(place.to_string())
                .subject(&message.subject)
                .message(&message.body)
                .set_message_attributes(Some(attributes(message)?))
                .build()
        });
        let entries = entries.collect::<Result<Vec<_>, _>>().map_err(|error| construction(PUBLISH_BATCH, &error))?;
        let request = self.client.publish_batch().topic_arn(self.topic(first)).set_publish_batch_request_entries(Some(entries));
        request.send().await.map_err(|error| port_error(PUBLISH_BATCH, &error))
    }

    fn topic(&self, message: &OutgoingMessage) -> String {
        format!("{}{}", self.topic_prefix, message.topic)
    }
}

impl Publisher for SnsPublisher {
    async fn publish(&self, messages: &[OutgoingMessage]) -> Vec<PortResult<()>> {
        match messages {
            [] => Vec::new(),
            [one] => vec![self.publish_one(one).await],
            [first, ..] => match self.publish_several(first, messages).await {
                Ok(answer) => by_entry(&answer, messages.len()),
                Err(error) => vec![Err(error); messages.len()],
            },
        }
    }
}

fn attributes(message: &OutgoingMessage) -> Result<HashMap<String, MessageAttributeValue>, aws_sdk_sns::error::BuildError> {
    let attribute = |value: &String| MessageAttributeValue::builder().data_type("String").string_value(value).build();
    message.attributes.iter().map(|(name, value)| Ok((name.clone(), attribute(value)?))).collect()
}

fn construction(operation: &'static str, error: &aws_sdk_sns::error::BuildError) -> PortError {
    PortError { failure: Failure::Rejected, operation, code: "construction".to_owned(), message: error.to_string() }
}

/// What became of each entry: the request succeeds although some of its entries failed. Of one in neither list nobody knows.
fn by_entry(answer: &PublishBatchOutput, entries: usize) -> Vec<PortResult<()>> {
    let of = |place: usize| {
        let id = place.to_string();
        if let Some(failed) = answer.failed().iter().find(|failed| failed.id() == id) {
            // The service's own faults are passing ones: throttling, an internal error that published nothing.
            let failure = if failed.sender_fault() && !is_throttle(failed.code()) { Failure::Rejected } else { Failure::Unavailable };
            let message = failed.message().unwrap_or("no message").to_owned();
            return Err(PortError { failure, operation: PUBLISH_BATCH, code: failed.code().to_owned(), message });
        }
        if answer.successful().iter().any(|done| done.id() == Some(&id)) {
            return Ok(());
        }
        let message = "the answer leaves the entry out".to_owned();
        Err(PortError { failure: Failure::Ambiguous, operation: PUBLISH_BATCH, code: "no-answer".to_owned(), message })
    };
    (0..entries).map(of).collect()
}

/// Codes that say "later" though they count as the sender's fault.
fn is_throttle(code: &str) -> bool {
    code.contains("Throttl")
}

#[cfg(test)]
mod tests {
    use aws_sdk_sns::types::{BatchResultErrorEntry, PublishBatchResultEntry};

    use super::*;

    #[test]
    fn each_entry_has_a_fate_of_its_own() {
        let failed = |id: &str, code: &str, sender: bool| BatchResultErrorEntry::builder().id(id).code(code).sender_fault(sender).build().unwrap();
        let answer = PublishBatchOutput::builder()
            .successful(PublishBatchResultEntry::builder().id("0").message_id("m").build())
            .failed(failed("1", "InvalidParameter", true))
            .failed(failed("2", "InternalError", false))
            .failed(failed("3", "KMSThrottling", true))
            .build();
        let fates: Vec<_> = by_entry(&answer, 5).into_iter().map(|fate| fate.map_err(|error| (error.failure, error.code))).collect();
        let error = |failure, code: &str| Err((failure, code.to_owned()));
        assert_eq!(
            fates,
            [
                Ok(()),
                error(Failure::Rejected, "InvalidParameter"),
                error(Failure::Unavailable, "InternalError"),
                error(Failure::Unavailable, "KMSThrottling"),
                error(Failure::Ambiguous, "no-answer"),
            ]
        );
    }
}
