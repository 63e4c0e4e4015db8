//! A service that writes its built-in metrics itself, as the telemetry library does: the assembly the generator makes of it, over forty minutes of
//! request lines and embedded metrics.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail the test")]

use std::{fs, path::PathBuf};

use serde_json::json;
use skywarden_cloudformation::dashboard::{Body, Content, Source};
use skywarden_core::plan::Plan;
use skywarden_simulator::{
    alarm::notification::Origin,
    replay::{LogEvent, ReplaySettings},
    report::{MetricReport, Report},
    simulation::Simulation,
    statistics::MetricId,
    template::StackTemplate,
};

/// 20 November 2026, 13:00:00 UTC, in milliseconds.
const START_MS: i64 = 1_795_179_600_000;

const MINUTES: i64 = 40;

/// Requests of each minute.
const REQUESTS: i64 = 30;

/// Minutes in which a third of the requests fails.
const BAD: std::ops::Range<i64> = 10..20;

/// The minute in which lines are lost.
const LOST: i64 = 30;

fn event(at_ms: i64, number: i64, line: &serde_json::Value) -> LogEvent {
    let (group, stream) = ("/aws/lambda/market-checkout".to_owned(), "s".to_owned());
    LogEvent { group, stream, id: format!("{at_ms:028}{number:028}"), timestamp_ms: at_ms, message: line.to_string() }
}

const fn failures(minute: i64) -> i64 {
    if BAD.start <= minute && minute < BAD.end { REQUESTS / 3 } else { 0 }
}

/// The canonical line of a request.
fn request(minute: i64, number: i64) -> LogEvent {
    let failed = number < failures(minute);
    let (level, severity_number, status) = if failed { ("ERROR", 17, 502) } else { ("INFO", 9, 200) };
    let line = json!({
        "timestamp": "2026-11-20T13:00:00.000Z", "level": level, "severity_number": severity_number, "message": "POST /orders", "service": "checkout",
        "environment": "prod", "logger": "access", "request_id": format!("r-{minute}-{number}"),
        "http": { "method": "POST", "route": "/orders", "status_code": status, "duration_ms": 20 + number }, "schema": "1.0",
    });
    event(START_MS + minute * 60_000 + number * 1_900, number, &line)
}

/// A line of the application's own.
fn order(minute: i64) -> LogEvent {
    let line = json!({
        "timestamp": "2026-11-20T13:00:00.000Z", "level": "INFO", "severity_number": 9, "message": "order placed", "logger": "orders", "schema": "1.0",
        "fields": { "currency": "EUR", "amount": 2.5 },
    });
    event(START_MS + minute * 60_000 + 30_000, REQUESTS, &line)
}

/// What the library writes at the end of a minute.
fn metrics(minute: i64) -> Vec<LogEvent> {
    let at_ms = START_MS + minute * 60_000 + 59_000;
    let failed = failures(minute);
    let lost = if minute == LOST { 7 } else { 0 };
    let document = |dimensions: &[&str], metrics: &[(&str, &str, serde_json::Value)], level: Option<&str>| {
        let definitions: Vec<_> = metrics.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit })).collect();
        let directive = json!({ "Namespace": "market/prod/checkout", "Dimensions": [dimensions], "Metrics": definitions });
        let mut line = json!({ "_aws": { "Timestamp": at_ms, "CloudWatchMetrics": [directive] } });
        for (name, _, value) in metrics {
            line[*name] = value.clone();
        }
        if let Some(level) = level {
            line["Level"] = level.into();
        }
        line
    };
    let durations: Vec<i64> = (0..REQUESTS).map(|number| 20 + number).collect();
    let whole = document(
        &[],
        &[
            ("Requests", "Count", REQUESTS.into()),
            ("ClientErrors", "Count", 0.into()),
            ("ServerErrors", "Count", failed.into()),
            ("RequestDuration", "Milliseconds", json!({ "Values": durations, "Counts": vec![1; durations.len()] })),
            ("RequestsInFlight", "Count", 3.into()),
            ("RequestBytes", "Bytes", 400.into()),
            ("ResponseBytes", "Bytes", 9_000.into()),
            ("ColdStarts", "Count", i64::from(minute == 0).into()),
            ("DroppedEvents", "Count", lost.into()),
        ],
        None,
    );
    let by_level = [("INFO", REQUESTS - failed), ("ERROR", failed)];
    let levels = by_level.into_iter().map(|(level, count)| document(&["Level"], &[("LogEvents", "Count", count.into())], Some(level)));
    std::iter::once(whole).chain(levels).zip(0..).map(|(line, number)| event(at_ms, number, &line)).collect()
}

fn simulation() -> Simulation {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../generator/tests/fixtures/telemetry/expected");
    let read = |path: &str| fs::read_to_string(folder.join(path)).unwrap();
    let names = ["skywarden", "service-checkout"].map(|name| format!("market-prod-{name}"));
    let texts: Vec<String> = names.iter().map(|name| read(&format!("{name}.template.json"))).collect();
    let stacks = names.iter().zip(&texts).map(|(stack_name, text)| StackTemplate { stack_name, text });
    let plan = Plan::parse(&read("plan.json")).unwrap();
    let origin = Origin { account: "123456789012".to_owned(), region: plan.region.clone() };
    let mut simulation = Simulation::new(stacks, plan, origin, ReplaySettings::default()).unwrap();
    let mut events: Vec<LogEvent> =
        (0..MINUTES).flat_map(|minute| (0..REQUESTS).map(move |number| request(minute, number)).chain([order(minute)]).chain(metrics(minute))).collect();
    events.sort_by_key(|event| event.timestamp_ms);
    simulation.run(events.into_iter().map(Ok), &mut |_| {}).unwrap();
    simulation
}

fn metric<'r>(report: &'r Report, name: &str, dimensions: &[(&str, &str)]) -> &'r MetricReport {
    let same = |metric: &&MetricReport| {
        let own = metric.dimensions.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        metric.namespace == "market/prod/checkout" && metric.name == name && own.eq(dimensions.iter().copied())
    };
    report.metrics.iter().find(same).unwrap()
}

/// When an alarm changed, and to what.
fn changes(report: &Report, alarm: &str) -> Vec<String> {
    let alarm = report.alarms.iter().find(|found| found.name == format!("market-prod-checkout-{alarm}")).unwrap();
    alarm.changes.iter().map(|change| format!("{} {}", change.at.strftime("%H:%M"), change.to)).collect()
}

#[test]
fn an_alarm_fires_from_what_the_service_counted_itself() {
    let simulation = simulation();
    let report = simulation.report();
    // Bad are the minutes from 13:10 to 13:19. Periods of five minutes end with each minute: one bad minute of five is above 5 % already, and at
    // 13:16 there are two such periods behind each other; at 13:25 the last five minutes are good.
    assert_eq!(changes(&report, "error-rate"), ["13:01 OK", "13:16 ALARM", "13:25 OK"]);
    assert_eq!(changes(&report, "dropped-events"), ["13:01 OK", "13:31 ALARM", "13:36 OK"]);
    let told: Vec<&str> = report.messages.iter().map(|message| message.subject.as_str()).filter(|subject| subject.contains("error rate")).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(report.messages.iter().any(|message| message.subject.contains("log lines lost")), "{:#?}", report.messages);
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn what_the_library_counts_is_counted_once_and_error_lines_are_still_found_in_the_log() {
    let report = simulation().report();
    let failed = (REQUESTS / 3 * (BAD.end - BAD.start)) as f64;
    let sum = |name: &str, dimensions: &[(&str, &str)]| metric(&report, name, dimensions).sum;
    let all = (REQUESTS * MINUTES) as f64;
    let counted = (sum("Requests", &[]), metric(&report, "RequestDuration", &[]).samples, sum("ServerErrors", &[]));
    assert_eq!(counted, (all, all, failed));
    assert_eq!((sum("ErrorLines", &[]), sum("LogEvents", &[("Level", "ERROR")])), (failed, failed));
    // A metric of the config is a metric filter beside them.
    assert_eq!((sum("OrderValue", &[("Currency", "EUR")]),), (2.5 * MINUTES as f64,));
}

#[test]
fn lines_of_metrics_are_no_errors_and_every_graph_of_the_service_has_data() {
    let simulation = simulation();
    let report = simulation.report();
    assert_eq!(report.skipped, []);
    let errors: u64 = report.issues.iter().map(|issue| issue.count).sum();
    assert_eq!(i64::try_from(errors).unwrap(), REQUESTS / 3 * (BAD.end - BAD.start));
    let known: Vec<MetricId> =
        report.metrics.iter().map(|metric| MetricId::new(metric.namespace.as_str(), metric.name.as_str(), metric.dimensions.clone())).collect();
    let dashboard = simulation.watched().dashboards.iter().find(|dashboard| dashboard.name == "market-prod-checkout").unwrap();
    let mut graphs = 0;
    for widget in &Body::parse(&dashboard.body).unwrap().widgets {
        let Content::Metric(graph) = &widget.content else { continue };
        let lines = graph.metrics.iter().filter_map(|row| match &row.source {
            Source::Metric { namespace, name, dimensions } => Some(MetricId::new(namespace, name, dimensions.clone())),
            Source::Expression(_) => None,
        });
        let lines: Vec<_> = lines.collect();
        assert!(lines.is_empty() || lines.iter().any(|line| known.contains(line)), "{:?}", graph.title);
        graphs += usize::from(!lines.is_empty());
    }
    assert_eq!(graphs, 10);
}
