//! Text as the inside of a JSON string.

use std::fmt;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The high bit of each byte of `word` that is below `bound`, which is at most 0x80; a borrow may also set the bit of a byte above one that is.
const fn below(word: u64, bound: u8) -> u64 {
    word.wrapping_sub(ONES * bound as u64) & !word & HIGHS
}

/// Whether any of eight bytes has to be escaped: a control character, a quotation mark or a backslash. May be true when none has to.
fn may_escape(eight: [u8; 8]) -> bool {
    let word = u64::from_le_bytes(eight);
    below(word, 0x20) | below(word ^ (ONES * u64::from(b'"')), 1) | below(word ^ (ONES * u64::from(b'\\')), 1) != 0
}

const fn has_to(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Whether nothing has to be escaped; may be false when nothing has to.
#[inline]
fn is_clean(bytes: &[u8]) -> bool {
    let (wide, rest) = bytes.as_chunks::<WIDE>();
    if wide.iter().any(any_has_to) {
        return false;
    }
    match bytes.last_chunk::<WIDE>() {
        // The last once more from the end, which is quicker than the rest byte by byte.
        Some(last) => rest.is_empty() || !any_has_to(last),
        None => is_clean_by_eight(bytes),
    }
}

/// Bytes that processors look at in one go.
const WIDE: usize = 16;

/// Without a way out in between, so that the compiler looks at all at once.
#[inline]
fn any_has_to(bytes: &[u8; WIDE]) -> bool {
    bytes.iter().fold(false, |found, byte| found | has_to(*byte))
}

fn is_clean_by_eight(bytes: &[u8]) -> bool {
    let (eights, rest) = bytes.as_chunks::<8>();
    if eights.iter().any(|eight| may_escape(*eight)) {
        return false;
    }
    match bytes.last_chunk::<8>() {
        Some(last) => rest.is_empty() || !may_escape(*last),
        None => !rest.iter().copied().any(has_to),
    }
}

/// Appends the text, escaped. Line ends are escaped as well, so a line stays one line.
pub(super) fn escape(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    if is_clean(bytes) {
        out.extend_from_slice(bytes);
    } else {
        escape_some(out, bytes);
    }
}

fn escape_some(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut clean = 0;
    let mut at = 0;
    while at < bytes.len() {
        if let Some(eight) = bytes.get(at..at + 8)
            && let Ok(eight) = <[u8; 8]>::try_from(eight)
            && !may_escape(eight)
        {
            at += 8;
            continue;
        }
        let stop = (at + 8).min(bytes.len());
        while at < stop {
            let byte = bytes[at];
            if has_to(byte) {
                out.extend_from_slice(&bytes[clean..at]);
                one(out, byte);
                clean = at + 1;
            }
            at += 1;
        }
    }
    out.extend_from_slice(&bytes[clean..]);
}

fn one(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => out.extend_from_slice(&[b'\\', b'u', b'0', b'0', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]),
    }
}

/// Appends at most `most` bytes of the escaped text; what is cut is told at the end, in some 40 bytes more.
#[inline]
pub(super) fn escape_bounded(out: &mut Vec<u8>, text: &str, most: usize) {
    // Nearly all texts are short and clean.
    if text.len() <= most && is_clean(text.as_bytes()) {
        out.extend_from_slice(text.as_bytes());
    } else {
        escape_and_cut(out, text, most);
    }
}

fn escape_and_cut(out: &mut Vec<u8>, text: &str, most: usize) {
    let start = out.len();
    // One byte becomes six at most: what is short enough raw needs no second look, and what is far too long need not be escaped whole.
    let tried = floor_char_boundary(text, most);
    escape(out, &text[..tried]);
    if tried == text.len() && out.len() - start <= most {
        return;
    }
    let written = cut(out, start, most);
    let rest = text.len() - raw_length(&out[start..start + written]);
    note(out, rest);
}

fn note(out: &mut Vec<u8>, rest: usize) {
    out.extend_from_slice("…[".as_bytes());
    out.extend_from_slice(itoa::Buffer::new().format(rest).as_bytes());
    out.extend_from_slice(b" bytes more]");
}

/// Cuts what was escaped from `start` on to at most `most` bytes, not inside a character or an escape, and rather at a blank: half a secret may
/// not look like one. Gives the length left.
fn cut(out: &mut Vec<u8>, start: usize, most: usize) -> usize {
    /// How far back a blank is looked for.
    const BACK: usize = 256;
    let escaped = &out[start..];
    let most = most.min(escaped.len());
    let near = &escaped[most.saturating_sub(BACK)..most];
    let mut end = match near.iter().rposition(|byte| *byte == b' ') {
        Some(blank) => most.saturating_sub(BACK) + blank,
        _ => most,
    };
    while end > 0 && escaped.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
        end -= 1;
    }
    // An escape is two or six bytes long; find one that the end cuts.
    let from = end.saturating_sub(5);
    let mut at = last_start(escaped, from);
    while at < end {
        let length = match escaped[at] {
            b'\\' if escaped.get(at + 1) == Some(&b'u') => 6,
            b'\\' => 2,
            _ => 1,
        };
        if at + length > end {
            end = at;
        }
        at += length;
    }
    out.truncate(start + end);
    end
}

/// A place at or before `at` where no escape is open: behind an even run of backslashes.
fn last_start(escaped: &[u8], at: usize) -> usize {
    let run = escaped[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
    if run % 2 == 0 { at } else { at - 1 }
}

/// Bytes the escaped text had before.
fn raw_length(escaped: &[u8]) -> usize {
    let mut length = 0;
    let mut at = 0;
    while let Some(byte) = escaped.get(at) {
        at += match byte {
            b'\\' if escaped.get(at + 1) == Some(&b'u') => 6,
            b'\\' => 2,
            _ => 1,
        };
        length += 1;
    }
    length
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Writes what is formatted, escaped, up to a bound: formatting is stopped when it is reached, so that a huge value costs no more than a long one.
pub(super) struct Escaper<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
    most: usize,
    stopped: bool,
}

impl<'o> Escaper<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>, most: usize) -> Self {
        let start = out.len();
        Self { out, start, most, stopped: false }
    }

    /// Says so when something was cut.
    pub(super) fn finish(self) {
        if self.stopped {
            cut(self.out, self.start, self.most);
            self.out.extend_from_slice("…[cut]".as_bytes());
        }
    }
}

impl fmt::Write for Escaper<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.stopped {
            return Err(fmt::Error);
        }
        let left = self.most.saturating_sub(self.out.len() - self.start);
        if text.len() > left {
            escape(self.out, &text[..floor_char_boundary(text, left)]);
            self.stopped = true;
            return Err(fmt::Error);
        }
        escape(self.out, text);
        self.stopped = self.out.len() - self.start > self.most;
        if self.stopped { Err(fmt::Error) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    /// Longest note of a cut: `…[`, a number and ` bytes more]`.
    const CUT_NOTE_BYTES: usize = 40;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        escape(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_json_asks_for_is_escaped_and_nothing_else() {
        assert_eq!(escaped("a\"b\\c\nd\re\tf\u{1}g\u{1f}"), r#"a\"b\\c\nd\re\tf\u0001g\u001f"#);
        assert_eq!(escaped("é \u{7f} \u{2028} 🦀 /"), "é \u{7f} \u{2028} 🦀 /");
    }

    #[test]
    fn what_has_to_be_escaped_is_found_at_every_place_of_every_length() {
        for length in 1..3 * WIDE {
            assert_eq!(escaped(&"é".repeat(length)), "é".repeat(length));
            for at in 0..length {
                for (letter, expected) in [("\"", "\\\""), ("\\", "\\\\"), ("\n", "\\n")] {
                    let around = ["x".repeat(at), "x".repeat(length - at - 1)];
                    assert_eq!(escaped(&around.join(letter)), around.join(expected), "{letter:?} at {at} of {length}");
                }
            }
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_blank_and_says_how_much_is_missing() {
        let mut out = Vec::new();
        escape_bounded(&mut out, "one two three four", 10);
        assert_eq!(String::from_utf8(out).unwrap(), "one two…[11 bytes more]");
        let mut out = Vec::new();
        escape_bounded(&mut out, "exactly ten", 11);
        assert_eq!(out, b"exactly ten");
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in any::<String>()) {
            prop_assert_eq!(serde_json::from_str::<String>(&format!("\"{}\"", escaped(&text))).unwrap(), text);
        }

        #[test]
        fn a_bounded_text_is_a_prefix_and_within_the_bound(text in "[a\"\\\\\n\u{1}é🦀 ]{0,60}", most in 0_usize..70) {
            let mut out = Vec::new();
            escape_bounded(&mut out, &text, most);
            prop_assert!(out.len() <= most + CUT_NOTE_BYTES);
            let read = serde_json::from_str::<String>(&format!("\"{}\"", String::from_utf8(out).unwrap())).unwrap();
            match read.split_once("…[") {
                None => prop_assert_eq!(&read, &text),
                Some((kept, note)) => {
                    prop_assert!(text.starts_with(kept));
                    prop_assert_eq!(note, format!("{} bytes more]", text.len() - kept.len()));
                }
            }
            let mut out = Vec::new();
            let mut escaper = Escaper::new(&mut out, most);
            let _ = write!(escaper, "{text}{text}");
            escaper.finish();
            let read = serde_json::from_str::<String>(&format!("\"{}\"", String::from_utf8(out).unwrap())).unwrap();
            let whole = text.repeat(2);
            prop_assert!(read == whole || whole.starts_with(read.strip_suffix("…[cut]").unwrap()));
        }
    }
}
