//! What runtimes print when nobody catches: no prefix, no level.
//!
//! | runtime | first line |
//! |---|---|
//! | Rust | `thread 'main' (7) panicked at src/a.rs:1:2:`, the message on the next line |
//! | Go | `panic: runtime error: …`, then `goroutine 1 [running]:` |
//! | Python | `Traceback (most recent call last):`, the exception on the last line |
//! | Java | `Exception in thread "main" java.lang.IllegalStateException: …` |
//! | .NET | `Unhandled exception. System.InvalidOperationException: …` |
//!
//! Rust, Go and .NET end the process or thread: CRITICAL. Python and Java print the same for exceptions somebody printed: ERROR.

use std::borrow::Cow;

use super::exception;
use crate::record::{ErrorFields, Fields, Level};

/// Reads such a report.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    match line.as_bytes().first()? {
        b't' => rust(line),
        b'p' => go(line),
        b'T' => python(line),
        b'E' => named(line, &["Exception in thread \""], Level::Error),
        b'U' => named(line, &["Unhandled exception. ", "Unhandled Exception: "], Level::Critical),
        _ => None,
    }
}

/// Whether a line begins the report of a Rust panic.
pub(crate) fn is_panic(line: &str) -> bool {
    line.starts_with("thread '") && line.contains(" panicked at ")
}

fn rust(line: &str) -> Option<Fields<'_>> {
    if !is_panic(line) {
        return None;
    }
    let (first, rest) = line.split_once('\n').unwrap_or((line, ""));
    let message = rest.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_else(|| first.trim_end());
    let stack = Some(rest).filter(|rest| rest.contains("::"));
    Some(fields(Level::Critical, message, "panic", message, stack.map(Cow::Borrowed)))
}

fn go(line: &str) -> Option<Fields<'_>> {
    let text = line.strip_prefix("panic: ")?;
    let (message, rest) = text.split_once('\n').unwrap_or((text, ""));
    let message = message.trim_end();
    // "panic: " alone may begin a sentence; the goroutine's stack cannot.
    (rest.contains("goroutine ") || message.starts_with("runtime error: ")).then(|| {
        let stack = rest.contains("goroutine ").then(|| Cow::Borrowed(rest.trim()));
        fields(Level::Critical, message, "panic", message, stack)
    })
}

fn python(line: &str) -> Option<Fields<'_>> {
    let error = exception::traceback(line)?;
    Some(Fields { level: Some(Level::Error), message: error.message.clone(), error, ..Fields::default() })
}

fn named<'a>(line: &'a str, openings: &[&str], level: Level) -> Option<Fields<'a>> {
    let rest = openings.iter().find_map(|opening| line.strip_prefix(opening))?;
    let text = if line.starts_with('E') { rest.split_once("\" ")?.1 } else { rest };
    let (first, error) = exception::split(text);
    error.kind.as_ref()?;
    Some(Fields { level: Some(level), message: Some(Cow::Borrowed(first)), error, ..Fields::default() })
}

fn fields<'a>(level: Level, message: &'a str, kind: &'a str, error: &'a str, stack: Option<Cow<'a, str>>) -> Fields<'a> {
    Fields {
        level: Some(level),
        message: Some(Cow::Borrowed(message)),
        error: ErrorFields { kind: Some(Cow::Borrowed(kind)), message: Some(Cow::Borrowed(error)), stack, ..ErrorFields::default() },
        ..Fields::default()
    }
}
