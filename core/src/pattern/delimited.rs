//! Space-delimited patterns: `[ip, user, ..., status = 4*, bytes > 1000]`.

use super::comparison::{Comparison, Scalar};
use super::cursor::{Cursor, is_space, is_word};
use super::error::{PatternError, PatternErrorCode};
use super::expression::Expression;
use super::operand::parse_number;
use super::tokens::{Token, Tokens};

/// A compiled space-delimited pattern.
#[derive(Clone, Debug)]
pub(super) struct Delimited {
    /// Fields that bind from the start of the line.
    leading: Vec<Field>,
    /// Fields after `...`, which bind from the end of the line; none without `...`.
    trailing: Option<Vec<Field>>,
    /// `[]`: any number of fields, but not an empty message.
    bare: bool,
}

#[derive(Clone, Debug)]
struct Field {
    name: Option<String>,
    condition: Option<Expression<Comparison>>,
}

/// A piece of a line and the field it was bound to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound<'p, 'm> {
    /// Position among the fields of the line, from 1.
    position: usize,
    /// The field's name, if it has one.
    pub(super) name: Option<&'p str>,
    /// What it holds.
    pub(super) text: &'m str,
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
    /// Reads a pattern from its `[`.
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, PatternError> {
        cursor.bump();
        cursor.skip_space();
        let mut pattern = Self { leading: Vec::new(), trailing: None, bare: cursor.eat("]") };
        while !pattern.bare {
            cursor.skip_space();
            pattern.entry(cursor)?;
            cursor.skip_space();
            if cursor.eat("]") {
                break;
            }
            if !cursor.eat(",") {
                return Err(PatternError::syntax(
                    cursor.offset(),
                    "a field does not end here",
                    "separate fields with `,`, put values with other characters in double quotes, and close with `]`",
                ));
            }
        }
        cursor.skip_space();
        if !cursor.rest().is_empty() {
            return Err(PatternError::syntax(cursor.offset(), "text follows the closing `]`", "remove it"));
        }
        if pattern.bare {
            pattern.trailing = Some(Vec::new());
        }
        Ok(pattern)
    }

    fn entry(&mut self, cursor: &mut Cursor<'_>) -> Result<(), PatternError> {
        let start = cursor.offset();
        if cursor.eat("...") {
            if self.trailing.is_some() {
                return Err(duplicate("...", start));
            }
            self.trailing = Some(Vec::new());
            return Ok(());
        }
        let field = Field::parse(cursor)?;
        if let Some(name) = field.name.as_deref().filter(|name| self.names().any(|known| known == *name)) {
            return Err(duplicate(name, start));
        }
        self.trailing.as_mut().unwrap_or(&mut self.leading).push(field);
        Ok(())
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.leading.iter().chain(self.trailing.iter().flatten())
    }

    /// The names of the fields, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields().filter_map(|field| field.name.as_deref())
    }

    /// Whether some line has a field at this position, counted from 1.
    pub(super) fn has_position(&self, position: usize) -> bool {
        position > 0 && (self.trailing.is_some() || position <= self.leading.len())
    }

    /// Splits a line as the pattern says, in the order of the line; none when the line does not match.
    pub(super) fn bind<'p, 'm>(&'p self, message: &'m str) -> Option<Vec<Bound<'p, 'm>>> {
        if self.bare && message.is_empty() {
            return None;
        }
        let texts = match &self.trailing {
            Some(trailing) => {
                let tokens: Vec<&str> = Tokens::new(message).map(|token| token.text).collect();
                (tokens.len() >= self.leading.len() + trailing.len()).then_some(tokens)?
            }
            None => self.exactly(message)?,
        };
        let trailing_from = texts.len() - self.trailing.as_ref().map_or(0, Vec::len);
        let mut bound = Vec::with_capacity(texts.len());
        for (index, text) in texts.into_iter().enumerate() {
            let field = match index.checked_sub(trailing_from) {
                Some(from_end) if self.trailing.is_some() => self.trailing.as_ref().and_then(|fields| fields.get(from_end)),
                _ => self.leading.get(index),
            };
            if !field.is_none_or(|field| field.accepts(text)) {
                return None;
            }
            bound.push(Bound { position: index + 1, name: field.and_then(|field| field.name.as_deref()), text });
        }
        Some(bound)
    }

    /// Without `...` a line needs as many fields as the pattern; the last one takes what is left, delimiters included.
    fn exactly<'m>(&self, message: &'m str) -> Option<Vec<&'m str>> {
        let mut tokens = Tokens::new(message);
        let taken: Vec<Token<'m>> = tokens.by_ref().take(self.leading.len()).collect();
        if taken.len() < self.leading.len() {
            return None;
        }
        let mut texts: Vec<&str> = taken.iter().map(|token| token.text).collect();
        if let (Some(last), Some(text), Some(_)) = (taken.last(), texts.last_mut(), tokens.next()) {
            *text = message.get(last.start..)?.trim_end_matches(is_space);
        }
        Some(texts)
    }
}

impl Field {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, PatternError> {
        match cursor.peek() {
            Some(',' | ']') => {
                return Ok(Self { name: None, condition: None });
            }
            Some('(') => {}
            _ => {
                // A name alone is no condition, so look past it before reading an expression.
                let (name, after) = split_name(cursor.rest());
                if !name.is_empty() && matches!(after.trim_start_matches(is_space).chars().next(), Some(',' | ']')) {
                    cursor.advance(name.len());
                    return Ok(Self { name: Some(name.to_owned()), condition: None });
                }
            }
        }
        let mut name: Option<String> = None;
        let condition = Expression::parse(cursor, &mut |cursor| condition(cursor, &mut name))?;
        Ok(Self { name, condition: Some(condition) })
    }

    /// A field that reads as a number is compared as one.
    fn accepts(&self, text: &str) -> bool {
        let scalar = Scalar { text, numeric: parse_number(text).is_some() };
        self.condition.as_ref().is_none_or(|condition| condition.holds(&mut |comparison| comparison.holds(scalar)))
    }
}

/// Reads `name = value`; every condition of a field must repeat its name.
fn condition(cursor: &mut Cursor<'_>, field: &mut Option<String>) -> Result<Comparison, PatternError> {
    let start = cursor.offset();
    let name = cursor.take_while(is_word);
    if name.is_empty() {
        return Err(PatternError::syntax(start, "a field name is missing", "names are letters, digits, `_` and `-`; leave a field empty to not name it"));
    }
    let known = field.get_or_insert_with(|| name.to_owned());
    if known != name {
        let message = format!("a condition on `{name}` stands in the field `{known}`");
        let hint = format!("separate the fields with `,`, or repeat `{known}`");
        return Err(PatternError::new(PatternErrorCode::FieldMismatch, start, message, hint));
    }
    cursor.skip_space();
    let operator = cursor.offset();
    Comparison::parse(cursor)?.ok_or_else(|| {
        let hint = "use `=`, `!=`, `<`, `<=`, `>` or `>=`, and end the field with `,` or `]`";
        PatternError::syntax(operator, "an operator is missing after the field name", hint)
    })
}

fn split_name(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c| !is_word(c)).unwrap_or(text.len()))
}

fn duplicate(name: &str, offset: usize) -> PatternError {
    let hint = if name == "..." { "keep one `...`" } else { "give each field a name of its own" };
    let error = PatternError::new(PatternErrorCode::DuplicateField, offset, format!("`{name}` appears twice"), hint);
    error.natively(format!("Duplicate field '{name}'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::FilterPattern;

    fn extract(pattern: &str, message: &str) -> Option<Vec<(String, String)>> {
        FilterPattern::parse(pattern).unwrap().extract(message)
    }

    fn fields(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn the_last_field_takes_the_rest_of_the_line() {
        assert_eq!(extract("[a, b]", "x [y z] \"w\" \n"), Some(fields(&[("$a", "x"), ("$b", "[y z] \"w\"")])));
        assert_eq!(extract("[a, b]", "x [y z] "), Some(fields(&[("$a", "x"), ("$b", "y z")])));
        assert_eq!(extract("[a, b]", "x"), None);
        assert_eq!(extract("[,]", "x y z"), Some(fields(&[("$1", "x"), ("$2", "y z")])));
    }

    #[test]
    fn an_ellipsis_stands_for_any_number_of_fields() {
        assert_eq!(extract("[a, ..., z]", "1 2"), Some(fields(&[("$a", "1"), ("$z", "2")])));
        assert_eq!(extract("[a, ..., z]", "1 2 3 4"), Some(fields(&[("$a", "1"), ("$2", "2"), ("$3", "3"), ("$z", "4")])));
        assert_eq!(extract("[a, ..., z]", "1"), None);
        assert_eq!(extract("[a, ...]", "1 2"), Some(fields(&[("$a", "1"), ("$2", "2")])));
        assert_eq!(extract("[...]", ""), Some(fields(&[])));
    }

    #[test]
    fn empty_brackets_take_any_line_but_an_empty_one() {
        assert_eq!(extract("[]", "a b"), Some(fields(&[("$1", "a"), ("$2", "b")])));
        assert_eq!(extract("[ ]", " "), Some(fields(&[])));
        assert_eq!(extract("[]", ""), None);
    }

    #[test]
    fn conditions_join_and_nest_within_a_field() {
        let pattern = FilterPattern::parse("[ip, (status = 4* || status >= 500) && status != 404, ...]").unwrap();
        for (status, expected) in [("400", true), ("404", false), ("503", true), ("200", false), ("4xx", true), ("5xx", false)] {
            assert_eq!(pattern.matches(&format!("::1 {status} x")), expected, "{status}");
        }
        assert_eq!(pattern.fields().collect::<Vec<_>>(), ["ip", "status"]);
    }

    #[test]
    fn numbers_in_a_line_compare_by_value() {
        assert!(extract("[code = 1]", "1.0").is_some());
        assert!(extract("[code = \"1\"]", "1.0").is_none());
        assert!(extract("[w = \"a, b]\", x]", "\"a, b]\" c").is_some());
    }

    #[test]
    fn mistakes_have_a_place_and_a_way_out() {
        use PatternErrorCode as Code;
        let cases = [
            ("[a, b, a]", Code::DuplicateField, 7),
            ("[..., a, ...]", Code::DuplicateField, 9),
            ("[a=1, b=2 || a=3]", Code::FieldMismatch, 13),
            ("[a=1 || a]", Code::Syntax, 9),
            ("[a b]", Code::Syntax, 3),
            ("[a=x/y]", Code::Syntax, 4),
            ("[a", Code::Syntax, 2),
            ("[a]b", Code::Syntax, 3),
            ("[é]", Code::Syntax, 1),
            ("[a > x]", Code::NotANumber, 5),
        ];
        for (pattern, code, offset) in cases {
            let error = FilterPattern::parse(pattern).unwrap_err();
            assert_eq!((error.code(), error.offset()), (code, offset), "{pattern}: {error}");
        }
        let error = FilterPattern::parse("[word, word]").unwrap_err();
        assert_eq!(error.native(), Some("Duplicate field 'word'"));
    }
}
