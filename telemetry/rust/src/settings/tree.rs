//! What was given, as a tree that remembers places: TOML, YAML, JSON and variables of the environment all become one.

use super::source::{Span, Spanned};

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) span: Span,
}

/// What a value is; numbers keep their spelling.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// YAML's `null`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A finite number.
    Number {
        /// In decimal digits.
        lexeme: String,
        value: f64,
    },
    /// A text.
    Text(String),
    /// The value of a variable: what it is depends on who reads it.
    Untyped(String),
    /// A list.
    List(Vec<Node>),
    /// A map; keys are unique.
    Map(Vec<Entry>),
}

/// One key of a map.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) key: Spanned<String>,
    pub(super) value: Node,
}

/// Longest piece of a value repeated in a message, in characters.
const SHOWN_CHARACTERS: usize = 40;

impl Node {
    /// What is there, for `expected …, found …`.
    pub(super) fn found(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => format!("`{value}`"),
            Value::Number { lexeme, .. } => format!("the number {}", shortened(lexeme)),
            Value::Text(text) if text.trim().is_empty() => "an empty text".to_owned(),
            Value::Text(text) => format!("the text `{}`", shortened(text)),
            Value::Untyped(text) => format!("`{}`", shortened(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        }
    }

    /// A scalar as the key of a map; none for lists, maps and nothing.
    #[cfg(feature = "config")]
    pub(super) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Number { lexeme, .. } => Some(lexeme),
            Value::Text(text) | Value::Untyped(text) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// A number as typed, or a text.
    pub(super) fn number_or_text(&self) -> Option<&str> {
        if let Value::Number { lexeme, .. } = &self.value { Some(lexeme) } else { self.text() }
    }

    /// A text, quoted or from a variable.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Untyped(text) => Some(text),
            _ => None,
        }
    }
}

/// A value short enough to repeat in a message, on one line.
pub(super) fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).take(SHOWN_CHARACTERS).collect();
    if text.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}
