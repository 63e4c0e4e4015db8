//! Issues for tests.

use jiff::Timestamp;

use super::{Facts, Fingerprint, Issue, Occurrence, Sample};
pub(crate) use crate::error::classify::Class;
use crate::{plan::Retry, severity::Severity};

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub(crate) fn fingerprint(number: u128) -> Fingerprint {
    serde_json::from_str(&format!("\"{number:032x}\"")).unwrap()
}

pub(crate) fn class(category: &str, severity: Severity) -> Class {
    Class {
        category: category.to_owned(),
        severity,
        retry: Retry::No,
        rule: category.to_owned(),
        evidence: String::new(),
        first_step: String::new(),
        notify: true,
    }
}

/// An occurrence in service `shop`, version 1.0.
pub(crate) fn occurrence(at: Timestamp, event_id: &str) -> Occurrence<'static> {
    occurrence_of(at, event_id, Box::leak(Box::new(class("bug", Severity::Error))))
}

pub(crate) fn occurrence_of(at: Timestamp, event_id: &str, class: &'static Class) -> Occurrence<'static> {
    Occurrence {
        at,
        service: "shop",
        version: "1.0",
        user: "",
        kind: "KeyError",
        template: "key *",
        coarse: Box::leak(Box::new(fingerprint(99))),
        class,
        sample: Sample { event_id: event_id.to_owned(), message: "key 1".to_owned(), ..Sample::default() },
    }
}

/// Facts of occurrences at these seconds.
pub(crate) fn facts(seconds: &[i64]) -> Facts {
    let mut all = Facts::of(occurrence(at(seconds[0]), &seconds[0].to_string()));
    for second in &seconds[1..] {
        all.join(&Facts::of(occurrence(at(*second), &second.to_string())));
    }
    all
}

/// An issue of occurrences at these seconds, of which everything has been told.
pub(crate) fn issue(number: u128, seconds: &[i64]) -> Issue {
    let facts = facts(seconds);
    super::apply(None, &fingerprint(number), &facts, &[], facts.last_seen).0
}
