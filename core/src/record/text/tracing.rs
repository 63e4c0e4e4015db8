//! Lines of Rust's `tracing-subscriber`, its default text format.
//!
//! ```text
//! TIME LEVEL [SPAN{FIELDS}:]… TARGET: MESSAGE KEY=VALUE …
//! ```
//!
//! TIME is RFC 3339 in UTC with six or nine digits of fraction, which few others write. Source: `tracing_subscriber::fmt::format::Full`. A field
//! `error` or `err` is the error, and `request_id`, `trace_id` and `span_id` are taken from the spans' fields too.

use std::borrow::Cow;

use super::{pairs, time};
use crate::record::{Fields, Level};

/// Fewest digits of the time's fraction.
const FRACTION_DIGITS: usize = 6;

/// Reads such a line.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    let stamp = time::prefix(line).filter(|stamp| stamp.zulu && stamp.fraction_digits >= FRACTION_DIGITS)?;
    let rest = line.get(stamp.length..)?.trim_start_matches(' ');
    let (word, rest) = rest.split_once(' ')?;
    let level = match word {
        "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" => Level::from_word(word)?,
        _ => return None,
    };
    let (target, text) = after_spans(rest)?.split_once(": ")?;
    if target.is_empty() || !target.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.')) {
        return None;
    }
    let own = |key| pairs::find(rest, key);
    let mut fields = Fields {
        timestamp_ms: stamp.ms(),
        level: Some(level),
        logger: Some(Cow::Borrowed(target)),
        message: Some(Cow::Borrowed(message(text))),
        request_id: own("request_id"),
        trace_id: own("trace_id"),
        span_id: own("span_id"),
        ..Fields::default()
    };
    fields.error.message = pairs::find_text(text, "error").or_else(|| pairs::find_text(text, "err"));
    Some(fields)
}

/// What follows the spans, `request{method=GET uri="/x"}:query:`. A span without fields cannot be told from a target and stays with it.
fn after_spans(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches(' ');
    loop {
        let name = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')))?;
        if rest.as_bytes().get(name) != Some(&b'{') {
            return Some(rest);
        }
        let mut quoted = false;
        let mut hidden = false;
        let mut depth = 0_usize;
        let end = rest.get(name..)?.bytes().position(|byte| {
            match byte {
                _ if hidden => hidden = false,
                b'\\' => hidden = true,
                b'"' => quoted = !quoted,
                b'{' if !quoted => depth += 1,
                b'}' if !quoted => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        rest = rest.get(name + end + 1..)?.strip_prefix(':')?;
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
}

/// The message without the fields behind it. Values written with `Display` have no quotes, so the first pair ends the message.
fn message(text: &str) -> &str {
    let first = text.lines().next().unwrap_or("").trim_end();
    match pairs::before_pair(first).trim_end() {
        // Some events are fields alone.
        "" => first,
        message => message,
    }
}
