//! The goals telemetry is held to, beside what was measured. They are shown and never fail a run: a number depends on the machine.

use skywarden_bench::goals::{Goal, least};

use crate::{
    line,
    report::{Report, Table},
};

/// Least that ours must be faster than tracing-subscriber's JSON.
const TRACING: f64 = 4.0;

/// Least that ours must be faster than json-subscriber.
const JSON_SUBSCRIBER: f64 = 3.0;

/// The goals a report can say something about.
pub fn goals(report: &Report) -> Vec<Goal> {
    report.tables.iter().filter(|table| table.unit == "line").flat_map(lines).collect()
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
