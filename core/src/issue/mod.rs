//! Issues: groups of alike errors, their life, and the outbox that carries their transitions to people.

mod group;
mod life;
mod outbox;
mod told;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::error::fingerprint::Fingerprint;
pub use group::{Group, groups};
pub use life::{REGRESSION_GRACE, apply};
pub use outbox::{AlarmCommit, Claim, Commit, Committed, IssueChange, Notice, OutboxEntry, Transition};
pub use told::{Brief, Form, Listed, Placing, Section, Suppressed, Suppression, Told, Why, seconds_in_words};

use crate::severity::Severity;

/// Format of a stored issue.
pub const ISSUE_FORMAT: u32 = 1;

/// Most services counted apart in one issue.
pub const MAX_SERVICES: usize = 20;

/// A group of alike errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Format of this document, see [`ISSUE_FORMAT`].
    pub format: u32,
    /// Identity.
    pub fingerprint: Fingerprint,
    /// Number of writes so far; a write names the version it read.
    pub version: u64,
    /// State.
    pub state: IssueState,
    /// Error type; empty when unknown.
    pub kind: String,
    /// Message template.
    pub template: String,
    /// Category of the latest occurrence.
    pub category: String,
    /// Severity of the latest occurrence.
    pub severity: Severity,
    /// Rule that classified the latest occurrence.
    pub rule: String,
    /// Whether transitions are told to people.
    pub notify: bool,
    /// What to do first.
    pub first_step: String,
    /// Occurrences so far.
    pub count: u64,
    /// Time of the earliest occurrence.
    pub first_seen: Timestamp,
    /// Time of the latest occurrence.
    pub last_seen: Timestamp,
    /// Occurrences by service, at most [`MAX_SERVICES`].
    pub services: BTreeMap<String, u64>,
    /// Version of the application in the latest occurrence; empty when unknown.
    pub app_version: String,
    /// A masked sample.
    pub sample: Sample,
    /// When it was resolved, while it is.
    pub resolved_at: Option<Timestamp>,
}

/// State of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IssueState {
    /// Open.
    Open,
    /// Open again after it had been resolved.
    Regressed,
    /// Somebody declared it solved.
    Resolved,
    /// Nobody wants to hear of it.
    Ignored,
}

/// A masked example of an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Message.
    pub message: String,
    /// Stack; empty when there is none.
    pub stack: String,
    /// Request id; empty when unknown.
    pub request_id: String,
    /// Trace id; empty when unknown.
    pub trace_id: String,
    /// Log group and stream it came from.
    pub log_group: String,
    /// Stream.
    pub log_stream: String,
}
