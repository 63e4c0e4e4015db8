//! Exceptions and stacks behind the first line of a message.
//!
//! Python prints the exception under its traceback, every other language above its frames. Lambda's Python runtime ends the lines of a traceback with
//! a carriage return and indents with no-break spaces, so that `CloudWatch` keeps them in one event; those are read as what they stand for.

use std::borrow::Cow;

use crate::record::ErrorFields;

const TRACEBACK: &str = "Traceback (most recent call last):";

/// The first line of a text, and the exception it tells of.
pub(super) fn split(text: &str) -> (&str, ErrorFields<'_>) {
    let text = text.trim_end();
    let (first, rest) = text.split_once(['\n', '\r']).unwrap_or((text, ""));
    let first = first.trim_end();
    let stack = looks_like_stack(rest).then(|| rest.trim_matches(['\n', '\r']));
    let found = stack.and_then(exception_line).or_else(|| exception_line(first));
    let (kind, message) = found.unzip();
    (first, ErrorFields { kind: kind.map(Cow::Borrowed), message: message.map(Cow::Borrowed), stack: stack.map(plain_lines), ..ErrorFields::default() })
}

/// A text that is a traceback from its first line on.
pub(super) fn traceback(text: &str) -> Option<ErrorFields<'_>> {
    let (kind, message) = text.starts_with(TRACEBACK).then(|| exception_line(text)).flatten()?;
    Some(ErrorFields {
        kind: Some(Cow::Borrowed(kind)),
        message: Some(Cow::Borrowed(message)),
        stack: Some(plain_lines(text.trim_end())),
        ..ErrorFields::default()
    })
}

/// Lines ended with line feeds and indented with blanks.
fn plain_lines(stack: &str) -> Cow<'_, str> {
    if stack.contains('\n') || !stack.contains('\r') {
        return Cow::Borrowed(stack);
    }
    Cow::Owned(stack.replace('\r', "\n").replace('\u{a0}', " "))
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r']).map(str::trim_end)
}

/// Lines, the last one first.
fn lines_backwards(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let at = memchr::memrchr2(b'\n', b'\r', text.as_bytes());
        let line = text.get(at.map_or(0, |at| at + 1)..)?;
        rest = at.and_then(|at| text.get(..at));
        Some(line.trim_end())
    })
}

fn looks_like_stack(text: &str) -> bool {
    lines(text).any(|line| {
        let line = line.trim_start();
        line.starts_with("at ")
            || line.starts_with("File \"")
            || line.starts_with(TRACEBACK)
            || line.starts_with("Caused by: ")
            || line.starts_with("goroutine ")
            || line.starts_with("#0 ")
            || (line.starts_with("from ") && line.contains(":in "))
    })
}

/// The last line of the form `pkg.SomeError: message`: Python prints the exception under its traceback, Java above, .NET indented.
pub(super) fn exception_line(text: &str) -> Option<(&str, &str)> {
    lines_backwards(text).find_map(|line| {
        let line = line.trim_start();
        // Frames, which are most of the lines.
        if line.starts_with("at ") || line.starts_with("File \"") {
            return None;
        }
        let (kind, message) = line.split_once(": ").unwrap_or((line.strip_suffix(':').unwrap_or(line), ""));
        is_exception_name(kind).then_some((kind, message))
    })
}

/// A dotted identifier whose last part is in Pascal case and ends as exceptions do.
pub(crate) fn is_exception_name(word: &str) -> bool {
    let last = word.rsplit(['.', ':']).next().unwrap_or(word);
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'$'))
        && last.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase())
        && ["Error", "Exception", "Timeout", "Exit", "Interrupt", "Warning", "Refused", "Disconnected", "Failure", "Fault"]
            .iter()
            .any(|ending| last.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracebacks_of_lambda_are_one_line_with_carriage_returns() {
        let text = "KeyError: 'id'\rTraceback (most recent call last):\r\u{a0}\u{a0}File \"/var/task/app.py\", line 3, in handler\r";
        let (first, error) = split(text);
        assert_eq!((first, error.kind.as_deref(), error.message.as_deref()), ("KeyError: 'id'", Some("KeyError"), Some("'id'")));
        assert_eq!(error.stack.as_deref(), Some("Traceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in handler"));
    }

    #[test]
    fn lines_behind_a_message_are_a_stack_only_when_they_look_so() {
        assert!(split("cannot send\nsee the manual\nbefore you try").1.stack.is_none());
        assert!(split("x.YError: z\r\n\tat a.b(C.java:1)\r\n").1.stack.is_some());
        assert!(traceback("Traceback (most recent call last):\n  File \"a.py\", line 1").is_none());
    }
}
