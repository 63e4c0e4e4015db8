//! CloudWatch Logs: one line written and found again.

use aws_sdk_cloudwatchlogs::{Client, operation::create_log_stream::CreateLogStreamError, types::InputLogEvent};
use jiff::Timestamp;
use skywarden_core::port::{Failure, LogProbe, PortError, PortResult};

use crate::failure::port_error;

/// Lines of a stream that are looked at, newest first.
const LOOK_AT: i32 = 100;

/// The logs of an account.
#[derive(Clone, Debug)]
pub struct CloudWatchLogs {
    client: Client,
}

impl CloudWatchLogs {
    /// Over the SDK's client.
    pub fn new(config: &aws_config::SdkConfig) -> Self {
        Self { client: Client::new(config) }
    }

    async fn make_stream(&self, group: &str, stream: &str) -> PortResult<()> {
        match self.client.create_log_stream().log_group_name(group).log_stream_name(stream).send().await {
            Ok(_) => Ok(()),
            Err(error) if matches!(error.as_service_error(), Some(CreateLogStreamError::ResourceAlreadyExistsException(_))) => Ok(()),
            Err(error) => Err(port_error("logs.CreateLogStream", &error)),
        }
    }
}

impl LogProbe for CloudWatchLogs {
    async fn write(&self, group: &str, stream: &str, at: Timestamp, line: &str) -> PortResult<()> {
        self.make_stream(group, stream).await?;
        let event = InputLogEvent::builder().timestamp(at.as_millisecond()).message(line).build().map_err(|error| PortError {
            failure: Failure::Rejected,
            operation: "logs.PutLogEvents",
            code: "construction".to_owned(),
            message: error.to_string(),
        })?;
        let answer = self
            .client
            .put_log_events()
            .log_group_name(group)
            .log_stream_name(stream)
            .log_events(event)
            .send()
            .await
            .map_err(|error| port_error("logs.PutLogEvents", &error))?;
        match answer.rejected_log_events_info {
            None => Ok(()),
            Some(_) => Err(PortError {
                failure: Failure::Rejected,
                operation: "logs.PutLogEvents",
                code: "rejected-event".to_owned(),
                message: "CloudWatch Logs took the request and not the line; check this machine's clock".to_owned(),
            }),
        }
    }

    async fn is_stored(&self, group: &str, stream: &str, at: Timestamp, word: &str) -> PortResult<bool> {
        let answer = self
            .client
            .get_log_events()
            .log_group_name(group)
            .log_stream_name(stream)
            .start_time(at.as_millisecond())
            .start_from_head(false)
            .limit(LOOK_AT)
            .send()
            .await
            .map_err(|error| port_error("logs.GetLogEvents", &error))?;
        Ok(answer.events().iter().any(|event| event.message().is_some_and(|message| message.contains(word))))
    }

    async fn subscribers(&self, group: &str) -> PortResult<Vec<String>> {
        let answer = self
            .client
            .describe_subscription_filters()
            .log_group_name(group)
            .send()
            .await
            .map_err(|error| port_error("logs.DescribeSubscriptionFilters", &error))?;
        Ok(answer.subscription_filters().iter().filter_map(|filter| filter.destination_arn()).map(str::to_owned).collect())
    }
}
