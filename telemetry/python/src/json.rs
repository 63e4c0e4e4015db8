//! Settings given in Python, as JSON.

use pyo3::{
    prelude::*,
    types::{PyBool, PyDict, PyFloat, PyInt, PyString},
};
use serde_json::{Map, Number, Value};

use crate::{SettingsError, text, value::type_name};

/// Deepest nesting of settings.
const MAX_DEPTH: usize = 8;

/// A value of settings. Other than in a log line, what is none is a mistake.
///
/// # Errors
/// `SettingsError` for what a configuration file could not say.
pub(crate) fn of(given: &Bound<'_, PyAny>, depth: usize) -> PyResult<Value> {
    if depth > MAX_DEPTH {
        return Err(SettingsError::new_err("settings are nested too deep"));
    }
    if given.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(flag) = given.cast::<PyBool>() {
        return Ok(Value::Bool(flag.is_true()));
    }
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(Value::String(text::owned(text)));
    }
    if let Ok(number) = given.cast::<PyInt>() {
        return number.extract::<i64>().map(Value::from).map_err(|_| SettingsError::new_err(format!("{number} is too large for a setting")));
    }
    if let Ok(number) = given.cast::<PyFloat>() {
        let number = Number::from_f64(number.value());
        return number.map(Value::Number).ok_or_else(|| SettingsError::new_err("a setting cannot be infinite or NaN"));
    }
    if let Ok(dict) = given.cast::<PyDict>() {
        let mut members = Map::new();
        for (name, value) in dict.copy()?.iter() {
            let name = name.cast::<PyString>().map_err(|_| SettingsError::new_err("names of settings are texts"))?;
            members.insert(text::owned(name), of(&value, depth + 1)?);
        }
        return Ok(Value::Object(members));
    }
    if let Ok(path) = given.call_method0("__fspath__") {
        return of(&path, depth + 1);
    }
    let items = given.try_iter().map_err(|_| {
        SettingsError::new_err(format!("{} is nothing a setting can be\nhint: settings are texts, numbers, booleans, lists and dictionaries", type_name(given)))
    })?;
    items.map(|item| of(&item?, depth + 1)).collect::<PyResult<Vec<_>>>().map(Value::Array)
}
