//! JSON strings as written, decoded only when somebody reads them.

use std::borrow::Cow;

/// What stands between the quotes of a checked JSON string.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawText<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> RawText<'a> {
    /// `escaped` says whether `raw` holds a backslash.
    pub(super) fn new(raw: &'a str, escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// The string, when it was written without escapes.
    #[inline]
    pub(super) fn plain(self) -> Option<&'a str> {
        if self.escaped { None } else { Some(self.raw) }
    }

    /// The string meant; borrowed when it was written without escapes.
    #[inline]
    pub(super) fn decode(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.raw)) } else { Cow::Borrowed(self.raw) }
    }
}

/// Undoes JSON's escapes. Half a surrogate pair, which Python writes for undecodable bytes, becomes U+FFFD: one odd character
/// must not hide the rest of the line.
fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, after)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut chars = after.chars();
        let escape = chars.next();
        rest = chars.as_str();
        match escape {
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let (decoded, length) = code_point(rest.as_bytes());
                text.push(decoded);
                rest = rest.get(length..).unwrap_or_default();
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    text.push_str(rest);
    text
}

/// Decodes the hex digits after `\u`, taking the second half of a surrogate pair along; gives how many bytes that took.
pub(super) fn code_point(rest: &[u8]) -> (char, usize) {
    const LOST: char = char::REPLACEMENT_CHARACTER;
    let Some(high) = four_hex(rest) else {
        return (LOST, 0);
    };
    if let Some(decoded) = char::from_u32(high) {
        return (decoded, 4);
    }
    let low = rest.get(4..).and_then(|after| after.strip_prefix(b"\\u")).and_then(four_hex);
    match low {
        Some(low) if high < 0xDC00 && (0xDC00..0xE000).contains(&low) => {
            let pair = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            (char::from_u32(pair).unwrap_or(LOST), 10)
        }
        _ => (LOST, 4),
    }
}

fn four_hex(text: &[u8]) -> Option<u32> {
    text.get(..4)?.iter().try_fold(0, |number, &digit| Some(number << 4 | char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn borrows_without_escapes() {
        assert!(matches!(RawText::new("plain", false).decode(), Cow::Borrowed("plain")));
    }

    #[test]
    fn decodes_every_escape() {
        assert_eq!(unescape(r#"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00!"#), "\"\\/\u{8}\u{c}\n\r\té😀!");
    }

    #[test]
    fn half_a_pair_becomes_a_replacement_character() {
        assert_eq!(unescape(r"a\ud83db"), "a\u{fffd}b");
        assert_eq!(unescape(r"\ude00\ud83d\ud83d\ude00"), "\u{fffd}\u{fffd}😀");
    }

    proptest! {
        #[test]
        fn undoes_what_serde_json_writes(text in any::<String>()) {
            let written = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(unescape(&written[1..written.len() - 1]), text);
        }
    }
}
