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

    /// A bit for sets of keys.
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
