//! Quotas of queues, topics, streams, schedules and stored parameters.

use super::{Here, Rule};
use crate::kinesis::{Stream, StreamMode};
use crate::scheduler::Schedule;
use crate::sns::Topic;
use crate::sqs::Queue;
use crate::ssm::Parameter;
use crate::{Expr, Value, limits};

impl Here<'_, '_> {
    pub(super) fn queue(&mut self, queue: &Queue) {
        self.characters(Rule::Name, "QueueName", queue.queue_name.as_ref(), limits::QUEUE_NAME_CHARACTERS);
        self.within(Rule::Queue, "VisibilityTimeout", queue.visibility_timeout.as_ref(), &(0..=limits::VISIBILITY_TIMEOUT_SECONDS));
        self.within(Rule::Queue, "MessageRetentionPeriod", queue.message_retention_period.as_ref(), &limits::MESSAGE_RETENTION_SECONDS);
        if let Some(Value::Literal(redrive)) = &queue.redrive_policy {
            let receives = Some(&redrive.max_receive_count);
            self.within(Rule::Queue, "maxReceiveCount", receives, &limits::MAX_RECEIVE_COUNT);
        }
    }

    pub(super) fn stream(&mut self, stream: &Stream) {
        self.characters(Rule::Name, "Name", stream.name.as_ref(), limits::STREAM_NAME_CHARACTERS);
        self.within(Rule::Stream, "RetentionPeriodHours", stream.retention_period_hours.as_ref(), &limits::STREAM_RETENTION_HOURS);
        self.within(Rule::Stream, "ShardCount", stream.shard_count.as_ref(), &(1..=limits::STREAM_SHARDS));
        let mode = match &stream.stream_mode_details {
            None => Some(StreamMode::Provisioned),
            Some(details) => details.literal().and_then(|details| details.stream_mode.known()),
        };
        if mode.is_some_and(|mode| (mode == StreamMode::OnDemand) == stream.shard_count.is_some()) {
            self.add(Rule::Stream, "ShardCount goes with the mode PROVISIONED and with no other, give one of them".to_owned());
        }
    }

    pub(super) fn topic(&mut self, topic: &Topic) {
        self.characters(Rule::Name, "TopicName", topic.topic_name.as_ref(), limits::TOPIC_NAME_CHARACTERS);
    }

    pub(super) fn chat_channel(&mut self, name: &Expr) {
        self.characters(Rule::Name, "ConfigurationName", Some(name), limits::CHAT_CONFIGURATION_NAME_CHARACTERS);
    }

    pub(super) fn schedule(&mut self, schedule: &Schedule) {
        self.characters(Rule::Name, "Name", schedule.name.as_ref(), limits::SCHEDULE_NAME_CHARACTERS);
    }

    pub(super) fn ssm_parameter(&mut self, parameter: &Parameter) {
        let tier = self.known_option(parameter.tier.as_ref());
        if tier.is_some_and(|tier| tier != "Standard") {
            return;
        }
        if let Some(value) = self.known(&parameter.value) {
            self.at_most(Rule::SsmValue, "Value", value.len(), "bytes", limits::SSM_VALUE_BYTES);
        }
    }
}
