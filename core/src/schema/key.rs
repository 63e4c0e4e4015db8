//! Keys at the top of a line.

use super::keys::keys;

keys! {
    /// A reserved key at the top of a line, in the order lines are written.
    Key, 26:
    Timestamp "timestamp" "Time, RFC 3339 in UTC with milliseconds."
    Level "level" "Level word."
    SeverityNumber "severity_number" "OpenTelemetry's severity number."
    Message "message" "Message."
    Service "service" "Service."
    Environment "environment" "Environment."
    Version "version" "Version of the service."
    Logger "logger" "Logger or target."
    Location "location" "File and line."
    RequestId "request_id" "Id of the request."
    CorrelationId "correlation_id" "Id of the chain of requests this one belongs to."
    UserId "user_id" "Who asked."
    TenantId "tenant_id" "For which customer."
    TraceId "trace_id" "W3C trace id, 32 hexadecimal digits."
    SpanId "span_id" "W3C span id, 16 hexadecimal digits."
    TraceFlags "trace_flags" "W3C trace flags, 2 hexadecimal digits."
    XrayTraceId "xray_trace_id" "X-Ray trace id, `1-8hex-24hex`."
    FunctionRequestId "function_request_id" "Lambda's id of the invocation."
    ColdStart "cold_start" "Whether the invocation is the first of its process."
    Http "http" "Facts of a request."
    Error "error" "Facts of an error."
    Sampled "sampled" "Present when a sampler kept the line, of several like it."
    Buffered "buffered" "Present when the line had been kept back and was written because its request failed."
    DroppedFields "dropped_fields" "How many fields were left out, by the bound on their number."
    Schema "schema" "Version of the schema."
    Fields "fields" "Everything of the user's."
}

impl Key {
    /// The context key of this name: what an application may set for all lines of a request, and what then stands at the top of them. The other
    /// keys are the writer's: a field of that name goes under `fields`.
    pub fn context(name: &str) -> Option<Self> {
        Some(match name {
            "request_id" => Self::RequestId,
            "correlation_id" => Self::CorrelationId,
            "user_id" => Self::UserId,
            "tenant_id" => Self::TenantId,
            "trace_id" => Self::TraceId,
            "span_id" => Self::SpanId,
            "trace_flags" => Self::TraceFlags,
            "xray_trace_id" => Self::XrayTraceId,
            "function_request_id" => Self::FunctionRequestId,
            "cold_start" => Self::ColdStart,
            _ => return None,
        })
    }

    /// Whether the key has values like this one, given as JSON: what the JSON Schema says of context keys, which applications set. Any, for the others.
    pub fn takes(self, json: &[u8]) -> bool {
        let text = json.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
        match self {
            Self::RequestId | Self::CorrelationId | Self::UserId | Self::TenantId | Self::FunctionRequestId => {
                text.is_some_and(|text| !text.is_empty()) || is_whole_number(json)
            }
            Self::TraceId => text.is_some_and(|text| is_hexadecimal(text, 32)),
            Self::SpanId => text.is_some_and(|text| is_hexadecimal(text, 16)),
            Self::TraceFlags => text.is_some_and(|text| is_hexadecimal(text, 2)),
            Self::XrayTraceId => text
                .and_then(|text| text.strip_prefix(b"1-")?.split_at_checked(8))
                .is_some_and(|(time, rest)| is_hexadecimal(time, 8) && rest.strip_prefix(b"-").is_some_and(|rest| is_hexadecimal(rest, 24))),
            Self::ColdStart => matches!(json, b"true" | b"false"),
            _ => true,
        }
    }

    /// A bit for sets of keys.
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

fn is_hexadecimal(text: &[u8], length: usize) -> bool {
    text.len() == length && text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_whole_number(json: &[u8]) -> bool {
    let digits = json.strip_prefix(b"-").unwrap_or(json);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_keys_take_what_the_schema_says() {
        let trace = format!("\"{}\"", "0af7651916cd43dd8448eb211c80319c");
        let taken = [
            (Key::UserId, "\"u-7\""),
            (Key::TenantId, "-7"),
            (Key::TraceId, trace.as_str()),
            (Key::SpanId, "\"b7ad6b7169203331\""),
            (Key::TraceFlags, "\"01\""),
            (Key::XrayTraceId, "\"1-5759e988-bd862e3fe1be46a994272793\""),
            (Key::ColdStart, "false"),
            (Key::Fields, "{}"),
        ];
        for (key, json) in taken {
            assert!(key.takes(json.as_bytes()), "{key:?} {json}");
        }
        let refused = [
            (Key::UserId, vec!["\"\"", "null", "1.5", "true", "1e3", "{}", "[\"a\"]", "-", ""]),
            (Key::TraceId, vec!["\"0AF7651916CD43DD8448EB211C80319C\"", "\"0af7\"", "12345678901234567890123456789012", "\"***\""]),
            (Key::SpanId, vec!["\"b7ad6b716920333\"", "\"xxxxxxxxxxxxxxxx\""]),
            (Key::TraceFlags, vec!["1", "\"1\""]),
            (Key::XrayTraceId, vec!["\"1-5759e988bd862e3fe1be46a994272793x\"", "\"2-5759e988-bd862e3fe1be46a994272793\"", "\"1-5759e98\""]),
            (Key::ColdStart, vec!["\"true\"", "1", "null"]),
        ];
        for (key, values) in refused {
            for json in values {
                assert!(!key.takes(json.as_bytes()), "{key:?} {json}");
            }
        }
    }

    #[test]
    fn every_key_has_its_own_bit_and_name() {
        let bits = Key::ALL.iter().fold(0_u32, |bits, key| bits | key.bit());
        assert_eq!(bits.count_ones() as usize, Key::ALL.len());
        let names: std::collections::BTreeSet<_> = Key::ALL.iter().map(|key| key.as_str()).collect();
        assert_eq!(names.len(), Key::ALL.len());
    }

    #[test]
    fn context_keys_are_found_by_their_names_and_the_writers_own_are_not() {
        for key in Key::ALL {
            let context = (Key::RequestId..=Key::ColdStart).contains(&key);
            assert_eq!(Key::context(key.as_str()), context.then_some(key));
        }
    }
}
