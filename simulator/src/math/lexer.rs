//! Words of an expression.

use crate::math::{MathError, ast::Operator};

/// A word and its column, from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) column: usize,
    pub(super) kind: TokenKind,
}

/// What a word is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Number(f64),
    Text(String),
    Word(String),
    Operator(Operator),
    Open,
    Close,
    OpenArray,
    CloseArray,
    Comma,
    End,
}

impl TokenKind {
    /// The word as an error names it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Number(number) => format!("`{number}`"),
            Self::Text(text) => format!("`\"{text}\"`"),
            Self::Word(word) => format!("`{word}`"),
            Self::Operator(_) => "an operator".to_owned(),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
            Self::OpenArray => "`[`".to_owned(),
            Self::CloseArray => "`]`".to_owned(),
            Self::Comma => "`,`".to_owned(),
            Self::End => "the end of the expression".to_owned(),
        }
    }
}

/// Splits an expression into words; the last one is [`TokenKind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, MathError> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let column = at + 1;
        if letter.is_whitespace() {
            at += 1;
            continue;
        }
        let (kind, length) = match letter {
            '0'..='9' | '.' => number(&letters, at)?,
            'a'..='z' | 'A'..='Z' => word(&letters, at),
            '"' | '\'' => quoted(&letters, at)?,
            _ => symbol(letter, letters.get(at + 1).copied())
                .ok_or_else(|| MathError::new(column, format!("`{letter}` has no meaning here; use + - * / ^ == != < > <= >= && || ( ) [ ] or a function")))?,
        };
        found.push(Token { column, kind });
        at += length;
    }
    found.push(Token { column: letters.len() + 1, kind: TokenKind::End });
    Ok(found)
}

fn number(letters: &[char], at: usize) -> Result<(TokenKind, usize), MathError> {
    let mut length = 0;
    while let Some(letter) = letters.get(at + length) {
        let exponent_sign = matches!(letter, '+' | '-') && length > 0 && matches!(letters.get(at + length - 1), Some('e' | 'E'));
        if letter.is_ascii_digit() || matches!(letter, '.' | 'e' | 'E') || exponent_sign {
            length += 1;
        } else {
            break;
        }
    }
    let text: String = letters.iter().skip(at).take(length).collect();
    let value: f64 = text.parse().map_err(|_| MathError::new(at + 1, format!("`{text}` is not a number; write it like 100 or 0.5")))?;
    Ok((TokenKind::Number(value), length))
}

fn word(letters: &[char], at: usize) -> (TokenKind, usize) {
    let text: String = letters.iter().skip(at).take_while(|letter| letter.is_ascii_alphanumeric() || **letter == '_').collect();
    let length = text.len();
    let kind = match text.as_str() {
        "AND" => TokenKind::Operator(Operator::And),
        "OR" => TokenKind::Operator(Operator::Or),
        _ => TokenKind::Word(text),
    };
    (kind, length)
}

fn quoted(letters: &[char], at: usize) -> Result<(TokenKind, usize), MathError> {
    let quote = letters.get(at).copied().unwrap_or('"');
    let text: String = letters.iter().skip(at + 1).take_while(|letter| **letter != quote).collect();
    let length = text.chars().count() + 2;
    if at + length > letters.len() {
        return Err(MathError::new(at + 1, format!("the text is not closed; end it with {quote}")));
    }
    Ok((TokenKind::Text(text), length))
}

fn symbol(letter: char, next: Option<char>) -> Option<(TokenKind, usize)> {
    let operator = |operator, length| Some((TokenKind::Operator(operator), length));
    match (letter, next) {
        ('=', Some('=')) => operator(Operator::Equal, 2),
        ('!', Some('=')) => operator(Operator::NotEqual, 2),
        ('<', Some('=')) => operator(Operator::LessOrEqual, 2),
        ('>', Some('=')) => operator(Operator::GreaterOrEqual, 2),
        ('&', Some('&')) => operator(Operator::And, 2),
        ('|', Some('|')) => operator(Operator::Or, 2),
        ('<', _) => operator(Operator::Less, 1),
        ('>', _) => operator(Operator::Greater, 1),
        ('+', _) => operator(Operator::Add, 1),
        ('-', _) => operator(Operator::Subtract, 1),
        ('*', _) => operator(Operator::Multiply, 1),
        ('/', _) => operator(Operator::Divide, 1),
        ('^', _) => operator(Operator::Power, 1),
        ('(', _) => Some((TokenKind::Open, 1)),
        (')', _) => Some((TokenKind::Close, 1)),
        ('[', _) => Some((TokenKind::OpenArray, 1)),
        (']', _) => Some((TokenKind::CloseArray, 1)),
        (',', _) => Some((TokenKind::Comma, 1)),
        _ => None,
    }
}
