//! `AWS::Logs::LogGroup`.

use serde_json::Value as Json;

use crate::shape::{shape, words};
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::Logs::LogGroup`. `Ref` is the name; `Arn` ends in `:*`.
    pub struct LogGroup {
        optional {
            /// 1..=512 of letters, digits and `_-/.#`.
            log_group_name: Option<Expr>,
            /// One of [`crate::limits::RETENTION_DAYS`]; absent means for ever.
            retention_in_days: Option<Value<u32>>,
            /// ARN of the key the group is encrypted with.
            kms_key_id: Option<Expr>,
            /// What the group can do; cannot be changed later.
            log_group_class: Option<Value<LogGroupClass>>,
            /// A policy that audits and masks sensitive data: a JSON object of at most 30,720 characters.
            data_protection_policy: Option<Json>,
            /// At most one policy, `{"Fields": […]}`.
            field_index_policies: List<Json>,
            /// Who else may use the group: a JSON object.
            resource_policy_document: Option<Json>,
            /// Refuses deletion while true.
            deletion_protection_enabled: Option<Value<bool>>,
            /// Accepts logs over HTTP with a bearer token.
            bearer_token_authentication_enabled: Option<Value<bool>>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

words! {
    /// What a log group can do. Only [`LogGroupClass::Standard`] has metric and subscription filters.
    pub enum LogGroupClass {
        /// Everything.
        Standard = "STANDARD",
        /// Half the ingestion price; no filters, no live tail, no EMF.
        InfrequentAccess = "INFREQUENT_ACCESS",
        /// For delivery of Lambda logs elsewhere; two days of retention.
        Delivery = "DELIVERY",
    }
}
