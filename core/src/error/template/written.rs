//! What has been written of a template: the only memory of the scan.

use super::{
    class::{ALPHANUMERIC, DOT, FOREIGN, HYPHEN, OPEN, QUOTE, SPACE, STAR, UNDERSCORE, UPPER, WORD, class, is_prefix, is_soft},
    words::{Role, is_calendar, role},
};

/// What has been written, and what of it the next word is judged by.
#[derive(Debug)]
pub(super) struct Written {
    bytes: Vec<u8>,
    /// White space was read and is not yet written.
    space: bool,
    /// Role of the last word.
    role: Role,
    /// Where the last word begins.
    word_start: usize,
    /// Where it ends; behind it are signs only.
    word_end: usize,
}

impl Written {
    pub(super) fn with_capacity(length: usize) -> Self {
        Self { bytes: Vec::with_capacity(length), space: false, role: Role::Plain, word_start: 0, word_end: 0 }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Role of the last word.
    pub(super) const fn role(&self) -> Role {
        self.role
    }

    /// The last word.
    pub(super) fn word(&self) -> &[u8] {
        self.bytes.get(self.word_start..self.word_end).unwrap_or_default()
    }

    /// The signs behind the last word, and whether there is space behind them.
    pub(super) fn gap(&self) -> (&[u8], bool) {
        (self.bytes.get(self.word_end..).unwrap_or_default(), self.space)
    }

    /// Whether the last word is a variable part with at most space behind it.
    pub(super) fn is_behind_variable(&self) -> bool {
        self.role == Role::Variable && self.word_end == self.bytes.len()
    }

    /// Whether the next byte stands at the beginning of a word: not right behind another or a variable part.
    pub(super) fn is_at_boundary(&self) -> bool {
        self.space || self.bytes.last().is_none_or(|&last| class(last) & (ALPHANUMERIC | FOREIGN | STAR) == 0)
    }

    /// Whether the next byte stands right behind this one.
    pub(super) fn is_right_behind(&self, byte: u8) -> bool {
        !self.space && self.bytes.last() == Some(&byte)
    }

    /// Takes note of white space.
    pub(super) const fn space(&mut self) {
        self.space = true;
    }

    /// Forgets white space.
    pub(super) const fn drop_space(&mut self) {
        self.space = false;
    }

    /// Writes a word that is the same every time.
    pub(super) fn constant(&mut self, word: &[u8]) {
        let before = if self.word_end == self.bytes.len() { self.role } else { Role::Plain };
        self.write_space();
        self.word_start = self.bytes.len();
        self.bytes.extend_from_slice(word);
        self.word_end = self.bytes.len();
        self.role = role(word, before);
    }

    /// Writes a sign.
    pub(super) fn sign(&mut self, sign: u8) {
        self.write_space();
        self.bytes.push(sign);
    }

    /// Writes `*`, or lets the one before stand for this part too.
    pub(super) fn variable(&mut self) {
        self.write_space();
        let mut end = self.bytes.len();
        loop {
            let before = self.bytes.get(..end).unwrap_or_default();
            let soft = end - before.iter().rev().take_while(|&&byte| is_soft(byte)).count();
            if before.get(..soft).is_some_and(|before| before.ends_with(b"*")) {
                self.ends_variable(soft);
                return;
            }
            match own_part(before, soft) {
                Some(start) => end = start,
                None => break,
            }
        }
        self.bytes.truncate(end);
        self.bytes.push(b'*');
        self.ends_variable(end + 1);
    }

    /// Writes a closing bracket. Brackets behind a variable part belong to it when they hold nothing or another: `* ()` and `* (*)` are `*`.
    pub(super) fn close(&mut self, bracket: u8) {
        let inside = self.bytes.strip_suffix(b"*").unwrap_or(&self.bytes);
        if let [before @ .., opening] = inside
            && class(*opening) & OPEN != 0
            && !(self.space && inside.len() == self.bytes.len())
        {
            let before = before.strip_suffix(b" ").unwrap_or(before);
            if before.ends_with(b"*") {
                self.ends_variable(before.len());
                self.space = false;
                return;
            }
        }
        self.sign(bracket);
    }

    /// What has been written ends here, with a variable part.
    fn ends_variable(&mut self, end: usize) {
        self.bytes.truncate(end);
        self.role = Role::Variable;
        self.word_start = end.saturating_sub(1);
        self.word_end = end;
    }

    fn write_space(&mut self) {
        if self.space {
            self.space = false;
            if !self.bytes.is_empty() {
                self.bytes.push(b' ');
            }
        }
    }
}

/// Where that begins which stands right before a variable part and belongs to it: a day or month, a host before its port, a sign. `soft` is where the
/// signs between them begin.
fn own_part(before: &[u8], soft: usize) -> Option<usize> {
    let (words, signs) = before.split_at_checked(soft)?;
    let start = soft - words.iter().rev().take_while(|&&byte| class(byte) & (ALPHANUMERIC | HYPHEN | DOT) != 0).count();
    let (earlier, word) = words.split_at_checked(start)?;
    let alone = earlier.last().is_none_or(|&byte| class(byte) & (WORD | FOREIGN | STAR) == 0);
    if !word.is_empty() && alone {
        let classes = word.iter().fold(0, |classes, &byte| classes | class(byte));
        let is_host = signs == b":" && classes & (HYPHEN | DOT) != 0 && classes & (UPPER | UNDERSCORE) == 0;
        if is_host || is_calendar(word) {
            return Some(start);
        }
    }
    let (&last, earlier) = before.split_last()?;
    let begins = earlier.last().is_none_or(|&byte| class(byte) & (SPACE | OPEN | QUOTE) != 0 || is_prefix(byte) || matches!(byte, b'=' | b','));
    (is_prefix(last) && begins).then_some(earlier.len())
}
