//! Comparisons and joined conditions in words.

use super::Statement;
use crate::pattern::comparison::{Comparison, Order};
use crate::pattern::expression::Expression;
use crate::pattern::operand::{Operand, parse_number};
use crate::pattern::wildcard::Wildcard;

/// What a comparison is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// A JSON value: a string, a number or something else.
    Json,
    /// A field of a line: text, and a number as well when it reads as one.
    Field,
}

/// The tree of a pattern's conditions; `leaf` words one of them.
pub(super) fn joined<T>(expression: &Expression<T>, leaf: &impl Fn(&T) -> String) -> Statement {
    let parts = |parts: &[Expression<T>]| parts.iter().map(|part| joined(part, leaf)).collect();
    match expression {
        Expression::Condition(condition) => Statement::leaf(leaf(condition)),
        Expression::All(all) => Statement::of("all of these hold:", parts(all)),
        Expression::AnyOf(any) => Statement::of("at least one of these holds:", parts(any)),
    }
}

/// What a comparison says of its subject, as the second half of a sentence.
pub(super) fn comparison(comparison: &Comparison, subject: Subject) -> String {
    match (comparison, subject) {
        (Comparison::Equal(operand), _) => equal(operand, subject),
        (Comparison::NotEqual(operand), _) => not_equal(operand, subject),
        (Comparison::Ordered { order, bound }, Subject::Json) => format!("is a number {} {bound}", word(*order)),
        (Comparison::Ordered { order, bound }, Subject::Field) => format!("reads as a number {} {bound}", word(*order)),
    }
}

fn word(order: Order) -> &'static str {
    match order {
        Order::Less => "below",
        Order::AtMost => "of at most",
        Order::Greater => "above",
        Order::AtLeast => "of at least",
    }
}

fn equal(operand: &Operand, subject: Subject) -> String {
    match (operand, subject) {
        (Operand::Number { value, lexeme }, Subject::Json) => format!("is the number {value}, or the string {}", quoted(lexeme)),
        (Operand::Number { value, .. }, Subject::Field) => format!("is the number {value}, however it is written"),
        (Operand::Regex(regex), _) => format!("has a match of the regular expression `{}` in it", regex.source()),
        (Operand::Text(wildcard), _) => text(wildcard, subject),
    }
}

fn not_equal(operand: &Operand, subject: Subject) -> String {
    match (operand, subject) {
        (Operand::Number { value, lexeme }, Subject::Json) => format!("is a number other than {value}, or a string other than {}", quoted(lexeme)),
        (Operand::Number { value, .. }, Subject::Field) => format!("is not the number {value}, however it is written"),
        (Operand::Regex(regex), Subject::Json) => format!("is a string or a number without a match of the regular expression `{}` in it", regex.source()),
        (Operand::Regex(regex), Subject::Field) => format!("has no match of the regular expression `{}` in it", regex.source()),
        (Operand::Text(wildcard), Subject::Json) => format!("is a string or a number, but not one that {}", text(wildcard, subject)),
        (Operand::Text(wildcard), Subject::Field) => format!("is not one that {}", text(wildcard, subject)),
    }
}

fn text(wildcard: &Wildcard, subject: Subject) -> String {
    let Some((last, middle)) = wildcard.later().split_last() else {
        return whole(wildcard.first(), subject);
    };
    let mut words = Vec::new();
    if !wildcard.first().is_empty() {
        words.push(format!("starts with {}", quoted(wildcard.first())));
    }
    let middle: Vec<String> = middle.iter().filter(|part| !part.is_empty()).map(|part| quoted(part)).collect();
    if !middle.is_empty() {
        let after = if words.is_empty() { "" } else { " after that" };
        words.push(format!("contains {}{after}", middle.join(" and later ")));
    }
    if !last.is_empty() {
        let after = if words.is_empty() { "in it" } else { "after that" };
        words.push(format!("ends with the first {} {after}", quoted(last)));
    }
    match (words.is_empty(), subject) {
        (true, Subject::Json) => "is any string or number, an empty string too".to_owned(),
        (true, Subject::Field) => "is anything".to_owned(),
        (false, _) => words.join(", "),
    }
}

/// Equality without a wildcard.
fn whole(text: &str, subject: Subject) -> String {
    match (subject, parse_number(text)) {
        (Subject::Json, Some(_)) => format!("is the string {}, or a number written exactly {text}", quoted(text)),
        (Subject::Json, None) => format!("is the string {}", quoted(text)),
        (Subject::Field, _) => format!("is exactly {}", quoted(text)),
    }
}

/// Text as a pattern would quote it, control characters made visible.
pub(super) fn quoted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('"');
    for character in text.chars() {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown.push('"');
    shown
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::cursor::Cursor;

    fn say(text: &str, subject: Subject) -> String {
        comparison(&Comparison::parse(&mut Cursor::new(text)).unwrap().unwrap(), subject)
    }

    #[test]
    fn each_operand_of_a_json_condition_has_its_words() {
        for (text, words) in [
            ("= 1.0", "is the number 1, or the string \"1.0\""),
            ("= \"1.0\"", "is the string \"1.0\", or a number written exactly 1.0"),
            ("= \"a\tb\"", "is the string \"a\\tb\""),
            ("= *", "is any string or number, an empty string too"),
            ("= a*", "starts with \"a\""),
            ("= *a", "ends with the first \"a\" in it"),
            ("= *a*", "contains \"a\""),
            ("= a*b", "starts with \"a\", ends with the first \"b\" after that"),
            ("= *a*b*", "contains \"a\" and later \"b\""),
            ("= a*b*c*d", "starts with \"a\", contains \"b\" and later \"c\" after that, ends with the first \"d\" after that"),
            ("= %a|b%", "has a match of the regular expression `a|b` in it"),
            ("!= x", "is a string or a number, but not one that is the string \"x\""),
            ("!= 3", "is a number other than 3, or a string other than \"3\""),
            ("!= %x%", "is a string or a number without a match of the regular expression `x` in it"),
            ("< 5", "is a number below 5"),
            (">= -1e3", "is a number of at least -1000"),
        ] {
            assert_eq!(say(text, Subject::Json), words, "{text}");
        }
    }

    #[test]
    fn each_operand_of_a_field_has_its_words() {
        for (text, words) in [
            ("= 1.0", "is the number 1, however it is written"),
            ("= \"1\"", "is exactly \"1\""),
            ("= *", "is anything"),
            ("!= 4*", "is not one that starts with \"4\""),
            ("!= 4", "is not the number 4, however it is written"),
            ("!= %x%", "has no match of the regular expression `x` in it"),
            ("<= 5", "reads as a number of at most 5"),
            ("> 5", "reads as a number above 5"),
        ] {
            assert_eq!(say(text, Subject::Field), words, "{text}");
        }
    }

    #[test]
    fn lists_read_as_lists() {
        let items = |count: usize| ["a", "b", "c"].map(str::to_owned)[..count].to_vec();
        assert_eq!([0, 1, 2, 3].map(|count| listed(&items(count))), ["", "a", "a and b", "a, b and c"]);
    }
}
