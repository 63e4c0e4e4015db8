//! Reads the fields of events and spans.

use std::{error::Error, fmt};

use tracing::{
    Metadata,
    field::{Field, Visit},
};

use crate::{
    record::{Failure, Level, Parts, ValueWriter},
    request::ErrorFacts,
    settings::Limits,
    telemetry::{Entry, PANIC},
};

/// Fields of a span.
pub(super) struct SpanVisitor<'a> {
    pub(super) parts: &'a mut Parts,
    pub(super) limits: &'a Limits,
    /// Whether the ids of a request are not wanted.
    pub(super) skips_ids: bool,
}

impl SpanVisitor<'_> {
    fn set(&mut self, field: &Field, write: impl FnOnce(&mut ValueWriter<'_>)) {
        if self.skips_ids && matches!(field.name(), "request_id" | "correlation_id" | "trace_id" | "span_id" | "trace_flags" | "xray_trace_id") {
            return;
        }
        self.parts.field(field.name(), self.limits, write);
    }
}

impl Visit for SpanVisitor<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, |writer| writer.f64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, |writer| writer.i64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, |writer| writer.u64(value));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.set(field, |writer| writer.i128(value));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.set(field, |writer| writer.u128(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, |writer| writer.bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, |writer| writer.str(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.set(field, |writer| writer.display(&value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, |writer| writer.debug(value));
    }
}

/// Fields of an event.
pub(super) struct EventVisitor<'a, 'e> {
    entry: &'a mut Entry<'e>,
    kind: Option<String>,
    message: Option<String>,
    stack: Option<String>,
    critical: Option<bool>,
}

/// What a field of an event is about.
enum Meaning {
    Message,
    ErrorType,
    ErrorMessage,
    ErrorStack,
    Logger,
    /// What the bridge from the `log` crate adds and lines have elsewhere.
    Nothing,
    Other,
}

fn meaning(name: &str) -> Meaning {
    match name {
        "message" => Meaning::Message,
        "error_type" | "error.type" | "exception.type" => Meaning::ErrorType,
        "error" | "error.message" | "exception.message" => Meaning::ErrorMessage,
        "error.stack" | "exception.stacktrace" => Meaning::ErrorStack,
        "log.target" => Meaning::Logger,
        "log.module_path" | "log.file" | "log.line" => Meaning::Nothing,
        _ => Meaning::Other,
    }
}

impl<'a, 'e> EventVisitor<'a, 'e> {
    pub(super) fn new(entry: &'a mut Entry<'e>) -> Self {
        Self { entry, kind: None, message: None, stack: None, critical: None }
    }

    /// Says what was gathered.
    pub(super) fn finish(self, metadata: &Metadata<'_>) {
        match self.critical {
            Some(true) if *metadata.level() == tracing::Level::ERROR => self.entry.level(Level::Critical),
            // Elsewhere it asks for nothing, and is a field like others.
            Some(critical) => self.entry.field("critical", |value| value.bool(critical)),
            None => {}
        }
        // `#[instrument(err)]` makes events that are nothing but an error.
        if let Some(message) = self.message.as_ref().filter(|_| self.entry.has_no_message()) {
            self.entry.message_text(message);
        }
        if self.kind.is_some() || self.message.is_some() || self.stack.is_some() {
            let message = self.message.as_ref().map(|message| message as &dyn fmt::Display);
            self.entry.failure(&Failure { kind: self.kind.as_deref(), message, stack: self.stack.as_deref() });
        }
        if self.kind.as_deref() == Some(PANIC) {
            self.entry.urgent();
        }
    }

    fn text(&mut self, field: &Field, value: &str) {
        match meaning(field.name()) {
            Meaning::Message => self.entry.message_text(value),
            Meaning::ErrorType => self.kind = Some(value.to_owned()),
            Meaning::ErrorMessage => self.message = Some(value.to_owned()),
            Meaning::ErrorStack => self.stack = Some(value.to_owned()),
            Meaning::Logger => self.entry.logger(value),
            Meaning::Nothing => {}
            Meaning::Other => self.entry.field(field.name(), |writer| writer.str(value)),
        }
    }

    fn other(&mut self, field: &Field, write: impl FnOnce(&mut ValueWriter<'_>)) {
        if !matches!(meaning(field.name()), Meaning::Nothing) {
            self.entry.field(field.name(), write);
        }
    }
}

impl Visit for EventVisitor<'_, '_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.other(field, |writer| writer.f64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.other(field, |writer| writer.i64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.other(field, |writer| writer.u64(value));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.other(field, |writer| writer.i128(value));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.other(field, |writer| writer.u128(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        if field.name() == "critical" {
            self.critical = Some(value);
        } else {
            self.other(field, |writer| writer.bool(value));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        if !matches!(meaning(field.name()), Meaning::ErrorMessage) {
            self.other(field, |writer| writer.display(&value));
            return;
        }
        // What is said in fields of its own counts more.
        let facts = ErrorFacts::of_dyn(value);
        self.message = Some(facts.message);
        self.kind.get_or_insert(facts.kind);
        self.stack = self.stack.take().or(facts.stack);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match meaning(field.name()) {
            Meaning::Message => self.entry.message(format_args!("{value:?}")),
            Meaning::ErrorType => self.kind = Some(format!("{value:?}")),
            Meaning::ErrorMessage => self.message = Some(format!("{value:?}")),
            Meaning::ErrorStack => self.stack = Some(format!("{value:?}")),
            Meaning::Logger => self.entry.logger(&format!("{value:?}")),
            Meaning::Nothing => {}
            Meaning::Other => self.other(field, |writer| writer.debug(value)),
        }
    }
}
