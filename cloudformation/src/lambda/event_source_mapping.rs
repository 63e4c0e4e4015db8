//! `AWS::Lambda::EventSourceMapping`.

use serde_json::Value as Json;

use super::Destination;
use crate::shape::{shape, words};
use crate::{Expr, List, Number, Tag, Value};

shape! {
    /// `AWS::Lambda::EventSourceMapping`: Lambda polls a queue or stream for the function.
    pub struct EventSourceMapping {
        required {
            /// Name or ARN.
            function_name: Expr,
        }
        optional {
            /// The queue or stream.
            event_source_arn: Option<Expr>,
            /// Polls when true, as by default.
            enabled: Option<Value<bool>>,
            /// Records a call: 10 for SQS and 100 for streams when absent; up to 10,000.
            batch_size: Option<Value<u32>>,
            /// Seconds to wait for a fuller batch, 0..=300; needed above 10 SQS records.
            maximum_batching_window_in_seconds: Option<Value<u32>>,
            /// `ReportBatchItemFailures`: only the named records are retried.
            function_response_types: List<Expr>,
            /// Which records the function sees.
            filter_criteria: Option<Value<FilterCriteria>>,
            /// Where discarded stream batches go.
            destination_config: Option<Value<FailureDestinations>>,
            /// Concurrency over a queue.
            scaling_config: Option<Value<Queueing>>,
            /// Metrics of its own.
            metrics_config: Option<Value<MappingMetrics>>,
            /// Streams: halve a failing batch.
            bisect_batch_on_function_error: Option<Value<bool>>,
            /// Streams: tries before a batch is discarded; -1 for ever.
            maximum_retry_attempts: Option<Value<Number>>,
            /// Streams: seconds; -1 for ever.
            maximum_record_age_in_seconds: Option<Value<Number>>,
            /// Streams: concurrent batches a shard, 1..=10.
            parallelization_factor: Option<Value<u32>>,
            /// Streams: where to begin.
            starting_position: Option<Value<StartingPosition>>,
            /// With [`StartingPosition::AtTimestamp`]: Unix seconds.
            starting_position_timestamp: Option<Value<Number>>,
            /// Streams: seconds of a window whose state the function carries.
            tumbling_window_in_seconds: Option<Value<u32>>,
            /// Key of the filter criteria.
            kms_key_arn: Option<Expr>,
            /// Level of the mapping's own logs, kept as read.
            logging_config: Option<Json>,
            /// Pollers kept ready, kept as read.
            provisioned_poller_config: Option<Json>,
            /// Kafka topics.
            topics: List<Expr>,
            /// MQ queues.
            queues: List<Expr>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

words! {
    /// Where a new mapping begins to read a stream.
    pub enum StartingPosition {
        /// At the oldest record kept.
        TrimHorizon = "TRIM_HORIZON",
        /// After the newest.
        Latest = "LATEST",
        /// At a time.
        AtTimestamp = "AT_TIMESTAMP",
    }
}

shape! {
    /// Patterns of which a record must match one.
    pub struct FilterCriteria {
        optional {
            /// At most five.
            filters: List<Filter>,
        }
    }
}

shape! {
    /// One pattern.
    pub struct Filter {
        optional {
            /// An EventBridge-style pattern as JSON text.
            pattern: Option<Expr>,
        }
    }
}

shape! {
    /// Where discarded batches go.
    pub struct FailureDestinations {
        optional {
            /// Queue, topic or bucket.
            on_failure: Option<Value<Destination>>,
        }
    }
}

shape! {
    /// Concurrency over a queue.
    pub struct Queueing {
        optional {
            /// 2..=1,000.
            maximum_concurrency: Option<Value<u32>>,
        }
    }
}

shape! {
    /// Metrics of a mapping.
    pub struct MappingMetrics {
        optional {
            /// `EventCount`.
            metrics: List<Expr>,
        }
    }
}
