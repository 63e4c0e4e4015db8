//! JSON Web Tokens: base64url parts divided by dots; the first one begins with `{"`, which is `eyJ` in base64. Source: RFC 7519, RFC 7516.

use std::ops::Range;

use super::byte::{at, before, is_base64url, run, starts};

/// Shortest first or second part.
const SHORTEST_PART: usize = 10;

/// Longest token that is looked at.
const LONGEST: usize = 64 * 1024;

/// The token that begins at `start`: three or five parts, or two when a cut left no more.
pub(super) fn find(text: &[u8], start: usize) -> Option<Range<usize>> {
    if !starts(text, start, b"eyJ") || before(text, start).is_ascii_alphanumeric() {
        return None;
    }
    let header = run(text, start, LONGEST, is_base64url);
    let payload = run(text, header + 1, LONGEST, is_base64url);
    let second = payload.saturating_sub(header + 1);
    if at(text, header) != b'.' || header - start < SHORTEST_PART {
        return None;
    }
    // An encrypted token may have an empty second part (its key is agreed on, not sent).
    let signed = second >= SHORTEST_PART;
    let mut end = payload;
    let mut parts = 2;
    while parts < 5 && at(text, end) == b'.' {
        let next = run(text, end + 1, LONGEST, is_base64url);
        if next == end + 1 && !(parts == 2 && starts(text, header + 1, b"eyJ") && !is_sentence_end(text, end)) {
            break;
        }
        end = next;
        parts += 1;
    }
    (signed && (parts > 2 || starts(text, header + 1, b"eyJ")) || second == 0 && parts == 5).then_some(start..end)
}

/// Whether the dot at `dot` ends a sentence rather than an unsigned token.
fn is_sentence_end(text: &[u8], dot: usize) -> bool {
    matches!(at(text, dot + 1), 0 | b' ' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_encrypted_unsigned_and_cut_tokens_are_found() {
        for (text, length) in [
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0x.abc_-9 x", 44),
            ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZW1vIn0.\"", 40),
            ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZW1vIn0. Then", 39),
            ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZW1v", 36),
            ("eyJhbGciOiJkaXIifQ..aXZpdg.Y2lwaGVy.dGFn,", 40),
        ] {
            assert_eq!(find(text.as_bytes(), 0), Some(0..length), "{text}");
        }
        for text in ["eyJhbGciOiJIUzI1NiJ9", "eyJ.eyJ.x", "eyJhbGciOiJIUzI1NiJ9.class.name", "eyebrow.eyeliner.eye"] {
            assert_eq!(find(text.as_bytes(), 0), None, "{text}");
        }
    }
}
