//! The pipeline as a whole: outputs, metrics and what goes wrong with them.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::json;
use skywarden_telemetry::{
    Record, Sink, Telemetry,
    output::{Capture, Output},
    record::{Level, Pretty},
    settings::{LevelFilter, Metrics, Settings},
};

fn settings() -> Settings {
    let metrics = Metrics { namespace: "shop/prod/orders".to_owned(), builtin: true, interval: Duration::ZERO, ..Metrics::default() };
    Settings { metrics, ..Settings::default() }
}

fn log(telemetry: &Telemetry, level: Level, message: &str) {
    let record = Record { level, logger: "orders", place: None, at: None, message_key: 0 };
    telemetry.log(&record, &[], None, |entry| entry.message_text(message));
}

#[test]
fn log_lines_are_counted_by_level_and_written_as_metrics() {
    let (telemetry, capture) = Telemetry::capture(settings()).unwrap();
    log(&telemetry, Level::Error, "a");
    log(&telemetry, Level::Debug, "not written");
    telemetry.metrics().count("Orders", 2.0, &[("Currency", "EUR")]);
    assert!(telemetry.flush(Duration::from_secs(5)));
    let values = capture.values();
    assert_eq!(values[0]["message"], "a");
    let documents: Vec<_> = values.iter().filter(|value| value.get("_aws").is_some()).collect();
    let of = |name: &str| documents.iter().find(|document| document.get(name).is_some()).unwrap();
    let errors = documents.iter().find(|document| document["Level"] == "ERROR").unwrap();
    assert_eq!(errors["LogEvents"], json!(1));
    assert_eq!((&of("Orders")["Orders"], &of("Orders")["Currency"]), (&json!(2), &json!("EUR")));
    assert_eq!(of("Orders")["_aws"]["CloudWatchMetrics"][0]["Namespace"], "shop/prod/orders");
    capture.clear();
    telemetry.flush_metrics();
    assert!(capture.values().iter().all(|value| value.get("Orders").is_none()), "what was written is gone");
}

#[test]
fn a_metric_that_cannot_be_is_told_in_a_line() {
    let (telemetry, capture) = Telemetry::capture(settings()).unwrap();
    telemetry.metrics().count("", 1.0, &[]);
    telemetry.flush_metrics();
    let told = capture.values().into_iter().find(|value| value["level"] == "WARNING").unwrap();
    assert_eq!(told["fields"]["reason"], "name");
}

#[test]
fn sinks_have_levels_and_forms_of_their_own_and_metrics_go_to_one() {
    let (people, machine, errors) = (Capture::new(), Capture::new(), Capture::new());
    let sink = |level, pretty, capture: &Capture| Sink { level, pretty, output: Arc::new(capture.clone()) as Arc<dyn Output> };
    let sinks = vec![
        sink(LevelFilter::Trace, Some(Pretty { colours: false }), &people),
        sink(LevelFilter::Trace, None, &machine),
        sink(LevelFilter::Error, None, &errors),
    ];
    let telemetry = Telemetry::with_sinks(settings(), sinks, || Timestamp::UNIX_EPOCH).unwrap();
    log(&telemetry, Level::Info, "hello");
    log(&telemetry, Level::Critical, "help");
    telemetry.metrics().count("Orders", 1.0, &[]);
    telemetry.flush(Duration::from_secs(5));
    assert_eq!(people.lines(), ["00:00:00.000 INFO     orders hello", "00:00:00.000 CRITICAL orders help"]);
    assert_eq!(errors.lines().len(), 1);
    assert!(machine.lines().len() > 2 && machine.lines().iter().any(|line| line.contains("Orders")));
}

#[cfg(feature = "file")]
#[test]
fn the_outputs_of_the_settings_are_opened_and_all_that_cannot_be_are_told() {
    use skywarden_telemetry::settings::{Background, Destination, OutputSettings, RollingFile};
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        let file = RollingFile {
            path: directory.path().join(name),
            max_bytes: None,
            every: None,
            keep_files: None,
            keep_for: None,
            keep_bytes: None,
            compress: false,
        };
        OutputSettings { to: Destination::File(file), level: LevelFilter::Trace, format: None, background: Some(Background::default()) }
    };
    let mut settings = settings();
    settings.outputs = vec![file("a/app.log")];
    let telemetry = Telemetry::start(settings.clone()).unwrap();
    log(&telemetry, Level::Info, "hello");
    assert!(telemetry.flush(Duration::from_secs(10)));
    let text = std::fs::read_to_string(directory.path().join("a/app.log")).unwrap();
    assert!(text.lines().any(|line| line.contains("\"message\":\"hello\"")), "{text}");
    settings.outputs = vec![file("a/app.log/b"), file("a")];
    let error = Telemetry::start(settings).unwrap_err();
    assert_eq!((error.code(), error.to_string().lines().count()), ("log-output", 2));
}

#[test]
fn it_is_shown_in_a_few_words() {
    let (telemetry, _) = Telemetry::capture(settings()).unwrap();
    let shown = format!("{telemetry:?}");
    assert_eq!(shown, r#"Telemetry { service: Service { name: "", environment: "", version: "" }, levels: Levels { default: Info, targets: {} }, .. }"#);
}
