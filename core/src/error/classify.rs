//! Classification: category, severity and what to do first, by the user's rules and then by the taxonomy of the plan.
//!
//! Order of evidence: platform failure, error type (whole, then last segment), HTTP status of the record, literals of the message. Rules
//! are tried in the order of the plan inside each kind of evidence.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{detect::Fault, fingerprint::last_segment};
use crate::{
    plan::{ErrorPolicy, NotifyChoice, Retry, TaxonomyRule, UserErrorRule},
    record::{Level, PlatformFailure},
    severity::Severity,
};

/// What a fault is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// Category.
    pub category: String,
    /// Severity.
    pub severity: Severity,
    /// Whether a retry can help.
    pub retry: Retry,
    /// Id of the rule that decided; `user.N` for the N-th rule of the config, `unknown` when none did.
    pub rule: String,
    /// What decided: `type KeyError`, `status 503` …
    pub evidence: String,
    /// What to do first; may be empty.
    pub first_step: String,
    /// False when a rule of the user's says never to notify.
    pub notify: bool,
}

/// The rules of a plan, compiled.
#[derive(Clone, Debug)]
pub struct Classifier {
    users: Vec<UserErrorRule>,
    rules: Vec<TaxonomyRule>,
    by_type: HashMap<String, usize>,
    by_prefix: Vec<(String, usize)>,
    by_status: HashMap<u16, usize>,
}

impl Classifier {
    /// Compiles the policy and the taxonomy.
    pub fn new(policy: &ErrorPolicy, taxonomy: &[TaxonomyRule]) -> Self {
        let mut by_type = HashMap::new();
        let mut by_prefix = Vec::new();
        let mut by_status = HashMap::new();
        for (index, rule) in taxonomy.iter().enumerate() {
            for kind in &rule.types {
                match kind.strip_suffix('*') {
                    Some(prefix) => by_prefix.push((prefix.to_owned(), index)),
                    None => {
                        by_type.entry(kind.clone()).or_insert(index);
                    }
                }
            }
            for &status in &rule.status {
                by_status.entry(status).or_insert(index);
            }
        }
        Self { users: policy.rules.clone(), rules: taxonomy.to_vec(), by_type, by_prefix, by_status }
    }

    /// Classifies a fault of a service.
    pub fn classify(&self, fault: &Fault<'_>, service: &str) -> Class {
        let mut class = self.by_taxonomy(fault);
        let matching = self.users.iter().enumerate().find(|(_, rule)| user_rule_matches(rule, fault, service));
        if let Some((index, rule)) = matching {
            if let Some(category) = &rule.category {
                class.category.clone_from(category);
            }
            if let Some(severity) = rule.severity {
                class.severity = severity;
            }
            class.notify = rule.notify != NotifyChoice::Never;
            class.rule = format!("user.{}", index + 1);
            "a rule of the config".clone_into(&mut class.evidence);
        }
        class
    }

    fn by_taxonomy(&self, fault: &Fault<'_>) -> Class {
        let by_level = match fault.level {
            Level::Critical => Severity::Critical,
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Debug | Level::Info => Severity::Info,
        };
        match self.find(fault) {
            Some((rule, evidence)) => {
                let severity = rule.severity.max(by_level);
                Class {
                    category: rule.category.clone(),
                    // An attempt that will be repeated is not yet a failure for anybody.
                    severity: if fault.will_retry { severity.min(Severity::Warning) } else { severity },
                    retry: rule.retry,
                    rule: rule.id.clone(),
                    evidence,
                    first_step: rule.first_step.clone(),
                    notify: true,
                }
            }
            None => Class {
                category: "unknown".to_owned(),
                severity: by_level,
                retry: Retry::Maybe,
                rule: "unknown".to_owned(),
                evidence: "no rule matched".to_owned(),
                first_step: String::new(),
                notify: true,
            },
        }
    }

    fn find(&self, fault: &Fault<'_>) -> Option<(&TaxonomyRule, String)> {
        if let Some(platform) = fault.platform {
            let category = match platform {
                PlatformFailure::TimedOut => "timeout.function",
                PlatformFailure::OutOfMemory => "oom",
                PlatformFailure::Exited => "crash",
                PlatformFailure::Init => "init",
            };
            let rule = self.rules.iter().find(|rule| rule.category == category)?;
            return Some((rule, "platform event".to_owned()));
        }
        let at = |index: &usize| self.rules.get(*index);
        let kind = fault.kind.as_ref();
        if !kind.is_empty() {
            let found = self.by_type.get(kind).or_else(|| self.by_type.get(last_segment(kind))).or_else(|| {
                self.by_prefix.iter().find(|(prefix, _)| kind.starts_with(prefix) || last_segment(kind).starts_with(prefix)).map(|(_, index)| index)
            });
            if let Some(rule) = found.and_then(at) {
                return Some((rule, format!("type {kind}")));
            }
        }
        if let Some(rule) = fault.status.and_then(|status| self.by_status.get(&status)).and_then(at) {
            return Some((rule, format!("status {}", fault.status.unwrap_or_default())));
        }
        self.rules.iter().find_map(|rule| {
            let literal = rule.text.iter().find(|literal| fault.message.contains(literal.as_str()))?;
            Some((rule, format!("message contains `{literal}`")))
        })
    }
}

fn user_rule_matches(rule: &UserErrorRule, fault: &Fault<'_>, service: &str) -> bool {
    let when = &rule.when;
    when.r#type.as_deref().is_none_or(|kind| kind == fault.kind || kind == last_segment(&fault.kind))
        && when.service.as_deref().is_none_or(|name| name == service)
        && when.message.as_deref().is_none_or(|piece| fault.message.contains(piece))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::plan::{NotifyPolicy, UserErrorWhen};

    fn rule(id: &str, types: &[&str], status: &[u16], text: &[&str], severity: Severity) -> TaxonomyRule {
        TaxonomyRule {
            id: id.to_owned(),
            category: id.to_owned(),
            severity,
            retry: Retry::No,
            types: types.iter().map(|&t| t.to_owned()).collect(),
            status: status.to_vec(),
            text: text.iter().map(|&t| t.to_owned()).collect(),
            first_step: "look".to_owned(),
        }
    }

    fn fault(kind: &'static str, message: &'static str, status: Option<u16>) -> Fault<'static> {
        Fault {
            kind: Cow::Borrowed(kind),
            message: Cow::Borrowed(message),
            stack: Cow::Borrowed(""),
            exceptions: Vec::new(),
            code: None,
            status,
            platform: None,
            level: Level::Error,
            request_line_only: false,
            will_retry: false,
        }
    }

    fn classifier(users: Vec<UserErrorRule>) -> Classifier {
        let taxonomy = [
            rule("bug", &["KeyError"], &[], &[], Severity::Error),
            rule("dependency", &["ServiceUnavailable*"], &[503], &["circuit open"], Severity::Error),
            rule("timeout.function", &[], &[], &[], Severity::Critical),
        ];
        let notify = NotifyPolicy { at: vec![], ..NotifyPolicy::default() };
        Classifier::new(&ErrorPolicy { rules: users, notify }, &taxonomy)
    }

    #[test]
    fn structure_weighs_more_than_text() {
        let rules = classifier(vec![]);
        assert_eq!(rules.classify(&fault("app.KeyError", "circuit open", Some(503)), "s").rule, "bug");
        assert_eq!(rules.classify(&fault("Odd", "circuit open", Some(503)), "s").evidence, "status 503");
        assert_eq!(rules.classify(&fault("ServiceUnavailableError", "", None), "s").rule, "dependency");
        assert_eq!(rules.classify(&fault("", "the circuit open", None), "s").evidence, "message contains `circuit open`");
        assert_eq!(rules.classify(&fault("", "hm", None), "s").category, "unknown");
    }

    #[test]
    fn a_rule_of_the_user_wins_and_can_silence() {
        let rules = classifier(vec![UserErrorRule {
            when: UserErrorWhen { r#type: Some("KeyError".to_owned()), ..UserErrorWhen::default() },
            category: Some("business".to_owned()),
            severity: Some(Severity::Info),
            notify: NotifyChoice::Never,
        }]);
        let class = rules.classify(&fault("KeyError", "", None), "s");
        assert_eq!((class.category.as_str(), class.severity, class.notify, class.rule.as_str()), ("business", Severity::Info, false, "user.1"));
    }

    #[test]
    fn a_failure_that_will_be_retried_is_at_most_a_warning() {
        let mut fault = fault("KeyError", "", None);
        fault.will_retry = true;
        assert_eq!(classifier(vec![]).classify(&fault, "s").severity, Severity::Warning);
    }
}
