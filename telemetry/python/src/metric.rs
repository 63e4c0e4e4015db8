//! Metrics of the application's own.

use pyo3::{
    prelude::*,
    types::{PyDict, PyString},
};

use crate::{
    pipeline::Lines,
    text::{self, Text},
};

/// Most dimensions that are looked at; CloudWatch takes 30.
const MAX_DIMENSIONS: usize = 64;

/// Adds one value. What cannot be counted as given is told in the log, once for each metric.
#[pyfunction]
#[pyo3(signature = (kind, name, value, unit, dimensions, /))]
pub(crate) fn metric(kind: Text<'_>, name: Text<'_>, value: &Bound<'_, PyAny>, unit: Text<'_>, dimensions: &Bound<'_, PyDict>) {
    let lines = Lines::current();
    let metrics = lines.writer.metrics();
    // What is no number is as little of one as NaN is, and told in the same way.
    let value = value.extract().unwrap_or(f64::NAN);
    let texts: Vec<(String, String)> = dimensions
        .iter()
        .take(MAX_DIMENSIONS)
        .filter_map(|(name, value)| {
            let value = value.str().map_or_else(|_| String::new(), |value| text::owned(&value));
            Some((text::owned(name.cast::<PyString>().ok()?), value))
        })
        .collect();
    let dimensions: Vec<(&str, &str)> = texts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    match &*kind {
        "count" => metrics.count(&name, value, &dimensions),
        "gauge" => metrics.set(&name, &unit, value, &dimensions),
        _ => metrics.record(&name, &unit, value, &dimensions),
    }
}

/// Writes what was gathered.
#[pyfunction]
pub(crate) fn flush_metrics(py: Python<'_>) {
    let lines = Lines::current();
    py.detach(|| lines.writer.flush_metrics());
}
