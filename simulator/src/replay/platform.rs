//! The metrics AWS services publish about themselves, as far as a replay can know them.

use std::collections::BTreeMap;

use crate::{
    replay::{LogEvent, Outcome, SharedMetrics},
    statistics::{MetricHandle, MetricId, Resolution},
};

/// Bytes CloudWatch Logs counts for an event beside its text.
const EVENT_OVERHEAD_BYTES: usize = 26;

/// Writes `AWS/Logs`, `AWS/Lambda`, `AWS/SQS` and `AWS/SNS` metrics into a store.
#[derive(Clone, Debug)]
pub struct PlatformMetrics {
    metrics: SharedMetrics,
    groups: BTreeMap<String, [MetricHandle; 2]>,
}

/// What of AWS a replay stands for, beside the log groups it reads.
#[derive(Clone, Debug, Default)]
pub struct Subjects {
    /// Names of the functions.
    pub functions: Vec<String>,
    /// Names of the queues.
    pub queues: Vec<String>,
}

impl Subjects {
    /// Whether a replay may have a metric at all: everything that is not AWS's own, which AWS takes from nobody, and what [`PlatformMetrics`] writes.
    /// An alarm on another one would judge the replay by what is not in it.
    pub fn may_have(&self, metric: &MetricId) -> bool {
        let about = |dimension: &str, subjects: &[String]| match metric.dimensions() {
            [(name, value)] => name == dimension && subjects.contains(value),
            _ => false,
        };
        match (metric.namespace(), metric.name()) {
            ("AWS/Logs", "IncomingLogEvents" | "IncomingBytes") | ("AWS/SNS", "NumberOfMessagesPublished") => true,
            ("AWS/Lambda", "Invocations" | "Errors" | "Duration" | "IteratorAge") => about("FunctionName", &self.functions),
            ("AWS/SQS", "ApproximateNumberOfMessagesVisible") => about("QueueName", &self.queues),
            (namespace, _) => !namespace.starts_with("AWS/"),
        }
    }
}

impl PlatformMetrics {
    /// Metrics that go into a store.
    pub const fn new(metrics: SharedMetrics) -> Self {
        Self { metrics, groups: BTreeMap::new() }
    }

    /// `AWS/Logs` `IncomingLogEvents` and `IncomingBytes` by `LogGroupName`.
    pub fn log_event(&mut self, event: &LogEvent) {
        let mut store = self.metrics.lock();
        let handles = if let Some(handles) = self.groups.get(&event.group) {
            *handles
        } else {
            let handles = ["IncomingLogEvents", "IncomingBytes"].map(|name| store.handle(&id("AWS/Logs", name, "LogGroupName", &event.group)));
            for (handle, unit) in handles.into_iter().zip(["Count", "Bytes"]) {
                store.name_unit(handle, unit);
            }
            self.groups.insert(event.group.clone(), handles);
            handles
        };
        #[expect(clippy::cast_precision_loss, reason = "an event has at most 1 MB")]
        let bytes = (event.message.len() + EVENT_OVERHEAD_BYTES) as f64;
        for (handle, value) in handles.into_iter().zip([1.0, bytes]) {
            store.add(handle, event.timestamp_ms, Resolution::Minute, value, 1.0);
        }
    }

    /// `AWS/Lambda` `Invocations`, `Errors` and `Duration` by `FunctionName`.
    pub fn invocation(&self, function: &str, outcome: Outcome, now_ms: i64) {
        let mut store = self.metrics.lock();
        let errors = f64::from(u8::from(outcome.failed));
        for (name, unit, value) in [("Invocations", "Count", 1.0), ("Errors", "Count", errors), ("Duration", "Milliseconds", outcome.duration_ms)] {
            let handle = store.handle(&id("AWS/Lambda", name, "FunctionName", function));
            store.name_unit(handle, unit);
            store.add(handle, now_ms, Resolution::Minute, value, 1.0);
        }
    }

    /// `AWS/Lambda` `IteratorAge` by `FunctionName`: how long the oldest record of an invocation lay in its stream.
    pub fn iterator_age(&self, function: &str, age_ms: i64, now_ms: i64) {
        #[expect(clippy::cast_precision_loss, reason = "a replay spans far fewer than 2^52 milliseconds")]
        let age = age_ms as f64;
        let mut store = self.metrics.lock();
        let handle = store.handle(&id("AWS/Lambda", "IteratorAge", "FunctionName", function));
        store.name_unit(handle, "Milliseconds");
        store.add(handle, now_ms, Resolution::Minute, age, 1.0);
    }

    /// `AWS/SQS` `ApproximateNumberOfMessagesVisible` by `QueueName`, as SQS publishes it each minute.
    pub fn queue_depth(&self, queue: &str, messages: usize, now_ms: i64) {
        #[expect(clippy::cast_precision_loss, reason = "a replay queues far fewer than 2^52 messages")]
        let messages = messages as f64;
        let mut store = self.metrics.lock();
        let handle = store.handle(&id("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue));
        store.name_unit(handle, "Count");
        store.add(handle, now_ms, Resolution::Minute, messages, 1.0);
    }

    /// `AWS/SNS` `NumberOfMessagesPublished` by `TopicName`.
    pub fn published(&self, topic: &str, now_ms: i64) {
        let mut store = self.metrics.lock();
        let handle = store.handle(&id("AWS/SNS", "NumberOfMessagesPublished", "TopicName", topic));
        store.name_unit(handle, "Count");
        store.add(handle, now_ms, Resolution::Minute, 1.0, 1.0);
    }
}

fn id(namespace: &str, name: &str, dimension: &str, value: &str) -> MetricId {
    MetricId::new(namespace, name, vec![(dimension.to_owned(), value.to_owned())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Statistic;

    #[test]
    fn an_event_counts_once_with_its_bytes() {
        let metrics = SharedMetrics::default();
        let mut platform = PlatformMetrics::new(metrics.clone());
        let event = LogEvent { group: "g".to_owned(), stream: "s".to_owned(), id: "1".to_owned(), timestamp_ms: 61_000, message: "abcd".to_owned() };
        platform.log_event(&event);
        platform.log_event(&event);
        let store = metrics.lock();
        let sum = |name| store.series(&id("AWS/Logs", name, "LogGroupName", "g")).unwrap().datapoint(Statistic::Sum, 60, 120).unwrap().value;
        assert_eq!((sum("IncomingLogEvents"), sum("IncomingBytes")), (2.0, 60.0));
    }

    #[test]
    fn a_replay_has_of_aws_what_it_stands_for() {
        let subjects = Subjects { functions: vec!["notifier".to_owned()], queues: vec!["alerts".to_owned()] };
        for (metric, expected) in [
            (id("AWS/Logs", "IncomingLogEvents", "LogGroupName", "g"), true),
            (id("AWS/Lambda", "Errors", "FunctionName", "notifier"), true),
            (id("AWS/Lambda", "IteratorAge", "FunctionName", "notifier"), true),
            (id("AWS/Kinesis", "WriteProvisionedThroughputExceeded", "StreamName", "logs"), false),
            (id("AWS/Lambda", "Errors", "FunctionName", "checkout"), false),
            (id("AWS/Lambda", "Throttles", "FunctionName", "notifier"), false),
            (id("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "alerts"), true),
            (id("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "orders"), false),
            (id("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "alerts"), false),
            (id("AWS/EC2", "CPUUtilization", "InstanceId", "i"), false),
            (id("shop/prod/checkout", "Requests", "Service", "checkout"), true),
        ] {
            assert_eq!(subjects.may_have(&metric), expected, "{metric:?}");
        }
    }

    #[test]
    fn a_good_invocation_publishes_zero_errors() {
        let metrics = SharedMetrics::default();
        let platform = PlatformMetrics::new(metrics.clone());
        platform.invocation("f", Outcome { failed: false, duration_ms: 12.0 }, 0);
        platform.invocation("f", Outcome { failed: true, duration_ms: 30.0 }, 0);
        let store = metrics.lock();
        let errors = store.series(&id("AWS/Lambda", "Errors", "FunctionName", "f")).unwrap();
        assert_eq!(errors.datapoint(Statistic::Sum, 0, 60).map(|point| (point.value, point.samples)), Some((1.0, 2.0)));
    }
}
