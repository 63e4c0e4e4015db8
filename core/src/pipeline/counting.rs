//! Counting: the groups of one part of a batch are written into their issues, in one step with the batch's marker and what there is to tell.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{
    MARKER_LIFE, Tally,
    attempt::{Repeat, attempt, attempt_blindly, end_of_work, pause, wait},
    later,
};
use crate::{
    batch::BatchId,
    issue::{Commit, Committed, Facts, Fingerprint, Group, Issue, IssueChange, MAX_ALIAS_HOPS, SPREAD_AFTER, cool, count, follow, tell},
    metric::name::ProcessorMetric,
    port::{Clock, Failure, IssueStore, PortError, PortResult},
};

/// Most rounds in which others may be faster. The deadline ends them long before that, except on a clock that stands still.
const MAX_ROUNDS: usize = 500;

/// Counts the parts of a batch.
#[derive(Debug)]
pub(super) struct Counting<'a, I, C> {
    /// Where issues are.
    pub(super) store: &'a I,
    /// Time.
    pub(super) clock: &'a C,
    /// Numbers of occurrences that are told.
    pub(super) steps: &'a [u64],
    /// When the function ends.
    pub(super) deadline: Timestamp,
}

/// How often in a row somebody else was faster, by issue.
#[derive(Debug, Default)]
struct Rivals {
    read: BTreeMap<Fingerprint, u64>,
    met: BTreeMap<Fingerprint, u32>,
}

impl Rivals {
    /// Takes in what is stored now. An issue that is not as it was read for the last write has a rival.
    fn look(&mut self, stored: &BTreeMap<Fingerprint, Issue>, is_first: bool) {
        for (fingerprint, issue) in stored {
            let before = self.read.insert(fingerprint.clone(), issue.version);
            if !is_first && before != Some(issue.version) {
                *self.met.entry(fingerprint.clone()).or_default() += 1;
            }
        }
    }

    fn contend(&self, fingerprint: &Fingerprint) -> bool {
        self.met.get(fingerprint).is_some_and(|&met| met >= SPREAD_AFTER)
    }
}

impl<I: IssueStore, C: Clock> Counting<'_, I, C> {
    /// Counts one part. `None`: it had been counted before. Else the ids of the outbox entries written.
    pub(super) async fn count(&self, id: &BatchId, part: usize, groups: &[Group], tally: &mut Tally) -> PortResult<Option<Vec<String>>> {
        let mut rivals = Rivals::default();
        for round in 0..MAX_ROUNDS {
            let stored = self.stored(groups, tally).await?;
            rivals.look(&stored, round == 0);
            let commit = self.commit(id, part, round, groups, &stored, &rivals);
            let answer = attempt_blindly(self.clock, self.deadline, Repeat::Harmless, tally, || self.store.commit(&commit)).await?;
            match answer.value {
                // After an attempt that nobody answered, the marker is that one's.
                Committed::Before if !answer.repeated_blindly => return Ok(None),
                Committed::Done | Committed::Before => {
                    let opened = commit.changes.iter().filter(|change| change.expected.is_none()).count();
                    tally.add(ProcessorMetric::IssuesOpened, opened);
                    let silently = silently(&commit);
                    let mut told = entries(commit.changes);
                    told.extend(self.tell(&silently, id, tally).await);
                    return Ok(Some(told));
                }
                Committed::Conflict => {
                    if !self.wait(id, round).await {
                        break;
                    }
                }
            }
        }
        Err(PortError {
            failure: Failure::Unavailable,
            operation: "issues.commit",
            code: "conflict".to_owned(),
            message: "others were faster until the time was over".to_owned(),
        })
    }

    /// Waits before the next round; false when there is no time for one.
    async fn wait(&self, id: &BatchId, round: usize) -> bool {
        wait(self.clock, end_of_work(self.deadline), pause(id.as_str(), round)).await
    }

    /// The issues of these groups that exist, and those into which they have been merged.
    async fn stored(&self, groups: &[Group], tally: &mut Tally) -> PortResult<BTreeMap<Fingerprint, Issue>> {
        let mut stored: BTreeMap<Fingerprint, Issue> = BTreeMap::new();
        let mut asked = BTreeSet::new();
        let mut next: Vec<Fingerprint> = groups.iter().map(|group| group.fingerprint.clone()).collect();
        for _ in 0..=MAX_ALIAS_HOPS {
            asked.extend(next.iter().cloned());
            let issues = attempt(self.clock, self.deadline, Repeat::Harmless, tally, || self.store.load(&next)).await?;
            let links: BTreeSet<Fingerprint> = issues.iter().filter_map(|issue| issue.merged_into.clone()).collect();
            stored.extend(issues.into_iter().map(|issue| (issue.fingerprint.clone(), issue)));
            next = links.difference(&asked).cloned().collect();
            if next.is_empty() {
                break;
            }
        }
        Ok(stored)
    }

    /// One change for each issue; several groups of a batch may have been merged into one.
    fn commit(&self, id: &BatchId, part: usize, round: usize, groups: &[Group], stored: &BTreeMap<Fingerprint, Issue>, rivals: &Rivals) -> Commit {
        let mut seen: BTreeMap<&Fingerprint, Facts> = BTreeMap::new();
        for group in groups {
            let place = follow(&group.fingerprint, |fingerprint| stored.get(fingerprint)?.merged_into.as_ref());
            match seen.get_mut(place) {
                Some(facts) => facts.join(&group.facts),
                None => {
                    seen.insert(place, group.facts.clone());
                }
            }
        }
        let now = self.clock.now();
        // One shard number for all issues of the batch, and another one in every round: two batches with the same many issues meet in all of them or in none.
        let place = xxh3_64_with_seed(id.as_str().as_bytes(), u64::try_from(round).unwrap_or(0));
        let mut commit = Commit { batch: id.clone(), part, expires: later(now, MARKER_LIFE), changes: Vec::new(), counts: Vec::new() };
        let mut spare = Commit::MAX_ACTIONS.saturating_sub(Commit::ACTIONS_PER_GROUP * seen.len());
        for (fingerprint, facts) in seen {
            let stored = stored.get(fingerprint);
            // Only at once: whoever meets others on the way has found that it is not calm.
            let calm = stored.filter(|_| round == 0).and_then(|stored| cool(stored, &facts, self.steps, now));
            if let Some(cooled) = calm.filter(|cooled| cooled.actions_beyond_a_group() <= spare) {
                spare -= cooled.actions_beyond_a_group();
                commit.changes.push(cooled.change);
                commit.counts.extend(cooled.emptied);
                continue;
            }
            let counted = count(stored, fingerprint, &facts, self.steps, now, rivals.contend(fingerprint), place);
            commit.changes.extend(counted.change);
            commit.counts.extend(counted.shard);
        }
        commit
    }

    /// Tells what these issues have to tell since others have counted as well. Nothing depends on its success: the next occurrence finds what was not told.
    async fn tell(&self, fingerprints: &[Fingerprint], id: &BatchId, tally: &mut Tally) -> Vec<String> {
        if fingerprints.is_empty() {
            return Vec::new();
        }
        for round in 0..MAX_ROUNDS {
            let Ok(stored) = attempt(self.clock, self.deadline, Repeat::Harmless, tally, || self.store.load(fingerprints)).await else { break };
            let now = self.clock.now();
            let due: Vec<IssueChange> = stored.iter().filter(|issue| issue.merged_into.is_none()).filter_map(|issue| tell(issue, self.steps, now)).collect();
            if due.is_empty() {
                break;
            }
            match attempt(self.clock, self.deadline, Repeat::Harmless, tally, || self.store.change(&due)).await {
                Ok(Committed::Done | Committed::Before) => return entries(due),
                Ok(Committed::Conflict) if self.wait(id, round).await => {}
                Ok(Committed::Conflict) | Err(_) => break,
            }
        }
        Vec::new()
    }
}

/// Issues that were counted without a look at what others count at the same time.
fn silently(commit: &Commit) -> Vec<Fingerprint> {
    let own: BTreeSet<&Fingerprint> = commit.changes.iter().map(|change| &change.issue.fingerprint).collect();
    commit.counts.iter().map(|count| &count.fingerprint).filter(|fingerprint| !own.contains(fingerprint)).cloned().collect()
}

fn entries(changes: Vec<IssueChange>) -> Vec<String> {
    changes.into_iter().filter_map(|change| change.entry).map(|entry| entry.id).collect()
}
