//! The scan: from left to right, once.
//!
//! Every decision rests on the word at hand and on what has been written before it, where a variable part is a `*`. So a template is scanned as
//! the message was, and comes out as it went in.

use memchr::memchr;

use super::{
    class::{ALPHANUMERIC, AT, CLOSE, DIGIT, FOREIGN, OPEN, QUOTE, SPACE, STAR, WORD, class},
    word::{is_object, is_variable, may_be_code},
    words::{MAX_UNIT, MICROSECONDS, Role, is_base, is_calendar, is_flag, is_function_word, is_method, is_name_key, is_unit, is_verb},
    written::Written,
};

/// Whether the line tells a request as access logs do: `"GET / HTTP/1.1" 200`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    None,
    /// The quotation mark and the method have been read.
    Open,
    /// All of it has.
    Told,
}

/// A scan under way.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    written: Written,
    request: Request,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, written: Written::with_capacity(text.len()), request: Request::None }
    }

    /// Scans all of it; gives the template.
    pub(super) fn run(mut self) -> Vec<u8> {
        while let Some(&byte) = self.text.get(self.at) {
            let class = class(byte);
            if class & ALPHANUMERIC != 0 {
                self.word();
            } else if class & SPACE != 0 {
                self.written.space();
                self.at += 1;
            } else if class & FOREIGN != 0 {
                self.foreign();
            } else if class & STAR != 0 {
                self.written.variable();
                self.at += 1;
            } else if class & QUOTE != 0 {
                self.quote(byte);
            } else if byte == b'/' && self.begins_path() {
                self.at = self.end_of_path(self.at);
                self.written.variable();
            } else {
                self.at += 1;
                self.sign(byte, class);
            }
        }
        self.written.into_bytes()
    }

    /// A word beyond ASCII.
    fn foreign(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if self.written.is_behind_variable()
            && let Some(unit) = MICROSECONDS.iter().find(|unit| rest.starts_with(unit))
            && rest.get(unit.len()).is_none_or(|&next| class(next) & (ALPHANUMERIC | FOREIGN) == 0)
        {
            self.at += unit.len();
            self.written.drop_space();
            return;
        }
        let length = rest.iter().take_while(|&&byte| class(byte) & FOREIGN != 0).count();
        self.at += length;
        self.written.constant(rest.get(..length).unwrap_or_default());
    }

    fn word(&mut self) {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        // Signs at the end are no part of the word.
        let (mut length, mut classes, mut pending) = (0, 0, 0);
        for (at, &byte) in rest.iter().enumerate() {
            let class = class(byte);
            if class & ALPHANUMERIC != 0 {
                classes |= class | pending;
                length = at + 1;
                pending = 0;
            } else if class & WORD != 0 {
                pending |= class;
            } else {
                break;
            }
        }
        if rest.get(length) == Some(&b':')
            && let Some(end) = self.end_of_address(start, start + length)
        {
            self.at = end;
            self.written.variable();
            return;
        }
        let mut word = rest.get(..length).unwrap_or_default();
        if classes & AT != 0
            && let Some(name) = is_object(word)
        {
            word = name;
            classes = word.iter().fold(0, |classes, &byte| classes | class(byte));
        }
        self.at = start + word.len();
        if word.len() <= MAX_UNIT && self.written.is_behind_variable() && (is_unit(word) || is_calendar(word)) {
            // It belongs to the number before it.
            self.written.drop_space();
        } else if self.varies(word, classes) {
            self.written.variable();
        } else {
            if self.request == Request::None && self.written.is_right_behind(b'"') && is_method(word) {
                self.request = Request::Open;
            }
            self.written.constant(word);
        }
    }

    fn varies(&self, word: &[u8], classes: u16) -> bool {
        if classes & DIGIT != 0 { !self.is_code(word, classes) && is_variable(word, classes) } else { self.is_name(word) || is_variable(word, classes) }
    }

    /// Whether a word with a digit is a code that tells causes apart, by the word before it.
    fn is_code(&self, word: &[u8], classes: u16) -> bool {
        let (signs, _) = self.written.gap();
        if self.request == Request::Told && word.len() == 3 && classes == DIGIT {
            // Of a request that was answered only the server's own failures are a cause: all other outcomes are one.
            let beside = self.written.role() == Role::Code || signs.ends_with(b"\"");
            return beside && word.starts_with(b"5");
        }
        if signs.is_empty() && is_base(self.written.word(), word) {
            return true;
        }
        self.written.role() == Role::Code
            && signs.len() <= 2
            && signs.iter().all(|sign| matches!(sign, b':' | b'=' | b'(' | b'[' | b'#' | b'"' | b'\''))
            && may_be_code(word, classes)
    }

    /// Whether a word without a digit is the name of somebody or something, or the value of a flag, by the word before it.
    fn is_name(&self, word: &[u8]) -> bool {
        match self.written.gap() {
            ([], true) => match self.written.role() {
                Role::Named => !is_function_word(word),
                Role::Name => !is_function_word(word) && self.verb_follows(),
                _ => false,
            },
            ([b'='], false) => is_flag(word) || is_name_key(self.written.word()),
            _ => false,
        }
    }

    /// Whether a verb follows the word at hand.
    fn verb_follows(&self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let spaces = rest.iter().take_while(|&&byte| class(byte) & SPACE != 0).count();
        let rest = rest.get(spaces..).unwrap_or_default();
        let length = rest.iter().take_while(|&&byte| class(byte) & ALPHANUMERIC != 0).count();
        spaces > 0 && rest.get(..length).is_some_and(is_verb)
    }

    fn sign(&mut self, byte: u8, class: u16) {
        if class & CLOSE != 0 {
            self.written.close(byte);
        } else if byte == b'%' && self.written.is_behind_variable() {
            self.written.drop_space();
        } else {
            self.written.sign(byte);
        }
    }

    fn quote(&mut self, mark: u8) {
        self.at += 1;
        if self.written.is_at_boundary()
            && self.quotes_value()
            && let Some(length) = memchr(mark, self.text.get(self.at..).unwrap_or_default())
            && length > 0
        {
            self.at += length + 1;
            self.written.sign(mark);
            self.written.variable();
            self.written.sign(mark);
            return;
        }
        if mark == b'"' && self.request == Request::Open {
            self.request = Request::Told;
        }
        self.written.sign(mark);
    }

    /// Whether what stands in quotation marks here is another each time, by the word before them.
    fn quotes_value(&self) -> bool {
        match self.written.gap() {
            ([], true) => matches!(self.written.role(), Role::Name | Role::Named | Role::Value),
            ([b'='], false) => true,
            ([b':'], true) => matches!(self.written.role(), Role::Value | Role::Named),
            // Another of a list.
            ([b'"' | b'\'' | b'`', b','], true) => self.written.role() == Role::Variable,
            _ => false,
        }
    }

    fn begins_path(&self) -> bool {
        self.written.is_at_boundary() && self.text.get(self.at + 1).is_some_and(|&next| class(next) & ALPHANUMERIC != 0)
    }

    /// Where a path or an address with a scheme ends: at white space, a quotation mark, a bracket or a comma; without the signs of the sentence.
    fn end_of_path(&self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or_default();
        let ends = |&byte: &u8| class(byte) & (SPACE | QUOTE | OPEN | CLOSE) != 0 || matches!(byte, b',' | b';' | b'|');
        let path = rest.get(..rest.iter().position(ends).unwrap_or(rest.len())).unwrap_or_default();
        start + path.len() - path.iter().rev().take_while(|byte| matches!(byte, b'.' | b':' | b'?' | b'!')).count()
    }

    /// Where an address ends that begins with the word from `start` to `colon`: `https://…`, `C:\…`, `fe80::1`, `aa:bb:cc:dd:ee:ff`.
    fn end_of_address(&self, start: usize, colon: usize) -> Option<usize> {
        let behind = self.text.get(colon + 1..)?;
        if behind.starts_with(b"//") || (colon == start + 1 && behind.starts_with(b"\\")) {
            return Some(self.end_of_path(colon));
        }
        let rest = self.text.get(start..)?;
        let length = rest.iter().position(|&byte| !byte.is_ascii_hexdigit() && byte != b':').unwrap_or(rest.len());
        let (run, behind) = rest.split_at_checked(length)?;
        if run.ends_with(b":") || behind.first().is_some_and(|&byte| class(byte) & (ALPHANUMERIC | STAR) != 0) {
            return None;
        }
        let (mut groups, mut longest) = (0, 0);
        for group in run.split(|&byte| byte == b':') {
            groups += 1;
            longest = longest.max(group.len());
        }
        let is_address = longest <= 4 && (groups >= 6 || (groups >= 3 && run.iter().any(u8::is_ascii_digit)));
        is_address.then_some(start + length)
    }
}
