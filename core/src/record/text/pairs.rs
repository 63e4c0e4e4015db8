//! `key=value` pairs, alone (logfmt) or behind a message.
//!
//! ```text
//! pair  = key "=" [ value ]
//! key   = letter or "_" or "@", then letters, digits, "_", "-", ".", "/", "@"
//! value = '"' text with backslash escapes '"' | text without blanks
//! ```
//!
//! Sources: the logfmt of Heroku's router and of `go-logfmt/logfmt`, logrus' text formatter, Go `log/slog`'s text handler.

use std::borrow::Cow;

use super::columns::quoted;

/// One word of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Word<'a> {
    /// `key=value`.
    Pair(Pair<'a>),
    /// Anything else.
    Bare(&'a str),
}

/// One pair, as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair<'a> {
    pub(super) key: &'a str,
    raw: &'a str,
    quoted: bool,
}

impl<'a> Pair<'a> {
    /// The value; borrowed unless it has escapes.
    pub(super) fn value(&self) -> Cow<'a, str> {
        if self.quoted && self.raw.contains('\\') { Cow::Owned(unescaped(self.raw)) } else { Cow::Borrowed(self.raw) }
    }

    /// Whether the value is in quotes.
    pub(super) const fn is_quoted(&self) -> bool {
        self.quoted
    }
}

/// The words of a text, from left to right, each with what follows it.
pub(super) fn words(text: &str) -> impl Iterator<Item = (Word<'_>, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let (word, after) = pair(rest).unwrap_or_else(|| {
            let (bare, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
            (Word::Bare(bare), after)
        });
        rest = after;
        Some((word, after))
    })
}

fn pair(text: &str) -> Option<(Word<'_>, &str)> {
    let (key, after) = text.split_at(text.find(|c: char| !is_key_character(c))?);
    let value = after.strip_prefix('=')?;
    if !key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '@') {
        return None;
    }
    if value.starts_with('"') {
        let (inner, after) = quoted(value)?;
        // `a="b"c` is no pair.
        return (after.is_empty() || after.starts_with(char::is_whitespace)).then_some((Word::Pair(Pair { key, raw: inner, quoted: true }), after));
    }
    let (raw, after) = value.split_at(value.find(char::is_whitespace).unwrap_or(value.len()));
    Some((Word::Pair(Pair { key, raw, quoted: false }), after))
}

fn is_key_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@')
}

/// The value of a key somewhere in a text: the first `key=` at the start of a word. A brace or comma may stand before it too, as in a
/// span of tracing, `request{method=GET}`, and then one ends it.
pub(super) fn find<'a>(text: &'a str, key: &str) -> Option<Cow<'a, str>> {
    if key.is_empty() {
        return None;
    }
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find(key) {
        let at = from + found;
        let before = text.get(..at)?.chars().next_back();
        let after = text.get(at + key.len()..)?;
        if before.is_none_or(|c| c.is_whitespace() || matches!(c, '{' | ','))
            && after.starts_with('=')
            && let Some((Word::Pair(pair), _)) = pair(text.get(at..)?)
        {
            let value = pair.value();
            return Some(match value {
                Cow::Borrowed(value) if !pair.is_quoted() && (matches!(before, Some('{' | ',')) || inside_braces(text.get(..at)?)) => {
                    Cow::Borrowed(value.split(['}', ',']).next().unwrap_or(value))
                }
                value => value,
            });
        }
        from = at + key.len();
    }
    None
}

/// The value of a key among the words of a text; one without quotes goes on to the next pair.
pub(super) fn find_text<'a>(text: &'a str, key: &str) -> Option<Cow<'a, str>> {
    words(text).find_map(|(word, after)| match word {
        Word::Pair(pair) if pair.key == key && pair.quoted => Some(pair.value()),
        Word::Pair(pair) if pair.key == key => Some(Cow::Borrowed(unquoted_text(text, after, &pair))),
        Word::Pair(_) | Word::Bare(_) => None,
    })
}

/// `msg=payment failed status=502`: from the value of a pair to the next pair. `after` is what follows the pair in `text`.
pub(super) fn unquoted_text<'a>(text: &'a str, after: &str, pair: &Pair<'a>) -> &'a str {
    let end = after.len() - before_pair(after).len();
    let start = text.len() - after.len() - pair.raw.len();
    text.get(start..text.len() - end).unwrap_or(pair.raw).trim_end()
}

/// The text before the first pair in it.
pub(super) fn before_pair(text: &str) -> &str {
    let mut rest = text;
    for (word, after) in words(text) {
        if matches!(word, Word::Pair(_)) {
            break;
        }
        rest = after;
    }
    let ended = if rest.trim_start().is_empty() { text.len() } else { text.len() - rest.len() };
    text.get(..ended).unwrap_or(text)
}

fn inside_braces(before: &str) -> bool {
    before.rfind('{') > before.rfind('}')
}

/// The text between quotes with its escapes undone; an escape that is none stays as it is.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        let rest = characters.as_str();
        let (undone, length) = match rest.chars().next() {
            Some('n') => (Some('\n'), 1),
            Some('t') => (Some('\t'), 1),
            Some('r') => (Some('\r'), 1),
            Some(same @ ('"' | '\\' | '/' | '\'')) => (Some(same), 1),
            Some('x') => (hexadecimal(rest, 2), 3),
            Some('u') => (hexadecimal(rest, 4), 5),
            _ => (None, 0),
        };
        plain.push(undone.unwrap_or('\\'));
        if undone.is_some() {
            characters = rest.get(length..).unwrap_or_default().chars();
        }
    }
    plain
}

fn hexadecimal(text: &str, digits: usize) -> Option<char> {
    let digits = text.get(1..=digits)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_pairs_or_bare() {
        let read: Vec<String> = words("a=1 b= c=\"x \\\"y\\\"\\n\" d é=1 =2 e=\"open f=3")
            .map(|(word, _)| match word {
                Word::Pair(pair) => format!("{}:{}", pair.key, pair.value()),
                Word::Bare(bare) => bare.to_owned(),
            })
            .collect();
        assert_eq!(read, ["a:1", "b:", "c:x \"y\"\n", "d", "é=1", "=2", "e=\"open", "f:3"]);
    }

    #[test]
    fn escapes_that_are_none_stay() {
        assert_eq!(unescaped(r"a\qb\x4\x41\u00e9\ud800\"), "a\\qb\\x4Aé\\ud800\\");
    }

    #[test]
    fn a_text_without_quotes_ends_where_the_next_pair_begins() {
        let text = "saved error=connection refused by peer  n=3 note=last words ";
        assert_eq!(find_text(text, "error").as_deref(), Some("connection refused by peer"));
        assert_eq!((find_text(text, "n").as_deref(), find_text(text, "note").as_deref()), (Some("3"), Some("last words")));
        assert_eq!((before_pair(text), before_pair("no pair "), before_pair("a=1")), ("saved", "no pair ", ""));
    }

    #[test]
    fn a_key_is_found_at_the_start_of_a_word_only() {
        let text = "request{method=GET id=7,x=1}: took mid=9 id2=3 ms=12 note=\"a b\"";
        assert_eq!(find(text, "method").as_deref(), Some("GET"));
        assert_eq!(find(text, "id").as_deref(), Some("7"));
        assert_eq!(find(text, "x").as_deref(), Some("1"));
        assert_eq!(find(text, "ms").as_deref(), Some("12"));
        assert_eq!(find(text, "note").as_deref(), Some("a b"));
        assert_eq!(find(text, "d"), None);
        assert_eq!(find(text, ""), None);
    }
}
