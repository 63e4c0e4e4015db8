//! `AWS::SQS::*`: queues and queue policies.

use serde_json::Value as Json;

use crate::iam::PolicyDocument;
use crate::shape::shape;
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::SQS::Queue`. `Ref` is the URL.
    pub struct Queue {
        optional {
            /// 1..=80 of letters, digits, `-` and `_`; FIFO names end in `.fifo`.
            queue_name: Option<Expr>,
            /// Seconds a received message stays hidden, 0..=43,200; 30 when absent. For a function, at least six times its timeout.
            visibility_timeout: Option<Value<u32>>,
            /// Seconds, 60..=1,209,600; four days when absent.
            message_retention_period: Option<Value<u32>>,
            /// Seconds, 0..=900.
            delay_seconds: Option<Value<u32>>,
            /// Seconds a receive waits, 0..=20.
            receive_message_wait_time_seconds: Option<Value<u32>>,
            /// Bytes, from 1,024.
            maximum_message_size: Option<Value<u32>>,
            /// Where messages go that were received too often.
            redrive_policy: Option<Value<RedrivePolicy>>,
            /// Which queues may name this one as theirs: a JSON object.
            redrive_allow_policy: Option<Json>,
            /// Encrypt with SQS's own key.
            sqs_managed_sse_enabled: Option<Value<bool>>,
            /// Encrypt with this key.
            kms_master_key_id: Option<Expr>,
            /// Seconds a data key is used again, 60..=86,400.
            kms_data_key_reuse_period_seconds: Option<Value<u32>>,
            /// Ordered and deduplicated.
            fifo_queue: Option<Value<bool>>,
            /// FIFO: deduplicate by content.
            content_based_deduplication: Option<Value<bool>>,
            /// FIFO: `messageGroup` or `queue`.
            deduplication_scope: Option<Expr>,
            /// FIFO: `perQueue` or `perMessageGroupId`.
            fifo_throughput_limit: Option<Expr>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

shape! { camelCase
    /// Where messages go that were received too often.
    pub struct RedrivePolicy {
        required {
            /// The queue they go to.
            dead_letter_target_arn: Expr,
            /// Receives before that, 1..=1,000.
            max_receive_count: Value<u32>,
        }
        optional {
        }
    }
}

shape! {
    /// `AWS::SQS::QueuePolicy`: who may send and receive.
    pub struct QueuePolicy {
        required {
            /// The policy.
            policy_document: Value<PolicyDocument>,
            /// URLs of the queues it is set on.
            queues: List<Expr>,
        }
        optional {
        }
    }
}
