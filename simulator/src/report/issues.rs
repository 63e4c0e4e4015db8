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
    /// First occurrence.
    pub first_seen: Timestamp,
    /// Last occurrence.
    pub last_seen: Timestamp,
    /// A masked sample of its message.
    pub sample: String,
}

/// Every issue, most frequent first.
pub(super) fn all(mut issues: Vec<Issue>) -> Vec<IssueReport> {
    issues.sort_by(|left, right| right.count.cmp(&left.count).then_with(|| left.fingerprint.cmp(&right.fingerprint)));
    issues
        .into_iter()
        .map(|issue| IssueReport {
            fingerprint: issue.fingerprint.as_str().to_owned(),
            kind: issue.kind,
            template: issue.template,
            category: issue.category,
            severity: issue.severity.to_string(),
            notify: issue.notify,
            count: issue.count,
            services: issue.services,
            first_seen: issue.first_seen,
            last_seen: issue.last_seen,
            sample: issue.sample.message,
        })
        .collect()
}
