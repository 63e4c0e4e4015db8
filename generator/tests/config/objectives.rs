//! Service level objectives: defaults, names, and what is refused.

use skywarden_core::severity::Severity;
use skywarden_generator::model::{
    AlarmKind, AlarmTarget, Comparison, Composite, Counts, Indicator, MetricEngine, MissingData, Objective, Rule, Service, Signal, Speed,
};

use crate::support::{alarm, compared, errors, load, model, service, service_with, text_of};

/// The service of a config with these objectives.
fn with(objectives: &str) -> Service {
    service(&model(&service_with(&format!("slo: [{objectives}]"))), "checkout").clone()
}

fn only(service: &Service) -> &Objective {
    assert_eq!(service.objectives.len(), 1);
    &service.objectives[0]
}

fn composite<'s>(service: &'s Service, end: &str) -> &'s Composite {
    service.composites.iter().find(|composite| composite.name.ends_with(end)).ok_or(end).unwrap()
}

fn refused(objectives: &str) -> Vec<String> {
    errors(&load(&[&service_with(&format!("slo: [{objectives}]"))]))
}

#[test]
fn an_objective_of_one_word_has_a_name_a_month_and_two_speeds() {
    let service = with("{ availability: 99.9% }");
    let objective = only(&service);
    assert_eq!((objective.name.as_str(), objective.window_days, objective.target.budget_of_million()), ("availability", 30, 1_000));
    let told: Vec<_> = objective.burns.iter().map(|burn| (burn.speed, burn.severity, burn.pairs.len())).collect();
    assert_eq!(told, [(Speed::Fast, Severity::Critical, 2), (Speed::Slow, Severity::Warning, 2)]);
    let Indicator::Events { counted, counts, whole, .. } = &objective.indicator else { panic!("{objective:?}") };
    assert_eq!((counted.name.as_str(), *counts, whole.name.as_str()), ("ServerErrors", Counts::Bad, "Requests"));
}

#[test]
fn every_window_is_one_period_and_tells_nobody_itself() {
    let service = with("{ availability: 99.9% }");
    let parts: Vec<_> = service.alarms.iter().filter(|alarm| matches!(alarm.kind, AlarmKind::Burn { .. })).collect();
    let looks: Vec<_> =
        parts.iter().map(|part| (part.name.trim_start_matches("shop-prod-checkout-availability-burn-"), part.period_seconds, compared(part).1)).collect();
    assert_eq!(
        looks,
        [
            ("1h", 3_600, 1.44),
            ("1h-5m", 300, 1.44),
            ("6h", 21_600, 0.6),
            ("6h-30m", 1_800, 0.6),
            ("1d", 86_400, 0.3),
            ("1d-2h", 7_200, 0.3),
            ("3d", 259_200, 0.1),
            ("3d-6h", 21_600, 0.1),
        ]
    );
    for part in parts {
        assert_eq!((part.evaluation_periods, part.datapoints_to_alarm, part.missing), (1, 1, MissingData::NotBreaching), "{}", part.name);
        assert_eq!((part.target, compared(part).0), (AlarmTarget::Composite, Comparison::Above), "{}", part.name);
    }
}

#[test]
fn slow_is_silent_while_fast_tells() {
    let service = with("{ availability: 99.9% }");
    let (fast, slow) = (composite(&service, "-availability-fast-burn"), composite(&service, "-availability-slow-burn"));
    assert_eq!((fast.severity, slow.severity, fast.target, slow.target), (Severity::Critical, Severity::Warning, AlarmTarget::Alarms, AlarmTarget::Alarms));
    let part = |window: &str| Rule::Alarm(format!("shop-prod-checkout-availability-burn-{window}"));
    let pair = |long: &str, short: &str| Rule::All(vec![part(long), part(short)]);
    assert_eq!(fast.rule, Rule::Any(vec![pair("1h", "1h-5m"), pair("6h", "6h-30m")]));
    let not_fast = Rule::Not(Box::new(Rule::Alarm(fast.name.clone())));
    assert_eq!(slow.rule, Rule::All(vec![Rule::Any(vec![pair("1d", "1d-2h"), pair("3d", "3d-6h")]), not_fast]));
}

#[test]
fn a_speed_that_is_off_leaves_no_alarm() {
    let names = |burn: &str| -> Vec<String> {
        let service = with(&format!("{{ availability: 99%, burn: {burn} }}"));
        let parts = service.alarms.iter().filter(|alarm| matches!(alarm.kind, AlarmKind::Burn { .. })).count();
        let composites = service.composites.iter().map(|composite| composite.name.trim_start_matches("shop-prod-checkout-availability-").to_owned());
        composites.chain([parts.to_string()]).collect()
    };
    assert_eq!(names("{ slow: off }"), ["fast-burn", "4"]);
    assert_eq!(names("{ fast: off, slow: info }"), ["slow-burn", "4"]);
    assert_eq!(names("off"), ["0"]);
    let service = with("{ availability: 99%, burn: { fast: off } }");
    assert!(!composite(&service, "-slow-burn").rule.alarms().iter().any(|name| name.ends_with("-fast-burn")));
}

#[test]
fn what_nobody_says_of_an_objective_is_said_for_all() {
    let text = "project: shop\ndefaults: { slo: { window: 28d, burn: { fast: error, slow: off } } }\nservices:\n  a: { runtime: ecs, slo: [{ availability: 99% }, { latency: 99%, below: 1s, window: 7d, burn: { slow: info } }] }\nroutes: [{ email: a@example.com }]\n";
    let model = model(text);
    let told = |number: usize| {
        let objective: &Objective = &service(&model, "a").objectives[number];
        (objective.window_days, objective.burns.iter().map(|burn| (burn.speed, burn.severity)).collect::<Vec<_>>())
    };
    assert_eq!(told(0), (28, vec![(Speed::Fast, Severity::Error)]));
    assert_eq!(told(1), (7, vec![(Speed::Fast, Severity::Error), (Speed::Slow, Severity::Info)]));
    let wrong = load(&["project: shop\ndefaults: { slo: [{ availability: 99% }] }\nservices: { a: { runtime: ecs } }\nroutes: [{ email: a@example.com }]\n"]);
    assert_eq!(errors(&wrong), ["wrong-type: expected what holds for all objectives as a map, found a list"]);
}

#[test]
fn only_long_windows_have_a_guard_against_few_events() {
    let guards = |objective: &str| -> Vec<u32> {
        let service = with(objective);
        let parts = service.alarms.iter().filter_map(|alarm| match &alarm.signal {
            Signal::BadShare { min_whole, .. } => Some(*min_whole),
            _ => None,
        });
        parts.collect()
    };
    assert_eq!(guards("{ availability: 99.9% }"), [70, 1, 167, 1, 334, 1, 1_000, 1]);
    assert_eq!(guards("{ availability: 99.9%, min_events: 5 }"), [5, 1, 5, 1, 5, 1, 5, 1]);
}

#[test]
fn latency_counts_the_requests_within_the_limit() {
    let service = with("{ latency: 99%, below: 1.5s, name: checkout-page }");
    let objective = only(&service);
    let Indicator::Events { counted, counts, whole, .. } = &objective.indicator else { panic!("{objective:?}") };
    let statistics = (counted.statistic.as_str(), *counts, whole.statistic.as_str());
    assert_eq!(statistics, ("TC(:1500)", Counts::Good, "SampleCount"));
    assert_eq!((counted.name.as_str(), whole.name.as_str(), objective.name.as_str()), ("RequestDuration", "RequestDuration", "checkout-page"));
}

#[test]
fn lines_are_counted_by_the_cheapest_engine_that_can() {
    let service = with("{ name: orders, good: '{ $.fields.event = \"placed\" }', of: '{ $.fields.event = * }', target: 99.5% }");
    let counters: Vec<_> = service.metrics.iter().filter(|metric| metric.custom).collect();
    let named: Vec<_> = counters.iter().map(|metric| (metric.name.as_str(), metric.unit.as_str())).collect();
    assert_eq!(named, [("OrdersGood", "Count"), ("OrdersTotal", "Count")]);
    assert!(counters.iter().all(|metric| matches!(metric.engine, MetricEngine::Native(_))));
}

/// The two of a service with a metric of their own.
const PERIODS: &str = "project: shop
services:
  checkout:
    runtime: lambda
    slo: [OBJECTIVE]
metrics:
  - { name: QueueAge, from: checkout, where: '{ $.age = * }', value: $.age, unit: Milliseconds }
  - { name: Invoices, from: checkout }
  - { name: ByCurrency, from: checkout, by: { Currency: $.currency } }
routes: [{ email: a@example.com }]
";

fn of_periods(objective: &str) -> skywarden_generator::config::Loaded {
    load(&[&PERIODS.replace("OBJECTIVE", objective)])
}

#[test]
fn periods_are_counted_where_an_alarm_can_count_them() {
    let loaded = of_periods("{ name: fresh, metric: QueueAge, below: 60s, statistic: Maximum, target: 99% }");
    let text = text_of(&loaded);
    let model = loaded.model.ok_or(text).unwrap();
    let service = service(&model, "checkout");
    let counted = |window: &str| {
        let part = alarm(service, &format!("fresh-burn-{window}"));
        (part.datapoints_to_alarm, part.evaluation_periods, part.period_seconds)
    };
    assert_eq!(["1h", "1h-5m", "6h", "1d", "1d-2h"].map(counted), [(9, 60, 60), (1, 5, 60), (22, 360, 60), (44, 1_440, 60), (4, 120, 60)]);
    // An alarm looks back a day at most when its period is below an hour.
    assert!(service.alarms.iter().all(|alarm| !alarm.name.contains("burn-3d")));
    // The threshold is in the metric's unit.
    assert_eq!(compared(alarm(service, "fresh-burn-1h")), (Comparison::Above, 60_000.0));
}

#[test]
fn a_statistic_that_is_not_named_is_that_of_an_alarm() {
    let statistic = |objective: &str| {
        let loaded = of_periods(objective);
        let text = text_of(&loaded);
        let model = loaded.model.ok_or(text).unwrap();
        match &service(&model, "checkout").objectives[0].indicator {
            Indicator::Periods { metric, .. } => metric.statistic.clone(),
            other @ Indicator::Events { .. } => panic!("{other:?}"),
        }
    };
    assert_eq!(statistic("{ name: a, metric: QueueAge, below: 60s, target: 99% }"), "p99");
    assert_eq!(statistic("{ name: a, metric: Invoices, above: 5, target: 99% }"), "Sum");
}

#[test]
fn a_metric_has_to_be_one_number_of_the_service() {
    let said = |objective: &str| errors(&of_periods(objective));
    assert_eq!(
        said("{ name: a, metric: QueueAgge, below: 60s, target: 99% }"),
        ["unknown-metric: service `checkout` has no metric `QueueAgge` for objective `a` to look at"]
    );
    assert!(text_of(&of_periods("{ name: a, metric: QueueAgge, below: 60s, target: 99% }")).contains("did you mean `QueueAge`?"));
    assert_eq!(
        said("{ name: a, metric: ByCurrency, above: 1, target: 99% }"),
        ["not-applicable: `ByCurrency` has dimensions, so there is no one number for objective `a` to look at"]
    );
    assert_eq!(
        said("{ name: a, metric: Invoices, above: 1, statistic: p99, target: 99% }"),
        ["bad-statistic: `Invoices` is a counter: its lines are added up, and there is no p99 of a sum"]
    );
    assert_eq!(said("{ name: a, metric: Invoices, above: 1s, target: 99% }"), ["wrong-type: `Invoices` is in Count, not in a unit of time"]);
}

#[test]
fn requests_are_needed_where_requests_are_counted() {
    let said = errors(&load(&[&service_with("http: false, slo: [{ availability: 99% }, { latency: 99%, below: 1s }]")]));
    assert_eq!(
        said,
        [
            "not-applicable: objective `availability` needs request lines, and service `checkout` writes none (`http: false`)",
            "not-applicable: objective `latency` needs request lines, and service `checkout` writes none (`http: false`)",
        ]
    );
}

#[test]
fn the_lowest_target_is_the_one_the_hint_names() {
    assert_eq!(refused("{ availability: 93.1% }"), Vec::<String>::new());
    assert_eq!(
        refused("{ availability: 93% }"),
        ["bad-target: with a target of 93 % the fast burn of `availability` would need more than 100.8 % bad in 1 hour: it could never fire"]
    );
    assert_eq!(refused("{ availability: 93%, burn: { fast: off } }"), Vec::<String>::new());
}

#[test]
fn the_highest_target_of_periods_is_the_one_the_hint_names() {
    let objective = |target: &str| format!("{{ name: a, metric: Invoices, above: 1, period: 5m, target: {target} }}");
    let text = text_of(&of_periods(&objective("99.98%")));
    assert!(text.contains("the error budget of 30 days is 1.73 of the 8640 periods of 5 minutes"), "{text}");
    assert!(text.contains("a target of at most 99.97%"), "{text}");
    assert_eq!(errors(&of_periods(&objective("99.97%"))), Vec::<String>::new());
}

#[test]
fn names_of_counters_and_alarms_do_not_meet_those_of_others() {
    let clash = "project: shop\nservices: { a: { runtime: ecs, slo: [{ name: orders, good: A, of: B, target: 99% }] } }\nmetrics: [{ name: OrdersGood, from: a }]\nroutes: [{ email: a@example.com }]\n";
    assert_eq!(errors(&load(&[clash])), ["duplicate-metric: the service has a metric `OrdersGood` already"]);
    let alarm = "project: shop\nservices: { a: { runtime: ecs, slo: [{ availability: 99% }] } }\nmetrics: [{ name: availability-burn-1h, from: a, alarm: { above: 1 } }]\nroutes: [{ email: a@example.com }]\n";
    assert_eq!(errors(&load(&[alarm])), ["duplicate-alarm: service `a` would have two alarms named `shop-prod-a-availability-burn-1h`"]);
}

#[test]
fn a_service_has_as_many_objectives_as_its_stack_has_room_for() {
    let many = |count: usize| (0..count).map(|number| format!("{{ name: o{number}, availability: 99% }}")).collect::<Vec<_>>().join(", ");
    assert_eq!(refused(&many(20)), Vec::<String>::new());
    assert_eq!(refused(&many(21)), ["aws-limit: service `checkout` has 21 objectives, its stack has room for 20"]);
}

#[test]
fn application_signals_takes_short_names_and_short_periods() {
    let periods = |period: &str| {
        errors(&of_periods(&format!(
            "{{ name: a, metric: Invoices, above: 1, period: {period}, target: 95%, burn: {{ fast: off }}, application_signals: true }}"
        )))
    };
    assert_eq!(periods("15m"), Vec::<String>::new());
    assert_eq!(periods("30m"), ["aws-limit: Application Signals judges by periods of at most 15 minutes"]);
    let named = |characters: usize| {
        let service = "s".repeat(characters);
        let rest = "{ runtime: ecs, slo: [{ availability: 99%, name: a-name-of-forty-characters-which-is-long, application_signals: true }] }";
        errors(&load(&[&format!("project: a-project-with-a-long-name\nservices: {{ {service}: {rest} }}\nroutes: [{{ email: a@example.com }}]\n")]))
    };
    // 26 and `-prod-`, the service, a hyphen and 40: 128 with 55.
    assert_eq!(named(55), Vec::<String>::new());
    assert_eq!(named(56).len(), 1, "{:?}", named(56));
    assert!(named(56)[0].contains("would have 129 characters, an objective of Application Signals has at most 128"), "{:?}", named(56));
}

#[test]
fn silence_over_all_alarms_of_a_service_is_over_its_objectives() {
    let service = service(&model(&service_with("alarms: { silenced: moving }, slo: [{ availability: 99.9% }]")), "checkout").clone();
    assert!(service.composites.iter().all(|composite| composite.silenced.as_deref() == Some("moving")));
}

/// The page of the documentation, whose example is tried here.
const PAGE: &str = include_str!("../../../docs/src/objectives.md");

#[test]
fn the_example_of_the_documentation_is_read_without_a_word() {
    let example = PAGE.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let loaded = load(&[example]);
    assert!(loaded.diagnostics.is_empty(), "{}", text_of(&loaded));
    let model = loaded.model.unwrap();
    let names: Vec<_> = model.services[0].objectives.iter().map(|objective| objective.name.as_str()).collect();
    assert_eq!(names, ["availability", "latency", "orders", "freshness"]);
}

#[test]
fn the_documentation_names_every_key_of_an_objective() {
    let kinds = ["availability: 99%", "latency: 99%, below: 1s", "name: a, good: A, of: B, target: 99%", "name: a, metric: Requests, below: 1, target: 99%"];
    for kind in kinds {
        let loaded = load(&[&service_with(&format!("slo: [{{ {kind}, zzzzzzzzzzzz: x }}]"))]);
        let hint = loaded.diagnostics.iter().find(|found| found.message.contains("`zzzzzzzzzzzz`")).and_then(|found| found.hint.clone()).unwrap();
        let keys: Vec<&str> = hint.split('`').skip(1).step_by(2).collect();
        assert!(keys.len() >= 5, "{hint}");
        let table = PAGE.split("| key |").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
        for key in keys {
            let named = table.lines().any(|line| line.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{key}`"))));
            assert!(named, "{key} of {kind}");
        }
    }
}
