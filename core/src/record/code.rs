//! Codes of errors: an SQLSTATE, the name of an errno, a gRPC status, a service's own.

use std::borrow::Cow;

use super::errno;
use crate::{json::Value, plan::GrpcStatus};

/// Longest code, bytes; a longer text is no code.
pub(super) const MAX_CODE_BYTES: usize = 64;

/// A code as a record names it: one word, not empty, not zero.
pub(super) fn word(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let plain = !text.is_empty()
        && text.len() <= MAX_CODE_BYTES
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':' | b'/' | b'#'))
        && !matches!(text.as_ref(), "0" | "OK" | "ok" | "none" | "None" | "null" | "00000");
    plain.then_some(text)
}

/// [`word`] of a value.
pub(super) fn code(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::Bool(_) => None,
        other => word(other.into_scalar_text()?),
    }
}

/// An errno, as a number of either sign (Node's are negative) or a name.
pub(super) fn errno(value: Value<'_>) -> Option<Cow<'_, str>> {
    let text = value.into_scalar_text()?;
    match text.parse::<i32>() {
        Ok(number) => errno::name(number).map(Cow::Borrowed),
        Err(_) => word(text).filter(|text| text.starts_with('E')),
    }
}

/// A gRPC status, as a number or a word of any spelling.
pub(super) fn grpc(value: Value<'_>) -> Option<Cow<'_, str>> {
    let text = value.into_scalar_text()?;
    let status = match text.parse::<u32>() {
        Ok(number) => GrpcStatus::from_number(number)?,
        Err(_) => GrpcStatus::from_name(&text)?,
    };
    Some(Cow::Borrowed(status.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_words() {
        for (text, is_code) in [("23505", true), ("ECONNREFUSED", true), ("ORA-00001", true), ("0", false), ("", false), ("two words", false), ("OK", false)] {
            assert_eq!(word(Cow::Borrowed(text)).is_some(), is_code, "{text}");
        }
        let longest = "E".repeat(MAX_CODE_BYTES);
        assert!(word(Cow::Borrowed(&longest)).is_some());
        assert!(word(Cow::Owned(longest + "E")).is_none());
        assert_eq!(code(Value::Bool(true)), None);
    }

    #[test]
    fn numbers_become_names() {
        assert_eq!(errno(Value::Number("-111")).as_deref(), Some("ECONNREFUSED"));
        assert_eq!(errno(Value::Number("28")).as_deref(), Some("ENOSPC"));
        assert_eq!(errno(Value::Number("9999")), None);
        assert_eq!(errno(Value::String("EPIPE".into())).as_deref(), Some("EPIPE"));
        for value in [Value::Number("4"), Value::String("DeadlineExceeded".into()), Value::String("deadline_exceeded".into())] {
            assert_eq!(grpc(value).as_deref(), Some("DEADLINE_EXCEEDED"));
        }
        assert_eq!((grpc(Value::Number("0")), grpc(Value::Number("99")), grpc(Value::String("fine".into()))), (None, None, None));
        assert_eq!(grpc(Value::String("Canceled".into())).as_deref(), Some("CANCELLED"));
    }
}
