//! What a config means that says nothing more than it must.

use skywarden_core::{
    plan::{LogFormat, NotifyPolicy},
    severity::Severity,
};
use skywarden_generator::model::{
    AlarmKind, AlarmTarget, Architecture, Comparison, Destination, Encryption, MetricStatistic, MissingData, Runtime, Signal, Target, names::Function,
};

use crate::support::{SMALLEST, alarm, compared, errors, load, model, service, service_with, smallest_with};

#[test]
fn five_lines_are_enough() {
    let loaded = load(&[SMALLEST]);
    assert_eq!(SMALLEST.lines().count(), 5);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let model = loaded.model.unwrap();
    assert_eq!((model.environment.as_str(), model.region.as_str(), model.owner.as_str()), ("prod", "us-east-1", ""));
    assert_eq!((model.architecture, model.retention_days, model.overview_dashboard), (Architecture::Arm64, 30, true));
    assert_eq!(model.errors.notify, NotifyPolicy::default());
    assert!(!model.taxonomy.is_empty());
    let messages: Vec<_> = model.messages.keys().map(String::as_str).collect();
    assert_eq!(messages, skywarden_core::notify::TEMPLATE_NAMES);

    let route = &model.routes[0];
    assert_eq!(route.severities, Severity::ALL);
    assert_eq!(route.name, "critical-error-warning-info");
    assert_eq!(route.targets, [Target::Email("team@example.com".to_owned())]);
    assert!(route.fallback);

    let checkout = service(&model, "checkout");
    assert_eq!((checkout.runtime, &checkout.format, checkout.http), (Runtime::Lambda, &LogFormat::Json, true));
    assert_eq!(checkout.namespace, "shop/prod/checkout");
    assert_eq!(checkout.log_group.name, "/aws/lambda/shop-checkout");
    assert_eq!((checkout.log_group.existing, checkout.log_group.retention_days), (false, 30));
    assert_eq!(checkout.log_group.encryption, Encryption::Customer);
    let kinds: Vec<_> = checkout.alarms.iter().map(|alarm| alarm.kind.clone()).collect();
    assert_eq!(kinds, [AlarmKind::ErrorRate, AlarmKind::Latency, AlarmKind::NoLogs]);
    let functions: Vec<_> = checkout.subscriptions.iter().map(|subscription| subscription.destination).collect();
    assert_eq!(functions, [Destination::Function(Function::ErrorClassifier)]);
}

fn statistic(name: &str, statistic: &str) -> MetricStatistic {
    MetricStatistic { namespace: "shop/prod/checkout".to_owned(), name: name.to_owned(), dimensions: Vec::new(), statistic: statistic.to_owned() }
}

#[test]
fn the_error_rate_needs_enough_requests_and_ten_bad_minutes() {
    let model = model(SMALLEST);
    let alarm = alarm(service(&model, "checkout"), "error-rate");
    assert_eq!(alarm.title, "checkout: error rate above 5 %");
    let signal = Signal::Percentage { part: statistic("ServerErrors", "Sum"), whole: statistic("Requests", "Sum"), min_whole: 20 };
    assert_eq!(alarm.signal, signal);
    assert_eq!((compared(alarm).0, alarm.severity, alarm.missing), (Comparison::Above, Severity::Critical, MissingData::NotBreaching));
    assert_eq!((alarm.period_seconds, alarm.evaluation_periods, alarm.datapoints_to_alarm), (300, 2, 2));
    assert!((compared(alarm).1 - 5.0).abs() < f64::EPSILON);
}

#[test]
fn latency_looks_at_the_slowest_hundredth() {
    let model = model(SMALLEST);
    let alarm = alarm(service(&model, "checkout"), "latency");
    assert_eq!(alarm.title, "checkout: p99 latency above 1000 ms");
    assert_eq!(alarm.signal, Signal::Metric(statistic("RequestDuration", "p99")));
    assert_eq!((alarm.severity, alarm.period_seconds, alarm.evaluation_periods), (Severity::Warning, 300, 3));
}

#[test]
fn silence_is_an_alarm_and_missing_data_is_the_silence() {
    let model = model(SMALLEST);
    let alarm = alarm(service(&model, "checkout"), "no-logs");
    assert_eq!(alarm.title, "checkout: no log line for 15 minutes");
    let Signal::Filled(metric) = &alarm.signal else { panic!("a filled metric") };
    assert_eq!((metric.namespace.as_str(), metric.name.as_str()), ("AWS/Logs", "IncomingLogEvents"));
    assert_eq!(metric.dimensions, [("LogGroupName".to_owned(), "/aws/lambda/shop-checkout".to_owned())]);
    assert_eq!((compared(alarm).0, alarm.missing), (Comparison::Below, MissingData::Breaching));
    assert_eq!((alarm.period_seconds, alarm.evaluation_periods, alarm.datapoints_to_alarm), (300, 3, 3));
}

#[test]
fn a_service_without_requests_counts_error_lines_instead() {
    let model = model(&service_with("format: text"));
    let checkout = service(&model, "checkout");
    assert!(!checkout.http);
    let metrics: Vec<_> = checkout.metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(metrics, ["ErrorLines"]);
    let lines = alarm(checkout, "error-lines");
    assert_eq!(lines.title, "checkout: more than 5 error lines in 5 minutes");
    assert_eq!((lines.period_seconds, lines.evaluation_periods, lines.severity), (300, 1, Severity::Error));
    assert_eq!(checkout.alarms.len(), 2);
    // Lines of a trace behind the first match no words.
    assert_eq!(checkout.subscriptions[0].pattern, "");
}

#[test]
fn each_runtime_has_its_usual_log_group() {
    for (runtime, group) in
        [("lambda", "/aws/lambda/shop-a"), ("ecs", "/ecs/shop-a"), ("ec2", "/ec2/shop-a"), ("apprunner", "/aws/apprunner/shop-a"), ("external", "/shop/a")]
    {
        let model = model(&format!("project: shop\nservices: {{ a: {{ runtime: {runtime} }} }}\nroutes: [{{ email: a@example.com }}]\n"));
        assert_eq!(model.services[0].log_group.name, group);
    }
}

#[test]
fn alarms_can_be_changed_and_switched_off() {
    let model = model(&service_with(
        "alarms: { error_rate: { above: 0.5%, min_requests: 100, for: 2 of 3 minutes, severity: error }, latency: off, no_logs: { for: 7 minutes }, error_lines: { above: 0 } }",
    ));
    let checkout = service(&model, "checkout");
    let rate = alarm(checkout, "error-rate");
    assert_eq!(rate.title, "checkout: error rate above 0.5 %");
    assert!(matches!(rate.signal, Signal::Percentage { min_whole: 100, .. }));
    assert_eq!((rate.datapoints_to_alarm, rate.evaluation_periods, rate.severity), (2, 3, Severity::Error));
    let silence = alarm(checkout, "no-logs");
    assert_eq!((silence.period_seconds, silence.evaluation_periods), (60, 7));
    assert_eq!(alarm(checkout, "error-lines").title, "checkout: more than 0 error lines in 5 minutes");
    assert!(!checkout.alarms.iter().any(|alarm| alarm.kind == AlarmKind::Latency));
}

#[test]
fn all_alarms_of_a_service_can_be_switched_off_at_once() {
    let model = model(&service_with("alarms: off"));
    assert!(service(&model, "checkout").alarms.is_empty());
}

#[test]
fn skywarden_watches_itself_and_never_through_what_is_broken() {
    let model = model(SMALLEST);
    let own: Vec<_> = model.own_alarms.iter().map(|alarm| (alarm.name.as_str(), alarm.severity, alarm.target)).collect();
    let expected = [
        ("shop-prod-dead-letters", Severity::Critical, AlarmTarget::Fallback),
        ("shop-prod-metrics-extractor-errors", Severity::Error, AlarmTarget::Alarms),
        ("shop-prod-error-classifier-errors", Severity::Error, AlarmTarget::Alarms),
        ("shop-prod-alert-notifier-errors", Severity::Error, AlarmTarget::Fallback),
    ];
    assert_eq!(own, expected);
    let Signal::Metric(metric) = &model.own_alarms[0].signal else { panic!("a metric") };
    assert_eq!(metric.dimensions, [("QueueName".to_owned(), "shop-prod-dead-letters".to_owned())]);
}

#[test]
fn every_advice_says_something_and_fits_into_an_alarm() {
    let model = model(&format!(
        "{}metrics: [{{ name: Orders, from: checkout, alarm: {{ below: 1 }} }}]\n",
        service_with("runbook: https://wiki.example.com/checkout, alarms: { error_lines: { above: 1 } }")
    ));
    for alarm in model.services.iter().flat_map(|service| &service.alarms).chain(&model.own_alarms) {
        let length = alarm.advice.chars().count();
        assert!((100..=1_024).contains(&length), "{}: {length}", alarm.name);
        assert!(!alarm.advice.contains("{{") && !alarm.advice.contains("  "), "{}", alarm.advice);
    }
    assert!(alarm(service(&model, "checkout"), "no-logs").advice.contains("https://wiki.example.com/checkout"));
}

#[test]
fn defaults_hold_for_every_service_that_says_nothing_else() {
    let text = "project: shop\ndefaults: { retention: 7d, architecture: x86_64, encryption: customer }\nservices:\n  a: { runtime: ecs }\n  b: { runtime: ecs, retention: 1d, encryption: aws }\nroutes: [{ email: a@example.com }]\n";
    let model = model(text);
    let groups: Vec<_> = model.services.iter().map(|service| (service.log_group.retention_days, service.log_group.encryption.clone())).collect();
    assert_eq!(groups, [(7, Encryption::Customer), (1, Encryption::Aws)]);
    assert_eq!((model.retention_days, model.architecture), (7, Architecture::X86_64));
}

#[test]
fn routes_keep_their_order_and_their_receivers_theirs() {
    let text = "project: shop\nservices: { a: { runtime: ecs } }\nroutes:\n  - { severity: [info, critical], sqs: ops, email: [b@example.com, a@example.com], webhook: ssm:/shop/hook }\n  - { name: all, severity: [error, warning], email: c@example.com, fallback: true }\n";
    let model = model(text);
    let names: Vec<_> = model.routes.iter().map(|route| (route.name.as_str(), route.fallback)).collect();
    assert_eq!(names, [("critical-info", false), ("all", true)]);
    assert_eq!(model.routes[0].severities, [Severity::Critical, Severity::Info]);
    let targets = [
        Target::Queue("ops".to_owned()),
        Target::Email("b@example.com".to_owned()),
        Target::Email("a@example.com".to_owned()),
        Target::Webhook("ssm:/shop/hook".to_owned()),
    ];
    assert_eq!(model.routes[0].targets, targets);
}

#[test]
fn an_overlay_changes_only_what_it_names() {
    let prod = "environment: staging\nservices: { checkout: { retention: 3d }, catalog: { runtime: ecs } }\n";
    let loaded = load(&[&smallest_with("owner: team-a\n"), prod]);
    let model = loaded.model.unwrap();
    assert_eq!((model.environment.as_str(), model.owner.as_str()), ("staging", "team-a"));
    let days: Vec<_> = model.services.iter().map(|service| (service.name.as_str(), service.log_group.retention_days)).collect();
    assert_eq!(days, [("catalog", 30), ("checkout", 3)]);
}

#[test]
fn names_of_functions_hold_at_the_limit() {
    let text = |environment: &str| {
        format!(
            "project: shop-of-many-things-and-more\nenvironment: {environment}\nservices: {{ a: {{ runtime: ecs }} }}\nroutes: [{{ email: a@example.com }}]\n"
        )
    };
    // 28 + 1 + 16 characters, and `-metrics-extractor` behind them: 63 of 64.
    assert!(load(&[&text("quality-assuranc")]).model.is_some());
    let longer = text("quality-assuranc").replace("-and-more", "-and-mores-x");
    assert_eq!(errors(&load(&[&longer])).len(), 1);
}
