//! Lines of Monolog (Symfony, Laravel) and of PHP itself.
//!
//! ```text
//! Monolog: [TIME] CHANNEL.LEVEL: MESSAGE {"context": …} {"extra": …}      empty ones are written []
//! PHP:     [[TIME UTC] ]PHP (Fatal error|Parse error|Warning|Notice|Deprecated):  MESSAGE in FILE on line N
//! ```
//!
//! Sources: Monolog's `LineFormatter`, PHP's `error_log`. An exception in the context reads `[object] (Type(code: 0): message at file:line)`.

use std::borrow::Cow;

use super::{exception, time};
use crate::record::{ErrorFields, Fields, Level};

/// Reads such a line.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    if line.starts_with("PHP ") {
        return php(line, None);
    }
    let (time, rest) = line.strip_prefix('[')?.split_once("] ")?;
    let timestamp_ms = time::parse(time)?;
    if rest.starts_with("PHP ") { php(rest, Some(timestamp_ms)) } else { monolog(rest, timestamp_ms) }
}

fn monolog(text: &str, timestamp_ms: i64) -> Option<Fields<'_>> {
    let (head, text) = text.split_once(": ")?;
    let (channel, level) = head.rsplit_once('.')?;
    if channel.is_empty() || channel.contains(' ') || !level.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let level = Level::from_word(level)?;
    let (first, mut error) = exception::split(text);
    let (message, context) = split_context(first);
    if let Some((kind, message)) = context.and_then(exception_in) {
        let trace = text.split_once("[stacktrace]").map(|(_, stack)| Cow::Borrowed(stack.trim().trim_end_matches("\"}").trim()));
        let stack = trace.or(error.stack);
        error = ErrorFields { kind: Some(kind), message: Some(Cow::Borrowed(message)), stack, ..ErrorFields::default() };
    }
    Some(Fields {
        timestamp_ms: Some(timestamp_ms),
        level: Some(level),
        logger: Some(Cow::Borrowed(channel)),
        message: Some(Cow::Borrowed(message)),
        error,
        ..Fields::default()
    })
}

/// The message, and the context behind it.
fn split_context(text: &str) -> (&str, Option<&str>) {
    let text = text.strip_suffix(" []").unwrap_or(text);
    let text = text.strip_suffix(" []").unwrap_or(text);
    match text.find(" {\"").and_then(|at| text.split_at_checked(at)) {
        Some((message, context)) => (message, Some(context)),
        None => (text, None),
    }
}

/// Type and message of `[object] (App\\Fault(code: 0): message at /a.php:12)`; the backslashes of a namespace are doubled in JSON.
fn exception_in(context: &str) -> Option<(Cow<'_, str>, &str)> {
    let (_, object) = context.split_once("[object] (")?;
    let (kind, rest) = object.split_once("(code: ")?;
    let (_, rest) = rest.split_once("): ")?;
    let message = rest.rfind(" at /").or_else(|| rest.find(" at ")).and_then(|at| rest.get(..at)).unwrap_or(rest);
    let kind = if kind.contains("\\\\") { Cow::Owned(kind.replace("\\\\", "\\")) } else { Cow::Borrowed(kind) };
    Some((kind, message))
}

fn php(text: &str, timestamp_ms: Option<i64>) -> Option<Fields<'_>> {
    let (kind, text) = text.strip_prefix("PHP ")?.split_once(":  ").or_else(|| text.strip_prefix("PHP ")?.split_once(": "))?;
    let level = match kind {
        "Fatal error" | "Parse error" | "Recoverable fatal error" => Level::Critical,
        "Warning" => Level::Warning,
        "Notice" | "Deprecated" | "Strict Standards" => Level::Info,
        _ => return None,
    };
    let (first, mut error) = exception::split(text);
    if let Some((kind, message)) = first.strip_prefix("Uncaught ").and_then(|uncaught| uncaught.split_once(": ")) {
        error.kind = Some(Cow::Borrowed(kind));
        error.message = Some(Cow::Borrowed(message));
    }
    Some(Fields { timestamp_ms, level: Some(level), message: Some(Cow::Borrowed(first)), error, ..Fields::default() })
}
