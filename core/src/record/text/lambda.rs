//! Lambda's own lines in its text log format.
//!
//! ```text
//! INIT_START Runtime Version: python:3.12.v57\tRuntime Version ARN: arn:…
//! START RequestId: ID Version: $LATEST
//! END RequestId: ID
//! REPORT RequestId: ID\tDuration: 1.5 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\t[Init Duration: 150 ms\t]\
//!        [Status: timeout\t][Error Type: Runtime.ExitError\t]\n[XRAY TraceId: 1-…\tSegmentId: …\tSampled: true]
//! INIT_REPORT Init Duration: 3003 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError
//! TIME ID Task timed out after 3.00 seconds
//! RequestId: ID Error: Runtime exited with error: signal: killed\nRuntime.ExitError
//! ```
//!
//! Tabs may have become blanks on the way. Sources: "Lambda function logs in text format" and "Understanding the Lambda execution environment"
//! of the Lambda developer guide; lines recorded from functions.
//!
//! What a REPORT says answers to the paths its JSON form has (`platform.report`, Lambda telemetry API): `record.metrics.maxMemoryUsedMB` works for
//! either format.

use std::borrow::Cow;

use super::time;
use crate::record::{ErrorFields, Fields, LambdaEvent, LambdaEventKind, Level, PlatformFailure};

/// The paths of [`LambdaLine::field`], as Lambda's JSON events spell them, each with the label of the text line.
const PATHS: [(&str, &str); 13] = [
    ("record.requestId", "RequestId: "),
    ("record.version", "Version: "),
    ("record.metrics.durationMs", "Duration: "),
    ("record.metrics.billedDurationMs", "Billed Duration: "),
    ("record.metrics.memorySizeMB", "Memory Size: "),
    ("record.metrics.maxMemoryUsedMB", "Max Memory Used: "),
    ("record.metrics.initDurationMs", "Init Duration: "),
    ("record.metrics.restoreDurationMs", "Restore Duration: "),
    ("record.status", "Status: "),
    ("record.errorType", "Error Type: "),
    ("record.phase", "Phase: "),
    ("record.runtimeVersion", "Runtime Version: "),
    ("record.tracing.traceId", "XRAY TraceId: "),
];

/// A line of the platform.
#[derive(Clone, Debug)]
pub(super) struct LambdaLine<'a> {
    line: &'a str,
    kind: Kind<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind<'a> {
    Event(LambdaEventKind),
    TimedOut { time: &'a str, request_id: &'a str },
    Exited { request_id: &'a str, message: &'a str },
}

impl<'a> LambdaLine<'a> {
    /// Reads a line; `None` when Lambda did not write it.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let kind = match line.as_bytes().first()? {
            b'S' if line.starts_with("START RequestId: ") => Kind::Event(LambdaEventKind::Start),
            b'E' if line.starts_with("END RequestId: ") => Kind::Event(LambdaEventKind::End),
            b'R' if line.starts_with("REPORT RequestId: ") => Kind::Event(LambdaEventKind::Report),
            b'R' => exited(line)?,
            b'I' if line.starts_with("INIT_START Runtime Version: ") => Kind::Event(LambdaEventKind::InitStart),
            b'I' if line.starts_with("INIT_REPORT Init Duration: ") => Kind::Event(LambdaEventKind::InitReport),
            b'0'..=b'9' => timed_out(line)?,
            _ => return None,
        };
        Some(Self { line, kind })
    }

    pub(super) fn fields(&self) -> Fields<'a> {
        let message = Some(Cow::Borrowed(self.line.trim_end()));
        match self.kind {
            Kind::Event(kind) => Fields { message, ..self.event(kind) },
            Kind::TimedOut { time, request_id } => Fields {
                timestamp_ms: time::parse(time),
                level: Some(Level::Critical),
                message,
                request_id: Some(Cow::Borrowed(request_id)),
                platform: Some(PlatformFailure::TimedOut),
                ..Fields::default()
            },
            Kind::Exited { request_id, message: text } => Fields {
                level: Some(Level::Critical),
                message,
                request_id: Some(Cow::Borrowed(request_id)),
                platform: Some(failure(text)),
                error: ErrorFields { kind: runtime_kind(text).map(Cow::Borrowed), ..ErrorFields::default() },
                ..Fields::default()
            },
        }
    }

    /// START, END, REPORT and INIT lines have no level. A REPORT that tells of a failure is no failure of its own: the platform has written a line
    /// for that one too, and a failure must count once.
    fn event(&self, kind: LambdaEventKind) -> Fields<'a> {
        let status = self.label("Status: ");
        let failed_to_start = kind == LambdaEventKind::InitReport && status == Some("error");
        let number = |label| self.label(label).and_then(|text| text.parse().ok());
        Fields {
            level: match (failed_to_start, kind, status) {
                (true, ..) => Some(Level::Critical),
                // The platform starts it again within the invocation, which may then succeed.
                (false, LambdaEventKind::InitReport, Some("timeout")) => Some(Level::Warning),
                _ => None,
            },
            request_id: self.label("RequestId: ").map(Cow::Borrowed),
            trace_id: self.label("XRAY TraceId: ").map(Cow::Borrowed),
            error: ErrorFields { kind: self.label("Error Type: ").map(Cow::Borrowed), ..ErrorFields::default() },
            lambda: Some(LambdaEvent {
                kind,
                duration_ms: number("Duration: "),
                billed_ms: number("Billed Duration: "),
                init_ms: number("Init Duration: "),
                memory_mb: number("Memory Size: "),
                max_memory_mb: number("Max Memory Used: "),
            }),
            platform: failed_to_start.then_some(PlatformFailure::Init),
            ..Fields::default()
        }
    }

    /// A value by the path of the JSON event.
    pub(super) fn field(&self, path: &str) -> Option<&'a str> {
        let Kind::Event(kind) = self.kind else { return None };
        if path == "type" {
            return Some(match kind {
                LambdaEventKind::InitStart => "platform.initStart",
                LambdaEventKind::InitReport => "platform.initReport",
                LambdaEventKind::Start => "platform.start",
                LambdaEventKind::End => "platform.runtimeDone",
                LambdaEventKind::Report => "platform.report",
            });
        }
        // The duration of a start is the duration of its own report.
        let path = if kind == LambdaEventKind::InitReport && path == "record.metrics.durationMs" { "record.metrics.initDurationMs" } else { path };
        let (_, label) = PATHS.iter().find(|(known, _)| *known == path)?;
        self.label(label)
    }

    /// The first word behind a label. A label that ends another (`Duration: ` in `Billed Duration: `) counts only where a column begins.
    fn label(&self, label: &str) -> Option<&'a str> {
        let mut from = 0;
        loop {
            let at = from + self.line.get(from..)?.find(label)?;
            let before = self.line.get(..at)?;
            let (_, last) = before.trim_end_matches(' ').rsplit_once([' ', '\t', '\n']).unwrap_or(("", before));
            let own_column = before.ends_with(['\t', '\n']) || !matches!(last.trim_end(), "Billed" | "Init" | "Restore" | "Runtime");
            if own_column {
                return self.line.get(at + label.len()..)?.split([' ', '\t', '\n', '\r']).next().filter(|word| !word.is_empty());
            }
            from = at + label.len();
        }
    }
}

/// `2026-11-20T10:00:00.000Z ID Task timed out after 3.00 seconds`
fn timed_out(line: &str) -> Option<Kind<'_>> {
    let (time, rest) = line.split_once(' ')?;
    let (request_id, rest) = rest.split_once(' ')?;
    rest.strip_prefix("Task timed out after ")?;
    time::parse(time)?;
    is_id(request_id).then_some(Kind::TimedOut { time, request_id })
}

/// `RequestId: ID Error: …`, and `RequestId: ID Process exited before completing request`.
fn exited(line: &str) -> Option<Kind<'_>> {
    let (request_id, rest) = line.strip_prefix("RequestId: ")?.split_once(' ')?;
    let message = rest.strip_prefix("Error: ").or_else(|| rest.starts_with("Process exited before ").then_some(rest))?;
    is_id(request_id).then_some(Kind::Exited { request_id, message })
}

/// The type Lambda writes behind the message: `Runtime.ExitError`.
fn runtime_kind(message: &str) -> Option<&str> {
    message.lines().map(str::trim).find(|line| line.starts_with("Runtime."))
}

/// Killed by the kernel is out of memory; a runtime that cannot be started failed to start; anything else ended by itself.
fn failure(message: &str) -> PlatformFailure {
    let kind = runtime_kind(message).unwrap_or_default();
    if message.contains("signal: killed") || kind == "Runtime.OutOfMemory" {
        PlatformFailure::OutOfMemory
    } else if message.starts_with("fork/exec ") || message.starts_with("Couldn't find valid bootstrap") || kind == "Runtime.InvalidEntrypoint" {
        PlatformFailure::Init
    } else {
        PlatformFailure::Exited
    }
}

/// Digits of a request id: hexadecimal with dashes.
pub(super) fn is_id(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// A UUID, `8-4-4-4-12`.
pub(super) fn is_uuid(word: &str) -> bool {
    word.len() == 36 && is_id(word) && [8, 13, 18, 23].iter().all(|&at| word.as_bytes().get(at) == Some(&b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "REPORT RequestId: 9f-1\tDuration: 82.94 ms\tBilled Duration: 83 ms\tMemory Size: 512 MB\tMax Memory Used: 161 MB\tInit Duration: 150.5 ms\tRestore Duration: 9 ms\tStatus: timeout\t\nXRAY TraceId: 1-5e34-10b\tSegmentId: 0f\tSampled: true\t\n";

    #[test]
    fn a_report_is_read_with_tabs_and_with_blanks() {
        for line in [REPORT.to_owned(), REPORT.replace(['\t', '\n'], " ")] {
            let read = LambdaLine::read(&line).unwrap();
            let fields = read.fields();
            let expected = LambdaEvent {
                kind: LambdaEventKind::Report,
                duration_ms: Some(82.94),
                billed_ms: Some(83.0),
                init_ms: Some(150.5),
                memory_mb: Some(512.0),
                max_memory_mb: Some(161.0),
            };
            assert_eq!(fields.lambda, Some(expected), "{line}");
            assert_eq!((fields.request_id.as_deref(), fields.trace_id.as_deref()), (Some("9f-1"), Some("1-5e34-10b")));
            // The platform writes "Task timed out" as well.
            assert_eq!((fields.level, fields.platform), (None, None));
            assert_eq!((read.field("type"), read.field("record.status")), (Some("platform.report"), Some("timeout")));
            assert_eq!(read.field("record.metrics.restoreDurationMs"), Some("9"));
        }
    }

    #[test]
    fn failures_are_told_apart() {
        for (line, expected) in [
            ("2026-11-20T10:00:00.000Z 1b2c Task timed out after 3.00 seconds\n\n", PlatformFailure::TimedOut),
            ("RequestId: 9f Error: Runtime exited with error: signal: killed\nRuntime.ExitError", PlatformFailure::OutOfMemory),
            ("RequestId: 9f Error: Runtime exited with error: exit status 1\nRuntime.ExitError", PlatformFailure::Exited),
            ("RequestId: 9f Process exited before completing request", PlatformFailure::Exited),
            ("RequestId: 9f Error: fork/exec /var/task/bootstrap: exec format error\nRuntime.InvalidEntrypoint", PlatformFailure::Init),
            ("INIT_REPORT Init Duration: 3003.25 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError", PlatformFailure::Init),
        ] {
            let fields = LambdaLine::read(line).unwrap().fields();
            assert_eq!((fields.level, fields.platform), (Some(Level::Critical), Some(expected)), "{line}");
        }
    }

    #[test]
    fn sentences_about_lambda_are_not_its_lines() {
        for line in [
            "2026-11-20 10:00:00 celery Task timed out after 3.00 seconds",
            "{\"message\":\"x Task timed out after 3.00 seconds\"}",
            "RequestId: unknown Error: Runtime exited with error",
            "START of the job",
            "REPORT",
            "END RequestId",
        ] {
            assert!(LambdaLine::read(line).is_none(), "{line}");
        }
    }
}
