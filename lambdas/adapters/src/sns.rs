//! Messages to people through SNS.

use aws_sdk_sns::{Client, types::MessageAttributeValue};
use skywarden_core::{
    notify::OutgoingMessage,
    port::{Failure, PortError, PortResult, Publisher},
};

use crate::failure::port_error;

const OPERATION: &str = "sns.Publish";

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
}

impl Publisher for SnsPublisher {
    async fn publish(&self, message: &OutgoingMessage) -> PortResult<()> {
        let mut request = self.client.publish().topic_arn(format!("{}{}", self.topic_prefix, message.topic)).subject(&message.subject).message(&message.body);
        for (name, value) in &message.attributes {
            let value = MessageAttributeValue::builder().data_type("String").string_value(value).build().map_err(|error| PortError {
                failure: Failure::Rejected,
                operation: OPERATION,
                code: "attribute".to_owned(),
                message: error.to_string(),
            })?;
            request = request.message_attributes(name, value);
        }
        request.send().await.map(|_| ()).map_err(|error| port_error(OPERATION, &error))
    }
}
