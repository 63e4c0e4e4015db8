//! The error policy: the user's rules, and when an issue is told to people.

use skywarden_core::plan::{ErrorPolicy, NotifyChoice, NotifyPolicy, UserErrorRule, UserErrorWhen};
use skywarden_document::Spanned;

use super::service::unknown_service;
use crate::config::{findings::Findings, raw::RawConfig};

/// Counts at which an issue is told again when the config names none.
const DEFAULT_COUNTS: [u64; 3] = [10, 100, 1_000];

/// The policy.
pub(super) fn policy(raw: &RawConfig, findings: &mut Findings) -> ErrorPolicy {
    let rules = raw.errors.rules.iter().map(|rule| {
        if let Some(service) = &rule.service {
            unknown_service(service, raw, findings);
        }
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
        UserErrorRule {
            when: UserErrorWhen { r#type: text(&rule.r#type), service: text(&rule.service), message: text(&rule.message) },
            category: text(&rule.category),
            severity: rule.severity.as_ref().map(|severity| severity.value),
            notify: rule.notify.as_ref().map_or(NotifyChoice::Policy, |notify| notify.value),
        }
    });
    let rules = rules.collect();
    let mut at: Vec<u64> = match &raw.errors.at {
        Some(counts) => counts.iter().map(|count| count.value).collect(),
        None => DEFAULT_COUNTS.to_vec(),
    };
    at.sort_unstable();
    at.dedup();
    let notify = NotifyPolicy {
        new: raw.errors.new.as_ref().is_none_or(|new| new.value),
        regressed: raw.errors.regressed.as_ref().is_none_or(|regressed| regressed.value),
        at,
    };
    ErrorPolicy { rules, notify }
}
