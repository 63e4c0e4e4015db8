//! One log event as a typed, borrowed record.
//!
//! A line is either one JSON object (our schema 1.0 and the dialects that name the same things alike, Lambda's JSON events included) or text. A
//! line that fits nothing is a text record: it never fails a batch.

mod code;
pub(crate) mod errno;
pub mod format;
mod json;
mod known;
mod reader;
mod stack;
pub mod text;

use std::borrow::Cow;

pub use crate::schema::Level;
use crate::{envelope::LogEvent, json::Scratch};
pub use reader::{Line, Path, PathReader, PathReaderBuilder, Reader};

/// One log event, borrowed from the batch.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// Event id given by CloudWatch Logs.
    pub id: &'a str,
    /// Event time, milliseconds since 1970.
    pub timestamp_ms: i64,
    /// The line as it came.
    pub raw: &'a str,
    /// How it was written.
    pub form: Form,
    /// What it says.
    pub fields: Fields<'a>,
}

/// How a line was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON object.
    Json,
    /// Anything else.
    Text,
}

/// What is known of a line; absent when the line does not say.
#[derive(Clone, Debug, Default)]
pub struct Fields<'a> {
    /// The time the line itself names, milliseconds since 1970. The event's own time is [`Record::timestamp_ms`].
    pub timestamp_ms: Option<i64>,
    /// Level.
    pub level: Option<Level>,
    /// Logger, target or category.
    pub logger: Option<Cow<'a, str>>,
    /// Place in the source the line comes from, as the line writes it: `api.py:42`.
    pub location: Option<Cow<'a, str>>,
    /// Message: the message field of a JSON line, the text behind the prefix of a text line.
    pub message: Option<Cow<'a, str>>,
    /// Service the line names itself.
    pub service: Option<Cow<'a, str>>,
    /// Environment the line names.
    pub environment: Option<Cow<'a, str>>,
    /// Version of the service.
    pub version: Option<Cow<'a, str>>,
    /// Request id.
    pub request_id: Option<Cow<'a, str>>,
    /// Id of the chain of requests this one belongs to.
    pub correlation_id: Option<Cow<'a, str>>,
    /// Lambda's id of the invocation.
    pub function_request_id: Option<Cow<'a, str>>,
    /// Whether the invocation is the first of its process.
    pub cold_start: Option<bool>,
    /// Who asked.
    pub user_id: Option<Cow<'a, str>>,
    /// For which customer.
    pub tenant_id: Option<Cow<'a, str>>,
    /// Trace id.
    pub trace_id: Option<Cow<'a, str>>,
    /// Span id.
    pub span_id: Option<Cow<'a, str>>,
    /// W3C trace flags, as the line writes them.
    pub trace_flags: Option<Cow<'a, str>>,
    /// X-Ray's trace id. It is [`Self::trace_id`] as well when the line names no other.
    pub xray_trace_id: Option<Cow<'a, str>>,
    /// HTTP facts of a canonical request line.
    pub http: Http<'a>,
    /// Error facts.
    pub error: ErrorFields<'a>,
    /// Fingerprint by which the writer wants the error grouped.
    pub fingerprint: Option<Cow<'a, str>>,
    /// What the Lambda platform says of an invocation: a START, END, REPORT or INIT line, or the same as JSON.
    pub lambda: Option<LambdaEvent>,
    /// Failure reported by the Lambda platform itself.
    pub platform: Option<PlatformFailure>,
    /// The line says that the operation will be tried again.
    pub will_retry: bool,
    /// A sampler kept the line, of several like it.
    pub sampled: bool,
    /// The line had been kept back, and was written because its request failed.
    pub buffered: bool,
    /// How many fields the writer left out.
    pub dropped_fields: Option<u64>,
}

/// HTTP facts of a record.
#[derive(Clone, Debug, Default)]
pub struct Http<'a> {
    /// Method.
    pub method: Option<Cow<'a, str>>,
    /// Route template, `/orders/{id}`.
    pub route: Option<Cow<'a, str>>,
    /// Path as asked for, without the query.
    pub path: Option<Cow<'a, str>>,
    /// Status code.
    pub status_code: Option<u16>,
    /// Time to answer, milliseconds.
    pub duration_ms: Option<f64>,
    /// Bytes of the request.
    pub request_bytes: Option<u64>,
    /// Bytes of the response.
    pub response_bytes: Option<u64>,
    /// Address of the client.
    pub client_ip: Option<Cow<'a, str>>,
    /// User agent of the client.
    pub user_agent: Option<Cow<'a, str>>,
    /// How the exchange ended when it did not end as usual: `client_disconnect`, `timeout`, `cancelled`, `upgrade`.
    pub outcome: Option<Cow<'a, str>>,
}

/// What the Lambda platform says of an invocation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LambdaEvent {
    /// Which event.
    pub kind: LambdaEventKind,
    /// Duration of the invocation, milliseconds.
    pub duration_ms: Option<f64>,
    /// Duration billed, milliseconds.
    pub billed_ms: Option<f64>,
    /// Duration of a cold start's initialisation, milliseconds.
    pub init_ms: Option<f64>,
    /// Memory given to the function, MB.
    pub memory_mb: Option<f64>,
    /// Most memory used, MB.
    pub max_memory_mb: Option<f64>,
}

/// Which event of an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LambdaEventKind {
    /// The runtime begins to start: `INIT_START`, `platform.initStart`.
    InitStart,
    /// The runtime has started, or failed to: `INIT_REPORT`, `platform.initReport`.
    InitReport,
    /// An invocation begins: `START`, `platform.start`.
    Start,
    /// An invocation ends: `END`, `platform.runtimeDone`.
    End,
    /// What an invocation cost: `REPORT`, `platform.report`.
    Report,
}

/// Error facts of a record.
#[derive(Clone, Debug, Default)]
pub struct ErrorFields<'a> {
    /// Type or class.
    pub kind: Option<Cow<'a, str>>,
    /// Message.
    pub message: Option<Cow<'a, str>>,
    /// Stack, as text.
    pub stack: Option<Cow<'a, str>>,
    /// Code: an SQLSTATE, the name of an errno or of a gRPC status, a service's own.
    pub code: Option<Cow<'a, str>>,
    /// Hash of the stack, as the writer made it.
    pub hash: Option<Cow<'a, str>>,
}

/// A failure the Lambda platform reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlatformFailure {
    /// The function ran into its time-out.
    TimedOut,
    /// The process ended, with no memory left to it.
    OutOfMemory,
    /// The process ended otherwise.
    Exited,
    /// It failed to start.
    Init,
}

impl<'a> Record<'a> {
    /// Reads one event of a log group of which nothing is known; for many, take a [`Reader`].
    pub fn parse(event: &'a LogEvent<'_>) -> Self {
        Reader::standard().read(event, &mut Scratch::default())
    }

    /// The message, or the whole line when it names none.
    pub fn message(&self) -> &str {
        self.fields.message.as_deref().unwrap_or(self.raw)
    }
}
