//! Codes that stand in the text of a trace.

use memchr::memmem;

use super::{MAX_SCANNED_BYTES, lines::cut};

/// Longest code that an error states, bytes.
const MAX_CODE_BYTES: usize = 64;

/// What stands before a code and behind it: among the properties Node prints, `code: 'ECONNREFUSED'`; behind the name of Node's own errors, `[ERR_INVALID_URL]`;
/// in PDO's messages; among the data of Npgsql's exceptions.
const MARKS: [(&str, char); 4] = [(" code: '", '\''), (" [ERR_", ']'), ("SQLSTATE[", ']'), ("SqlState: ", '\n')];

/// The code a text states.
pub(crate) fn stated_code(text: &str) -> Option<&str> {
    let text = cut(text, MAX_SCANNED_BYTES);
    MARKS.iter().find_map(|(mark, end)| {
        let at = memmem::find(text.as_bytes(), mark.as_bytes())?;
        // The name of a code of Node's begins within the mark.
        let start = if mark.ends_with("ERR_") { at + " [".len() } else { at + mark.len() };
        let code = text.get(start..)?.split(*end).next()?.trim_end();
        let plain = !code.is_empty() && code.len() <= MAX_CODE_BYTES && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        plain.then_some(code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_between_their_marks() {
        for (text, code) in [
            ("Error: x\n    at f (/a.js:1:1) {\n  errno: -111,\n  code: 'ECONNREFUSED'\n}", Some("ECONNREFUSED")),
            ("TypeError [ERR_INVALID_URL]: bad", Some("ERR_INVALID_URL")),
            ("PDOException: SQLSTATE[23000]: Integrity constraint violation", Some("23000")),
            ("  Exception data:\n    SqlState: 23505\n   --- End", Some("23505")),
            ("code: ''", None),
            (" code: 'two words'", None),
            ("no code", None),
        ] {
            assert_eq!(stated_code(text), code, "{text}");
        }
        let long = format!(" code: '{}'", "E".repeat(MAX_CODE_BYTES + 1));
        assert_eq!(stated_code(&long), None);
    }
}
