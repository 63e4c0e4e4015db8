//! Space-delimited patterns in words.

use super::Statement;
use super::conditions;
use super::trap::{Trap, TrapCode, Traps};
use super::words::{Subject, comparison, joined};
use crate::pattern::delimited::{Delimited, Field};
use crate::pattern::expression::Expression;

/// What the pattern matches.
pub(super) fn statement(delimited: &Delimited) -> Statement {
    if delimited.bare {
        return Statement::leaf("matches every event that is not empty, and takes it apart at white space");
    }
    let first = delimited.leading.len();
    let last = delimited.trailing.as_ref().map_or(0, Vec::len);
    let mut parts = Vec::new();
    for (index, field) in delimited.leading.iter().enumerate() {
        let takes_rest = delimited.trailing.is_none() && index + 1 == first;
        parts.push(described(field, &format!("field {}", index + 1), takes_rest));
    }
    if let Some(trailing) = &delimited.trailing {
        let others = if first == 0 { "first come any number of fields, or none" } else { "then come any number of other fields, or none" };
        parts.push(Statement::leaf(others));
        for (index, field) in trailing.iter().enumerate() {
            let place = match last - index {
                1 => "the last field".to_owned(),
                from_end => format!("field {from_end} from the end"),
            };
            parts.push(described(field, &place, false));
        }
    }
    let count = match first + last {
        0 => "any number of fields".to_owned(),
        1 => "at least 1 field".to_owned(),
        fields => format!("at least {fields} fields"),
    };
    Statement::of(format!("matches a line of {count}, separated by white space (text in `[…]` or `\"…\"` is one field):"), parts)
}

fn described(field: &Field, place: &str, takes_rest: bool) -> Statement {
    let name = field.name.as_deref().map_or_else(|| format!("{place}, without a name,"), |name| format!("{place}, `{name}`,"));
    let rest = if takes_rest { " which takes the rest of the line," } else { "" };
    let Some(condition) = &field.condition else {
        return Statement::leaf(format!("{name}{rest} is anything"));
    };
    let tree = joined(condition, &|one| comparison(one, Subject::Field));
    match condition {
        Expression::Condition(_) => Statement::leaf(format!("{name}{rest} {}", tree.text)),
        _ => Statement::of(format!("{name}{rest} is such that {}", tree.text), of_it(tree.parts)),
    }
}

/// Lets each condition stand as a sentence: "it is exactly …".
fn of_it(parts: Vec<Statement>) -> Vec<Statement> {
    let sentence = |part: Statement| {
        if part.parts.is_empty() { Statement::leaf(format!("it {}", part.text)) } else { Statement::of(part.text, of_it(part.parts)) }
    };
    parts.into_iter().map(sentence).collect()
}

/// The fields as a metric value names them.
pub(super) fn reads(delimited: &Delimited) -> Vec<String> {
    let leading = delimited.leading.iter().enumerate();
    let leading = leading.map(|(index, field)| field.name.as_ref().map_or_else(|| format!("${}", index + 1), |name| format!("${name}")));
    let trailing = delimited.trailing.iter().flatten().filter_map(|field| field.name.as_ref().map(|name| format!("${name}")));
    leading.chain(trailing).collect()
}

/// Where the pattern may not mean what it seems to.
pub(super) fn traps(delimited: &Delimited) -> Vec<Trap> {
    let mut traps = Traps::default();
    if delimited.bare {
        traps.add(TrapCode::AnyLine, "`[]` matches every line that is not empty", "name the fields, or use `[...]` with conditions");
    }
    for field in delimited.fields() {
        let name = field.name.as_deref().unwrap_or_default();
        if let Some(condition) = &field.condition {
            condition.visit(&mut |comparison| conditions::field(name, comparison, &mut traps));
        }
    }
    if let (None, Some(last)) = (&delimited.trailing, delimited.leading.last()) {
        let name = last.name.as_deref().map_or_else(|| "without a name".to_owned(), |name| format!("`{name}`"));
        let and = if last.condition.is_some() { ", and its condition is about all of it" } else { "" };
        let message = format!("without `...` longer lines match too: the last field, {name}, takes the rest of the line{and}");
        traps.add(TrapCode::LastFieldTakesRest, message, "add `, ...` before `]` to keep the last field to one piece of the line");
    }
    traps.sorted()
}
