//! What lines have in common: the request a piece of code works for, and the fields bound to it. It travels in a `ContextVar`.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::{
    PyTypeInfo as _, intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyString, PyTuple},
};
use skywarden_telemetry::{
    Telemetry,
    record::{Encoder, Parts},
    request::Scope,
};

use crate::{detached::attached, pipeline::Lines, text, value::Walk};

/// What is the same for everything that works for a request.
#[derive(Debug)]
pub(crate) struct Work {
    /// The pipeline its lines go through: the same from its beginning to its end.
    pub(crate) lines: Arc<Lines>,
    pub(crate) scope: Scope,
    /// The ids, as lines say them.
    own: Parts,
    /// What was bound to the request as a whole. Locked for moments, and never while Python runs.
    shared: Mutex<Arc<Parts>>,
}

impl Work {
    /// A request that begins.
    pub(crate) fn new(lines: Arc<Lines>, scope: Scope, own: Parts) -> Self {
        let shared = Mutex::new(Arc::new(Parts::new(lines.writer.encoder().limits())));
        Self { lines, scope, own, shared }
    }

    /// Id of the request.
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.scope.ids().map(|ids| ids.request_id.as_str())
    }

    fn shared(&self) -> Arc<Parts> {
        Arc::clone(&self.shared.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut Parts)) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut shared));
    }
}

/// The request some code works for, and what is bound there. It never changes: binding makes another.
#[pyclass(frozen, module = "skywarden._native")]
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) work: Option<Arc<Work>>,
    pub(crate) bound: Arc<Parts>,
}

/// The parts a line stands in.
#[derive(Debug, Default)]
pub(crate) struct Around {
    pub(crate) work: Option<Arc<Work>>,
    bound: Option<Arc<Parts>>,
    shared: Option<Arc<Parts>>,
}

impl Around {
    /// Where the calling code is.
    pub(crate) fn here(py: Python<'_>) -> Self {
        current(py).map_or_else(Self::default, |context| {
            let context = context.get();
            Self::of(context.work.clone(), Some(Arc::clone(&context.bound)))
        })
    }

    /// A request, and what is bound nearer than that.
    pub(crate) fn of(work: Option<Arc<Work>>, bound: Option<Arc<Parts>>) -> Self {
        let shared = work.as_ref().map(|work| work.shared());
        Self { work, bound, shared }
    }

    /// The request's record of kept lines.
    pub(crate) fn scope(&self) -> Option<&Scope> {
        self.work.as_ref().map(|work| &work.scope)
    }

    /// Calls with the parts, the innermost first. What is called writes a line; should it panic, by a mistake of ours or in the application's own
    /// code, the line is lost and the application goes on.
    pub(crate) fn with(&self, call: impl FnOnce(&[&Parts])) {
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| attached(|| self.parts(call))));
    }

    fn parts<'a>(&'a self, call: impl FnOnce(&[&Parts])) {
        let said = |parts: Option<&'a Parts>| parts.filter(|parts| !parts.is_empty());
        match [said(self.bound.as_deref()), said(self.shared.as_deref()), said(self.work.as_ref().map(|work| &work.own))] {
            [None, None, None] => call(&[]),
            [Some(one), None, None] | [None, Some(one), None] | [None, None, Some(one)] => call(&[one]),
            [Some(one), Some(two), None] | [Some(one), None, Some(two)] | [None, Some(one), Some(two)] => call(&[one, two]),
            [Some(one), Some(two), Some(three)] => call(&[one, two, three]),
        }
    }

    /// The pipeline of the request, or the process's.
    pub(crate) fn lines(&self) -> Arc<Lines> {
        self.work.as_ref().map_or_else(Lines::current, |work| Arc::clone(&work.lines))
    }
}

static VARIABLE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static GET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// The `ContextVar`.
pub(crate) fn variable(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    let variable = VARIABLE.get_or_try_init(py, || {
        let arguments = PyDict::new(py);
        arguments.set_item("default", py.None())?;
        py.import("contextvars")?.getattr("ContextVar")?.call(("skywarden",), Some(&arguments)).map(Bound::unbind)
    })?;
    Ok(variable.bind(py))
}

/// What is bound where the calling code is.
pub(crate) fn current(py: Python<'_>) -> Option<Bound<'_, Context>> {
    let get = GET.get_or_try_init(py, || variable(py)?.getattr("get").map(Bound::unbind)).ok()?;
    let value = get.bind(py).call0().ok()?;
    if value.is_none() { None } else { value.cast_into_exact::<Context>().ok() }
}

fn set(py: Python<'_>, context: Context) -> PyResult<()> {
    variable(py)?.call_method1(intern!(py, "set"), (Bound::new(py, context)?,))?;
    Ok(())
}

/// Fields, serialised and masked.
fn parts(encoder: &Encoder, fields: &Bound<'_, PyDict>, walk: &mut Walk) -> Parts {
    let limits = encoder.limits();
    let mut parts = Parts::new(limits);
    // The dictionary is the call's own keyword arguments: nothing else has it.
    for (name, value) in fields.iter() {
        let Ok(name) = name.cast_into::<PyString>() else { continue };
        text::with(&name, |name| parts.field(name, limits, |out| walk.value(&value, out)));
    }
    encoder.seal(&mut parts);
    parts
}

fn encoder_of(context: Option<&Bound<'_, Context>>) -> Telemetry {
    let work = context.and_then(|context| context.get().work.as_ref());
    work.map_or_else(|| Lines::current().writer.clone(), |work| work.lines.writer.clone())
}

fn on_top(mut new: Parts, below: Option<&Parts>) -> Parts {
    if let Some(below) = below {
        new.add_missing(below);
    }
    new
}

/// Binds fields, to the request as a whole and to the code that calls.
#[pyfunction]
#[pyo3(signature = (fields, /))]
pub(crate) fn bind(py: Python<'_>, fields: &Bound<'_, PyDict>) -> PyResult<()> {
    let context = current(py);
    let mut walk = Walk::default();
    let new = parts(encoder_of(context.as_ref()).encoder(), fields, &mut walk);
    let context = context.as_ref().map(Bound::get);
    let work = context.and_then(|context| context.work.clone());
    if let Some(work) = &work {
        work.change(|shared| *shared = on_top(new.clone(), Some(shared)));
    }
    set(py, Context { work, bound: Arc::new(on_top(new, context.map(|context| &*context.bound))) })?;
    walk.end()
}

/// A context with fields on top of the current one's, for a block.
#[pyfunction]
#[pyo3(signature = (fields, /))]
pub(crate) fn with_fields(py: Python<'_>, fields: &Bound<'_, PyDict>) -> PyResult<Context> {
    let context = current(py);
    let mut walk = Walk::default();
    let new = parts(encoder_of(context.as_ref()).encoder(), fields, &mut walk);
    let context = context.as_ref().map(Bound::get);
    walk.end()?;
    Ok(Context { work: context.and_then(|context| context.work.clone()), bound: Arc::new(on_top(new, context.map(|context| &*context.bound))) })
}

/// Takes fields out.
#[pyfunction]
#[pyo3(signature = (names, /))]
pub(crate) fn unbind(py: Python<'_>, names: &Bound<'_, PyTuple>) -> PyResult<()> {
    let Some(context) = current(py) else { return Ok(()) };
    let context = context.get();
    let names: Vec<String> = names.iter().filter_map(|name| Some(text::owned(&name.cast_into::<PyString>().ok()?))).collect();
    let without = |parts: &mut Parts| names.iter().for_each(|name| parts.remove(name));
    if let Some(work) = &context.work {
        work.change(without);
    }
    let mut bound = Parts::clone(&context.bound);
    without(&mut bound);
    set(py, Context { work: context.work.clone(), bound: Arc::new(bound) })
}

/// Takes out everything that was bound.
#[pyfunction]
pub(crate) fn clear(py: Python<'_>) -> PyResult<()> {
    let Some(context) = current(py) else { return Ok(()) };
    let work = context.get().work.clone();
    let nothing = Parts::new(encoder_of(Some(&context)).encoder().limits());
    if let Some(work) = &work {
        work.change(|shared| *shared = nothing.clone());
    }
    set(py, Context { work, bound: Arc::new(nothing) })
}

/// Id of the request the calling code works for.
#[pyfunction]
pub(crate) fn request_id(py: Python<'_>) -> Option<String> {
    current(py)?.get().work.as_ref()?.request_id().map(ToOwned::to_owned)
}

/// Headers for calls to other services on behalf of the request.
#[pyfunction]
pub(crate) fn outgoing_headers(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let headers = PyDict::new(py);
    if let Some(work) = current(py).and_then(|context| context.get().work.clone()) {
        for (name, value) in work.scope.headers() {
            headers.set_item(name, value)?;
        }
    }
    Ok(headers)
}

/// The module's name for it.
pub(crate) fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("CONTEXT", variable(module.py())?)?;
    module.add("Context", Context::type_object(module.py()))
}
