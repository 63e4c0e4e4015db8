//! Patterns of terms: `ERROR -"health check"`.

use memchr::memmem::Finder;

use super::cursor::{Cursor, is_space, is_word};
use super::error::{PatternError, PatternErrorCode};
use super::operand::quoted;
use super::quota;
use super::regex::LogRegex;

/// A compiled pattern of terms. A term is found anywhere in the text, in the middle of a word too, and case matters.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    /// All must be found.
    pub(super) required: Vec<Term>,
    /// None may be found.
    pub(super) excluded: Vec<Term>,
    /// One must be found, unless there is a term of another kind: see [`Self::ignores_optional`].
    pub(super) optional: Vec<Term>,
}

/// One term, without its sign.
#[derive(Clone, Debug)]
pub(super) enum Term {
    /// A word or a quoted phrase.
    Text(Phrase),
    /// `%…%`
    Regex(LogRegex),
}

/// Text and what searches for it, made ready once.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    /// The text looked for, escapes undone.
    pub(super) text: String,
    /// Boxed: it is many times as large as anything else a term holds.
    finder: Box<Finder<'static>>,
}

impl Terms {
    /// Reads terms to the end of the pattern.
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, PatternError> {
        let mut terms = Self { required: Vec::new(), excluded: Vec::new(), optional: Vec::new() };
        while !cursor.rest().is_empty() {
            let kind = if cursor.eat("?") {
                &mut terms.optional
            } else if cursor.eat("-") {
                &mut terms.excluded
            } else {
                &mut terms.required
            };
            kind.push(Term::parse(cursor)?);
            if cursor.peek().is_some_and(|next| !is_space(next)) {
                let message = "two terms stand together";
                return Err(PatternError::syntax(cursor.offset(), message, "separate terms with a space"));
            }
            cursor.skip_space();
        }
        Ok(terms)
    }

    /// Whether the `?` terms mean nothing: `CloudWatch` ignores them all as soon as there is a term without `?` (user guide, matching
    /// terms in unstructured log events; observed).
    pub(super) fn ignores_optional(&self) -> bool {
        !(self.required.is_empty() && self.excluded.is_empty())
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        if self.ignores_optional() {
            self.required.iter().all(|term| term.is_in(message)) && !self.excluded.iter().any(|term| term.is_in(message))
        } else {
            self.optional.iter().any(|term| term.is_in(message))
        }
    }
}

impl Phrase {
    fn new(text: String) -> Self {
        Self { finder: Box::new(Finder::new(text.as_bytes()).into_owned()), text }
    }
}

impl Term {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, PatternError> {
        match cursor.peek() {
            Some('"') => Ok(Self::Text(Phrase::new(quoted(cursor)?.into_iter().map(|quoted| quoted.character).collect()))),
            Some('%') => {
                quota::check_regexes(cursor.count_regex(), cursor.offset())?;
                LogRegex::parse(cursor).map(Self::Regex)
            }
            _ => Self::word(cursor),
        }
    }

    fn word(cursor: &mut Cursor<'_>) -> Result<Self, PatternError> {
        let start = cursor.offset();
        let word = cursor.take_while(|c| !is_space(c));
        if word.is_empty() {
            return Err(PatternError::syntax(start, "a term is missing", "write the term right after `?` or `-`"));
        }
        let Some((bad, character)) = word.char_indices().find(|(_, c)| !is_word(*c)) else {
            return Ok(Self::Text(Phrase::new(word.to_owned())));
        };
        let hint = match character {
            '*' => "terms are found inside words as well: leave the `*` out".to_owned(),
            _ => format!("put it in double quotes: \"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")),
        };
        let message = format!("`{character}` cannot stand in an unquoted term");
        let error = PatternError::new(PatternErrorCode::InvalidCharacter, start + bad, message, hint);
        Err(error.natively(format!("Invalid character(s) in term '{word}'")))
    }

    fn is_in(&self, message: &str) -> bool {
        match self {
            Self::Text(phrase) => phrase.finder.find(message.as_bytes()).is_some(),
            Self::Regex(regex) => regex.is_match(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::FilterPattern;

    fn matches(pattern: &str, message: &str) -> bool {
        FilterPattern::parse(pattern).unwrap().matches(message)
    }

    #[test]
    fn optional_terms_are_ignored_beside_others() {
        assert!(matches("?a ?b", "b") && !matches("?a ?b", "c"));
        assert!(matches("?ERROR ?ARGUMENTS -REQUEST", "INFO") && !matches("?ERROR -REQUEST", "ERROR REQUEST"));
        assert!(matches("?a b", "b"));
    }

    #[test]
    fn phrases_and_regexes_take_prefixes() {
        assert!(matches("-\"a b\"", "ab") && !matches("-\"a b\"", "xa bx"));
        assert!(matches("?%^x% ?\"[y]\"", "a[y]") && !matches("?%^x% ?\"[y]\"", "ax"));
        assert!(matches("--x", "x") && !matches("--x", "-x"));
        assert!(matches("?-x", "-x") && !matches("?-x", "x"), "the second sign belongs to the word");
    }

    #[test]
    fn a_quoted_space_wants_a_space() {
        assert!(matches("\" \"", "a b") && !matches("\" \"", "ab"));
    }

    #[test]
    fn an_empty_phrase_is_in_every_event() {
        assert!(matches("\"\"", "") && matches("\"\"", "a") && !matches("-\"\"", "a"));
    }

    #[test]
    fn any_white_space_separates_terms() {
        assert!(matches("\ta\n\"b c\"\r\n -d ", "b c a") && !matches("a\n-d", "a d"));
    }

    #[test]
    fn escapes_in_phrases_are_undone() {
        assert!(matches(r#""say \"hi\"""#, r#"they say "hi" now"#) && !matches(r#""say \"hi\"""#, r#"say \"hi\""#));
        assert!(matches(r#""C:\temp\\x""#, r"in C:\temp\x") && matches(r#""\d""#, r"a \d"));
        assert!(matches("\"a\tb\"", "a\tb") && !matches("\"a\tb\"", "a b"));
        assert!(matches("\"日本 é\"", "x日本 éx") && !matches("\"*\"", "x"), "a `*` in a phrase is a `*`");
    }

    #[test]
    fn mistakes_have_a_place_and_a_way_out() {
        use PatternErrorCode as Code;
        let cases = [
            ("ERR*", Code::InvalidCharacter, 3),
            ("a [b]", Code::InvalidCharacter, 2),
            ("? a", Code::Syntax, 1),
            ("a -", Code::Syntax, 3),
            ("\"a\"b", Code::Syntax, 3),
            ("\"a\"\"b\"", Code::Syntax, 3),
            ("%a%b", Code::Syntax, 3),
            ("%%", Code::InvalidRegex, 1),
            ("a \"b", Code::UnclosedQuote, 2),
            ("\"a\\\"", Code::UnclosedQuote, 0),
            ("café", Code::InvalidCharacter, 3),
            ("a\u{a0}b", Code::InvalidCharacter, 1),
            ("-?a", Code::InvalidCharacter, 1),
        ];
        for (pattern, code, offset) in cases {
            let error = FilterPattern::parse(pattern).unwrap_err();
            assert_eq!((error.code(), error.offset()), (code, offset), "{pattern}");
        }
        let error = FilterPattern::parse("a path/to").unwrap_err();
        assert_eq!(error.native(), Some("Invalid character(s) in term 'path/to'"));
        assert_eq!(error.hint(), "put it in double quotes: \"path/to\"");
    }
}
