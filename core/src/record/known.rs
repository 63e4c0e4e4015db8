//! What the fields of a record are called in the JSON lines of the usual loggers.
//!
//! For each field the names are in the order of preference. Sources: our schema 1.0; Powertools for AWS Lambda; Lambda's JSON log format and its
//! platform events; structlog; python-json-logger; pino; bunyan; winston; logback and logstash; tracing-subscriber; Serilog's compact form; the
//! Elastic Common Schema, nested and dotted; OpenTelemetry's log data model and semantic conventions; Datadog's `usr.id`. A name that many applications use for
//! something else stands last (`event`, `name`).

/// A field that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// The time of the line.
    Timestamp,
    /// Level, as a word or a number.
    Level,
    /// OpenTelemetry's number.
    SeverityNumber,
    /// Logger.
    Logger,
    /// Place in the source.
    Location,
    /// Message.
    Message,
    /// Service.
    Service,
    /// Environment.
    Environment,
    /// Version of the service.
    Version,
    /// Request id.
    RequestId,
    /// Id of the chain of requests.
    CorrelationId,
    /// Lambda's id of the invocation.
    FunctionRequestId,
    /// Whether the invocation is the first of its process.
    ColdStart,
    /// User.
    UserId,
    /// Customer the user belongs to.
    TenantId,
    /// Trace id.
    TraceId,
    /// Span id.
    SpanId,
    /// Trace flags.
    TraceFlags,
    /// X-Ray's trace id.
    XrayTraceId,
    /// HTTP method.
    Method,
    /// HTTP route.
    Route,
    /// Path asked for.
    HttpPath,
    /// HTTP status.
    Status,
    /// A status that may be of anything else.
    BareStatus,
    /// Time to answer, milliseconds.
    DurationMs,
    /// Time to answer, nanoseconds (ECS).
    DurationNs,
    /// Bytes of the request.
    RequestBytes,
    /// Bytes of the response.
    ResponseBytes,
    /// Address of the client.
    ClientIp,
    /// User agent.
    UserAgent,
    /// How the exchange ended.
    Outcome,
    /// Type of the error.
    ErrorType,
    /// Message of the error.
    ErrorMessage,
    /// Stack of the error.
    Stack,
    /// Hash of the stack.
    ErrorHash,
    /// Fingerprint of the writer's own.
    ErrorFingerprint,
    /// Message or stack of the error, where an object could be.
    BareError,
    /// The operation will be tried again.
    WillRetry,
    /// A sampler kept the line.
    Sampled,
    /// The line had been kept back.
    Buffered,
    /// Fields left out of the line.
    DroppedFields,
    /// Type of a Lambda platform event.
    PlatformType,
    /// Its status.
    PlatformStatus,
    /// Its error type.
    PlatformErrorType,
    /// Duration, milliseconds.
    PlatformDuration,
    /// Billed duration, milliseconds.
    PlatformBilled,
    /// Initialisation of a cold start, milliseconds.
    PlatformInit,
    /// Memory given, MB.
    PlatformMemory,
    /// Most memory used, MB.
    PlatformMaxMemory,
}

/// Every field with its selectors, in the order of [`Name`].
pub(super) const NAMES: &[(Name, &[&str])] = &[
    (Name::Timestamp, &["$.timestamp", "$.['@timestamp']", "$.time", "$.ts", "$.asctime", "$.datetime", "$.timeUnixNano", "$.['@t']"]),
    (
        Name::Level,
        &["$.level", "$.severity", "$.levelname", "$.['log.level']", "$.log.level", "$.severityText", "$.severity_text", "$.loglevel", "$.lvl", "$.['@l']"],
    ),
    (Name::SeverityNumber, &["$.severity_number", "$.severityNumber"]),
    (Name::Logger, &["$.logger", "$.logger_name", "$.loggerName", "$.['log.logger']", "$.log.logger", "$.target", "$.scope.name", "$.category", "$.name"]),
    (
        Name::Location,
        &[
            "$.location",
            "$.caller",
            "$.['code.file.path']",
            "$.attributes['code.file.path']",
            "$.attributes['code.filepath']",
            "$.['log.origin.file.name']",
            "$.log.origin.file.name",
            "$.filename",
        ],
    ),
    (Name::Message, &["$.message", "$.msg", "$.event_message", "$.body", "$.body.stringValue", "$.short_message", "$.fields.message", "$.['@m']", "$.event"]),
    (
        Name::Service,
        &[
            "$.service",
            "$.['service.name']",
            "$.service.name",
            "$.resource['service.name']",
            "$.resource.attributes['service.name']",
            "$.service_name",
            "$.serviceName",
        ],
    ),
    (
        Name::Environment,
        &[
            "$.environment",
            "$.env",
            "$.['deployment.environment']",
            "$.['deployment.environment.name']",
            "$.resource['deployment.environment']",
            "$.resource['deployment.environment.name']",
            "$.['service.environment']",
            "$.service.environment",
        ],
    ),
    (Name::Version, &["$.version", "$.['service.version']", "$.service.version", "$.resource['service.version']", "$.service_version"]),
    (
        Name::RequestId,
        &[
            "$.request_id",
            "$.requestId",
            "$.AWSRequestId",
            "$.awsRequestId",
            "$.function_request_id",
            "$.functionRequestId",
            "$.reqId",
            "$.req_id",
            "$.req.id",
            "$.record.requestId",
            "$.['http.request.id']",
            "$.http.request.id",
            "$.span.request_id",
            "$.fields.request_id",
            "$.correlation_id",
            "$.correlationId",
        ],
    ),
    (Name::CorrelationId, &["$.correlation_id", "$.correlationId", "$.CorrelationId", "$.span.correlation_id", "$.fields.correlation_id"]),
    (
        Name::FunctionRequestId,
        &[
            "$.function_request_id",
            "$.functionRequestId",
            "$.AWSRequestId",
            "$.awsRequestId",
            "$.record.requestId",
            "$.['faas.invocation_id']",
            "$.attributes['faas.invocation_id']",
        ],
    ),
    (Name::ColdStart, &["$.cold_start", "$.coldStart", "$.['faas.coldstart']", "$.attributes['faas.coldstart']"]),
    (
        Name::UserId,
        &[
            "$.user_id",
            "$.userId",
            "$.['user.id']",
            "$.user.id",
            "$.['enduser.id']",
            "$.enduser.id",
            "$.usr.id",
            "$.attributes['user.id']",
            "$.attributes['enduser.id']",
            "$.span.user_id",
            "$.fields.user_id",
        ],
    ),
    (
        Name::TenantId,
        &[
            "$.tenant_id",
            "$.tenantId",
            "$.['tenant.id']",
            "$.tenant.id",
            "$.['organization.id']",
            "$.organization.id",
            "$.attributes['tenant.id']",
            "$.span.tenant_id",
            "$.fields.tenant_id",
        ],
    ),
    (
        Name::TraceId,
        &[
            "$.trace_id",
            "$.traceId",
            "$.xray_trace_id",
            "$.xrayTraceId",
            "$.['trace.id']",
            "$.trace.id",
            "$.traceID",
            "$.['dd.trace_id']",
            "$.dd.trace_id",
            "$.span.trace_id",
        ],
    ),
    (Name::SpanId, &["$.span_id", "$.spanId", "$.['span.id']", "$.span.id"]),
    (Name::TraceFlags, &["$.trace_flags", "$.traceFlags"]),
    (Name::XrayTraceId, &["$.xray_trace_id", "$.xrayTraceId"]),
    (
        Name::Method,
        &[
            "$.http.method",
            "$.['http.method']",
            "$.http.request.method",
            "$.['http.request.method']",
            "$.attributes['http.request.method']",
            "$.attributes['http.method']",
            "$.req.method",
            "$.request.method",
            "$.method",
        ],
    ),
    (Name::Route, &["$.http.route", "$.['http.route']", "$.attributes['http.route']", "$.route"]),
    (
        Name::HttpPath,
        &[
            "$.http.path",
            "$.url.path",
            "$.['url.path']",
            "$.http.target",
            "$.['http.target']",
            "$.attributes['url.path']",
            "$.req.url",
            "$.request.path",
            "$.path",
        ],
    ),
    (
        Name::Status,
        &[
            "$.http.status_code",
            "$.['http.status_code']",
            "$.http.response.status_code",
            "$.['http.response.status_code']",
            "$.attributes['http.response.status_code']",
            "$.attributes['http.status_code']",
            "$.res.statusCode",
            "$.response.status",
            "$.status_code",
            "$.statusCode",
        ],
    ),
    (Name::BareStatus, &["$.status"]),
    (Name::DurationMs, &["$.http.duration_ms", "$.duration_ms", "$.responseTime", "$.elapsed_ms", "$.latency_ms"]),
    (Name::DurationNs, &["$.['event.duration']", "$.event.duration"]),
    (Name::RequestBytes, &["$.http.request_bytes", "$.http.request.body.bytes", "$.['http.request.body.bytes']"]),
    (Name::ResponseBytes, &["$.http.response_bytes", "$.http.response.body.bytes", "$.['http.response.body.bytes']", "$.bytes_out"]),
    (Name::ClientIp, &["$.http.client_ip", "$.client_ip", "$.client.ip", "$.['client.ip']", "$.['client.address']", "$.remote_addr", "$.req.remoteAddress"]),
    (Name::UserAgent, &["$.http.user_agent", "$.user_agent", "$.user_agent.original", "$.['user_agent.original']", "$.req.headers['user-agent']"]),
    (Name::Outcome, &["$.http.outcome"]),
    (
        Name::ErrorType,
        &[
            "$.error.type",
            "$.error.name",
            "$.error.kind",
            "$.error.class",
            "$.['error.type']",
            "$.err.type",
            "$.err.name",
            "$.exception.type",
            "$.exception.exception_class",
            "$.exception.class",
            "$.exception.name",
            "$.exception[0].exc_type",
            "$.['exception.type']",
            "$.attributes['exception.type']",
            "$.errorType",
            "$.error_type",
            "$.exception_name",
            "$.exc_type",
        ],
    ),
    (
        Name::ErrorMessage,
        &[
            "$.error.message",
            "$.['error.message']",
            "$.err.message",
            "$.exception.message",
            "$.exception.exception_message",
            "$.exception[0].exc_value",
            "$.['exception.message']",
            "$.attributes['exception.message']",
            "$.errorMessage",
            "$.error_message",
        ],
    ),
    (
        Name::Stack,
        &[
            "$.error.stack",
            "$.error.stack_trace",
            "$.error.stacktrace",
            "$.['error.stack_trace']",
            "$.err.stack",
            "$.exception.stack",
            "$.exception.stacktrace",
            "$.exception.stack_trace",
            "$.['exception.stacktrace']",
            "$.attributes['exception.stacktrace']",
            "$.stackTrace",
            "$.stack_trace",
            "$.stacktrace",
            "$.stack",
            "$.exc_info",
            "$.traceback",
            "$.backtrace",
            "$.['@x']",
        ],
    ),
    (Name::ErrorHash, &["$.error.hash", "$.error.stack_hash", "$.stack_hash"]),
    (Name::ErrorFingerprint, &["$.error.fingerprint", "$.['error.fingerprint']"]),
    (Name::BareError, &["$.error", "$.err", "$.exception", "$.fields.error"]),
    (Name::WillRetry, &["$.will_retry", "$.retrying"]),
    (Name::Sampled, &["$.sampled"]),
    (Name::Buffered, &["$.buffered"]),
    (Name::DroppedFields, &["$.dropped_fields", "$.droppedAttributesCount"]),
    (Name::PlatformType, &["$.type"]),
    (Name::PlatformStatus, &["$.record.status"]),
    (Name::PlatformErrorType, &["$.record.errorType"]),
    (Name::PlatformDuration, &["$.record.metrics.durationMs"]),
    (Name::PlatformBilled, &["$.record.metrics.billedDurationMs"]),
    (Name::PlatformInit, &["$.record.metrics.initDurationMs"]),
    (Name::PlatformMemory, &["$.record.metrics.memorySizeMB"]),
    (Name::PlatformMaxMemory, &["$.record.metrics.maxMemoryUsedMB"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Selector;

    #[test]
    fn the_documentation_lists_every_name() {
        let page = include_str!("../../../docs/src/records.md");
        for (name, paths) in NAMES {
            let row = paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
            assert!(page.contains(&format!("| {row} |")), "{name:?}: {row}");
        }
    }

    #[test]
    fn every_name_is_a_selector_and_the_table_is_in_order() {
        for (position, (name, paths)) in NAMES.iter().enumerate() {
            assert_eq!(*name as usize, position, "{name:?}");
            for path in *paths {
                assert!(Selector::parse(path).is_ok(), "{path}");
            }
        }
    }
}
