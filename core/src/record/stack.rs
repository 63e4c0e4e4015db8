//! Stacks that are JSON, not text: they become the text that the language itself would print.
//!
//! | who writes it | form |
//! |---|---|
//! | Lambda (Python, Ruby, Node.js, Java, .NET), logstash | a list of lines |
//! | Lambda (Python 2.7 to 3.7) | a list of `[file, line, function, source]` |
//! | Lambda (Go) | a list of `{path, line, label}` |
//! | structlog's `dict_tracebacks` | a list of exceptions with `exc_type`, `exc_value`, `frames` and `is_cause`, the outermost first |
//! | Powertools for Python | an object with `type`, `value` and `frames` |
//! | others | a list of objects that name a file, a line, a function and perhaps a class |
//!
//! A chain of causes, nested or a list, is written behind the stack as `Caused by: Type: message` with the stacks of the causes.

use std::{borrow::Cow, fmt::Write as _};

use crate::json::Value;

/// Most frames and lines that are read of one list.
pub(super) const MAX_ELEMENTS: usize = 256;

/// Most causes that are read of a chain.
pub(super) const MAX_CAUSES: usize = 16;

/// Most bytes such a text is made of.
pub(super) const MAX_BYTES: usize = 64 * 1024;

/// A stack as text, from text, a list or an object.
pub(super) fn stack(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text).filter(|text| !text.is_empty()),
        list @ Value::Array(_) => of_list(&list).map(Cow::Owned),
        object @ Value::Object(_) => of_object(&object).map(Cow::Owned),
        _ => None,
    }
}

/// A stack of a value that would be a message if it were text: only a list or an object is one.
pub(super) fn structured(value: Value<'_>) -> Option<Cow<'_, str>> {
    matches!(value, Value::Array(_) | Value::Object(_)).then(|| stack(value)).flatten()
}

fn of_list(list: &Value<'_>) -> Option<String> {
    let elements: Vec<Value<'_>> = list.elements().take(MAX_ELEMENTS).collect();
    if elements.iter().any(|element| Exception::read(element).is_some_and(|exception| exception.frames.is_some_and(|frames| !frames.is_empty()))) {
        return of_exceptions(&elements);
    }
    let mut text = String::new();
    for element in elements {
        match element {
            Value::String(line) => push_line(&mut text, line.strip_suffix('\n').unwrap_or(&line)),
            other => {
                if let Some(frame) = Place::read(&other) {
                    frame.write(&mut text);
                }
            }
        }
        if text.len() > MAX_BYTES {
            break;
        }
    }
    (!text.is_empty()).then_some(text)
}

/// structlog's list: the outermost first; Python prints it last.
fn of_exceptions(elements: &[Value<'_>]) -> Option<String> {
    let mut text = String::new();
    let exceptions: Vec<Exception<'_>> = elements.iter().take(MAX_CAUSES).filter_map(Exception::read).collect();
    for (index, exception) in exceptions.iter().enumerate().rev() {
        if index + 1 < exceptions.len() {
            // What stood before is the cause of this one, or was being handled.
            let cause = exceptions.get(index + 1).is_some_and(|cause| cause.is_cause);
            push_line(&mut text, "");
            push_line(
                &mut text,
                if cause {
                    "The above exception was the direct cause of the following exception:"
                } else {
                    "During handling of the above exception, another exception occurred:"
                },
            );
            push_line(&mut text, "");
        }
        exception.write(&mut text);
        if text.len() > MAX_BYTES {
            break;
        }
    }
    (!text.is_empty()).then_some(text)
}

fn of_object(object: &Value<'_>) -> Option<String> {
    let exception = Exception::read(object)?;
    exception.frames.as_ref()?;
    let mut text = String::new();
    exception.write(&mut text);
    Some(text)
}

/// The causes of an error as text: an object with a cause of its own, a list of them, or words.
pub(super) fn causes(value: Value<'_>) -> Option<String> {
    let mut text = String::new();
    let mut left = MAX_CAUSES;
    push_causes(&mut text, value, &mut left);
    (!text.is_empty()).then_some(text)
}

fn push_causes(text: &mut String, value: Value<'_>, left: &mut usize) {
    if *left == 0 || text.len() > MAX_BYTES {
        return;
    }
    match value {
        Value::String(said) if !said.trim().is_empty() => {
            *left -= 1;
            push_line(text, &format!("Caused by: {}", said.trim()));
        }
        list @ Value::Array(_) => {
            for element in list.elements().take(MAX_CAUSES) {
                push_causes(text, element, left);
            }
        }
        object @ Value::Object(_) => {
            *left -= 1;
            let (mut kind, mut message, mut lines, mut inner) = (Cow::Borrowed(""), Cow::Borrowed(""), None, None);
            for (key, value) in object.members() {
                match key.as_ref() {
                    "type" | "name" | "kind" | "class" | "errorType" | "exception_class" | "exc_type" => kind = words(&value).unwrap_or(kind),
                    "message" | "errorMessage" | "msg" | "exception_message" | "exc_value" | "value" => message = words(&value).unwrap_or(message),
                    "stack" | "stackTrace" | "stack_trace" | "stacktrace" | "trace" | "frames" => lines = stack(value),
                    "cause" | "causes" | "inner" | "innerException" | "inner_exception" => inner = Some(value),
                    _ => {}
                }
            }
            let named = match (kind.is_empty(), message.is_empty()) {
                (true, true) => Cow::Borrowed(""),
                (true, false) => message,
                (false, true) => kind,
                (false, false) => Cow::Owned(format!("{kind}: {message}")),
            };
            match lines {
                // A stack that begins with its own header.
                Some(lines) if !named.is_empty() && lines.trim_start().starts_with(named.lines().next().unwrap_or("")) => {
                    push_line(text, &format!("Caused by: {}", lines.trim_start()));
                }
                Some(lines) if !named.is_empty() => {
                    push_line(text, &format!("Caused by: {named}"));
                    push_line(text, &lines);
                }
                _ if !named.is_empty() => push_line(text, &format!("Caused by: {named}")),
                _ => {}
            }
            if let Some(inner) = inner {
                push_causes(text, inner, left);
            }
        }
        _ => {}
    }
}

fn words<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    value.clone().into_scalar_text().filter(|text| !text.is_empty())
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// An exception as structlog and Powertools write it.
struct Exception<'a> {
    kind: Cow<'a, str>,
    message: Cow<'a, str>,
    frames: Option<Vec<Place<'a>>>,
    is_cause: bool,
}

impl<'a> Exception<'a> {
    fn read(value: &Value<'a>) -> Option<Self> {
        let mut read = Self { kind: Cow::Borrowed(""), message: Cow::Borrowed(""), frames: None, is_cause: false };
        for (key, value) in value.members() {
            match key.as_ref() {
                "exc_type" | "type" => read.kind = words(&value).unwrap_or_default(),
                "exc_value" | "value" | "message" => read.message = words(&value).unwrap_or_default(),
                "frames" => {
                    read.frames =
                        matches!(value, Value::Array(_)).then(|| value.elements().take(MAX_ELEMENTS).filter_map(|frame| Place::read(&frame)).collect());
                }
                "is_cause" => read.is_cause = value == Value::Bool(true),
                _ => {}
            }
        }
        (!read.kind.is_empty() || read.frames.is_some()).then_some(read)
    }

    /// As Python prints it.
    fn write(&self, text: &mut String) {
        push_line(text, "Traceback (most recent call last):");
        for place in self.frames.iter().flatten() {
            place.write_python(text);
        }
        if !self.kind.is_empty() {
            let message = self.message.as_ref();
            push_line(text, &if message.is_empty() { self.kind.clone().into_owned() } else { format!("{}: {message}", self.kind) });
        }
    }
}

/// A frame as an object or a list.
#[derive(Default)]
struct Place<'a> {
    file: Cow<'a, str>,
    line: Cow<'a, str>,
    function: Cow<'a, str>,
    class: Cow<'a, str>,
}

impl<'a> Place<'a> {
    fn read(value: &Value<'a>) -> Option<Self> {
        let mut place = Place::default();
        match value {
            Value::Array(_) => {
                let mut elements = value.elements().map(|element| words(&element).unwrap_or_default());
                place.file = elements.next()?;
                place.line = elements.next()?;
                place.function = elements.next()?;
            }
            Value::Object(_) => {
                for (key, value) in value.members() {
                    let slot = match key.as_ref() {
                        "filename" | "file" | "path" | "fileName" | "file_name" | "abs_path" | "source" => &mut place.file,
                        "lineno" | "line" | "lineNumber" | "line_number" => &mut place.line,
                        "name" | "function" | "method" | "methodName" | "label" | "func" => &mut place.function,
                        "class" | "className" | "declaringClass" | "class_name" => &mut place.class,
                        _ => continue,
                    };
                    if slot.is_empty() {
                        *slot = words(&value).unwrap_or_default();
                    }
                }
            }
            _ => return None,
        }
        (!place.file.is_empty() || !place.function.is_empty()).then_some(place)
    }

    /// As the language of its file prints it.
    fn write(&self, text: &mut String) {
        let ending = self.file.rsplit('.').next().unwrap_or_default();
        if ending == "py" {
            self.write_python(text);
            return;
        }
        let (file, line, function, class) = (&self.file, &self.line, &self.function, &self.class);
        let said = match ending {
            // Lambda leaves out the package of a function: the file stands for it.
            "go" if function.split('.').next_back() == Some(function) || !function.contains('/') && class.is_empty() && !function.starts_with("main.") => {
                let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".go");
                format!("{stem}.{function}\n\t{file}:{line} +0x0")
            }
            "go" => format!("{function}\n\t{file}:{line} +0x0"),
            "rb" => format!("{file}:{line}:in '{function}'"),
            _ if !class.is_empty() => format!("\tat {class}.{function}({file}:{line})"),
            _ if function.is_empty() => format!("    at {file}:{line}:1"),
            _ => format!("    at {function} ({file}:{line}:1)"),
        };
        push_line(text, &said);
    }

    fn write_python(&self, text: &mut String) {
        if !text.is_empty() {
            text.push('\n');
        }
        // Writing into a string cannot fail.
        let _ = write!(text, "  File \"{}\", line {}", self.file, if self.line.is_empty() { "0" } else { &self.line });
        if !self.function.is_empty() {
            let _ = write!(text, ", in {}", self.function);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(json: &str) -> Option<String> {
        stack(Value::Array(json)).map(Cow::into_owned)
    }

    #[test]
    fn lists_of_every_form_become_text() {
        for (json, expected) in [
            (r#"["  File \"a.py\", line 1, in f\n","    x()\n"]"#, "  File \"a.py\", line 1, in f\n    x()"),
            (r#"[["/var/task/a.py",3,"handler","x()"]]"#, "  File \"/var/task/a.py\", line 3, in handler"),
            (r#"[{"path":"/app/main.go","line":12,"label":"main.run"}]"#, "main.run\n\t/app/main.go:12 +0x0"),
            (r#"[{"file":"/app/a.js","line":3,"function":"run"}]"#, "    at run (/app/a.js:3:1)"),
            (r#"[{"class":"com.shop.A","method":"run","file":"A.java","line":3}]"#, "\tat com.shop.A.run(A.java:3)"),
            (r#"[{"path":"/app/a.rb","lineno":3,"label":"run"}]"#, "/app/a.rb:3:in 'run'"),
        ] {
            assert_eq!(array(json).as_deref(), Some(expected), "{json}");
        }
        for json in ["[]", "[1,2]", "[null]", "[{}]"] {
            assert_eq!(array(json), None, "{json}");
        }
    }

    #[test]
    fn structlogs_list_is_printed_as_python_would() {
        let json = r#"[{"exc_type":"OrderFailed","exc_value":"7","is_cause":false,"frames":[{"filename":"/app/o.py","lineno":3,"name":"place"}]},
            {"exc_type":"KeyError","exc_value":"'id'","is_cause":true,"frames":[{"filename":"/app/db.py","lineno":9,"name":"fetch"}]}]"#;
        assert_eq!(
            array(json).unwrap(),
            "Traceback (most recent call last):\n  File \"/app/db.py\", line 9, in fetch\nKeyError: 'id'\n\n\
             The above exception was the direct cause of the following exception:\n\n\
             Traceback (most recent call last):\n  File \"/app/o.py\", line 3, in place\nOrderFailed: 7"
        );
    }

    #[test]
    fn causes_are_written_in_a_row() {
        let nested = Value::Object(r#"{"type":"A","message":"a","cause":{"name":"B","message":"b","stack":"B: b\n    at f (/a.js:1:1)","cause":"c"}}"#);
        assert_eq!(causes(nested).unwrap(), "Caused by: A: a\nCaused by: B: b\n    at f (/a.js:1:1)\nCaused by: c");
        assert_eq!(causes(Value::Array(r#"["a","b"]"#)).unwrap(), "Caused by: a\nCaused by: b");
        assert_eq!(causes(Value::Object("{}")), None);
    }

    #[test]
    fn lists_and_chains_are_bounded() {
        let many = format!("[{}]", vec!["\"line\""; MAX_ELEMENTS + 9].join(","));
        assert_eq!(array(&many).unwrap().lines().count(), MAX_ELEMENTS);
        let deep = (0..MAX_CAUSES + 9).fold("null".to_owned(), |inner, at| format!(r#"{{"type":"E{at}","cause":{inner}}}"#));
        assert_eq!(causes(Value::Object(&deep)).unwrap().lines().count(), MAX_CAUSES);
        let long = format!(r#"["{}","b","c"]"#, "x".repeat(MAX_BYTES + 1));
        assert_eq!(array(&long).unwrap().lines().count(), 1);
    }
}
