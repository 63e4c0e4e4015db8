//! One log event of the input.

use serde::Deserialize;

/// One log event, as CloudWatch Logs holds it and with where it lies. In a file: one JSON object a line with exactly these keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEvent {
    /// Log group.
    pub group: String,
    /// Log stream.
    pub stream: String,
    /// Unique id.
    pub id: String,
    /// Milliseconds since 1970.
    #[serde(rename = "timestamp")]
    pub timestamp_ms: i64,
    /// The line.
    pub message: String,
}
