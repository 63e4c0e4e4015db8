//! Lines for people.

use std::fmt::Write as _;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Value, value::RawValue};

/// Shows JSON lines of schema 1.0 as people read them: time, level, logger, message, fields, and a stack below.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pretty {
    /// Whether escape sequences for colours may be written.
    pub colours: bool,
}

/// Members in the order of the line; `serde_json`'s own map may sort them.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a log line")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

/// Keys that say the same on every line of a process, or that are shown in a place of their own.
const NOT_LISTED: [&str; 13] =
    ["timestamp", "level", "severity_number", "severity_text", "message", "service", "environment", "version", "logger", "schema", "fields", "error", "http"];

impl Pretty {
    /// A JSON line as people read it; as it is when it is no line of ours.
    pub fn render(self, line: &str) -> String {
        let Ok(Members(members)) = serde_json::from_str::<Members>(line) else {
            return line.to_owned();
        };
        let get = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| &**value);
        let text = |name: &str| get(name).and_then(|value| serde_json::from_str::<String>(value.get()).ok()).unwrap_or_default();
        let mut out = String::with_capacity(line.len());
        let time = text("timestamp");
        let clock = time.split_once('T').map_or(time.as_str(), |(_, clock)| clock).trim_end_matches('Z');
        let level = text("level");
        let (dim, bold, end) = if self.colours { ("\u{1b}[2m", "\u{1b}[1m", "\u{1b}[0m") } else { ("", "", "") };
        let colour = if self.colours { colour(&level) } else { "" };
        let logger = text("logger");
        // Writing into a string does not fail.
        let _ = write!(out, "{dim}{clock}{end} {colour}{level:<8}{end} {dim}{logger}{end} {bold}{}{end}", plain(&text("message")));
        if let Some(http) = get("http") {
            request(&mut out, &value(http));
        }
        for (name, value) in members.iter().filter(|(name, _)| !NOT_LISTED.contains(&name.as_str())) {
            pair(&mut out, dim, end, name, value);
        }
        if let Some(Ok(Members(fields))) = get("fields").map(|fields| serde_json::from_str(fields.get())) {
            for (name, value) in &fields {
                pair(&mut out, dim, end, name, value);
            }
        }
        if let Some(error) = get("error") {
            failure(&mut out, &value(error), colour, end);
        }
        out.push('\n');
        out
    }
}

fn request(out: &mut String, http: &Value) {
    let text = |name: &str| http[name].as_str().map(plain);
    let target = text("path").or_else(|| text("route")).unwrap_or_default();
    let _ = write!(out, " {} {target}", text("method").unwrap_or_default());
    match http["status_code"].as_u64() {
        Some(status) => _ = write!(out, " {status}"),
        None => out.push_str(" -"),
    }
    if let Some(duration) = http["duration_ms"].as_f64() {
        let _ = write!(out, " {duration} ms");
    }
    if let Some(outcome) = text("outcome") {
        let _ = write!(out, " ({outcome})");
    }
}

fn value(raw: &RawValue) -> Value {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

fn pair(out: &mut String, dim: &str, end: &str, name: &str, raw: &RawValue) {
    let _ = write!(out, " {dim}{}={end}", plain(name));
    match value(raw) {
        Value::String(text) if !text.is_empty() && !text.contains([' ', '=', '"', '\n']) => out.push_str(&plain(&text)),
        _ => out.push_str(&plain(raw.get())),
    }
}

fn failure(out: &mut String, error: &Value, colour: &str, end: &str) {
    let text = |name: &str| error[name].as_str().unwrap_or_default();
    let _ = write!(out, "\n  {colour}{}: {}{end}", plain(text("type")), plain(text("message")));
    for line in text("stack").lines() {
        let _ = write!(out, "\n    {}", plain(line));
    }
}

/// Without control characters: what is logged must not drive the terminal.
fn plain(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(char::is_control) { text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect() } else { text.into() }
}

fn colour(level: &str) -> &'static str {
    match level {
        "DEBUG" => "\u{1b}[36m",
        "INFO" => "\u{1b}[32m",
        "WARNING" => "\u{1b}[33m",
        _ => "\u{1b}[31m",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"timestamp":"2026-11-23T04:00:00.123Z","level":"ERROR","severity_number":17,"message":"payment failed","service":"orders","logger":"orders.api","request_id":"r1","http":{"method":"GET","route":"/orders/{id}","path":"/orders/42","status_code":502,"duration_ms":12.5},"error":{"type":"Timeout","message":"no answer","stack":"a\nb"},"schema":"1.0","fields":{"b":1,"a":"two words"}}"#;

    #[test]
    fn a_line_is_shown_as_people_read_it() {
        assert_eq!(
            Pretty::default().render(LINE),
            "04:00:00.123 ERROR    orders.api payment failed GET /orders/42 502 12.5 ms request_id=r1 b=1 a=\"two words\"\n  Timeout: no answer\n    a\n    b\n"
        );
        assert!(Pretty { colours: true }.render(LINE).contains("\u{1b}[31mERROR"));
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal_and_other_lines_pass() {
        let line = r#"{"level":"INFO","message":"\u001b[2J","fields":{"a":"\u0007"}}"#;
        assert!(!Pretty::default().render(line).contains(['\u{1b}', '\u{7}']));
        assert_eq!(Pretty::default().render("{}x\n"), "{}x\n");
    }
}
