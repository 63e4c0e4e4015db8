//! Services that write the built-in metrics themselves, with the telemetry library.

use skywarden_core::{metric::name::ServiceMetric, severity::Severity};
use skywarden_generator::model::{AlarmKind, Comparison, MetricEngine, MissingData, Model, Service, Signal};

use crate::support::{alarm, compared, errors, load, model, service, service_with, text_of};

fn with_library(settings: &str) -> Model {
    model(&service_with(&format!("telemetry: true{settings}")))
}

fn engines(service: &Service) -> Vec<(&str, bool)> {
    service.metrics.iter().map(|metric| (metric.name.as_str(), metric.engine == MetricEngine::Emf)).collect()
}

#[test]
fn nothing_the_library_writes_is_counted_a_second_time() {
    let model = with_library("");
    let checkout = service(&model, "checkout");
    assert!(checkout.telemetry);
    let expected: Vec<_> = ServiceMetric::ALL.iter().map(|metric| (metric.as_str(), *metric != ServiceMetric::ErrorLines)).collect();
    assert_eq!(engines(checkout), expected);
    for metric in checkout.metrics.iter().filter(|metric| metric.engine == MetricEngine::Emf) {
        assert!(metric.reason.contains("telemetry library") && metric.namespace == "shop/prod/checkout", "{metric:?}");
    }
    let levels = checkout.metrics.iter().find(|metric| metric.name == "LogEvents").unwrap();
    assert_eq!(levels.dimensions.iter().map(|dimension| dimension.name.as_str()).collect::<Vec<_>>(), ["Level"]);
}

#[test]
fn without_the_key_or_with_false_metric_filters_count() {
    for settings in ["http: true", "telemetry: false"] {
        let model = model(&service_with(settings));
        let checkout = service(&model, "checkout");
        assert!(engines(checkout).iter().all(|(_, emf)| !emf), "{settings}");
        assert!(!checkout.alarms.iter().any(|alarm| alarm.kind == AlarmKind::DroppedEvents), "{settings}");
    }
}

#[test]
fn the_alarms_are_the_same_and_one_more() {
    let with = with_library("");
    let without = model(&service_with("telemetry: false"));
    let (with, without) = (service(&with, "checkout"), service(&without, "checkout"));
    assert_eq!(with.alarms[..without.alarms.len()], without.alarms);
    let [lost] = &with.alarms[without.alarms.len()..] else { panic!("one more") };
    assert_eq!((lost.title.as_str(), lost.severity), ("checkout: more than 0 log lines lost in 5 minutes", Severity::Warning));
    assert_eq!((compared(lost).0, lost.missing, lost.period_seconds, lost.evaluation_periods), (Comparison::Above, MissingData::NotBreaching, 300, 1));
    let Signal::Metric(metric) = &lost.signal else { panic!("a metric") };
    assert_eq!((metric.namespace.as_str(), metric.name.as_str(), metric.statistic.as_str()), ("shop/prod/checkout", "DroppedEvents", "Sum"));
    assert!((100..=1_024).contains(&lost.advice.chars().count()), "{}", lost.advice);
}

#[test]
fn the_alarm_on_lost_lines_can_be_changed_and_switched_off() {
    let model = with_library(", alarms: { dropped_events: { above: 100, for: 10 minutes, severity: error } }");
    let lost = alarm(service(&model, "checkout"), "dropped-events");
    assert_eq!((lost.title.as_str(), lost.severity, lost.period_seconds), ("checkout: more than 100 log lines lost in 10 minutes", Severity::Error, 600));
    for settings in [", alarms: { dropped_events: off }", ", alarms: off"] {
        let model = with_library(settings);
        assert!(!service(&model, "checkout").alarms.iter().any(|alarm| alarm.kind == AlarmKind::DroppedEvents), "{settings}");
    }
}

#[test]
fn a_service_without_requests_has_what_is_left() {
    let model = with_library(", http: false");
    let checkout = service(&model, "checkout");
    assert_eq!(engines(checkout), [("ColdStarts", true), ("LogEvents", true), ("DroppedEvents", true), ("ErrorLines", false)]);
    let kinds: Vec<_> = checkout.alarms.iter().map(|alarm| &alarm.kind).collect();
    assert_eq!(kinds, [&AlarmKind::ErrorLines, &AlarmKind::NoLogs, &AlarmKind::DroppedEvents]);
}

#[test]
fn what_does_not_fit_is_an_error_with_its_place() {
    for (settings, expected) in [
        ("telemetry: true, format: text", "not-applicable: the format of service `checkout` is text, and the telemetry library writes JSON"),
        ("telemetry: true, format: access", "not-applicable: the format of service `checkout` is access, and the telemetry library writes JSON"),
        (
            "alarms: { dropped_events: { above: 5 } }",
            "not-applicable: alarm `dropped_events` needs the telemetry library, which alone counts lost lines, and service `checkout` has none",
        ),
        ("telemetry: 1", "wrong-type: expected `true` or `false`, found the number 1"),
        ("telemetry: true, alarms: { dropped_events: { above: -1 } }", "out-of-range: expected a whole number from 0 to 4294967295, found -1"),
    ] {
        assert_eq!(errors(&load(&[&service_with(settings)])), [expected], "{settings}");
    }
    insta::assert_snapshot!(text_of(&load(&[&service_with("format: text, telemetry: true")])));
}

#[test]
fn a_misspelt_key_is_recognised() {
    let loaded = load(&[&service_with("telemetri: true")]);
    assert!(text_of(&loaded).contains("did you mean `telemetry`?"), "{}", text_of(&loaded));
}

#[test]
fn names_of_the_librarys_metrics_are_taken_only_where_it_is() {
    let config = |settings: &str, name: &str| format!("{}metrics: [{{ name: {name}, from: checkout, where: x }}]\n", service_with(settings));
    for name in ["ClientErrors", "client_errors", "DroppedEvents", "dropped-events", "LogEvents"] {
        assert!(load(&[&config("http: true", name)]).model.is_some(), "{name}");
        let expected = format!("reserved-name: `{name}` is the name of a metric or alarm a service with `telemetry: true` has");
        assert_eq!(errors(&load(&[&config("telemetry: true", name)])), [expected]);
    }
}
