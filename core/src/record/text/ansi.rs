//! Terminal colours: loggers that believe they write to a terminal put them into the log.

use std::borrow::Cow;

use crate::{
    record::{ErrorFields, Fields, Http},
    schema::colour::{ESCAPE, after_sequence},
};

/// Whether a line has a colour code.
pub(super) fn is_coloured(line: &str) -> bool {
    line.as_bytes().contains(&b'\x1b') && line.contains("\u{1b}[")
}

/// The line without its colour codes.
pub(super) fn strip(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(ESCAPE) {
        let (before, sequence) = rest.split_at(at);
        plain.push_str(before);
        rest = after_sequence(sequence).unwrap_or_else(|| {
            // An escape that begins no sequence stays what it is.
            plain.push(ESCAPE);
            sequence.get(1..).unwrap_or_default()
        });
    }
    plain.push_str(rest);
    plain
}

/// Fields that borrow from nothing: what was read from a stripped line outlives it.
pub(super) fn into_owned<'b>(fields: Fields<'_>) -> Fields<'b> {
    let own = |text: Option<Cow<'_, str>>| text.map(|text| Cow::Owned(text.into_owned()));
    let Fields {
        timestamp_ms,
        level,
        logger,
        location,
        message,
        service,
        environment,
        version,
        request_id,
        correlation_id,
        function_request_id,
        cold_start,
        user_id,
        tenant_id,
        trace_id,
        span_id,
        trace_flags,
        xray_trace_id,
        http,
        error,
        fingerprint,
        lambda,
        platform,
        will_retry,
        sampled,
        buffered,
        dropped_fields,
    } = fields;
    let Http { method, route, path, status_code, duration_ms, request_bytes, response_bytes, client_ip, user_agent, outcome } = http;
    let ErrorFields { kind, message: error_message, stack, hash } = error;
    Fields {
        timestamp_ms,
        level,
        logger: own(logger),
        location: own(location),
        message: own(message),
        service: own(service),
        environment: own(environment),
        version: own(version),
        request_id: own(request_id),
        correlation_id: own(correlation_id),
        function_request_id: own(function_request_id),
        cold_start,
        user_id: own(user_id),
        tenant_id: own(tenant_id),
        trace_id: own(trace_id),
        span_id: own(span_id),
        trace_flags: own(trace_flags),
        xray_trace_id: own(xray_trace_id),
        http: Http {
            method: own(method),
            route: own(route),
            path: own(path),
            status_code,
            duration_ms,
            request_bytes,
            response_bytes,
            client_ip: own(client_ip),
            user_agent: own(user_agent),
            outcome: own(outcome),
        },
        error: ErrorFields { kind: own(kind), message: own(error_message), stack: own(stack), hash: own(hash) },
        fingerprint: own(fingerprint),
        lambda,
        platform,
        will_retry,
        sampled,
        buffered,
        dropped_fields,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_go_and_everything_else_stays() {
        assert_eq!(strip("\u{1b}[2m2026\u{1b}[0m \u{1b}[38;5;9mERROR\u{1b}[0m é"), "2026 ERROR é");
        assert_eq!(strip("a\u{1b}b\u{1b}[1"), "a\u{1b}b\u{1b}[1");
        assert_eq!(strip("\u{1b}[é"), "\u{1b}[é");
    }
}
