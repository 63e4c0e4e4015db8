//! Classes of bytes: one table look-up says what a byte can be part of.

/// Small letters.
pub(super) const LOWER: u16 = 1;
/// Capital letters.
pub(super) const UPPER: u16 = 1 << 1;
/// Digits.
pub(super) const DIGIT: u16 = 1 << 2;
/// `_`.
pub(super) const UNDERSCORE: u16 = 1 << 3;
/// `-`, inside a word.
pub(super) const HYPHEN: u16 = 1 << 4;
/// `.`, inside a word.
pub(super) const DOT: u16 = 1 << 5;
/// `/`, inside a word.
pub(super) const SLASH: u16 = 1 << 6;
/// `@`, inside a word.
pub(super) const AT: u16 = 1 << 7;
/// Other signs that hold a word together when they stand inside it.
pub(super) const JOIN: u16 = 1 << 8;
/// White space and control characters.
pub(super) const SPACE: u16 = 1 << 9;
/// Quotation marks.
pub(super) const QUOTE: u16 = 1 << 10;
/// Opening brackets.
pub(super) const OPEN: u16 = 1 << 11;
/// Closing brackets.
pub(super) const CLOSE: u16 = 1 << 12;
/// `:`.
pub(super) const COLON: u16 = 1 << 13;
/// `*`, which stands for a variable part.
pub(super) const STAR: u16 = 1 << 14;
/// A byte of a letter beyond ASCII. In scripts without spaces a number stands in the middle of words, so these never are of one word with it.
pub(super) const FOREIGN: u16 = 1 << 15;
/// Every other sign.
pub(super) const SIGN: u16 = 0;

/// What a word begins and ends with.
pub(super) const ALPHANUMERIC: u16 = LOWER | UPPER | DIGIT | UNDERSCORE;
/// What a word goes on with.
pub(super) const WORD: u16 = ALPHANUMERIC | HYPHEN | DOT | SLASH | AT | JOIN;

/// The class of each byte.
const CLASSES: [u16; 256] = {
    let mut classes = [SIGN; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let class = match byte as u8 {
            0..=b' ' | 0x7f => SPACE,
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            0x80.. => FOREIGN,
            b'_' => UNDERSCORE,
            b'-' => HYPHEN,
            b'.' => DOT,
            b'/' => SLASH,
            b'@' => AT,
            b'+' | b'%' | b'&' | b'?' | b'~' | b'#' | b'$' | b'\\' => JOIN,
            b'"' | b'\'' | b'`' => QUOTE,
            b'(' | b'[' | b'{' | b'<' => OPEN,
            b')' | b']' | b'}' | b'>' => CLOSE,
            b':' => COLON,
            b'*' => STAR,
            _ => SIGN,
        };
        classes[byte] = class;
        byte += 1;
    }
    classes
};

/// The class of a byte.
#[inline]
pub(super) const fn class(byte: u8) -> u16 {
    CLASSES[byte as usize]
}

/// Whether a sign between two variable parts only joins them: `1, 2`, `10:30`, `a1-b2`.
pub(super) const fn is_soft(byte: u8) -> bool {
    matches!(byte, b' ' | b',' | b':' | b'-' | b'/' | b'.' | b'+' | b'=' | b'_' | b'|' | b'&' | b'~' | b';')
}

/// Whether a sign in front of a variable part belongs to it: `-12`, `$5`, `#7`, `~/x`.
pub(super) const fn is_prefix(byte: u8) -> bool {
    matches!(byte, b'-' | b'+' | b'#' | b'$' | b'~' | b'.' | b'/' | b'\\' | b'%' | b'@')
}
