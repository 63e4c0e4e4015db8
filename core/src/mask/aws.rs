//! AWS credentials: the id of an access key can be told by its prefix, the secret key only by standing beside it.

use std::ops::Range;

use super::byte::{at, before, run, run_back, slice};

/// How far from the id of its access key a secret key is looked for, in bytes.
const NEAR: usize = 200;

/// Length of a secret key.
const SECRET: usize = 40;

/// The id of a long-lived (`AKIA`) or temporary (`ASIA`) access key at `start`. Ids of users and roles (`AIDA`, `AROA`) are no secrets.
/// Source: IAM User Guide, unique identifiers.
pub(super) fn access_key_id(text: &[u8], start: usize) -> Option<Range<usize>> {
    let prefix = slice(text, start..start + 4);
    let end = run(text, start, 21, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let alone = !before(text, start).is_ascii_alphanumeric() && !at(text, end).is_ascii_alphanumeric();
    ((prefix == b"AKIA" || prefix == b"ASIA") && end == start + 20 && alone).then_some(start..end)
}

/// The secret key beside the id of its access key: 40 letters of base64, of every kind.
pub(super) fn secret_near(text: &[u8], id: &Range<usize>) -> Option<Range<usize>> {
    let after = secret_in(text, id.end..text.len().min(id.end + NEAR));
    after.or_else(|| secret_in(text, id.start.saturating_sub(NEAR)..id.start))
}

fn secret_in(text: &[u8], window: Range<usize>) -> Option<Range<usize>> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+');
    let mut here = run_back(text, window.start, SECRET + 1, letter);
    while here < window.end {
        let start = run(text, here, usize::MAX, |byte| !letter(byte));
        let end = run(text, start, usize::MAX, letter);
        let piece = slice(text, start..end);
        let mixed = piece.iter().any(u8::is_ascii_uppercase) && piece.iter().any(u8::is_ascii_lowercase) && piece.iter().any(u8::is_ascii_digit);
        if end - start == SECRET && mixed && start < window.end {
            return Some(start..end);
        }
        here = end.max(here + 1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "AKIAIOSFODNN7EXAMPLE";
    const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    #[test]
    fn the_secret_is_found_on_either_side_of_its_id() {
        let after = format!("{ID},{SECRET_KEY}\n");
        assert_eq!(access_key_id(after.as_bytes(), 0), Some(0..20));
        assert_eq!(secret_near(after.as_bytes(), &(0..20)), Some(21..61));
        let before = format!("{SECRET_KEY} for {ID}");
        assert_eq!(secret_near(before.as_bytes(), &(45..65)), Some(0..40));
    }

    #[test]
    fn hashes_and_far_away_keys_are_not_taken() {
        for text in [format!("{ID} da39a3ee5e6b4b0d3255bfef95601890afd80709"), format!("{ID} {}{SECRET_KEY}", " ".repeat(NEAR)), format!("{ID}{SECRET_KEY}x")] {
            assert_eq!(secret_near(text.as_bytes(), &(0..20)), None, "{text}");
        }
        for text in ["AIDAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPL", "AKIAIOSFODNN7EXAMPLEX", "AKIAiOSFODNN7EXAMPLE"] {
            assert_eq!(access_key_id(text.as_bytes(), 0), None, "{text}");
        }
    }
}
