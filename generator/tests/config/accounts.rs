//! Services of other accounts.

use skywarden_generator::{
    config::Code,
    model::{Destination, Senders},
};

use crate::support::{errors, load, model, service};

const PROJECT: &str = "project: shop\naccount: \"111122223333\"\nregion: eu-west-1\n";

/// Two services, `till` with these settings, in a project with these lines.
fn with(till: &str, more: &str) -> String {
    format!("{more}services: {{ checkout: {{ runtime: lambda }}, till: {{ runtime: ecs, {till} }} }}\nroutes: [{{ email: a@example.com }}]\n")
}

fn in_project(till: &str, more: &str) -> String {
    format!("{PROJECT}{}", with(till, more))
}

const THERE: &str = "account: \"444455556666\"";

#[test]
fn a_service_of_another_account_has_one_filter_to_the_project() {
    let model = model(&in_project(THERE, "delivery: kinesis\n"));
    let till = service(&model, "till");
    assert_eq!(till.account.as_deref(), Some("444455556666"));
    assert_eq!(till.subscriptions.iter().map(|filter| filter.destination).collect::<Vec<_>>(), [Destination::CrossAccount]);
    assert!(till.subscriptions[0].pattern.starts_with("?ERROR "), "its metrics are computed where it is");
    assert_eq!(service(&model, "checkout").account, None);
    assert_eq!(model.delivery.senders, Some(Senders { accounts: vec!["444455556666".to_owned()], organization: None }));
}

#[test]
fn the_own_account_is_no_other() {
    let model = model(&in_project("account: \"111122223333\"", ""));
    assert_eq!((service(&model, "till").account.as_deref(), model.delivery.senders.clone()), (None, None));
}

#[test]
fn what_the_account_listens_to_does_not_reach_another() {
    let model = model(&in_project(THERE, "delivery: { through: kinesis, account_wide: true }\n"));
    assert_eq!((service(&model, "checkout").subscriptions.len(), service(&model, "till").subscriptions.len()), (0, 1));
    let full = load(&[&in_project(&format!("{THERE}, existing_subscriptions: 2"), "delivery: { through: kinesis, account_wide: true }\n")]);
    assert_eq!(errors(&full), ["no-free-subscription: the log group of service `till` has no subscription filter left of 2, and it needs one"]);
    assert_eq!(full.diagnostics[0].hint.as_deref(), Some("remove one of the existing subscription filters"));
}

#[test]
fn others_may_deliver_that_are_not_in_the_config() {
    let from = "delivery: { through: kinesis, from: { accounts: [\"777788889999\", \"444455556666\"], organization: o-a1b2c3d4e5 } }\n";
    let senders = model(&in_project(THERE, from)).delivery.senders.unwrap();
    assert_eq!(senders.accounts, ["444455556666", "777788889999"]);
    assert_eq!(senders.organization.as_deref(), Some("o-a1b2c3d4e5"));
    // Without an account of its own as well: the destination is wherever the stack is.
    let anywhere = model(&format!("project: shop\n{}", with("", "delivery: { through: kinesis, from: { organization: o-a1b2c3d4e5 } }\n")));
    assert!(anywhere.delivery.senders.unwrap().accounts.is_empty());
    let own = load(&[&in_project("", "delivery: { through: kinesis, from: { accounts: [\"111122223333\"] } }\n")]);
    assert_eq!(own.diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>(), [Code::NoEffect]);
    assert_eq!(own.model.unwrap().delivery.senders, None);
}

#[test]
fn mistakes_are_named() {
    let mistakes = |text: &str| errors(&load(&[text]));
    assert_eq!(
        mistakes(&format!("project: shop\n{}", with(THERE, "delivery: kinesis\n"))),
        ["missing-key: service `till` names its account, and the project does not name its own"]
    );
    assert_eq!(mistakes(&in_project(THERE, "")), ["delivery-conflict: service `till` is in another account, from which log lines come only through a stream"]);
    assert_eq!(mistakes(&in_project("", "delivery: { through: kinesis, from: {} }\n")), ["delivery-conflict: `from` names nobody"]);
    assert_eq!(mistakes(&in_project("", "delivery: { through: kinesis, from: { organization: x } }\n")), ["bad-address: `x` is not an organization's id"]);
    assert_eq!(mistakes(&in_project("", "delivery: { from: { organization: o-a1b2c3d4e5 } }\n")).len(), 1);
    for (from, code) in
        [("{ organization: a1b2c3d4e5 }", "bad-address"), ("{ accounts: [\"12\"] }", "bad-address"), ("{ account: [] }", "unknown-key"), ("[1]", "wrong-type")]
    {
        let found = mistakes(&in_project("", &format!("delivery: {{ through: kinesis, from: {from} }}\n")));
        assert!(found.last().is_some_and(|last| last.starts_with(code)), "{from}: {found:?}");
    }
}

#[test]
fn a_metric_that_only_a_function_can_compute_is_refused_there() {
    let metric = |by: &str| {
        in_project(
            THERE,
            &format!("delivery: kinesis\nmetrics: [{{ name: Sales, from: till, where: '{{ $.event = \"sale\" }}', by: {{ Shop: $.shop }}{by} }}]\n"),
        )
    };
    assert_eq!(
        errors(&load(&[&metric(", limit: 5")])),
        ["other-account: metrics-extractor would write `Sales` in the project's account, and service `till` is watched in 444455556666"]
    );
    assert_eq!(errors(&load(&[&metric("")])), Vec::<String>::new(), "a metric filter can");
}

#[test]
fn an_impact_alarm_is_held_back_only_by_one_of_its_own_account() {
    let alarms = |till: &str, checkout: &str| {
        format!(
            "{PROJECT}delivery: kinesis\nservices:\n  checkout: {{ runtime: lambda, alarms: {{ impact: {{ unless: [till] }} }}{checkout} }}\n  till: {{ runtime: ecs, alarms: {{ impact: on }}{till} }}\nroutes: [{{ email: a@example.com }}]\n"
        )
    };
    let there = format!(", {THERE}");
    assert_eq!(
        errors(&load(&[&alarms(&there, "")])),
        ["other-account: the impact alarm of `till` is in account 444455556666, and `checkout` is in the project's account"]
    );
    assert_eq!(errors(&load(&[&alarms(&there, &there)])), Vec::<String>::new());
    // What is said of all services holds where it can.
    let general = format!(
        "{PROJECT}delivery: kinesis\ndefaults: {{ alarms: {{ impact: {{ unless: [till] }} }} }}\nservices:\n  checkout: {{ runtime: lambda }}\n  till: {{ runtime: ecs }}\n  printer: {{ runtime: ecs, {THERE} }}\nroutes: [{{ email: a@example.com }}]\n"
    );
    let model = model(&general);
    assert_eq!((service(&model, "checkout").after.len(), service(&model, "printer").after.len()), (1, 0));
}
