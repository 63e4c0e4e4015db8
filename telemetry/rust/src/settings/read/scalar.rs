//! Texts, numbers, flags, levels and words of a fixed set.

use skywarden_document::{Spanned, Value, closest, listed, shortened};

use super::Field;
use crate::settings::{
    catalogue::Kind,
    finding::Code,
    findings::{Findings, Mistake},
    levels::{LevelFilter, unknown_level},
};

/// Notes that a value has the wrong shape.
pub(super) fn wrong_type(field: &Field<'_>, findings: &mut Findings) {
    let message = format!("expected {}, found {}", field.key.kind, field.node.found());
    let hint = match &field.node.value {
        Value::Null => format!("give a value, for example `{}`, or delete the key", field.example()),
        Value::Map(_) if matches!(field.key.kind, Kind::Outputs { .. }) => "write `[[outputs]]` for each of them, in YAML a list".to_owned(),
        _ => format!("for example `{}`", field.example()),
    };
    findings.push(Mistake::error(Code::WrongType, &field.path, field.node.span, message).hint(hint));
}

/// A value when there is one; otherwise notes the wrong shape.
pub(super) fn parsed<T>(field: &Field<'_>, value: Option<T>, findings: &mut Findings) -> Option<Spanned<T>> {
    if value.is_none() {
        wrong_type(field, findings);
    }
    value.map(|value| Spanned::new(value, field.node.span))
}

/// A text; a number or a flag is not taken for one.
pub(in crate::settings) fn text(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<String>> {
    match &field.node.value {
        Value::Text(text) | Value::Untyped(text) if !text.trim().is_empty() => Some(Spanned::new(text.clone(), field.node.span)),
        Value::Number { lexeme, .. } if matches!(field.key.kind, Kind::Text { .. }) => {
            let message = format!("expected {}, found {}", field.key.kind, field.node.found());
            let hint = format!("if a text is meant, quote it: `\"{}\"`", shortened(lexeme));
            findings.push(Mistake::error(Code::WrongType, &field.path, field.node.span, message).hint(hint));
            None
        }
        _ => {
            wrong_type(field, findings);
            None
        }
    }
}

/// `true` or `false`; in a variable also `1`, `0`, `yes`, `no`, `on` and `off`.
pub(in crate::settings) fn flag(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<bool>> {
    let value = match &field.node.value {
        Value::Bool(value) => Some(*value),
        Value::Untyped(word) => untyped_flag(word),
        _ => None,
    };
    parsed(field, value, findings)
}

fn untyped_flag(word: &str) -> Option<bool> {
    match word.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// A whole number.
pub(in crate::settings) fn count(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<u64>> {
    let value = match &field.node.value {
        Value::Number { lexeme, .. } => lexeme.parse().ok(),
        Value::Untyped(text) => text.trim().parse().ok(),
        _ => None,
    };
    parsed(field, value, findings)
}

/// None for `off` (or `false`), else what `read` gives.
pub(in crate::settings) fn off_or<T>(
    field: &Field<'_>,
    findings: &mut Findings,
    read: impl FnOnce(&Field<'_>, &mut Findings) -> Option<Spanned<T>>,
) -> Option<Spanned<Option<T>>> {
    let off = match &field.node.value {
        Value::Bool(false) => true,
        Value::Text(word) => word.eq_ignore_ascii_case("off"),
        // `0` is a number wherever `off` may stand.
        Value::Untyped(word) => word.trim() != "0" && untyped_flag(word) == Some(false),
        _ => false,
    };
    if off { Some(Spanned::new(None, field.node.span)) } else { read(field, findings).map(|value| value.map(Some)) }
}

/// A level.
pub(in crate::settings) fn level(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<LevelFilter>> {
    let Some(word) = field.node.text() else {
        wrong_type(field, findings);
        return None;
    };
    let level = LevelFilter::from_word(word.trim());
    if level.is_none() {
        let (message, hint) = unknown_level(word.trim());
        findings.push(Mistake::error(Code::BadLevel, &field.path, field.node.span, message).hint(hint));
    }
    level.map(|level| Spanned::new(level, field.node.span))
}

/// One word of a fixed set, in any case.
pub(in crate::settings) fn word<T: Copy>(field: &Field<'_>, words: &[(&'static str, T)], findings: &mut Findings) -> Option<Spanned<T>> {
    let Some(typed) = field.node.text() else {
        wrong_type(field, findings);
        return None;
    };
    if let Some((_, value)) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(typed.trim())) {
        return Some(Spanned::new(*value, field.node.span));
    }
    let known = || words.iter().map(|(word, _)| *word);
    let hint = match closest(typed, known()) {
        Some(word) => format!("did you mean `{word}`? allowed: {}", listed(known())),
        None => format!("allowed: {}", listed(known())),
    };
    let message = format!("`{}` is not known here", shortened(typed));
    findings.push(Mistake::error(Code::UnknownWord, &field.path, field.node.span, message).hint(hint));
    None
}
