//! Detection: which records are errors, and what they tell of them.
//!
//! | record | it is an error when |
//! |---|---|
//! | any | the Lambda platform reports a failure with it |
//! | with a level | the level is ERROR or CRITICAL; never with a lower one, whatever else it says |
//! | JSON without a level | it names an error type, or has a stack that can be read as one |
//! | text without a level | it opens with a report that runtimes write of errors nobody caught, or holds a whole trace |
//!
//! The word "error" in a text is no evidence. A text that begins in the middle of a trace is none: what it belongs to was in the batch before.

use std::borrow::Cow;

use super::trace::{self, Exception, Role};
use crate::record::{Form, Level, PlatformFailure, Record};

/// Words for no error at all, where an error's type should be.
const NO_ERROR: [&str; 9] = ["none", "null", "nil", "undefined", "ok", "success", "false", "0", "no_error"];

/// Most causes that an error without a stack is told with.
const MAX_CHAIN: usize = trace::MAX_EXCEPTIONS;

/// An error found in a record.
#[derive(Clone, Debug)]
pub struct Fault<'a> {
    /// Type or class; empty when the record names none.
    pub kind: Cow<'a, str>,
    /// Message.
    pub message: Cow<'a, str>,
    /// Stack as text; empty when there is none.
    pub stack: Cow<'a, str>,
    /// The exceptions of the stack, the root cause first; empty when there is no stack.
    pub exceptions: Vec<Exception<'a>>,
    /// Fingerprint the record names itself (`error.fingerprint`): it decides alone what the fault is grouped with.
    pub fingerprint: Option<Cow<'a, str>>,
    /// Code the record names: an SQLSTATE, a gRPC status, an errno name, a service's error code.
    pub code: Option<Cow<'a, str>>,
    /// HTTP status of the record.
    pub status: Option<u16>,
    /// Platform failure.
    pub platform: Option<PlatformFailure>,
    /// Level of the record.
    pub level: Level,
    /// Whether the record states no level, and [`Self::level`] is ERROR for want of one.
    pub level_assumed: bool,
    /// True when all there is is a request line with a server error: another record of the same request says more.
    pub request_line_only: bool,
    /// The record says that it will be tried again.
    pub will_retry: bool,
}

impl Default for Fault<'_> {
    /// An ERROR of which nothing is known.
    fn default() -> Self {
        Self {
            kind: Cow::Borrowed(""),
            message: Cow::Borrowed(""),
            stack: Cow::Borrowed(""),
            exceptions: Vec::new(),
            fingerprint: None,
            code: None,
            status: None,
            platform: None,
            level: Level::Error,
            level_assumed: false,
            request_line_only: false,
            will_retry: false,
        }
    }
}

/// Whether [`detect`] has to look at a record: a look that costs next to nothing, so that most records of a batch need not be kept.
pub fn may_be_error(record: &Record<'_>) -> bool {
    let fields = &record.fields;
    match fields.level {
        _ if fields.platform.is_some() => true,
        Some(level) => level >= Level::Error || is_reported(record),
        None if fields.lambda.is_some() => false,
        None => match record.form {
            Form::Json => fields.error.kind.is_some() || fields.error.stack.is_some(),
            Form::Text => true,
        },
    }
}

/// The error of a record, if it is one.
pub fn detect<'a>(record: &'a Record<'_>) -> Option<Fault<'a>> {
    let fields = &record.fields;
    let stated = fields.level.filter(|level| *level >= Level::Error || is_reported(record));
    if fields.platform.is_some() || stated.is_some() {
        let level = fields.level.map_or(Level::Critical, |level| if is_reported(record) { Level::Error } else { level });
        return Some(fault(record, level, None));
    }
    if fields.level.is_some() || fields.lambda.is_some() {
        return None;
    }
    match record.form {
        Form::Json => json(record),
        Form::Text => text(record),
    }
}

/// A report of a sanitizer that calls itself a warning.
fn is_reported(record: &Record<'_>) -> bool {
    record.form == Form::Text && record.raw.starts_with("WARNING: ThreadSanitizer: ")
}

/// A JSON record without a level.
fn json<'a>(record: &'a Record<'_>) -> Option<Fault<'a>> {
    let error = &record.fields.error;
    let named = error.kind.as_deref().is_some_and(|kind| !NO_ERROR.iter().any(|no| kind.eq_ignore_ascii_case(no)));
    let stack = error.stack.as_deref().unwrap_or("");
    let exceptions = if stack.is_empty() { Vec::new() } else { trace::read(stack) };
    (named || !exceptions.is_empty()).then(|| Fault { level_assumed: true, ..fault(record, Level::Error, Some(exceptions)) })
}

/// A text record without a level.
fn text<'a>(record: &'a Record<'_>) -> Option<Fault<'a>> {
    let raw = record.raw;
    let opening = trace::opening(raw);
    let several = memchr::memchr2(b'\n', b'\r', raw.trim_end().as_bytes()).is_some();
    let alone = opening.is_some_and(|opening| opening.alone);
    if !alone && !several {
        return None;
    }
    let exceptions = if several || alone { trace::read(raw) } else { Vec::new() };
    let level = match opening {
        Some(opening) if opening.alone => opening.level,
        _ if trace::is_fragment(raw) => return None,
        // Frames alone are where somebody is; an exception with frames, or frames behind a report's first line, are where something was thrown.
        _ if !exceptions.iter().any(|exception| !exception.frames.is_empty() && (opening.is_some() || !exception.kind.is_empty())) => return None,
        Some(opening) => opening.level,
        None => Level::Error,
    };
    Some(Fault { level_assumed: opening.is_none(), ..fault(record, level, Some(exceptions)) })
}

/// What a record tells of its error; `exceptions` are those of its stack when they have been read.
fn fault<'a>(record: &'a Record<'_>, level: Level, exceptions: Option<Vec<Exception<'a>>>) -> Fault<'a> {
    let fields = &record.fields;
    let borrowed = |text: &'a Option<Cow<'_, str>>| text.as_deref().unwrap_or("");
    let stated = (borrowed(&fields.error.kind), borrowed(&fields.error.message));
    let mut stack = borrowed(&fields.error.stack);
    // A text does not state what it is of: its trace says it better than the line it begins with.
    let traced_text = record.form == Form::Text && fields.platform.is_none() && may_be_traced(record.raw);
    let exceptions = match exceptions {
        Some(exceptions) => exceptions,
        None if traced_text => trace::read(record.raw),
        None if stack.is_empty() => Vec::new(),
        None => trace::read(stack),
    };
    if traced_text && stack.is_empty() && !exceptions.is_empty() {
        stack = record.raw.trim_end();
    }
    let exceptions = match record.form {
        Form::Json => completed(exceptions, stack, stated),
        Form::Text => without_prefix(exceptions, record),
    };
    let (kind, message) = named(&exceptions, stated, record.form == Form::Text);
    let server_error = fields.http.status_code.is_some_and(|status| status >= 500);
    let request_line_only = server_error && kind.is_empty() && stack.is_empty() && message.is_empty();
    let code = fields.error.code.as_deref().map(Cow::Borrowed).or_else(|| match (stack, traced_text) {
        ("", _) => trace::stated_code(&message).map(|code| Cow::Owned(code.to_owned())),
        (_, true) => trace::stated_code(record.raw).map(Cow::Borrowed),
        (stack, false) => trace::stated_code(stack).map(Cow::Borrowed),
    });
    Fault {
        kind: if request_line_only { Cow::Borrowed("ServerError") } else { kind },
        message: match (request_line_only, message.is_empty()) {
            (true, _) => {
                let (method, route) = (borrowed(&fields.http.method), borrowed(&fields.http.route));
                let said = format!("{method} {route} answered with status {}", fields.http.status_code.unwrap_or_default());
                Cow::Owned(said.trim_start().to_owned())
            }
            (false, true) => platform_message(record).map_or_else(|| unnamed(&exceptions, record), Cow::Owned),
            (false, false) => message,
        },
        stack: Cow::Borrowed(stack),
        exceptions,
        code,
        fingerprint: fields.fingerprint.as_deref().map(Cow::Borrowed),
        status: fields.http.status_code,
        platform: fields.platform,
        level,
        level_assumed: false,
        request_line_only,
        will_retry: fields.will_retry,
    }
}

/// Whether a text has several lines, or one that is evidence enough, without colours between its words.
fn may_be_traced(text: &str) -> bool {
    let several = || memchr::memchr2(b'\n', b'\r', text.trim_end().as_bytes()).is_some();
    memchr::memchr(b'\x1b', text.as_bytes()).is_none() && (several() || trace::opening(text).is_some_and(|opening| opening.alone))
}

/// Where a trace takes the line above it for its message, that line's own message, without time, level and logger.
fn without_prefix<'a>(mut exceptions: Vec<Exception<'a>>, record: &'a Record<'_>) -> Vec<Exception<'a>> {
    let raw = record.raw;
    let start = |text: &str| (text.as_ptr() as usize).checked_sub(raw.as_ptr() as usize).filter(|start| start + text.len() <= raw.len());
    let Some(Cow::Borrowed(message)) = &record.fields.message else { return exceptions };
    let Some(said) = start(message).filter(|said| *said > 0) else { return exceptions };
    for exception in &mut exceptions {
        if let Some(from) = start(&exception.message).filter(|from| *from < said)
            && let Some(behind) = raw.get(said..from + exception.message.len())
        {
            exception.message = Cow::Borrowed(behind);
        }
    }
    exceptions
}

/// What a platform event without words says.
fn platform_message(record: &Record<'_>) -> Option<String> {
    let fields = &record.fields;
    if fields.message.is_some() {
        return None;
    }
    let event = fields.lambda?;
    let kind = fields.error.kind.as_deref().unwrap_or("no error type");
    let figure = |figure: Option<f64>| figure.map_or_else(|| "?".to_owned(), |figure| figure.to_string());
    Some(match fields.platform? {
        PlatformFailure::TimedOut => format!("the invocation timed out after {} ms", figure(event.duration_ms)),
        PlatformFailure::OutOfMemory => format!("the process ran out of memory: {} of {} MB used", figure(event.max_memory_mb), figure(event.memory_mb)),
        PlatformFailure::Exited => format!("the process exited: {kind}"),
        PlatformFailure::Init => format!("the function failed to start: {kind}"),
    })
}

/// The message of what has no kind: the record's own. eyre numbers it.
fn unnamed<'a>(exceptions: &[Exception<'a>], record: &'a Record<'_>) -> Cow<'a, str> {
    let message = record.message();
    match exceptions.last() {
        Some(outermost) if record.form == Form::Text && !outermost.message.is_empty() && message.ends_with(outermost.message.as_ref()) => {
            outermost.message.clone()
        }
        // A text with a trace is told by its first line.
        Some(_) if record.form == Form::Text => Cow::Borrowed(message.lines().next().unwrap_or(message).trim_end()),
        _ => Cow::Borrowed(message),
    }
}

/// Kind and message: as the record states them, which is of the outermost exception; of a text as its trace does; else of the root cause.
fn named<'a>(exceptions: &[Exception<'a>], stated: (&'a str, &'a str), is_text: bool) -> (Cow<'a, str>, Cow<'a, str>) {
    let (kind, message) = (Cow::Borrowed(stated.0), Cow::Borrowed(stated.1));
    let outermost = exceptions.iter().rev().find(|exception| exception.role != Role::Suppressed);
    if is_text && let Some(exception) = outermost.filter(|exception| !exception.kind.is_empty()) {
        return (exception.kind.clone(), exception.message.clone());
    }
    let Some(root) = exceptions.first() else { return (kind, message) };
    match (kind.is_empty(), message.is_empty()) {
        (true, true) if root.kind.is_empty() => (kind, message),
        (true, true) => (root.kind.clone(), root.message.clone()),
        (true, false) => (root.kind.clone(), message),
        (false, true) if root.kind == kind => (kind, root.message.clone()),
        (false, _) => (kind, message),
    }
}

/// The exceptions of a stack, with what the record states beside it: a list of frames or of causes does not name what was thrown.
fn completed<'a>(mut exceptions: Vec<Exception<'a>>, stack: &str, stated: (&'a str, &'a str)) -> Vec<Exception<'a>> {
    let (kind, message) = stated;
    if exceptions.is_empty() || (kind.is_empty() && message.is_empty()) {
        return exceptions;
    }
    let position = exceptions.iter().rposition(|exception| exception.role != Role::Suppressed).map_or(0, |at| at + 1);
    if stack.trim_start().starts_with("Caused by:") {
        let outer = Exception { kind: Cow::Borrowed(kind), message: Cow::Borrowed(message), ..Exception::default() };
        exceptions.insert(position, outer);
        exceptions.truncate(MAX_CHAIN);
        return exceptions;
    }
    if let Some(outermost) = position.checked_sub(1).and_then(|at| exceptions.get_mut(at))
        && outermost.kind.is_empty()
        && (outermost.message.is_empty() || message.is_empty() || outermost.message == message)
    {
        outermost.kind = Cow::Borrowed(kind);
        if outermost.message.is_empty() {
            outermost.message = Cow::Borrowed(message);
        }
    }
    exceptions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::LogEvent;

    fn event(message: &str) -> LogEvent<'_> {
        LogEvent { id: Cow::Borrowed("1"), timestamp: 0, message: Cow::Borrowed(message) }
    }

    #[test]
    fn a_failed_request_line_stands_for_itself_only() {
        let event = event(r#"{"level":"ERROR","message":"request","http":{"method":"POST","route":"/checkout","status_code":502}}"#);
        let record = Record::parse(&event);
        let fault = detect(&record).unwrap();
        assert!(fault.request_line_only);
        assert_eq!(fault.message, "POST /checkout answered with status 502");
        assert_eq!(fault.kind, "ServerError");
    }

    #[test]
    fn what_a_record_states_names_what_its_stack_does_not() {
        let event = event(r#"{"errorType":"KeyError","errorMessage":"'id'","stackTrace":["  File \"/var/task/app.py\", line 3, in handler\n    x['id']\n"]}"#);
        let record = Record::parse(&event);
        let fault = detect(&record).unwrap();
        assert_eq!((fault.exceptions[0].kind.as_ref(), fault.exceptions[0].message.as_ref()), ("KeyError", "'id'"));
        assert_eq!(fault.exceptions[0].frames[0].function, "handler");
    }

    #[test]
    fn causes_alone_are_told_inside_what_the_record_states() {
        let event =
            event(r#"{"level":"ERROR","error":{"type":"PaymentDeclined","message":"declined","stack":"Caused by: cannot connect\nCaused by: no route"}}"#);
        let record = Record::parse(&event);
        let fault = detect(&record).unwrap();
        let said: Vec<_> = fault.exceptions.iter().map(|e| (e.kind.as_ref(), e.message.as_ref())).collect();
        assert_eq!(said, [("", "no route"), ("", "cannot connect"), ("PaymentDeclined", "declined")]);
        assert_eq!(fault.kind, "PaymentDeclined");
    }

    #[test]
    fn the_root_cause_names_what_the_record_does_not() {
        let event =
            event(r#"{"level":"ERROR","message":"failed","stack_trace":"a.B: outer\n\tat a.B.c(B.java:1)\nCaused by: d.E: inner\n\tat d.E.f(E.java:2)"}"#);
        let record = Record::parse(&event);
        let fault = detect(&record).unwrap();
        assert_eq!((fault.kind.as_ref(), fault.message.as_ref(), fault.exceptions.len()), ("d.E", "inner", 2));
    }

    #[test]
    fn codes_come_from_fields_and_from_what_node_prints() {
        for (line, code) in [
            (r#"{"level":"ERROR","error":{"code":"23505","message":"duplicate"}}"#, Some("23505")),
            ("2026-11-23 10:00:00 ERROR Error: connect\n    at f (/a.js:1:1) {\n  errno: -111,\n  code: 'ECONNREFUSED'\n}", Some("ECONNREFUSED")),
            ("2026-11-23 10:00:00 ERROR TypeError [ERR_INVALID_URL]: bad\n    at f (/a.js:1:1)", Some("ERR_INVALID_URL")),
            ("2026-11-23 10:00:00 ERROR code: 'x'", None),
        ] {
            let event = event(line);
            assert_eq!(detect(&Record::parse(&event)).unwrap().code.as_deref(), code, "{line}");
        }
    }

    #[test]
    fn a_traceback_that_the_batch_cut_off_is_an_error_without_a_name() {
        let event = event("Traceback (most recent call last):\n  File \"/app/a.py\", line 3, in f\n    g()");
        let record = Record::parse(&event);
        let fault = detect(&record).unwrap();
        assert_eq!((fault.kind.as_ref(), fault.exceptions[0].frames[0].function.as_ref()), ("", "f"));
    }

    #[test]
    fn the_end_of_a_trace_is_no_error_of_its_own() {
        for line in [
            "\tat com.shop.A.b(A.java:1)\nCaused by: java.io.IOException: gone\n\tat com.shop.C.d(C.java:2)",
            "Caused by: java.io.IOException: x\n\tat a.B.c(B.java:1)",
        ] {
            let event = event(line);
            assert!(detect(&Record::parse(&event)).is_none(), "{line}");
        }
    }
}
