//! Credentials behind their HTTP scheme, wherever they stand: `Bearer …` (RFC 6750) and `Basic …` (RFC 7617). The scheme stays.

use std::ops::Range;

use super::byte::{at, before, is_blank, is_identifier, run, slice, starts_any_case};

/// Shortest token behind `Bearer` that is taken for one.
const SHORTEST: usize = 8;

/// Longest credential.
const LONGEST: usize = 16 * 1024;

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

/// Base64 of `user:password`, with its padding or without (RFC 4648, section 4). Bits behind the last byte may be anything.
fn is_user_and_password(token: &[u8]) -> bool {
    let length = run(token, 0, LONGEST, |byte| byte != b'=');
    let (digits, padding) = token.split_at(length);
    // What is missing to the next four digits; a single digit is no byte.
    let missing = digits.len().wrapping_neg() % 4;
    if token.len() < 4 || missing == 3 || padding.len() > missing || padding.iter().any(|byte| *byte != b'=') {
        return false;
    }
    let mut colon = false;
    for four in digits.chunks(4) {
        let mut bits = 0;
        for at in 0..4 {
            bits = bits << 6
                | match four.get(at).map(|digit| sextet(*digit)) {
                    Some(Some(digit)) => u32::from(digit),
                    Some(None) => return false,
                    None => 0,
                };
        }
        let [_, plain @ ..] = bits.to_be_bytes();
        let plain = plain.get(..four.len() - 1).unwrap_or_default();
        if plain.iter().any(|byte| *byte < 0x20) {
            return false;
        }
        colon |= plain.contains(&b':');
    }
    colon
}

/// What a digit of base64 stands for.
const fn sextet(digit: u8) -> Option<u8> {
    Some(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use base64::{
        Engine as _, alphabet,
        engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    };
    use proptest::prelude::*;

    use super::*;

    const BASE64: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
    );

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

    /// As the `base64` crate decodes.
    fn expected(token: &[u8]) -> bool {
        token.len() >= 4 && BASE64.decode(token).is_ok_and(|plain| plain.contains(&b':') && plain.iter().all(|byte| *byte >= 0x20))
    }

    proptest! {
        #[test]
        fn user_and_password_are_told_by_the_same_bytes_as_a_decoder_tells_them(
            plain in "[ -~\t]{0,8}:?[ -~é]{0,8}",
            more in "[A-Za-z0-9+/=._-]{0,4}",
            cut in 0_usize..4,
        ) {
            let mut token = BASE64.encode(plain).into_bytes();
            token.truncate(token.len().saturating_sub(cut));
            token.extend_from_slice(more.as_bytes());
            prop_assert_eq!(is_user_and_password(&token), expected(&token), "{}", String::from_utf8_lossy(&token));
        }
    }
}
