//! Searching short texts: `std` prepares a search as if the text were long, which costs more than the search of a line.

use memchr::{memchr, memrchr};

/// Searching a line for a piece.
pub(super) trait Search {
    /// Where a piece begins.
    fn at(&self, piece: &str) -> Option<usize>;
    /// Where a piece begins last.
    fn last_at(&self, piece: &str) -> Option<usize>;
    /// Whether a piece is in it.
    fn has(&self, piece: &str) -> bool {
        self.at(piece).is_some()
    }
    /// What stands before and behind the first place of a piece.
    fn cut_at(&self, piece: &str) -> Option<(&str, &str)>;
    /// What stands before and behind the last place of a piece.
    fn cut_last(&self, piece: &str) -> Option<(&str, &str)>;
}

impl Search for str {
    #[inline]
    fn at(&self, piece: &str) -> Option<usize> {
        let (bytes, wanted) = (self.as_bytes(), piece.as_bytes());
        let first = *wanted.first()?;
        let mut from = 0;
        loop {
            let at = from + memchr(first, bytes.get(from..)?)?;
            if bytes.get(at..)?.starts_with(wanted) {
                return Some(at);
            }
            from = at + 1;
        }
    }

    #[inline]
    fn last_at(&self, piece: &str) -> Option<usize> {
        let (bytes, wanted) = (self.as_bytes(), piece.as_bytes());
        let first = *wanted.first()?;
        let mut to = bytes.len();
        loop {
            let at = memrchr(first, bytes.get(..to)?)?;
            if bytes.get(at..)?.starts_with(wanted) {
                return Some(at);
            }
            to = at;
        }
    }

    #[inline]
    fn cut_at(&self, piece: &str) -> Option<(&str, &str)> {
        let at = self.at(piece)?;
        Some((self.get(..at)?, self.get(at + piece.len()..)?))
    }

    #[inline]
    fn cut_last(&self, piece: &str) -> Option<(&str, &str)> {
        let at = self.last_at(piece)?;
        Some((self.get(..at)?, self.get(at + piece.len()..)?))
    }
}

/// A table of words. Their first letters and lengths tell most other words apart before any is compared.
#[derive(Debug)]
pub(super) struct Words {
    entries: &'static [&'static str],
    firsts: u64,
    lengths: u64,
}

impl Words {
    /// No words.
    pub(super) const NONE: Self = Self::of(&[]);

    /// A table, made when the program is.
    pub(super) const fn of(entries: &'static [&'static str]) -> Self {
        let (mut firsts, mut lengths, mut at) = (0, 0, 0);
        while at < entries.len() {
            let entry = entries[at].as_bytes();
            firsts |= 1 << (entry[0] & 63);
            lengths |= 1 << (entry.len() & 63);
            at += 1;
        }
        Self { entries, firsts, lengths }
    }

    /// Whether a word stands in it.
    #[inline]
    pub(super) fn hold(&self, word: &str) -> bool {
        let Some(first) = word.as_bytes().first() else { return false };
        self.firsts >> (first & 63) & 1 == 1
            && self.lengths >> (word.len() & 63) & 1 == 1
            && self.entries.iter().any(|entry| entry.len() == word.len() && entry.as_bytes().first() == Some(first) && *entry == word)
    }

    /// Whether it is in order, for tests.
    #[cfg(test)]
    pub(super) fn is_sorted(&self) -> bool {
        self.entries.is_sorted()
    }
}

/// Whether a text begins with an entry of a table.
#[inline]
pub(super) fn begins_with_any(table: &[&str], text: &str) -> bool {
    let first = text.as_bytes().first();
    table.iter().any(|entry| entry.as_bytes().first() == first && text.starts_with(entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_found_as_std_finds_them() {
        static WORDS: Words = Words::of(&["ab", "cd"]);
        for (text, piece) in [("a: b: c", ": "), ("::", ": "), ("", "x"), ("aab", "ab"), ("é: è", "è"), ("ab", "abc"), ("xaxax", "ax"), ("aaa", "aa")] {
            assert_eq!((text.at(piece), text.last_at(piece)), (text.find(piece), text.rfind(piece)), "{text} {piece}");
            assert_eq!((text.cut_at(piece), text.cut_last(piece)), (text.split_once(piece), text.rsplit_once(piece)), "{text} {piece}");
        }
        assert!(WORDS.hold("cd") && !WORDS.hold("ce") && !WORDS.hold("") && !WORDS.hold("abc") && !Words::NONE.hold("a"));
        assert!(begins_with_any(&["/usr/", "<"], "/usr/lib") && !begins_with_any(&["/usr/"], "/us"));
    }
}
