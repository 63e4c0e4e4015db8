//! What became of an invocation.

use serde_json::{Value, json};

/// What became of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The function answered.
    Answered(Value),
    /// The function reported an error.
    Failed {
        /// Error type.
        kind: String,
        /// Error message.
        message: String,
    },
    /// The process ended, before or while it worked on the event. `status` as the system says it.
    Died {
        /// Exit code or signal.
        status: String,
    },
    /// Lambda ended it at its deadline.
    TimedOut,
}

impl Outcome {
    /// The answer, when there is one.
    pub fn answer(&self) -> Option<&Value> {
        match self {
            Self::Answered(value) => Some(value),
            _ => None,
        }
    }

    /// What Lambda's record of a failed invocation holds as the function's answer.
    pub(crate) fn response_payload(&self) -> Value {
        match self {
            Self::Answered(value) => value.clone(),
            Self::Failed { kind, message } => json!({"errorType": kind, "errorMessage": message}),
            Self::Died { status } => json!({"errorType": "Runtime.ExitError", "errorMessage": format!("Runtime exited: {status}")}),
            Self::TimedOut => json!({"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out"}),
        }
    }
}
