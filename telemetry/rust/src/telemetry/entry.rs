//! A line that is being filled.

use std::{fmt, time::Duration};

use crate::{
    output::Urgency,
    record::{Draft, Encoder, Failure, Level, ValueWriter},
    request::Facts,
};

/// What lines of a panic have as the type of their error. They are written at once: the process may be at its end.
pub(crate) const PANIC: &str = "panic";

/// A line that is being filled.
#[derive(Debug)]
pub struct Entry<'a> {
    pub(super) encoder: &'a Encoder,
    pub(super) draft: &'a mut Draft,
    pub(super) level: Level,
    pub(super) logger: Option<String>,
    pub(super) urgency: Urgency,
    /// What was kept of the request has to be written.
    pub(super) failed: bool,
    pub(super) slow: Option<Duration>,
}

impl Entry<'_> {
    /// Raises the level, or lowers it.
    pub fn level(&mut self, level: Level) {
        self.level = level;
    }

    /// Names another logger than the record does.
    pub fn logger(&mut self, logger: &str) {
        self.logger = Some(logger.to_owned());
    }

    /// Has the line written before the call returns, as far as the output can.
    pub fn urgent(&mut self) {
        self.urgency = Urgency::Now;
    }

    /// Whether there is no message yet.
    pub fn has_no_message(&self) -> bool {
        self.draft.has_no_message()
    }

    /// Sets the message.
    pub fn message(&mut self, message: fmt::Arguments<'_>) {
        self.draft.message(self.encoder, message);
    }

    /// Sets the message.
    pub fn message_text(&mut self, message: &str) {
        self.draft.message_text(self.encoder, message);
    }

    /// Sets a field: at the top when its name is a context key, else under `fields`.
    pub fn field(&mut self, name: &str, write: impl FnOnce(&mut ValueWriter<'_>)) {
        self.draft.parts.field(name, self.encoder.limits(), write);
    }

    /// Sets the error.
    pub fn failure(&mut self, failure: &Failure<'_>) {
        self.encoder.failure(&mut self.draft.parts, failure);
    }

    /// Sets what is told of a request, its error included.
    pub fn http(&mut self, facts: &Facts) {
        self.draft.parts.http(facts, self.encoder.limits());
        if let Some(error) = &facts.error {
            let message: &dyn fmt::Display = &error.message;
            if error.kind == PANIC {
                self.urgent();
            }
            self.failure(&Failure { kind: Some(&error.kind), message: Some(message), stack: error.stack.as_deref() });
        }
        self.failed |= facts.status_code.is_some_and(|status| status >= 500) || self.slow.is_some_and(|slow| facts.duration_ms >= slow.as_secs_f64() * 1e3);
    }
}
