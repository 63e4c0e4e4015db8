//! However log lines reach the functions, what comes of them is the same: generated, deployed in memory, and the same log replayed.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says by a panic what went wrong")]

use std::collections::BTreeMap;

use skywarden_generator::{
    artifacts,
    config::{Inputs, Source, Templates, load},
    emit,
};
use skywarden_simulator::{
    alarm::notification::Origin,
    replay::{LogEvent, ReplaySettings},
    report::Report,
    simulation::Simulation,
    template::StackTemplate,
};

/// 20 November 2026, 13:00:00 UTC, in milliseconds.
const START_MS: i64 = 1_795_179_600_000;

/// A log group of no service.
const STRANGER: &str = "/stranger/nightly";

/// Ways of delivery: what it is called, the `delivery:` of the config, and how many subscriptions others have on the log group of `api`.
const WAYS: [(&str, &str, u8); 9] = [
    ("two filters", "", 0),
    ("one filter", "", 1),
    ("a stream", "delivery: kinesis", 0),
    ("a stream of three shards", "delivery: { through: kinesis, shards: 3 }", 1),
    ("the account", "delivery: { account_wide: true }", 0),
    ("the account alone", "delivery: { account_wide: true }", 2),
    ("the account through a stream", "delivery: { through: kinesis, account_wide: true }", 2),
    ("the stream of another account", OF_ACCOUNT, 0),
    ("the account but a stranger", "delivery: { account_wide: true, except: [/stranger/nightly] }", 1),
];

/// The delivery with which `worker` is in another account.
const OF_ACCOUNT: &str = "account: \"111122223333\"\nregion: eu-west-1\ndelivery: kinesis";

fn config(delivery: &str, existing: u8) -> String {
    let worker = if delivery == OF_ACCOUNT { ", account: \"444455556666\"" } else { "" };
    format!(
        "project: shop\n{delivery}\nservices:\n  api: {{ runtime: ecs, existing_subscriptions: {existing} }}\n  worker: {{ runtime: external, format: text{worker} }}\n\
         metrics:\n  - {{ name: Sale, from: api, where: '{{ $.event = \"sale\" }}', value: $.amount, by: {{ Currency: $.currency }}, limit: 5 }}\n\
         routes:\n  - {{ email: a@example.com }}\n"
    )
}

fn report(delivery: &str, existing: u8, events: &[LogEvent]) -> Report {
    let configs = [Source { path: "skywarden.yaml".to_owned(), text: config(delivery, existing) }];
    let loaded = load(Inputs { configs: &configs, templates: &Templates::builtin() });
    let model = loaded.model.unwrap_or_else(|| panic!("{delivery}: {:#?}", loaded.diagnostics));
    let rendered = artifacts::render(&model).unwrap();
    let text = |name: &str| std::str::from_utf8(rendered.files.get(&format!("cloudformation/{name}.template.json")).unwrap()).unwrap();
    let templates: Vec<StackTemplate<'_>> = rendered.stacks.iter().map(|stack_name| StackTemplate { stack_name, text: text(stack_name) }).collect();
    let origin = Origin { account: model.account.clone().unwrap_or_else(|| "123456789012".to_owned()), region: model.region.clone() };
    let mut simulation = Simulation::new(templates, emit::plan(&model), origin, ReplaySettings::default()).unwrap();
    simulation.run(events.iter().cloned().map(Ok), &mut |_| {}).unwrap();
    simulation.report()
}

/// Ten minutes: sales in two currencies, errors of an API, traces of a worker over several events, and errors of a stranger.
fn events() -> Vec<LogEvent> {
    let mut events = Vec::new();
    let mut add = |group: &str, second: i64, message: String| {
        let id = format!("{:056}", events.len());
        events.push(LogEvent { group: group.to_owned(), stream: format!("stream-{}", second % 3), id, timestamp_ms: START_MS + second * 1000, message });
    };
    for second in 0..600 {
        let currency = if second % 4 == 0 { "USD" } else { "EUR" };
        add("/ecs/shop-api", second, format!(r#"{{"level":"INFO","message":"sold","event":"sale","amount":{second},"currency":"{currency}"}}"#));
        if second % 50 == 7 {
            add("/ecs/shop-api", second, r#"{"level":"ERROR","message":"no stock","error":{"type":"OutOfStock","message":"none left"}}"#.to_owned());
        }
        if second % 100 == 9 {
            let trace = "Traceback (most recent call last):\n  File \"/app/job.py\", line 7, in run\n    pay()\nValueError: no amount";
            add("/shop/worker", second, trace.to_owned());
            add("/shop/worker", second, "job done in 3 ms".to_owned());
        }
        if second % 200 == 11 {
            add(STRANGER, second, r#"{"level":"ERROR","message":"lost","error":{"type":"Stranger","message":"who is it"}}"#.to_owned());
        }
    }
    events
}

/// Samples and sum of every metric of the services.
fn metrics(report: &Report) -> BTreeMap<String, (f64, f64)> {
    let of_services = report.metrics.iter().filter(|metric| metric.namespace.starts_with("shop/prod/") && metric.namespace != "shop/prod/skywarden");
    of_services.map(|metric| (format!("{} {} {:?}", metric.namespace, metric.name, metric.dimensions), (metric.samples, metric.sum))).collect()
}

/// Occurrences of every issue, by service.
fn issues(report: &Report) -> BTreeMap<String, BTreeMap<String, u64>> {
    report.issues.iter().map(|issue| (issue.kind.clone(), issue.services.clone())).collect()
}

#[test]
fn by_every_way_of_delivery_metrics_and_issues_are_the_same() {
    let events = events();
    let first = report("", 0, &events);
    let (of_services, expected) = (metrics(&first), issues(&first));
    let sales: f64 = of_services.iter().filter(|(name, _)| name.starts_with("shop/prod/api Sale ")).map(|(_, (_, sum))| sum).sum();
    assert_eq!(sales.to_string(), (0..600).sum::<i64>().to_string());
    assert_eq!(expected["OutOfStock"], BTreeMap::from([("api".to_owned(), 12)]));
    assert_eq!(expected["ValueError"], BTreeMap::from([("worker".to_owned(), 6)]));
    assert!(!expected.contains_key("Stranger"), "nobody listens to it");
    for (way, delivery, existing) in WAYS {
        let report = report(delivery, existing, &events);
        assert_eq!(metrics(&report), of_services, "{way}");
        let mut found = issues(&report);
        let stranger = found.remove("Stranger");
        assert_eq!(found, expected, "{way}");
        let heard = delivery.contains("account_wide") && !delivery.contains(STRANGER);
        assert_eq!(stranger, heard.then(|| BTreeMap::from([(STRANGER.to_owned(), 3)])), "{way}");
        assert_eq!((report.failures.len(), report.strangers.len()), (0, 0), "{way}");
        let skipped: Vec<_> = report.skipped.iter().map(|skipped| skipped.logical_id.as_str()).collect();
        // A stream of a replay takes whatever comes.
        let expected: &[&str] = if delivery.contains("kinesis") { &["AlarmStreamThrottled"] } else { &[] };
        assert_eq!(skipped, expected, "{way}");
    }
}

#[test]
fn only_a_function_that_has_the_work_of_both_computes_metrics_beside_issues() {
    let events = events();
    let out = |existing: u8| {
        let report = report("", existing, &events);
        let of = |function: &str| report.processors.iter().find(|each| each.function == function).and_then(|each| each.counters.get("MetricsOut").copied());
        (of("metrics-extractor"), of("error-classifier"))
    };
    assert!(matches!(out(0), (Some(1..), None)));
    assert!(matches!(out(1), (None, Some(1..))));
}
