//! Types of Python's standard library that values are told apart by, looked up once.

use pyo3::{
    intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyTuple, PyType},
};

/// The types.
#[derive(Debug)]
pub(crate) struct Known {
    enumeration: Option<Py<PyType>>,
    iso: Option<Py<PyTuple>>,
    decimal: Option<Py<PyType>>,
    time_delta: Option<Py<PyType>>,
    sequences: Option<Py<PyTuple>>,
    mapping: Option<Py<PyType>>,
}

static KNOWN: PyOnceLock<Known> = PyOnceLock::new();

impl Known {
    /// The types of this interpreter. One that cannot be had, as while it shuts down, is never met.
    pub(crate) fn of(py: Python<'_>) -> &'static Self {
        KNOWN.get_or_init(py, || Self {
            enumeration: class(py, "enum", "Enum"),
            iso: tuple(py, &[class(py, "datetime", "datetime"), class(py, "datetime", "date"), class(py, "datetime", "time")]),
            decimal: class(py, "decimal", "Decimal"),
            time_delta: class(py, "datetime", "timedelta"),
            sequences: sequences(py),
            mapping: class(py, "collections.abc", "Mapping"),
        })
    }

    /// A member of an enumeration.
    pub(crate) fn is_enum(&self, value: &Bound<'_, PyAny>) -> bool {
        self.enumeration.as_ref().is_some_and(|class| value.is_instance(class.bind(value.py())).unwrap_or(false))
    }

    /// A date, a time, or both.
    pub(crate) fn has_iso_format(&self, value: &Bound<'_, PyAny>) -> bool {
        self.iso.as_ref().is_some_and(|classes| value.is_instance(classes.bind(value.py())).unwrap_or(false))
    }

    /// A decimal number.
    pub(crate) fn is_decimal(&self, value: &Bound<'_, PyAny>) -> bool {
        self.decimal.as_ref().is_some_and(|class| value.is_instance(class.bind(value.py())).unwrap_or(false))
    }

    /// A difference of times.
    pub(crate) fn is_time_delta(&self, value: &Bound<'_, PyAny>) -> bool {
        self.time_delta.as_ref().is_some_and(|class| value.is_instance(class.bind(value.py())).unwrap_or(false))
    }

    /// A mapping of any kind.
    pub(crate) fn is_mapping(&self, value: &Bound<'_, PyAny>) -> bool {
        self.mapping.as_ref().is_some_and(|class| value.is_instance(class.bind(value.py())).unwrap_or(false))
    }

    /// A `deque`, or a view of a dictionary.
    pub(crate) fn is_plain_sequence(&self, value: &Bound<'_, PyAny>) -> bool {
        self.sequences.as_ref().is_some_and(|classes| value.is_instance(classes.bind(value.py())).unwrap_or(false))
    }
}

fn class(py: Python<'_>, module: &str, name: &str) -> Option<Py<PyType>> {
    py.import(module).and_then(|module| module.getattr(name)).ok()?.cast_into::<PyType>().ok().map(Bound::unbind)
}

fn tuple(py: Python<'_>, classes: &[Option<Py<PyType>>]) -> Option<Py<PyTuple>> {
    PyTuple::new(py, classes.iter().flatten().collect::<Vec<_>>()).ok().map(Bound::unbind)
}

fn sequences(py: Python<'_>) -> Option<Py<PyTuple>> {
    let dict = pyo3::types::PyDict::new(py);
    let views = [intern!(py, "keys"), intern!(py, "values"), intern!(py, "items")];
    let mut classes: Vec<Option<Py<PyType>>> = views.iter().map(|view| dict.call_method0(*view).ok().map(|view| view.get_type().unbind())).collect();
    classes.push(class(py, "collections", "deque"));
    tuple(py, &classes)
}
