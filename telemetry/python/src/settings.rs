//! Settings from a file, the environment and Python, and what is opened by them.

use std::sync::Arc;

use pyo3::{prelude::*, types::PyDict};
use skywarden_telemetry::{
    Telemetry,
    output::Output,
    settings::{Environment, OutputSettings, Settings},
};

use crate::{SettingsError, clock::now, detached::Detached};

/// Settings of the configuration file (the one that is named, or the one that is found), the environment, and what Python code gives, which outweighs
/// both.
pub(crate) fn load(config: Option<&str>, given: &Bound<'_, PyDict>) -> PyResult<Settings> {
    let mut builder = Settings::builder().environment(Environment::of_process());
    if let Some(path) = config {
        builder = builder.file(path);
    }
    if !given.is_empty() {
        builder = builder.layer_json("the arguments", &crate::json::of(given.as_any(), 0)?);
    }
    builder.build().map_err(|error| SettingsError::new_err(error.to_string()))
}

/// What writes before anything is configured.
pub(crate) fn unconfigured() -> Telemetry {
    let read = Settings::builder().environment(Environment::of_process()).read().settings;
    // A file that cannot be opened must not keep the rest from being written.
    [read, Settings::default()].into_iter().find_map(|settings| open(settings).ok()).unwrap_or_else(nowhere)
}

#[expect(clippy::expect_used, reason = "only a masking rule can be refused, and there is none")]
fn nowhere() -> Telemetry {
    Telemetry::with_sinks(Settings { masking: None, ..Settings::default() }, Vec::new(), now).expect("nothing to refuse")
}

/// What writes by the settings.
pub(crate) fn open(settings: Settings) -> PyResult<Telemetry> {
    let wrap = |output: Arc<dyn Output>, asked: &OutputSettings| -> Arc<dyn Output> { Arc::new(Detached::new(output, asked.background.is_none())) };
    Telemetry::start_wrapped(settings, now, wrap).map_err(|error| SettingsError::new_err(error.to_string()))
}
