//! Text lines: Lambda's own lines, and the prefix `time level logger: message` that most frameworks write in some order.

use std::borrow::Cow;

use super::{ErrorFields, Fields, Level, PlatformFailure};

/// How many words at the start of a line may be time, level, logger and process.
const PREFIX_WORDS: usize = 6;

/// Reads a text line. Every line gives something.
pub(super) fn read(line: &str) -> Fields<'_> {
    if let Some(fields) = platform_line(line).or_else(|| rust_panic(line)) {
        return fields;
    }
    let mut fields = Fields::default();
    let Some((level, rest)) = level_prefix(line) else {
        fields.message = Some(Cow::Borrowed(line.trim_end()));
        return fields;
    };
    fields.level = Some(level);
    let (first, stack) = split_stack(rest);
    fields.message = Some(Cow::Borrowed(first));
    if let Some(stack) = stack {
        let (kind, message) = exception_line(stack).or_else(|| exception_line(first)).unzip();
        fields.error = ErrorFields { kind: kind.map(Cow::Borrowed), message: message.map(Cow::Borrowed), stack: Some(Cow::Borrowed(stack)) };
    } else if let Some((kind, message)) = exception_line(first) {
        fields.error.kind = Some(Cow::Borrowed(kind));
        fields.error.message = Some(Cow::Borrowed(message));
    }
    fields
}

/// `2026-… <id> Task timed out after 3.00 seconds`, `RequestId: … Error: Runtime exited …`, `REPORT … Status: timeout`.
fn platform_line(line: &str) -> Option<Fields<'_>> {
    let failure = if line.contains(" Task timed out after ") {
        PlatformFailure::TimedOut
    } else if line.starts_with("RequestId: ") && line.contains(" Error: Runtime exited") {
        if line.contains("signal: killed") { PlatformFailure::OutOfMemory } else { PlatformFailure::Exited }
    } else if line.starts_with("INIT_REPORT ") && line.contains("Status: error") {
        PlatformFailure::Init
    } else {
        return None;
    };
    let request_id = match failure {
        PlatformFailure::TimedOut => line.split_whitespace().nth(1),
        _ => line.strip_prefix("RequestId: ").and_then(|rest| rest.split_whitespace().next()),
    };
    Some(Fields {
        level: Some(Level::Critical),
        message: Some(Cow::Borrowed(line.trim_end())),
        request_id: request_id.map(Cow::Borrowed),
        platform: Some(failure),
        ..Fields::default()
    })
}

/// `thread 'worker' (7) panicked at src/a.rs:1:2:` with the message on the next line, as Rust writes a panic nobody caught.
fn rust_panic(line: &str) -> Option<Fields<'_>> {
    if !is_panic(line) {
        return None;
    }
    let (first, rest) = line.split_once('\n').unwrap_or((line, ""));
    let message = rest.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_else(|| first.trim_end());
    Some(Fields {
        level: Some(Level::Critical),
        message: Some(Cow::Borrowed(message)),
        error: ErrorFields {
            kind: Some(Cow::Borrowed("panic")),
            message: Some(Cow::Borrowed(message)),
            stack: Some(Cow::Borrowed(rest)).filter(|rest| rest.contains("::")),
        },
        ..Fields::default()
    })
}

/// Whether a line begins the report of a Rust panic.
pub(crate) fn is_panic(line: &str) -> bool {
    line.starts_with("thread '") && line.contains(" panicked at ")
}

/// The level among the first words, and the rest of the line behind it. Only upper-case words and bracketed or colon-ended ones count, so that
/// a sentence that begins "An error ..." is not an error.
fn level_prefix(line: &str) -> Option<(Level, &str)> {
    let mut rest = line;
    for position in 0..PREFIX_WORDS {
        rest = rest.trim_start_matches([' ', '\t']);
        let end = rest.find([' ', '\t', '\n']).unwrap_or(rest.len());
        let word = rest.get(..end)?;
        if word.is_empty() {
            return None;
        }
        let bare = word.trim_matches(['[', ']', '(', ')', ':', '|', '<', '>', '-', ',']);
        let marked = bare.len() != word.len();
        let upper = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_uppercase());
        let behind = rest.get(end..)?;
        // Python's basicConfig writes `ERROR:logger:message` without spaces.
        if position == 0
            && let Some((head, tail)) = rest.split_once(':')
            && head.bytes().all(|byte| byte.is_ascii_uppercase())
            && let Some(level) = Level::from_word(head)
        {
            return Some((level, tail.trim_start()));
        }
        if (upper || (marked && position == 0))
            && let Some(level) = Level::from_word(bare)
        {
            return Some((level, behind.trim_start_matches([' ', '\t', '-', ':', '|'])));
        }
        rest = behind;
        if rest.starts_with('\n') {
            return None;
        }
    }
    None
}

/// The first line, and what follows it when that looks like a stack trace.
fn split_stack(text: &str) -> (&str, Option<&str>) {
    match text.split_once('\n') {
        Some((first, rest)) if looks_like_stack(rest) => (first.trim_end(), Some(rest.trim_end())),
        Some((first, _)) => (first.trim_end(), None),
        None => (text.trim_end(), None),
    }
}

fn looks_like_stack(text: &str) -> bool {
    text.contains("Traceback (most recent call last):")
        || text.lines().any(|line| {
            let line = line.trim_start();
            line.starts_with("at ") || line.starts_with("File \"") || line.starts_with("Caused by: ")
        })
}

/// The last line of the form `pkg.SomeError: message`: Python prints the exception under its traceback, Java above.
fn exception_line(text: &str) -> Option<(&str, &str)> {
    text.lines().rev().find_map(|line| {
        let line = line.trim_end();
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
    fn the_level_is_found_in_every_usual_place() {
        for (line, level, message) in [
            ("2026-11-20 12:01:02,345 ERROR mailer.smtp: cannot send", Level::Error, "mailer.smtp: cannot send"),
            ("[ERROR] ValueError: bad", Level::Error, "ValueError: bad"),
            ("WARNING:root:low", Level::Warning, "root:low"),
            ("error: it broke", Level::Error, "it broke"),
        ] {
            let fields = read(line);
            assert_eq!((fields.level, fields.message.as_deref()), (Some(level), Some(message)), "{line}");
        }
    }

    #[test]
    fn a_sentence_about_errors_is_not_one() {
        for line in ["0 errors found", "an error page was served", "processed ERRORS table", "no level here"] {
            assert_eq!(read(line).level, None, "{line}");
        }
    }

    #[test]
    fn a_python_traceback_in_one_event_gives_type_message_and_stack() {
        let fields = read("[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in handler\n    x['id']\n");
        assert_eq!(fields.error.kind.as_deref(), Some("KeyError"));
        assert_eq!(fields.error.message.as_deref(), Some("'id'"));
        assert!(fields.error.stack.is_some());
    }

    #[test]
    fn a_rust_panic_is_critical_with_its_message_from_the_next_line() {
        let fields = read("thread 'feed' (75) panicked at src/feed.rs:51:38:\nindex out of bounds");
        assert_eq!((fields.level, fields.error.kind.as_deref()), (Some(Level::Critical), Some("panic")));
        assert_eq!(fields.message.as_deref(), Some("index out of bounds"));
        assert!(read("thread 'feed' panicked at src/feed.rs:51:38:").message.unwrap().contains("panicked at"));
    }

    #[test]
    fn lambda_time_outs_and_exits_are_platform_failures() {
        let fields = read("2026-11-20T10:00:00.000Z 1b2c Task timed out after 3.00 seconds");
        assert_eq!((fields.platform, fields.request_id.as_deref()), (Some(PlatformFailure::TimedOut), Some("1b2c")));
        let fields = read("RequestId: 9f Error: Runtime exited with error: signal: killed");
        assert_eq!((fields.platform, fields.request_id.as_deref()), (Some(PlatformFailure::OutOfMemory), Some("9f")));
    }
}
