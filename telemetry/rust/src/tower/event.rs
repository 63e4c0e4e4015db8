//! The event at the end of a request.

use std::fmt;

use skywarden_core::schema::Level;
use tracing::{
    Span,
    field::{DisplayValue, display},
};

use super::span::target;
use crate::request::{ErrorFacts, Facts, handoff};

/// Tells of a request in one event, in its span. Our layer takes the facts from [`handoff`]; the event has the main ones as ordinary fields.
pub(super) fn tell(span: &Span, facts: Box<Facts>, level: Level) {
    /// One event for each level, as `tracing` wants it.
    macro_rules! event {
        ($level:ident, $facts:ident) => {{
            let fields = Fields::of(&$facts);
            handoff::with($facts, || {
                tracing::event!(
                    target: target!(),
                    parent: span,
                    tracing::Level::$level,
                    http.method = fields.method,
                    http.route = fields.route,
                    http.path = fields.path,
                    http.status_code = fields.status_code,
                    http.duration_ms = fields.duration_ms,
                    http.request_bytes = fields.request_bytes,
                    http.response_bytes = fields.response_bytes,
                    http.client_ip = fields.client_ip,
                    http.user_agent = fields.user_agent,
                    outcome = fields.outcome,
                    error.type = fields.error_type,
                    error.message = fields.error_message,
                    "request"
                );
            });
        }};
    }
    match level {
        Level::Debug | Level::Info => event!(INFO, facts),
        Level::Warning => event!(WARN, facts),
        Level::Error | Level::Critical => event!(ERROR, facts),
    }
}

/// The fields of the event.
struct Fields {
    method: DisplayValue<Looked>,
    route: Text,
    path: Text,
    status_code: Option<u16>,
    duration_ms: f64,
    request_bytes: Option<u64>,
    response_bytes: Option<u64>,
    client_ip: Text,
    user_agent: Text,
    outcome: Option<&'static str>,
    error_type: Text,
    error_message: Text,
}

/// A text that may be absent.
type Text = Option<DisplayValue<Looked>>;

/// A text of the facts, looked up when somebody wants to see it.
struct Looked(fn(&Facts) -> &str);

impl Fields {
    fn of(facts: &Facts) -> Self {
        let text = |present: bool, look: fn(&Facts) -> &str| present.then(|| display(Looked(look)));
        Self {
            method: display(Looked(|facts| &facts.method)),
            route: text(facts.route.is_some(), |facts| facts.route.as_deref().unwrap_or_default()),
            path: text(facts.path.is_some(), |facts| facts.path.as_deref().unwrap_or_default()),
            status_code: facts.status_code,
            duration_ms: facts.duration_ms,
            request_bytes: facts.request_bytes,
            response_bytes: facts.response_bytes,
            client_ip: text(facts.client_ip.is_some(), |facts| facts.client_ip.as_deref().unwrap_or_default()),
            user_agent: text(facts.user_agent.is_some(), |facts| facts.user_agent.as_deref().unwrap_or_default()),
            outcome: facts.outcome.as_str(),
            error_type: text(facts.error.is_some(), |facts| of_error(facts, |error| &error.kind)),
            error_message: text(facts.error.is_some(), |facts| of_error(facts, |error| &error.message)),
        }
    }
}

impl fmt::Display for Looked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        handoff::read(|facts| formatter.write_str((self.0)(facts))).unwrap_or(Ok(()))
    }
}

fn of_error(facts: &Facts, part: fn(&ErrorFacts) -> &str) -> &str {
    facts.error.as_ref().map(part).unwrap_or_default()
}
