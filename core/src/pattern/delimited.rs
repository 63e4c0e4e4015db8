//! Space-delimited patterns: `[ip, user, ..., status = 4*, bytes > 1000]`.

use super::comparison::{Comparison, Scalar};
use super::cursor::{Cursor, is_space, is_word};
use super::error::{PatternError, PatternErrorCode};
use super::expression::Expression;

/// A compiled space-delimited pattern.
#[derive(Clone, Debug)]
pub(super) struct Delimited {
    /// Fields that bind from the start of the line.
    pub(super) leading: Vec<Field>,
    /// Fields after `...`, which bind from the end of the line; none without `...`.
    pub(super) trailing: Option<Vec<Field>>,
    /// `[]`: any number of fields, but not an empty message.
    pub(super) bare: bool,
}

/// One field of a pattern.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: Option<String>,
    pub(super) condition: Option<Expression<Comparison>>,
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

    /// Every field, in the order of the pattern.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.leading.iter().chain(self.trailing.iter().flatten())
    }

    /// The names of the fields, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields().filter_map(|field| field.name.as_deref())
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
    pub(super) fn accepts(&self, text: &str) -> bool {
        let scalar = Scalar { text, numeric: true };
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

    #[test]
    fn conditions_join_and_nest_within_a_field() {
        let pattern = FilterPattern::parse("[ip, (status = 4* || status >= 500) && status != 404, ...]").unwrap();
        for (status, expected) in [("400", true), ("404", false), ("503", true), ("200", false), ("4xx", true), ("5xx", false)] {
            assert_eq!(pattern.matches(&format!("::1 {status} x")), expected, "{status}");
        }
        assert_eq!(pattern.fields().collect::<Vec<_>>(), ["ip", "status"]);
    }

    #[test]
    fn conditions_need_no_space_and_take_parentheses() {
        for pattern in ["[a=1||a=2]", "[(a=1)||(a=2)]", "[((a = 1) || a = 2)]", "[ a\t=\n1 || a = 2 ]"] {
            let pattern = FilterPattern::parse(pattern).unwrap();
            assert!(pattern.matches("1") && pattern.matches("2.0") && !pattern.matches("3"), "{pattern}");
        }
    }

    #[test]
    fn quoted_values_may_hold_what_ends_a_field() {
        let pattern = FilterPattern::parse("[w = \"a, b]\", x = \"\\\"\"]").unwrap();
        assert!(pattern.matches("\"a, b]\" \"") && !pattern.matches("\"a, b\" \""));
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
            ("[a==1]", Code::Syntax, 2),
            ("[a=]", Code::Syntax, 3),
            ("[=1]", Code::Syntax, 1),
            ("[(a)]", Code::Syntax, 3),
            ("[(a=1]", Code::Syntax, 5),
            ("[\"a\"]", Code::Syntax, 1),
            ("[a, ....]", Code::Syntax, 7),
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
