//! What the telemetry library promises of its lines: core reads each of them, and nothing of it is lost.
//!
//! A line is held against a reading of it that shares no code with core: `serde_json`'s.

use std::{borrow::Cow, fmt::Write as _};

use anyhow::Context as _;
use serde_json::{Map, Value, json};
use skywarden_core::{
    envelope::LogEvent,
    json::{Selector, Value as Found},
    metric::emf,
    record::{Form, Level, Record},
    schema::severity_number,
};

/// What of a line of schema 1.0 core does not give back, as the line has it; empty when nothing is lost.
///
/// # Errors
/// The line is no JSON object.
pub fn lost(line: &str) -> anyhow::Result<Vec<String>> {
    let whole = object(line)?;
    let event = LogEvent { id: Cow::Borrowed("1"), timestamp: 0, message: Cow::Borrowed(line) };
    let record = Record::parse(&event);
    if record.form != Form::Json {
        return Ok(vec!["core reads it as text".to_owned()]);
    }
    let known = known(&record);
    let mut lost = Vec::new();
    compare(line, &whole, &known, "$", &mut lost);
    Ok(lost)
}

/// Everything core knows of a line by itself, where schema 1.0 has it.
fn known(record: &Record<'_>) -> Value {
    let fields = &record.fields;
    let timestamp = fields.timestamp_ms.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()).map(|at| format!("{at:.3}"));
    json!({
        "timestamp": timestamp,
        "level": fields.level.map(Level::as_str),
        "severity_number": fields.level.map(severity_number),
        "message": fields.message,
        "service": fields.service,
        "environment": fields.environment,
        "version": fields.version,
        "logger": fields.logger,
        "location": fields.location,
        "request_id": fields.request_id,
        "correlation_id": fields.correlation_id,
        "user_id": fields.user_id,
        "tenant_id": fields.tenant_id,
        "trace_id": fields.trace_id,
        "span_id": fields.span_id,
        "trace_flags": fields.trace_flags,
        "xray_trace_id": fields.xray_trace_id,
        "function_request_id": fields.function_request_id,
        "cold_start": fields.cold_start,
        "http": {
            "method": fields.http.method,
            "route": fields.http.route,
            "path": fields.http.path,
            "status_code": fields.http.status_code,
            "duration_ms": fields.http.duration_ms,
            "request_bytes": fields.http.request_bytes,
            "response_bytes": fields.http.response_bytes,
            "client_ip": fields.http.client_ip,
            "user_agent": fields.http.user_agent,
        },
        "error": { "type": fields.error.kind, "message": fields.error.message, "stack": fields.error.stack },
        "sampled": fields.sampled,
        "buffered": fields.buffered,
        "dropped_fields": fields.dropped_fields,
    })
}

/// Compares the members of an object: with what core knows by itself, and else with what it finds at their path.
fn compare(line: &str, whole: &Map<String, Value>, known: &Value, above: &str, lost: &mut Vec<String>) {
    for (name, value) in whole {
        let path = if above == "$" { format!("$.['{name}']") } else { format!("{above}['{name}']") };
        match (known.get(name), value) {
            (Some(known @ Value::Object(_)), Value::Object(inner)) => compare(line, inner, known, &path, lost),
            (Some(known), value) => {
                if !same(known, value) {
                    lost.push(format!("{path} is {value}, core says {known}"));
                }
            }
            (None, value) => leaves(line, &path, value, lost),
        }
    }
}

/// Looks every leaf of a value up at its path.
fn leaves(line: &str, path: &str, value: &Value, lost: &mut Vec<String>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                leaves(line, &format!("{path}['{name}']"), value, lost);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (index, value) in elements.iter().enumerate() {
                leaves(line, &format!("{path}[{index}]"), value, lost);
            }
        }
        leaf => {
            let found = Selector::parse(path).ok().and_then(|selector| plain(&selector.find(line)?));
            if found.as_ref() != Some(leaf) {
                lost.push(format!("{path} is {leaf}, core finds {found:?}"));
            }
        }
    }
}

/// Ids may be numbers in a line, and are text for core.
fn same(known: &Value, value: &Value) -> bool {
    known == value
        || known.as_str().zip(value.as_number()).is_some_and(|(text, number)| Some(text) == Some(number.to_string().as_str()))
        || known.as_f64().zip(value.as_f64()).is_some_and(|(known, value)| known.total_cmp(&value).is_eq())
}

fn plain(found: &Found<'_>) -> Option<Value> {
    Some(match found {
        Found::Null => Value::Null,
        Found::Bool(flag) => Value::Bool(*flag),
        Found::String(text) => Value::String(text.clone().into_owned()),
        Found::Number(text) | Found::Array(text) | Found::Object(text) => serde_json::from_str(text).ok()?,
    })
}

/// What of a line in the embedded metric format core does not give back; none when the line is a log record.
///
/// # Errors
/// The line is no JSON object.
pub fn lost_metrics(line: &str) -> anyhow::Result<Option<Vec<String>>> {
    let whole = object(line)?;
    let Some(directives) = whole.get("_aws").and_then(|aws| aws["CloudWatchMetrics"].as_array()) else { return Ok(None) };
    let document = match emf::read(line) {
        Some(Ok(document)) => document,
        other => return Ok(Some(vec![format!("core does not read it: {other:?}")])),
    };
    let mut expected = Vec::new();
    for directive in directives {
        for set in directive["Dimensions"].as_array().into_iter().flatten() {
            let dimensions = set.as_array().into_iter().flatten().filter_map(Value::as_str);
            let dimensions: Vec<_> = dimensions.map(|name| (name, whole.get(name).and_then(Value::as_str).unwrap_or_default())).collect();
            for metric in directive["Metrics"].as_array().into_iter().flatten() {
                let name = metric["Name"].as_str().context("a metric without a name")?;
                let unit = metric["Unit"].as_str().unwrap_or("None");
                expected.push(format!("{} {name} {dimensions:?} {unit} {}", directive["Namespace"], values(whole.get(name))?));
            }
        }
    }
    let mut found = Vec::new();
    for sample in document.samples() {
        let mut values = String::new();
        for value in sample.values {
            write!(values, "{}x{} ", value.value, value.count)?;
        }
        found.push(format!("{:?} {} {:?} {} {values}", sample.namespace, sample.name, sample.dimensions, sample.unit));
    }
    expected.sort();
    found.sort();
    let differences = expected.iter().filter(|one| !found.contains(one)).map(|one| format!("not found: {one}; found: {found:?}"));
    Ok(Some(differences.collect()))
}

/// The values of a metric with how often each was seen: of one number, a list of them, or `Values` with `Counts`.
fn values(target: Option<&Value>) -> anyhow::Result<String> {
    let target = target.context("a metric without a value")?;
    let one = |value: &Value, count: f64| anyhow::Ok(format!("{}x{count} ", value.as_f64().context("a value is no number")?));
    match target {
        Value::Array(values) => values.iter().map(|value| one(value, 1.0)).collect(),
        Value::Object(both) => {
            let list = |name: &str| both.get(name).and_then(Value::as_array).context("values without counts");
            list("Values")?.iter().zip(list("Counts")?).map(|(value, count)| one(value, count.as_f64().unwrap_or_default())).collect()
        }
        value => one(value, 1.0),
    }
}

fn object(line: &str) -> anyhow::Result<Map<String, Value>> {
    match serde_json::from_str(line)? {
        Value::Object(members) => Ok(members),
        _ => anyhow::bail!("no JSON object: {line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_core_cannot_give_back_is_named() {
        let line = r#"{"timestamp":"2026-11-23T04:00:00.123Z","level":"INFO","severity_number":13,"message":"m","user_id":7,"fields":{"a.b":[1,{"c":null}]}}"#;
        assert_eq!(lost(line).ok(), Some(vec!["$.['severity_number'] is 13, core says 9".to_owned()]));
        assert!(lost(r#"{"timestamp":"yesterday"}"#).is_ok_and(|lost| lost.len() == 1));
        assert!(lost(r#"{"fields":{"it's":1}}"#).is_ok_and(|lost| lost.len() == 1), "no selector reaches it");
        assert!(lost("[]").is_err());
    }
}
