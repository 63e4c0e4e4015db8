//! Impact alarms and maintenance windows in the stacks: what comes after what, and what is muted.

use std::fmt::Write as _;

use skywarden_cloudformation::{
    Expr, Template,
    assembly::Manifest,
    cloudwatch::{Alarm, AlarmMuteRule, CompositeAlarm},
};
use skywarden_generator::emit::Stack;

use crate::config::{Assembly, emitted};

fn stack<'a>(assembly: &'a Assembly, name: &str) -> &'a Stack {
    assembly.services.iter().find(|stack| stack.name == name).unwrap_or_else(|| panic!("no {name}"))
}

/// Two services, of which the first may be behind the second.
fn two(impact: &str) -> Assembly {
    emitted(&format!(
        "project: shop\nservices:\n  payments: {{ runtime: lambda, alarms: {{ impact: on }} }}\n  checkout: {{ runtime: lambda, alarms: {{ {impact} }} }}\nroutes: [{{ email: team@example.com }}]\n"
    ))
}

#[test]
fn the_stack_of_a_service_behind_another_is_deployed_first() {
    let assembly = two("impact: { unless: [payments], deploying: 5 minutes }");
    let files = assembly.files();
    let manifest = Manifest::parse(std::str::from_utf8(&files["manifest.json"]).unwrap()).unwrap();
    let dependencies = |name: &str| manifest.artifacts[name].dependencies.clone();
    assert_eq!(dependencies("shop-prod-service-checkout"), ["shop-prod-skywarden", "shop-prod-service-payments", "shop-prod-service-checkout.assets"]);
    assert_eq!(dependencies("shop-prod-service-payments"), ["shop-prod-skywarden", "shop-prod-service-payments.assets"]);
    let template = &stack(&assembly, "shop-prod-service-checkout").template;
    let description = template.description.as_deref().unwrap();
    assert!(description.ends_with("Deploy stack shop-prod-skywarden first, then shop-prod-service-payments."), "{description}");
    assert_eq!(template.metadata["Skywarden"]["AndAfter"]["Stacks"], serde_json::json!(["shop-prod-service-payments"]));
}

#[test]
fn the_stack_of_a_service_depends_on_the_names_of_others_alone() {
    let with = |payments: &str| {
        emitted(&format!(
            "project: shop\nservices:\n  payments: {{ {payments} }}\n  checkout: {{ runtime: lambda, alarms: {{ impact: {{ unless: [payments] }} }} }}\nroutes: [{{ email: team@example.com }}]\n"
        ))
    };
    let (one, other) =
        (with("runtime: lambda, alarms: { impact: on }"), with("runtime: ec2, format: text, alarms: { impact: { severity: info, parts: loud } }"));
    assert_eq!(stack(&one, "shop-prod-service-checkout"), stack(&other, "shop-prod-service-checkout"));
}

#[test]
fn quiet_parts_tell_nobody_and_the_alarm_comes_after_them_and_its_suppressor() {
    let assembly = two("impact: { of: [error_rate, latency], deploying: 5 minutes }");
    let template = &stack(&assembly, "shop-prod-service-checkout").template;
    let told = |id: &str| template.get::<Alarm>(id).unwrap().alarm_actions.items().len();
    assert_eq!([told("AlarmErrorRate"), told("AlarmLatency"), told("AlarmNoLogs"), told("AlarmDeploying")], [0, 0, 1, 0]);
    let (id, composite) = template.all::<CompositeAlarm>().next().unwrap();
    assert_eq!(template.resources[id].depends_on, ["AlarmErrorRate", "AlarmLatency", "AlarmDeploying"]);
    assert_eq!(composite.alarm_actions.items().len(), 1);
    assert_eq!(composite.actions_suppressor, Some(Expr::from("shop-prod-checkout-deploying")));
    let info = |name: &str| assembly.plan.alarms.iter().find(|info| info.name == name).unwrap();
    assert_eq!(info("shop-prod-checkout-impact").title, "checkout: users are affected");
    assert_eq!(info("shop-prod-checkout-error-rate").title, "checkout: error rate above 5 %", "its message names the parts");
}

fn name(rule: &AlarmMuteRule) -> String {
    match &rule.name {
        Some(Expr::Literal(name)) => name.clone(),
        other => panic!("{other:?}"),
    }
}

/// One service with so many alarms that tell somebody, and a window.
fn muted(alarms: usize) -> Template {
    let mut text = "project: shop\nservices: { a: { runtime: ecs, alarms: off } }\nroutes: [{ email: team@example.com }]\nmaintenance: [{ name: night-2, at: daily 02:00, for: 1h }]\n".to_owned();
    if alarms > 0 {
        text.push_str("metrics:\n");
    }
    for n in 0..alarms {
        let _ = writeln!(text, "  - {{ name: M{n}, from: a, resolution: 1s, alarm: {{ above: 1 }} }}");
    }
    emitted(&text).services.remove(0).template
}

#[test]
fn a_mute_rule_takes_a_hundred_alarms() {
    let rules = |alarms: usize| -> Vec<(String, usize)> {
        let template = muted(alarms);
        assert_eq!(template.check(), []);
        let count = |rule: &AlarmMuteRule| rule.mute_targets.as_ref().unwrap().literal().unwrap().alarm_names.items().len();
        template.all::<AlarmMuteRule>().map(|(id, rule)| (format!("{id} {}", name(rule)), count(rule))).collect()
    };
    assert_eq!(rules(0), [], "a service without alarms has nothing to mute");
    assert_eq!(rules(100).iter().map(|(_, count)| *count).collect::<Vec<_>>(), [100]);
    let two = rules(101);
    assert_eq!(two.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [100, 1]);
    assert!(two[0].0.starts_with("MaintenanceNight2") && two[0].0.ends_with("shop-prod-a_night-2"), "{two:?}");
    assert!(two[1].0.starts_with("Maintenance2Night2") && two[1].0.ends_with("shop-prod-a_night-2_2"), "{two:?}");
}

#[test]
fn a_window_of_all_is_in_the_stack_of_a_service_that_comes_later() {
    let with = |services: &str| {
        emitted(&format!(
            "project: shop\nservices: {{ {services} }}\nroutes: [{{ email: team@example.com }}]\nmaintenance: [{{ name: night, at: Sun 02:00, for: 1h }}]\n"
        ))
    };
    let (one, two) = (with("a: { runtime: ecs }"), with("a: { runtime: ecs }, b: { runtime: ecs }"));
    assert_eq!(one.services[0], two.services[0]);
    let muted = |stack: &Stack| stack.template.all::<AlarmMuteRule>().map(|(_, rule)| name(rule)).collect::<Vec<_>>();
    assert_eq!(muted(&two.services[1]), ["shop-prod-b_night"]);
}
