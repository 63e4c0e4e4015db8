//! Taking an issue out: its own item goes, and its shards are emptied and stay for a day.
//!
//! A count that has read the issue writes into one of the shards, under the version it read, and nothing else. Were the shards deleted, a count that read
//! that there is none would find none and leave a shard that belongs to no issue. Emptied, each has a version that nobody has read, so that such a count
//! reads again. [`TOMBSTONE_LIFE`] later nobody is left who read them before, and the table's time to live takes those in which nothing was counted since.
//!
//! An emptied shard of an issue that was taken out names no version of it: the next issue of the fingerprint begins with version 1.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Fingerprint, Issue, SHARDS, Shard, ShardWrite};

/// How long the emptied shards stay: longer than any invocation.
pub const TOMBSTONE_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// An issue to take out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The issue.
    pub fingerprint: Fingerprint,
    /// Version that must be stored now; `None`: there must be no such issue, and what is left of one goes.
    pub expected: Option<u64>,
    /// Its counts are spread.
    spread: bool,
    /// When the emptied shards may go.
    expires: Timestamp,
}

/// A shard as far as an erasure has to know it: also one whose facts nobody can read any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoredShard {
    /// Number of writes so far; 0: there is no such item.
    pub version: u64,
    /// An erasure emptied it, and nothing was counted in it since.
    pub erased: bool,
}

impl Erasure {
    /// The erasure of an issue as it was read; `None`: there is none.
    pub fn new(fingerprint: &Fingerprint, issue: Option<&Issue>, now: Timestamp) -> Self {
        Self {
            fingerprint: fingerprint.clone(),
            expected: issue.map(|issue| issue.version),
            spread: issue.is_some_and(|issue| issue.shards > 0),
            expires: now.checked_add(TOMBSTONE_LIFE).unwrap_or(Timestamp::MAX),
        }
    }

    /// What to write over the shards that are stored, by their numbers. Nothing when the issue is not spread and none of them holds anything: were it spread
    /// since it was read, it would not have the version that is expected.
    pub fn emptied(&self, stored: &BTreeMap<u8, StoredShard>) -> Vec<ShardWrite> {
        if !self.spread && stored.values().all(|shard| shard.erased) {
            return Vec::new();
        }
        let beyond = stored.keys().copied().filter(|&number| number >= SHARDS);
        let numbers = (0..SHARDS).chain(beyond);
        let emptied = numbers.map(|number| {
            let version = stored.get(&number).map_or(0, |shard| shard.version) + 1;
            let shard = Shard { version, ..Shard::default() };
            ShardWrite { fingerprint: self.fingerprint.clone(), number, shard, expires: Some(self.expires) }
        });
        emptied.collect()
    }
}

impl Shard {
    /// An erasure emptied it, and nothing was counted in it since. A reader has to look at the issue again: it may have been there before and not after.
    pub const fn is_erased(&self) -> bool {
        self.version > 0 && self.folded == 0 && self.facts.is_none()
    }

    /// What an erasure has to know of it.
    pub const fn stored(&self) -> StoredShard {
        StoredShard { version: self.version, erased: self.is_erased() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::{
        IssueChange, count,
        example::{at, facts, fingerprint, issue},
    };

    fn spread() -> Issue {
        let cold = issue(1, &[1, 2]);
        let hot = count(Some(&cold), &fingerprint(1), &facts(&[3]), &[], at(3), true, 0).change.unwrap().issue;
        hot.gather(vec![Shard::default(); usize::from(SHARDS)]).unwrap()
    }

    #[test]
    fn every_shard_of_a_spread_issue_is_emptied_over_what_is_stored_and_expires() {
        let whole = spread();
        let stored = BTreeMap::from([(3, StoredShard { version: 7, erased: false })]);
        let erasure = Erasure::new(&fingerprint(1), Some(&whole), at(10));
        assert_eq!(erasure.expected, Some(whole.version));
        let emptied = erasure.emptied(&stored);
        let expected: Vec<(u8, u64)> = (0..SHARDS).map(|number| (number, if number == 3 { 7 } else { 0 })).collect();
        assert_eq!(emptied.iter().map(|write| (write.number, write.expected())).collect::<Vec<_>>(), expected);
        for write in &emptied {
            assert!(write.shard.is_erased(), "{write:?}");
            assert_eq!(write.expires, Some(at(24 * 3600 + 10)));
        }
    }

    #[test]
    fn the_next_issue_can_be_read_with_the_emptied_shards_and_what_it_counts_stays() {
        let emptied = Erasure::new(&fingerprint(1), Some(&spread()), at(10)).emptied(&BTreeMap::new());
        let shards: Vec<Shard> = emptied.into_iter().map(|write| write.shard).collect();
        let mut next = issue(1, &[20]);
        next.shards = SHARDS;
        let whole = next.gather(shards).unwrap();
        assert_eq!(whole.count, 1);
        let write = count(Some(&whole), &fingerprint(1), &facts(&[21]), &[], at(21), false, 5).shard.unwrap();
        assert_eq!((write.expected(), write.expires, write.shard.is_erased()), (1, None, false));
        let (_, folded) = IssueChange { issue: whole, expected: None, entry: None }.folded();
        assert!(folded.iter().all(|write| write.expires.is_none() && !write.shard.is_erased()));
    }

    #[test]
    fn without_a_spread_issue_only_shards_in_which_something_is_left_are_emptied() {
        let whole = issue(1, &[1]);
        for issue in [Some(&whole), None] {
            let erasure = Erasure::new(&fingerprint(1), issue, at(10));
            let erased = StoredShard { version: 4, erased: true };
            assert_eq!(erasure.emptied(&BTreeMap::new()), []);
            assert_eq!(erasure.emptied(&BTreeMap::from([(0, erased)])), []);
            let left = StoredShard { version: 2, erased: false };
            let emptied = erasure.emptied(&BTreeMap::from([(0, erased), (20, left)]));
            let numbers: Vec<(u8, u64)> = emptied.iter().map(|write| (write.number, write.expected())).collect();
            assert_eq!((numbers.len(), numbers[0], numbers[1], numbers[16]), (17, (0, 4), (1, 0), (20, 2)));
        }
        let folded = Shard { version: 2, folded: 9, facts: None };
        assert_eq!((folded.stored().erased, Shard::default().is_erased()), (false, false), "a fold's would stop the next issue");
    }
}
