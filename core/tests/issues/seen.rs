//! Occurrences to test with.

use jiff::Timestamp;
use skywarden_core::{
    error::classify::Class,
    issue::{Facts, Fingerprint, Issue, Occurrence, Sample, apply},
    plan::Retry,
    severity::Severity,
};

/// A Monday, 00:00 UTC.
pub(crate) const START: i64 = 1_795_996_800;
pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// Steps that are told.
pub(crate) const STEPS: [u64; 3] = [10, 100, 1000];

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).unwrap()
}

pub(crate) fn fingerprint(number: u128) -> Fingerprint {
    serde_json::from_str(&format!("\"{number:032x}\"")).unwrap()
}

/// One occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) id: u32,
    pub(crate) second: i64,
    pub(crate) service: String,
    pub(crate) version: String,
    pub(crate) user: String,
    pub(crate) category: &'static str,
    pub(crate) severity: Severity,
}

impl Seen {
    pub(crate) fn at(second: i64) -> Self {
        Self { id: 0, second, service: "checkout".to_owned(), version: "1.0.0".to_owned(), user: String::new(), category: "bug", severity: Severity::Error }
    }

    pub(crate) fn in_version(second: i64, version: &str) -> Self {
        Self { version: version.to_owned(), ..Self::at(second) }
    }

    pub(crate) fn facts(&self) -> Facts {
        let class = Class {
            category: self.category.to_owned(),
            severity: self.severity,
            retry: Retry::No,
            rule: format!("rule-{}", self.category),
            evidence: format!("type of {}", self.id),
            first_step: String::new(),
            notify: true,
        };
        Facts::of(Occurrence {
            at: at(self.second),
            service: &self.service,
            version: &self.version,
            user: &self.user,
            kind: "KeyError",
            template: "key *",
            coarse: &fingerprint(u128::from(self.id % 2)),
            class: &class,
            sample: Sample { event_id: format!("{:010}", self.id), message: format!("key {}", self.id), ..Sample::default() },
        })
    }
}

/// What one batch tells.
pub(crate) fn batch(seen: &[Seen]) -> Facts {
    let (first, rest) = seen.split_first().unwrap();
    let mut facts = first.facts();
    for one in rest {
        facts.join(&one.facts());
    }
    facts
}

/// So many occurrences at one second.
pub(crate) fn burst(second: i64, count: usize) -> Vec<Seen> {
    vec![Seen::at(second); count]
}

/// An issue and everything that was told of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Desk {
    pub(crate) issue: Option<Issue>,
    pub(crate) told: Vec<String>,
}

impl Desk {
    pub(crate) fn issue(&self) -> &Issue {
        self.issue.as_ref().unwrap()
    }

    /// A batch that arrives at a time.
    pub(crate) fn count(&mut self, seen: &[Seen], as_of: Timestamp) {
        let (issue, told) = apply(self.issue.as_ref(), &fingerprint(1), &batch(seen), &STEPS, as_of);
        self.told.extend(told.map(|told| told.id));
        self.issue = Some(issue);
    }

    /// A batch that arrives a second after its last occurrence. Gives the new messages, without the fingerprint and its dash.
    pub(crate) fn see(&mut self, seen: &[Seen]) -> Vec<String> {
        let before = self.told.len();
        let last = seen.iter().map(|one| one.second).max().unwrap();
        self.count(seen, at(last + 1));
        self.told[before..].iter().map(|id| id[33..].to_owned()).collect()
    }
}
