//! The built-in metrics.

use std::time::Duration;

use skywarden_core::{
    metric::{OTHER, name::ServiceMetric},
    schema::Level,
};
use skywarden_telemetry::{
    metrics::{Metrics, RequestMetrics},
    settings::Metrics as Settings,
};

use crate::{now, reading::read, settings};

fn builtin(by_route: bool, max_series: usize) -> (Metrics, RequestMetrics) {
    let settings = Settings { builtin: true, by_route, max_series, ..settings() };
    let metrics = Metrics::new(&settings);
    let requests = RequestMetrics::new(&metrics, &settings);
    (metrics, requests)
}

const MS: Duration = Duration::from_millis(1);

#[test]
fn a_request_is_counted_by_its_class_and_zeros_are_written() {
    let (metrics, requests) = builtin(false, 100);
    assert!(metrics.drain(now()).is_empty());
    for status in [Some(200), Some(302), Some(399), None] {
        requests.end(Some("/orders/{id}"), status, 3 * MS, Some(10), None);
    }
    let read_back = read(&metrics.drain(now()));
    let expected = [
        ("ClientErrors{}", 0.0),
        ("DroppedEvents{}", 0.0),
        ("RequestBytes{}", 40.0),
        ("RequestDuration{}", 12.0),
        ("Requests{}", 4.0),
        ("ServerErrors{}", 0.0),
    ];
    assert_eq!(read_back.sums(), expected);
    for status in [400, 499, 500, 599, 503] {
        requests.end(None, Some(status), MS, None, Some(7));
    }
    let read_back = read(&metrics.drain(now()));
    let expected = [
        ("ClientErrors{}", 2.0),
        ("DroppedEvents{}", 0.0),
        ("RequestDuration{}", 5.0),
        ("Requests{}", 5.0),
        ("ResponseBytes{}", 35.0),
        ("ServerErrors{}", 3.0),
    ];
    assert_eq!(read_back.sums(), expected);
    assert_eq!(read_back.documents, 1);
}

#[test]
fn names_and_units_are_those_that_alarms_know() {
    let (metrics, requests) = builtin(false, 100);
    let _in_flight = requests.begin();
    requests.end(None, Some(500), MS, Some(1), Some(1));
    requests.dropped(1);
    requests.cold_start();
    let read = read(&metrics.drain(now()));
    let metric = |metric: ServiceMetric| (format!("{}{{}}", metric.as_str()), metric.unit());
    let mut expected = [
        ServiceMetric::Requests,
        ServiceMetric::ClientErrors,
        ServiceMetric::ServerErrors,
        ServiceMetric::RequestDuration,
        ServiceMetric::RequestsInFlight,
        ServiceMetric::RequestBytes,
        ServiceMetric::ResponseBytes,
        ServiceMetric::ColdStarts,
        ServiceMetric::DroppedEvents,
    ]
    .map(metric);
    expected.sort();
    assert_eq!(read.metrics.iter().map(|(name, summary)| (name.clone(), summary.unit)).collect::<Vec<_>>(), expected);
}

#[test]
fn the_most_requests_in_flight_are_told() {
    let (metrics, requests) = builtin(false, 100);
    let peak = || read(&metrics.drain(now())).sums().first().map(|(_, peak)| *peak);
    let first = requests.begin();
    drop((requests.begin(), requests.begin()));
    assert_eq!(peak(), Some(3.0));
    assert_eq!(peak(), Some(1.0), "one is still in flight");
    metrics.after_fork();
    assert_eq!(peak(), None);
    let second = requests.begin();
    drop(first);
    assert_eq!(peak(), Some(1.0), "what began in the parent does not end in the child");
    drop(second);
    assert_eq!((peak(), peak()), (Some(1.0), None));
}

#[test]
fn requests_can_be_counted_without_a_guard_and_never_below_none() {
    let (metrics, requests) = builtin(false, 100);
    requests.enter();
    requests.enter();
    requests.leave();
    assert_eq!(read(&metrics.drain(now())).sums(), [("RequestsInFlight{}", 2.0)]);
    metrics.after_fork();
    requests.leave();
    requests.leave();
    requests.enter();
    assert_eq!(read(&metrics.drain(now())).sums(), [("RequestsInFlight{}", 1.0)]);
}

#[test]
fn routes_have_metrics_of_their_own_beside_those_of_all() {
    let (metrics, requests) = builtin(true, 100);
    requests.end(Some("/orders/{id}"), Some(200), 2 * MS, None, None);
    requests.end(Some("/orders/{id}"), Some(500), 4 * MS, None, None);
    requests.end(Some("/health"), Some(404), MS, None, None);
    requests.end(None, Some(404), MS, None, None);
    let read = read(&metrics.drain(now()));
    let sums: Vec<_> = read.sums().into_iter().filter(|(name, _)| !name.starts_with("RequestDuration")).collect();
    let expected = [
        ("ClientErrors{Route=/health}", 1.0),
        ("ClientErrors{Route=/orders/{id}}", 0.0),
        ("ClientErrors{}", 2.0),
        ("DroppedEvents{}", 0.0),
        ("Requests{Route=/health}", 1.0),
        ("Requests{Route=/orders/{id}}", 2.0),
        ("Requests{}", 4.0),
        ("ServerErrors{Route=/health}", 0.0),
        ("ServerErrors{Route=/orders/{id}}", 1.0),
        ("ServerErrors{}", 1.0),
    ];
    assert_eq!(sums, expected);
    assert_eq!(read.get("RequestDuration{Route=/orders/{id}}").max(), 4.0);
}

#[test]
fn routes_without_end_are_counted_as_other() {
    let (metrics, requests) = builtin(true, 40);
    for number in 0..1_000 {
        requests.end(Some(&format!("/{number}")), Some(200), MS, None, None);
    }
    let read = read(&metrics.drain(now()));
    assert!(read.metrics.len() <= 60, "{}", read.metrics.len());
    let of_routes: f64 = read.sums().iter().filter(|(name, _)| name.starts_with("Requests{Route")).map(|(_, sum)| sum).sum();
    assert_eq!([of_routes, read.get("Requests{}").sum()], [1_000.0, 1_000.0]);
    assert!(read.get(&format!("Requests{{Route={OTHER}}}")).sum() > 900.0);
}

#[test]
fn log_lines_are_counted_by_level() {
    let (metrics, requests) = builtin(false, 100);
    for level in [Level::Info, Level::Error, Level::Info, Level::Critical, Level::Debug, Level::Warning] {
        requests.log_event(level);
    }
    let expected = [("CRITICAL", 1.0), ("DEBUG", 1.0), ("ERROR", 1.0), ("INFO", 2.0), ("WARNING", 1.0)];
    let expected = expected.map(|(level, count)| (format!("LogEvents{{Level={level}}}"), count));
    assert_eq!(read(&metrics.drain(now())).sums(), expected.each_ref().map(|(name, count)| (name.as_str(), *count)));
}

#[test]
fn nothing_is_counted_unless_it_is_asked_for() {
    let settings = Settings { by_route: true, ..settings() };
    let metrics = Metrics::new(&settings);
    let requests = RequestMetrics::new(&metrics, &settings);
    drop(requests.begin());
    requests.end(Some("/"), Some(500), MS, Some(1), Some(1));
    requests.log_event(Level::Error);
    requests.dropped(1);
    requests.cold_start();
    assert!(metrics.drain(now()).is_empty());
}
