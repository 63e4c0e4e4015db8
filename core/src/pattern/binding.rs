//! Which field of a space-delimited pattern takes which piece of a line.
//!
//! Without `...` the fields take the pieces in order and the last one takes all that is left, delimiters included. With `...` the fields
//! before it count from the start of the line and those after it from the end. Nothing here allocates but the list of extracted
//! fields: a line is split again where a list of its pieces would otherwise be needed.

use super::cursor::is_space;
use super::delimited::{Delimited, Field};
use super::tokens::Tokens;

/// A piece of a line and the field it was bound to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound<'p, 'm> {
    /// Position among the fields of the line, from 1.
    position: usize,
    /// The field's name, if it has one.
    name: Option<&'p str>,
    /// What it holds.
    pub(super) text: &'m str,
}

/// Where in a line a field is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Counted from the first piece, which is 0.
    FromStart(usize),
    /// Counted from the last piece, which is 0.
    FromEnd(usize),
}

impl Bound<'_, '_> {
    /// How a metric value or a dimension refers to it: `$name` or `$3`.
    pub(super) fn reference(&self) -> String {
        match self.name {
            Some(name) => format!("${name}"),
            None => format!("${}", self.position),
        }
    }
}

impl Delimited {
    /// Whether a line has the fields the pattern wants.
    pub(super) fn matches(&self, message: &str) -> bool {
        if self.bare {
            return !message.is_empty();
        }
        match &self.trailing {
            None => {
                let mut texts = Absorbing::new(message, self.leading.len());
                self.leading.iter().all(|field| texts.next().is_some_and(|text| field.accepts(text)))
            }
            Some(trailing) => self.matches_around(trailing, message),
        }
    }

    fn matches_around(&self, trailing: &[Field], message: &str) -> bool {
        let mut ahead = Tokens::new(message);
        let mut accepts = |field: &Field| ahead.next().is_some_and(|token| field.accepts(token.text));
        if !self.leading.iter().all(&mut accepts) {
            return false;
        }
        // One reader goes ahead by as many pieces as there are fields at the end; where it stops, the other has these before it.
        let mut behind = ahead.clone();
        if ahead.by_ref().take(trailing.len()).count() < trailing.len() {
            return false;
        }
        if trailing.iter().all(|field| field.condition.is_none()) {
            return true;
        }
        while ahead.next().is_some() {
            behind.next();
        }
        trailing.iter().all(|field| behind.next().is_some_and(|token| field.accepts(token.text)))
    }

    /// Splits a line as the pattern says, in the order of the line; none when the line does not match.
    pub(super) fn bind<'p, 'm>(&'p self, message: &'m str) -> Option<Vec<Bound<'p, 'm>>> {
        if !self.matches(message) {
            return None;
        }
        let named = |index: usize, text, field: Option<&'p Field>| Bound { position: index + 1, name: field.and_then(|field| field.name.as_deref()), text };
        let Some(trailing) = &self.trailing else {
            let texts = Absorbing::new(message, self.leading.len());
            return Some(texts.zip(&self.leading).enumerate().map(|(index, (text, field))| named(index, text, Some(field))).collect());
        };
        let mut bound: Vec<Bound<'p, 'm>> = Tokens::new(message).enumerate().map(|(index, token)| named(index, token.text, self.leading.get(index))).collect();
        for (bound, field) in bound.iter_mut().rev().zip(trailing.iter().rev()) {
            bound.name = field.name.as_deref();
        }
        Some(bound)
    }

    /// Where a field is found: by name, else by position from 1. None when no line has such a field.
    pub(super) fn place(&self, name: &str) -> Option<Place> {
        let named = |field: &Field| field.name.as_deref() == Some(name);
        if let Some(index) = self.leading.iter().position(named) {
            return Some(Place::FromStart(index));
        }
        if let Some(index) = self.trailing.iter().flatten().rev().position(named) {
            return Some(Place::FromEnd(index));
        }
        let index = name.parse::<usize>().ok()?.checked_sub(1)?;
        (self.trailing.is_some() || index < self.leading.len()).then_some(Place::FromStart(index))
    }

    /// What a line that matches holds in a place; none when it has fewer pieces.
    pub(super) fn text_at<'m>(&self, place: Place, message: &'m str) -> Option<&'m str> {
        let mut tokens = Tokens::new(message);
        let token = match place {
            Place::FromStart(index) if self.trailing.is_none() => return Absorbing::new(message, self.leading.len()).nth(index),
            Place::FromStart(index) => tokens.nth(index),
            Place::FromEnd(index) => {
                let last = tokens.clone().count().checked_sub(index + 1)?;
                tokens.nth(last)
            }
        };
        token.map(|token| token.text)
    }
}

/// The first pieces of a line, the last of them with all that follows it.
struct Absorbing<'m> {
    line: &'m str,
    tokens: Tokens<'m>,
    left: usize,
}

impl<'m> Absorbing<'m> {
    fn new(line: &'m str, fields: usize) -> Self {
        Self { line, tokens: Tokens::new(line), left: fields }
    }
}

impl<'m> Iterator for Absorbing<'m> {
    type Item = &'m str;

    fn next(&mut self) -> Option<&'m str> {
        self.left = self.left.checked_sub(1)?;
        let token = self.tokens.next()?;
        if self.left == 0 && self.tokens.next().is_some() {
            return self.line.get(token.start..).map(|rest| rest.trim_end_matches(is_space));
        }
        Some(token.text)
    }
}

#[cfg(test)]
mod tests {
    use crate::pattern::FilterPattern;

    fn extract(pattern: &str, message: &str) -> Option<Vec<(String, String)>> {
        let pattern = FilterPattern::parse(pattern).unwrap();
        let extracted = pattern.extract(message);
        assert_eq!(extracted.is_some(), pattern.matches(message), "{pattern} on {message}");
        for (index, (reference, text)) in extracted.iter().flatten().enumerate() {
            let name = reference.trim_start_matches('$');
            assert_eq!(pattern.field(name, message), Some(text.as_str()), "{pattern}: {name} of {message}");
            assert_eq!(pattern.field(&(index + 1).to_string(), message), Some(text.as_str()), "{pattern}: {index} of {message}");
        }
        extracted
    }

    fn fields(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn the_last_field_takes_the_rest_of_the_line() {
        assert_eq!(extract("[a, b]", "x [y z] \"w\" \n"), Some(fields(&[("$a", "x"), ("$b", "[y z] \"w\"")])));
        assert_eq!(extract("[a, b]", "x [y z] "), Some(fields(&[("$a", "x"), ("$b", "y z")])));
        assert_eq!(extract("[a, b]", "x"), None);
        assert_eq!(extract("[a]", "  "), None);
        assert_eq!(extract("[,]", "x y z"), Some(fields(&[("$1", "x"), ("$2", "y z")])));
        assert_eq!(extract("[a,]", "x y"), Some(fields(&[("$a", "x"), ("$2", "y")])));
        assert_eq!(extract("[a > 1]", "2 3"), None, "what the last field takes is one text");
    }

    #[test]
    fn an_ellipsis_stands_for_any_number_of_fields() {
        assert_eq!(extract("[a, ..., z]", "1 2"), Some(fields(&[("$a", "1"), ("$z", "2")])));
        assert_eq!(extract("[a, ..., z]", "1 2 3 4"), Some(fields(&[("$a", "1"), ("$2", "2"), ("$3", "3"), ("$z", "4")])));
        assert_eq!(extract("[a, ..., z]", "1"), None);
        assert_eq!(extract("[a, ...]", "1 2"), Some(fields(&[("$a", "1"), ("$2", "2")])));
        assert_eq!(extract("[a, ...,]", "1"), None);
        assert_eq!(extract("[..., y = 2, z]", "1 2 3 \n"), Some(fields(&[("$1", "1"), ("$y", "2"), ("$z", "3")])));
        assert_eq!(extract("[..., y = 2, z]", "2 1 3"), None);
        assert_eq!(extract("[...]", ""), Some(fields(&[])));
    }

    #[test]
    fn empty_brackets_take_any_line_but_an_empty_one() {
        assert_eq!(extract("[]", "a b"), Some(fields(&[("$1", "a"), ("$2", "b")])));
        assert_eq!(extract("[ ]", " "), Some(fields(&[])));
        assert_eq!(extract("[]", ""), None);
    }

    #[test]
    fn numbers_in_a_line_compare_by_value() {
        assert!(extract("[code = 1]", "1.0").is_some() && extract("[code != 1]", "1e0").is_none());
        assert!(extract("[code = 1, x]", "+01 x").is_some(), "what reads as a number is one");
        assert!(extract("[code = \"1\"]", "1.0").is_none());
        assert!(extract("[bytes >= 0, x]", "- x").is_none());
        assert!(extract("[w = \"a, b]\", x]", "\"a, b]\" c").is_some());
    }

    #[test]
    fn names_go_before_positions() {
        let pattern = FilterPattern::parse("[2, b, ..., 1]").unwrap();
        let field = |name: &str| pattern.field(name, "x y z");
        assert_eq!((field("2"), field("b"), field("1"), field("3"), field("4")), (Some("x"), Some("y"), Some("z"), Some("z"), None));
    }
}
