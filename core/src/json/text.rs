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
                let (decoded, left) = code_point(rest);
                text.push(decoded);
                rest = left;
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    text.push_str(rest);
    text
}

/// Decodes the hex digits after `\u`, taking the second half of a surrogate pair along; returns what follows.
fn code_point(rest: &str) -> (char, &str) {
    const LOST: char = char::REPLACEMENT_CHARACTER;
    let Some((high, after)) = four_hex(rest) else {
        return (LOST, rest);
    };
    if let Some(decoded) = char::from_u32(high) {
        return (decoded, after);
    }
    let low = after.strip_prefix("\\u").and_then(four_hex);
    match low {
        Some((low, after_pair)) if high < 0xDC00 && (0xDC00..0xE000).contains(&low) => {
            let pair = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            (char::from_u32(pair).unwrap_or(LOST), after_pair)
        }
        _ => (LOST, after),
    }
}

fn four_hex(text: &str) -> Option<(u32, &str)> {
    let (digits, after) = text.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, after))
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
