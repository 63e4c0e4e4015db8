//! What was given, as a tree that remembers places: files of any form, variables of the environment and code all become one.

use crate::{Span, Spanned};

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was given.
    pub span: Span,
}

/// What a value is; numbers keep their spelling.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// YAML's `null`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A finite number.
    Number {
        /// As typed, in decimal digits.
        lexeme: String,
        /// Its value.
        value: f64,
    },
    /// A text.
    Text(String),
    /// A word that has no type, such as the value of a variable: what it is depends on who reads it.
    Untyped(String),
    /// A list.
    List(Vec<Node>),
    /// A map in the order it was given; keys are unique.
    Map(Vec<Entry>),
}

/// One key of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Key and its place.
    pub key: Spanned<String>,
    /// Value.
    pub value: Node,
}

/// Longest piece of a value repeated in a message, in characters.
const SHOWN_CHARACTERS: usize = 40;

impl Node {
    /// What is there, for `expected …, found …`.
    pub fn found(&self) -> String {
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

    /// The text of a scalar as typed; `None` for lists, maps and nothing.
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Number { lexeme, .. } => Some(lexeme),
            Value::Text(text) | Value::Untyped(text) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// A number as typed, or a text.
    pub fn number_or_text(&self) -> Option<&str> {
        if let Value::Number { lexeme, .. } = &self.value { Some(lexeme) } else { self.text() }
    }

    /// A text, or a word that has no type.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Untyped(text) => Some(text),
            _ => None,
        }
    }
}

/// A value short enough to repeat in a message, on one line.
pub fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).take(SHOWN_CHARACTERS).collect();
    if text.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(value: Value) -> Node {
        Node { value, span: Span::whole(0) }
    }

    #[test]
    fn what_is_found_is_told_in_a_few_words_on_one_line() {
        let number = || Value::Number { lexeme: "1.50".to_owned(), value: 1.5 };
        for (value, found) in [
            (Value::Null, "nothing"),
            (Value::Bool(true), "`true`"),
            (number(), "the number 1.50"),
            (Value::Text("a\nb".to_owned()), "the text `a b`"),
            (Value::Text(" \t".to_owned()), "an empty text"),
            (Value::Untyped("5".to_owned()), "`5`"),
            (Value::List(Vec::new()), "a list"),
            (Value::Map(Vec::new()), "a map"),
        ] {
            assert_eq!(node(value).found(), found);
        }
        assert_eq!(shortened(&"é".repeat(SHOWN_CHARACTERS)), "é".repeat(SHOWN_CHARACTERS));
        assert_eq!(shortened(&"é".repeat(SHOWN_CHARACTERS + 1)), format!("{}…", "é".repeat(SHOWN_CHARACTERS)));
    }

    #[test]
    fn scalars_are_given_as_typed() {
        let word = || "5".to_owned();
        for (value, scalar, number_or_text, text) in [
            (Value::Bool(false), Some("false"), None, None),
            (Value::Number { lexeme: word(), value: 5.0 }, Some("5"), Some("5"), None),
            (Value::Text(word()), Some("5"), Some("5"), Some("5")),
            (Value::Untyped(word()), Some("5"), Some("5"), Some("5")),
            (Value::Null, None, None, None),
            (Value::List(vec![node(Value::Null)]), None, None, None),
            (Value::Map(Vec::new()), None, None, None),
        ] {
            let node = node(value);
            assert_eq!((node.scalar(), node.number_or_text(), node.text()), (scalar, number_or_text, text), "{node:?}");
        }
    }
}
