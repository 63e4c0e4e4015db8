//! The log line of an issue in a batch.

use skywarden_core::issue::Group;

/// One line per issue and batch: the history of an issue can be queried long after the table forgot it.
pub(crate) fn log(group: &Group) {
    tracing::info!(
        fingerprint = group.fingerprint.as_str(),
        issue_service = group.service,
        category = group.category,
        severity = group.severity.as_str(),
        rule = group.rule,
        count = group.count,
        template = group.template,
        "issue_occurrence"
    );
}
