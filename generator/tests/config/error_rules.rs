//! The user's rules on errors: what is read, and what cannot be meant.

use skywarden_core::plan::NotifyChoice;
use skywarden_generator::config::{Templates, error_catalogue};

use crate::support::{load, model, smallest_with, text_of};

#[test]
fn every_condition_and_every_effect_is_read() {
    let model = model(&smallest_with(
        "errors:\n  rules:\n    - when: { type: 'Payment*', service: 'check*', message: '/declined by .*/', code: card_declined, status: [402, 409], category: auth, rule: auth.authn }\n      category: business\n      severity: info\n      first_step: Nothing to do.\n      notify: never\n    - { when: { status: 429 }, severity: critical }\n",
    ));
    let [first, second] = model.errors.rules.as_slice() else { panic!("two rules") };
    assert_eq!((first.when.r#type.as_deref(), first.when.service.as_deref()), (Some("Payment*"), Some("check*")));
    assert_eq!((first.when.message.as_deref(), first.when.code.as_deref()), (Some("/declined by .*/"), Some("card_declined")));
    assert_eq!((first.when.status.as_slice(), first.when.category.as_deref()), (&[402, 409][..], Some("auth")));
    assert_eq!((first.when.rule.as_deref(), first.notify), (Some("auth.authn"), NotifyChoice::Never));
    assert_eq!((first.category.as_deref(), first.first_step.as_deref()), (Some("business"), Some("Nothing to do.")));
    assert_eq!((second.when.status.as_slice(), second.first_step.as_deref()), (&[429][..], None));
}

#[test]
fn every_mistake_in_a_rule_is_told_in_one_run() {
    let loaded = load(&[&smallest_with(
        "errors:\n  rules:\n    - { when: { message: '/card [0-9/' }, severity: info }\n    - { when: { category: throtling }, severity: info }\n    - { when: { rule: database.deadlok }, notify: never }\n    - { when: { service: chekout }, severity: info }\n    - { when: { status: 42 }, severity: info }\n    - { when: { logger: app }, severity: info }\n    - { when: { type: A } }\n    - { severity: info }\n",
    )]);
    assert!(loaded.model.is_none());
    insta::assert_snapshot!(text_of(&loaded));
}

#[test]
fn a_rule_behind_a_wider_one_is_told() {
    let loaded = load(&[&smallest_with(
        "errors:\n  rules:\n    - { when: { type: 'Payment*' }, severity: warning }\n    - { when: { service: checkout, type: PaymentDeclined }, severity: info }\n    - { when: { service: checkout }, severity: info }\n",
    )]);
    assert!(loaded.model.is_some(), "a warning only");
    insta::assert_snapshot!(text_of(&loaded));
}

/// The page of the documentation, whose examples are tried here.
const PAGE: &str = include_str!("../../../docs/src/errors/classification.md");

/// The `number`-th YAML example of the page, counted from 0.
fn example(number: usize) -> &'static str {
    PAGE.split("```yaml\n").nth(number + 1).and_then(|rest| rest.split("```").next()).unwrap()
}

#[test]
fn the_examples_of_the_documentation_are_read_without_a_word() {
    let config = format!("project: shop\nservices: {{ mailer: {{ runtime: ecs }} }}\nroutes: [{{ email: a@example.com }}]\n{}", example(0));
    let loaded = load(&[&config]);
    assert!(loaded.diagnostics.is_empty(), "{}", text_of(&loaded));
    assert_eq!(loaded.model.unwrap().errors.rules.len(), 3);
    let mut templates = Templates::builtin();
    templates.replace("catalogue/errors/cancelled.yaml", example(1).to_owned()).unwrap();
    let rules = error_catalogue(&templates).map_err(|broken| broken.diagnostics).unwrap();
    assert!(rules.iter().any(|rule| rule.rule.first_step.starts_with("Ask the team of the app")));
}

#[test]
fn the_documentation_names_every_condition_of_a_rule() {
    let loaded = load(&[&smallest_with("errors: { rules: [{ when: { nothing: x }, severity: info }] }\n")]);
    let hint = loaded.diagnostics.iter().find(|found| found.message.contains("`nothing`")).and_then(|found| found.hint.clone()).unwrap();
    let keys: Vec<&str> = hint.split('`').skip(1).step_by(2).collect();
    assert_eq!(keys.len(), 7, "{hint}");
    for key in keys {
        assert!(PAGE.contains(&format!("\n| `{key}` |")), "{key}");
    }
}
