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
    /// Bytes looked at in search of closing characters.
    #[cfg(test)]
    searched: usize,
}

impl<'m> Tokens<'m> {
    pub(super) fn new(line: &'m str) -> Self {
        Self {
            line,
            at: 0,
            no_more_brackets: false,
            no_more_quotes: false,
            #[cfg(test)]
            searched: 0,
        }
    }

    /// Length of an enclosed field that `rest` starts with, without its delimiters.
    fn enclosed(&mut self, rest: &[u8]) -> Option<usize> {
        let (close, exhausted) = match rest.first()? {
            b'[' => (b']', &mut self.no_more_brackets),
            b'"' => (b'"', &mut self.no_more_quotes),
            _ => return None,
        };
        if *exhausted {
            return None;
        }
        let inner = rest.get(1..)?;
        let mut closings = memchr::memchr_iter(close, inner);
        let found = closings.find(|&at| inner.get(at + 1).is_none_or(|&next| is_space(char::from(next))));
        *exhausted = found.is_none();
        #[cfg(test)]
        {
            self.searched += found.unwrap_or(inner.len());
        }
        found
    }
}

impl<'m> Iterator for Tokens<'m> {
    type Item = Token<'m>;

    fn next(&mut self) -> Option<Token<'m>> {
        // Bytes, not characters: what separates and encloses is ASCII, and no part of a longer character looks like it.
        let is_space = |byte: &u8| is_space(char::from(*byte));
        let rest = self.line.as_bytes().get(self.at..)?;
        let start = self.at + rest.iter().position(|byte| !is_space(byte))?;
        let rest = self.line.as_bytes().get(start..)?;
        let text = if let Some(length) = self.enclosed(rest) {
            self.at = start + length + 2;
            self.line.get(start + 1..=start + length)
        } else {
            self.at = start + rest.iter().position(is_space).unwrap_or(rest.len());
            self.line.get(start..self.at)
        };
        text.map(|text| Token { text, start })
    }
}

#[cfg(test)]
mod tests {
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
    fn brackets_and_quotes_hold_each_other_as_text() {
        assert_eq!(texts("[a \"b] c\" d"), ["a \"b", "c\"", "d"]);
        assert_eq!(texts("\"a [b\" c] d"), ["a [b", "c]", "d"]);
        assert_eq!(texts("[[a] b] c"), ["[a", "b]", "c"]);
        assert_eq!(texts("\"a\\\" b\" c"), ["a\\", "b\"", "c"], "a backslash escapes nothing in a line");
    }

    #[test]
    fn other_white_space_and_long_characters_are_text() {
        assert_eq!(texts("é\u{a0}ü\u{2003}x 日本\u{b}"), ["é\u{a0}ü\u{2003}x", "日本\u{b}"]);
        assert_eq!(texts("[é 日] \"ü\""), ["é 日", "ü"]);
    }

    #[test]
    fn empty_lines_have_no_fields() {
        assert!(texts("").is_empty() && texts(" \t\r\n").is_empty());
    }

    #[test]
    fn a_line_of_opening_quotes_is_searched_once_for_each_kind() {
        let line = "\"a [b ".repeat(5_000);
        let mut tokens = Tokens::new(&line);
        assert_eq!(tokens.by_ref().count(), 10_000);
        assert!(tokens.searched <= 2 * line.len(), "{} of {} bytes", tokens.searched, line.len());
        let line = "\"a b\" [c d] ".repeat(5_000);
        let mut tokens = Tokens::new(&line);
        assert_eq!(tokens.by_ref().count(), 10_000);
        assert!(tokens.searched <= line.len(), "{} of {} bytes", tokens.searched, line.len());
    }
}
