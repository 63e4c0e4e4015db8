//! Records of `logging`, written as lines.

use std::{
    borrow::Cow,
    sync::atomic::{AtomicBool, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use pyo3::{
    intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyFloat, PyString, PyType},
};
use skywarden_telemetry::{
    Entry, Record, Telemetry, message_key,
    record::{Failure, Level, Place},
};
use smallvec::SmallVec;

use crate::{
    clock,
    context::Around,
    error,
    pipeline::{Lines, Pipeline},
    slot::Slot,
    text::{self, Text},
    value::{Walk, str_of},
};

static RECORD: PyOnceLock<Option<Py<PyType>>> = PyOnceLock::new();

/// The level a number of `logging` belongs to.
pub(crate) const fn level_of(number: i64) -> Level {
    match number {
        ..20 => Level::Debug,
        20..30 => Level::Info,
        30..40 => Level::Warning,
        40..50 => Level::Error,
        50.. => Level::Critical,
    }
}

/// Attributes every record has, in the order they are set; the others are the caller's.
const STANDARD: [&str; 24] = [
    "name",
    "msg",
    "args",
    "levelname",
    "levelno",
    "pathname",
    "filename",
    "module",
    "exc_info",
    "exc_text",
    "stack_info",
    "lineno",
    "funcName",
    "created",
    "msecs",
    "relativeCreated",
    "thread",
    "threadName",
    "processName",
    "process",
    "taskName",
    // Set by formatters.
    "message",
    "asctime",
    // uvicorn's message once more, with escape sequences.
    "color_message",
];

static NAMES: PyOnceLock<[Py<PyString>; STANDARD.len()]> = PyOnceLock::new();

/// Whether the attribute at that place is one every record has.
fn is_standard(place: usize, name: &Bound<'_, PyString>) -> bool {
    let py = name.py();
    let names = NAMES.get_or_init(py, || STANDARD.map(|name| PyString::intern(py, name).unbind()));
    // Python keeps one object for each name of an attribute: most are told without being read.
    names.get(place).is_some_and(|known| known.is(name)) || text::with(name, |name| STANDARD.contains(&name))
}

/// A record, and what was looked up in it.
struct Source<'py> {
    record: &'py Bound<'py, PyAny>,
    attributes: Bound<'py, PyDict>,
}

impl<'py> Source<'py> {
    fn get(&self, name: &Bound<'py, PyString>) -> Option<Bound<'py, PyAny>> {
        self.attributes.get_item(name).ok().flatten().filter(|value| !value.is_none())
    }

    fn at(&self) -> Option<Timestamp> {
        if let Some(held) = clock::held() {
            return Some(held);
        }
        let created = self.get(intern!(self.record.py(), "created"))?.cast::<PyFloat>().ok()?.value();
        let since = SignedDuration::try_from_secs_f64(created).ok()?;
        Timestamp::from_duration(since).ok()
    }

    /// Puts everything into the line.
    fn fill(&self, level: Level, entry: &mut Entry<'_>, walk: &mut Walk) {
        let py = self.record.py();
        if AT_ONCE.load(Ordering::Relaxed) {
            entry.urgent();
        }
        self.message(entry, walk);
        // Gathered first: what is called for the values may change the record.
        let attributes = self.attributes.iter().enumerate().filter_map(|(place, (name, value))| {
            let name = name.cast_into::<PyString>().ok()?;
            (!is_standard(place, &name)).then_some((name, value))
        });
        for (name, value) in attributes.collect::<SmallVec<[_; 16]>>() {
            text::with(&name, |name| entry.field(name, |out| walk.value(&value, out)));
        }
        let given = self.get(intern!(py, "exc_info"));
        let told = given.as_ref().is_some_and(|given| error::put(entry, given, walk));
        // A record that came through a queue has the text alone.
        let text_of = |name| self.get(name).and_then(|text| text.cast_into::<PyString>().ok());
        if given.is_none()
            && let Some(stack) = text_of(intern!(py, "exc_text"))
        {
            entry.failure(&Failure { kind: None, message: None, stack: Some(&text::owned(&stack)) });
        } else if let Some(stack) = text_of(intern!(py, "stack_info")) {
            if !told && level >= Level::Error {
                entry.failure(&Failure { kind: None, message: None, stack: Some(&text::owned(&stack)) });
            } else {
                entry.field("stack_info", |out| str_of(&stack, out));
            }
        }
    }

    fn message(&self, entry: &mut Entry<'_>, walk: &mut Walk) {
        let py = self.record.py();
        let Some(template) = self.attributes.get_item(intern!(py, "msg")).ok().flatten() else {
            return entry.message_text("");
        };
        let arguments = self.get(intern!(py, "args")).filter(|arguments| arguments.is_truthy().unwrap_or(true));
        if arguments.is_none()
            && let Ok(text) = template.cast_exact::<PyString>()
            && is_plain(self.record)
        {
            return text::with(text, |text| entry.message_text(text));
        }
        let formatted = match &arguments {
            Some(arguments) if is_plain(self.record) && template.is_exact_instance_of::<PyString>() => template.rem(arguments),
            _ => self.record.call_method0(intern!(py, "getMessage")),
        };
        match formatted {
            Ok(text) => match text.cast::<PyString>() {
                Ok(text) => text::with(text, |text| entry.message_text(text)),
                Err(_) => plain_text(&text, entry, walk),
            },
            Err(failed) => {
                // Arguments that do not fit: the line is worth more than the formatting.
                plain_text(&template, entry, walk);
                entry.field("log_error", |out| out.display(&failed));
                if let Some(arguments) = &arguments {
                    entry.field("log_args", |out| walk.value(arguments, out));
                }
                walk.met(py, failed);
            }
        }
    }
}

/// An object's text as the message.
fn plain_text(value: &Bound<'_, PyAny>, entry: &mut Entry<'_>, walk: &mut Walk) {
    match value.str() {
        Ok(text) => text::with(&text, |text| entry.message_text(text)),
        Err(failed) => {
            entry.message(format_args!("<unprintable {}>", crate::value::type_name(value)));
            walk.met(value.py(), failed);
        }
    }
}

/// Whether a record is one of `logging`'s own, whose message is made as usual.
fn is_plain(record: &Bound<'_, PyAny>) -> bool {
    let py = record.py();
    let class = RECORD.get_or_init(py, || {
        let class = py.import("logging").and_then(|logging| logging.getattr("LogRecord")).ok()?;
        class.cast_into::<PyType>().ok().map(Bound::unbind)
    });
    class.as_ref().is_some_and(|class| record.is_exact_instance(class.bind(py)))
}

/// Makes a line of a record and gives it to a pipeline; what is to be raised all the same is returned.
fn log(record: &Bound<'_, PyAny>, around: &Around, telemetry: &Telemetry) -> PyResult<()> {
    let py = record.py();
    let Ok(attributes) = record.getattr(intern!(py, "__dict__")).and_then(|attributes| Ok(attributes.cast_into::<PyDict>()?)) else {
        return Ok(());
    };
    let source = Source { record, attributes };
    let level = source.get(intern!(py, "levelno")).and_then(|number| number.extract().ok()).map_or(Level::Info, level_of);
    let name = source.get(intern!(py, "name")).and_then(|name| name.cast_into::<PyString>().ok());
    let name = name.as_ref().map_or(Cow::Borrowed("root"), text::cow);
    let path = if telemetry.settings().location { source.get(intern!(py, "pathname")).and_then(|path| path.cast_into::<PyString>().ok()) } else { None };
    let path = path.as_ref().map(text::cow);
    let line = source.get(intern!(py, "lineno")).and_then(|line| line.extract().ok());
    let key = if telemetry.settings().sampling.first.is_some() {
        source.get(intern!(py, "msg")).and_then(|template| template.cast::<PyString>().ok().map(|text| text::with(text, message_key))).unwrap_or_default()
    } else {
        0
    };
    let place = path.as_deref().zip(line).map(|(file, line)| Place { file, line });
    let head = Record { level, logger: &name, place, at: source.at(), message_key: key };
    let mut walk = Walk::default();
    around.with(|parts| telemetry.log(&head, parts, around.scope(), |entry| source.fill(level, entry, &mut walk)));
    walk.end()
}

fn lines_of(around: &Around, pipeline: Option<&Bound<'_, Pipeline>>) -> std::sync::Arc<Lines> {
    pipeline.map_or_else(|| around.lines(), |pipeline| std::sync::Arc::clone(&pipeline.get().0))
}

/// Whether each line is to be written before the call returns.
static AT_ONCE: AtomicBool = AtomicBool::new(false);

/// Has each line written before the call returns, as far as its output can: when the process may end at any moment.
#[pyfunction]
#[pyo3(signature = (wanted, /))]
pub(crate) fn write_at_once(wanted: bool) {
    AT_ONCE.store(wanted, Ordering::Relaxed);
}

/// Writes a record.
#[pyfunction]
#[pyo3(signature = (record, pipeline=None, /))]
pub(crate) fn write_record(record: &Bound<'_, PyAny>, pipeline: Option<&Bound<'_, Pipeline>>) -> PyResult<()> {
    let around = Around::here(record.py());
    log(record, &around, &lines_of(&around, pipeline).writer)
}

/// A record as a line, without its line end.
#[pyfunction]
#[pyo3(signature = (record, pipeline=None, /))]
pub(crate) fn format_record<'py>(record: &Bound<'py, PyAny>, pipeline: Option<&Bound<'py, Pipeline>>) -> PyResult<Bound<'py, PyString>> {
    let py = record.py();
    let around = Around::here(py);
    let lines = lines_of(&around, pipeline);
    let mut logged = Ok(());
    let line = Slot::during(|| {
        if let Some(formatter) = lines.formatter() {
            logged = log(record, &around, formatter);
        }
    });
    logged?;
    Ok(line_of(py, &line))
}

/// Bytes of lines as a text, without the last line end.
pub(crate) fn line_of<'py>(py: Python<'py>, line: &[u8]) -> Bound<'py, PyString> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(line) => PyString::new(py, line),
        Err(_) => PyString::new(py, &String::from_utf8_lossy(line)),
    }
}

/// Writes a line of an error.
#[pyfunction]
#[pyo3(signature = (logger, message, kind, text, stack, fields, /))]
pub(crate) fn write_error(
    py: Python<'_>,
    logger: Text<'_>,
    message: Text<'_>,
    kind: Text<'_>,
    text: Text<'_>,
    stack: Option<Text<'_>>,
    fields: &Bound<'_, PyDict>,
) -> PyResult<()> {
    let around = Around::here(py);
    let lines = around.lines();
    let record = Record { level: Level::Error, logger: &logger, place: None, at: None, message_key: message_key(&message) };
    let mut walk = Walk::default();
    around.with(|parts| {
        lines.writer.log(&record, parts, around.scope(), |entry| {
            entry.message_text(&message);
            for (name, value) in fields.iter() {
                if let Ok(name) = name.cast::<PyString>() {
                    text::with(name, |name| entry.field(name, |out| walk.value(&value, out)));
                }
            }
            entry.failure(&Failure { kind: Some(&kind), message: Some(&&*text), stack: stack.as_deref() });
        });
    });
    walk.end()
}

/// A line that says nothing but what it stands in.
#[pyfunction]
pub(crate) fn context_line(py: Python<'_>) -> Bound<'_, PyString> {
    let around = Around::here(py);
    let lines = around.lines();
    let record = Record { level: Level::Info, logger: "", place: None, at: None, message_key: 0 };
    let line = Slot::during(|| {
        if let Some(formatter) = lines.formatter() {
            around.with(|parts| formatter.log(&record, parts, around.scope(), |_| {}));
        }
    });
    line_of(py, &line)
}

/// The names of `logging`'s own attributes, for tests that look whether one is missing here.
#[pyfunction]
pub(crate) fn is_record_attribute(name: &str) -> bool {
    STANDARD.contains(&name)
}
