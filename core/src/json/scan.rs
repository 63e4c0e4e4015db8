//! A forward-only scanner over JSON text: checks the grammar, moves past values, allocates nothing.

use super::raw::{Kind, Raw};

/// Deepest nesting of arrays and objects that is read; a deeper line counts as not being JSON. Ours, not `CloudWatch`'s: it is
/// what `serde_json` reads by default, so that every reader of the same line agrees on whether it is JSON.
pub const MAX_DEPTH: u32 = 127;

/// Position in JSON text. Every method returns `None` when the text is not JSON at this place; the scanner is then spent.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Moves past one value of any kind that starts, perhaps after white space, at byte `at`; gives the offset behind it. None: not JSON there, or
/// nested deeper than [`MAX_DEPTH`] with `depth` arrays and objects open around it.
pub(crate) fn skip(bytes: &[u8], at: usize, depth: u32) -> Option<usize> {
    let mut scanner = Scanner { bytes, at };
    scanner.skip_value(depth)?;
    Some(scanner.at)
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0 }
    }

    /// Byte offset of the next byte.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The next byte that is not white space, not consumed.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        match self.bytes.get(self.at) {
            Some(&byte) if byte > b' ' => Some(byte),
            _ => self.peek_past_space(),
        }
    }

    fn peek_past_space(&mut self) -> Option<u8> {
        let rest = self.bytes.get(self.at..)?;
        let space = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).unwrap_or(rest.len());
        self.at += space;
        rest.get(space).copied()
    }

    /// Consumes the byte [`Self::peek`] showed.
    #[inline]
    pub(super) fn bump(&mut self) {
        self.at += 1;
    }

    /// True when only white space is left.
    pub(super) fn at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// An object's key and the colon after it.
    #[inline]
    pub(super) fn key(&mut self) -> Option<Raw> {
        let (start, end, escaped) = self.key_span()?;
        Raw::string(start, end, escaped)
    }

    #[inline]
    fn key_span(&mut self) -> Option<(usize, usize, bool)> {
        if self.peek()? != b'"' {
            return None;
        }
        let key = self.string()?;
        if self.peek()? != b':' {
            return None;
        }
        self.bump();
        Some(key)
    }

    /// Moves past one value of any kind and says which. `depth` is how many arrays and objects are open around it.
    #[inline]
    pub(super) fn value(&mut self, depth: u32) -> Option<Raw> {
        let first = self.peek()?;
        let start = self.at;
        let kind = match first {
            b'"' => {
                let (start, end, escaped) = self.string()?;
                return Raw::string(start, end, escaped);
            }
            b'{' | b'[' => {
                self.skip_value(depth)?;
                if first == b'{' { Kind::Object } else { Kind::Array }
            }
            b't' => {
                self.literal("true")?;
                Kind::True
            }
            b'f' => {
                self.literal("false")?;
                Kind::False
            }
            b'n' => {
                self.literal("null")?;
                Kind::Null
            }
            _ => {
                self.number()?;
                Kind::Number
            }
        };
        Raw::new(kind, start, self.at)
    }

    /// Moves past one value of any kind. `depth` is how many arrays and objects are open around it. Not recursive: what is open
    /// is one bit a level, so hostile nesting costs neither stack nor heap.
    pub(super) fn skip_value(&mut self, depth: u32) -> Option<()> {
        let mut objects: u128 = 0;
        let mut open: u32 = 0;
        loop {
            let opened = match self.peek()? {
                b'{' => self.open(b'}', depth + open)?.then_some(1),
                b'[' => self.open(b']', depth + open)?.then_some(0),
                _ => self.scalar().map(|()| None)?,
            };
            if let Some(bit) = opened {
                objects = objects << 1 | bit;
                open += 1;
                if bit == 1 {
                    self.key_span()?;
                }
                continue;
            }
            // A value ended here; so may everything around it.
            loop {
                if open == 0 {
                    return Some(());
                }
                let in_object = objects & 1 == 1;
                match self.peek()? {
                    b',' => {
                        self.bump();
                        if in_object {
                            self.key_span()?;
                        }
                        break;
                    }
                    b'}' if in_object => self.bump(),
                    b']' if !in_object => self.bump(),
                    _ => return None,
                }
                objects >>= 1;
                open -= 1;
            }
        }
    }

    /// Consumes an opening bracket with `depth` others open around it. True: a first member follows; false: `close` followed at
    /// once and is consumed too.
    #[inline]
    pub(super) fn open(&mut self, close: u8, depth: u32) -> Option<bool> {
        if depth >= MAX_DEPTH {
            return None;
        }
        self.bump();
        if self.peek()? == close {
            self.bump();
            return Some(false);
        }
        Some(true)
    }

    /// After a member: true when a comma was consumed and another member follows, false when `close` was consumed.
    #[inline]
    pub(super) fn more(&mut self, close: u8) -> Option<bool> {
        let byte = self.peek()?;
        self.bump();
        match byte {
            b',' => Some(true),
            _ if byte == close => Some(false),
            _ => None,
        }
    }

    fn scalar(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            _ => self.number(),
        }
    }

    fn literal(&mut self, word: &str) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        rest.starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    fn number(&mut self) -> Option<()> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Some(())
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        let count = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        self.at += count;
        (count > 0).then_some(())
    }

    /// A string, from its opening quote past its closing one: where its contents start and end, and whether they hold a backslash.
    #[inline]
    fn string(&mut self) -> Option<(usize, usize, bool)> {
        let bytes = self.bytes;
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            at += plain_run(bytes.get(at..)?);
            match bytes.get(at)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    at += escape_length(bytes.get(at + 1..)?)?;
                }
                _ => return None, // a control character must be escaped
            }
        }
        self.at = at + 1;
        Some((start, at, escaped))
    }
}

/// Length of an escape whose backslash precedes `after`, backslash included. A lone surrogate passes, as in `serde_json`'s skipping.
pub(super) fn escape_length(after: &[u8]) -> Option<usize> {
    match after.first()? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => after.get(1..5)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

/// How many of eight bytes come before the first quote, backslash or control character.
#[inline]
fn plain_bytes(eight: [u8; 8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES << 7;
    let word = u64::from_le_bytes(eight);
    let quote = word ^ (ONES * u64::from(b'"'));
    let backslash = word ^ (ONES * u64::from(b'\\'));
    // In each term the lowest byte whose high bit is set is exact; borrows spoil only bytes above it.
    let hit = (word.wrapping_sub(ONES * 0x20) & !word) | (quote.wrapping_sub(ONES) & !quote) | (backslash.wrapping_sub(ONES) & !backslash);
    (hit & HIGHS).trailing_zeros() as usize / 8
}

/// How many bytes of a string come before the next quote, backslash or control character. Eight bytes at a time: most of a log
/// line is string contents, and this is where its time goes.
#[inline]
fn plain_run(bytes: &[u8]) -> usize {
    let mut done = 0;
    for chunk in bytes.chunks_exact(8) {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        let plain = plain_bytes(eight);
        done += plain;
        if plain < 8 {
            return done;
        }
    }
    let tail = bytes.get(done..).unwrap_or_default();
    done + tail.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20).unwrap_or(tail.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn is_json(text: &str) -> bool {
        let mut scanner = Scanner::new(text);
        scanner.skip_value(0).is_some() && scanner.at_end()
    }

    #[test]
    fn accepts_and_rejects_what_the_grammar_does() {
        for good in ["0", "-0.5e+10", "1E3", " [1 , {\"a\" : []} ] ", "{}", "\"\\u00e9\\n\\\\\"", "null", "\"\u{7f}é\""] {
            assert!(is_json(good), "{good}");
        }
        for bad in ["", "01", "-", "1.", ".5", "1e", "+1", "[1,]", "{,}", "{\"a\"}", "{\"a\":}", "[1 2]", "\"\\x41\"", "\"\\u12g4\""] {
            assert!(!is_json(bad), "{bad}");
        }
        for bad in ["\"a\nb\"", "\"open", "tru", "nul", "[}", "{]", "1 2", "'a'", "NaN", "[\"a\"", "{\"a\":1"] {
            assert!(!is_json(bad), "{bad}");
        }
    }

    #[test]
    fn nesting_ends_where_serde_json_ends_it() {
        for depth in [MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1] {
            let text = "[".repeat(depth as usize) + &"]".repeat(depth as usize);
            assert_eq!(is_json(&text), depth <= MAX_DEPTH, "{depth}");
            assert_eq!(serde_json::from_str::<Value>(&text).is_ok(), depth <= MAX_DEPTH, "{depth}");
        }
    }

    #[test]
    fn plain_run_stops_at_each_special_byte_at_every_offset() {
        for special in [b'"', b'\\', 0, 0x1f, b'\n'] {
            for before in 0..20 {
                let mut bytes = vec![b'!'; 24];
                bytes[before] = special;
                assert_eq!(plain_run(&bytes), before, "{special} at {before}");
            }
        }
        assert_eq!(plain_run("é ~\u{7f}é ~\u{7f}é".as_bytes()), 12);
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json_on_almost_json(text in r#"[\[\]{}",:\\ntrue0-9.eE+\-u a]{0,24}"#) {
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(is_json(&text), theirs, "{}", text);
        }

        #[test]
        fn agrees_with_serde_json_on_json_with_one_byte_cut(cut in 0_usize..80, key in ".{0,6}", item in ".{0,12}", number in any::<f64>()) {
            let mut text = serde_json::json!({ key.clone(): [item, number, null, true, { "k": key }] }).to_string();
            if text.is_char_boundary(cut) && cut < text.len() {
                text.remove(cut);
            }
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(is_json(&text), theirs, "{}", text);
        }
    }
}
