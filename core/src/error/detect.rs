//! Detection: which records are errors.

use std::borrow::Cow;

use super::trace::{self, Exception};
use crate::record::{Form, Level, PlatformFailure, Record};

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
    /// True when all there is is a request line with a server error: another record of the same request says more.
    pub request_line_only: bool,
    /// The record says that it will be tried again.
    pub will_retry: bool,
}

/// The error of a record, if it is one.
///
/// A record is an error when its level is ERROR or CRITICAL or when the platform reports a failure; a record without a level is one when it
/// carries an error type and a stack or message. The word "error" in a text is no evidence.
pub fn detect<'a>(record: &'a Record<'_>) -> Option<Fault<'a>> {
    let fields = &record.fields;
    let is_error = match fields.level {
        Some(level) => level >= Level::Error,
        None => fields.error.kind.is_some() && record.form == Form::Json,
    } || fields.platform.is_some();
    if !is_error {
        return None;
    }
    let borrowed = |text: &'a Option<Cow<'_, str>>| text.as_deref().unwrap_or("");
    let kind = borrowed(&fields.error.kind);
    let stack = borrowed(&fields.error.stack);
    let error_message = borrowed(&fields.error.message);
    let server_error = fields.http.status_code.is_some_and(|status| status >= 500);
    let request_line_only = server_error && kind.is_empty() && stack.is_empty() && error_message.is_empty();
    let message: Cow<'a, str> = if request_line_only {
        let route = borrowed(&fields.http.route);
        let method = borrowed(&fields.http.method);
        Cow::Owned(format!("{method} {route} answered with status {}", fields.http.status_code.unwrap_or_default()).trim_start().to_owned())
    } else if error_message.is_empty() {
        Cow::Borrowed(record.message())
    } else {
        Cow::Borrowed(error_message)
    };
    Some(Fault {
        kind: match (kind.is_empty(), request_line_only) {
            (true, true) => Cow::Borrowed("ServerError"),
            _ => Cow::Borrowed(kind),
        },
        message,
        stack: Cow::Borrowed(stack),
        exceptions: trace::read(stack),
        fingerprint: fields.fingerprint.as_deref().map(Cow::Borrowed),
        code: None,
        status: fields.http.status_code,
        platform: fields.platform,
        level: fields.level.unwrap_or(Level::Error),
        request_line_only,
        will_retry: fields.will_retry,
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::envelope::LogEvent;

    fn event(message: &str) -> LogEvent<'_> {
        LogEvent { id: Cow::Borrowed("1"), timestamp: 0, message: Cow::Borrowed(message) }
    }

    #[test]
    fn look_alikes_are_not_errors() {
        for line in [
            r#"{"level":"INFO","message":"0 errors","error":null}"#,
            r#"{"level":"WARNING","message":"declined","error":{"type":"PaymentDeclined"}}"#,
            "finished with Error: 0",
            "called at foo(bar)",
            "{\"error\": null}",
        ] {
            let event = event(line);
            assert!(detect(&Record::parse(&event)).is_none(), "{line}");
        }
    }

    #[test]
    fn a_failed_request_line_stands_for_itself_only() {
        let event = event(r#"{"level":"ERROR","message":"request","http":{"method":"POST","route":"/checkout","status_code":502}}"#);
        let record = Record::parse(&event);
        let fault = detect(&record).unwrap();
        assert!(fault.request_line_only);
        assert_eq!(fault.message, "POST /checkout answered with status 502");
    }
}
