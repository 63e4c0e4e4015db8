//! Issues with their counts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use skywarden_core::issue::Issue;

/// One issue.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IssueReport {
    /// Identity, 32 hexadecimal digits.
    pub fingerprint: String,
    /// Error type; empty when unknown.
    pub kind: String,
    /// Message template.
    pub template: String,
    /// State where the clock stopped.
    pub state: String,
    /// Category.
    pub category: String,
    /// Severity.
    pub severity: String,
    /// Whether people are told of it.
    pub notify: bool,
    /// Occurrences.
    pub count: u64,
    /// Occurrences by service.
    pub services: BTreeMap<String, u64>,
    /// Users who met it, about; zero when no line names a user.
    pub users: u64,
    /// First occurrence.
    pub first_seen: Timestamp,
    /// Last occurrence.
    pub last_seen: Timestamp,
    /// A masked sample of its message.
    pub sample: String,
}

/// Every issue as of a time, most frequent first. One that was merged into another is counted there.
pub(super) fn all(mut issues: Vec<Issue>, as_of: Timestamp) -> Vec<IssueReport> {
    issues.retain(|issue| issue.merged_into.is_none());
    issues.sort_by(|left, right| right.count.cmp(&left.count).then_with(|| left.fingerprint.cmp(&right.fingerprint)));
    issues
        .into_iter()
        .map(|issue| {
            let state = issue.state_at(as_of).as_str().to_owned();
            let Issue { fingerprint, facts, .. } = issue;
            IssueReport {
                fingerprint: fingerprint.as_str().to_owned(),
                kind: facts.kind,
                template: facts.template,
                state,
                category: facts.category,
                severity: facts.severity.to_string(),
                notify: facts.notify,
                count: facts.count,
                services: facts.services,
                users: facts.users.estimate(),
                first_seen: facts.first_seen,
                last_seen: facts.last_seen,
                sample: facts.sample.message,
            }
        })
        .collect()
}
