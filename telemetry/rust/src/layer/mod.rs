//! The layer for `tracing`: events become lines, spans what the lines stand in.
//!
//! * Fields of an event and of the spans around it stand under `fields`, the nearest counts; context keys (`request_id`, `user_id`, …) stand at the top.
//! * `error = &error as &dyn Error` becomes the object `error` with type, message and causes; `error = %error` has the message alone. `error.type` (or
//!   `error_type`), `error.message` and `error.stack` set its parts, as OpenTelemetry's `exception.type`, `exception.message` and `exception.stacktrace` do.
//!   In a span these are fields like others.
//! * An ERROR event with `critical = true` is CRITICAL; [`critical!`](crate::critical!) writes one.
//! * Events of the bridge from the `log` crate have the logger, the level and the place of the line they were made of.
//! * Several layers may be in one subscriber, each with settings of its own.

mod around;
mod backtrace;
mod bridge;
mod filter;
mod install;
mod panic;
mod span;
mod visit;

use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record as SpanRecord},
};
use tracing_subscriber::{
    filter::Filtered,
    layer::{Context, Layer},
    registry::LookupSpan,
};

pub use filter::LevelsFilter;
pub use install::{Guard, InstallError};
pub use panic::report_panics;

use crate::{
    record::{Level, Parts, Place},
    request::{self, Scope},
    telemetry::{Record, Telemetry},
};
use around::{Around, Attachment};
use bridge::Bridged;
use span::{SpanContext, SpanContexts};
use visit::{EventVisitor, SpanVisitor};

/// Target of the middleware's span and of the event that ends a request.
pub(crate) const REQUEST_TARGET: &str = "skywarden::request";

/// Writes events as lines of schema 1.0. What is not wanted is left out when it comes; [`LevelsFilter`] keeps it from coming.
#[derive(Clone, Debug)]
pub struct JsonLayer {
    telemetry: Telemetry,
    attachment: Attachment,
}

/// Our level of `tracing`'s: it has no CRITICAL, which an ERROR event asks for with `critical = true`, and its TRACE is written as DEBUG.
fn level_of(metadata: &Metadata<'_>) -> Level {
    match *metadata.level() {
        tracing::Level::ERROR => Level::Error,
        tracing::Level::WARN => Level::Warning,
        tracing::Level::INFO => Level::Info,
        tracing::Level::DEBUG | tracing::Level::TRACE => Level::Debug,
    }
}

impl Telemetry {
    /// The layer with its levels, for a subscriber that has other layers as well: what it does not want, the others still get.
    pub fn layer<S>(&self) -> Filtered<JsonLayer, LevelsFilter, S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        self.bare_layer().with_filter(self.filter())
    }

    /// The layer without a filter.
    pub fn bare_layer(&self) -> JsonLayer {
        JsonLayer { telemetry: self.clone(), attachment: Attachment::default() }
    }

    /// The levels as a filter: as a layer of its own it switches off for all layers what is not wanted.
    pub fn filter(&self) -> LevelsFilter {
        LevelsFilter::new(self.clone())
    }
}

/// Like `tracing::error!`, at level CRITICAL.
#[macro_export]
macro_rules! critical {
    (target: $target:expr, { $($fields:tt)* }, $($rest:tt)+) => {
        $crate::__tracing::event!(target: $target, $crate::__tracing::Level::ERROR, { critical = true, $($fields)* }, $($rest)+)
    };
    ({ $($fields:tt)* }, $($rest:tt)+) => {
        $crate::__tracing::event!($crate::__tracing::Level::ERROR, { critical = true, $($fields)* }, $($rest)+)
    };
    ($($rest:tt)+) => {
        $crate::__tracing::event!($crate::__tracing::Level::ERROR, critical = true, $($rest)+)
    };
}

impl<S> Layer<S> for JsonLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_layer(&mut self, _: &mut S) {
        self.attachment = Attachment::next();
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let encoder = self.telemetry.encoder();
        let is_of_request = attributes.metadata().target() == REQUEST_TARGET;
        let scope = if is_of_request {
            request::current()
        } else {
            span.parent().and_then(|parent| parent.extensions().get::<SpanContexts>().and_then(|all| all.of(self.attachment)?.scope().cloned()))
        };
        let context = SpanContext::new(encoder.limits(), scope, |parts, scope| {
            let mut visitor = SpanVisitor { parts, limits: encoder.limits(), skips_ids: false };
            // The middleware's span has its ids as fields, for others; here they are at hand.
            let Some(ids) = scope.filter(|_| is_of_request).and_then(Scope::ids) else {
                attributes.record(&mut visitor);
                encoder.seal(parts);
                return;
            };
            let mut others = Parts::new(encoder.limits());
            visitor = SpanVisitor { parts: &mut others, skips_ids: true, ..visitor };
            attributes.record(&mut visitor);
            encoder.seal(&mut others);
            encoder.ids(parts, ids);
            parts.add_missing(&others);
        });
        let mut extensions = span.extensions_mut();
        match extensions.get_mut::<SpanContexts>() {
            Some(others) => others.add(self.attachment, context),
            None => extensions.insert(SpanContexts::new(self.attachment, context)),
        }
    }

    fn on_record(&self, id: &Id, values: &SpanRecord<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let encoder = self.telemetry.encoder();
        // Formatting a value is the user's code, which may log in this span: no lock is held meanwhile.
        let mut parts = Parts::new(encoder.limits());
        values.record(&mut SpanVisitor { parts: &mut parts, limits: encoder.limits(), skips_ids: false });
        encoder.seal(&mut parts);
        if let Some(known) = span.extensions().get::<SpanContexts>().and_then(|all| all.of(self.attachment)) {
            known.add(parts);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let around = Around::of(self.attachment, event, &context);
        let current = if around.scope().is_none() { request::current() } else { None };
        let scope = around.scope().or(current.as_ref());
        let record = Record {
            level: level_of(metadata),
            logger: metadata.target(),
            place: metadata.file().zip(metadata.line()).map(|(file, line)| Place { file, line }),
            at: None,
            message_key: span::callsite_key(metadata),
        };
        let bridged = Bridged::of(event);
        let record = bridged.as_ref().map_or(record, |bridged| bridged.over(record));
        self.telemetry.log(&record, &around.parts(), scope, |entry| {
            // What the middleware hands over says more than the fields of its event.
            if metadata.target() == REQUEST_TARGET && request::handoff::read(|facts| entry.http(facts)).is_some() {
                entry.message_text("request");
                return;
            }
            let mut visitor = EventVisitor::new(entry);
            event.record(&mut visitor);
            visitor.finish(metadata);
        });
        around.keep();
    }
}
