//! Erasure: what an issue knows from log text, taken out of it.
//!
//! What is left is what nobody could be known by: identity, counts, times, versions, services, error type, class, and the masked template, without
//! which nobody would know what the issue is. The next occurrence brings a new sample.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Distinct, Issue, MAX_PERSON, Sample, fit::fit};

/// The last thing a person did that is no word on the issue's state: a merge, taking it back, an erasure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// Who; empty when unknown.
    pub by: String,
    /// What.
    pub what: DeedKind,
}

/// What a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeedKind {
    /// Merged it into another issue.
    Merged,
    /// Merged another one into it.
    Joined,
    /// Took a merge back.
    Unmerged,
    /// Erased its log text.
    Forgotten,
}

impl DeedKind {
    /// The word in documents and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Merged => "merged",
            Self::Joined => "joined",
            Self::Unmerged => "unmerged",
            Self::Forgotten => "forgotten",
        }
    }
}

impl Issue {
    /// Notes what a person did.
    pub fn done_by(&mut self, by: &str, what: DeedKind, as_of: Timestamp) {
        self.deed = Some(Deed { at: as_of, by: fit(by, MAX_PERSON), what });
    }

    /// Whether there is log text in it that [`Issue::forget`] would erase.
    pub fn remembers(&self) -> bool {
        let facts = &self.facts;
        facts.sample != Sample::default()
            || facts.first_sample.as_ref().is_some_and(|sample| *sample != Sample::default())
            || facts.versions.seen().iter().any(|seen| seen.sample.is_some())
            || !facts.users.is_empty()
            || !facts.evidence.is_empty()
    }

    /// The issue without samples, stacks, request and trace ids, names of streams, what decided for its rule, and the registers that count users.
    #[must_use]
    pub fn forget(&self, by: &str, as_of: Timestamp) -> Self {
        let mut issue = self.clone();
        issue.facts.sample = Sample::default();
        issue.facts.first_sample = None;
        issue.facts.versions.forget_samples();
        issue.facts.users = Distinct::default();
        issue.facts.evidence = String::new();
        issue.done_by(by, DeedKind::Forgotten, as_of);
        issue.written(as_of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::{
        Facts, Occurrence, apply,
        example::{at, fingerprint, occurrence},
    };

    fn talkative(second: i64, secret: &'static str) -> Facts {
        let plain = occurrence(at(second), secret);
        let sample = Sample {
            event_id: secret.to_owned(),
            message: secret.to_owned(),
            stack: secret.to_owned(),
            request_id: secret.to_owned(),
            trace_id: secret.to_owned(),
            log_group: secret.to_owned(),
            log_stream: secret.to_owned(),
        };
        let mut facts = Facts::of(Occurrence { user: "ann", sample, ..plain });
        facts.evidence = secret.to_owned();
        facts
    }

    #[test]
    fn no_log_text_is_left_and_counts_and_template_are() {
        let mut facts = talkative(10, "s3cret-one");
        facts.join(&talkative(20, "s3cret-two"));
        let issue = apply(None, &fingerprint(1), &facts, &[], at(20)).0;
        assert!(issue.remembers());
        let forgotten = issue.forget("bob", at(30));
        let text = serde_json::to_string(&forgotten).unwrap();
        assert!(!text.contains("s3cret"), "{text}");
        assert!(!forgotten.remembers());
        assert_eq!((forgotten.count, forgotten.first_seen, forgotten.last_seen, forgotten.template.as_str()), (2, at(10), at(20), "key *"));
        assert_eq!(forgotten.users.estimate(), 0);
        assert_eq!(
            (forgotten.version, forgotten.deed.clone()),
            (issue.version + 1, Some(Deed { at: at(30), by: "bob".to_owned(), what: DeedKind::Forgotten }))
        );
        assert_eq!((&forgotten.hours, &forgotten.services, forgotten.versions.seen().len()), (&issue.hours, &issue.services, 1));
    }

    #[test]
    fn the_next_occurrence_brings_a_sample_again() {
        let issue = apply(None, &fingerprint(1), &talkative(10, "old"), &[], at(10)).0;
        let (again, _) = apply(Some(&issue.forget("bob", at(30))), &fingerprint(1), &talkative(40, "new"), &[], at(40));
        assert_eq!((again.sample.message.as_str(), again.first_sample().message.as_str(), again.count), ("new", "", 2));
    }
}
