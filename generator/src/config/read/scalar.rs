//! Texts, numbers, flags, words of a fixed set, and lists of them.

use skywarden_document::{Node, Spanned, Value, closest, listed, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
};

/// What a value should be, for messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    /// `a project name`.
    pub(crate) what: &'static str,
    /// `project: shop`.
    pub(crate) example: &'static str,
}

/// Reports that a value has the wrong shape.
pub(super) fn wrong_type(node: &Node, expected: &Expected, findings: &mut Findings) {
    let message = format!("expected {}, found {}", expected.what, node.found());
    let hint = match &node.value {
        Value::Null => format!("give a value, for example `{}`, or delete the key", expected.example),
        // A filter pattern or a name with braces that was not quoted.
        Value::Map(entries) if entries.iter().any(|entry| entry.key.value.contains('$')) => {
            "put the text in single quotes: YAML reads a bare `{` as the start of a map".to_owned()
        }
        _ => format!("for example `{}`", expected.example),
    };
    findings.push(Finding::error(Code::WrongType, node.span, message).hint(hint));
}

/// A text, quoted or not; a number or a flag is not taken for one.
pub(crate) fn text(node: &Node, expected: &Expected, findings: &mut Findings) -> Option<Spanned<String>> {
    match &node.value {
        Value::Text(text) if !text.trim().is_empty() => Some(Spanned::new(text.clone(), node.span)),
        Value::Number { lexeme, .. } => {
            let message = format!("expected {}, found {}", expected.what, node.found());
            let finding = Finding::error(Code::WrongType, node.span, message);
            findings.push(finding.hint(format!("if a text is meant, quote it: `'{}'`", shortened(lexeme))));
            None
        }
        _ => {
            wrong_type(node, expected, findings);
            None
        }
    }
}

/// `true` or `false`.
pub(crate) fn boolean(node: &Node, expected: &Expected, findings: &mut Findings) -> Option<Spanned<bool>> {
    if let Value::Bool(value) = node.value {
        return Some(Spanned::new(value, node.span));
    }
    wrong_type(node, expected, findings);
    None
}

/// Any finite number.
pub(crate) fn number(node: &Node, expected: &Expected, findings: &mut Findings) -> Option<Spanned<f64>> {
    if let Value::Number { value, .. } = node.value {
        return Some(Spanned::new(value, node.span));
    }
    wrong_type(node, expected, findings);
    None
}

/// A whole number inside a range.
pub(crate) fn count(node: &Node, range: std::ops::RangeInclusive<u64>, expected: &Expected, findings: &mut Findings) -> Option<Spanned<u64>> {
    let Value::Number { lexeme, .. } = &node.value else {
        wrong_type(node, expected, findings);
        return None;
    };
    match lexeme.parse::<u64>() {
        Ok(value) if range.contains(&value) => Some(Spanned::new(value, node.span)),
        _ => {
            let message = format!("expected a whole number from {} to {}, found {}", range.start(), range.end(), shortened(lexeme));
            findings.push(Finding::error(Code::OutOfRange, node.span, message).hint(format!("for example `{}`", expected.example)));
            None
        }
    }
}

/// One word of a fixed set.
pub(crate) fn word<T: Copy>(node: &Node, words: &[(&'static str, T)], expected: &Expected, findings: &mut Findings) -> Option<Spanned<T>> {
    let Some(typed) = node.scalar() else {
        wrong_type(node, expected, findings);
        return None;
    };
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == typed) {
        return Some(Spanned::new(*value, node.span));
    }
    let known = || words.iter().map(|(word, _)| *word);
    let message = format!("expected {}, found `{}`", expected.what, shortened(typed));
    let hint = match closest(typed, known()) {
        Some(word) => format!("did you mean `{word}`? allowed: {}", listed(known())),
        None => format!("allowed: {}", listed(known())),
    };
    findings.push(Finding::error(Code::UnknownWord, node.span, message).hint(hint));
    None
}

/// Every item of a list.
pub(crate) fn each<'n, T>(node: &'n Node, expected: &Expected, findings: &mut Findings, mut read: impl FnMut(&'n Node, &mut Findings) -> Option<T>) -> Vec<T> {
    if let Value::List(items) = &node.value {
        return items.iter().filter_map(|item| read(item, findings)).collect();
    }
    wrong_type(node, expected, findings);
    Vec::new()
}

/// One value, or a list of at least one.
pub(crate) fn one_or_many<'n, T>(node: &'n Node, findings: &mut Findings, mut read: impl FnMut(&'n Node, &mut Findings) -> Option<T>) -> Vec<T> {
    let Value::List(items) = &node.value else {
        return read(node, findings).into_iter().collect();
    };
    if items.is_empty() && !findings.is_incomplete() {
        let finding = Finding::error(Code::WrongType, node.span, "this list is empty");
        findings.push(finding.hint("give at least one value, or delete the key"));
    }
    items.iter().filter_map(|item| read(item, findings)).collect()
}
