//! Limits of AWS that a config can reach: at each one it works, one above it is refused.

use std::{collections::BTreeSet, fmt::Write as _};

use skywarden_cloudformation::{
    cloudwatch::{Alarm, CompositeAlarm, Dashboard},
    limits::RESOURCES,
};
use skywarden_generator::{config::Code, emit::Stack};

use crate::config::emitted;

/// A service with so many metrics of metrics-extractor, each with an alarm.
fn with_alarms(count: usize) -> String {
    let mut text = "project: many\nroutes: [{ email: a@example.com }]\nservices: { api: { runtime: ecs } }\nmetrics:\n".to_owned();
    for number in 0..count {
        let _ = writeln!(text, "  - {{ name: Metric{number}, from: api, kind: counter, resolution: 1s, alarm: {{ above: 5 }} }}");
    }
    text
}

#[test]
fn a_service_has_as_many_resources_as_a_stack_may_have() {
    let of_the_service = |count| emitted(&with_alarms(count)).services[0].template.resources.len();
    let most = RESOURCES - (of_the_service(470) - 470);
    assert_eq!(of_the_service(most), RESOURCES);
    assert_eq!(emitted(&with_alarms(most)).refusals(), []);

    let refused = emitted(&with_alarms(most + 1)).refusals();
    assert_eq!(refused.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>(), [Code::AwsLimit], "{refused:#?}");
    assert!(refused[0].message.contains("many-prod-service-api") && refused[0].message.contains("501"), "{}", refused[0].message);
    assert!(refused[0].hint.is_some());
}

#[test]
fn alarms_over_the_limit_get_stacks_of_their_own() {
    let config = with_alarms(600).replace("runtime: ecs", "runtime: ecs, alarm_stacks: 2, alarms: { impact: { of: [error_rate, Metric7] } }");
    let assembly = emitted(&config);
    assert_eq!(assembly.refusals(), []);
    let names: Vec<_> = assembly.services.iter().map(|stack| stack.name.as_str()).collect();
    assert_eq!(names, ["many-prod-alarms-api-1", "many-prod-alarms-api-2", "many-prod-service-api"]);
    let [one, two, own] = &assembly.services[..] else { panic!("three stacks") };
    let counts = [one, two, own].map(|stack| stack.template.all::<Alarm>().count());
    // 600 metrics, error rate, latency and silence.
    assert_eq!((counts[0] + counts[1], counts[2]), (603, 0));
    assert!(counts[0] > 200 && counts[1] > 200, "{counts:?}");
    // The composite alarm is created when the alarms it looks at are there.
    assert_eq!(own.template.all::<CompositeAlarm>().count(), 1);
    assert_eq!(own.after, [one.name.clone(), two.name.clone()]);
    assert!(one.after.is_empty() && two.after.is_empty());

    let more = emitted(&config.replace("alarm_stacks: 2", "alarm_stacks: 3"));
    let of = |stacks: &[Stack], stack: &str| -> BTreeSet<String> {
        let found = stacks.iter().find(|each| each.name == stack).unwrap();
        found.template.resources.keys().cloned().collect()
    };
    for stack in [&one.name, &two.name] {
        assert!(of(&more.services, stack).is_subset(&of(&assembly.services, stack)), "a third stack moves alarms to itself alone");
    }
}

#[test]
fn metrics_that_find_no_room_on_a_dashboard_get_a_further_one() {
    let dashboards = |count| -> Vec<String> {
        let stack = emitted(&with_alarms(count)).services.pop().unwrap();
        stack.template.all::<Dashboard>().map(|(id, dashboard)| format!("{id} {:?}", dashboard.dashboard_name)).collect()
    };
    assert_eq!(dashboards(150), [r#"Dashboard Some(Literal("many-prod-api"))"#]);
    assert_eq!(dashboards(301).len(), 3);
    assert_eq!(dashboards(151), [r#"Dashboard Some(Literal("many-prod-api"))"#, r#"Dashboard2 Some(Literal("many-prod-api_2"))"#]);
}
