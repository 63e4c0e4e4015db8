//! Patterns of terms: `ERROR -"health check"`.

use super::cursor::{Cursor, is_space, is_word};
use super::error::{PatternError, PatternErrorCode};
use super::operand::quoted;
use super::regex::LogRegex;

/// A compiled pattern of terms. A term is found anywhere in the text, in the middle of a word too, and case matters.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    /// All must be found.
    required: Vec<Term>,
    /// None may be found.
    excluded: Vec<Term>,
    /// One must be found; empty as soon as there is a term of another kind, since `CloudWatch` then ignores all `?` terms.
    optional: Vec<Term>,
}

#[derive(Clone, Debug)]
enum Term {
    Text(String),
    Regex(LogRegex),
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
        if !(terms.required.is_empty() && terms.excluded.is_empty()) {
            terms.optional.clear();
        }
        Ok(terms)
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        self.required.iter().all(|term| term.is_in(message))
            && !self.excluded.iter().any(|term| term.is_in(message))
            && (self.optional.is_empty() || self.optional.iter().any(|term| term.is_in(message)))
    }
}

impl Term {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, PatternError> {
        match cursor.peek() {
            Some('"') => Ok(Self::Text(quoted(cursor)?.into_iter().map(|quoted| quoted.character).collect())),
            Some('%') => {
                cursor.count_regex();
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
            return Ok(Self::Text(word.to_owned()));
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
            Self::Text(text) => message.contains(text.as_str()),
            Self::Regex(regex) => regex.is_match(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
    }

    #[test]
    fn a_quoted_space_wants_a_space() {
        assert!(matches("\" \"", "a b") && !matches("\" \"", "ab"));
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
            ("%a%b", Code::Syntax, 3),
            ("a \"b", Code::UnclosedQuote, 2),
            ("café", Code::InvalidCharacter, 3),
        ];
        for (pattern, code, offset) in cases {
            let error = FilterPattern::parse(pattern).unwrap_err();
            assert_eq!((error.code(), error.offset()), (code, offset), "{pattern}");
        }
        let error = FilterPattern::parse("a path/to").unwrap_err();
        assert_eq!(error.native(), Some("Invalid character(s) in term 'path/to'"));
        assert_eq!(error.hint(), "put it in double quotes: \"path/to\"");
    }

    /// What the rules say, without compiling anything.
    fn naive(terms: &[(char, String)], message: &str) -> bool {
        let has = |sign: char| terms.iter().filter(move |term| term.0 == sign).map(|term| message.contains(&term.1));
        let only_optional = terms.iter().all(|term| term.0 == '?');
        if only_optional { terms.is_empty() || has('?').any(|found| found) } else { has('+').all(|found| found) && !has('-').any(|found| found) }
    }

    proptest! {
        #[test]
        fn agrees_with_a_naive_matcher(
            terms in prop::collection::vec((prop_oneof![Just('+'), Just('-'), Just('?')], "[ab]{1,2}"), 0..4),
            message in "[ab ]{0,5}",
        ) {
            let written: Vec<String> = terms.iter().map(|(sign, term)| format!("{sign}{term}").trim_start_matches('+').to_owned()).collect();
            prop_assert_eq!(matches(&written.join(" "), &message), naive(&terms, &message), "{:?}", written);
        }
    }
}
