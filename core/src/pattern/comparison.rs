//! Comparing a field or a JSON value with what a pattern asks for.

use super::cursor::Cursor;
use super::error::{PatternError, PatternErrorCode};
use super::operand::{Operand, parse_number};

/// A value that can be compared: JSON strings and numbers, and the fields of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scalar<'v> {
    /// The string, or the number as it was written.
    pub(super) text: &'v str,
    /// Whether the text counts as a number if it reads as one: so do a JSON number and a field of a line, a JSON string does not.
    pub(super) numeric: bool,
}

/// An operator and its right side. Its `holds` needs an existing value: `!=` is false, too, when there is none.
#[derive(Clone, Debug)]
pub(super) enum Comparison {
    /// `=`
    Equal(Operand),
    /// `!=`
    NotEqual(Operand),
    /// `<`, `<=`, `>` or `>=`: numbers only on both sides.
    Ordered { order: Order, bound: f64 },
}

/// An order operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparison {
    /// Reads an operator and its right side; none when no operator comes next.
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Option<Self>, PatternError> {
        let start = cursor.offset();
        let equality = if cursor.eat("!=") {
            Some(Self::NotEqual as fn(Operand) -> Self)
        } else if cursor.eat("=") {
            if cursor.peek() == Some('=') {
                return Err(PatternError::syntax(start, "there is no operator `==`", "write `=`"));
            }
            Some(Self::Equal as fn(Operand) -> Self)
        } else {
            None
        };
        if let Some(comparison) = equality {
            cursor.skip_space();
            return Operand::parse(cursor).map(|operand| Some(comparison(operand)));
        }
        let orders = [("<=", Order::AtMost), ("<", Order::Less), (">=", Order::AtLeast), (">", Order::Greater)];
        let Some((_, order)) = orders.into_iter().find(|(sign, _)| cursor.eat(sign)) else {
            return Ok(None);
        };
        cursor.skip_space();
        let right = cursor.offset();
        match Operand::parse(cursor)? {
            Operand::Number { value, .. } => Ok(Some(Self::Ordered { order, bound: value })),
            _ => Err(PatternError::new(
                PatternErrorCode::NotANumber,
                right,
                "an order can only be compared with an unquoted number",
                "write a number without quotes, or use `=` or `!=`",
            )),
        }
    }

    /// Whether `scalar` compares as asked.
    pub(super) fn holds(&self, scalar: Scalar<'_>) -> bool {
        match self {
            Self::Equal(operand) => operand.equals(scalar),
            Self::NotEqual(operand) => !operand.equals(scalar),
            Self::Ordered { order, bound } => scalar.number().is_some_and(|number| match order {
                Order::Less => number < *bound,
                Order::AtMost => number <= *bound,
                Order::Greater => number > *bound,
                Order::AtLeast => number >= *bound,
            }),
        }
    }
}

impl Operand {
    /// Numbers equal numbers by value (1 = 1.0 = 1e0). Everything else is compared as text, a number as it was written: that an
    /// unquoted 1 equals the string "1" and not "1.0", and a quoted "1" the number 1 and not 1.0, was observed on `CloudWatch`.
    fn equals(&self, scalar: Scalar<'_>) -> bool {
        match self {
            Self::Number { value, lexeme } => match scalar.number() {
                // Both sides are decimal texts read the same way: equal values have equal bits, or are the two zeros.
                Some(number) => (number - value) == 0.0,
                None => scalar.text == lexeme,
            },
            Self::Text(wildcard) => wildcard.matches(scalar.text),
            Self::Regex(regex) => regex.is_match(scalar.text),
        }
    }
}

impl Scalar<'_> {
    fn number(self) -> Option<f64> {
        if self.numeric { parse_number(self.text) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(comparison: &str, text: &str, numeric: bool) -> bool {
        let comparison = Comparison::parse(&mut Cursor::new(comparison)).unwrap().unwrap();
        comparison.holds(Scalar { text, numeric })
    }

    #[test]
    fn bare_numbers_compare_by_value_with_numbers_and_by_text_with_strings() {
        assert!(holds("= 1", "1.0", true) && holds("=1e0", "1", true) && holds("= 0", "-0", true));
        assert!(holds("= 1", "1", false) && !holds("= 1", "1.0", false));
        assert!(holds("!= 1", "1.0", false) && !holds("!= 1", "1.0", true));
    }

    #[test]
    fn quoted_text_compares_with_the_digits_of_a_number() {
        assert!(holds("= \"1\"", "1", true) && !holds("= \"1\"", "1.0", true));
        assert!(holds("= 4*", "404", true) && holds("= %^4%", "404", true));
        assert!(holds("= *", "", false) && !holds("!= *", "x", false));
    }

    #[test]
    fn order_is_for_numbers_only() {
        assert!(holds("< 2", "1.5", true) && !holds("< 2", "2", true) && holds("<= 2", "2", true));
        assert!(holds(">1", "1.5", true) && !holds("> 2", "2", true) && holds(">=2", "2", true));
        assert!(!holds("< 2", "1", false));
        let error = Comparison::parse(&mut Cursor::new("< \"2\"")).unwrap_err();
        assert_eq!((error.code(), error.offset()), (PatternErrorCode::NotANumber, 2));
    }

    #[test]
    fn a_number_beyond_f64_is_not_equal_to_any() {
        assert!(!holds("= 1", "1e999", true));
        assert!(holds("!= 1", "1e999", true));
    }
}
