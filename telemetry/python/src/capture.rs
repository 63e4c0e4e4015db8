//! Lines kept in memory, for the tests of applications.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::{prelude::*, types::PyDict};
use skywarden_telemetry::{Sink, Telemetry, output};

use crate::{SettingsError, clock::now, pipeline::Lines, settings};

/// What the process writes, from its making until it is ended.
#[pyclass(frozen, module = "skywarden._native")]
#[derive(Debug)]
pub(crate) struct Capture {
    kept: output::Capture,
    lines: Arc<Lines>,
    before: Mutex<Option<Arc<Lines>>>,
}

#[pymethods]
impl Capture {
    /// Begins, with the process's settings, or those of its configuration with others on top.
    #[new]
    #[pyo3(signature = (settings, /))]
    fn new(settings: &Bound<'_, PyDict>) -> PyResult<Self> {
        let before = Lines::current();
        let settings = if settings.is_empty() { before.writer.settings().clone() } else { settings::load(None, settings)? };
        let kept = output::Capture::new();
        let sink = Sink::json(Arc::new(kept.clone()));
        let writer = Telemetry::with_sinks(settings, vec![sink], now).map_err(|error| SettingsError::new_err(error.to_string()))?;
        let lines = Lines::new(writer);
        Arc::clone(&lines).install();
        Ok(Self { kept, lines, before: Mutex::new(Some(before)) })
    }

    /// The lines so far.
    fn lines(&self) -> Vec<String> {
        self.kept.lines()
    }

    /// Forgets the lines so far.
    fn clear(&self) {
        self.kept.clear();
    }

    /// Ends: metrics that were gathered are a part of what was written, and then the process writes again where it did before.
    fn end(&self, py: Python<'_>) {
        py.detach(|| self.lines.writer.flush_metrics());
        if let Some(before) = self.before.lock().unwrap_or_else(PoisonError::into_inner).take() {
            before.install();
        }
    }
}
