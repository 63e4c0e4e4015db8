//! The user's error rules: names in their conditions exist, and every rule can match.

use skywarden_core::{
    error::classify::{UNKNOWN, covers, glob},
    plan::{NotifyChoice, TaxonomyRule, UserErrorRule, UserErrorWhen},
};
use skywarden_document::{Spanned, closest, shortened};

use super::service::unknown_service;
use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    raw::{RawConfig, RawErrorRule},
};

/// The rules in the order of the config.
pub(super) fn rules(raw: &RawConfig, taxonomy: &[TaxonomyRule], findings: &mut Findings) -> Vec<UserErrorRule> {
    let rules: Vec<UserErrorRule> = raw.errors.rules.iter().map(resolve).collect();
    for rule in &raw.errors.rules {
        check_service(rule, raw, findings);
        check_name("category", rule.when_category.as_ref(), taxonomy.iter().map(|rule| rule.category.as_str()), findings);
        check_name("rule", rule.when_rule.as_ref(), taxonomy.iter().map(|rule| rule.id.as_str()), findings);
    }
    // A rule that lost its condition to a mistake would seem to match everything.
    if !findings.has_errors() {
        check_order(&raw.errors.rules, &rules, findings);
    }
    rules
}

fn resolve(rule: &RawErrorRule) -> UserErrorRule {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    UserErrorRule {
        when: UserErrorWhen {
            r#type: text(&rule.r#type),
            service: text(&rule.service),
            message: text(&rule.message),
            code: text(&rule.code),
            status: rule.status.iter().map(|status| status.value).collect(),
            category: text(&rule.when_category),
            rule: text(&rule.when_rule),
        },
        category: text(&rule.category),
        severity: rule.severity.as_ref().map(|severity| severity.value),
        first_step: text(&rule.first_step),
        notify: rule.notify.as_ref().map_or(NotifyChoice::Policy, |notify| notify.value),
    }
}

/// A service that is not there; of a pattern, when no service fits.
fn check_service(rule: &RawErrorRule, raw: &RawConfig, findings: &mut Findings) {
    let Some(service) = &rule.service else { return };
    let fits = |pattern: &str| raw.services.iter().any(|service| glob(pattern, &service.name.value));
    if !service.value.contains('*') || !fits(&service.value) {
        unknown_service(service, raw, findings);
    }
}

/// A category or rule that the taxonomy does not have: the condition never holds.
fn check_name<'t>(what: &str, name: Option<&Spanned<String>>, known: impl Iterator<Item = &'t str> + Clone, findings: &mut Findings) {
    let Some(name) = name else { return };
    let is_below = |known: &str| known.strip_prefix(name.value.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    if name.value == UNKNOWN || known.clone().any(is_below) {
        return;
    }
    let message = format!("the error catalogue has no {what} `{}`, so this never matches", shortened(&name.value));
    let hint = match closest(&name.value, known) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("a `{what}` in `when` is the one the catalogue gives; the rule can set another"),
    };
    findings.push(Finding::error(Code::UnknownWord, name.span, message).hint(hint));
}

/// The first rule that matches wins: one behind a wider one never does.
fn check_order(raw: &[RawErrorRule], rules: &[UserErrorRule], findings: &mut Findings) {
    for (index, (typed, rule)) in raw.iter().zip(rules).enumerate() {
        let earlier = rules.iter().take(index).position(|earlier| covers(&earlier.when, &rule.when));
        let Some((number, first)) = earlier.and_then(|at| Some((at + 1, raw.get(at)?))) else { continue };
        let message = format!("this rule never matches: rule {number} before it matches whatever it would");
        let finding = Finding::warning(Code::NoEffect, typed.span, message).related(first.span, "the wider rule");
        findings.push(finding.hint("put the narrower rule first, or delete it"));
    }
}
