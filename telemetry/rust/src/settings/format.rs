//! How lines look, and whose names they carry beside ours.

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Json,
    /// For people, with colours where the output is a terminal.
    Pretty,
    /// [`Self::Pretty`] on a terminal, else [`Self::Json`].
    Auto,
}

/// Names that other tools expect beside ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Schema 1.0 alone.
    Standard,
    /// As Powertools for AWS Lambda writes them.
    Powertools,
    /// As Lambda's own JSON log format and `lambda_runtime` write them.
    Lambda,
    /// As OpenTelemetry's log data model names them.
    Otel,
}
