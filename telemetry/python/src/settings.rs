//! Settings from a file, the environment and Python, and what is opened by them.

use std::{io::IsTerminal as _, sync::Arc};

use pyo3::{prelude::*, types::PyDict};
use skywarden_telemetry::{
    Record, Sink, Telemetry,
    output::{self, Clock, LostLine, Output},
    record::{Level, Pretty},
    settings::{Destination, Environment, Format, LevelFilter, OutputSettings, Settings},
};

use crate::{SettingsError, clock::now, detached::Detached, slot::Slot};

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
    let lost_line = lost_line(&settings)?;
    let outputs = output::open(&settings.outputs, &lost_line, &Clock::new(now)).map_err(|error| SettingsError::new_err(error.to_string()))?;
    let sinks = settings.outputs.iter().zip(outputs).map(|(wanted, output)| sink(&settings, wanted, output)).collect();
    Telemetry::with_sinks(settings, sinks, now).map_err(|error| SettingsError::new_err(error.to_string()))
}

fn sink(settings: &Settings, wanted: &OutputSettings, output: Arc<dyn Output>) -> Sink {
    let terminal = match wanted.to {
        Destination::Stdout => std::io::stdout().is_terminal(),
        Destination::Stderr => std::io::stderr().is_terminal(),
        Destination::File(_) => false,
    };
    let pretty = match wanted.format.unwrap_or(settings.format) {
        Format::Json => false,
        Format::Pretty => true,
        Format::Auto => terminal,
    };
    let waits = wanted.background.is_none();
    Sink { level: wanted.level, pretty: pretty.then_some(Pretty { colours: terminal }), output: Arc::new(Detached::new(output, waits)) }
}

/// The line that says how many lines an output has lost.
fn lost_line(settings: &Settings) -> PyResult<LostLine> {
    let sink = Sink { level: LevelFilter::Trace, pretty: None, output: Arc::new(Slot) };
    let plain = Settings { buffer: None, levels: skywarden_telemetry::settings::Levels::default(), ..settings.clone() };
    let telemetry = Telemetry::with_sinks(plain, vec![sink], now).map_err(|error| SettingsError::new_err(error.to_string()))?;
    Ok(LostLine::new(move |lost| {
        let record = Record { level: Level::Warning, logger: "skywarden", place: None, at: None, message_key: 0 };
        Slot::during(|| {
            telemetry.log(&record, &[], None, |entry| {
                entry.message_text("log lines lost");
                entry.field("lost", |out| out.u64(lost));
            });
        })
    }))
}
