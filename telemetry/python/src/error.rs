//! What is told of an exception; Python's own `traceback` makes the text, so that it reads as everywhere else.

use pyo3::{
    exceptions::PyBaseException,
    prelude::*,
    sync::PyOnceLock,
    types::{PyString, PyTuple, PyTuple as Pair},
};
use skywarden_telemetry::{Entry, record::Failure};

use crate::{text, value::Walk};

static DESCRIBE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Type, message and traceback of an exception, as `skywarden._errors.describe` gives them.
fn describe<'py>(error: &Bound<'py, PyAny>, trace: Option<&Bound<'py, PyAny>>) -> PyResult<(String, String, Option<String>)> {
    let py = error.py();
    let described = DESCRIBE.get_or_try_init(py, || py.import("skywarden._errors")?.getattr("describe").map(Bound::unbind))?.bind(py).call1((error, trace))?;
    let described = described.cast::<Pair>()?;
    let text = |index: usize| -> PyResult<Option<String>> { Ok(described.get_item(index)?.cast::<PyString>().ok().map(text::owned)) };
    Ok((text(0)?.unwrap_or_default(), text(1)?.unwrap_or_default(), text(2)?))
}

/// Puts an exception into a line: an exception itself, or the triple `sys.exc_info()` gives. False when there is none.
pub(crate) fn put(entry: &mut Entry<'_>, given: &Bound<'_, PyAny>, walk: &mut Walk) -> bool {
    let (error, trace) = if given.is_instance_of::<PyBaseException>() {
        (given.clone(), None)
    } else if let Ok(triple) = given.cast::<PyTuple>() {
        match (triple.get_item(1), triple.get_item(2)) {
            (Ok(error), trace) if error.is_instance_of::<PyBaseException>() => (error, trace.ok().filter(|trace| !trace.is_none())),
            _ => return false,
        }
    } else if given.is_truthy().unwrap_or(false) {
        match current(given.py()) {
            Some(error) => (error, None),
            None => return false,
        }
    } else {
        return false;
    };
    match describe(&error, trace.as_ref()) {
        Ok((kind, message, stack)) => entry.failure(&Failure { kind: Some(&kind), message: Some(&message), stack: stack.as_deref() }),
        Err(failed) => {
            let kind = crate::value::type_name(&error);
            entry.failure(&Failure { kind: Some(&kind), message: None, stack: None });
            walk.met(given.py(), failed);
        }
    }
    true
}

/// The exception that is being handled.
fn current(py: Python<'_>) -> Option<Bound<'_, PyAny>> {
    let triple = py.import("sys").and_then(|sys| sys.call_method0("exc_info")).ok()?;
    let error = triple.get_item(1).ok()?;
    (!error.is_none()).then_some(error)
}
