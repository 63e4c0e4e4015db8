//! What must hold between the rules of the catalogue.

use std::collections::BTreeMap;

use skywarden_core::{
    error::classify::Classifier,
    plan::{PlatformSignal, TaxonomyRule},
};
use skywarden_document::{Span, closest, shortened};

use super::rule::TypedRule;
use crate::config::{
    code::Code,
    findings::{Finding, Findings},
};

/// Ids are stored with issues: each is given once.
pub(super) fn ids(rules: &[TypedRule], findings: &mut Findings) {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    for rule in rules {
        match first.get(rule.id.value.as_str()) {
            Some(first) => {
                let finding = Finding::error(Code::BadCatalogue, rule.id.span, format!("two rules have the id `{}`", rule.id.value));
                findings.push(finding.related(*first, "first rule").hint("ids are stored with issues: give each rule its own"));
            }
            None => {
                first.insert(&rule.id.value, rule.id.span);
            }
        }
    }
}

/// What a rule refines is another rule.
pub(super) fn refined(rules: &[TypedRule], findings: &mut Findings) {
    for rule in rules {
        for wider in rule.refines.iter().filter(|wider| wider.value == rule.id.value || rules.iter().all(|rule| rule.id.value != wider.value)) {
            let message = format!("there is no other rule `{}` to refine", shortened(&wider.value));
            let hint = match closest(&wider.value, rules.iter().map(|rule| rule.id.value.as_str()).filter(|id| *id != rule.id.value)) {
                Some(id) => format!("did you mean `{id}`?"),
                None => "name the id of a rule, or delete the key".to_owned(),
            };
            findings.push(Finding::error(Code::BadCatalogue, wider.span, message).hint(hint));
        }
    }
}

/// A signal leads to one rule: a second one with it would never be reached by it.
pub(super) fn signals(rules: &[TypedRule], findings: &mut Findings) {
    let mut first: BTreeMap<(&str, String), Span> = BTreeMap::new();
    for rule in rules {
        for (kind, value, span) in of(rule) {
            match first.get(&(kind, value.clone())) {
                Some(first) => {
                    let message = format!("`{}` is a signal already, and leads to one rule only", shortened(&value));
                    findings.push(Finding::error(Code::BadCatalogue, span, message).related(*first, "first here").hint("delete one of the two"));
                }
                None => {
                    first.insert((kind, value), span);
                }
            }
        }
    }
}

/// The signals of a rule, each with the table it is looked up in.
fn of(rule: &TypedRule) -> Vec<(&'static str, String, Span)> {
    let mut signals: Vec<(&'static str, String, Span)> = Vec::new();
    // Types and codes share a table, and a broad type beside an exact one would never be asked.
    let names = [&rule.types, &rule.codes, &rule.broad_types];
    signals.extend(names.into_iter().flatten().map(|name| ("name", name.value.clone(), name.span)));
    signals.extend(rule.sqlstate.iter().map(|code| ("SQLSTATE", code.value.clone(), code.span)));
    signals.extend(rule.grpc.iter().map(|status| ("gRPC", status.value.as_str().to_owned(), status.span)));
    signals.extend(rule.status.iter().map(|status| ("status", status.value.to_string(), status.span)));
    signals.extend(rule.text.iter().map(|text| ("text", text.value.to_ascii_lowercase(), text.span)));
    signals.extend(rule.platform.iter().map(|signal| ("platform", signal.value.as_str().to_owned(), signal.span)));
    signals
}

/// What the platform reports must lead somewhere.
pub(super) fn platform(rules: &[TypedRule], findings: &mut Findings) {
    for signal in PlatformSignal::ALL {
        if rules.iter().flat_map(|rule| &rule.platform).all(|known| known.value != signal) {
            let message = format!("no rule of the error catalogue is for the platform failure `{}`", signal.as_str());
            let hint = format!("add `platform: [{}]` to the rule it belongs to", signal.as_str());
            findings.push(Finding::error_in(Code::BadCatalogue, Some("templates/catalogue/errors"), message).hint(hint));
        }
    }
}

/// A rule classifies its examples and not its counterexamples, with the whole catalogue at work.
pub(super) fn examples(rules: &[TypedRule], findings: &mut Findings) {
    let taxonomy: Vec<TaxonomyRule> = rules.iter().map(TypedRule::taxonomy).collect();
    let classifier = match Classifier::new(&[], &taxonomy) {
        Ok(classifier) => classifier,
        Err(error) => {
            findings.push(Finding::error_in(Code::BadCatalogue, Some("templates/catalogue/errors"), error.to_string()));
            return;
        }
    };
    for rule in rules {
        let id = &rule.id.value;
        for example in &rule.examples {
            let class = classifier.classify(&example.value.fault(), "");
            if class.rule != *id {
                let message = format!("this example of `{id}` leads to `{}`, by {}", class.rule, class.evidence);
                findings.push(Finding::error(Code::BadCatalogue, example.span, message).hint("add a signal to the rule, or correct the example"));
            }
        }
        for example in &rule.counterexamples {
            let class = classifier.classify(&example.value.fault(), "");
            if class.rule == *id {
                let message = format!("this counterexample leads to `{id}` all the same, by {}", class.evidence);
                findings.push(Finding::error(Code::BadCatalogue, example.span, message).hint("make the signal of the rule more exact, or correct the example"));
            }
        }
    }
}
