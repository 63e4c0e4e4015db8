//! What is told of a request at its end.

use std::borrow::Cow;

/// What is told of a request at its end, in one line: the object `http` of the schema, and the error when there was one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Method.
    pub method: Cow<'static, str>,
    /// Route template; none when no route matched.
    pub route: Option<String>,
    /// Path as asked for, without the query; none when paths are not told.
    pub path: Option<String>,
    /// Status code; none when the exchange ended before there was one.
    pub status_code: Option<u16>,
    /// Time until the last byte of the answer, milliseconds.
    pub duration_ms: f64,
    /// Bytes of the request's body that were read.
    pub request_bytes: Option<u64>,
    /// Bytes of the response's body that were handed on.
    pub response_bytes: Option<u64>,
    /// Address of the client.
    pub client_ip: Option<String>,
    /// User agent of the client.
    pub user_agent: Option<String>,
    /// Chosen request headers, by lower-case name.
    pub request_headers: Vec<(String, String)>,
    /// Chosen response headers, by lower-case name.
    pub response_headers: Vec<(String, String)>,
    /// Body of the request, when it is told.
    pub request_body: Option<String>,
    /// Body of the response, when it is told.
    pub response_body: Option<String>,
    /// How the exchange ended.
    pub outcome: Outcome,
    /// What went wrong.
    pub error: Option<ErrorFacts>,
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// With an answer, as usual.
    #[default]
    Answered,
    /// The client went away before the answer was complete. No error of the service.
    ClientDisconnect,
    /// The service gave up by a time-out of its own.
    Timeout,
    /// The service dropped the work.
    Cancelled,
    /// The connection went over to another protocol.
    Upgrade,
}

/// What went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorFacts {
    /// Type.
    pub kind: String,
    /// Message.
    pub message: String,
    /// Stack, or the chain of causes.
    pub stack: Option<String>,
}

impl Outcome {
    /// What a line calls it; none for the usual end, which is not told.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Answered => None,
            Self::ClientDisconnect => Some("client_disconnect"),
            Self::Timeout => Some("timeout"),
            Self::Cancelled => Some("cancelled"),
            Self::Upgrade => Some("upgrade"),
        }
    }
}
