//! Reading position in a pattern's text.

/// A position in a pattern's text, white space at both ends left out; offsets are those of the whole text.
#[derive(Debug)]
pub(super) struct Cursor<'p> {
    source: &'p str,
    at: usize,
    regexes: usize,
}

/// What counts as white space in patterns and between the fields of a line.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// What names and unquoted terms are made of.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

impl<'p> Cursor<'p> {
    pub(super) fn new(text: &'p str) -> Self {
        let source = text.trim_end_matches(is_space);
        Self { source, at: source.len() - source.trim_start_matches(is_space).len(), regexes: 0 }
    }

    /// Byte offset of what comes next.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'p str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// The text from byte `start` to here.
    pub(super) fn since(&self, start: usize) -> &'p str {
        self.source.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Consumes and returns the next character.
    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Consumes `count` bytes that were looked at in [`Self::rest`].
    pub(super) fn advance(&mut self, count: usize) {
        self.at += count;
    }

    /// Consumes `what` if it comes next.
    pub(super) fn eat(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    pub(super) fn skip_space(&mut self) {
        self.take_while(is_space);
    }

    pub(super) fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'p str {
        let rest = self.rest();
        let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Counts one more regular expression; returns how many there are now.
    pub(super) fn count_regex(&mut self) -> usize {
        self.regexes += 1;
        self.regexes
    }

    pub(super) fn regex_count(&self) -> usize {
        self.regexes
    }
}
