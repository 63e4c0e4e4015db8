//! A JSON value of code as a tree.

use serde_json::Value as Json;
use skywarden_document::{Entry, Node, Span, Spanned, Value};

use super::{LIMITS, TOO_LARGE};
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
    source::Kind,
};

/// The tree of a value. Members that are `null` count as not given, so that optional arguments can be handed on as they are.
pub(in crate::settings) fn json(name: &str, value: &Json, findings: &mut Findings) -> Option<Node> {
    let span = Span::whole(findings.source(Kind::Code, name, ""));
    let mut nodes = 0;
    let tree = node(value, span, 0, &mut nodes);
    if tree.is_none() {
        let message = format!("more than {} values, or more than {} inside each other", LIMITS.values, LIMITS.depth);
        findings.push(Mistake::error(Code::TooLarge, "", span, message).hint(TOO_LARGE));
    }
    tree
}

fn node(value: &Json, span: Span, depth: usize, nodes: &mut usize) -> Option<Node> {
    *nodes += 1;
    if *nodes > LIMITS.values || depth > LIMITS.depth {
        return None;
    }
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => number_value(number),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(|item| node(item, span, depth + 1, nodes)).collect::<Option<_>>()?),
        Json::Object(members) => {
            let given = members.iter().filter(|(_, value)| !value.is_null());
            let entry = |(key, value): (&String, &Json)| Some(Entry { key: Spanned::new(key.clone(), span), value: node(value, span, depth + 1, nodes)? });
            Value::Map(given.map(entry).collect::<Option<_>>()?)
        }
    };
    Some(Node { value, span })
}

/// A whole number that was computed as a fraction, `100.0`, is a whole number.
fn number_value(number: &serde_json::Number) -> Value {
    let value = number.as_f64().unwrap_or_default();
    let whole = number.is_f64() && value.fract() == 0.0 && (0.0..1e15).contains(&value);
    let lexeme = if whole { format!("{value:.0}") } else { number.to_string() };
    Value::Number { lexeme, value }
}
