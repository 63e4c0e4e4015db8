//! The goals telemetry is held to, beside what was measured. They are shown and never fail a run: a number depends on the machine. They are for
//! masking off; what it costs stands in the tables, beside each.

use skywarden_bench::goals::{Goal, least, most};

use crate::{
    axum, line,
    report::{Part, Report, Table},
};

/// Least that ours must be faster than tracing-subscriber's JSON.
const TRACING: f64 = 4.0;

/// Least that ours must be faster than json-subscriber.
const JSON_SUBSCRIBER: f64 = 3.0;

/// Most that our middleware for axum may add, as a share of what `TraceLayer`, the request-id pair and a JSON line add.
const TOWER_HTTP: f64 = 1.0 / 3.0;

/// Least that structlog with our processor must be faster than with orjson.
const STRUCTLOG: f64 = 1.8;

/// Least that ours must be faster than python-json-logger with orjson.
const STDLIB: f64 = 2.0;

/// The peer that goals of Python's `logging` name.
const PYTHON_JSON: &str = "python-json-logger + orjson";

/// Most that our ASGI middleware may add, as a share of what asgi-correlation-id and an access log by structlog add.
const CORRELATION: f64 = 1.0 / 3.0;

/// The same of what a logger by `BaseHTTPMiddleware` adds.
const BASE_HTTP: f64 = 0.1;

/// The goals a report can say something about.
pub fn goals(report: &Report) -> Vec<Goal> {
    let of = |table: &Table| match table.part {
        Part::Lines => lines(table),
        Part::Axum => axum::TOWER_HTTP.into_iter().filter_map(|peer| added(table, axum::OURS, peer, TOWER_HTTP)).collect(),
        Part::Structlog => structlog(table),
        Part::Logging => faster(table, "ours by logging, handler", PYTHON_JSON, STDLIB).into_iter().collect(),
        Part::Formatters => faster(table, "format() of ours", "format() of python-json-logger + orjson", STDLIB).into_iter().collect(),
        Part::Asgi => asgi(table),
        Part::LinesToFile => Vec::new(),
    };
    report.tables.iter().flat_map(of).collect()
}

fn structlog(table: &Table) -> Vec<Goal> {
    let forms = ["bound", "contextvars"].into_iter();
    forms.filter_map(|form| faster(table, &format!("ours by structlog, {form}"), &format!("structlog + orjson, {form}"), STRUCTLOG)).collect()
}

fn asgi(table: &Table) -> Vec<Goal> {
    let correlation = added(table, "ours", "asgi-correlation-id + structlog", CORRELATION);
    correlation.into_iter().chain(added(table, "ours", "BaseHTTPMiddleware + structlog", BASE_HTTP)).collect()
}

/// How much faster ours is than a peer.
fn faster(table: &Table, ours: &str, peer: &str, limit: f64) -> Option<Goal> {
    Some(least(&format!("{ours}: how much faster than {peer}"), table.median(peer)? / table.median(ours)?, limit, "x"))
}

/// What ours adds, as a share of what a peer adds.
fn added(table: &Table, ours: &str, peer: &str, limit: f64) -> Option<Goal> {
    Some(most(&format!("{ours}: share of what is added by {peer}"), table.added(ours)? / table.added(peer)?, limit, "x"))
}

/// Each goal against the fastest form of the peer that writes an equal line.
fn lines(table: &Table) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (peer, forms, limit) in [("tracing-subscriber json", &line::TRACING[..], TRACING), ("json-subscriber", &line::JSON_SUBSCRIBER, JSON_SUBSCRIBER)] {
        let fastest = forms.iter().filter_map(|form| table.median(form)).fold(f64::INFINITY, f64::min);
        if let Some(median) = table.median(line::OURS).filter(|_| fastest.is_finite()) {
            goals.push(least(&format!("{}: how much faster than {peer}, its fastest form", line::OURS), fastest / median, limit, "x"));
        }
    }
    goals
}
