//! logfmt lines: `time=2026-11-23T10:00:00Z level=error msg="payment failed" status=502 duration=12.5ms`.
//!
//! A line is one when it begins with a pair, has at least two, at least one key that loggers use, and no words between its pairs other than
//! those of a message whose quotes were forgotten. A time may stand before the first pair. Grammar and sources: [`super::pairs`].

use std::borrow::Cow;

use super::{
    duration, exception,
    pairs::{self, Pair, Word},
    request, time,
};
use crate::{
    json::Value,
    record::{Fields, Level, code},
};

/// Keys that tell a log line from other lists of pairs.
const TELLING: [&str; 17] = [
    "level",
    "lvl",
    "severity",
    "loglevel",
    "msg",
    "message",
    "ts",
    "time",
    "timestamp",
    "err",
    "error",
    "at",
    "logger",
    "caller",
    "request_id",
    "trace_id",
    "event",
];

/// Keys whose unquoted value may go on to the next pair.
const TEXTS: [&str; 4] = ["msg", "message", "err", "error"];

/// A logfmt line; pairs are found when they are asked for.
#[derive(Clone, Debug)]
pub(super) struct Logfmt<'a> {
    /// The time before the first pair.
    timestamp_ms: Option<i64>,
    pairs: &'a str,
}

impl<'a> Logfmt<'a> {
    /// Reads a line; `None` when it is not logfmt.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let stamp = time::prefix(line);
        let pairs = line.get(stamp.map_or(0, |stamp| stamp.length)..)?.trim();
        let mut count = 0;
        let mut telling = false;
        let mut last = "";
        for (word, _) in pairs::words(pairs) {
            match word {
                Word::Pair(pair) => {
                    count += 1;
                    telling |= TELLING.contains(&pair.key);
                    last = if pair.is_quoted() { "" } else { pair.key };
                }
                Word::Bare(_) if TEXTS.contains(&last) => {}
                Word::Bare(_) => return None,
            }
        }
        (count >= 2 && telling).then(|| Self { timestamp_ms: stamp.and_then(|stamp| stamp.ms()), pairs })
    }

    /// The value of a key, as written; the first one when it is there twice.
    pub(super) fn field(&self, key: &str) -> Option<Cow<'a, str>> {
        self.values().find(|(pair, _)| pair.key == key).map(|(_, value)| value)
    }

    /// Every pair with its whole value.
    fn values(&self) -> impl Iterator<Item = (Pair<'a>, Cow<'a, str>)> {
        let text = self.pairs;
        pairs::words(text).filter_map(move |(word, after)| match word {
            Word::Pair(pair) if TEXTS.contains(&pair.key) && !pair.is_quoted() => Some((pair, Cow::Borrowed(pairs::unquoted_text(text, after, &pair)))),
            Word::Pair(pair) => Some((pair, pair.value())),
            Word::Bare(_) => None,
        })
    }

    pub(super) fn fields(&self) -> Fields<'a> {
        let mut fields = Fields { timestamp_ms: self.timestamp_ms, ..Fields::default() };
        let mut took: Option<f64> = None;
        for (pair, value) in self.values() {
            if !value.is_empty() {
                assign(&mut fields, &mut took, pair.key, value);
            }
        }
        // A number called status or duration is a request's only where there is a request.
        if fields.http.method.is_some() || fields.http.path.is_some() || fields.http.status_code.is_some() {
            fields.http.duration_ms = fields.http.duration_ms.or(took);
        }
        if let Some(text) = fields.error.message.as_deref()
            && fields.error.kind.is_none()
            && let Some((kind, message)) = text.split_once(": ").filter(|(kind, _)| exception::is_exception_name(kind))
        {
            let (kind, message) = (kind.to_owned(), message.to_owned());
            fields.error.kind = Some(Cow::Owned(kind));
            fields.error.message = Some(Cow::Owned(message));
        }
        fields.message = fields.message.take().or_else(|| fields.error.message.clone()).or(Some(Cow::Borrowed(self.pairs)));
        fields
    }
}

/// Puts a pair where it belongs; the first of several keys for one field wins.
fn assign<'a>(fields: &mut Fields<'a>, took: &mut Option<f64>, key: &str, value: Cow<'a, str>) {
    let slot = match key {
        "level" | "lvl" | "severity" | "loglevel" | "log.level" | "at" => {
            fields.level = fields.level.or_else(|| Level::from_word(&value));
            return;
        }
        "time" | "ts" | "timestamp" | "t" | "@timestamp" => {
            fields.timestamp_ms = fields.timestamp_ms.or_else(|| time::parse(&value));
            return;
        }
        "status" | "status_code" | "http.status_code" | "code" => {
            fields.http.status_code = fields.http.status_code.or_else(|| request::status(&value));
            if key == "code" && request::status(&value).is_none() {
                fields.error.code = fields.error.code.take().or_else(|| code::word(value));
            }
            return;
        }
        "error_code" | "error.code" | "sqlstate" | "errno" => {
            fields.error.code = fields.error.code.take().or_else(|| if key == "errno" { code::errno(Value::String(value)) } else { code::word(value) });
            return;
        }
        "grpc.code" | "grpc_code" | "grpc.status" => {
            fields.error.code = fields.error.code.take().or_else(|| code::grpc(Value::String(value)));
            return;
        }
        "duration_ms" | "http.duration_ms" | "elapsed_ms" | "latency_ms" | "took_ms" => {
            fields.http.duration_ms = value.parse().ok();
            return;
        }
        "duration" | "elapsed" | "latency" | "took" | "response_time" | "service" if duration::milliseconds(&value).is_some() => {
            *took = took.or_else(|| duration::milliseconds(&value));
            return;
        }
        "bytes" | "size" | "http.response_bytes" => {
            fields.http.response_bytes = fields.http.response_bytes.or_else(|| value.parse().ok());
            return;
        }
        "will_retry" | "retrying" => {
            fields.will_retry = value == "true";
            return;
        }
        "msg" | "message" | "event" => &mut fields.message,
        "logger" | "component" | "module" | "target" | "source" => &mut fields.logger,
        "service" | "service.name" | "app" => &mut fields.service,
        "environment" | "env" => &mut fields.environment,
        "version" => &mut fields.version,
        "request_id" | "requestId" | "req_id" | "requestID" | "reqid" => &mut fields.request_id,
        "correlation_id" | "correlationId" => &mut fields.correlation_id,
        "user_id" | "userId" | "user.id" => &mut fields.user_id,
        "tenant_id" | "tenantId" | "tenant.id" => &mut fields.tenant_id,
        "trace_id" | "traceId" | "traceID" | "xray_trace_id" => &mut fields.trace_id,
        "span_id" | "spanId" | "spanID" => &mut fields.span_id,
        "method" | "http.method" => &mut fields.http.method,
        "route" | "http.route" => &mut fields.http.route,
        "path" | "uri" | "url" | "http.path" => {
            if let Cow::Borrowed(value) = value {
                fields.http.path.get_or_insert(Cow::Borrowed(request::path(value)));
            } else {
                fields.http.path.get_or_insert(Cow::Owned(request::path(&value).to_owned()));
            }
            return;
        }
        "client_ip" | "remote_addr" | "remote_ip" | "fwd" | "http.client_ip" => &mut fields.http.client_ip,
        "user_agent" | "http.user_agent" => &mut fields.http.user_agent,
        "err" | "error" | "error.message" | "exception" => &mut fields.error.message,
        "error_type" | "error.type" | "exception_type" => &mut fields.error.kind,
        "stack" | "stacktrace" | "stack_trace" | "error.stack" => &mut fields.error.stack,
        _ => return,
    };
    slot.get_or_insert(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_pairs_that_are_no_log_lines_stay_text() {
        for line in [
            "a=1",
            "level=info",
            "the level=info and msg=x are keys",
            "a=1 b=2 c=3",
            "level=1 AND msg=2 OR x=3",
            "https://shop.example.com/?level=error&msg=x",
            "user=a&level=error&msg=b",
            "UPDATE t SET level = 3, msg = 'x' WHERE id = 7",
            "level=info msg=\"never closed status=2",
        ] {
            assert!(Logfmt::read(line).is_none(), "{line}");
        }
    }

    #[test]
    fn a_message_whose_quotes_were_forgotten_goes_on_to_the_next_pair() {
        let line = "level=warn msg=disk is almost full free=2% err=no space left";
        let read = Logfmt::read(line).unwrap();
        let fields = read.fields();
        assert_eq!(fields.message.as_deref(), Some("disk is almost full"));
        assert!(matches!(fields.message, Some(Cow::Borrowed(_))));
        assert_eq!(read.field("free").as_deref(), Some("2%"));
        assert_eq!(fields.error.message.as_deref(), Some("no space left"));
    }
}
