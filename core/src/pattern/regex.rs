//! The regular expressions `CloudWatch` Logs accepts between `%` and `%`.
//!
//! A small subset: no groups, no look-around, no back-references, ASCII only. The accepted characters are checked first, then
//! the expression is rewritten for the `regex` crate with every literal escaped and every class spelled out in ASCII, so that
//! nothing of the crate's richer language (set operations, Unicode classes, flags) can be reached.

use std::fmt::Write;

use regex::{Regex, RegexBuilder};

use super::cursor::Cursor;
use super::error::{PatternError, PatternErrorCode};
use super::quota::MAX_REGEX_BYTES;

/// A compiled expression. It is searched for, not anchored; `$` is the very end of the text; case matters.
#[derive(Clone, Debug)]
pub(super) struct LogRegex {
    source: String,
    compiled: Regex,
}

impl LogRegex {
    /// Reads an expression from its opening `%` past its closing one.
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, PatternError> {
        let start = cursor.offset();
        cursor.bump();
        loop {
            let at = cursor.offset();
            match cursor.bump() {
                Some('%') => break,
                Some(c) if is_allowed(c) => {}
                Some(c) => {
                    let message = format!("`{c}` cannot stand in a regular expression here");
                    let error = PatternError::new(PatternErrorCode::InvalidCharacter, at, message, hint_for(c));
                    return Err(error.natively(format!("Invalid character(s) in term '{}'", cursor.since(start))));
                }
                None => {
                    let message = "a regular expression is not closed";
                    let hint = "add the closing `%`";
                    return Err(PatternError::new(PatternErrorCode::UnclosedRegex, start, message, hint));
                }
            }
        }
        let body = cursor.since(start).trim_matches('%');
        Translator::new(body)
            .translate()
            .map_err(|mistake| PatternError::new(PatternErrorCode::InvalidRegex, start + 1 + mistake.at, mistake.what, mistake.hint))
            .and_then(|translated| compile(&translated, start))
            .map(|compiled| Self { source: body.to_owned(), compiled })
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }

    /// As it is written, without the `%`.
    pub(super) fn source(&self) -> &str {
        &self.source
    }
}

fn compile(translated: &str, start: usize) -> Result<Regex, PatternError> {
    RegexBuilder::new(translated).size_limit(MAX_REGEX_BYTES).build().map_err(|error| {
        let (message, hint) = match error {
            regex::Error::CompiledTooBig(_) => ("a regular expression grows too large", "use smaller repeat counts"),
            _ => (
                "a regular expression repeats something that cannot be repeated",
                "put what is to be repeated before `*`, `+`, `?` or `{`, and the smaller count first",
            ),
        };
        PatternError::new(PatternErrorCode::InvalidRegex, start, message, hint)
    })
}

/// User guide, supported regular expression syntax: letters, digits, these symbols and operators. The space is not in the list
/// but in one of the guide's examples.
fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || ":_#=@/;,- ^$?[]{}|\\*+.".contains(c)
}

fn hint_for(c: char) -> &'static str {
    match c {
        '(' | ')' => "there are no groups: write alternatives out with `|`, and a literal parenthesis as `\\x28` or `\\x29`",
        c if c.is_ascii_graphic() => "write it by its code, as `\\x21` for `!`",
        _ => "use `.` for a character that is not ASCII",
    }
}

/// What may follow a backslash and stands for itself.
const ESCAPABLE: &str = "^$?[]{}|\\*+.-";

/// Characters a class escape stands for, in the syntax of a class.
const DIGITS: &str = "0-9";
const WORD: &str = "0-9A-Za-z_";
const SPACE: &str = r"\t\n\x0B\x0C\r\x20";

#[derive(Debug)]
struct Mistake {
    at: usize,
    what: &'static str,
    hint: &'static str,
}

/// One element of an expression or class.
enum Atom {
    Literal(u8),
    Class { negated: bool, members: &'static str },
}

/// Rewrites an expression of allowed characters for the `regex` crate.
struct Translator<'r> {
    body: &'r [u8],
    at: usize,
    out: String,
}

impl<'r> Translator<'r> {
    fn new(body: &'r str) -> Self {
        Self { body: body.as_bytes(), at: 0, out: String::with_capacity(body.len() * 4) }
    }

    fn translate(mut self) -> Result<String, Mistake> {
        if self.body.is_empty() {
            return Err(self.mistake("a regular expression is empty", "write something between the `%`, or leave it out"));
        }
        while let Some(byte) = self.peek() {
            match byte {
                b'^' | b'$' | b'.' | b'|' | b'*' | b'+' | b'?' => {
                    self.at += 1;
                    self.out.push(char::from(byte));
                }
                b'{' => self.repeat()?,
                b'[' => self.class()?,
                _ => match self.atom()? {
                    Atom::Literal(byte) => self.literal(byte),
                    Atom::Class { negated, members } => {
                        self.out.push_str(if negated { "[^" } else { "[" });
                        self.out.push_str(members);
                        self.out.push(']');
                    }
                },
            }
        }
        Ok(self.out)
    }

    fn peek(&self) -> Option<u8> {
        self.body.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn mistake(&self, what: &'static str, hint: &'static str) -> Mistake {
        Mistake { at: self.at, what, hint }
    }

    fn literal(&mut self, byte: u8) {
        if byte.is_ascii_alphanumeric() {
            self.out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail. Bytes of 0x80 and up mean that code point, as `\x` does in a class.
            let _ = write!(self.out, "\\x{byte:02X}");
        }
    }

    /// `{m}`, `{m,}`, `{m,n}` or `{,n}`; the last is not in the `regex` crate's language.
    fn repeat(&mut self) -> Result<(), Mistake> {
        let bad = self.mistake("`{` starts no repeat count", "write `{2}`, `{2,}`, `{,3}` or `{2,3}`, and a literal one as `\\{`");
        self.at += 1;
        let least = self.number();
        let comma = self.eat(b',');
        let most = self.number();
        if !self.eat(b'}') || (least.is_none() && most.is_none()) {
            return Err(bad);
        }
        let least = least.unwrap_or("0");
        let _ = match (comma, most) {
            (false, _) => write!(self.out, "{{{least}}}"),
            (true, None) => write!(self.out, "{{{least},}}"),
            (true, Some(most)) => write!(self.out, "{{{least},{most}}}"),
        };
        Ok(())
    }

    fn number(&mut self) -> Option<&'r str> {
        let digits = self.body.get(self.at..)?;
        let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
        self.at += end;
        std::str::from_utf8(digits.get(..end)?).ok().filter(|digits| !digits.is_empty())
    }

    /// `[…]`; a `]` right after the start is a literal, as in POSIX.
    fn class(&mut self) -> Result<(), Mistake> {
        let unclosed = self.mistake("a character class is not closed", "add the closing `]`, or write a literal `[` as `\\[`");
        self.at += 1;
        let negated = self.eat(b'^');
        self.out.push_str(if negated { "[^" } else { "[" });
        let mut first = true;
        loop {
            if self.peek().is_none() {
                return Err(unclosed);
            }
            if !first && self.eat(b']') {
                self.out.push(']');
                return Ok(());
            }
            first = false;
            self.member()?;
        }
    }

    /// One character, class escape or range inside brackets.
    fn member(&mut self) -> Result<(), Mistake> {
        let start = self.mistake("a range in a character class runs backwards", "put the smaller character first");
        let low = match self.atom()? {
            Atom::Literal(low) => low,
            Atom::Class { negated, members } => {
                self.out.push_str(if negated { "[^" } else { "[" });
                self.out.push_str(members);
                self.out.push(']');
                return Ok(());
            }
        };
        self.literal(low);
        let after_dash = self.body.get(self.at + 1).copied();
        if self.peek() != Some(b'-') || matches!(after_dash, None | Some(b']')) {
            return Ok(());
        }
        let dash = self.at;
        self.at += 1;
        match self.atom()? {
            Atom::Literal(high) if low <= high => {
                self.out.push('-');
                self.literal(high);
                Ok(())
            }
            Atom::Literal(_) => Err(start),
            // `[a-\d]` is no range: the dash stands for itself and the class follows as the next member.
            Atom::Class { .. } => {
                self.literal(b'-');
                self.at = dash + 1;
                Ok(())
            }
        }
    }

    /// A literal character or an escape.
    fn atom(&mut self) -> Result<Atom, Mistake> {
        let unknown = self.mistake("a backslash escapes nothing here", "escape only `d D s S w W t n r f v`, an operator, or a code as `\\x3A`");
        let Some(byte) = self.peek() else {
            return Err(unknown);
        };
        self.at += 1;
        if byte != b'\\' {
            return Ok(Atom::Literal(byte));
        }
        let Some(escape) = self.peek() else {
            return Err(unknown);
        };
        self.at += 1;
        let class = |members| Atom::Class { negated: escape.is_ascii_uppercase(), members };
        Ok(match escape {
            b'd' | b'D' => class(DIGITS),
            b'w' | b'W' => class(WORD),
            b's' | b'S' => class(SPACE),
            b't' => Atom::Literal(b'\t'),
            b'n' => Atom::Literal(b'\n'),
            b'r' => Atom::Literal(b'\r'),
            b'f' => Atom::Literal(0x0C),
            b'v' => Atom::Literal(0x0B),
            b'x' => {
                let digits = self.body.get(self.at..self.at + 2).and_then(|digits| std::str::from_utf8(digits).ok());
                let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
                let Some(code) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
                    return Err(unknown);
                };
                self.at += 2;
                Atom::Literal(code)
            }
            other if ESCAPABLE.as_bytes().contains(&other) => Atom::Literal(other),
            _ => return Err(unknown),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<LogRegex, PatternError> {
        LogRegex::parse(&mut Cursor::new(text))
    }

    fn finds(regex: &str, text: &str) -> bool {
        parse(&format!("%{regex}%")).unwrap().is_match(text)
    }

    #[test]
    fn anchors_are_the_ends_of_the_text() {
        assert!(finds(r"^ERROR\s[0-9]{3}$", "ERROR\n500") && finds(r"^ERROR\s[0-9]{3}$", "ERROR 500"));
        assert!(!finds("a$", "a\n") && !finds("^b", "a\nb"));
    }

    #[test]
    fn repeats_may_leave_out_either_end() {
        assert!(finds("^a{,2}$", "") && finds("^a{,2}$", "aa") && !finds("^a{,2}$", "aaa"));
        assert!(finds("^a{2,}$", "aaaa") && !finds("^a{2,}$", "a"));
        for bad in ["a{", "a{}", "a{,}", "a{x}", "a{2", "a{3,2}"] {
            assert_eq!(parse(&format!("%{bad}%")).unwrap_err().code(), PatternErrorCode::InvalidRegex, "{bad}");
        }
    }

    #[test]
    fn classes_hold_literals_ranges_and_class_escapes() {
        assert!(finds("^[]a]$", "]") && finds("^[^]a]$", "b") && !finds("^[^]a]$", "]"));
        assert!(finds(r"^[\d_-]+$", "1_-") && finds(r"^[a-\d]+$", "a-7") && !finds(r"^[a-\d]+$", "b"));
        assert!(finds(r"^[\x41-\x43]$", "B") && finds(r"^[\]\[]+$", "[]") && finds("^[$.*+?{}|^]+$", "^.|{}?+*$"));
        assert!(finds("^[+--]+$", "+,-"), "a range to the dash, no set difference");
        assert!(finds(r"^[\D]$", "é") && !finds(r"^[\D]$", "1"));
        assert!(finds("^[a[]$", "[") && finds("^}]$", "}]"));
    }

    #[test]
    fn class_escapes_are_ascii_and_the_dot_is_any_character() {
        assert!(!finds(r"\d", "٣") && !finds(r"\w", "é") && !finds(r"\s", "\u{a0}"));
        assert!(finds(r"^\W$", "é") && finds("^.$", "é") && !finds("^.$", "\n"));
        assert!(finds(r"^\t\n\r\f\v$", "\t\n\r\u{c}\u{b}"));
    }

    #[test]
    fn nothing_beyond_the_subset_gets_through() {
        for bad in ["", "*a", "a|*", "[z-a]", "[a", "[]", "a\\", r"\b", r"\1", r"\/", r"\x4", r"\xg1", r"\p", r"\Q"] {
            assert_eq!(parse(&format!("%{bad}%")).unwrap_err().code(), PatternErrorCode::InvalidRegex, "{bad}");
        }
        assert!(!finds("a#b", "a") && finds("a b", "a b"), "no free-spacing mode");
    }

    #[test]
    fn characters_outside_the_subset_are_refused_in_cloudwatchs_words() {
        let error = parse("%^(a|b)%").unwrap_err();
        assert_eq!((error.code(), error.offset()), (PatternErrorCode::InvalidCharacter, 2));
        assert_eq!(error.native(), Some("Invalid character(s) in term '%^('"));
        for bad in ["a!", "café", "a\"b", "a'b", "a<b", "a~b", "a&b"] {
            assert_eq!(parse(&format!("%{bad}%")).unwrap_err().code(), PatternErrorCode::InvalidCharacter, "{bad}");
        }
        assert_eq!(parse("%abc").unwrap_err().code(), PatternErrorCode::UnclosedRegex);
    }

    #[test]
    fn codes_write_what_cannot_be_written() {
        assert!(finds(r"\x28a\x29", "(a)") && finds(r"\x25", "100%"));
    }
}
