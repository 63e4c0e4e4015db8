//! Python values, written as JSON.
//!
//! Whatever an object is, it becomes one JSON value and nothing is raised: what cannot be written as data is written as its text, and what has no
//! text says so. Cycles end where the writer finds them too deep. Nothing is consumed: a generator is told by its text.

use pyo3::{
    PyTypeInfo as _,
    exceptions::PyException,
    intern,
    prelude::*,
    types::{PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PySet, PyString, PyTuple, PyType},
};
use skywarden_telemetry::record::ValueWriter;

use crate::{known::Known, text};

/// Dictionaries of up to so many entries are copied before they are walked; what is called on the way may change them.
const COPIED_ENTRIES: usize = 1_000;

/// Bytes of which a text is made, at most: only the beginning of a long value is written anyway.
const MAX_BYTES: usize = 1024 * 1024;

/// Elements of an array of numbers that are told one by one.
const MAX_ARRAY: usize = 256;

/// Writes values; remembers what must not be held back, such as an interrupt from the keyboard while an object was asked for its text.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// What is to be raised once the line is written.
    pending: Option<PyErr>,
}

impl Walk {
    /// An error met on the way: forgotten when it is an ordinary exception, kept when it is meant for the program.
    pub(crate) fn met(&mut self, py: Python<'_>, error: PyErr) {
        if self.pending.is_none() && !error.is_instance_of::<PyException>(py) {
            self.pending = Some(error);
        }
    }

    /// What is to be raised.
    pub(crate) fn end(self) -> PyResult<()> {
        self.pending.map_or(Ok(()), Err)
    }

    /// Writes a value.
    pub(crate) fn value(&mut self, value: &Bound<'_, PyAny>, out: &mut ValueWriter<'_>) {
        if let Ok(text) = value.cast_exact::<PyString>() {
            str_of(text, out);
        } else if value.is_none() || out.is_muted() {
            out.null();
        } else if let Ok(flag) = value.cast_exact::<PyBool>() {
            out.bool(flag.is_true());
        } else if value.is_exact_instance_of::<PyInt>() {
            self.int(value, out);
        } else if let Ok(number) = value.cast_exact::<PyFloat>() {
            out.f64(number.value());
        } else if let Ok(dict) = value.cast_exact::<PyDict>() {
            self.dict(dict, out);
        } else if let Ok(list) = value.cast_exact::<PyList>() {
            self.list(list, out);
        } else if let Ok(tuple) = value.cast_exact::<PyTuple>() {
            self.tuple(tuple, out);
        } else {
            self.other(value, out);
        }
    }

    fn int(&mut self, value: &Bound<'_, PyAny>, out: &mut ValueWriter<'_>) {
        if let Ok(number) = value.extract::<i64>() {
            out.i64(number);
        } else if let Ok(number) = value.extract::<u64>() {
            out.u64(number);
        } else if let Ok(bits) = value.call_method0(intern!(value.py(), "bit_length")).and_then(|bits| bits.extract::<u64>())
            && bits > 332
        {
            // More than 100 digits. Writing out a number takes time that grows with the square of its length.
            out.display(&format_args!("<int of {bits} bits>"));
        } else {
            match PyInt::type_object(value.py()).getattr(intern!(value.py(), "__repr__")).and_then(|repr| repr.call1((value,))) {
                Ok(text) => out.digits(&text.cast::<PyString>().map_or(std::borrow::Cow::Borrowed("0"), |text| text.to_string_lossy())),
                Err(error) => self.unprintable(value, error, out),
            }
        }
    }

    fn dict(&mut self, dict: &Bound<'_, PyDict>, out: &mut ValueWriter<'_>) {
        out.begin_object();
        if !out.is_muted() {
            if dict.len() <= COPIED_ENTRIES {
                match dict.copy() {
                    Ok(copy) => {
                        for (key, value) in copy.iter() {
                            if !self.member(dict, &key, &value, out) {
                                break;
                            }
                        }
                    }
                    Err(error) => self.met(dict.py(), error),
                }
            } else {
                self.members(dict.as_any(), Some(dict), out);
            }
        }
        out.end_object();
    }

    /// The members of a mapping, by its own `items`.
    fn members(&mut self, mapping: &Bound<'_, PyAny>, dict: Option<&Bound<'_, PyDict>>, out: &mut ValueWriter<'_>) {
        let py = mapping.py();
        let nothing = PyDict::new(py);
        let items = mapping.call_method0(intern!(py, "items")).and_then(|items| items.try_iter());
        let Ok(items) = items.map_err(|error| self.met(py, error)) else {
            return;
        };
        for item in items {
            let pair = item.and_then(|item| item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>());
            match pair {
                Ok((key, value)) => {
                    if !self.member(dict.unwrap_or(&nothing), &key, &value, out) {
                        return;
                    }
                }
                // Changed while it was read, or no mapping after all: what was read is kept.
                Err(error) => return self.met(py, error),
            }
        }
    }

    /// One member; false when there is no room for more.
    fn member(&mut self, dict: &Bound<'_, PyDict>, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>, out: &mut ValueWriter<'_>) -> bool {
        if let Ok(text) = key.cast_exact::<PyString>() {
            text::with(text, |text| out.key(text));
        } else {
            let text = self.key(key);
            // 1 and "1" are two keys for Python and one for JSON.
            if dict.contains(text.as_str()).unwrap_or(false) {
                out.key(&format!("{text} ({})", type_name(key)));
            } else {
                out.key(&text);
            }
        }
        let room = !out.is_muted();
        self.value(value, out);
        room
    }

    /// A key that is no text, as JSON would call it.
    fn key(&mut self, key: &Bound<'_, PyAny>) -> String {
        if key.is_none() {
            return "null".to_owned();
        }
        if let Ok(flag) = key.cast_exact::<PyBool>() {
            return if flag.is_true() { "true" } else { "false" }.to_owned();
        }
        if Known::of(key.py()).is_enum(key)
            && let Ok(value) = key.getattr(intern!(key.py(), "value"))
            && !Known::of(key.py()).is_enum(&value)
        {
            return self.key(&value);
        }
        match key.str() {
            Ok(text) => text::owned(&text),
            Err(error) => {
                self.met(key.py(), error);
                format!("<unprintable {}>", type_name(key))
            }
        }
    }

    fn list(&mut self, list: &Bound<'_, PyList>, out: &mut ValueWriter<'_>) {
        out.begin_array();
        let mut index = 0;
        // By index: what is called on the way may change the list.
        while !out.is_muted()
            && let Ok(item) = list.get_item(index)
        {
            out.item();
            let muted = out.is_muted();
            self.value(&item, out);
            if muted {
                break;
            }
            index += 1;
        }
        out.end_array();
    }

    fn tuple(&mut self, tuple: &Bound<'_, PyTuple>, out: &mut ValueWriter<'_>) {
        out.begin_array();
        if !out.is_muted() {
            for item in tuple.iter_borrowed() {
                out.item();
                let muted = out.is_muted();
                self.value(&item, out);
                if muted {
                    break;
                }
            }
        }
        out.end_array();
    }

    /// The elements of something that can be gone through any number of times.
    fn elements(&mut self, value: &Bound<'_, PyAny>, out: &mut ValueWriter<'_>) {
        out.begin_array();
        match value.try_iter() {
            Ok(items) if !out.is_muted() => {
                for item in items {
                    let item = match item {
                        Ok(item) => item,
                        Err(error) => {
                            self.met(value.py(), error);
                            break;
                        }
                    };
                    out.item();
                    let muted = out.is_muted();
                    self.value(&item, out);
                    if muted {
                        break;
                    }
                }
            }
            Ok(_) => {}
            Err(error) => self.met(value.py(), error),
        }
        out.end_array();
    }

    /// Everything that is not one of the plain types itself.
    fn other(&mut self, value: &Bound<'_, PyAny>, out: &mut ValueWriter<'_>) {
        let py = value.py();
        let known = Known::of(py);
        if known.is_enum(value) {
            match value.getattr(intern!(py, "value")) {
                // The value of an enumeration may be anything, another enumeration included.
                Ok(inner) => self.nested(&inner, out),
                Err(error) => self.unprintable(value, error, out),
            }
        } else if known.has_iso_format(value) {
            self.called(value, "isoformat", out);
        } else if known.is_decimal(value) {
            self.decimal(value, out);
        } else if known.is_time_delta(value) {
            self.called(value, "total_seconds", out);
        } else if let Ok(text) = value.cast::<PyString>() {
            str_of(text, out);
        } else if value.is_instance_of::<PyInt>() {
            self.int(value, out);
        } else if let Ok(number) = value.cast::<PyFloat>() {
            out.f64(number.value());
        } else if let Ok(bytes) = value.cast::<PyBytes>() {
            bytes_of(bytes.as_bytes(), out);
        } else if let Ok(bytes) = value.cast::<PyByteArray>() {
            bytes_of(&bytes.to_vec(), out);
        } else if let Ok(error) = value.cast::<pyo3::exceptions::PyBaseException>() {
            let kind = type_name(value);
            match error.str() {
                Ok(text) => out.display(&format_args!("{kind}: {}", text::cow(&text))),
                Err(failed) => self.unprintable(value, failed, out),
            }
        } else if let Ok(kind) = value.cast::<PyType>() {
            out.str(&kind.fully_qualified_name().map_or_else(|_| "type".to_owned(), |name| text::owned(&name)));
        } else {
            self.container(value, out);
        }
    }

    /// Objects with members or elements.
    fn container(&mut self, value: &Bound<'_, PyAny>, out: &mut ValueWriter<'_>) {
        let py = value.py();
        let kind = value.get_type();
        let known = Known::of(py);
        if let Ok(dict) = value.cast::<PyDict>() {
            self.dict(dict, out);
        } else if let Ok(list) = value.cast::<PyList>() {
            self.list(list, out);
        } else if let Ok(names) = kind.getattr(intern!(py, "_fields"))
            && let Ok(names) = names.cast_into::<PyTuple>()
            && value.is_instance_of::<PyTuple>()
        {
            self.attributes(value, names.as_any(), out);
        } else if let Ok(tuple) = value.cast::<PyTuple>() {
            self.tuple(tuple, out);
        } else if value.is_instance_of::<PySet>() || value.is_instance_of::<PyFrozenSet>() || known.is_plain_sequence(value) {
            self.elements(value, out);
        } else if kind.hasattr(intern!(py, "model_dump")).unwrap_or(false) {
            // What a model leaves out or hides when it is written, it leaves out and hides here.
            self.called(value, "model_dump", out);
        } else if let Ok(fields) = kind.getattr(intern!(py, "__dataclass_fields__")) {
            self.attributes(value, &fields, out);
        } else if let Ok(fields) = kind.getattr(intern!(py, "__struct_fields__")) {
            self.attributes(value, &fields, out);
        } else if let Ok(fields) = kind.getattr(intern!(py, "__attrs_attrs__")) {
            let names = PyList::empty(py);
            for field in fields.try_iter().into_iter().flatten().flatten() {
                if let Ok(name) = field.getattr(intern!(py, "name")) {
                    let _ = names.append(name);
                }
            }
            self.attributes(value, names.as_any(), out);
        } else if known.is_mapping(value) {
            out.begin_object();
            if !out.is_muted() {
                self.members(value, None, out);
            }
            out.end_object();
        } else if is_numpy(&kind) {
            self.numpy(value, out);
        } else {
            self.text(value, out);
        }
    }

    /// An object of some attributes of another.
    fn attributes(&mut self, value: &Bound<'_, PyAny>, names: &Bound<'_, PyAny>, out: &mut ValueWriter<'_>) {
        out.begin_object();
        for name in names.try_iter().into_iter().flatten().flatten() {
            if out.is_muted() {
                break;
            }
            let Ok(name) = name.cast_into::<PyString>() else { continue };
            match value.getattr(&name) {
                Ok(attribute) => {
                    text::with(&name, |name| out.key(name));
                    self.value(&attribute, out);
                }
                // Not set: left out, as the rest is worth having.
                Err(error) => self.met(value.py(), error),
            }
        }
        out.end_object();
    }

    /// A money amount and the like: a number, so that metrics can be made of it, though a reader that takes numbers as doubles has 15 digits of it.
    fn decimal(&mut self, value: &Bound<'_, PyAny>, out: &mut ValueWriter<'_>) {
        match value.extract::<f64>() {
            Ok(number) if number.is_finite() => out.f64(number),
            Ok(_) => self.text(value, out),
            Err(error) => {
                self.met(value.py(), error);
                self.text(value, out);
            }
        }
    }

    fn numpy(&mut self, value: &Bound<'_, PyAny>, out: &mut ValueWriter<'_>) {
        let py = value.py();
        let size = value.getattr(intern!(py, "size")).and_then(|size| size.extract::<usize>()).unwrap_or(usize::MAX);
        if size <= MAX_ARRAY {
            self.called(value, "tolist", out);
        } else {
            self.text(value, out);
        }
    }

    /// What a method without arguments gives.
    fn called(&mut self, value: &Bound<'_, PyAny>, method: &str, out: &mut ValueWriter<'_>) {
        match value.call_method0(method) {
            Ok(result) => self.nested(&result, out),
            Err(error) => self.unprintable(value, error, out),
        }
    }

    /// What an object gives for itself: written as it is when it is plain or holds others, which the writer counts; as a text when it could go on
    /// giving something for itself without end.
    fn nested(&mut self, value: &Bound<'_, PyAny>, out: &mut ValueWriter<'_>) {
        let plain = value.is_none()
            || value.is_instance_of::<PyString>()
            || value.is_instance_of::<PyInt>()
            || value.is_instance_of::<PyFloat>()
            || value.is_exact_instance_of::<PyDict>()
            || value.is_exact_instance_of::<PyList>()
            || value.is_exact_instance_of::<PyTuple>();
        if plain && !Known::of(value.py()).is_enum(value) {
            self.value(value, out);
        } else {
            self.text(value, out);
        }
    }

    /// The text of an object.
    pub(crate) fn text(&mut self, value: &Bound<'_, PyAny>, out: &mut ValueWriter<'_>) {
        match value.str() {
            Ok(text) => str_of(&text, out),
            Err(error) => self.unprintable(value, error, out),
        }
    }

    fn unprintable(&mut self, value: &Bound<'_, PyAny>, error: PyErr, out: &mut ValueWriter<'_>) {
        let failed = error.get_type(value.py());
        let failed = failed.name().map_or_else(|_| "error".to_owned(), |name| text::owned(&name));
        out.str(&format!("<unprintable {}: {failed}>", type_name(value)));
        self.met(value.py(), error);
    }
}

/// A text. What UTF-8 has no form for becomes U+FFFD.
pub(crate) fn str_of(text: &Bound<'_, PyString>, out: &mut ValueWriter<'_>) {
    text::with(text, |text| out.str(text));
}

/// Bytes, as the text they most likely are.
fn bytes_of(bytes: &[u8], out: &mut ValueWriter<'_>) {
    let shown = bytes.get(..MAX_BYTES).unwrap_or(bytes);
    match std::str::from_utf8(shown) {
        Ok(text) => out.str(text),
        Err(_) => out.display(&shown.escape_ascii()),
    }
}

/// Name of an object's type.
pub(crate) fn type_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().name().map_or_else(|_| "object".to_owned(), |name| text::owned(&name))
}

fn is_numpy(kind: &Bound<'_, PyType>) -> bool {
    kind.module().is_ok_and(|module| module.to_str().is_ok_and(|module| module == "numpy" || module.starts_with("numpy.")))
}
