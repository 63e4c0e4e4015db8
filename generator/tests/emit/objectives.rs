//! Objectives in the templates: names that stay, dashboards and stacks that hold them.

use std::{collections::BTreeSet, fmt::Write as _};

use skywarden_cloudformation::{
    Rule,
    application_signals::ServiceLevelObjective,
    cloudwatch::{Alarm, CompositeAlarm},
    dashboard::{Body, Content},
};
use skywarden_generator::emit::Stack;

use crate::config::{Assembly, emitted};

/// A service with these objectives.
fn with(objectives: &str) -> Assembly {
    emitted(&format!("project: shop\nservices:\n  checkout: {{ runtime: lambda, slo: [{objectives}] }}\nroutes: [{{ email: a@example.com }}]\n"))
}

fn ids(stack: &Stack) -> BTreeSet<&str> {
    stack.template.resources.keys().map(String::as_str).collect()
}

/// The rules that the templates break.
fn broken(assembly: &Assembly) -> Vec<Rule> {
    assembly.stacks().flat_map(|stack| stack.template.check()).map(|violation| violation.rule).collect()
}

#[test]
fn an_objective_more_changes_no_resource_of_the_others() {
    let one = with("{ availability: 99.9% }");
    let two = with("{ name: fast-enough, latency: 99%, below: 1s }, { availability: 99.9% }");
    let (one, two) = (&one.services[0], &two.services[0]);
    assert!(ids(one).is_subset(&ids(two)), "{:?}", ids(one).difference(&ids(two)));
    for (id, resource) in &one.template.resources {
        // The dashboard shows them all.
        assert!(id == "Dashboard" || Some(resource) == two.template.resources.get(id), "{id}");
    }
}

#[test]
fn windows_have_no_actions_and_the_composite_alarms_have() {
    let assembly = with("{ availability: 99.9% }");
    let template = &assembly.services[0].template;
    let parts: Vec<_> = template.all::<Alarm>().filter(|(id, _)| id.starts_with("AlarmBurn")).collect();
    assert_eq!(parts.len(), 8);
    assert!(parts.iter().all(|(_, alarm)| alarm.alarm_actions.is_empty() && alarm.ok_actions.is_empty()));
    let composites: Vec<_> = template.all::<CompositeAlarm>().collect();
    assert_eq!(composites.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["CompositeFastBurnAvailability", "CompositeSlowBurnAvailability"]);
    assert!(composites.iter().all(|(_, alarm)| alarm.alarm_actions.iter().len() == 1 && alarm.ok_actions.iter().len() == 1));
}

#[test]
fn an_objective_of_application_signals_has_a_name_of_letters_whatever_alarms_are_called() {
    let named = |names: &str| {
        let assembly = emitted(&format!(
            "project: shop\n{names}services: {{ checkout: {{ runtime: lambda, slo: [{{ availability: 99.9%, application_signals: true }}] }} }}\n\
             routes: [{{ email: a@example.com }}]\n"
        ));
        let objective = assembly.services[0].template.all::<ServiceLevelObjective>().next().unwrap().1;
        serde_json::to_value(&objective.name).unwrap()
    };
    assert_eq!(named(""), "shop-prod-checkout-availability");
    assert_eq!(named("names: { alarms: '{service}/{alarm} of {project}: {environment}' }\n"), "shop-prod-checkout-availability");
}

#[test]
fn as_many_objectives_as_a_service_may_have_fit_its_stack() {
    let mut metrics = String::new();
    for number in 0..50 {
        let _ = writeln!(metrics, "  - {{ name: M{number}, from: checkout, where: A, alarm: {{ above: 1 }} }}");
    }
    let objectives: Vec<_> = (0..20).map(|number| format!("{{ name: o{number}, good: A, of: B, target: 99%, application_signals: true }}")).collect();
    let assembly = emitted(&format!(
        "project: shop\nservices:\n  checkout: {{ runtime: lambda, slo: [{}] }}\nmetrics:\n{metrics}routes: [{{ email: a@example.com }}]\n",
        objectives.join(", ")
    ));
    assert_eq!(broken(&assembly), []);
    // An alarm widget shows what tells somebody, not the windows.
    let resource = assembly.services[0].template.all::<skywarden_cloudformation::cloudwatch::Dashboard>().next().unwrap().1;
    let text = serde_json::to_string(&resource.dashboard_body).unwrap();
    assert!(text.contains("o19-slow-burn") && !text.contains("burn-1h"), "{text}");
}

#[test]
fn the_overview_shows_a_hundred_budgets_and_says_how_many_more_there_are() {
    let mut text = "project: shop\nroutes: [{ email: a@example.com }]\nservices:\n".to_owned();
    for number in 0..300 {
        let _ = writeln!(text, "  s{number:03}: {{ runtime: lambda, slo: [{{ availability: 99% }}, {{ latency: 99%, below: 1s, window: 7d }}] }}");
    }
    let assembly = emitted(&text);
    assert_eq!(broken(&assembly), []);
    let (_, overview) = assembly.shared.template.all::<skywarden_cloudformation::cloudwatch::Dashboard>().next().unwrap();
    let json = serde_json::to_value(&overview.dashboard_body).unwrap();
    let body = Body::parse(json["Fn::Sub"].as_str().unwrap()).unwrap();
    let budgets = body.widgets.iter().filter_map(|widget| match &widget.content {
        Content::Metric(graph) if graph.title.as_deref().is_some_and(|title| title.starts_with("Error budgets left")) => Some(graph.metrics.len()),
        _ => None,
    });
    // Three rows each: the number, the counted and the whole.
    assert_eq!(budgets.sum::<usize>(), 100 * 3);
    let words = body.widgets.iter().any(|widget| matches!(&widget.content, Content::Text(text) if text.markdown.starts_with("500 further error budgets")));
    assert!(words, "what is not shown is named");
}
