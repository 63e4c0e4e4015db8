//! Totals over the fields of a batch's messages: what a pipeline that computes no metrics shows for its work.

use crate::answer::Answer;

/// Totals over level, path, service, status, duration and error.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldTotals {
    events: f64,
    status: f64,
    duration_ms: f64,
    errors: f64,
    text_bytes: usize,
}

impl FieldTotals {
    /// Adds one message.
    pub fn add_line(&mut self, status: f64, duration_ms: f64) {
        self.events += 1.0;
        self.status += status;
        self.duration_ms += duration_ms;
    }

    /// Adds the length of texts that were read: only who reads a text knows it.
    pub fn add_text(&mut self, bytes: usize) {
        self.text_bytes += bytes;
    }

    /// Adds an error whose texts have this length.
    pub fn add_error(&mut self, bytes: usize) {
        self.errors += 1.0;
        self.text_bytes += bytes;
    }

    /// The totals as numbers to compare.
    #[expect(clippy::cast_precision_loss, reason = "bytes of one batch are far below 2^52")]
    pub fn answer(&self) -> Answer {
        let Self { events, status, duration_ms, errors, text_bytes } = *self;
        [("events", events), ("status", status), ("duration_ms", duration_ms), ("errors", errors), ("text_bytes", text_bytes as f64)]
            .into_iter()
            .map(|(name, number)| (name.to_owned(), number))
            .collect()
    }
}
