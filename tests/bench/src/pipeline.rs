//! What all pipelines have in common: a payload goes in, an answer comes out.

use crate::answer::Answer;

/// A pipeline under measurement. What it may keep between batches (compiled rules, buffers) it keeps, as a function does between invocations.
pub trait Pipeline {
    /// Processes one payload. This is what is timed.
    ///
    /// # Errors
    /// The payload cannot be read.
    fn process(&mut self, payload: &[u8]) -> anyhow::Result<()>;

    /// What was found in the payload processed last. Not timed.
    fn answer(&self) -> Answer;
}
