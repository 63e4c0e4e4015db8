//! The deployed functions, as whoever redrives invokes them.

use std::future::Future;

use super::PortResult;

/// Invokes deployed functions.
pub trait FunctionInvoker: Sync {
    /// Invokes a function by its name and waits for the answer.
    fn invoke(&self, function: &str, payload: &[u8]) -> impl Future<Output = PortResult<Invoked>> + Send;
}

/// What a function answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoked {
    /// Whether the invocation failed inside the function (Lambda's `FunctionError`).
    pub failed: bool,
    /// The answer, or Lambda's JSON of the error.
    pub payload: Vec<u8>,
}
