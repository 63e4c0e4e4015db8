//! Metrics.
use pyo3::prelude::*;

/// PLACEHOLDER
#[pyfunction]
pub(crate) fn flush_metrics() {}
