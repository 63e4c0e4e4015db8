//! Merged issues: a person says that two fingerprints are one cause, and it stays so.
//!
//! The document of an issue that was merged into another stays where it is and says where to go on ([`Issue::merged_into`]): it is the alias of its
//! fingerprint. New occurrences of that fingerprint are counted in the issue at the end of the chain. Only an issue that is not merged itself can be
//! merged, and only into one that is not, so the links form trees and never a ring.

use jiff::Timestamp;

use super::{Fingerprint, Issue};

/// Most links from a fingerprint to its issue. A merge that would make a longer chain is refused.
pub const MAX_ALIAS_HOPS: u8 = 8;

/// Why two issues cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// It is one issue.
    #[error("an issue cannot be merged into itself")]
    Same,
    /// The issue has been merged before.
    #[error("issue {issue} has been merged into {into}: merge that one, or take the merge back first")]
    Merged {
        /// The issue.
        issue: Fingerprint,
        /// Into which.
        into: Fingerprint,
    },
    /// Too many merges one after the other.
    #[error("issue {issue} ends a chain of {MAX_ALIAS_HOPS} merges, no more fit: merge into it instead")]
    TooDeep {
        /// The issue to be merged.
        issue: Fingerprint,
    },
}

impl MergeError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Same => "merge-same",
            Self::Merged { .. } => "merge-merged",
            Self::TooDeep { .. } => "merge-too-deep",
        }
    }
}

/// Two issues after a merge; both are to be written in one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The one that is an alias now. What it knew stays in it, for the case that the merge is taken back.
    pub alias: Issue,
    /// The other, which counts for both.
    pub into: Issue,
}

/// Merges an issue into another. What people said of the other holds; merging itself tells nothing.
///
/// # Errors
/// [`MergeError`].
pub fn merge(issue: &Issue, into: &Issue, as_of: Timestamp) -> Result<Merge, MergeError> {
    if issue.fingerprint == into.fingerprint {
        return Err(MergeError::Same);
    }
    for one in [issue, into] {
        if let Some(into) = &one.merged_into {
            return Err(MergeError::Merged { issue: one.fingerprint.clone(), into: into.clone() });
        }
    }
    if issue.alias_depth >= MAX_ALIAS_HOPS {
        return Err(MergeError::TooDeep { issue: issue.fingerprint.clone() });
    }
    let mut alias = issue.clone();
    alias.merged_into = Some(into.fingerprint.clone());
    let mut into = into.clone();
    into.alias_depth = into.alias_depth.max(issue.alias_depth + 1);
    into.facts.join(&issue.facts);
    into.announced.count = into.announced.count.max(into.facts.count);
    into.announced.regressed = into.announced.regressed.max(into.regressed_from());
    Ok(Merge { alias: alias.written(as_of), into: into.written(as_of) })
}

/// Takes a merge back: the issue goes on from where it was when it was merged. `None` when it is not merged.
///
/// What was counted in the other issue stays there: occurrences cannot be told apart afterwards.
pub fn unmerge(alias: &Issue, as_of: Timestamp) -> Option<Issue> {
    alias.merged_into.as_ref()?;
    let mut issue = alias.clone();
    issue.merged_into = None;
    Some(issue.written(as_of))
}

/// Where the occurrences of a fingerprint are counted. `merged_into` gives one link, `None` at the end.
///
/// A chain that is longer than a merge makes it is not followed, so that no stored data can make this run in a circle.
pub fn follow<'a>(fingerprint: &'a Fingerprint, merged_into: impl Fn(&Fingerprint) -> Option<&'a Fingerprint>) -> &'a Fingerprint {
    let mut here = fingerprint;
    for _ in 0..=MAX_ALIAS_HOPS {
        match merged_into(here) {
            None => return here,
            Some(next) => here = next,
        }
    }
    fingerprint
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::issue::{
        action::{Action, Ignore},
        apply,
        example::{at, facts, fingerprint, issue},
        state::IssueState,
    };

    #[test]
    fn new_occurrences_of_a_merged_fingerprint_land_at_the_end_of_the_chain() {
        let (a, b, c) = (issue(1, &[10]), issue(2, &[20]), issue(3, &[30]));
        let first = merge(&a, &b, at(40)).unwrap();
        let second = merge(&first.into, &c, at(50)).unwrap();
        assert_eq!((second.into.count, second.into.first_seen, second.into.last_seen), (3, at(10), at(30)));
        assert_eq!((first.alias.version, second.alias.version, second.into.version), (2, 3, 2));
        let stored: BTreeMap<Fingerprint, Issue> =
            [first.alias, second.alias, second.into].into_iter().map(|issue| (issue.fingerprint.clone(), issue)).collect();
        let start = fingerprint(1);
        assert_eq!(follow(&start, |fp| stored.get(fp)?.merged_into.as_ref()), &fingerprint(3));
        let taken_back = unmerge(&stored[&start], at(60)).unwrap();
        assert_eq!((taken_back.count, taken_back.merged_into.is_none()), (1, true));
        assert_eq!(unmerge(&taken_back, at(60)), None);
    }

    #[test]
    fn what_cannot_be_merged_is_refused_with_a_reason() {
        let (a, b, c) = (issue(1, &[10]), issue(2, &[20]), issue(3, &[30]));
        assert_eq!(merge(&a, &a, at(40)).unwrap_err().code(), "merge-same");
        let merged = merge(&a, &b, at(40)).unwrap();
        assert_eq!(merge(&merged.alias, &c, at(50)).unwrap_err().code(), "merge-merged");
        assert_eq!(merge(&c, &merged.alias, at(50)).unwrap_err().code(), "merge-merged");
        assert_eq!(merge(&merged.into, &merged.alias, at(50)).unwrap_err().code(), "merge-merged", "that would be a ring");
        let mut end = merged.into;
        for next in 0..u128::from(MAX_ALIAS_HOPS) - 1 {
            end = merge(&end, &issue(10 + next, &[10]), at(50)).unwrap().into;
        }
        assert_eq!(merge(&end, &c, at(60)).unwrap_err().code(), "merge-too-deep");
        assert_eq!(merge(&c, &end, at(60)).unwrap().into.count, 10, "the other way round it fits");
    }

    #[test]
    fn a_merge_tells_nothing_and_what_was_said_of_the_target_holds() {
        let quiet = issue(2, &[1]).act(&Action::Ignore(Ignore::Forever), "ann", at(5)).unwrap().0;
        let many = issue(1, &(10..30).collect::<Vec<_>>());
        assert_eq!(merge(&many, &quiet, at(40)).unwrap().into.state, IssueState::Ignored);
        let resolved = issue(2, &[1]).act(&Action::Resolve { in_version: None }, "ann", at(5)).unwrap().0;
        let merged = merge(&issue(1, &[9000]), &resolved, at(9010)).unwrap().into;
        assert_eq!(merged.state, IssueState::Regressed);
        let (after, told) = apply(Some(&merged), &fingerprint(2), &facts(&[9020]), &[3], at(9020));
        assert_eq!(told.map(|told| told.id), Some(format!("{}-reached-3", fingerprint(2))), "the regression is the merge's, not news");
        assert_eq!(after.count, 3);
    }

    #[test]
    fn stored_rings_and_endless_chains_are_not_followed() {
        let links: BTreeMap<Fingerprint, Fingerprint> = (1..=20).map(|from| (fingerprint(from), fingerprint(from % 20 + 1))).collect();
        let start = fingerprint(3);
        assert_eq!(follow(&start, |fp| links.get(fp)), &start);
    }

    proptest! {
        #[test]
        fn whatever_is_merged_and_taken_back_every_fingerprint_has_one_issue(steps in prop::collection::vec((0_u128..8, 0_u128..8, prop::bool::weighted(0.7)), 0..40)) {
            let mut stored: Vec<Issue> = (0..8).map(|number| issue(number, &[10])).collect();
            let place = |fp: &Fingerprint| (0..8).find(|&number| &fingerprint(number) == fp).unwrap() as usize;
            let root = |stored: &[Issue], number: u128| {
                let start = fingerprint(number);
                place(follow(&start, |fp| stored[place(fp)].merged_into.as_ref()))
            };
            for (from, to, is_merge) in steps {
                if is_merge {
                    let (from, to) = (root(&stored, from), root(&stored, to));
                    match merge(&stored[from], &stored[to], at(20)) {
                        Ok(merged) => {
                            stored[from] = merged.alias;
                            stored[to] = merged.into;
                        }
                        Err(error) => prop_assert!(from == to || error.code() == "merge-too-deep"),
                    }
                } else if let Some(issue) = unmerge(&stored[from as usize], at(20)) {
                    stored[from as usize] = issue;
                }
                for number in 0..8 {
                    let end = root(&stored, number);
                    prop_assert!(stored[end].merged_into.is_none(), "it ends at an issue");
                    let link = stored[number as usize].merged_into.as_ref().map(place);
                    prop_assert!(link.is_none_or(|next| root(&stored, next as u128) == end), "and so does everything on the way");
                }
            }
        }
    }
}
