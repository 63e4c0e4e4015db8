//! Codes of errors: an SQLSTATE, the name of an errno, a gRPC status, a service's own.

use std::borrow::Cow;

use crate::json::Value;

/// Longest code, bytes; a longer text is no code.
pub(super) const MAX_CODE_BYTES: usize = 64;

/// Names of Linux' errno numbers that say what is wrong. Source: `errno(3)`, x86-64 and arm64.
const ERRNO: [(u16, &str); 18] = [
    (1, "EPERM"),
    (2, "ENOENT"),
    (5, "EIO"),
    (11, "EAGAIN"),
    (12, "ENOMEM"),
    (13, "EACCES"),
    (17, "EEXIST"),
    (23, "ENFILE"),
    (24, "EMFILE"),
    (28, "ENOSPC"),
    (32, "EPIPE"),
    (98, "EADDRINUSE"),
    (101, "ENETUNREACH"),
    (103, "ECONNABORTED"),
    (104, "ECONNRESET"),
    (110, "ETIMEDOUT"),
    (111, "ECONNREFUSED"),
    (113, "EHOSTUNREACH"),
];

/// gRPC's statuses by number. Source: `google.rpc.Code`.
const GRPC: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

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
    match text.trim_start_matches('-').parse::<u16>() {
        Ok(number) => ERRNO.iter().find(|(known, _)| *known == number).map(|(_, name)| Cow::Borrowed(*name)),
        Err(_) => word(text).filter(|text| text.starts_with('E')),
    }
}

/// A gRPC status, as a number or a word of any spelling.
pub(super) fn grpc(value: Value<'_>) -> Option<Cow<'_, str>> {
    let text = value.into_scalar_text()?;
    let name = match text.parse::<usize>() {
        Ok(number) => *GRPC.get(number)?,
        // `DeadlineExceeded` of Go, `DEADLINE_EXCEEDED` of Java, `Canceled` of either.
        Err(_) => GRPC.iter().find(|name| spelled_alike(name, &text)).copied().or_else(|| text.eq_ignore_ascii_case("canceled").then_some("CANCELLED"))?,
    };
    (name != "OK").then_some(Cow::Borrowed(name))
}

fn spelled_alike(name: &str, text: &str) -> bool {
    let letters = |text: &'_ str| text.bytes().filter(|byte| *byte != b'_' && *byte != b' ').map(|byte| byte.to_ascii_uppercase()).collect::<Vec<u8>>();
    text.len() <= MAX_CODE_BYTES && letters(name) == letters(text)
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
