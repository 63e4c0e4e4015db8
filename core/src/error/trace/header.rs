//! Headers: the line that names an exception, `pkg.SomeError: message`.

use super::search::Search as _;

/// What the last part of an exception's name ends with, where nothing else proves that it is one.
const ENDINGS: [&str; 18] = [
    "Error",
    "Exception",
    "Timeout",
    "Exit",
    "Interrupt",
    "Warning",
    "Refused",
    "Disconnected",
    "Failure",
    "Fault",
    "Throwable",
    "Panic",
    "Denied",
    "Declined",
    "NotFound",
    "DoesNotExist",
    "Cancelled",
    "StopIteration",
];

/// Longest name of an exception.
const MAX_NAME_BYTES: usize = 200;

/// A name made of what names of types are made of in any language, `a.b.C`, `a::B`, `A\B`, `a.f.<locals>.C`, without blanks.
pub(super) fn is_identifier(word: &str) -> bool {
    word.len() <= MAX_NAME_BYTES
        && word.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'*' | b'&' | b'\\'))
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'$' | b'\\' | b'<' | b'>' | b'*' | b'&' | b'/' | b'`'))
        && !word.ends_with([':', '.', '/'])
}

/// A name that only an exception has: its last part is in Pascal case and ends as exceptions do.
pub(crate) fn is_name(word: &str) -> bool {
    let last = word.rsplit(['.', ':', '\\', '$']).next().unwrap_or(word);
    is_identifier(word) && last.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase()) && ENDINGS.iter().any(|ending| last.ends_with(ending))
}

/// Kind and message of a line whose place proves that it is a header: any identifier, then `: ` or the end of the line.
pub(super) fn placed(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    let (kind, message) = line.cut_at(": ").unwrap_or((line.strip_suffix(':').unwrap_or(line), ""));
    is_identifier(kind).then_some((kind, message))
}

/// Kind and message somewhere in a line: the first word before a colon, or the last of the line, that only an exception is called.
pub(super) fn find(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    let mut from = 0;
    loop {
        let rest = line.get(from..)?;
        let (segment, after) = match rest.at(": ") {
            Some(at) => (rest.get(..at)?, rest.get(at + 2..)?),
            None => (rest.strip_suffix(':').unwrap_or(rest), ""),
        };
        // Node writes the code of an error behind its name: `TypeError [ERR_X]: message`.
        let named = segment.strip_suffix(']').and_then(|segment| segment.cut_last(" [")).map_or(segment, |(named, _)| named);
        let word = named.rsplit([' ', '\t', '(', '"', '|', '[']).next().unwrap_or(named);
        if is_name(word) {
            return Some((word, after));
        }
        rest.at(": ")?;
        from = line.len() - after.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_exceptions() {
        for name in ["KeyError", "java.io.IOException", "app.f.<locals>.MyError", "App\\Fault", "std::io::Error", "A$InnerException", "Order.DoesNotExist"] {
            assert!(is_name(name), "{name}");
        }
        for word in ["error", "Terror x", "com.shop.Orders", "Caused by", "", "ERROR", "a:", "0Error"] {
            assert!(!is_name(word), "{word}");
        }
    }

    #[test]
    fn headers_are_found_behind_whatever_stands_before_them() {
        for (line, expected) in [
            ("java.lang.IllegalStateException: no: way", Some(("java.lang.IllegalStateException", "no: way"))),
            ("Exception in thread \"main\" java.lang.NullPointerException", Some(("java.lang.NullPointerException", ""))),
            ("12:00 ERROR [m] c.s.Orders - failed: java.io.IOException: gone", Some(("java.io.IOException", "gone"))),
            ("Uncaught (in promise) TypeError: x is not a function", Some(("TypeError", "x is not a function"))),
            ("TypeError [ERR_INVALID_ARG_TYPE]: The path", Some(("TypeError", "The path"))),
            ("failed: no route", None),
            ("", None),
        ] {
            assert_eq!(find(line), expected, "{line}");
        }
        assert_eq!(placed("Order.Missing: 7"), Some(("Order.Missing", "7")));
        assert_eq!(placed("two words: 7"), None);
        let long = "E".repeat(MAX_NAME_BYTES + 1);
        assert_eq!(placed(&long), None);
    }
}
