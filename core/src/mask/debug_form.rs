//! Values as Rust's `Debug` and Python's `repr` write them, of more than one line as well: `Some("…")`, `Token("…")`, `Secret { value: "…" }`,
//! `SecretStr('…')`, and lists over several lines.

use std::ops::Range;

use super::{
    byte::{at, before, is_quote, run, run_back, slice},
    value::{LONGEST, quoted},
};

/// Longest name of a type, with its module and its parameters.
const LONGEST_NAME: usize = 160;

/// Most brackets inside each other.
const MAX_DEPTH: usize = 32;

/// Most wrappers around a value: `Some(Ok(Token("…")))`.
const MAX_WRAPPERS: usize = 8;

/// What is inside a value that begins at `first` with the name of a type and an opening bracket, or with a list that goes on in the next line; none when it
/// is no such value. A single text in it stands alone, without its quotes; of anything else it is all.
pub(super) fn inside(text: &[u8], first: usize) -> Option<Range<usize>> {
    let mut content = opened(text, first)?;
    for _ in 0..MAX_WRAPPERS {
        let start = content.start + slice(text, content.clone()).iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let end = run_back(text, content.end, content.end.saturating_sub(start), |byte| byte.is_ascii_whitespace() || byte == b',');
        content = start.min(end)..end;
        if let Some(inner) = quoted(text, start).filter(|inner| end_of_quoted(text, inner) == end) {
            return Some(inner);
        }
        match opened(text, start) {
            Some(inner) if inner.end + 1 == end => content = inner,
            _ => break,
        }
    }
    Some(content)
}

/// What is between the brackets that are opened at `first`.
fn opened(text: &[u8], first: usize) -> Option<Range<usize>> {
    let open = match at(text, first) {
        // A list in one line is read elsewhere.
        b'[' if matches!(at(text, first + 1), b'\n' | b'\r') => first,
        b'A'..=b'Z' | b'a'..=b'z' => {
            let name = run(text, first, LONGEST_NAME, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'<' | b'>' | b'&' | b'\''));
            // The name of a function begins with a small letter, in Rust and in Python.
            let path = run(text, first, name - first, |byte| byte != b'<');
            let last = run_back(text, path, path - first, |byte| byte != b':');
            if !at(text, last).is_ascii_uppercase() {
                return None;
            }
            match (at(text, name), at(text, name + 1)) {
                (b'(', _) => name,
                (b' ', b'{') => name + 1,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(open + 1..close(text, open)?)
}

/// The bracket that closes the one at `open`. Of parentheses that are cut off, the end of what there is.
fn close(text: &[u8], open: usize) -> Option<usize> {
    let limit = text.len().min(open + LONGEST);
    let mut depth = 0;
    let mut here = open;
    while here < limit {
        match at(text, here) {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 1 => return Some(here),
            b')' | b']' | b'}' => depth -= 1,
            byte if is_quote(byte) && !before(text, here).is_ascii_alphanumeric() => {
                let escapes = slice(text, open..here).iter().rev().take_while(|byte| **byte == b'\\').count();
                here = quoted(text, here - escapes).map_or(here, |inner| end_of_quoted(text, &inner) - 1);
            }
            _ => {}
        }
        if depth > MAX_DEPTH {
            break;
        }
        here += 1;
    }
    (at(text, open) == b'(').then_some(limit)
}

/// One past the quote behind a text in quotes.
fn end_of_quoted(text: &[u8], inner: &Range<usize>) -> usize {
    let quote = run(text, inner.end, 64, |byte| byte == b'\\');
    if is_quote(at(text, quote)) { quote + 1 } else { inner.end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<&str> {
        inside(text.as_bytes(), 0).map(|range| &text[range])
    }

    #[test]
    fn a_single_text_stands_alone() {
        for text in [
            r#"Some("a b") x"#,
            r#"Some(Ok(Token("a b"))), y"#,
            "Some(\n    \"a b\",\n),\nz: 1",
            r#"auth::Secret<alloc::string::String>("a b")"#,
            "SecretStr('a b')",
            r#"Some(\"a b\")"#,
        ] {
            assert_eq!(shown(text), Some("a b"), "{text}");
        }
        assert_eq!(shown(r#"Some("a) \"b")"#), Some(r#"a) \"b"#));
    }

    #[test]
    fn of_anything_else_it_is_all() {
        for (text, expected) in [
            (r#"Secret { value: "a", n: 1 } x"#, r#"value: "a", n: 1"#),
            ("Secret {\n    value: \"a}\",\n} x", "value: \"a}\""),
            (r#"Some(Secret { value: "a" })"#, r#"value: "a""#),
            (r#"Pair("a", "b")"#, r#""a", "b""#),
            ("Some([104, 105])", "[104, 105]"),
            ("[\n    104,\n    105,\n]", "104,\n    105"),
            ("Some(12)", "12"),
            ("Some(it's) x", "it's"),
            ("Some()", ""),
        ] {
            assert_eq!(shown(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_cut_off_is_masked_to_its_end_and_other_forms_are_not_read_here() {
        assert_eq!(shown(r#"Some("a b"#), Some(r"a b"));
        assert_eq!(shown("Some(a, b"), Some("a, b"));
        for text in ["Some", "Some thing", "some(a)", "auth::some(a)", "\"a\"", "[1, 2]", "{a: 1}", "Unexpected { a", ""] {
            assert_eq!(shown(text), None, "{text}");
        }
        let deep = format!("S({})", "(".repeat(100_000));
        assert!(shown(&deep).is_some());
    }
}
