//! The JSON Schema of a line, checked by a validator of the keywords it uses: what a writer writes passes, and each thing it never writes is refused.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says by a panic what went wrong")]

use regex::Regex;
use serde_json::{Value, json};
use skywarden_core::schema::{ErrorKey, HttpKey, Key, json_schema};

/// Keywords that say something to people and restrict nothing.
const NOTES: [&str; 5] = ["$schema", "$id", "title", "description", "format"];

/// Whether a value is as a schema says; a keyword this does not know is a mistake of the schema.
fn is_valid(schema: &Value, value: &Value) -> bool {
    let member_names = |check: &dyn Fn(&str) -> bool| value.as_object().is_none_or(|members| members.keys().all(|name| check(name)));
    schema.as_object().unwrap().iter().all(|(keyword, rule)| match keyword.as_str() {
        note if NOTES.contains(&note) => true,
        "type" => match rule {
            Value::Array(several) => several.iter().any(|kind| is_of_type(kind.as_str().unwrap(), value)),
            kind => is_of_type(kind.as_str().unwrap(), value),
        },
        "const" => value == rule,
        "enum" => rule.as_array().unwrap().contains(value),
        "pattern" => value.as_str().is_none_or(|text| Regex::new(rule.as_str().unwrap()).unwrap().is_match(text)),
        "minLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap()),
        "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
        "minProperties" => value.as_object().is_none_or(|members| members.len() as u64 >= rule.as_u64().unwrap()),
        "required" => value.as_object().is_none_or(|members| rule.as_array().unwrap().iter().all(|name| members.contains_key(name.as_str().unwrap()))),
        "propertyNames" => member_names(&|name| is_valid(rule, &name.into())),
        "properties" => member_names(&|name| rule.get(name).is_none_or(|rule| is_valid(rule, &value[name]))),
        "additionalProperties" => member_names(&|name| {
            let known = schema.get("properties").is_some_and(|known| known.get(name).is_some());
            known || rule.as_bool().unwrap_or_else(|| is_valid(rule, &value[name]))
        }),
        "oneOf" => rule.as_array().unwrap().iter().filter(|rule| is_valid(rule, value)).count() == 1,
        other => panic!("the schema has the keyword {other}, which this validator does not know"),
    })
}

fn is_of_type(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        other => panic!("there is no type {other}"),
    }
}

fn schema() -> Value {
    serde_json::from_str(&json_schema()).unwrap()
}

fn whole_line() -> Value {
    json!({
        "timestamp": "2026-11-23T04:00:00.123Z", "level": "ERROR", "severity_number": 17, "message": "payment failed", "service": "orders",
        "environment": "prod", "version": "1.2.3", "logger": "orders.api", "location": "api.py:42", "request_id": "r-1", "correlation_id": "c-1",
        "user_id": 7, "tenant_id": "blue", "trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331", "trace_flags": "01",
        "xray_trace_id": "1-5759e988-bd862e3fe1be46a994272793", "function_request_id": "52fdfc07-2182-154f-163f-5f0f9a621d72", "cold_start": false,
        "http": {
            "method": "GET", "route": "/orders/{id}", "path": "/orders/42", "status_code": 502, "duration_ms": 12.3, "request_bytes": 0,
            "response_bytes": 91, "client_ip": "10.0.0.7", "user_agent": "curl/8", "request_headers": { "accept": "*/*" }, "response_headers": {},
            "request_body": "{}", "response_body": "", "outcome": "timeout",
        },
        "error": { "type": "PaymentError", "message": "declined", "stack": "Traceback\n  File", "hash": "9f86d081" },
        "sampled": true, "buffered": true, "dropped_fields": 3, "schema": "1.0", "fields": { "amount": 12.5, "nested": { "list": [1, null] } },
    })
}

#[test]
fn the_whole_line_and_the_least_one_pass() {
    let schema = schema();
    assert!(is_valid(&schema, &whole_line()));
    let least = json!({ "timestamp": "2026-11-23T04:00:00.000Z", "level": "DEBUG", "severity_number": 5, "message": "", "logger": "", "schema": "1.0" });
    assert!(is_valid(&schema, &least));
    for key in least.as_object().unwrap().keys() {
        let mut less = least.clone();
        less.as_object_mut().unwrap().remove(key);
        assert!(!is_valid(&schema, &less), "a line without {key} passes");
    }
}

#[test]
fn every_key_has_its_rule_and_its_description_in_the_order_of_the_line() {
    let text = json_schema();
    let schema = schema();
    let whole = whole_line();
    let named = |object: &Value, keys: Vec<(&'static str, &'static str)>, line: &Value| {
        for (name, description) in &keys {
            assert_eq!(object["properties"][name]["description"], *description, "{name}");
            assert!(line.get(name).is_some(), "the test's line lacks {name}");
        }
        assert_eq!(object["properties"].as_object().unwrap().len(), keys.len());
    };
    named(&schema, Key::ALL.map(|key| (key.as_str(), key.description())).to_vec(), &whole);
    named(&schema["properties"]["http"], HttpKey::ALL.map(|key| (key.as_str(), key.description())).to_vec(), &whole["http"]);
    named(&schema["properties"]["error"], ErrorKey::ALL.map(|key| (key.as_str(), key.description())).to_vec(), &whole["error"]);
    let places: Vec<_> = Key::ALL.iter().map(|key| text.find(&format!("\n    \"{}\": {{", key.as_str())).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn what_no_writer_writes_is_refused() {
    let schema = schema();
    let whole = whole_line();
    for (pointer, wrong) in [
        ("/timestamp", json!("2026-11-23T04:00:00Z")),
        ("/timestamp", json!("2026-11-23T04:00:00.123+00:00")),
        ("/timestamp", json!(1_795_406_400_123_u64)),
        ("/level", json!("error")),
        ("/level", json!("WARNING")),
        ("/severity_number", json!(13)),
        ("/message", json!({})),
        ("/service", json!("")),
        ("/location", json!("api.py")),
        ("/request_id", json!("")),
        ("/request_id", json!(1.5)),
        ("/user_id", json!(null)),
        ("/trace_id", json!("0AF7651916CD43DD8448EB211C80319C")),
        ("/span_id", json!("b7ad6b716920333")),
        ("/trace_flags", json!(1)),
        ("/xray_trace_id", json!("5759e988bd862e3fe1be46a994272793")),
        ("/cold_start", json!("false")),
        ("/http/path", json!("/orders?token=x")),
        ("/http/status_code", json!(99)),
        ("/http/status_code", json!("200")),
        ("/http/duration_ms", json!(-1)),
        ("/http/request_headers", json!({ "Accept": "*/*" })),
        ("/http/request_headers", json!({ "accept": ["*/*"] })),
        ("/http/outcome", json!("answered")),
        ("/http/query", json!("a=b")),
        ("/error", json!({})),
        ("/error/code", json!(7)),
        ("/error/hash", json!("not hexadecimal")),
        ("/sampled", json!(false)),
        ("/dropped_fields", json!(0)),
        ("/schema", json!("2.0")),
        ("/fields", json!([])),
        ("/fields/@timestamp", json!("x")),
        ("/severity_text", json!("ERROR")),
        ("/requestId", json!("r-1")),
    ] {
        let mut line = whole.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        line.pointer_mut(parent).unwrap()[name] = wrong.clone();
        assert!(!is_valid(&schema, &line), "{pointer} = {wrong} passes");
    }
}

#[test]
fn the_page_has_a_row_for_every_key() {
    let page = include_str!("../../docs/src/reference/log-record.md");
    let section = |from: &str, to: &str| page.split_once(from).unwrap().1.split_once(to).unwrap().0;
    let rows = |section: &str| -> Vec<String> {
        let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
        cells.map(|(key, _)| key.to_owned()).collect()
    };
    assert_eq!(rows(section("## Keys", "### `http`")), Key::ALL.map(Key::as_str));
    assert_eq!(rows(section("### `http`", "### `error`")), HttpKey::ALL.map(HttpKey::as_str));
    assert_eq!(rows(section("### `error`", "## Levels")), ErrorKey::ALL.map(ErrorKey::as_str));
}

#[test]
fn the_line_on_the_page_passes() {
    let page = include_str!("../../docs/src/reference/log-record.md");
    let line = page.split_once("```json\n").unwrap().1.split_once("\n```").unwrap().0;
    assert!(is_valid(&schema(), &serde_json::from_str(line).unwrap()));
}
