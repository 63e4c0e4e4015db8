//! JSON patterns: `{ $.level = "ERROR" && $.http.status >= 500 }`.

use super::comparison::{Comparison, Scalar};
use super::cursor::Cursor;
use super::error::PatternError;
use super::expression::Expression;
use super::quota;
use crate::json::{Scratch, Selector, SelectorSet, SelectorSetBuilder, Slot, Value, Values};

/// A compiled JSON pattern. Only a message that is exactly one JSON object can match.
#[derive(Clone, Debug)]
pub(super) struct JsonPattern {
    expression: Expression<Condition>,
    set: SelectorSet,
    /// Each once, in order of appearance.
    selectors: Vec<Selector>,
    /// How many conditions have a selector with a wildcard.
    wildcard_selectors: usize,
}

/// A selector and what is asked of the values it finds.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    slot: Slot,
    /// Place of its selector in [`JsonPattern::selectors`].
    selector: usize,
    /// What is asked.
    pub(super) test: Test,
}

/// What a condition asks of a value.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// `=`, `!=` or an order.
    Compare(Comparison),
    /// `IS NULL`
    IsNull,
    /// `IS TRUE` or `IS FALSE`
    Is(bool),
    /// `NOT EXISTS`
    NotExists,
}

impl JsonPattern {
    /// Reads a pattern from its `{`.
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, PatternError> {
        cursor.bump();
        let mut parser = Parser { selectors: Vec::new(), set: SelectorSet::builder(), wildcard_selectors: 0 };
        let expression = Expression::parse(cursor, &mut |cursor| parser.condition(cursor))?;
        let end = cursor.offset();
        if !cursor.eat("}") {
            return Err(PatternError::syntax(
                end,
                "a condition does not end here",
                "join conditions with `&&` or `||`, put text with other characters in double quotes, and close with `}`",
            ));
        }
        cursor.skip_space();
        if !cursor.rest().is_empty() {
            return Err(PatternError::syntax(cursor.offset(), "text follows the closing `}`", "remove it"));
        }
        Ok(Self { expression, set: parser.set.build(), selectors: parser.selectors, wildcard_selectors: parser.wildcard_selectors })
    }

    pub(super) fn selectors(&self) -> &[Selector] {
        &self.selectors
    }

    /// The selector of one of the pattern's own conditions.
    pub(super) fn selector(&self, condition: &Condition) -> Option<&Selector> {
        self.selectors.get(condition.selector)
    }

    pub(super) fn expression(&self) -> &Expression<Condition> {
        &self.expression
    }

    pub(super) fn wildcard_selectors(&self) -> usize {
        self.wildcard_selectors
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        let mut scratch = Scratch::default();
        self.set.read(message, &mut scratch).is_some_and(|values| self.holds(values))
    }

    /// Whether the values found with the slots of this pattern's own set, or of the set it was rebound to, are as asked.
    pub(super) fn holds(&self, values: Values<'_, '_>) -> bool {
        self.expression.holds(&mut |condition| condition.holds(values))
    }

    /// The same pattern for the slots of a larger set, so that many patterns share one pass over a line.
    pub(super) fn rebind(&self, set: &mut SelectorSetBuilder) -> Self {
        let mut bound = self.clone();
        bound.expression.each(&mut |condition| {
            if let Some(selector) = self.selectors.get(condition.selector) {
                condition.slot = set.add(selector);
            }
        });
        bound
    }
}

impl Condition {
    /// With a wildcard, one find that passes is enough, and each condition looks for its own.
    fn holds(&self, values: Values<'_, '_>) -> bool {
        if self.slot.finds_several() {
            let mut found = values.all(self.slot);
            return match &self.test {
                Test::NotExists => found.next().is_none(),
                test => found.any(|value| test.holds(&value)),
            };
        }
        match (values.first(self.slot), &self.test) {
            (found, Test::NotExists) => found.is_none(),
            (found, test) => found.is_some_and(|value| test.holds(&value)),
        }
    }
}

impl Test {
    /// Whether one value is as asked.
    fn holds(&self, value: &Value<'_>) -> bool {
        match self {
            Self::NotExists => false,
            Self::IsNull => is_null(value),
            Self::Is(wanted) => *value == Value::Bool(*wanted),
            Self::Compare(comparison) => {
                let numeric = matches!(value, Value::Number(_));
                value.as_text().is_some_and(|text| comparison.holds(Scalar { text, numeric }))
            }
        }
    }
}

/// `IS NULL` is also true of an array with a null in it (observed on `CloudWatch`).
fn is_null(value: &Value<'_>) -> bool {
    *value == Value::Null || value.elements().any(|element| element == Value::Null)
}

struct Parser {
    selectors: Vec<Selector>,
    set: SelectorSetBuilder,
    wildcard_selectors: usize,
}

impl Parser {
    fn condition(&mut self, cursor: &mut Cursor<'_>) -> Result<Condition, PatternError> {
        let start = cursor.offset();
        let selector = Selector::parse_prefix(cursor.rest()).map_err(|error| PatternError::selector(&error, start))?;
        cursor.advance(selector.as_str().len());
        self.wildcard_selectors += usize::from(selector.has_wildcard());
        quota::check_wildcards(selector.wildcards(), self.wildcard_selectors, start)?;
        let slot = self.set.add(&selector);
        let known = self.selectors.iter().position(|known| *known == selector);
        let place = known.unwrap_or(self.selectors.len());
        if known.is_none() {
            self.selectors.push(selector);
        }
        Ok(Condition { slot, selector: place, test: test(cursor)? })
    }
}

/// Reads what follows a selector.
fn test(cursor: &mut Cursor<'_>) -> Result<Test, PatternError> {
    let selector_end = cursor.offset();
    cursor.skip_space();
    if let Some(comparison) = Comparison::parse(cursor)? {
        return Ok(Test::Compare(comparison));
    }
    let start = cursor.offset();
    let unexpected = PatternError::syntax(
        start,
        "an operator is missing after the selector",
        "use `=`, `!=`, `<`, `<=`, `>`, `>=`, `IS NULL`, `IS TRUE`, `IS FALSE` or `NOT EXISTS`, in upper case",
    );
    if start == selector_end {
        return Err(unexpected);
    }
    let first = keyword(cursor);
    cursor.skip_space();
    let second_at = cursor.offset();
    let second = keyword(cursor);
    match (first, second) {
        ("IS", "NULL") => Ok(Test::IsNull),
        ("IS", "TRUE") => Ok(Test::Is(true)),
        ("IS", "FALSE") => Ok(Test::Is(false)),
        ("NOT", "EXISTS") => Ok(Test::NotExists),
        ("IS", "NOT") => Err(PatternError::syntax(second_at, "there is no `IS NOT`", "write `$.field = *` for any text or number")),
        ("EXISTS", _) => Err(PatternError::syntax(start, "there is no `EXISTS`", "write `$.field = *` for any text or number")),
        _ => Err(unexpected),
    }
}

fn keyword<'p>(cursor: &mut Cursor<'p>) -> &'p str {
    cursor.take_while(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::{FilterPattern, PatternErrorCode};

    fn matches(pattern: &str, message: &str) -> bool {
        FilterPattern::parse(pattern).unwrap().matches(message)
    }

    fn error(pattern: &str) -> PatternError {
        FilterPattern::parse(pattern).unwrap_err()
    }

    #[test]
    fn missing_and_compound_values_fail_both_equalities() {
        for message in ["{}", r#"{"v":null}"#, r#"{"v":true}"#, r#"{"v":["x"]}"#, r#"{"v":{}}"#] {
            assert!(!matches("{ $.v = \"x\" }", message), "{message}");
            assert!(!matches("{ $.v != \"x\" }", message), "{message}");
            assert!(!matches("{ $.v = * }", message), "{message}");
        }
        assert!(matches("{ $.v = * }", r#"{"v":""}"#));
    }

    #[test]
    fn is_tests_literals_and_not_texts() {
        assert!(matches("{ $.v IS FALSE }", r#"{"v":false}"#) && !matches("{ $.v IS FALSE }", r#"{"v":"false"}"#));
        assert!(matches("{ $.v = true }", r#"{"v":"true"}"#) && !matches("{ $.v = true }", r#"{"v":true}"#));
        assert!(matches("{ $.v IS NULL }", r#"{"v":[1,null]}"#) && !matches("{ $.v IS NULL }", r#"{"v":[[null]]}"#));
        assert!(!matches("{ $.v IS NULL }", "{}"));
        assert!(!matches("{ $.v NOT EXISTS }", "not JSON") && matches("{ $.v NOT EXISTS }", "{}"));
    }

    #[test]
    fn escapes_in_messages_are_undone_before_comparing() {
        assert!(matches("{ $.v = \"é\\\"\" }", r#"{"\u0076":"\u00e9\""}"#));
    }

    #[test]
    fn white_space_is_free_where_it_separates() {
        assert!(matches(" \n{($.a=1)&&($.b NOT  EXISTS)}\t", r#"{"a":1}"#));
    }

    #[test]
    fn selectors_come_once_and_in_order() {
        let pattern = FilterPattern::parse("{ $.b = 1 || $.a[0] = 2 && $.['b'] = 3 }").unwrap();
        let selectors: Vec<&str> = pattern.selectors().map(Selector::as_str).collect();
        assert_eq!(selectors, ["$.b", "$.a[0]"]);
    }

    #[test]
    fn mistakes_have_a_place_and_a_way_out() {
        let cases = [
            ("{}", PatternErrorCode::InvalidSelector, 1),
            ("{ $.v }", PatternErrorCode::Syntax, 6),
            ("{ $.v == 1 }", PatternErrorCode::Syntax, 6),
            ("{ $.v = null }", PatternErrorCode::Syntax, 8),
            ("{ $.v = 1 AND $.w = 2 }", PatternErrorCode::Syntax, 10),
            ("{ $.v = a/b }", PatternErrorCode::Syntax, 9),
            ("{ $.v = }", PatternErrorCode::Syntax, 8),
            ("{ $.v IS true }", PatternErrorCode::Syntax, 6),
            ("{ $.vIS TRUE }", PatternErrorCode::Syntax, 8),
            ("{ $.v IS NOT NULL }", PatternErrorCode::Syntax, 9),
            ("{ $.v > abc }", PatternErrorCode::NotANumber, 8),
            ("{ $.v > %1% }", PatternErrorCode::NotANumber, 8),
            ("{ $.v = 1", PatternErrorCode::Syntax, 9),
            ("{ $.v = 1 } x", PatternErrorCode::Syntax, 12),
            ("  { v = 1 }", PatternErrorCode::InvalidSelector, 4),
            ("{ !$.v = 1 }", PatternErrorCode::Syntax, 2),
        ];
        for (pattern, code, offset) in cases {
            let error = error(pattern);
            assert_eq!((error.code(), error.offset()), (code, offset), "{pattern}: {error}");
            assert!(!error.hint().is_empty() && !error.to_string().ends_with('.'));
        }
    }
}
