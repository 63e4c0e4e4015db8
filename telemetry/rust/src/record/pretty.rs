//! Lines for people.

use std::fmt::Write as _;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// Shows JSON lines of schema 1.0 as people read them: time, level, logger, message, fields, and a stack below.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pretty {
    /// Whether escape sequences for colours may be written.
    pub colours: bool,
}

/// Members in the order of the line, those of `fields` apart; `serde_json`'s own map sorts them.
#[derive(Default)]
struct Members {
    top: Vec<(String, Value)>,
    fields: Vec<(String, Value)>,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a log line")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Members::default();
                while let Some(key) = map.next_key::<String>()? {
                    if key == "fields" {
                        members.fields = map.next_value::<Self::Value>()?.top;
                    } else {
                        members.top.push((key, map.next_value()?));
                    }
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Each)
    }
}

/// Keys that say the same on every line of a process, or that are shown in a place of their own.
const NOT_LISTED: [&str; 12] =
    ["timestamp", "level", "severity_number", "severity_text", "message", "service", "environment", "version", "logger", "schema", "error", "http"];

impl Pretty {
    /// A JSON line as people read it; as it is when it is no line of ours.
    pub fn render(self, line: &str) -> String {
        let Ok(Members { top: members, fields }) = serde_json::from_str::<Members>(line) else {
            return line.to_owned();
        };
        let get = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let text = |name: &str| get(name).and_then(Value::as_str).unwrap_or_default();
        let mut out = String::with_capacity(line.len());
        let time = text("timestamp");
        let clock = time.split_once('T').map_or(time, |(_, clock)| clock).trim_end_matches('Z');
        let level = text("level");
        let (dim, bold, end) = if self.colours { ("\u{1b}[2m", "\u{1b}[1m", "\u{1b}[0m") } else { ("", "", "") };
        let colour = if self.colours { colour(level) } else { "" };
        let logger = text("logger");
        // Writing into a string does not fail.
        let _ = write!(out, "{dim}{clock}{end} {colour}{level:<8}{end} {dim}{logger}{end} {bold}{}{end}", paragraph(text("message")));
        if let Some(http) = get("http") {
            request(&mut out, http);
        }
        for (name, value) in members.iter().filter(|(name, _)| !NOT_LISTED.contains(&name.as_str())) {
            pair(&mut out, dim, end, name, value);
        }
        for (name, value) in &fields {
            pair(&mut out, dim, end, name, value);
        }
        if let Some(error) = get("error") {
            failure(&mut out, error, colour, end);
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

fn pair(out: &mut String, dim: &str, end: &str, name: &str, value: &Value) {
    let _ = write!(out, " {dim}{}={end}", plain(name));
    match value {
        Value::String(text) if !text.is_empty() && !text.contains([' ', '=', '"', '\n']) => out.push_str(&plain(text)),
        other => _ = write!(out, "{}", plain(&other.to_string())),
    }
}

fn failure(out: &mut String, error: &Value, colour: &str, end: &str) {
    let text = |name: &str| error[name].as_str().unwrap_or_default();
    let (kind, message) = (plain(text("type")), paragraph(text("message")));
    let divider = if kind.is_empty() || message.is_empty() { "" } else { ": " };
    if !(kind.is_empty() && message.is_empty()) {
        let _ = write!(out, "\n  {colour}{kind}{divider}{message}{end}");
    }
    for line in text("stack").lines() {
        let _ = write!(out, "\n    {}", plain(line));
    }
}

/// A text of several lines: those after the first are indented, so that none can be taken for a line of the log.
fn paragraph(text: &str) -> String {
    text.trim_end().lines().map(|line| plain(line).into_owned()).collect::<Vec<_>>().join("\n    ")
}

/// Without control characters: what is logged must not drive the terminal.
fn plain(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(|c: char| c.is_control() && c != '\t') {
        text.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
    } else {
        text.into()
    }
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
    fn texts_of_several_lines_stay_readable_and_are_indented() {
        let shown = |line: &str| Pretty::default().render(line);
        let line = r#"{"timestamp":"2026-11-23T04:00:00.123Z","level":"INFO","logger":"a","message":"one\ntwo\r\n\tthree\n","schema":"1.0"}"#;
        assert_eq!(shown(line), "04:00:00.123 INFO     a one\n    two\n    \tthree\n");
        let line = r#"{"timestamp":"2026-11-23T04:00:00.123Z","level":"ERROR","logger":"a","message":"m","error":{"message":"no\nanswer"},"schema":"1.0"}"#;
        assert_eq!(shown(line), "04:00:00.123 ERROR    a m\n  no\n    answer\n");
        assert_eq!(shown(&line.replace(r#""message":"no\nanswer""#, r#""type":"T""#)), "04:00:00.123 ERROR    a m\n  T\n");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal_and_other_lines_pass() {
        let line = r#"{"level":"INFO","message":"\u001b[2J","fields":{"a":"\u0007"}}"#;
        assert!(!Pretty::default().render(line).contains(['\u{1b}', '\u{7}']));
        assert_eq!(Pretty::default().render("{}x\n"), "{}x\n");
    }
}
