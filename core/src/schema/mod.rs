//! Record schema 1.0: the names of a log line's keys, for those who write lines and those who read them.

pub(crate) mod colour;
mod level;

pub use level::Level;

/// Version of the schema, as the key `schema` says it.
pub const SCHEMA: &str = "1.0";

/// Most fields Logs Insights finds in a line (CloudWatch Logs, "Supported logs and discovered fields").
pub const MAX_DISCOVERED_FIELDS: usize = 200;

/// A reserved key at the top of a line, in the order lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Time, RFC 3339 in UTC with milliseconds.
    Timestamp,
    /// Level word.
    Level,
    /// OpenTelemetry's severity number.
    SeverityNumber,
    /// Message.
    Message,
    /// Service.
    Service,
    /// Environment.
    Environment,
    /// Version of the service.
    Version,
    /// Logger or target.
    Logger,
    /// File and line.
    Location,
    /// Id of the request.
    RequestId,
    /// Id of the chain of requests this one belongs to.
    CorrelationId,
    /// Who asked.
    UserId,
    /// For which customer.
    TenantId,
    /// W3C trace id, 32 hexadecimal digits.
    TraceId,
    /// W3C span id, 16 hexadecimal digits.
    SpanId,
    /// W3C trace flags, 2 hexadecimal digits.
    TraceFlags,
    /// X-Ray trace id, `1-8hex-24hex`.
    XrayTraceId,
    /// Lambda's id of the invocation.
    FunctionRequestId,
    /// Whether the invocation is the first of its process.
    ColdStart,
    /// Facts of a request, see [`HttpKey`].
    Http,
    /// Facts of an error: `type`, `message`, `stack`, `hash`.
    Error,
    /// Present when a sampler kept the line, of several like it.
    Sampled,
    /// Present when the line had been kept back and was written because its request failed.
    Buffered,
    /// How many fields were left out, by the bound on their number.
    DroppedFields,
    /// Version of the schema.
    Schema,
    /// Everything of the user's.
    Fields,
}

impl Key {
    /// Every key, in the order lines are written.
    pub const ALL: [Self; 26] = [
        Self::Timestamp,
        Self::Level,
        Self::SeverityNumber,
        Self::Message,
        Self::Service,
        Self::Environment,
        Self::Version,
        Self::Logger,
        Self::Location,
        Self::RequestId,
        Self::CorrelationId,
        Self::UserId,
        Self::TenantId,
        Self::TraceId,
        Self::SpanId,
        Self::TraceFlags,
        Self::XrayTraceId,
        Self::FunctionRequestId,
        Self::ColdStart,
        Self::Http,
        Self::Error,
        Self::Sampled,
        Self::Buffered,
        Self::DroppedFields,
        Self::Schema,
        Self::Fields,
    ];

    /// What a line calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timestamp => "timestamp",
            Self::Level => "level",
            Self::SeverityNumber => "severity_number",
            Self::Message => "message",
            Self::Service => "service",
            Self::Environment => "environment",
            Self::Version => "version",
            Self::Logger => "logger",
            Self::Location => "location",
            Self::RequestId => "request_id",
            Self::CorrelationId => "correlation_id",
            Self::UserId => "user_id",
            Self::TenantId => "tenant_id",
            Self::TraceId => "trace_id",
            Self::SpanId => "span_id",
            Self::TraceFlags => "trace_flags",
            Self::XrayTraceId => "xray_trace_id",
            Self::FunctionRequestId => "function_request_id",
            Self::ColdStart => "cold_start",
            Self::Http => "http",
            Self::Error => "error",
            Self::Sampled => "sampled",
            Self::Buffered => "buffered",
            Self::DroppedFields => "dropped_fields",
            Self::Schema => "schema",
            Self::Fields => "fields",
        }
    }

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

/// A key of the object `http`, in the order lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HttpKey {
    /// Method.
    Method,
    /// Route template.
    Route,
    /// Path as asked for, without the query.
    Path,
    /// Status code.
    StatusCode,
    /// Time until the last byte of the answer, milliseconds.
    DurationMs,
    /// Bytes of the request's body.
    RequestBytes,
    /// Bytes of the response's body.
    ResponseBytes,
    /// Address of the client.
    ClientIp,
    /// User agent of the client.
    UserAgent,
    /// Chosen request headers, an object.
    RequestHeaders,
    /// Chosen response headers, an object.
    ResponseHeaders,
    /// Body of the request, when it is told.
    RequestBody,
    /// Body of the response, when it is told.
    ResponseBody,
    /// How the exchange ended when it did not end as usual: `client_disconnect`, `timeout`, `cancelled`, `upgrade`.
    Outcome,
}

impl HttpKey {
    /// Every key, in the order lines are written.
    pub const ALL: [Self; 14] = [
        Self::Method,
        Self::Route,
        Self::Path,
        Self::StatusCode,
        Self::DurationMs,
        Self::RequestBytes,
        Self::ResponseBytes,
        Self::ClientIp,
        Self::UserAgent,
        Self::RequestHeaders,
        Self::ResponseHeaders,
        Self::RequestBody,
        Self::ResponseBody,
        Self::Outcome,
    ];

    /// What a line calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Route => "route",
            Self::Path => "path",
            Self::StatusCode => "status_code",
            Self::DurationMs => "duration_ms",
            Self::RequestBytes => "request_bytes",
            Self::ResponseBytes => "response_bytes",
            Self::ClientIp => "client_ip",
            Self::UserAgent => "user_agent",
            Self::RequestHeaders => "request_headers",
            Self::ResponseHeaders => "response_headers",
            Self::RequestBody => "request_body",
            Self::ResponseBody => "response_body",
            Self::Outcome => "outcome",
        }
    }

    /// The key of a field named `http.…`.
    pub fn of_field(name: &str) -> Option<Self> {
        let name = name.strip_prefix("http.")?;
        Self::ALL.into_iter().find(|key| key.as_str() == name)
    }
}

/// Level word and OpenTelemetry severity number (logs data model, "`SeverityNumber`").
pub const fn severity_number(level: Level) -> u8 {
    match level {
        Level::Debug => 5,
        Level::Info => 9,
        Level::Warning => 13,
        Level::Error => 17,
        Level::Critical => 21,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_own_bit_and_name() {
        let bits = Key::ALL.iter().fold(0_u32, |bits, key| bits | key.bit());
        assert_eq!(bits.count_ones() as usize, Key::ALL.len());
        let mut names: Vec<_> = Key::ALL.iter().map(|key| key.as_str()).collect();
        names.dedup();
        assert_eq!(names.len(), Key::ALL.len());
    }

    #[test]
    fn context_keys_are_found_by_their_names_and_the_writers_own_are_not() {
        for key in Key::ALL {
            let context = (Key::RequestId..=Key::ColdStart).contains(&key);
            assert_eq!(Key::context(key.as_str()), context.then_some(key));
        }
        assert_eq!(HttpKey::of_field("http.status_code"), Some(HttpKey::StatusCode));
        assert_eq!(HttpKey::of_field("status_code"), None);
    }
}
