//! Error taxonomy and error policy: how an error is classified and when people hear of it.

use serde::{Deserialize, Serialize};

use super::NotifyPolicy;
use crate::severity::Severity;

/// One rule of the taxonomy. A rule matches on any of its signals; structured evidence (type, status) is looked at before text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxonomyRule {
    /// Stable id, stored with each issue.
    pub id: String,
    /// Category, for example `timeout.function`.
    pub category: String,
    /// Default severity.
    pub severity: Severity,
    /// Whether trying again can help.
    pub retry: Retry,
    /// Error types: the last segment (`a.b.KeyError`, `sqlx::Error`) or the whole is compared; a trailing `*` matches any ending.
    #[serde(default)]
    pub types: Vec<String>,
    /// HTTP status codes of the record.
    #[serde(default)]
    pub status: Vec<u16>,
    /// Literal pieces of the message, compared with case.
    #[serde(default)]
    pub text: Vec<String>,
    /// What to do first.
    pub first_step: String,
}

/// Whether an operation that failed this way is worth retrying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Retry {
    /// A retry can succeed.
    Yes,
    /// A retry fails again.
    No,
    /// It depends on the operation.
    Maybe,
}

/// The user's error section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorPolicy {
    /// The user's rules, first match wins, before the taxonomy.
    pub rules: Vec<UserErrorRule>,
    /// When to send.
    pub notify: NotifyPolicy,
}

/// One rule of the user's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserErrorRule {
    /// What it applies to; every given field must match.
    pub when: UserErrorWhen,
    /// Category to use instead of the taxonomy's.
    pub category: Option<String>,
    /// Severity to use instead.
    pub severity: Option<Severity>,
    /// Whether to notify.
    pub notify: NotifyChoice,
}

/// Conditions of a user's rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserErrorWhen {
    /// Error type, whole or last segment.
    pub r#type: Option<String>,
    /// Service name.
    pub service: Option<String>,
    /// Literal piece of the message.
    pub message: Option<String>,
}

/// Whether errors that match a rule are told to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotifyChoice {
    /// As the policy says.
    #[default]
    Policy,
    /// Recorded as an issue, never sent.
    Never,
}
