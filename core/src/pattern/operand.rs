//! What a comparison compares with: quoted text, a regular expression or a bare word.

use super::cursor::Cursor;
use super::error::{PatternError, PatternErrorCode};
use super::quota;
use super::regex::LogRegex;
use super::wildcard::Wildcard;

/// The right side of a comparison.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// An unquoted number.
    Number {
        /// Its value.
        value: f64,
        /// As it is written: strings are compared with that.
        lexeme: String,
    },
    /// Quoted text, or an unquoted word that is no number; `*` is a wildcard in both.
    Text(Wildcard),
    /// `%…%`.
    Regex(LogRegex),
}

impl Operand {
    /// Reads what comes next.
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, PatternError> {
        let start = cursor.offset();
        match cursor.peek() {
            Some('"') => Ok(Self::Text(wildcard(quoted(cursor)?))),
            Some('%') => {
                quota::check_regexes(cursor.count_regex(), start)?;
                LogRegex::parse(cursor).map(Self::Regex)
            }
            _ => Self::bare(cursor),
        }
    }

    fn bare(cursor: &mut Cursor<'_>) -> Result<Self, PatternError> {
        let start = cursor.offset();
        let word = cursor.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '*' | '.' | '+' | '-'));
        if word.is_empty() {
            return Err(PatternError::syntax(start, "a value is missing", "write a number, a word, \"text in double quotes\" or %a regular expression%"));
        }
        if word == "null" {
            return Err(PatternError::syntax(start, "`null` cannot be compared with", "write `$.field IS NULL`, or \"null\" for the text"));
        }
        Ok(match parse_number(word) {
            Some(value) => Self::Number { value, lexeme: word.to_owned() },
            None => Self::Text(Wildcard::new(word)),
        })
    }
}

/// One character of a quoted text; escaped ones stand for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quoted {
    pub(super) character: char,
    escaped: bool,
}

/// Reads a text in double quotes. A backslash takes the meaning from a following `"`, `\` or `*`; before anything else it is a
/// backslash, so that Windows paths can be written as they are.
pub(super) fn quoted(cursor: &mut Cursor<'_>) -> Result<Vec<Quoted>, PatternError> {
    let start = cursor.offset();
    cursor.bump();
    let mut text = Vec::new();
    while let Some(character) = cursor.bump() {
        match character {
            '"' => return Ok(text),
            '\\' if cursor.peek().is_some_and(|next| matches!(next, '"' | '\\' | '*')) => {
                text.extend(cursor.bump().map(|character| Quoted { character, escaped: true }));
            }
            _ => text.push(Quoted { character, escaped: false }),
        }
    }
    Err(PatternError::new(PatternErrorCode::UnclosedQuote, start, "a quoted text is not closed", "add the closing `\"`"))
}

fn wildcard(text: Vec<Quoted>) -> Wildcard {
    let mut parts = vec![String::new()];
    for Quoted { character, escaped } in text {
        if character == '*' && !escaped {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    let later = parts.split_off(1);
    Wildcard::from_parts(parts.concat(), later)
}

/// Reads a decimal number: sign, digits with or without a fraction, exponent. Not the `inf`, `nan` that Rust would also read, and
/// nothing outside the range of `f64`.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let only = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    let number: f64 = (digit && only).then(|| text.parse().ok())??;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal_and_finite() {
        assert_eq!(parse_number("1e+3"), Some(1000.0));
        assert_eq!(parse_number("-1.50"), Some(-1.5));
        assert_eq!(parse_number("+007"), Some(7.0));
        for text in ["", "-", ".", "e", "inf", "NaN", "infinity", "1e999", "0x10", "1_000", "1.2.3", "--1", "1e"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn a_backslash_escapes_quotes_stars_and_itself_only() {
        let mut cursor = Cursor::new(r#""C:\temp\\x \"\*\""!"#);
        let text: String = quoted(&mut cursor).unwrap().into_iter().map(|quoted| quoted.character).collect();
        assert_eq!(text, r#"C:\temp\x "*""#);
        assert_eq!(cursor.rest(), "!");
    }

    #[test]
    fn an_escaped_star_is_a_star() {
        let read = |text: &str| match Operand::parse(&mut Cursor::new(text)) {
            Ok(Operand::Text(wildcard)) => wildcard,
            other => panic!("{other:?}"),
        };
        assert!(read(r#""a\*b""#).matches("a*b"));
        assert!(!read(r#""a\*b""#).matches("axb"));
        assert!(read(r#""a*b""#).matches("axb"));
    }
}
