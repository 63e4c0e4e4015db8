//! Ids of requests.

use super::hex::Text;

/// Longest id that is taken over, bytes.
pub const MAX_BYTES: usize = 128;

/// An id that came with a request, when it is well formed: 1 to 128 of the characters `A-Z a-z 0-9 . _ : / + = @ -`. Those are what the usual
/// makers of ids write (UUIDs, ULIDs, base64, ARNs), and nothing that could end a header or a log line.
pub fn well_formed(text: &[u8]) -> Option<&str> {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"._:/+=@-".contains(byte);
    if text.is_empty() || text.len() > MAX_BYTES || !text.iter().all(fits) {
        return None;
    }
    std::str::from_utf8(text).ok()
}

/// A UUID of version 7 (RFC 9562): the milliseconds since the epoch, then random bits. Such ids sort by time.
pub(super) fn uuid_v7(milliseconds: u64, random: u128) -> Text<36> {
    const VERSION: u128 = 0x7 << 76;
    const VARIANT: u128 = 0b10 << 62;
    const RANDOM: u128 = 0xfff << 64 | (u64::MAX >> 2) as u128;
    let bits = u128::from(milliseconds) << 80 | VERSION | VARIANT | random & RANDOM;
    let mut text = Text::dashes();
    let digits = Text::<32>::hexadecimal(bits);
    let digits = digits.as_bytes();
    text.put(0, &digits[..8]);
    text.put(9, &digits[8..12]);
    text.put(14, &digits[12..16]);
    text.put(19, &digits[16..20]);
    text.put(24, &digits[20..]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_that_cannot_end_a_header_or_a_line_are_taken_over() {
        for text in ["a", "7f2c-11", "arn:aws:x/y", "Root=1@host+2", &"x".repeat(MAX_BYTES)] {
            assert_eq!(well_formed(text.as_bytes()), Some(text));
        }
        for text in ["", "a b", "a\r\nSet-Cookie: b", "\u{e9}", "a\"", "{}", "a;b", "a,b", "<a>", &"x".repeat(MAX_BYTES + 1)] {
            assert_eq!(well_formed(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn made_ids_are_uuids_of_version_7() {
        // RFC 9562, appendix A.6, but for the random bits.
        assert_eq!(uuid_v7(0x017F_22E2_79B0, 0).as_str(), "017f22e2-79b0-7000-8000-000000000000");
        assert_eq!(uuid_v7(0x017F_22E2_79B0, u128::MAX).as_str(), "017f22e2-79b0-7fff-bfff-ffffffffffff");
    }
}
