//! JSON: walks the text of a document, asks the rules about each key, and has each string searched. Nothing is rewritten but the values masked.

use std::ops::Range;

use super::{
    byte::{at, run, slice, starts},
    card,
    edit::Reason,
    entity::Entity,
    finder::{Finder, MAX_LEVELS},
    key::{self, KeyClass},
    phone, value,
    view::View,
};

/// Most arrays and objects open at once, over all documents inside each other.
const MAX_DEPTH: u32 = 127;

/// What a string holds, as bits.
mod holds {
    /// The string ends, or an escape begins.
    pub(super) const STOP: u8 = 1;
    /// Bytes some recogniser begins with: `@ = : % { [ + ( >`.
    pub(super) const MARK: u8 = 2;
    /// A digit.
    pub(super) const DIGIT: u8 = 4;
    /// An escape.
    pub(super) const ESCAPE: u8 = 8;
    /// A blank or a dash, without which nothing but a token is longer than a word.
    pub(super) const GAP: u8 = 16;
}

/// What each byte adds to what a string holds.
static CONTENT: [u8; 256] = {
    let mut content = [0; 256];
    let mut byte = u8::MIN;
    loop {
        content[byte as usize] = match byte {
            b'"' | b'\\' | 0..0x20 => holds::STOP,
            b'@' | b'=' | b':' | b'%' | b'{' | b'[' | b'+' | b'(' | b'>' => holds::MARK,
            b'0'..=b'9' => holds::DIGIT,
            b' ' | b'-' => holds::GAP,
            _ => 0,
        };
        if byte == u8::MAX {
            break content;
        }
        byte += 1;
    }
};

/// Shortest string without any mark that can hold a secret: the shortest token with a prefix.
const SHORTEST_TOKEN: usize = 15;

/// Shortest string with a mark or digits that can: an e-mail address, an IPv4 address.
const SHORTEST_MARKED: usize = 6;

/// What is known of a value before it is read.
#[derive(Clone)]
struct Place<'k> {
    /// Its key, or that of the list it is in.
    key: &'k [u8],
    /// Whether and why its leaves are masked, whatever they are.
    class: Option<KeyClass>,
    /// The trie nodes that describe it.
    reached: Range<usize>,
}

impl Finder<'_> {
    /// The document that begins at `start`, an object, an array or a string. Gives its end; `None` when it is no JSON, and nothing is noted then.
    pub(super) fn document(&mut self, view: View<'_>, start: usize) -> Option<usize> {
        if self.tries == 0 {
            return None;
        }
        let (edits, nodes, depth) = (self.edits.len(), self.reached.len(), self.depth);
        // Paths begin here; those that led to the string this document is in go on.
        let inherited = self.inherited.clone();
        for at in inherited {
            let node = self.reached[at];
            self.reached.push(node);
        }
        self.rules.paths.begin(&mut self.reached);
        let place = Place { key: b"", class: None, reached: nodes..self.reached.len() };
        let end = self.value(view, start, &place);
        self.reached.truncate(nodes);
        self.depth = depth;
        if end.is_none() {
            self.edits.truncate(edits);
            // A document inside a string of this one may have used up the last try.
            self.tries = self.tries.saturating_sub(1);
        }
        end
    }

    /// Reads a line that is one JSON string and nothing else; false when it is none.
    pub(super) fn string_line(&mut self, view: View<'_>) -> bool {
        let start = blanks(view.text, 0);
        let end = if at(view.text, start) == b'"' { self.document(view, start) } else { None };
        if end.is_some_and(|end| blanks(view.text, end) == view.text.len()) {
            return true;
        }
        self.edits.clear();
        false
    }

    fn value(&mut self, view: View<'_>, start: usize, place: &Place<'_>) -> Option<usize> {
        let text = view.text;
        match at(text, start) {
            b'"' => {
                let (close, content) = string(text, start + 1)?;
                self.string(view, start + 1..close, content, place);
                Some(close + 1)
            }
            b'{' => self.nested(|finder| finder.object(view, start + 1, place)),
            b'[' => self.nested(|finder| finder.array(view, start + 1, place)),
            b't' => self.literal(view, start, b"true", place),
            b'f' => self.literal(view, start, b"false", place),
            b'n' => starts(text, start, b"null").then_some(start + 4),
            // Python writes these three, and they hold nothing.
            b'N' => starts(text, start, b"NaN").then_some(start + 3),
            b'I' => starts(text, start, b"Infinity").then_some(start + 8),
            b'-' if at(text, start + 1) == b'I' => starts(text, start, b"-Infinity").then_some(start + 9),
            _ => self.number(view, start, place),
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<usize>) -> Option<usize> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let end = read(self);
        self.depth -= 1;
        end
    }

    fn object(&mut self, view: View<'_>, start: usize, place: &Place<'_>) -> Option<usize> {
        let text = view.text;
        let mut here = blanks(text, start);
        if at(text, here) == b'}' {
            return Some(here + 1);
        }
        loop {
            if at(text, here) != b'"' {
                return None;
            }
            let (close, content) = string(text, here + 1)?;
            let colon = blanks(text, close + 1);
            if at(text, colon) != b':' {
                return None;
            }
            let written = here + 1..close;
            let first = blanks(text, colon + 1);
            let end = if content & holds::ESCAPE == 0 {
                self.member(view, first, slice(text, written), place)
            } else {
                let decoded = view.part(written).unescape();
                self.member(view, first, decoded.view().text, place)
            }?;
            here = blanks(text, end);
            match at(text, here) {
                b',' => here = blanks(text, here + 1),
                b'}' => return Some(here + 1),
                _ => return None,
            }
        }
    }

    fn member(&mut self, view: View<'_>, first: usize, key: &[u8], around: &Place<'_>) -> Option<usize> {
        let class = around.class.filter(|class| *class != KeyClass::Phone).or_else(|| self.rules.keys.classify(key));
        if around.reached.is_empty() {
            return self.value(view, first, &Place { key, class, reached: 0..0 });
        }
        let from = self.reached.len();
        self.rules.paths.member(&mut self.reached, around.reached.start, around.reached.end, key);
        self.reached_value(view, first, key, class, from)
    }

    /// A value that the trie nodes from `from` on describe.
    fn reached_value(&mut self, view: View<'_>, first: usize, key: &[u8], class: Option<KeyClass>, from: usize) -> Option<usize> {
        let reached = from..self.reached.len();
        let class = if self.rules.paths.ends(&self.reached[reached.clone()]) { Some(KeyClass::User) } else { class };
        let end = self.value(view, first, &Place { key, class, reached });
        self.reached.truncate(from);
        end
    }

    fn array(&mut self, view: View<'_>, start: usize, place: &Place<'_>) -> Option<usize> {
        let text = view.text;
        let mut here = blanks(text, start);
        if at(text, here) == b']' {
            return Some(here + 1);
        }
        for index in 0.. {
            let end = if place.reached.is_empty() {
                self.value(view, here, place)
            } else {
                let from = self.reached.len();
                self.rules.paths.item(&mut self.reached, place.reached.start, place.reached.end, index);
                self.reached_value(view, here, place.key, place.class, from)
            }?;
            here = blanks(text, end);
            match at(text, here) {
                b',' => here = blanks(text, here + 1),
                b']' => return Some(here + 1),
                _ => return None,
            }
        }
        None
    }

    /// `true` and `false` say nothing of a secret; the user's own keys are masked whatever they hold.
    fn literal(&mut self, view: View<'_>, start: usize, word: &[u8], place: &Place<'_>) -> Option<usize> {
        let end = start + word.len();
        if !starts(view.text, start, word) {
            return None;
        }
        if place.class == Some(KeyClass::User) && self.rules.is_on(Entity::Secret) {
            self.note(view, start..end, Reason::Entity(Entity::Secret), true);
        }
        Some(end)
    }

    fn number(&mut self, view: View<'_>, start: usize, place: &Place<'_>) -> Option<usize> {
        let end = number(view.text, start)?;
        let digits = slice(view.text, start..end);
        let reason = match place.class {
            Some(KeyClass::Phone) => phone::is_number(digits).then_some(Entity::PhoneNumber),
            Some(_) => Some(Entity::Secret),
            None => (digits.len() >= card::SHORTEST && card::is_number(digits) && !key::is_identifier(place.key)).then_some(Entity::CreditCardNumber),
        };
        let reason = reason.filter(|entity| self.rules.is_on(*entity)).map(Reason::Entity).or_else(|| self.pattern_in(digits));
        if let Some(reason) = reason {
            self.note(view, start..end, reason, true);
        }
        Some(end)
    }

    fn string(&mut self, view: View<'_>, inner: Range<usize>, content: u8, place: &Place<'_>) {
        let written = slice(view.text, inner.clone());
        let directory = || key::is_working_directory(place.key) && written.starts_with(b"/");
        let whole = match place.class {
            None => None,
            Some(KeyClass::Phone) => self.is_phone(written).then_some(Entity::PhoneNumber),
            Some(KeyClass::User) => Some(Entity::Secret),
            Some(_) => (!value::is_placeholder(written) && !directory()).then_some(Entity::Secret),
        };
        if let Some(entity) = whole {
            self.mask(view, inner, entity);
            return;
        }
        let shortest = if content & (holds::MARK | holds::DIGIT | holds::ESCAPE) == 0 { SHORTEST_TOKEN } else { SHORTEST_MARKED };
        let no_pattern = self.patterns == 0;
        if no_pattern && (written.len() < shortest || is_plain(written, content)) {
            return;
        }
        // A string that a path leads through may be a document in which the path goes on.
        let outer = std::mem::replace(&mut self.inherited, place.reached.clone());
        if content & holds::ESCAPE != 0 && view.level() < MAX_LEVELS {
            let decoded = view.part(inner).unescape();
            self.text(decoded.view(), place.key);
        } else {
            self.text(view.string(inner), place.key);
        }
        self.inherited = outer;
    }
}

/// Whether a string is, as a whole, one of the values most fields of a log line have: a time, a UUID, a hash, a word.
fn is_plain(text: &[u8], content: u8) -> bool {
    let hex = |byte: &u8| byte.is_ascii_hexdigit();
    match text.len() {
        20..=35 if at(text, 4) == b'-' && at(text, 10) == b'T' => {
            text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'.' | b'T' | b'Z' | b'+'))
        }
        36 if content & (holds::MARK | holds::ESCAPE) == 0 => {
            text.iter().enumerate().all(|(index, byte)| if matches!(index, 8 | 13 | 18 | 23) { *byte == b'-' } else { hex(byte) })
        }
        32 | 40 | 64 if content & (holds::MARK | holds::ESCAPE | holds::GAP) == 0 => text.iter().all(hex),
        _ => false,
    }
}

fn blanks(text: &[u8], from: usize) -> usize {
    match at(text, from) {
        b' ' | b'\n' | b'\t' | b'\r' => run(text, from, usize::MAX, |byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')),
        _ => from,
    }
}

/// The closing quote of a string whose inside begins at `from`, and what the string holds.
fn string(text: &[u8], from: usize) -> Option<(usize, u8)> {
    let mut content = 0;
    let mut here = from;
    loop {
        while let Some(chunk) = text.get(here..here + 8) {
            let eight = chunk.iter().fold(0, |eight, byte| eight | CONTENT[usize::from(*byte)]);
            if eight & holds::STOP != 0 {
                break;
            }
            content |= eight;
            here += 8;
        }
        loop {
            let kind = CONTENT[usize::from(*text.get(here)?)];
            if kind & holds::STOP != 0 {
                break;
            }
            content |= kind;
            here += 1;
        }
        match text[here] {
            b'"' => return Some((here, content)),
            b'\\' => {
                let known = matches!(at(text, here + 1), b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'u');
                if !known {
                    return None;
                }
                content |= holds::ESCAPE;
                here += 2;
            }
            _ => return None,
        }
    }
}

/// End of the number at `start`.
fn number(text: &[u8], start: usize) -> Option<usize> {
    let digits = |from| run(text, from, usize::MAX, |byte| byte.is_ascii_digit());
    let first = start + usize::from(at(text, start) == b'-');
    let mut end = digits(first);
    if end == first {
        return None;
    }
    if at(text, end) == b'.' {
        end = digits(end + 1);
    }
    if matches!(at(text, end), b'e' | b'E') {
        let sign = usize::from(matches!(at(text, end + 1), b'+' | b'-'));
        end = digits(end + 1 + sign);
    }
    Some(end)
}
