//! One event, one line.

use std::fmt;

use serde_json::{Value, json};
use skywarden_telemetry::{Record, critical, output::Urgency, record::Level, settings::Profile};
use tracing::{debug, error, info, warn};

use crate::lines::{logged, one, telemetry};

#[test]
fn a_line_is_schema_1_0_byte_for_byte() {
    let lines = logged(|_| {}, || info!(target: "orders.api", amount = 12.5, currency = "EUR", "order placed"));
    assert_eq!(
        lines,
        [
            r#"{"timestamp":"1970-01-01T00:00:00.000Z","level":"INFO","severity_number":9,"message":"order placed","service":"orders","environment":"prod","version":"1.2.3","logger":"orders.api","schema":"1.0","fields":{"amount":12.5,"currency":"EUR"}}"#
        ]
    );
}

#[test]
fn levels_are_words_and_numbers_and_critical_is_asked_for() {
    let lines = logged(
        |settings| settings.levels.default = skywarden_telemetry::settings::LevelFilter::Trace,
        || {
            tracing::trace!("t");
            debug!("d");
            info!("i");
            warn!("w");
            error!("e");
            critical!(code = 7, "c {}", 1);
            critical!("plain");
        },
    );
    let said: Vec<_> = lines
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| (line["level"].as_str().unwrap().to_owned(), line["severity_number"].as_u64().unwrap(), line["message"].as_str().unwrap().to_owned()))
        .collect();
    let expected =
        [("DEBUG", 5, "t"), ("DEBUG", 5, "d"), ("INFO", 9, "i"), ("WARNING", 13, "w"), ("ERROR", 17, "e"), ("CRITICAL", 21, "c 1"), ("CRITICAL", 21, "plain")];
    assert_eq!(said, expected.map(|(level, number, message)| (level.to_owned(), number, message.to_owned())));
    assert!(lines[5].contains(r#""fields":{"code":7}"#), "{}", lines[5]);
}

#[derive(Debug)]
struct Refused {
    source: std::num::ParseIntError,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("payment refused")
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

#[test]
fn an_error_has_type_message_and_causes() {
    let refused = Refused { source: "x".parse::<i32>().unwrap_err() };
    let line = one(|| error!(error = &refused as &dyn std::error::Error, "cannot pay"));
    assert_eq!(line["error"], json!({"type": "Refused", "message": "payment refused", "stack": "Caused by: invalid digit found in string"}));
    let line = one(|| error!(error = %refused, error_type = "payment", "cannot pay"));
    assert_eq!(line["error"], json!({"type": "payment", "message": "payment refused"}));
    assert!(line.get("fields").is_none());
}

#[test]
fn an_event_that_is_nothing_but_an_error_has_its_message() {
    // As `#[instrument(err)]` writes it.
    let failed = "7x".parse::<u64>().unwrap_err();
    let line = one(|| tracing::info_span!("pay", order = 7).in_scope(|| error!(error = %failed)));
    assert_eq!((&line["level"], &line["message"]), (&json!("ERROR"), &json!("invalid digit found in string")));
    assert_eq!((&line["error"], &line["fields"]), (&json!({"message": "invalid digit found in string"}), &json!({"order": 7})));
    let line = one(|| error!(error = "no answer", "cannot pay"));
    assert_eq!(line["message"], "cannot pay");
}

#[test]
fn critical_is_asked_for_at_error_and_a_field_elsewhere() {
    let line = one(|| warn!(critical = true, "w"));
    assert_eq!((&line["level"], &line["fields"]), (&json!("WARNING"), &json!({"critical": true})));
    let line = one(|| error!(critical = false, "e"));
    assert_eq!((&line["level"], &line["fields"]), (&json!("ERROR"), &json!({"critical": false})));
    let line = one(|| error!(critical = true, "c"));
    assert_eq!((&line["level"], line.get("fields")), (&json!("CRITICAL"), None));
}

#[test]
fn reserved_names_are_the_writers_and_appear_once() {
    let lines = logged(|_| {}, || info!(level = "mine", timestamp = 1, schema = "2", fields = "f", request_id = "r1", "real"));
    let line: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!((&line["level"], &line["message"], &line["schema"]), (&json!("INFO"), &json!("real"), &json!("1.0")));
    assert_eq!(line["request_id"], "r1");
    assert_eq!(line["fields"], json!({"level": "mine", "timestamp": 1, "schema": "2", "fields": "f"}));
    assert_eq!(lines[0].matches(r#""schema":"1.0""#).count(), 1);
}

#[test]
fn secrets_do_not_reach_the_log() {
    let lines = logged(
        |_| {},
        || {
            info!(detail = "password=hunter2 for ann@example.com", token = "abcdef123", "sent to ann@example.com");
            info!("nothing secret");
        },
    );
    assert!(!lines[0].contains("hunter2") && !lines[0].contains("ann@") && !lines[0].contains("abcdef123"), "{}", lines[0]);
    assert!(lines[0].contains(r#""message":"sent to ***""#), "{}", lines[0]);
    assert!(lines[1].contains("nothing secret"));
    let lines = logged(|settings| settings.masking = None, || info!("sent to ann@example.com"));
    assert!(lines[0].contains("ann@example.com"));
}

#[test]
fn profiles_add_the_names_other_tools_expect() {
    let of = |profile| {
        let lines = logged(|settings| settings.profile = profile, || error!(function_request_id = "f1", error = "no", error_type = "T", "m"));
        serde_json::from_str::<Value>(&lines[0]).unwrap()
    };
    let lambda = of(Profile::Lambda);
    assert_eq!((&lambda["requestId"], &lambda["errorType"], &lambda["errorMessage"]), (&json!("f1"), &json!("T"), &json!("no")));
    let otel = of(Profile::Otel);
    assert_eq!((&otel["severity_text"], &otel["service.name"], &otel["exception.type"]), (&json!("ERROR"), &json!("orders"), &json!("T")));
    assert_eq!(of(Profile::Powertools)["exception_name"], "T");
}

#[test]
fn bounds_hold_and_are_told() {
    let long = "x".repeat(50_000);
    let line = one(|| info!(long = long, "m"));
    assert!(line["fields"]["long"].as_str().unwrap().ends_with(" bytes more]"));
    let lines = logged(
        |settings| {
            settings.limits.fields = 2;
            settings.limits.line_bytes = 5_000;
        },
        || {
            info!(a = 1, b = 2, c = 3, "many");
            info!(a = long, b = 1, "{long}");
            error!(error = long, error_type = "T", a = long, "{long}");
        },
    );
    let first: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!((&first["fields"], &first["dropped_fields"]), (&json!({"a": 1, "b": 2}), &json!(1)));
    for line in &lines {
        assert!(line.len() <= 5_000, "{}", line.len());
        serde_json::from_str::<Value>(line).unwrap();
    }
}

#[test]
fn a_line_begun_while_another_is_filled_spoils_neither() {
    let (telemetry, lines) = telemetry(skywarden_telemetry::settings::Settings::default());
    let record = |message_key| Record { level: Level::Info, logger: "l", place: None, at: None, message_key };
    telemetry.log(&record(1), &[], None, |outer| {
        outer.field("before", |value| value.bool(true));
        telemetry.log(&record(2), &[], None, |inner| inner.message_text("inner"));
        outer.message_text("outer");
    });
    let [inner, outer] = &lines.texts()[..] else { panic!("{lines:?}") };
    assert!(inner.contains(r#""message":"inner""#) && !inner.contains("fields"), "{inner}");
    assert!(outer.contains(r#""message":"outer""#) && outer.contains(r#""fields":{"before":true}"#), "{outer}");
}

#[test]
fn a_panic_is_an_error_line_with_backtrace_in_its_spans_and_has_left_before_it_unwinds() {
    let (telemetry, lines) = telemetry(skywarden_telemetry::settings::Settings::default());
    let subscriber = tracing_subscriber::layer::SubscriberExt::with(tracing_subscriber::registry(), telemetry.bare_layer());
    let hook = std::panic::take_hook();
    skywarden_telemetry::layer::report_panics();
    tracing::subscriber::with_default(subscriber, || {
        let _span = tracing::info_span!("job", job = 7).entered();
        let result = std::panic::catch_unwind(|| panic!("disk of ann@example.com is full"));
        assert!(result.is_err());
    });
    std::panic::set_hook(hook);
    let texts = lines.texts();
    let line: Value = serde_json::from_str(&texts[0]).unwrap();
    assert_eq!((&line["level"], &line["error"]["type"], &line["error"]["message"]), (&json!("ERROR"), &json!("panic"), &json!("disk of *** is full")));
    assert_eq!(line["fields"]["job"], 7);
    assert!(line["error"]["stack"].as_str().unwrap().contains("events.rs:"), "{line}");
    assert!(line["error"]["stack"].as_str().unwrap().contains("a_panic_is_an_error_line"), "{line}");
    assert_eq!(lines.urgencies(), [Urgency::Now]);
}
