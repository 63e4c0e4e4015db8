//! The plan says what the templates say.

use std::collections::BTreeSet;

use skywarden_cloudformation::{
    Environment, Resolver,
    cloudwatch::{Alarm, CompositeAlarm},
    logs::SubscriptionFilter,
    sns::Topic,
};
use skywarden_core::plan::Plan;

use crate::config::{ALL, SHOP, TINY, emitted};

#[test]
fn the_plan_reads_back_as_it_was_written() {
    for config in ALL {
        let plan = emitted(config).plan;
        assert_eq!(Plan::parse(&plan.to_json()).unwrap(), plan);
    }
}

/// Every number under a key, wherever it stands.
fn numbers(json: &serde_json::Value, key: &str, found: &mut Vec<i64>) {
    match json {
        serde_json::Value::Object(map) => {
            found.extend(map.get(key).and_then(serde_json::Value::as_i64));
            map.values().for_each(|value| numbers(value, key, found));
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| numbers(value, key, found)),
        _ => {}
    }
}

#[test]
fn a_batch_marker_outlives_whatever_can_be_redriven_by_a_day() {
    const DAY: i64 = 86_400;
    for config in ALL {
        let json: serde_json::Value = serde_json::from_str(&emitted(config).shared.template.to_json().unwrap()).unwrap();
        let longest = |key: &str| {
            let mut found = Vec::new();
            numbers(&json, key, &mut found);
            found.into_iter().max()
        };
        // S3 expires an object at the midnight after its days.
        let kept = ((longest("ExpirationInDays").unwrap() + 1) * DAY).max(longest("MessageRetentionPeriod").unwrap());
        // A stream keeps its records for as long as the config says: an event source mapping gives up before.
        let delivered_again = longest("MaximumEventAgeInSeconds").max(longest("MaximumRecordAgeInSeconds")).unwrap();
        let life = skywarden_core::pipeline::MARKER_LIFE.as_secs();
        assert!(life >= kept + delivered_again + DAY, "{life} s, {kept} s, {delivered_again} s");
    }
}

#[test]
fn the_metrics_marker_is_on_unless_the_config_says_otherwise() {
    assert!(emitted(TINY).plan.processing.metrics_marker);
    assert!(!emitted(TINY).plan.to_json().contains("processing"), "a plan says only what was chosen");
    let off = emitted(&format!("{TINY}\nprocessing: {{ metrics_marker: false }}\n")).plan;
    assert!(!off.processing.metrics_marker);
    assert_eq!(Plan::parse(&off.to_json()).unwrap(), off);
}

#[test]
fn every_topic_of_a_route_exists_and_every_route_topic_is_in_the_plan() {
    for config in ALL {
        let assembly = emitted(config);
        let planned: BTreeSet<_> = assembly.plan.routes.iter().flat_map(|route| &route.topics).map(|topic| topic.topic.clone()).collect();
        let emitted: BTreeSet<_> = assembly
            .shared
            .template
            .all::<Topic>()
            .filter_map(|(_, topic)| topic.topic_name.as_ref()?.as_literal().map(str::to_owned))
            .filter(|name| name.contains("-route-"))
            .collect();
        assert_eq!(planned, emitted);
        assert!(!planned.is_empty());
    }
}

#[test]
fn every_alarm_on_the_topic_alarms_is_known_to_the_plan_and_no_other() {
    for config in ALL {
        let assembly = emitted(config);
        let environment = Environment::new("111122223333", "eu-west-1", "stack");
        let mut relayed = BTreeSet::new();
        let mut others = BTreeSet::new();
        // Parts of composite alarms tell nobody, and their titles are in the messages about these.
        let mut parts = BTreeSet::new();
        for stack in assembly.stacks() {
            let resolver = Resolver::new(&stack.template, &environment);
            for (id, alarm) in stack.template.all::<Alarm>() {
                assert_eq!(alarm.alarm_actions, alarm.ok_actions, "{id}");
                let name = alarm.alarm_name.as_ref().unwrap().as_literal().unwrap().to_owned();
                let Some(action) = alarm.alarm_actions.items().first() else {
                    assert!(parts.insert(name), "{id}");
                    continue;
                };
                let action = resolver.at(id, "AlarmActions").text(action).unwrap();
                let set = if action.ends_with("-alarms") { &mut relayed } else { &mut others };
                assert!(set.insert(name), "{id}");
                assert!(action.ends_with("-alarms") || action.ends_with("-fallback"), "{action}");
            }
        }
        let composites: Vec<_> = assembly.stacks().flat_map(|stack| stack.template.all::<CompositeAlarm>()).map(|(_, composite)| composite).collect();
        let rules: Vec<_> = composites.iter().map(|composite| composite.alarm_rule.as_literal().unwrap()).collect();
        assert!(parts.iter().all(|part| rules.iter().any(|rule| rule.contains(&format!("\"{part}\"")))), "{parts:?}");
        relayed.extend(composites.iter().map(|composite| composite.alarm_name.as_ref().unwrap().as_literal().unwrap().to_owned()));
        relayed.extend(parts);
        let known: BTreeSet<_> = assembly.plan.alarms.iter().map(|alarm| alarm.name.clone()).collect();
        assert_eq!(known, relayed);
        assert!(!others.is_empty(), "trouble with the notification path goes round it");
    }
}

#[test]
fn lists_are_sorted_as_the_plan_promises() {
    let plan = emitted(SHOP).plan;
    assert!(plan.sources.is_sorted_by(|a, b| a.log_group < b.log_group));
    assert!(plan.rules.is_sorted_by(|a, b| (&a.log_group, &a.name) <= (&b.log_group, &b.name)));
    assert!(plan.alarms.is_sorted_by(|a, b| a.name < b.name));
    assert!(!plan.rules.is_empty() && plan.sources.len() == 4);
}

#[test]
fn a_service_with_rules_is_subscribed_to_the_extractor() {
    let assembly = emitted(SHOP);
    for source in &assembly.plan.sources {
        let stack = assembly.services.iter().find(|stack| stack.name.ends_with(&format!("-service-{}", source.service))).unwrap();
        let subscribed = stack.template.all::<SubscriptionFilter>().any(|(id, _)| id == "SubscriptionMetricsExtractor");
        let ruled = assembly.plan.rules.iter().any(|rule| rule.log_group == source.log_group);
        assert_eq!(subscribed, ruled, "{}", source.service);
    }
}
