//! Pipelines: the one of the process, and those of single handlers and formatters.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError, Weak},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use pyo3::{prelude::*, types::PyDict};
use skywarden_telemetry::{
    Sink, Telemetry,
    settings::{LevelFilter, Levels, Settings},
};

use crate::{SettingsError, clock::now, settings, slot::Slot};

/// Everything that writes, and what makes lines of the same settings to be had as texts.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Writes to the outputs.
    pub(crate) writer: Telemetry,
    formatter: OnceLock<Option<Telemetry>>,
    renderer: OnceLock<Option<Telemetry>>,
}

static CURRENT: ArcSwapOption<Lines> = ArcSwapOption::const_empty();

/// Every pipeline there is, for what has to be done in the child of a fork. Locked for moments, by threads that Python lets run.
static ALL: Mutex<Vec<Weak<Lines>>> = Mutex::new(Vec::new());

impl Lines {
    /// What writes, and what is made of it when it is asked for.
    pub(crate) fn new(writer: Telemetry) -> Arc<Self> {
        let lines = Arc::new(Self { writer, formatter: OnceLock::new(), renderer: OnceLock::new() });
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|lines| lines.strong_count() > 0);
        all.push(Arc::downgrade(&lines));
        lines
    }

    /// Of settings, with outputs made from them.
    pub(crate) fn of(settings: Settings) -> PyResult<Arc<Self>> {
        Ok(Self::new(settings::open(settings)?))
    }

    /// What every call without a pipeline of its own writes to. Before anything is configured: what the environment and the file say, and where they
    /// cannot be used, the defaults.
    pub(crate) fn current() -> Arc<Self> {
        if let Some(current) = CURRENT.load_full() {
            return current;
        }
        let made = Self::new(settings::unconfigured());
        let before = CURRENT.compare_and_swap(&None::<Arc<Self>>, Some(Arc::clone(&made)));
        before.as_ref().map_or(made, Arc::clone)
    }

    /// Makes it the process's own. What the one before has not written yet is written by its outputs.
    pub(crate) fn install(self: Arc<Self>) -> Option<Arc<Self>> {
        CURRENT.swap(Some(self))
    }

    /// Makes a line of everything, whatever its level.
    pub(crate) fn formatter(&self) -> Option<&Telemetry> {
        self.formatter
            .get_or_init(|| {
                let mut settings = self.writer.settings().clone();
                settings.levels = Levels { default: LevelFilter::Trace, targets: std::collections::BTreeMap::new() };
                settings.sampling.first = None;
                settings.buffer = None;
                aside(settings)
            })
            .as_ref()
    }

    /// Makes lines of what would be written.
    pub(crate) fn renderer(&self) -> Option<&Telemetry> {
        self.renderer.get_or_init(|| aside(self.writer.settings().clone())).as_ref()
    }
}

fn aside(mut settings: Settings) -> Option<Telemetry> {
    let sink = Sink::json(Arc::new(Slot));
    settings.metrics.builtin = false;
    // Its masking rules have been compiled before.
    Telemetry::with_sinks(settings, vec![sink], now).ok()
}

/// A pipeline of its own, for one handler or formatter.
#[pyclass(frozen, module = "skywarden._native")]
#[derive(Debug)]
pub(crate) struct Pipeline(pub(crate) Arc<Lines>);

#[pymethods]
impl Pipeline {
    /// Of the process's configuration, with settings of its own on top.
    #[new]
    #[pyo3(signature = (settings, /))]
    fn new(settings: &Bound<'_, PyDict>) -> PyResult<Self> {
        Ok(Self(Lines::of(settings::load(None, settings)?)?))
    }
}

/// The pipeline that is given, or the process's.
pub(crate) fn chosen(pipeline: Option<&Bound<'_, Pipeline>>) -> Arc<Lines> {
    pipeline.map_or_else(Lines::current, |pipeline| Arc::clone(&pipeline.get().0))
}

/// Reads the configuration and makes it the process's.
#[pyfunction]
#[pyo3(signature = (config, settings, /))]
pub(crate) fn configure(py: Python<'_>, config: Option<&str>, settings: &Bound<'_, PyDict>) -> PyResult<()> {
    let lines = Lines::of(settings::load(config, settings)?)?;
    if let Some(before) = lines.install() {
        py.detach(|| before.writer.flush(Duration::from_secs(2)));
    }
    Ok(())
}

/// Waits until what was logged is written, at most so many seconds; false when it was not.
#[pyfunction]
#[pyo3(signature = (seconds, pipeline=None, /))]
pub(crate) fn flush(py: Python<'_>, seconds: f64, pipeline: Option<&Bound<'_, Pipeline>>) -> bool {
    let lines = chosen(pipeline);
    let within = Duration::try_from_secs_f64(seconds.clamp(0.0, 3600.0)).unwrap_or_default();
    py.detach(|| lines.writer.flush(within))
}

/// To be called in a child process after `fork`.
#[pyfunction]
pub(crate) fn after_fork() {
    let all: Vec<Arc<Lines>> = ALL.lock().unwrap_or_else(PoisonError::into_inner).iter().filter_map(Weak::upgrade).collect();
    for lines in all {
        lines.writer.after_fork();
    }
}

/// Whether requests have their lines.
#[pyfunction]
pub(crate) fn tells_requests() -> bool {
    Lines::current().writer.settings().requests.lines
}

/// Lines lost since the start.
#[pyfunction]
#[pyo3(signature = (pipeline=None, /))]
pub(crate) fn lost(pipeline: Option<&Bound<'_, Pipeline>>) -> u64 {
    chosen(pipeline).writer.lost()
}

/// Levels, as `logging` numbers them: of everything else, the lowest that may be wanted of any logger within a request, and by logger.
#[pyfunction]
pub(crate) fn levels(py: Python<'_>) -> PyResult<(u32, u32, Bound<'_, PyDict>)> {
    let lines = Lines::current();
    let levels = lines.writer.levels();
    let targets = PyDict::new(py);
    for (name, filter) in &levels.targets {
        targets.set_item(name, number(*filter))?;
    }
    let settings = lines.writer.settings();
    let kept = settings.buffer.map_or(OFF, |buffer| number(buffer.level));
    let floor = if settings.sampling.debug_requests > 0.0 { TRACE } else { kept };
    Ok((number(levels.default), floor, targets))
}

/// Changes from which level on is written, for a logger or for everything else.
#[pyfunction]
#[pyo3(signature = (level, logger=None, /))]
pub(crate) fn set_level(level: &str, logger: Option<&str>) -> PyResult<()> {
    let filter = filter(level)
        .ok_or_else(|| SettingsError::new_err(format!("{level:?} is no level\nhint: the levels are TRACE, DEBUG, INFO, WARNING, ERROR, CRITICAL and OFF")))?;
    let lines = Lines::current();
    let mut levels = Levels::clone(&lines.writer.levels());
    match logger {
        None => levels.default = filter,
        Some(name) => {
            levels.targets.insert(name.to_owned(), filter);
        }
    }
    lines.writer.set_levels(levels);
    Ok(())
}

/// `logging`'s number below DEBUG.
const TRACE: u32 = 5;

/// Above every level there is.
const OFF: u32 = 100;

const fn number(filter: LevelFilter) -> u32 {
    match filter {
        LevelFilter::Trace => TRACE,
        LevelFilter::Debug => 10,
        LevelFilter::Info => 20,
        LevelFilter::Warning => 30,
        LevelFilter::Error => 40,
        LevelFilter::Critical => 50,
        LevelFilter::Off => OFF,
    }
}

fn filter(level: &str) -> Option<LevelFilter> {
    Some(match level.to_ascii_uppercase().as_str() {
        "TRACE" | "NOTSET" => LevelFilter::Trace,
        "DEBUG" => LevelFilter::Debug,
        "INFO" => LevelFilter::Info,
        "WARNING" | "WARN" => LevelFilter::Warning,
        "ERROR" => LevelFilter::Error,
        "CRITICAL" | "FATAL" => LevelFilter::Critical,
        "OFF" => LevelFilter::Off,
        _ => return None,
    })
}
