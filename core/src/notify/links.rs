//! Links for a person who looks at an issue.

use super::view::{Link, error_links, logs_link};
use crate::{console::Console, issue::Issue, plan::Plan};

/// Where to read on about an issue: its lines, the dashboard and the runbook of its service. Of an issue whose sample was erased, only the latter.
pub fn issue_links(issue: &Issue, plan: &Plan) -> Vec<Link> {
    if let Some(source) = plan.source(&issue.sample.log_group) {
        return error_links(logs_link(&Console::of_region(&plan.region), issue), Some(source));
    }
    let service = issue.services.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(name, _)| name);
    error_links(String::new(), plan.sources.iter().find(|source| Some(&source.service) == service))
}
