//! JSON lines: schema 1.0 and the dialects that name the same things otherwise.
//!
//! What a field is called is a table, [`super::known`]; here a name's value becomes the field's type. A value of an unexpected type costs itself only.
#![expect(clippy::needless_pass_by_value, reason = "every reading of a value takes it, so that one finder serves them all")]

use std::borrow::Cow;

use super::{
    ErrorFields, Fields, Http, LambdaEvent, LambdaEventKind, Level, PlatformFailure, code,
    known::{self, Name},
    stack,
    text::time,
};
use crate::json::{SelectorSetBuilder, Slot, Value, Values};

/// Where a selector set files the names of each field, the preferred first.
#[derive(Clone, Debug)]
pub(super) struct Known {
    slots: Vec<Vec<Slot>>,
    /// For each slot of the set the fields it is a name of, a bit each.
    fields: Vec<u64>,
}

impl Known {
    /// Adds every known name to a set, which holds no others.
    pub(super) fn add_to(set: &mut SelectorSetBuilder) -> Self {
        const { assert!(known::NAMES.len() <= u64::BITS as usize, "a field has a bit") };
        let mut known = Self { slots: Vec::new(), fields: Vec::new() };
        for (name, paths) in known::NAMES {
            let slots: Vec<Slot> = paths.iter().filter_map(|path| Some(set.add(&path.parse().ok()?))).collect();
            for slot in &slots {
                known.fields.resize(known.fields.len().max(slot.index() + 1), 0);
                known.fields[slot.index()] |= bit(*name);
            }
            known.slots.push(slots);
        }
        known
    }

    /// What is known of a line.
    pub(super) fn fields<'a>(&self, values: Values<'a, '_>) -> Fields<'a> {
        let line = Line { known: self, values, present: values.marks(&self.fields) };
        let lambda = line.lambda();
        let mut error = line.error();
        if lambda.is_some() {
            error.kind = error.kind.or_else(|| line.find(Name::PlatformErrorType, string));
        }
        Fields {
            timestamp_ms: line.find(Name::Timestamp, timestamp_ms),
            level: line.find(Name::Level, level).or_else(|| line.find(Name::SeverityNumber, |value| Level::from_severity_number(integer(value)?))),
            logger: line.text(Name::Logger),
            location: line.find(Name::Location, string),
            message: line.find(Name::Message, string).or_else(|| line.text(Name::Message)),
            service: line.text(Name::Service),
            environment: line.text(Name::Environment),
            version: line.text(Name::Version),
            request_id: line.text(Name::RequestId),
            correlation_id: line.text(Name::CorrelationId),
            function_request_id: line.text(Name::FunctionRequestId),
            cold_start: line.find(Name::ColdStart, boolean),
            user_id: line.text(Name::UserId),
            tenant_id: line.text(Name::TenantId),
            trace_id: line.text(Name::TraceId),
            span_id: line.text(Name::SpanId),
            trace_flags: line.text(Name::TraceFlags),
            xray_trace_id: line.text(Name::XrayTraceId),
            http: line.http(),
            error,
            platform: lambda.and_then(|(_, failure)| failure),
            lambda: lambda.and_then(|(event, _)| event),
            will_retry: line.find(Name::WillRetry, boolean).unwrap_or(false),
            sampled: line.find(Name::Sampled, boolean).unwrap_or(false),
            buffered: line.find(Name::Buffered, boolean).unwrap_or(false),
            dropped_fields: line.find(Name::DroppedFields, integer),
        }
    }
}

/// One line and where its known names stand.
#[derive(Clone, Copy)]
struct Line<'k, 'a, 's> {
    known: &'k Known,
    values: Values<'a, 's>,
    /// A bit for each field that some name of it has a value for: most fields are in no line, and are not looked for.
    present: u64,
}

impl<'a> Line<'_, 'a, '_> {
    /// The first of a field's names whose value can be read as what is wanted.
    fn find<T>(&self, name: Name, read: impl Fn(Value<'a>) -> Option<T>) -> Option<T> {
        if self.present & bit(name) == 0 {
            return None;
        }
        let slots = self.known.slots.get(name as usize)?;
        slots.iter().find_map(|&slot| read(self.values.first(slot)?))
    }

    fn text(&self, name: Name) -> Option<Cow<'a, str>> {
        self.find(name, Value::into_scalar_text)
    }

    fn http(&self) -> Http<'a> {
        let method = self.text(Name::Method);
        let path = self.find(Name::HttpPath, string).map(without_query);
        // A bare `status` is one only in a line that is about a request.
        let bare = if method.is_some() { self.find(Name::BareStatus, status) } else { None };
        Http {
            route: self.text(Name::Route),
            status_code: self.find(Name::Status, status).or(bare),
            duration_ms: self.find(Name::DurationMs, number).or_else(|| self.find(Name::DurationNs, |value| Some(number(value)? / 1e6))),
            request_bytes: self.find(Name::RequestBytes, integer),
            response_bytes: self.find(Name::ResponseBytes, integer),
            client_ip: self.find(Name::ClientIp, string),
            user_agent: self.find(Name::UserAgent, string),
            outcome: self.find(Name::Outcome, string),
            method,
            path,
        }
    }

    fn error(&self) -> ErrorFields<'a> {
        // What stands where an object could be is a message when it is one line and a stack when it is several.
        let bare = self.find(Name::BareError, |value| string(value).filter(|text| !text.is_empty()));
        let (bare_message, bare_stack) = match bare {
            Some(text) if text.contains('\n') => (None, Some(text)),
            other => (other, None),
        };
        let not_empty = |value: Value<'a>| value.into_scalar_text().filter(|text| !text.is_empty());
        // A text is what the language printed; an object beside it says the same again.
        let written = self.find(Name::Stack, |value| if matches!(value, Value::Object(_)) { None } else { stack::stack(value) }).or(bare_stack);
        let stack = written.or_else(|| self.find(Name::Stack, stack::stack)).or_else(|| self.find(Name::BareError, stack::structured));
        ErrorFields {
            kind: self.find(Name::ErrorType, not_empty),
            message: self.find(Name::ErrorMessage, not_empty).or(bare_message),
            stack: self.with_causes(stack),
            code: self.code(),
            hash: self.find(Name::ErrorHash, not_empty),
        }
    }

    fn code(&self) -> Option<Cow<'a, str>> {
        self.find(Name::ErrorCode, code::code).or_else(|| self.find(Name::GrpcStatus, code::grpc)).or_else(|| self.find(Name::Errno, code::errno))
    }

    /// The stack with the chain of causes behind it, unless it tells of causes itself.
    fn with_causes(&self, stack: Option<Cow<'a, str>>) -> Option<Cow<'a, str>> {
        let tells = |stack: &str| ["aused by:", "[cause]:", "direct cause of", " ---> "].iter().any(|mark| stack.contains(mark));
        if self.present & bit(Name::Cause) == 0 || stack.as_deref().is_some_and(tells) {
            return stack;
        }
        match (stack, self.find(Name::Cause, stack::causes)) {
            (Some(stack), Some(causes)) => Some(Cow::Owned(format!("{stack}\n{causes}"))),
            (stack, causes) => stack.or(causes.map(Cow::Owned)),
        }
    }

    /// An event of the Lambda platform: its `type` begins with `platform.`, what it says is under `record`.
    fn lambda(&self) -> Option<(Option<LambdaEvent>, Option<PlatformFailure>)> {
        let kind = self.find(Name::PlatformType, string)?;
        let kind = kind.strip_prefix("platform.")?;
        let init = kind.starts_with("init");
        let status = self.find(Name::PlatformStatus, string);
        let (memory_mb, max_memory_mb) = (self.find(Name::PlatformMemory, number), self.find(Name::PlatformMaxMemory, number));
        let used_up = memory_mb.zip(max_memory_mb).is_some_and(|(given, used)| used >= given);
        let failure = match (status.as_deref(), self.find(Name::PlatformErrorType, string).as_deref()) {
            // A report follows, and tells of the same failure with its figures: it must count once.
            _ if kind.ends_with("Done") => None,
            (Some("timeout" | "error" | "failure"), _) if init => Some(PlatformFailure::Init),
            (Some("timeout"), _) | (Some("error"), Some("Sandbox.Timedout")) => Some(PlatformFailure::TimedOut),
            (Some("error"), Some("Runtime.OutOfMemory")) => Some(PlatformFailure::OutOfMemory),
            // Killed by the kernel, it has only an exit to tell of.
            (Some("error"), Some("Runtime.ExitError")) if used_up => Some(PlatformFailure::OutOfMemory),
            (Some("error"), _) => Some(PlatformFailure::Exited),
            _ => None,
        };
        let kind = match kind {
            "initStart" => LambdaEventKind::InitStart,
            "initReport" => LambdaEventKind::InitReport,
            "start" => LambdaEventKind::Start,
            "runtimeDone" => LambdaEventKind::End,
            "report" => LambdaEventKind::Report,
            _ => return Some((None, failure)),
        };
        let duration_ms = self.find(Name::PlatformDuration, number);
        let event = LambdaEvent {
            kind,
            // An init report has one duration, that of the initialisation.
            duration_ms: duration_ms.filter(|_| !init),
            billed_ms: self.find(Name::PlatformBilled, number),
            init_ms: if init { duration_ms } else { self.find(Name::PlatformInit, number) },
            memory_mb,
            max_memory_mb,
        };
        Some((Some(event), failure))
    }
}

/// The bit of a field in a set of fields.
const fn bit(name: Name) -> u64 {
    1 << name as u32
}

fn string(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn boolean(value: Value<'_>) -> Option<bool> {
    match value {
        Value::Bool(boolean) => Some(boolean),
        _ => None,
    }
}

fn integer(value: Value<'_>) -> Option<u64> {
    value.as_text()?.parse().ok()
}

fn number(value: Value<'_>) -> Option<f64> {
    value.as_text()?.parse().ok().filter(|number: &f64| number.is_finite())
}

fn status(value: Value<'_>) -> Option<u16> {
    value.as_text()?.parse().ok().filter(|status| (100..600).contains(status))
}

fn level(value: Value<'_>) -> Option<Level> {
    match value {
        Value::String(word) => Level::from_word(&word),
        Value::Number(lexeme) => Level::from_number(lexeme.parse().ok()?),
        _ => None,
    }
}

fn without_query(path: Cow<'_, str>) -> Cow<'_, str> {
    match (path.find('?'), path) {
        (Some(end), Cow::Borrowed(path)) => Cow::Borrowed(path.get(..end).unwrap_or(path)),
        (Some(end), Cow::Owned(mut path)) => {
            path.truncate(end);
            Cow::Owned(path)
        }
        (None, path) => path,
    }
}

/// A time as text lines write them, or a number of seconds to nanoseconds since 1970.
fn timestamp_ms(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Number(lexeme) => time::parse(lexeme),
        Value::String(text) => time::parse(&text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        envelope::LogEvent,
        record::{Form, Record},
    };

    fn read(line: &str) -> Option<Fields<'static>> {
        let event = LogEvent { id: "1".into(), timestamp: 0, message: line.to_owned().into() };
        // Leaked so that the fields can be looked at without their event: a test's few bytes.
        let record = Record::parse(Box::leak(Box::new(event)));
        (record.form == Form::Json).then_some(record.fields)
    }

    #[test]
    fn schema_1_0_is_read_and_borrowed() {
        let line = r#"{"timestamp":"2026-11-23T04:00:00Z","level":"ERROR","message":"payment failed","service":"orders","request_id":"r1","trace_id":"t1",
            "http":{"method":"GET","route":"/orders/{id}","status_code":502,"duration_ms":1.5},"error":{"type":"a.KeyError","message":"m","stack":"s"},"fields":{}}"#;
        let fields = read(line).unwrap();
        assert_eq!(fields.level, Some(Level::Error));
        assert!(matches!(fields.message, Some(Cow::Borrowed("payment failed"))));
        assert_eq!((fields.http.status_code, fields.http.duration_ms), (Some(502), Some(1.5)));
        assert_eq!(fields.error.kind.as_deref(), Some("a.KeyError"));
        assert_eq!(fields.timestamp_ms, Some(1_795_406_400_000));
    }

    #[test]
    fn values_of_unexpected_types_cost_nothing_but_themselves() {
        let fields = read(r#"{"level":{"a":1},"message":12,"http":"x","error":[1],"service":null,"msg":"kept"}"#).unwrap();
        assert_eq!(fields.level, None);
        assert_eq!(fields.message.as_deref(), Some("kept"));
        assert!(fields.error.kind.is_none());
        assert_eq!(read(r#"{"message":12}"#).unwrap().message.as_deref(), Some("12"));
    }

    #[test]
    fn an_error_of_null_is_no_error() {
        for value in ["null", "false", "0", "\"\"", "{}"] {
            let line = format!(r#"{{"error":{value}}}"#);
            let fields = read(&line).unwrap();
            assert!(fields.error.kind.is_none() && fields.error.message.is_none(), "{value}");
        }
    }

    #[test]
    fn platform_events_tell_of_failures_and_figures() {
        let report = |status: &str| {
            format!(
                r#"{{"time":"2026-11-23T04:00:00Z","type":"platform.report","record":{{"requestId":"9f","status":"{status}","metrics":{{
                "durationMs":3000.5,"billedDurationMs":3001,"memorySizeMB":512,"maxMemoryUsedMB":77,"initDurationMs":120.25}}}}}}"#
            )
        };
        let fields = read(&report("timeout")).unwrap();
        assert_eq!((fields.platform, fields.request_id.as_deref()), (Some(PlatformFailure::TimedOut), Some("9f")));
        let event = fields.lambda.unwrap();
        assert_eq!((event.kind, event.duration_ms, event.billed_ms), (LambdaEventKind::Report, Some(3000.5), Some(3001.0)));
        assert_eq!((event.memory_mb, event.max_memory_mb, event.init_ms), (Some(512.0), Some(77.0), Some(120.25)));
        assert_eq!(read(&report("success")).unwrap().platform, None);
        // The same words in an application's own line mean nothing.
        assert_eq!(read(r#"{"type":"payment","record":{"status":"timeout"}}"#).unwrap().platform, None);
        let init = read(r#"{"type":"platform.initReport","record":{"status":"error","metrics":{"durationMs":9}}}"#).unwrap();
        assert_eq!((init.platform, init.lambda.unwrap().init_ms), (Some(PlatformFailure::Init), Some(9.0)));
    }

    #[test]
    fn a_failure_of_an_invocation_counts_once_and_names_its_error() {
        let event = |kind: &str, memory: u32| {
            format!(
                r#"{{"type":"platform.{kind}","record":{{"requestId":"9f","status":"error","errorType":"Runtime.ExitError","metrics":{{"memorySizeMB":128,"maxMemoryUsedMB":{memory}}}}}}}"#
            )
        };
        assert_eq!(read(&event("runtimeDone", 128)).unwrap().platform, None);
        let killed = read(&event("report", 128)).unwrap();
        assert_eq!((killed.platform, killed.error.kind.as_deref()), (Some(PlatformFailure::OutOfMemory), Some("Runtime.ExitError")));
        assert_eq!(read(&event("report", 90)).unwrap().platform, Some(PlatformFailure::Exited));
    }

    #[test]
    fn codes_are_read_from_every_place() {
        for (line, code) in [
            (r#"{"error":{"type":"X","code":"23505"},"code":7}"#, Some("23505")),
            (r#"{"err":{"errno":-111}}"#, Some("ECONNREFUSED")),
            (r#"{"err":{"errno":-111,"code":"ECONNREFUSED"}}"#, Some("ECONNREFUSED")),
            (r#"{"rpc.grpc.status_code":14}"#, Some("UNAVAILABLE")),
            (r#"{"grpc.code":"DeadlineExceeded"}"#, Some("DEADLINE_EXCEEDED")),
            (r#"{"sqlstate":"40P01"}"#, Some("40P01")),
            (r#"{"code":0}"#, None),
            (r#"{"code":"a whole sentence"}"#, None),
        ] {
            assert_eq!(read(line).unwrap().error.code.as_deref(), code, "{line}");
        }
    }

    #[test]
    fn causes_stand_behind_the_stack_once() {
        let read = |line: &str| read(line).unwrap().error.stack.map(Cow::into_owned);
        assert_eq!(read(r#"{"error":{"type":"A","cause":{"type":"B","message":"b"}}}"#).as_deref(), Some("Caused by: B: b"));
        assert_eq!(read(r#"{"error":{"stack":"A: a\n    at f (/a.js:1:1)","cause":"b"}}"#).as_deref(), Some("A: a\n    at f (/a.js:1:1)\nCaused by: b"));
        assert_eq!(read(r#"{"err":{"stack":"A: a\ncaused by: B: b","cause":{"type":"B","message":"b"}}}"#).as_deref(), Some("A: a\ncaused by: B: b"));
        assert_eq!(
            read(r#"{"exception":[{"exc_type":"A","exc_value":"a","frames":[{"filename":"a.py","lineno":1,"name":"f"}]}]}"#).as_deref(),
            Some("Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nA: a")
        );
    }

    #[test]
    fn a_stack_may_be_a_list_of_lines() {
        let line = r#"{"timestamp":"t","level":"ERROR","message":"boom","errorType":"ValueError","errorMessage":"boom","stackTrace":["  File \"a.py\", line 1, in f\n","x"],"AWSRequestId":"r"}"#;
        let fields = read(line).unwrap();
        assert_eq!(fields.error.kind.as_deref(), Some("ValueError"));
        assert_eq!(fields.error.stack.as_deref(), Some("  File \"a.py\", line 1, in f\nx"));
        assert_eq!(fields.request_id.as_deref(), Some("r"));
    }

    #[test]
    fn times_are_read_in_every_unit() {
        let expected = Some(1_795_406_400_123);
        for time in [
            r#""2026-11-23T04:00:00.123Z""#,
            r#""2026-11-23T05:00:00.123+01:00""#,
            r#""2026-11-23 04:00:00,123""#,
            "1795406400.123",
            "1795406400123",
            "1795406400123456",
            "1795406400123456789",
            r#""1795406400123""#,
        ] {
            assert_eq!(read(&format!(r#"{{"time":{time}}}"#)).unwrap().timestamp_ms, expected, "{time}");
        }
        assert_eq!(read(r#"{"timestamp":"yesterday"}"#).unwrap().timestamp_ms, None);
    }

    #[test]
    fn what_is_not_one_object_is_not_json() {
        for line in ["", "text", "[1]", "{\"a\":1", "{\"a\":1} tail", "{'a':1}"] {
            assert!(read(line).is_none(), "{line}");
        }
    }
}
