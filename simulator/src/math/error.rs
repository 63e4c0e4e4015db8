//! Why an expression cannot be read or computed.

/// A mistake in an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("metric math, column {column}: {message}")]
pub struct MathError {
    /// Position in the expression in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl MathError {
    pub(crate) fn new(column: usize, message: impl Into<String>) -> Self {
        Self { column, message: message.into() }
    }

    /// None of the queries is marked as the one to return.
    pub(crate) fn nothing_returned() -> Self {
        Self::new(1, "no query returns data; set ReturnData to true on one of them")
    }
}
