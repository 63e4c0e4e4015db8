//! Settings, from a file, the environment and Python.

use std::{io::Write as _, sync::Arc, time::Duration};

use pyo3::{prelude::*, types::PyDict};
use skywarden_telemetry::{
    Sink, Telemetry,
    output::{Output, Urgency},
    settings::{LevelFilter, Settings},
};

use crate::{SettingsError, clock::now};

/// PLACEHOLDER
pub(crate) fn load(_config: Option<&str>, settings: &Bound<'_, PyDict>) -> PyResult<Settings> {
    let mut loaded = Settings::default();
    if let Some(service) = settings.get_item("service")? {
        loaded.service.name = service.extract()?;
    }
    if settings.contains("debug")? {
        loaded.levels.default = LevelFilter::Debug;
    }
    Ok(loaded)
}

#[derive(Debug)]
struct Stdout;
impl Output for Stdout {
    fn write(&self, lines: &[u8], _: Urgency) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(lines);
        let _ = out.flush();
    }
    fn flush(&self, _: Duration) -> bool {
        true
    }
    fn lost(&self) -> u64 {
        0
    }
    fn after_fork(&self) {}
}

pub(crate) fn open(settings: Settings) -> PyResult<Telemetry> {
    let sink = Sink { level: LevelFilter::Trace, pretty: None, output: Arc::new(Stdout) };
    Telemetry::with_sinks(settings, vec![sink], now).map_err(|error| SettingsError::new_err(error.to_string()))
}

pub(crate) fn fallback() -> Telemetry {
    let sink = Sink { level: LevelFilter::Trace, pretty: None, output: Arc::new(Stdout) };
    Telemetry::with_sinks(Settings { masking: None, ..Settings::default() }, vec![sink], now).unwrap_or_else(|_| std::process::abort())
}
