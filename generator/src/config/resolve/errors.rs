//! The error policy: the user's rules, and when an issue is told to people.

use skywarden_core::plan::{ErrorPolicy, NotifyChoice, UserErrorRule, UserErrorWhen};
use skywarden_document::Spanned;

use super::{notify, service::unknown_service};
use crate::config::{findings::Findings, raw::RawConfig};

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
    ErrorPolicy { rules, notify: notify::policy(&raw.errors.notify, findings) }
}
