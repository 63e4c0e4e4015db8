//! The queues `alerts` and `dead-letters`.

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use skywarden_core::port::{AlertQueue, DeadLetters, Failure, Letter, PortError, PortResult};

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

/// How long a message that was looked at is hidden: longer than looking takes.
const HIDDEN_SECONDS: i32 = 30;

/// How long an empty queue is waited for: with none, SQS asks only some of its servers and may see nothing where there is something.
const WAIT_SECONDS: i32 = 1;

/// The queue `dead-letters`, for whoever redrives.
#[derive(Clone, Debug)]
pub struct SqsLetters {
    client: Client,
    queue_url: String,
}

impl SqsLetters {
    /// The queue of this name.
    ///
    /// # Errors
    /// There is no such queue, or it may not be used.
    pub async fn find(config: &aws_config::SdkConfig, name: &str) -> PortResult<Self> {
        const GET_URL: &str = "sqs.GetQueueUrl";
        let client = Client::new(config);
        let answer = client.get_queue_url().queue_name(name).send().await.map_err(|error| port_error(GET_URL, &error))?;
        let missing = || PortError { failure: Failure::Rejected, operation: GET_URL, code: "no-url".to_owned(), message: format!("{name} has no URL") };
        let queue_url = answer.queue_url.ok_or_else(missing)?;
        Ok(Self { client, queue_url })
    }
}

impl DeadLetters for SqsLetters {
    async fn receive(&self) -> PortResult<Vec<Letter>> {
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.queue_url)
            .max_number_of_messages(10)
            .visibility_timeout(HIDDEN_SECONDS)
            .wait_time_seconds(WAIT_SECONDS)
            .send()
            .await
            .map_err(|error| port_error("sqs.ReceiveMessage", &error))?;
        let letters = answer.messages.unwrap_or_default().into_iter();
        Ok(letters.filter_map(|message| Some(Letter { id: message.message_id?, receipt: message.receipt_handle?, body: message.body? })).collect())
    }

    async fn delete(&self, letter: &Letter) -> PortResult<()> {
        self.client
            .delete_message()
            .queue_url(&self.queue_url)
            .receipt_handle(&letter.receipt)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| port_error("sqs.DeleteMessage", &error))
    }
}
