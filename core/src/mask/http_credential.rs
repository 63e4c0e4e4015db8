//! Credentials behind their HTTP scheme, wherever they stand: `Bearer …` (RFC 6750) and `Basic …` (RFC 7617). The scheme stays.

use std::ops::Range;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::byte::{at, before, is_blank, is_identifier, run, slice, starts_any_case};

/// Shortest token behind `Bearer` that is taken for one.
const SHORTEST: usize = 8;

/// Longest credential.
const LONGEST: usize = 16 * 1024;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// The credential behind the scheme that begins at `start`.
pub(super) fn find(text: &[u8], start: usize) -> Option<Range<usize>> {
    let bearer = starts_any_case(text, start, b"bearer");
    let basic = starts_any_case(text, start, b"basic");
    if !bearer && !basic || is_identifier(before(text, start)) {
        return None;
    }
    let scheme = start + if bearer { 6 } else { 5 };
    let first = run(text, scheme, 8, |byte| is_blank(byte) || byte == b'+');
    if first == scheme {
        return None;
    }
    let letters = run(text, first, LONGEST, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'+' | b'/' | b'-'));
    let end = run(text, letters, 2, |byte| byte == b'=');
    // `bearer expires_in=3600`, `Bearer resource="https:…"`: a key, not a credential.
    let value = end + usize::from(at(text, end) == b'"');
    if end > letters && is_identifier(at(text, value)) {
        return None;
    }
    let trailing = slice(text, first..end).iter().rev().take_while(|byte| **byte == b'.').count();
    let range = first..end - trailing;
    let token = slice(text, range.clone());
    (if bearer { is_bearer_token(token) } else { is_user_and_password(token) }).then_some(range)
}

/// A word of the language is no token: `Bearer authentication`.
fn is_bearer_token(token: &[u8]) -> bool {
    let rest = token.get(1..).unwrap_or_default();
    let letters = token.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.' | b'/'));
    token.len() >= SHORTEST && (!letters || rest.iter().any(u8::is_ascii_uppercase) && rest.iter().any(u8::is_ascii_lowercase) || token.len() >= 32)
}

/// Base64 of `user:password`.
fn is_user_and_password(token: &[u8]) -> bool {
    token.len() >= 4 && BASE64.decode(token).is_ok_and(|plain| plain.contains(&b':') && plain.iter().all(|byte| *byte >= 0x20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_and_words_pass() {
        for (text, range) in
            [("Bearer abc123def456, x", 7..19), ("bearer  mF_9.B5f-4.1JqM", 8..23), ("Basic dXNlcjpwYXNzd29yZA==\"", 6..26), ("BASIC YTpi", 6..10)]
        {
            assert_eq!(find(text.as_bytes(), 0), Some(range), "{text}");
        }
        for text in [
            "Bearer authentication",
            "Bearer Authentication failed",
            "bearer token",
            "Basic authentication",
            "basic functionality",
            "Basic info",
            "Bearer ***",
            "bearer expires_in=3600",
            "Bearer resource=\"https://x\"",
            "Bearer",
            "Basically dXNlcjpwYXNz",
        ] {
            assert_eq!(find(text.as_bytes(), 0), None, "{text}");
        }
    }
}
