//! Splitting a line into space-delimited fields.

use super::cursor::is_space;

/// One field of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'m> {
    /// Its text, without the brackets or quotes around it.
    pub(super) text: &'m str,
    /// Byte offset in the line, of the bracket or quote if there is one.
    pub(super) start: usize,
}

/// The fields of a line. Runs of white space separate them; `[…]` and `"…"` are one field when white space or the end of the
/// line follows the closing character, and ordinary text otherwise (all observed on `CloudWatch`).
#[derive(Clone, Debug)]
pub(super) struct Tokens<'m> {
    line: &'m str,
    at: usize,
    /// Set once no closing bracket or quote is left, so that a line full of opening ones is not searched to its end for each.
    no_more_brackets: bool,
    no_more_quotes: bool,
}

impl<'m> Tokens<'m> {
    pub(super) fn new(line: &'m str) -> Self {
        Self { line, at: 0, no_more_brackets: false, no_more_quotes: false }
    }

    /// Length of an enclosed field that `rest` starts with, without its delimiters.
    fn enclosed(&mut self, rest: &str) -> Option<usize> {
        let (close, exhausted) = match rest.as_bytes().first()? {
            b'[' => (b']', &mut self.no_more_brackets),
            b'"' => (b'"', &mut self.no_more_quotes),
            _ => return None,
        };
        if *exhausted {
            return None;
        }
        let inner = rest.as_bytes().get(1..)?;
        let closes = |at: usize| inner.get(at) == Some(&close) && inner.get(at + 1).is_none_or(|&next| is_space(char::from(next)));
        let found = (0..inner.len()).find(|&at| closes(at));
        *exhausted = found.is_none();
        found
    }
}

impl<'m> Iterator for Tokens<'m> {
    type Item = Token<'m>;

    fn next(&mut self) -> Option<Token<'m>> {
        let rest = self.line.get(self.at..)?;
        let trimmed = rest.trim_start_matches(is_space);
        let start = self.line.len() - trimmed.len();
        if trimmed.is_empty() {
            return None;
        }
        if let Some(length) = self.enclosed(trimmed) {
            self.at = start + length + 2;
            return Some(Token { text: trimmed.get(1..=length)?, start });
        }
        let length = trimmed.find(is_space).unwrap_or(trimmed.len());
        self.at = start + length;
        Some(Token { text: trimmed.get(..length)?, start })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn texts(line: &str) -> Vec<&str> {
        Tokens::new(line).map(|token| token.text).collect()
    }

    #[test]
    fn brackets_and_quotes_are_one_field() {
        let line = "127.0.0.1 -\tfrank [10/Oct/2000:13:25:15 -0700]  \"GET /a HTTP/1.0\" 404\r\n";
        assert_eq!(texts(line), ["127.0.0.1", "-", "frank", "10/Oct/2000:13:25:15 -0700", "GET /a HTTP/1.0", "404"]);
        assert_eq!(texts("\"\" [] x"), ["", "", "x"]);
        assert_eq!(Tokens::new(" [a b] c").map(|token| token.start).collect::<Vec<_>>(), [1, 7]);
    }

    #[test]
    fn the_closing_character_must_end_the_field() {
        assert_eq!(texts("[a]b c] d"), ["a]b c", "d"]);
        assert_eq!(texts("\"say \"hi\"x there\" d"), ["say \"hi\"x there", "d"]);
        assert_eq!(texts("ERROR \"unterminated words"), ["ERROR", "\"unterminated", "words"]);
        assert_eq!(texts("[a \"b c\""), ["[a", "b c"]);
        assert_eq!(texts("x\"a b\""), ["x\"a", "b\""]);
    }

    #[test]
    fn empty_lines_have_no_fields() {
        assert!(texts("").is_empty() && texts(" \t\r\n").is_empty());
    }

    #[test]
    fn a_line_of_opening_quotes_takes_linear_time() {
        let line = "\"a [b ".repeat(5_000);
        let before = Instant::now();
        assert_eq!(texts(&line).len(), 10_000);
        assert!(before.elapsed() < Duration::from_secs(2), "quadratic: {:?}", before.elapsed());
    }
}
