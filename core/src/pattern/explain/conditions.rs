//! Traps of single comparisons, in JSON and in fields of a line.

use super::trap::{TrapCode, Traps};
use super::words::quoted;
use crate::pattern::comparison::Comparison;
use crate::pattern::operand::{Operand, parse_number};
use crate::pattern::wildcard::Wildcard;

/// Traps of a comparison with a JSON value.
pub(super) fn json(path: &str, comparison: &Comparison, traps: &mut Traps) {
    match comparison {
        Comparison::Equal(operand) => json_operand(path, "=", operand, traps),
        Comparison::NotEqual(operand) => {
            let message = format!("`{path} != …` is false where the value is missing, null, a boolean, an array or an object");
            traps.add(TrapCode::NotEqualMissing, message, format!("add `|| {path} NOT EXISTS` where a missing value should match"));
            json_operand(path, "!=", operand, traps);
        }
        Comparison::Ordered { .. } => {
            let message = format!("an order on `{path}` is false for every string, also one of digits such as \"5\"");
            traps.add(TrapCode::OrderNeedsNumbers, message, "log the value as a JSON number, without quotes");
        }
    }
}

fn json_operand(path: &str, sign: &str, operand: &Operand, traps: &mut Traps) {
    let text = match operand {
        Operand::Number { lexeme, .. } => {
            let message =
                format!("`{path} {sign} {lexeme}` compares numbers by value, but strings by their text: only \"{lexeme}\" is equal, not other spellings");
            traps.add(TrapCode::NumberAndStrings, message, "log the value always as a JSON number, or always as a string written the same way");
            return;
        }
        Operand::Regex(_) => return,
        Operand::Text(wildcard) => wildcard,
    };
    wildcards(text, traps);
    if !text.later().is_empty() {
        return;
    }
    let whole = text.first();
    if whole.eq_ignore_ascii_case("true") || whole.eq_ignore_ascii_case("false") {
        let message = format!("`{path} {sign} {whole}` compares with the string {}; it is never met by the boolean", quoted(whole));
        traps.add(TrapCode::BooleanText, message, format!("for the boolean write `{path} IS {}`", whole.to_ascii_uppercase()));
    } else if whole.eq_ignore_ascii_case("null") {
        let message = format!("`{path} {sign} \"{whole}\"` compares with the string {}; it is never met by null", quoted(whole));
        traps.add(TrapCode::NullText, message, format!("for null write `{path} IS NULL`"));
    } else if parse_number(whole).is_some() {
        quoted_number(path, sign, whole, traps);
    }
}

/// Traps of a comparison with a field of a line.
pub(super) fn field(name: &str, comparison: &Comparison, traps: &mut Traps) {
    let (sign, operand) = match comparison {
        Comparison::Equal(operand) => ("=", operand),
        Comparison::NotEqual(operand) => ("!=", operand),
        Comparison::Ordered { .. } => {
            let message = format!("an order on `{name}` is false where the field is not a plain number, such as `-`, `12ms` or `1,000`");
            traps.add(TrapCode::OrderNeedsNumbers, message, "log the bare number as a field of its own");
            return;
        }
    };
    let Operand::Text(wildcard) = operand else {
        return;
    };
    wildcards(wildcard, traps);
    if wildcard.later().is_empty() && parse_number(wildcard.first()).is_some() {
        quoted_number(name, sign, wildcard.first(), traps);
    }
}

fn quoted_number(subject: &str, sign: &str, number: &str, traps: &mut Traps) {
    let message = format!("`{subject} {sign} \"{number}\"` compares digits as they are written: {number} is equal, the same number written otherwise is not");
    traps.add(TrapCode::QuotedNumber, message, format!("write {number} without quotes to compare by value"));
}

fn wildcards(text: &Wildcard, traps: &mut Traps) {
    let Some(last) = text.later().last() else {
        return;
    };
    if !last.is_empty() {
        let last = quoted(last);
        let message = format!("`*` takes as little as it can and never tries again: the first {last} after what precedes it must be the end");
        traps.add(TrapCode::FirstOccurrence, message, "put more text before or after the `*`, or use a regular expression with `$`");
    }
    if text.first().contains('?') || text.later().iter().any(|part| part.contains('?')) {
        traps.add(
            TrapCode::QuestionMark,
            "`?` in a text is a question mark; only `*` is a wildcard",
            "use a regular expression with `.` for any one character",
        );
    }
}
