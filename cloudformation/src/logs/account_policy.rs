//! `AWS::Logs::AccountPolicy`.

use crate::shape::{shape, words};
use crate::{Expr, Value};

shape! {
    /// `AWS::Logs::AccountPolicy`: what holds for every log group of the account in the Region. One of each type.
    pub struct AccountPolicy {
        required {
            /// 1..=256 characters, without `:` and `*`.
            policy_name: Expr,
            /// Which kind.
            policy_type: Value<AccountPolicyType>,
            /// JSON text of at most [`crate::limits::ACCOUNT_POLICY_CHARACTERS`].
            policy_document: Expr,
        }
        optional {
            /// `ALL`, the only one there is.
            scope: Option<Expr>,
            /// Which groups it is about, at most [`crate::limits::ACCOUNT_POLICY_SELECTION_BYTES`]. Of a subscription only
            /// `LogGroupName NOT IN ["a", "b"]`.
            selection_criteria: Option<Expr>,
        }
    }
}

words! {
    /// Kinds of account policies.
    pub enum AccountPolicyType {
        /// Masks sensitive data.
        DataProtection = "DATA_PROTECTION_POLICY",
        /// Delivers events.
        SubscriptionFilter = "SUBSCRIPTION_FILTER_POLICY",
        /// Indexes fields.
        FieldIndex = "FIELD_INDEX_POLICY",
        /// Rewrites events.
        Transformer = "TRANSFORMER_POLICY",
        /// Extracts metrics.
        MetricExtraction = "METRIC_EXTRACTION_POLICY",
    }
}
