//! Links for a person who looks at an issue.

use super::{
    Link,
    issue_view::{error_links, logs_link},
};
use crate::{issue::Issue, plan::Plan};

/// Where to read on about an issue: its lines, the dashboard and the runbook of its service. Of an issue whose sample was erased, only the latter.
pub fn issue_links(issue: &Issue, plan: &Plan) -> Vec<Link> {
    let source = plan.source(&issue.sample.log_group);
    if source.is_some() {
        return error_links(issue.first_seen, issue.last_seen, logs_link(plan, issue, source), source, &issue.rule);
    }
    let service = issue.services.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(name, _)| name);
    let source = plan.sources.iter().find(|source| Some(&source.service) == service);
    error_links(issue.first_seen, issue.last_seen, String::new(), source, &issue.rule)
}
