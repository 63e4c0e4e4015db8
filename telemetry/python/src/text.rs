//! Texts from Python.

use std::{borrow::Cow, ops::Deref};

use pyo3::{
    Borrowed, intern,
    prelude::*,
    types::{PyBytes, PyString},
};

/// A text argument. Python's texts may hold halves of characters, which UTF-8 has no form for: they become U+FFFD instead of an error.
#[derive(Debug)]
pub(crate) struct Text<'a>(Cow<'a, str>);

impl<'a, 'py> FromPyObject<'a, 'py> for Text<'a> {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = <&'a str>::extract(given) {
            return Ok(Self(Cow::Borrowed(text)));
        }
        Ok(Self(Cow::Owned(lossy(&*given.cast::<PyString>()?))))
    }
}

impl Text<'_> {
    /// The text for itself.
    pub(crate) fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Calls with a text.
pub(crate) fn with<R>(text: &Bound<'_, PyString>, call: impl FnOnce(&str) -> R) -> R {
    match text.to_str() {
        Ok(text) => call(text),
        Err(_) => call(&lossy(text)),
    }
}

/// A text, Python's own memory where it can be.
pub(crate) fn cow<'a>(text: &'a Bound<'_, PyString>) -> Cow<'a, str> {
    text.to_str().map_or_else(|_| Cow::Owned(lossy(text)), Cow::Borrowed)
}

/// A text for itself.
pub(crate) fn owned(text: &Bound<'_, PyString>) -> String {
    with(text, ToOwned::to_owned)
}

/// A text in which each half of a character is one U+FFFD.
fn lossy(text: &Bound<'_, PyString>) -> String {
    let py = text.py();
    let encoded = text.call_method1(intern!(py, "encode"), (intern!(py, "utf-8"), intern!(py, "surrogatepass")));
    let Ok(encoded) = encoded.and_then(|encoded| Ok(encoded.cast_into::<PyBytes>()?)) else {
        return text.to_string_lossy().into_owned();
    };
    let mut whole = String::with_capacity(encoded.as_bytes().len());
    for chunk in encoded.as_bytes().utf8_chunks() {
        whole.push_str(chunk.valid());
        // Half a character has three bytes, each of which counts as wrong by itself; the first is always this.
        if chunk.invalid().first() == Some(&0xED) {
            whole.push(char::REPLACEMENT_CHARACTER);
        }
    }
    whole
}
