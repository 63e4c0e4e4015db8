//! The schema's own paths over what a line says.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::record::{Fields, Level};

/// Every path of schema 1.0 that [`schema`] answers, each with the same meaning in every dialect.
pub const SCHEMA_PATHS: &[&str] = &[
    "timestamp",
    "level",
    "logger",
    "message",
    "service",
    "environment",
    "version",
    "request_id",
    "correlation_id",
    "user_id",
    "tenant_id",
    "trace_id",
    "span_id",
    "http.method",
    "http.route",
    "http.path",
    "http.status_code",
    "http.duration_ms",
    "http.request_bytes",
    "http.response_bytes",
    "http.client_ip",
    "http.user_agent",
    "error.type",
    "error.message",
    "error.stack",
];

/// The value of a path, as schema 1.0 writes it: a level is one of its five words, a time is RFC 3339, a duration is in milliseconds. Texts are
/// borrowed as the fields hold them; only numbers and times are written anew.
pub fn schema<'a>(fields: &Fields<'a>, path: &str) -> Option<Cow<'a, str>> {
    let text = match path {
        "logger" => &fields.logger,
        "message" => &fields.message,
        "service" => &fields.service,
        "environment" => &fields.environment,
        "version" => &fields.version,
        "request_id" => &fields.request_id,
        "correlation_id" => &fields.correlation_id,
        "user_id" => &fields.user_id,
        "tenant_id" => &fields.tenant_id,
        "trace_id" => &fields.trace_id,
        "span_id" => &fields.span_id,
        "http.method" => &fields.http.method,
        "http.route" => &fields.http.route,
        "http.path" => &fields.http.path,
        "http.client_ip" => &fields.http.client_ip,
        "http.user_agent" => &fields.http.user_agent,
        "error.type" => &fields.error.kind,
        "error.message" => &fields.error.message,
        "error.stack" => &fields.error.stack,
        "level" => return fields.level.map(Level::as_str).map(Cow::Borrowed),
        "timestamp" => return written(Timestamp::from_millisecond(fields.timestamp_ms?).ok()),
        "http.status_code" => return written(fields.http.status_code),
        "http.duration_ms" => return written(fields.http.duration_ms),
        "http.request_bytes" => return written(fields.http.request_bytes),
        "http.response_bytes" => return written(fields.http.response_bytes),
        _ => return None,
    };
    text.clone()
}

fn written<'a>(value: Option<impl std::fmt::Display>) -> Option<Cow<'a, str>> {
    value.map(|value| Cow::Owned(value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::text;

    #[test]
    fn every_path_of_the_list_is_known_and_no_other() {
        let fields = text::read("ERROR x");
        assert_eq!(schema(&fields, "level").as_deref(), Some("ERROR"));
        assert!(matches!(schema(&fields, "message"), Some(Cow::Borrowed("x"))));
        assert_eq!(schema(&fields, "http"), None);
        let full = text::read(
            "time=2026-11-23T10:00:00Z level=info msg=m logger=l service=s env=e version=v request_id=r correlation_id=c user_id=7 tenant_id=a trace_id=t span_id=p method=GET route=/r path=/p status=200 duration_ms=1.5 bytes=9 client_ip=::1 user_agent=u error_type=X err=y stack=z",
        );
        let missing: Vec<_> = SCHEMA_PATHS.iter().filter(|path| schema(&full, path).is_none()).collect();
        assert_eq!(missing, [&"http.request_bytes"]);
        assert_eq!(schema(&full, "timestamp").as_deref(), Some("2026-11-23T10:00:00Z"));
    }
}
