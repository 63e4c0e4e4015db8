//! Impact alarms that hold each other back: CloudWatch stops evaluating them, and no stack of theirs could be the first.

use std::collections::BTreeSet;

use skywarden_document::Spanned;

use super::Draft;
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
    },
    model::Service,
};

/// Reports every circle once, where it closes.
pub(super) fn check(services: &[Service], drafts: &[Draft], findings: &mut Findings) {
    let name = |draft: &Draft| services.get(draft.place).map(|service| service.name.as_str()).unwrap_or_default();
    let mut search = Search { drafts: drafts.iter().map(|draft| (name(draft), draft.behind.as_slice())).collect(), path: Vec::new(), done: BTreeSet::new() };
    for draft in drafts {
        search.visit(name(draft), findings);
    }
}

struct Search<'a> {
    drafts: Vec<(&'a str, &'a [Spanned<String>])>,
    /// Services from where the search began to where it is.
    path: Vec<&'a str>,
    /// Services from which everything has been seen.
    done: BTreeSet<&'a str>,
}

impl<'a> Search<'a> {
    fn visit(&mut self, service: &'a str, findings: &mut Findings) {
        if self.done.contains(service) {
            return;
        }
        let Some((_, behind)) = self.drafts.iter().find(|(name, _)| *name == service).copied() else { return };
        self.path.push(service);
        for next in behind {
            if let Some(start) = self.path.iter().position(|name| *name == next.value) {
                let circle: Vec<&str> = self.path.iter().skip(start).copied().chain([next.value.as_str()]).collect();
                let message = format!("impact alarms hold each other back in a circle: {}", circle.join(" -> "));
                let finding = Finding::error(Code::ImpactCycle, next.span, message);
                findings.push(finding.hint(format!("take `{}` out of `unless` here: only a service further behind holds one back", next.value)));
            } else {
                self.visit(&next.value, findings);
            }
        }
        self.path.pop();
        self.done.insert(service);
    }
}
