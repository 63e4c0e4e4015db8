//! The example's day: the committed assembly over the committed log, held against what the log's maker says is in it.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail the test")]

use std::{collections::BTreeMap, fs, io::BufReader, path::PathBuf, sync::OnceLock};

use serde::Deserialize;
use skywarden_cloudformation::dashboard::{Body, Content, Source};
use skywarden_core::{issue::Notice, plan::Plan, severity::Severity};
use skywarden_simulator::{
    alarm::notification::Origin,
    replay::{LogEvents, ReplaySettings},
    report::{AlarmReport, MetricReport, Report},
    simulation::Simulation,
    statistics::{MetricId, Statistic},
    template::StackTemplate,
};

/// What the maker of the log counted while making it.
#[derive(Deserialize)]
struct Expected {
    requests: BTreeMap<String, Requests>,
    orders: BTreeMap<String, Order>,
    payment_attempts: Vec<Attempts>,
    errors: Vec<ErrorKind>,
    incidents: Vec<Incident>,
    sensitive: serde_json::Value,
}

#[derive(Deserialize)]
struct Requests {
    #[serde(rename = "requests")]
    all: f64,
    server_errors: f64,
    p99_ms: f64,
    by_hour: Vec<Hour>,
}

#[derive(Deserialize)]
struct Hour {
    #[serde(rename = "hour")]
    of_day: i64,
    requests: f64,
    server_errors: f64,
}

#[derive(Deserialize)]
struct Order {
    count: f64,
    sum: f64,
}

#[derive(Deserialize)]
struct Attempts {
    provider: String,
    outcome: String,
    count: f64,
}

#[derive(Deserialize)]
struct ErrorKind {
    kind: String,
    first: jiff::Timestamp,
    by_level: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Incident {
    id: String,
    start_ms: i64,
    end_ms: i64,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn expected() -> Expected {
    serde_json::from_str(&read("examples/shop/logs/expected.json")).unwrap()
}

/// The day, replayed once for all tests.
fn day() -> &'static (Simulation, Report) {
    static DAY: OnceLock<(Simulation, Report)> = OnceLock::new();
    DAY.get_or_init(|| {
        let names = ["skywarden", "service-catalog", "service-checkout", "service-mailer", "service-payments"].map(|name| format!("shop-prod-{name}"));
        let texts: Vec<String> = names.iter().map(|name| read(&format!("cdk-out/{name}.template.json"))).collect();
        let stacks = names.iter().zip(&texts).map(|(stack_name, text)| StackTemplate { stack_name, text });
        let plan = Plan::parse(&read("cdk-out/plan.json")).unwrap();
        let origin = Origin { account: "123456789012".to_owned(), region: plan.region.clone() };
        let mut simulation = Simulation::new(stacks, plan, origin, ReplaySettings::default()).unwrap();
        let file = fs::File::open(root().join("examples/shop/logs/shop-2026-11-20.jsonl.gz")).unwrap();
        #[expect(clippy::disallowed_types, reason = "a file of the repository, read as a stream")]
        let log = BufReader::new(flate2::read::GzDecoder::new(file));
        simulation.run(LogEvents::new(log), &mut |_| {}).unwrap();
        let report = simulation.report();
        (simulation, report)
    })
}

fn metric(service: &str, name: &str, dimensions: &[(&str, &str)]) -> &'static MetricReport {
    let namespace = format!("shop/prod/{service}");
    let matches = |metric: &&MetricReport| {
        let same = metric.dimensions.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(dimensions.iter().copied());
        metric.namespace == namespace && metric.name == name && same
    };
    day().1.metrics.iter().find(matches).unwrap()
}

fn alarm(name: &str) -> &'static AlarmReport {
    day().1.alarms.iter().find(|alarm| alarm.name == format!("shop-prod-{name}")).unwrap()
}

#[test]
fn requests_and_failures_are_counted_to_the_last_one_in_every_hour() {
    let (simulation, _) = day();
    let metrics = simulation.replay().metrics();
    let store = metrics.lock();
    for (service, requests) in expected().requests {
        assert_eq!((metric(&service, "Requests", &[]).sum, metric(&service, "ServerErrors", &[]).sum), (requests.all, requests.server_errors));
        let sum = |name: &str, hour: i64| {
            let series = store.series(&MetricId::new(format!("shop/prod/{service}"), name, vec![])).unwrap();
            // 20 November 2026, 00:00 UTC.
            let from = 1_795_132_800 + hour * 3600;
            series.datapoint(Statistic::Sum, from, from + 3600).map(|point| point.value)
        };
        for hour in &requests.by_hour {
            let counted = (sum("Requests", hour.of_day), sum("ServerErrors", hour.of_day));
            assert_eq!(counted, (Some(hour.requests), Some(hour.server_errors)), "{service}, hour {}", hour.of_day);
        }
    }
}

#[test]
fn latency_is_within_one_bin_of_the_exact_percentile() {
    for (service, requests) in expected().requests {
        let p99 = metric(&service, "RequestDuration", &[]).p99.unwrap();
        assert!((requests.p99_ms / 1.1..=requests.p99_ms * 1.1).contains(&p99), "{service}: {p99} against {}", requests.p99_ms);
    }
}

#[test]
fn business_metrics_agree_with_the_log_by_dimension() {
    let expected = expected();
    for (currency, order) in expected.orders {
        let value = metric("checkout", "OrderValue", &[("Currency", &currency)]);
        assert!((value.sum - order.sum).abs() < 0.001, "{currency}: {} against {}", value.sum, order.sum);
        assert_eq!(Some(value.samples), Some(order.count));
    }
    for attempts in expected.payment_attempts {
        let duration = metric("payments", "PaymentDuration", &[("Outcome", &attempts.outcome), ("Provider", &attempts.provider)]);
        assert_eq!(Some(duration.samples), Some(attempts.count), "{} {}", attempts.provider, attempts.outcome);
    }
}

#[test]
fn every_incident_is_noticed_while_it_lasts() {
    let noticed_by: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("mailer-silent", &["mailer-no-logs"][..]),
        ("payment-outage", &["checkout-error-rate", "payments-error-rate"]),
        ("slow-database", &["catalog-latency", "checkout-latency"]),
    ]);
    for incident in expected().incidents {
        for name in noticed_by[incident.id.as_str()] {
            let began = |at: i64| (incident.start_ms..incident.end_ms).contains(&at);
            let found = alarm(name).episodes.iter().find(|episode| began(episode.from.as_millisecond()));
            let episode = found.unwrap_or_else(|| panic_with(name, &incident.id));
            assert!(episode.until.is_some(), "{name} is over at the end of the day");
        }
    }
}

#[expect(clippy::panic, reason = "a test's way to fail")]
fn panic_with(alarm: &str, incident: &str) -> ! {
    panic!("{alarm} did not fire during {incident}: {:#?}", day().1.alarms.iter().filter(|found| !found.episodes.is_empty()).collect::<Vec<_>>())
}

#[test]
fn no_alarm_fires_when_nothing_is_wrong() {
    let incidents = expected().incidents;
    for alarm in &day().1.alarms {
        for episode in &alarm.episodes {
            let at = episode.from.as_millisecond();
            // An alarm may begin a little after the incident's last bad minute.
            let known = incidents.iter().any(|incident| (incident.start_ms..incident.end_ms + 10 * 60_000).contains(&at));
            assert!(known, "{} fired at {}: {}", alarm.name, episode.from, episode.reason);
        }
    }
}

#[test]
fn every_error_is_counted_in_few_issues() {
    let told: u64 = expected().errors.iter().flat_map(|kind| &kind.by_level).filter(|(level, _)| *level != "WARNING").map(|(_, count)| count).sum();
    let kinds = expected().errors.iter().filter(|kind| kind.by_level.keys().any(|level| level != "WARNING")).count();
    let report = &day().1;
    let counted: u64 = report.issues.iter().map(|issue| issue.count).sum();
    assert_eq!(counted, told);
    assert!(report.issues.len() <= kinds && report.issues.len() * 10 >= kinds * 9, "{} issues for {kinds} kinds", report.issues.len());
    let release = report.issues.iter().find(|issue| issue.kind == "KeyError").unwrap();
    let told = expected();
    let bug = told.errors.iter().find(|kind| kind.kind == "checkout.discount-key").unwrap();
    assert_eq!((Some(&release.count), release.first_seen), (bug.by_level.get("ERROR"), bug.first));
}

#[test]
fn no_planted_secret_reaches_the_report() {
    let json = serde_json::to_string(&day().1).unwrap();
    let mut values = Vec::new();
    leaves(&expected().sensitive, &mut values);
    assert!(!values.is_empty(), "the log has planted secrets");
    for value in values {
        assert!(!json.contains(&value), "`{value}` is in the report");
    }
}

/// Every text of a JSON value that is long enough to be a secret.
fn leaves(value: &serde_json::Value, into: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) if text.len() >= 8 => into.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| leaves(item, into)),
        serde_json::Value::Object(members) => members.values().for_each(|item| leaves(item, into)),
        _ => {}
    }
}

#[test]
fn every_alarm_and_every_graph_has_data() {
    let (simulation, report) = day();
    assert_eq!(report.skipped, [], "everything in the example is simulated");
    let known: Vec<MetricId> =
        report.metrics.iter().map(|metric| MetricId::new(metric.namespace.as_str(), metric.name.as_str(), metric.dimensions.clone())).collect();
    let mut empty: Vec<String> = Vec::new();
    for alarm in simulation.replay().alarms() {
        for stat in alarm.config().signal.metrics() {
            if !known.contains(&stat.metric) {
                empty.push(format!("alarm {}: {}", alarm.config().name, stat.metric));
            }
        }
    }
    for dashboard in &simulation.watched().dashboards {
        let body = Body::parse(&dashboard.body).unwrap();
        for widget in &body.widgets {
            let Content::Metric(graph) = &widget.content else { continue };
            let lines: Vec<MetricId> = graph
                .metrics
                .iter()
                .filter_map(|row| match &row.source {
                    Source::Metric { namespace, name, dimensions } => Some(MetricId::new(namespace, name, dimensions.clone())),
                    Source::Expression(_) => None,
                })
                .collect();
            // What went wrong in the processors themselves has no data on a day when nothing did.
            let troubles = ["RecordsRejected", "Residues", "Ambiguous"];
            let only_troubles = lines.iter().all(|line| troubles.contains(&line.name()));
            if !only_troubles && !lines.iter().any(|line| known.contains(line)) {
                empty.push(format!("dashboard {}: {}", dashboard.name, graph.title.clone().unwrap_or_default()));
            }
        }
    }
    assert_eq!(empty, Vec::<String>::new());
}

#[test]
fn every_transition_of_the_day_is_in_one_message_of_its_route() {
    let (simulation, report) = day();
    let table = simulation.processors().table();
    let outbox = table.outbox();
    assert_eq!(table.unsent(), 0);
    let ledgers = table.ledgers();
    for (route, severities) in [("oncall", [Severity::Critical, Severity::Error]), ("team", [Severity::Warning, Severity::Info])] {
        let notices = outbox.iter().filter(|entry| matches!(&entry.notice, Notice::Issue { issue, .. } if severities.contains(&issue.severity))).count();
        let told = outbox.iter().filter_map(|entry| match &entry.notice {
            Notice::Told(told) if told.route == route => Some(told.listed() + told.suppressed()),
            _ => None,
        });
        let left = ledgers.get(route).map_or(0, |ledger| ledger.waiting() + ledger.counted());
        assert_eq!(told.sum::<u64>() + left, u64::try_from(notices).unwrap(), "{route}");
    }
    // Every message about issues says why it is sent.
    let texts: Vec<_> = report.messages.iter().filter(|message| message.topic.ends_with("-text") && !message.body.contains("\nAlarm ")).collect();
    assert!(texts.len() > 10, "{}", texts.len());
    for message in texts {
        assert!(message.body.contains("You get this because "), "{}", message.body);
    }
}
