//! Every rule of the error taxonomy does what it says.

use std::collections::BTreeSet;

use skywarden_core::{
    error::classify::Classifier,
    plan::{GrpcStatus, PlatformSignal, TaxonomyRule},
};
use skywarden_generator::config::{CatalogueRule, Evidence, Templates, error_catalogue};

/// Path of one file of the catalogue, for the mistakes below.
const OOM: &str = "catalogue/errors/oom.yaml";

fn rules() -> Vec<CatalogueRule> {
    error_catalogue(&Templates::builtin()).map_err(|broken| broken.diagnostics).unwrap()
}

fn classifier(rules: &[CatalogueRule]) -> Classifier {
    let taxonomy: Vec<TaxonomyRule> = rules.iter().map(|rule| rule.rule.clone()).collect();
    Classifier::new(&[], &taxonomy).unwrap()
}

fn rule_of(classifier: &Classifier, evidence: &Evidence) -> String {
    classifier.classify(&evidence.fault(), "checkout").rule
}

#[test]
fn a_rule_classifies_its_examples_and_not_its_counterexamples() {
    let rules = rules();
    let classifier = classifier(&rules);
    for rule in &rules {
        assert!(!rule.examples.is_empty() && !rule.counterexamples.is_empty(), "{}", rule.rule.id);
        for example in &rule.examples {
            assert_eq!(rule_of(&classifier, example), rule.rule.id, "{example:?}");
        }
        for example in &rule.counterexamples {
            assert_ne!(rule_of(&classifier, example), rule.rule.id, "{example:?}");
        }
    }
}

/// An error that shows one signal and nothing else.
fn only(kind: &str, message: &str, code: &str, status: Option<u16>) -> Evidence {
    Evidence { r#type: kind.to_owned(), message: message.to_owned(), code: code.to_owned(), status, platform: None }
}

/// A rule, or one that refines it: of two signals in one, the finer rule has the last word.
fn leads_to(classifier: &Classifier, evidence: &Evidence, rule: &TaxonomyRule) -> bool {
    let found = rule_of(classifier, evidence);
    found.strip_prefix(rule.id.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[test]
fn every_signal_of_a_rule_leads_to_it() {
    let rules = rules();
    let classifier = classifier(&rules);
    let mut lost = Vec::new();
    for rule in rules.iter().map(|rule| &rule.rule) {
        let mut signals = Vec::new();
        for kind in &rule.types {
            let (kind, words) = kind.split_once(": ").unwrap_or((kind, ""));
            signals.push(only(&kind.replace('*', "Xyz"), words, "", None));
        }
        signals.extend(rule.broad_types.iter().map(|kind| only(kind, "", "", None)));
        signals.extend(rule.codes.iter().map(|code| only("", "", code, None)));
        signals.extend(rule.codes.iter().map(|code| only("Odd", &format!("failed, code: '{code}'"), "", None)));
        signals.extend(rule.sqlstate.iter().map(|code| only("", "", &format!("{:X<5}", code.trim_end_matches('*')), None)));
        signals.extend(rule.sqlstate.iter().map(|code| only("", &format!("SQLSTATE[{:X<5}]", code.trim_end_matches('*')), "", None)));
        signals.extend(rule.grpc.iter().map(|status| only("", "", status.as_str(), None)));
        signals.extend(rule.grpc.iter().map(|status| only("", &format!("{}: closing", status.as_str()), "", None)));
        signals.extend(rule.status.iter().map(|status| only("", "", "", Some(*status))));
        signals.extend(rule.status.iter().map(|status| only("Odd", &format!("answered with status {status}"), "", None)));
        signals.extend(rule.text.iter().map(|text| only("", &format!("so: {text} (17)"), "", None)));
        signals.extend(rule.platform.iter().map(|signal| Evidence { platform: Some(*signal), ..Evidence::default() }));
        lost.extend(signals.into_iter().filter(|signal| !leads_to(&classifier, signal, rule)).map(|signal| {
            let found = classifier.classify(&signal.fault(), "checkout");
            format!("{}: {signal:?} leads to {} by {}", rule.id, found.rule, found.evidence)
        }));
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn everybody_is_told_what_to_do_first() {
    let rules = rules();
    let steps: BTreeSet<_> = rules.iter().map(|rule| rule.rule.first_step.as_str()).collect();
    assert_eq!(steps.len(), rules.len(), "a rule with the first step of another one need not be apart from it");
    for step in steps {
        assert!(step.len() >= 40 && step.ends_with('.'), "{step}");
    }
}

#[test]
fn every_category_of_the_reference_is_there_with_its_severity() {
    let rules = rules();
    let found: BTreeSet<_> = rules.iter().map(|rule| (rule.rule.category.as_str(), rule.rule.severity.as_str())).collect();
    let expected = BTreeSet::from([
        ("auth.authn", "error"),
        ("auth.authz", "error"),
        ("bug", "error"),
        ("cancelled", "info"),
        ("conflict", "warning"),
        ("crash", "critical"),
        ("database", "error"),
        ("dependency", "error"),
        ("init", "critical"),
        ("network", "error"),
        ("not_found", "warning"),
        ("oom", "critical"),
        ("quota", "error"),
        ("serialization", "error"),
        ("throttling", "warning"),
        ("timeout.dependency", "error"),
        ("timeout.function", "critical"),
        ("validation", "warning"),
        ("verification", "info"),
    ]);
    assert_eq!(found, expected);
}

#[test]
fn every_status_of_grpc_but_unknown_and_every_platform_failure_has_a_rule() {
    let rules = rules();
    let classifier = classifier(&rules);
    for status in GrpcStatus::ALL {
        let known = rule_of(&classifier, &only("", "", status.as_str(), None)) != "unknown";
        assert_eq!(known, status != GrpcStatus::Unknown, "{}", status.as_str());
    }
    for signal in PlatformSignal::ALL {
        assert_ne!(rule_of(&classifier, &Evidence { platform: Some(signal), ..Evidence::default() }), "unknown");
    }
}

/// The mistakes of the catalogue with one file replaced.
fn mistakes(path: &str, text: &str) -> String {
    let mut templates = Templates::builtin();
    templates.replace(path, text.to_owned()).unwrap();
    let diagnostics = error_catalogue(&templates).unwrap_err().diagnostics;
    let line = |d: &skywarden_generator::config::Diagnostic| {
        format!("{} {}:{}:{} {}; {}", d.code, d.file, d.line, d.column, d.message, d.hint.as_deref().unwrap_or("-"))
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn mistakes_in_an_override_are_told_with_their_place() {
    insta::assert_snapshot!(mistakes(
        OOM,
        "category: oom\nseverity: fatal\nretry: no\nrules:\n  - { id: oom, types: [A*B], sqlstate: ['9'], grpc: [GONE], status: [200], sevrity: x }\n  - { id: crash.x }\n"
    ));
}

#[test]
fn what_does_not_fit_together_in_an_override_is_told_as_well() {
    let rest = "first_step: Look., examples: [{ type: A }], counterexamples: [{ type: B }] }";
    insta::assert_snapshot!(mistakes(
        OOM,
        &format!(
            "category: oom\nseverity: critical\nretry: no\nrules:\n  - {{ id: oom, types: [A, KeyError], text: [CONNECTION REFUSED], {rest}\n  - {{ id: oom, codes: [A], {rest}\n"
        )
    ));
}

#[test]
fn an_example_that_leads_elsewhere_is_told() {
    insta::assert_snapshot!(mistakes(
        OOM,
        "category: oom\nseverity: critical\nretry: no\nrules:\n  - id: oom\n    types: [MemoryError]\n    platform: [out_of_memory]\n    first_step: Look.\n    examples: [{ type: MemoryError }, { type: KeyError }]\n    counterexamples: [{ type: a.MemoryError }]\n"
    ));
}

#[test]
fn a_platform_failure_without_a_rule_is_told() {
    let text = "category: oom\nseverity: critical\nretry: no\nrules: [{ id: oom, types: [MemoryError], first_step: Look., examples: [{ type: MemoryError }], counterexamples: [{ type: B }] }]\n";
    insta::assert_snapshot!(mistakes(OOM, text));
}

#[test]
fn a_rule_that_refines_nothing_is_told() {
    let text = "category: oom\nseverity: critical\nretry: no\nrules: [{ id: oom, refines: [databse, oom], platform: [out_of_memory], types: [MemoryError], first_step: Look., examples: [{ type: MemoryError }], counterexamples: [{ type: B }] }]\n";
    insta::assert_snapshot!(mistakes(OOM, text));
}
