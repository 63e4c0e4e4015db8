//! Levels as a filter.

use tracing::{Metadata, Subscriber, level_filters::LevelFilter as TracingFilter, subscriber::Interest};
use tracing_subscriber::layer::{Context, Filter, Layer};

use super::{REQUEST_TARGET, panic::PANIC_TARGET};
use crate::{settings::LevelFilter, telemetry::Telemetry};

/// The levels of a [`Telemetry`], changes at run time included. As the filter of one layer ([`Layer::with_filter`]) it is for that layer; as a layer
/// of its own for all.
#[derive(Clone, Debug)]
pub struct LevelsFilter {
    telemetry: Telemetry,
}

/// What an event just passes.
fn threshold(metadata: &Metadata<'_>) -> LevelFilter {
    match *metadata.level() {
        // What we say of requests and panics is never CRITICAL.
        tracing::Level::ERROR if matches!(metadata.target(), REQUEST_TARGET | PANIC_TARGET) => LevelFilter::Error,
        // An ERROR event may say that it is CRITICAL.
        tracing::Level::ERROR => LevelFilter::Critical,
        tracing::Level::WARN => LevelFilter::Warning,
        tracing::Level::INFO => LevelFilter::Info,
        tracing::Level::DEBUG => LevelFilter::Debug,
        tracing::Level::TRACE => LevelFilter::Trace,
    }
}

impl LevelsFilter {
    pub(super) const fn new(telemetry: Telemetry) -> Self {
        Self { telemetry }
    }

    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        // Spans are what lines stand in: only those of the quiet levels, which libraries make in great number, go by the levels.
        if metadata.is_span() && *metadata.level() <= tracing::Level::INFO {
            return true;
        }
        self.telemetry.may_want(threshold(metadata), metadata.target())
    }

    /// What is wanted changes only with [`Telemetry::set_levels`], which has the answers asked for again.
    fn interest(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.wants(metadata) { Interest::always() } else { Interest::never() }
    }

    fn hint(&self) -> TracingFilter {
        let levels = self.telemetry.levels();
        let lowest = levels.targets.values().copied().chain([levels.default]).min().unwrap_or(LevelFilter::Info);
        let quiet = [LevelFilter::Trace, LevelFilter::Debug].into_iter().find(|filter| self.telemetry.may_want_in_a_request(*filter));
        // Spans from INFO on are wanted whatever the levels are.
        match lowest.min(quiet.unwrap_or(LevelFilter::Info)) {
            LevelFilter::Trace => TracingFilter::TRACE,
            LevelFilter::Debug => TracingFilter::DEBUG,
            _ => TracingFilter::INFO,
        }
    }
}

impl<S: Subscriber> Filter<S> for LevelsFilter {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.interest(metadata)
    }

    fn max_level_hint(&self) -> Option<TracingFilter> {
        Some(self.hint())
    }
}

impl<S: Subscriber> Layer<S> for LevelsFilter {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.interest(metadata)
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn max_level_hint(&self) -> Option<TracingFilter> {
        Some(self.hint())
    }
}
