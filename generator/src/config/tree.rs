//! A YAML document as a tree that remembers where each value was typed.

use crate::config::source::{Span, Spanned};

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// The value.
    pub(crate) value: Value,
    /// Where it was typed.
    pub(crate) span: Span,
}

/// What YAML 1.2's core schema makes of a node; numbers keep their spelling.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer or a decimal number.
    Number {
        /// As typed.
        lexeme: String,
        /// Its value.
        value: f64,
    },
    /// Any other scalar, and every quoted one.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file; keys are unique.
    Map(Vec<Entry>),
}

/// One key of a map.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    /// Key and its place.
    pub(crate) key: Spanned<String>,
    /// Value.
    pub(crate) value: Node,
}

/// Longest piece of a value repeated in a message, in characters.
const SHOWN_CHARACTERS: usize = 40;

impl Node {
    /// What is there, for `expected …, found …`.
    pub(crate) fn found(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => format!("`{value}`"),
            Value::Number { lexeme, .. } => format!("the number {}", shortened(lexeme)),
            Value::Text(text) if text.is_empty() => "an empty text".to_owned(),
            Value::Text(text) => format!("the text `{}`", shortened(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        }
    }

    /// The text of a scalar as typed; `None` for lists, maps and nothing.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Number { lexeme, .. } => Some(lexeme),
            Value::Text(text) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }
}

/// A value short enough to repeat in a message, on one line.
pub(crate) fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).take(SHOWN_CHARACTERS).collect();
    if text.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}
