//! Checks of single values against the bounds of the catalogue. What is refused is taken out, so that what lies below it still counts.

use std::{collections::BTreeMap, time::Duration};

use skywarden_document::{Span, Spanned, shortened};

use super::Given;
use crate::settings::{
    catalogue::{self, Kind},
    finding::Code,
    findings::{Findings, Mistake},
    read::{duration_text, size_text},
};

fn kind(path: &str) -> Option<Kind> {
    catalogue::key(path).map(|key| key.kind)
}

fn refuse(path: &str, span: Span, found: &str, kind: Kind, findings: &mut Findings) {
    findings.push(Mistake::error(Code::OutOfRange, path, span, format!("{found} is out of range")).hint(format!("give {kind}")));
}

/// A whole number.
pub(super) fn count(value: &mut Given<u64>, path: &str, findings: &mut Findings) {
    let (Some(given), Some(kind @ Kind::Count { least, most, .. })) = (&*value, kind(path)) else { return };
    if !(least..=most).contains(&given.value) {
        refuse(path, given.span, &given.value.to_string(), kind, findings);
        *value = None;
    }
}

/// Bytes.
pub(super) fn size(value: &mut Given<u64>, path: &str, findings: &mut Findings) {
    let (Some(given), Some(kind @ Kind::Size { least, most, .. })) = (&*value, kind(path)) else { return };
    if !(least..=most).contains(&given.value) {
        refuse(path, given.span, &size_text(given.value), kind, findings);
        *value = None;
    }
}

/// A time.
pub(super) fn duration(value: &mut Given<Duration>, path: &str, findings: &mut Findings) {
    let (Some(given), Some(kind @ Kind::Duration { least, most, .. })) = (&*value, kind(path)) else { return };
    if !(least..=most).contains(&given.value) {
        refuse(path, given.span, &duration_text(given.value), kind, findings);
        *value = None;
    }
}

/// A share.
pub(super) fn share(value: &mut Given<f64>, path: &str, findings: &mut Findings) {
    let (Some(given), Some(kind)) = (&*value, kind(path)) else { return };
    // Not a number is in no range.
    if !(0.0..=1.0).contains(&given.value) {
        refuse(path, given.span, &given.value.to_string(), kind, findings);
        *value = None;
    }
}

/// A value that may be off: what is given is checked as any other.
pub(super) fn off_or<T: Copy>(value: &mut Given<Option<T>>, path: &str, findings: &mut Findings, check: impl FnOnce(&mut Given<T>, &str, &mut Findings)) {
    let Some(Spanned { value: Some(given), span }) = *value else { return };
    let mut inner = Some(Spanned::new(given, span));
    check(&mut inner, path, findings);
    if inner.is_none() {
        *value = None;
    }
}

/// A text every line carries: no control characters and not too long.
pub(super) fn name(value: &mut Given<String>, path: &str, findings: &mut Findings) {
    let (Some(given), Some(Kind::Text { most })) = (&*value, kind(path)) else { return };
    let reason = if given.value.len() > most {
        Some(format!("it has {} bytes, at most {most} are allowed", given.value.len()))
    } else if given.value.chars().any(char::is_control) {
        Some("it has a control character".to_owned())
    } else {
        None
    };
    if let Some(reason) = reason {
        let message = format!("`{}` cannot be used: {reason}", shortened(&given.value));
        findings.push(Mistake::error(Code::BadName, path, given.span, message).hint("use a short, printable name"));
        *value = None;
    }
}

/// A list: not too long, and each item good. Items that are refused are left out.
pub(super) fn list<T>(
    value: &mut Given<Vec<Spanned<T>>>,
    path: &str,
    findings: &mut Findings,
    mut good: impl FnMut(&mut Spanned<T>, &str, &mut Findings) -> bool,
) {
    let Some(given) = value else { return };
    bounded(given, path, findings);
    let mut index = 0;
    given.value.retain_mut(|item| {
        index += 1;
        good(item, &format!("{path}[{}]", index - 1), findings)
    });
}

/// Cuts a list that is too long.
pub(super) fn bounded<T>(list: &mut Spanned<Vec<T>>, path: &str, findings: &mut Findings) {
    let Some(Kind::Texts { most } | Kind::Outputs { most }) = kind(path) else { return };
    if list.value.len() > most {
        let message = format!("this list has {} items, at most {most} are taken", list.value.len());
        findings.push(Mistake::error(Code::OutOfRange, path, list.span, message).hint("join several into one, or drop some"));
        list.value.truncate(most);
    }
}

/// A map: not too long.
pub(super) fn map<T>(map: &mut BTreeMap<String, Spanned<T>>, path: &str, findings: &mut Findings) {
    let (Some(first), Some(Kind::Pairs { most })) = (map.values().next().map(|first| first.span), kind(path)) else { return };
    if map.len() > most {
        let message = format!("this map has {} names, at most {most} are taken", map.len());
        findings.push(Mistake::error(Code::OutOfRange, path, first, message).hint("drop some"));
        while map.len() > most {
            map.pop_last();
        }
    }
}
