//! JSON patterns in words.

use super::Statement;
use super::conditions;
use super::trap::{Trap, TrapCode, Traps};
use super::words::{Subject, comparison, joined};
use crate::json::Selector;
use crate::pattern::comparison::Comparison;
use crate::pattern::expression::Expression;
use crate::pattern::json::{Condition, JsonPattern, Test};

/// What the pattern matches.
pub(super) fn statement(json: &JsonPattern) -> Statement {
    let tree = joined(json.expression(), &|condition| words(json, condition));
    match json.expression() {
        Expression::Condition(_) => Statement::leaf(format!("matches an event that is one JSON object in which {}", tree.text)),
        _ => Statement::of(format!("matches an event that is one JSON object in which {}", tree.text), tree.parts),
    }
}

fn selector<'j>(json: &'j JsonPattern, condition: &Condition) -> Option<&'j Selector> {
    json.selector(condition)
}

fn words(json: &JsonPattern, condition: &Condition) -> String {
    let selector = selector(json, condition);
    let several = selector.is_some_and(Selector::has_wildcard);
    let path = selector.map_or("", Selector::as_str);
    let subject = if several { format!("some value at `{path}`") } else { format!("`{path}`") };
    match &condition.test {
        Test::Compare(test) => format!("{subject} {}", comparison(test, Subject::Json)),
        Test::IsNull => format!("{subject} is null, or an array with a null in it"),
        Test::Is(flag) => format!("{subject} is the boolean {flag}"),
        Test::NotExists if several => format!("nothing exists at `{path}`"),
        Test::NotExists => format!("{subject} does not exist (a null exists)"),
    }
}

/// Where the pattern may not mean what it seems to.
pub(super) fn traps(json: &JsonPattern) -> Vec<Trap> {
    let mut traps = Traps::default();
    json.expression().visit(&mut |condition| {
        let selector = selector(json, condition);
        let path = selector.map_or("", Selector::as_str);
        match &condition.test {
            Test::Compare(test) => {
                conditions::json(path, test, &mut traps);
                if let (true, Comparison::NotEqual(_)) = (selector.is_some_and(Selector::has_wildcard), test) {
                    let message = format!("`!=` on `{path}` is true as soon as one value there differs, whatever the others are");
                    traps.add(TrapCode::NotEqualSome, message, "there is no pattern for \"none of them\": log a field of its own for it");
                }
            }
            Test::NotExists => traps.add(
                TrapCode::NotExistsNeedsJson,
                format!("`{path} NOT EXISTS` is false for a line that is not one JSON object, and for a null"),
                "match other lines with a pattern of terms; add `|| … IS NULL` where null should count as missing",
            ),
            Test::IsNull | Test::Is(_) => {}
        }
    });
    separate_elements(json, json.expression(), &mut traps);
    traps.sorted()
}

/// `&&` between conditions below the same wildcard: each looks for an element of its own.
fn separate_elements(json: &JsonPattern, expression: &Expression<Condition>, traps: &mut Traps) {
    let (Expression::All(parts) | Expression::AnyOf(parts)) = expression else {
        return;
    };
    if let Expression::All(_) = expression {
        let mut wildcards: Vec<(&str, &str)> = Vec::new();
        for part in parts {
            part.visit(&mut |condition| {
                let path = selector(json, condition).map_or("", Selector::as_str);
                if let Some(prefix) = wildcard_prefix(path) {
                    wildcards.push((prefix, path));
                }
            });
        }
        for (index, (prefix, path)) in wildcards.iter().enumerate() {
            if let Some((_, earlier)) = wildcards.iter().take(index).find(|(known, _)| known == prefix) {
                let message = format!("the conditions on `{earlier}` and `{path}` may be met by different values at `{prefix}`");
                let hint = "name one element by its index, as in `[0]`, or log one event for each element";
                traps.add(TrapCode::SeparateElements, message, hint);
            }
        }
    }
    for part in parts {
        separate_elements(json, part, traps);
    }
}

/// A selector up to and with its wildcard. A key in quotes may hold a `*` of its own.
fn wildcard_prefix(path: &str) -> Option<&str> {
    let mut in_key = false;
    for (at, character) in path.char_indices() {
        match character {
            '\'' => in_key = !in_key,
            '*' if !in_key => {
                let after = at + 1;
                let closed = path.get(after..).is_some_and(|rest| rest.starts_with(']'));
                return path.get(..after + usize::from(closed));
            }
            _ => {}
        }
    }
    None
}
