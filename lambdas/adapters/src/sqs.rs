//! The queue `alerts`.

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use skywarden_core::port::{AlertQueue, Failure, PortError, PortResult};

use crate::failure::port_error;

const OPERATION: &str = "sqs.SendMessageBatch";

/// SQS.
#[derive(Clone, Debug)]
pub struct SqsAlerts {
    client: Client,
    queue_url: String,
}

impl SqsAlerts {
    /// A queue over the SDK's client.
    pub fn new(config: &aws_config::SdkConfig, queue_url: String) -> Self {
        Self { client: Client::new(config), queue_url }
    }
}

impl AlertQueue for SqsAlerts {
    async fn send(&self, ids: &[String]) -> PortResult<()> {
        let entries = ids
            .iter()
            .enumerate()
            .map(|(place, id)| SendMessageBatchRequestEntry::builder().id(place.to_string()).message_body(id).build())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| PortError { failure: Failure::Rejected, operation: OPERATION, code: "entry".to_owned(), message: error.to_string() })?;
        let answer = self
            .client
            .send_message_batch()
            .queue_url(&self.queue_url)
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|error| port_error(OPERATION, &error))?;
        // A success can hide entries that failed.
        match answer.failed().first() {
            None => Ok(()),
            Some(failed) => Err(PortError {
                failure: Failure::Unavailable,
                operation: OPERATION,
                code: failed.code().to_owned(),
                message: format!("{} of {} entries failed", answer.failed().len(), ids.len()),
            }),
        }
    }
}
