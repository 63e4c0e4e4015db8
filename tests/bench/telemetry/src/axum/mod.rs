//! A request to axum, in the process: what middleware for ids and a line for each request adds to it.

mod app;
mod floor;
mod layers;

use crate::{
    case::{Case, Work},
    sink::Sink,
    truth::Expected,
};

/// What every line of a request says beside its time. What differs with each request must be there, whatever it is.
const LINE: &[Expected] = &[
    Expected { what: "level", names: &["level"], values: &["INFO"] },
    Expected { what: "method", names: &["method"], values: &["GET"] },
    Expected { what: "path", names: &["path", "uri"], values: &["/orders/42", "/orders/42?page=3"] },
    Expected { what: "status", names: &["status_code", "status"], values: &["200"] },
    Expected { what: "duration", names: &["duration_ms", "latency"], values: &[] },
    Expected { what: "request id", names: &["request_id"], values: &[] },
];

/// The router alone.
pub const BARE: &str = "bare router";
/// Ours, masking off.
pub const OURS: &str = "ours";
/// Ours, as it is by default.
pub const OURS_MASKED: &str = "ours, masking";
/// What goals compare with: tower-http's layers and tracing-subscriber as they are by default.
pub const TOWER_HTTP: &str = "TraceLayer, request-id pair, fmt json";

const fn case(name: &'static str, open: fn(Sink) -> anyhow::Result<Work>) -> Case {
    Case { name, open, expected: Some(LINE) }
}

/// Everything that is measured, the bare router first.
pub const CASES: [Case; 8] = [
    Case { name: BARE, open: |_| app::serve(app::router(), false), expected: None },
    case("written by hand", floor::open),
    case(OURS, |sink| layers::ours(sink, false)),
    case(OURS_MASKED, |sink| layers::ours(sink, true)),
    Case { name: "request-id pair alone", open: |_| layers::request_id_pair(), expected: None },
    case("TraceLayer, request-id pair, fmt json, flat", |sink| layers::tower_http(sink, layers::Form::Flat)),
    case(TOWER_HTTP, |sink| layers::tower_http(sink, layers::Form::Default)),
    case("TraceLayer, request-id pair, fmt json, with route and agent", |sink| layers::tower_http(sink, layers::Form::Telling)),
];
