//! The goals telemetry is held to, beside what was measured. They are shown and never fail a run: a number depends on the machine.

use skywarden_bench::goals::{Goal, least, most};

use crate::{
    axum, line,
    report::{Part, Report, Table},
};

/// Least that ours must be faster than tracing-subscriber's JSON.
const TRACING: f64 = 4.0;

/// Least that ours must be faster than json-subscriber.
const JSON_SUBSCRIBER: f64 = 3.0;

/// Most that our middleware for axum may add, as a share of what TraceLayer, the request-id pair and a JSON line add.
const TOWER_HTTP: f64 = 1.0 / 3.0;

/// The goals a report can say something about.
pub fn goals(report: &Report) -> Vec<Goal> {
    let of = |table: &Table| match table.part {
        Part::Lines => lines(table),
        Part::Axum => added(table, &[axum::OURS, axum::OURS_MASKED], "TraceLayer, request-id pair and a JSON line", &axum::TOWER_HTTP, TOWER_HTTP),
        Part::LinesToFile => Vec::new(),
    };
    report.tables.iter().flat_map(of).collect()
}

/// What each of ours adds, as a share of what the cheapest form of a peer adds.
fn added(table: &Table, ours: &[&str], peer: &str, forms: &[&str], limit: f64) -> Vec<Goal> {
    let cheapest = forms.iter().filter_map(|form| table.added(form)).fold(f64::INFINITY, f64::min);
    let goal = |name: &&str| Some(most(&format!("{name}: share of what {peer} add"), table.added(name)? / cheapest, limit, "x"));
    if cheapest.is_finite() { ours.iter().filter_map(goal).collect() } else { Vec::new() }
}

/// Each goal against the fastest form of the peer that writes an equal line.
fn lines(table: &Table) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (peer, forms, limit) in [("tracing-subscriber json", &line::TRACING[..], TRACING), ("json-subscriber", &line::JSON_SUBSCRIBER, JSON_SUBSCRIBER)] {
        let fastest = forms.iter().filter_map(|form| table.median(form)).fold(f64::INFINITY, f64::min);
        for ours in [line::OURS, line::OURS_MASKED] {
            if let Some(median) = table.median(ours).filter(|_| fastest.is_finite()) {
                goals.push(least(&format!("{ours}: how much faster than {peer}, its fastest form"), fastest / median, limit, "x"));
            }
        }
    }
    goals
}
