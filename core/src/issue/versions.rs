//! The versions in which an issue was seen, in bounded space.
//!
//! Which versions are kept is decided by the versions alone (see [`rank`]), never by what came first: a version that had to go because so many
//! newer ones were seen would have to go in any order, and what it had counted is counted under [`OtherVersions`].

use std::cmp::Ordering;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    sample::VersionSample,
    version::{is_older, is_ordered, rank},
};

/// Most versions counted apart.
pub const MAX_VERSIONS: usize = 12;

/// Most versions with a sample: the newest.
pub const MAX_VERSION_SAMPLES: usize = 3;

/// Most bytes of a version, as stored.
pub(super) const MAX_VERSION: usize = 64;

/// Occurrences in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionSeen {
    /// The version as the application writes it; empty when it names none.
    pub version: String,
    /// Occurrences.
    pub count: u64,
    /// The earliest.
    pub first_seen: Timestamp,
    /// The latest.
    pub last_seen: Timestamp,
    /// Masked sample of the earliest, for the newest [`MAX_VERSION_SAMPLES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<VersionSample>,
}

/// Occurrences in all other versions together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherVersions {
    /// Occurrences.
    pub count: u64,
    /// The latest of those whose version can be compared; they are older than every one that is counted apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered_last_seen: Option<Timestamp>,
    /// The latest of those whose version cannot be compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unordered_last_seen: Option<Timestamp>,
}

/// Occurrences by version: at most [`MAX_VERSIONS`] apart, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    seen: Vec<VersionSeen>,
    #[serde(default, skip_serializing_if = "OtherVersions::is_empty")]
    others: OtherVersions,
}

impl OtherVersions {
    const fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn join(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.ordered_last_seen = self.ordered_last_seen.max(other.ordered_last_seen);
        self.unordered_last_seen = self.unordered_last_seen.max(other.unordered_last_seen);
    }

    fn take(&mut self, seen: &VersionSeen) {
        self.count = self.count.saturating_add(seen.count);
        let last = if is_ordered(&seen.version) { &mut self.ordered_last_seen } else { &mut self.unordered_last_seen };
        *last = (*last).max(Some(seen.last_seen));
    }
}

impl VersionSeen {
    fn join(&mut self, other: &Self) {
        // The sample of the earliest; of two at one time, the smaller. One without a sample had lost it to newer versions, and so will this.
        self.sample = match (self.first_seen.cmp(&other.first_seen), self.sample.take()) {
            (Ordering::Less, sample) => sample,
            (Ordering::Greater, _) => other.sample.clone(),
            (Ordering::Equal, sample) => sample.into_iter().chain(other.sample.clone()).min(),
        };
        self.count = self.count.saturating_add(other.count);
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
    }
}

impl Versions {
    /// One occurrence, with its sample.
    pub(super) fn of(version: &str, at: Timestamp, sample: VersionSample) -> Self {
        let seen = VersionSeen { version: version.to_owned(), count: 1, first_seen: at, last_seen: at, sample: Some(sample) };
        Self { seen: vec![seen], others: OtherVersions::default() }
    }

    /// Counts an occurrence whose sample is not wanted: it is not the first of its version, or [`MAX_VERSION_SAMPLES`] newer ones are known.
    pub(super) fn count(&mut self, version: &str, at: Timestamp) {
        if let Some(seen) = self.seen.iter_mut().find(|seen| seen.version == version) {
            seen.count = seen.count.saturating_add(1);
            seen.first_seen = seen.first_seen.min(at);
            seen.last_seen = seen.last_seen.max(at);
        } else {
            let one = VersionSeen { version: version.to_owned(), count: 1, first_seen: at, last_seen: at, sample: None };
            self.join(&Self { seen: vec![one], others: OtherVersions::default() });
        }
    }

    /// Adds another's.
    pub(super) fn join(&mut self, other: &Self) {
        self.others.join(&other.others);
        let mut grown = false;
        for theirs in &other.seen {
            if let Some(seen) = self.seen.iter_mut().find(|seen| seen.version == theirs.version) {
                seen.join(theirs);
            } else {
                self.seen.push(theirs.clone());
                grown = true;
            }
        }
        if grown {
            self.seen.sort_by(|left, right| rank(&left.version, &right.version));
        }
        for gone in self.seen.drain(MAX_VERSIONS.min(self.seen.len())..) {
            self.others.take(&gone);
        }
        for seen in self.seen.iter_mut().skip(MAX_VERSION_SAMPLES) {
            seen.sample = None;
        }
    }

    /// Drops every sample.
    pub(super) fn forget_samples(&mut self) {
        for seen in &mut self.seen {
            seen.sample = None;
        }
    }

    /// Versions counted apart, the newest first; those that cannot be compared come last, by their text.
    pub fn seen(&self) -> &[VersionSeen] {
        &self.seen
    }

    /// What is not counted apart.
    pub const fn others(&self) -> &OtherVersions {
        &self.others
    }

    /// Whether there was an occurrence after a time in a version that is not known to be older than the given one. Where versions cannot be
    /// compared, time decides.
    pub fn seen_after(&self, time: Timestamp, version: Option<&str>) -> bool {
        let older = |than: &str| version.is_some_and(|version| is_older(than, version));
        // What can be compared and is not kept is older than every kept one that can be compared.
        let others_older = self.seen.iter().filter(|seen| is_ordered(&seen.version)).any(|seen| older(&seen.version) || Some(seen.version.as_str()) == version);
        self.seen.iter().any(|seen| seen.last_seen > time && !older(&seen.version))
            || self.others.unordered_last_seen.is_some_and(|last| last > time)
            || (!others_older && self.others.ordered_last_seen.is_some_and(|last| last > time))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn of(events: &[(String, i64)]) -> Versions {
        let mut all = Versions::default();
        for (version, second) in events {
            all.join(&one(version, *second));
        }
        all
    }

    fn one(version: &str, second: i64) -> Versions {
        Versions::of(version, at(second), VersionSample { event_id: format!("{version}-{second}"), ..VersionSample::default() })
    }

    #[test]
    fn the_newest_are_counted_apart_and_nothing_is_lost() {
        let many: Vec<(String, i64)> = (0..40).map(|minor| (format!("1.{minor}"), i64::from(minor))).chain([("main".to_owned(), 99)]).collect();
        let versions = of(&many);
        let kept: Vec<&str> = versions.seen().iter().map(|seen| seen.version.as_str()).collect();
        assert_eq!(kept.len(), MAX_VERSIONS);
        assert_eq!((kept[0], kept[11]), ("1.39", "1.28"));
        assert_eq!(versions.others(), &OtherVersions { count: 29, ordered_last_seen: Some(at(27)), unordered_last_seen: Some(at(99)) });
        assert_eq!(versions.seen().iter().filter(|seen| seen.sample.is_some()).count(), MAX_VERSION_SAMPLES);
    }

    #[test]
    fn an_older_version_that_still_runs_is_no_proof_and_one_of_unknown_age_is() {
        let versions = of(&[("1.2".to_owned(), 100), ("1.3".to_owned(), 10)]);
        assert!(versions.seen_after(at(50), None));
        assert!(!versions.seen_after(at(50), Some("1.3")));
        assert!(versions.seen_after(at(50), Some("1.2")), "resolved in 1.2, seen in 1.2");
        assert!(!versions.seen_after(at(100), Some("1.2")));
        assert!(of(&[("0a1b2c3".to_owned(), 100)]).seen_after(at(50), Some("1.3")));
        assert!(of(&[(String::new(), 100)]).seen_after(at(50), Some("1.3")));
    }

    #[test]
    fn what_is_not_counted_apart_is_older_than_what_is() {
        let mut many: Vec<(String, i64)> = (0..12).map(|minor| (format!("2.{minor}"), 10)).collect();
        many.push(("1.0".to_owned(), 100));
        let versions = of(&many);
        assert!(!versions.seen_after(at(50), Some("2.0")));
        assert!(!versions.seen_after(at(50), Some("2.5")));
        assert!(versions.seen_after(at(50), Some("1.5")), "it may be 1.6: time decides");
        assert!(versions.seen_after(at(50), None));
    }

    proptest! {
        #[test]
        fn neither_order_nor_cut_matters(events in prop::collection::vec(("1\\.[0-9]{1,2}|[a-d]|", 0_i64..50), 0..40).prop_shuffle(), cut in 0_usize..40, turn in 0_usize..40) {
            let whole = of(&events);
            let mut turned = events.clone();
            turned.rotate_left(turn.min(events.len()));
            let (left, right) = turned.split_at(cut.min(events.len()));
            let mut joined = of(right);
            joined.join(&of(left));
            prop_assert_eq!(&joined, &whole);
            let total: u64 = whole.seen().iter().map(|seen| seen.count).sum::<u64>() + whole.others().count;
            prop_assert_eq!(total, events.len() as u64);
        }
    }
}
