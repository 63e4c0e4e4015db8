//! structlog: one processor instead of the chain.

use pyo3::{
    intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyString},
};
use skywarden_telemetry::{
    Entry, Record, Telemetry, message_key,
    record::{Failure, Level},
};
use smallvec::SmallVec;

use crate::{
    context::Around,
    error,
    record::{level_of, line_of},
    slot::Slot,
    text::{self, Text},
    value::{Walk, str_of},
};

/// The processor.
#[pyclass(frozen, subclass, module = "skywarden._native")]
#[derive(Debug)]
pub(crate) struct Renderer {
    write: bool,
}

static DROP_EVENT: PyOnceLock<Option<Py<PyAny>>> = PyOnceLock::new();
static VARIABLES: PyOnceLock<Option<ContextVariables>> = PyOnceLock::new();

/// What structlog puts before the name of each of its context variables.
const PREFIX: &str = "structlog_";

/// Most names that are asked for one by one; for more, structlog looks through what is bound.
const MAX_ASKED: usize = 32;

/// structlog's own context variables.
#[derive(Debug)]
struct ContextVariables {
    /// One entry for each name ever bound.
    known: Option<Py<PyDict>>,
    get: Py<PyAny>,
}

#[pymethods]
impl Renderer {
    #[new]
    #[pyo3(signature = (*, write=false))]
    fn new(write: bool) -> Self {
        Self { write }
    }

    /// Whether it writes lines itself.
    #[getter]
    fn writes(&self) -> bool {
        self.write
    }

    /// Makes a line of an event, and writes it or gives it back.
    #[pyo3(signature = (logger, name, event_dict, /))]
    fn __call__<'py>(&self, logger: &Bound<'py, PyAny>, name: Text<'_>, event_dict: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyString>> {
        let py = logger.py();
        let around = Around::here(py);
        let lines = around.lines();
        let event = Event { dict: event_dict, name: logger_name(logger, event_dict), method: &name };
        if self.write {
            event.log(&around, &lines.writer)?;
            return Ok(intern!(py, "").clone());
        }
        let Some(renderer) = lines.renderer() else { return Ok(intern!(py, "").clone()) };
        let mut result = Ok(());
        let line = Slot::during(|| result = event.log(&around, renderer));
        result?;
        if line.is_empty() {
            return Err(drop_event(py));
        }
        Ok(line_of(py, &line))
    }
}

/// structlog's way to say that nothing is to be logged.
fn drop_event(py: Python<'_>) -> PyErr {
    let class = DROP_EVENT.get_or_init(py, || py.import("structlog").and_then(|structlog| structlog.getattr("DropEvent")).ok().map(Bound::unbind));
    match class.as_ref().map(|class| class.bind(py).call0()) {
        Some(Ok(event)) => PyErr::from_value(event),
        _ => pyo3::exceptions::PyRuntimeError::new_err("structlog is not to be found"),
    }
}

fn logger_name(logger: &Bound<'_, PyAny>, event: &Bound<'_, PyDict>) -> String {
    let py = logger.py();
    for key in [intern!(py, "logger"), intern!(py, "logger_name")] {
        if let Ok(Some(name)) = event.get_item(key)
            && let Ok(name) = name.cast::<PyString>()
        {
            return text::owned(name);
        }
    }
    logger.getattr(intern!(py, "name")).ok().and_then(|name| Some(text::owned(name.cast::<PyString>().ok()?))).unwrap_or_default()
}

/// What a context variable is bound to here; structlog marks what is no longer bound with an ellipsis.
fn bound_to<'py>(variable: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    let py = variable.py();
    let value = variable.call_method1(intern!(py, "get"), (py.Ellipsis(),)).ok()?;
    (!value.is(py.Ellipsis())).then_some(value)
}

/// An event, as structlog gives it.
struct Event<'a, 'py> {
    dict: &'a Bound<'py, PyDict>,
    name: String,
    method: &'a str,
}

impl Event<'_, '_> {
    fn level(&self) -> Level {
        let py = self.dict.py();
        let by_name = |name: &str| {
            Some(match name {
                "debug" => Level::Debug,
                "warn" | "warning" => Level::Warning,
                "error" | "exception" | "err" => Level::Error,
                "critical" | "fatal" => Level::Critical,
                "info" => Level::Info,
                _ => return None,
            })
        };
        let given = self.dict.get_item(intern!(py, "level")).ok().flatten();
        let given = given.and_then(|level| match level.cast::<PyString>() {
            Ok(word) => by_name(&text::owned(word).to_ascii_lowercase()),
            Err(_) => level.extract().ok().map(level_of),
        });
        given.or_else(|| by_name(self.method)).unwrap_or(Level::Info)
    }

    fn log(&self, around: &Around, telemetry: &Telemetry) -> PyResult<()> {
        let py = self.dict.py();
        let event = self.dict.get_item(intern!(py, "event")).ok().flatten();
        let text = event.as_ref().and_then(|event| event.cast::<PyString>().ok());
        let text = text.map(text::cow);
        let key = if telemetry.settings().sampling.first.is_some() { text.as_deref().map(message_key).unwrap_or_default() } else { 0 };
        let logger = if self.name.is_empty() { "structlog" } else { &self.name };
        let record = Record { level: self.level(), logger, place: None, at: None, message_key: key };
        let mut walk = Walk::default();
        around.with(|parts| {
            telemetry.log(&record, parts, around.scope(), |entry| {
                match (&text, &event) {
                    (Some(text), _) => entry.message_text(text),
                    (None, Some(event)) => match event.str() {
                        Ok(text) => text::with(&text, |text| entry.message_text(text)),
                        Err(failed) => walk.met(py, failed),
                    },
                    (None, None) => entry.message_text(""),
                }
                self.merged(entry, &mut walk);
                self.fields(entry, &mut walk);
            });
        });
        walk.end()
    }

    /// What was bound by `structlog.contextvars`.
    fn merged(&self, entry: &mut Entry<'_>, walk: &mut Walk) {
        let py = self.dict.py();
        let bound = VARIABLES.get_or_init(py, || {
            let module = py.import("structlog.contextvars").ok()?;
            let known = module.getattr("_CONTEXT_VARS").ok().and_then(|known| known.cast_into::<PyDict>().ok()).map(Bound::unbind);
            Some(ContextVariables { known, get: module.getattr("get_contextvars").ok()?.unbind() })
        });
        let Some(bound) = bound else { return };
        if bound.known.as_ref().is_some_and(|known| known.bind(py).is_empty()) {
            return;
        }
        let few = bound.known.as_ref().map(|known| known.bind(py)).filter(|known| known.len() <= MAX_ASKED);
        let merged: SmallVec<[_; 16]> = if let Some(known) = few {
            known.iter().filter_map(|(name, variable)| Some((name, bound_to(&variable)?))).collect()
        } else {
            let Ok(merged) = bound.get.bind(py).call0().map_err(|failed| walk.met(py, failed)) else { return };
            merged.cast::<PyDict>().map(|merged| merged.iter().collect()).unwrap_or_default()
        };
        let prefix = if few.is_some() { PREFIX } else { "" };
        for (name, value) in merged {
            if let Ok(name) = name.cast::<PyString>() {
                text::with(name, |name| entry.field(name.strip_prefix(prefix).unwrap_or(name), |out| walk.value(&value, out)));
            }
        }
    }

    fn fields(&self, entry: &mut Entry<'_>, walk: &mut Walk) {
        // Gathered first: what is called for the values may change the event.
        for (name, value) in self.dict.iter().collect::<SmallVec<[_; 16]>>() {
            let Ok(name) = name.cast::<PyString>() else { continue };
            let name = text::cow(name);
            match &*name {
                // What a chain in front may have added already.
                "event" | "level" | "level_number" | "logger" | "logger_name" | "timestamp" | "_record" | "_from_structlog" => {}
                "exc_info" => {
                    error::put(entry, &value, walk);
                }
                // A traceback as a text, of `format_exc_info`.
                "exception" if value.is_instance_of::<PyString>() => {
                    if let Ok(stack) = value.cast::<PyString>() {
                        entry.failure(&Failure { kind: None, message: None, stack: Some(&text::owned(stack)) });
                    }
                }
                "stack_info" => self.stack(&value, entry, walk),
                name => entry.field(name, |out| walk.value(&value, out)),
            }
        }
    }

    /// The stack of the caller, when it is asked for.
    fn stack(&self, wanted: &Bound<'_, PyAny>, entry: &mut Entry<'_>, walk: &mut Walk) {
        let py = self.dict.py();
        if !wanted.is_truthy().unwrap_or(false) {
            return;
        }
        let stack = py.import("skywarden._errors").and_then(|errors| errors.call_method0("caller_stack"));
        match stack.map(Bound::cast_into::<PyString>) {
            Ok(Ok(stack)) => entry.field("stack_info", |out| str_of(&stack, out)),
            Ok(Err(_)) => {}
            Err(failed) => walk.met(py, failed),
        }
    }
}
