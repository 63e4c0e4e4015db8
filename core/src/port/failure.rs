//! What became of a call that failed.

/// What became of a call that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It did not happen and never will as it stands: bad request, access denied, no such resource.
    Rejected,
    /// It did not happen, a later attempt may succeed: throttled, unavailable, no connection.
    Unavailable,
    /// Nobody knows whether it happened: time-out or reset after the request was sent, or a server error.
    Ambiguous,
}

/// A call to the outside that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {code}: {message}")]
pub struct PortError {
    /// What became of it.
    pub failure: Failure,
    /// Which call, for example `cloudwatch.PutMetricData`.
    pub operation: &'static str,
    /// The service's error code, or our own word for a transport failure.
    pub code: String,
    /// What the service said.
    pub message: String,
}

/// Result of one call to the outside.
pub type PortResult<T> = Result<T, PortError>;
