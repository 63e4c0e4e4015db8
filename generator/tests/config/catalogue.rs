//! Every rule of the error taxonomy does what it says.

use std::{borrow::Cow, collections::BTreeSet};

use skywarden_core::{
    error::{classify::Classifier, detect::Fault},
    plan::{ErrorPolicy, NotifyPolicy, TaxonomyRule},
    record::Level,
};
use skywarden_generator::config::{CatalogueRule, Evidence, Templates, error_catalogue};

fn rules() -> Vec<CatalogueRule> {
    error_catalogue(&Templates::builtin()).unwrap()
}

fn classifier(rules: &[CatalogueRule]) -> Classifier {
    let taxonomy: Vec<TaxonomyRule> = rules.iter().map(|rule| rule.rule.clone()).collect();
    let notify = NotifyPolicy { at: Vec::new(), ..NotifyPolicy::default() };
    let policy = ErrorPolicy { rules: Vec::new(), notify };
    Classifier::new(&policy, &taxonomy)
}

fn rule_of(classifier: &Classifier, evidence: &Evidence) -> String {
    let fault = Fault {
        kind: Cow::Borrowed(&evidence.r#type),
        message: Cow::Borrowed(&evidence.message),
        stack: Cow::Borrowed(""),
        exceptions: Vec::new(),
        code: None,
        status: evidence.status,
        platform: None,
        level: Level::Error,
        request_line_only: false,
        will_retry: false,
    };
    classifier.classify(&fault, "checkout").rule
}

#[test]
fn a_rule_classifies_its_example_and_not_its_counterexample() {
    let rules = rules();
    let classifier = classifier(&rules);
    for rule in &rules {
        assert_eq!(rule_of(&classifier, &rule.example), rule.rule.id, "{:?}", rule.example);
        assert_ne!(rule_of(&classifier, &rule.counterexample), rule.rule.id, "{:?}", rule.counterexample);
    }
}

#[test]
fn every_signal_of_a_rule_leads_to_it() {
    let rules = rules();
    let classifier = classifier(&rules);
    for rule in &rules {
        let id = &rule.rule.id;
        for kind in &rule.rule.types {
            let kind = kind.replace('*', "Exception");
            assert_eq!(&rule_of(&classifier, &Evidence { r#type: kind.clone(), ..Evidence::default() }), id, "{kind}");
        }
        for status in &rule.rule.status {
            assert_eq!(&rule_of(&classifier, &Evidence { status: Some(*status), ..Evidence::default() }), id, "{status}");
        }
        for text in &rule.rule.text {
            assert_eq!(&rule_of(&classifier, &Evidence { message: text.clone(), ..Evidence::default() }), id, "{text}");
        }
    }
}

#[test]
fn ids_are_unique_and_everybody_is_told_what_to_do_first() {
    let rules = rules();
    let ids: BTreeSet<_> = rules.iter().map(|rule| rule.rule.id.as_str()).collect();
    assert_eq!(ids.len(), rules.len());
    for rule in &rules {
        let step = &rule.rule.first_step;
        assert!(step.len() >= 40 && step.ends_with('.'), "{}: {step}", rule.rule.id);
    }
}

#[test]
fn the_categories_of_platform_failures_are_there() {
    // The classifier looks these up by category when the platform itself reports the failure.
    let rules = rules();
    let categories: BTreeSet<_> = rules.iter().map(|rule| rule.rule.category.as_str()).collect();
    for category in ["oom", "timeout.function", "crash", "init"] {
        assert!(categories.contains(category), "{category}");
    }
}

#[test]
fn mistakes_in_an_override_are_told_with_their_place() {
    let mut templates = Templates::builtin();
    templates.replace("catalogue/errors.yaml", "rules:\n  - { id: oom, severity: fatal, sevrity: x }\n".to_owned()).unwrap();
    let diagnostics = error_catalogue(&templates).unwrap_err();
    let lines: Vec<_> = diagnostics.iter().map(|d| format!("{}:{}:{} {}", d.file, d.line, d.column, d.message)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}
