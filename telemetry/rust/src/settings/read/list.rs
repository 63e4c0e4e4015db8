//! Lists and maps of texts.

use std::collections::BTreeMap;

use skywarden_document::{Node, Span, Spanned, Value, shortened};

use super::{Field, scalar::wrong_type};
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
};

/// A list of texts; in a variable they stand between commas, and `off` is an empty one.
pub(in crate::settings) fn texts(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<Vec<Spanned<String>>>> {
    match &field.node.value {
        Value::List(items) => {
            let mut texts = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                match &item.value {
                    Value::Text(text) if !text.trim().is_empty() => texts.push(Spanned::new(text.clone(), item.span)),
                    _ => {
                        let path = format!("{}[{index}]", field.path);
                        let message = format!("expected a text, found {}", item.found());
                        findings.push(Mistake::error(Code::WrongType, path, item.span, message).hint(format!("for example `{}`", field.example())));
                    }
                }
            }
            Some(Spanned::new(texts, field.node.span))
        }
        Value::Untyped(text) => Some(Spanned::new(split(text, field.node.span), field.node.span)),
        _ => {
            wrong_type(field, findings);
            None
        }
    }
}

/// The texts between commas; none of `off`.
fn split(text: &str, span: Span) -> Vec<Spanned<String>> {
    if text.trim().eq_ignore_ascii_case("off") {
        return Vec::new();
    }
    let mut start = span.start;
    let mut texts = Vec::new();
    for item in text.split(',') {
        let trimmed = item.trim();
        if !trimmed.is_empty() {
            let begin = start + (item.len() - item.trim_start().len());
            texts.push(Spanned::new(trimmed.to_owned(), Span { start: begin, end: begin + trimmed.len(), ..span }));
        }
        start += item.len() + 1;
    }
    texts
}

/// A map of texts; in a variable `name=value` between commas.
pub(in crate::settings) fn pairs(field: &Field<'_>, findings: &mut Findings) -> BTreeMap<String, Spanned<String>> {
    let mut pairs = BTreeMap::new();
    match &field.node.value {
        Value::Map(entries) => {
            for entry in entries {
                if let Value::Text(text) = &entry.value.value
                    && !text.trim().is_empty()
                {
                    pairs.insert(entry.key.value.clone(), Spanned::new(text.clone(), entry.value.span));
                } else {
                    let path = format!("{}.{}", field.path, shortened(&entry.key.value));
                    let message = format!("expected a text, found {}", entry.value.found());
                    findings.push(Mistake::error(Code::WrongType, path, entry.value.span, message).hint(format!("for example `{}`", field.example())));
                }
            }
        }
        Value::Untyped(text) => {
            for item in split(text, field.node.span) {
                match item.value.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
                    Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                        if pairs.insert(name.to_owned(), Spanned::new(value.to_owned(), item.span)).is_some() {
                            let message = format!("`{}` is given twice", shortened(name));
                            findings.push(Mistake::error(Code::DuplicateKey, &field.path, item.span, message).hint("keep one"));
                        }
                    }
                    _ => {
                        let message = format!("`{}` is no name with a value", shortened(&item.value));
                        findings.push(Mistake::error(Code::WrongType, &field.path, item.span, message).hint("write `name=value,name=value`"));
                    }
                }
            }
        }
        _ => wrong_type(field, findings),
    }
    pairs
}

/// The items of a list that may be texts or maps; a text, or texts between commas in a variable, stand for a list as well.
pub(in crate::settings) fn destinations(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<Vec<Node>>> {
    let nodes = match &field.node.value {
        Value::List(items) => items.clone(),
        Value::Text(_) => vec![field.node.clone()],
        Value::Untyped(text) => split(text, field.node.span).into_iter().map(|item| Node { value: Value::Text(item.value), span: item.span }).collect(),
        _ => {
            wrong_type(field, findings);
            return None;
        }
    };
    Some(Spanned::new(nodes, field.node.span))
}
