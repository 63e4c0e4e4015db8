//! `AWS::Logs::SubscriptionFilter`.

use crate::shape::{shape, words};
use crate::{Expr, List, Value};

shape! {
    /// `AWS::Logs::SubscriptionFilter`: hands matching events of a group to a function or a stream. Two a group.
    pub struct SubscriptionFilter {
        required {
            /// The group.
            log_group_name: Expr,
            /// The function, stream, delivery stream or destination.
            destination_arn: Expr,
            /// At most 1,024 characters; empty matches every event.
            filter_pattern: Expr,
        }
        optional {
            /// 1..=512 characters, without `:` and `*`.
            filter_name: Option<Expr>,
            /// What lets Logs write to a stream; not for functions.
            role_arn: Option<Expr>,
            /// How events spread over the shards of a stream.
            distribution: Option<Value<Distribution>>,
            /// Match the transformed event, where the group has a transformer.
            apply_on_transformed_logs: Option<Value<bool>>,
            /// `@aws.account`, `@aws.region` added to each event.
            emit_system_fields: List<Expr>,
            /// At most 2,000 characters.
            field_selection_criteria: Option<Expr>,
        }
    }
}

words! {
    /// How events spread over the shards of a stream.
    pub enum Distribution {
        /// A log stream stays on one shard: the default.
        ByLogStream = "ByLogStream",
        /// Evenly.
        Random = "Random",
    }
}
