//! Limits of AWS that a config can reach: at each one it works, one above it is refused.

use std::fmt::Write as _;

use skywarden_cloudformation::limits::RESOURCES;
use skywarden_generator::{config::Code, emit::refusals};

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
    let most = RESOURCES - (of_the_service(1) - 1);
    assert_eq!(of_the_service(most), RESOURCES);
    assert_eq!(refusals(&emitted(&with_alarms(most))), []);

    let refused = refusals(&emitted(&with_alarms(most + 1)));
    assert_eq!(refused.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>(), [Code::AwsLimit], "{refused:#?}");
    assert!(refused[0].message.contains("many-prod-service-api") && refused[0].message.contains("501"), "{}", refused[0].message);
    assert!(refused[0].hint.is_some());
}
