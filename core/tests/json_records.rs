//! JSON records: lines of every usual logger, and what no line may do.

use std::{borrow::Cow, collections::BTreeMap};

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use skywarden_core::{
    envelope::LogEvent,
    record::{Fields, Form, Record},
    schema::{HttpKey, Key},
};

/// One line of `fixtures/records/json/dialects.json` and everything it says.
#[derive(Debug, Deserialize)]
struct Row {
    dialect: String,
    line: String,
    says: BTreeMap<String, Value>,
}

fn event(line: &str) -> LogEvent<'_> {
    LogEvent { id: "1".into(), timestamp: 0, message: line.into() }
}

/// Every field that is there, by name.
fn said(fields: &Fields<'_>) -> BTreeMap<String, Value> {
    let text = |text: &Option<Cow<'_, str>>| text.as_deref().map(Value::from);
    let http = &fields.http;
    let lambda = fields.lambda;
    let all = [
        ("timestamp_ms", fields.timestamp_ms.map(Value::from)),
        ("level", fields.level.map(|level| level.as_str().into())),
        ("logger", text(&fields.logger)),
        ("location", text(&fields.location)),
        ("message", text(&fields.message)),
        ("service", text(&fields.service)),
        ("environment", text(&fields.environment)),
        ("version", text(&fields.version)),
        ("request_id", text(&fields.request_id)),
        ("correlation_id", text(&fields.correlation_id)),
        ("function_request_id", text(&fields.function_request_id)),
        ("cold_start", fields.cold_start.map(Value::from)),
        ("user_id", text(&fields.user_id)),
        ("tenant_id", text(&fields.tenant_id)),
        ("trace_id", text(&fields.trace_id)),
        ("span_id", text(&fields.span_id)),
        ("trace_flags", text(&fields.trace_flags)),
        ("xray_trace_id", text(&fields.xray_trace_id)),
        ("method", text(&http.method)),
        ("route", text(&http.route)),
        ("path", text(&http.path)),
        ("status", http.status_code.map(Value::from)),
        ("duration_ms", http.duration_ms.map(Value::from)),
        ("request_bytes", http.request_bytes.map(Value::from)),
        ("response_bytes", http.response_bytes.map(Value::from)),
        ("client_ip", text(&http.client_ip)),
        ("user_agent", text(&http.user_agent)),
        ("outcome", text(&http.outcome)),
        ("error_type", text(&fields.error.kind)),
        ("error_message", text(&fields.error.message)),
        ("stack", text(&fields.error.stack)),
        ("error_hash", text(&fields.error.hash)),
        ("fingerprint", text(&fields.fingerprint)),
        ("platform", fields.platform.map(|platform| format!("{platform:?}").into())),
        ("lambda_event", lambda.map(|event| format!("{:?}", event.kind).into())),
        ("lambda_duration_ms", lambda.and_then(|event| event.duration_ms).map(Value::from)),
        ("billed_ms", lambda.and_then(|event| event.billed_ms).map(Value::from)),
        ("memory_mb", lambda.and_then(|event| event.memory_mb).map(Value::from)),
        ("max_memory_mb", lambda.and_then(|event| event.max_memory_mb).map(Value::from)),
        ("init_ms", lambda.and_then(|event| event.init_ms).map(Value::from)),
        ("will_retry", fields.will_retry.then_some(Value::Bool(true))),
        ("sampled", fields.sampled.then_some(Value::Bool(true))),
        ("buffered", fields.buffered.then_some(Value::Bool(true))),
        ("dropped_fields", fields.dropped_fields.map(Value::from)),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

#[test]
fn every_dialect_says_what_it_says_and_nothing_else() {
    let rows: Vec<Row> = serde_json::from_str(include_str!("fixtures/records/json/dialects.json")).unwrap();
    let mut mistakes = Vec::new();
    for row in &rows {
        let event = event(&row.line);
        let record = Record::parse(&event);
        assert_eq!(record.form, Form::Json, "{}", row.line);
        let found = said(&record.fields);
        if found != row.says {
            let lacks: Vec<_> = row.says.iter().filter(|(name, value)| found.get(*name) != Some(value)).collect();
            let more: Vec<_> = found.iter().filter(|(name, value)| row.says.get(*name) != Some(value)).collect();
            mistakes.push(format!("{}: {}\n  expected {lacks:?}\n  found    {more:?}", row.dialect, row.line));
        }
    }
    assert!(mistakes.is_empty(), "{} of {} lines:\n{}", mistakes.len(), rows.len(), mistakes.join("\n"));
}

/// A line that has every key of the schema, and the keys of its objects.
fn whole_line() -> Value {
    json!({
        "timestamp": "2026-11-23T04:00:00.123Z", "level": "ERROR", "severity_number": 21, "message": "m", "service": "s", "environment": "e",
        "version": "v", "logger": "l", "location": "a.py:1", "request_id": "r", "correlation_id": "c", "user_id": "u", "tenant_id": "t",
        "trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331", "trace_flags": "01",
        "xray_trace_id": "1-5759e988-bd862e3fe1be46a994272793", "function_request_id": "f", "cold_start": true,
        "http": {
            "method": "GET", "route": "/r", "path": "/p", "status_code": 502, "duration_ms": 1.5, "request_bytes": 1, "response_bytes": 2,
            "client_ip": "::1", "user_agent": "ua", "request_headers": {}, "response_headers": {}, "request_body": "", "response_body": "",
            "outcome": "timeout",
        },
        "error": { "type": "T", "message": "em", "stack": "st", "hash": "h" },
        "sampled": true, "buffered": true, "dropped_fields": 1, "schema": "1.0", "fields": {},
    })
}

/// What a writer knows and no reader asks for by itself: the schema's own version, and what belongs to the user, which is read by its path.
const BY_PATH_ONLY: [&str; 6] = ["schema", "fields", "http.request_headers", "http.response_headers", "http.request_body", "http.response_body"];

#[test]
fn every_key_of_the_schema_says_something() {
    let read = |line: &Value| {
        let line = line.to_string();
        said(&Record::parse(&event(&line)).fields)
    };
    let whole = whole_line();
    let keys = Key::ALL.iter().map(|key| key.as_str().to_owned());
    let http = HttpKey::ALL.iter().map(|key| format!("http.{}", key.as_str()));
    let error = ["type", "message", "stack", "hash"].map(|key| format!("error.{key}"));
    let mut silent = Vec::new();
    for key in keys.chain(http).chain(error) {
        let mut less = whole.clone();
        // The level is read from its word when both are there.
        if key == "severity_number" {
            less.as_object_mut().unwrap().remove("level");
        }
        let before = read(&less);
        let (object, name) = match key.split_once('.') {
            Some((object, name)) => (&mut less[object], name),
            None => (&mut less, key.as_str()),
        };
        assert!(object.as_object_mut().unwrap().remove(name).is_some(), "the line lacks {key}");
        if read(&less) == before {
            silent.push(key);
        }
    }
    assert_eq!(silent, BY_PATH_ONLY);
}

#[test]
fn nesting_beyond_the_bound_is_text_and_a_megabyte_is_a_line() {
    let deep = format!(r#"{{"level":"ERROR","message":"m","x":{}1{}}}"#, "[".repeat(200), "]".repeat(200));
    assert_eq!(Record::parse(&event(&deep)).form, Form::Text);
    let long = json!({ "level": "ERROR", "message": "x".repeat(1_000_000), "request_id": "r" }).to_string();
    let event = event(&long);
    let record = Record::parse(&event);
    assert_eq!((record.fields.request_id.as_deref(), record.message().len()), (Some("r"), 1_000_000));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("type|message|stack|status_code|name|id|[a-z]{1,3}", inner, 0..3).prop_map(|map| map.into_iter().collect::<Value>()),
        ]
    })
}

proptest! {
    #[test]
    fn any_object_is_a_json_record(
        members in prop::collection::btree_map(
            "level|message|msg|error|err|exception|http|timestamp|time|ts|type|record|service|request_id|stack|severityNumber|status|[a-z]{1,4}",
            any_value(),
            0..8,
        ),
    ) {
        let line = members.into_iter().collect::<Value>().to_string();
        let event = event(&line);
        let record = Record::parse(&event);
        prop_assert_eq!(record.form, Form::Json);
        prop_assert_eq!(record.raw, line.as_str());
        if let Some(Cow::Borrowed(message)) = &record.fields.message {
            prop_assert!(line.contains(message));
        }
    }

    /// What has no escape is not copied.
    #[test]
    fn plain_texts_are_borrowed(message in "[a-zA-Z0-9 /:.-]{0,40}", level in "INFO|ERROR") {
        let line = json!({ "message": message, "level": level, "service": "s" }).to_string();
        let event = event(&line);
        let record = Record::parse(&event);
        prop_assert!(matches!(&record.fields.message, Some(Cow::Borrowed(text)) if *text == message));
        prop_assert!(matches!(record.fields.service, Some(Cow::Borrowed("s"))));
    }

    #[test]
    fn no_text_makes_it_panic(line in prop_oneof![any::<String>(), r#"\{"(level|error|record|http)":[\[\]{}0-9a-z":,.-]{0,30}\}?"#]) {
        let event = event(&line);
        prop_assert_eq!(Record::parse(&event).raw, line.as_str());
    }
}
