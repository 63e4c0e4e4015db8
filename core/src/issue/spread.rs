//! Issues that many invocations count at once: their counts are spread over items of their own, the shards.
//!
//! An issue begins with its counts in its own item, and each count is one write of that item under its version. Whoever meets others there
//! [`SPREAD_AFTER`] times in a row sets [`Issue::shards`] with its next write. From then on an occurrence is counted in one of the shards, under that
//! shard's version, and the issue's own item is written only when the issue changes its state or has something to tell. Facts are a commutative fold, so
//! the issue is its own facts joined with all shards'.
//!
//! A person's change folds: it writes the total and empties every shard, each under the version that was read, so that a count at the same time is either in
//! the total or meets the fold and reads again. A folded issue counts in its own item again. An emptied shard names the version of the issue that emptied
//! it: who finds a shard emptied later than the issue they read has read half of it before and half after, and reads again. A count folds as well when the
//! issue has been calm for [`CALM_AFTER`], since to read every shard for each batch costs more than to write one item. What becomes of the shards of an issue
//! that is taken out tells [`super::Erasure`].

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Announced, Commit, Facts, Fingerprint, Issue, IssueChange, MAX_ITEM_BYTES, MAX_ITEM_FRAME, Recent, apply};

/// Shards of an issue: so many invocations count it at once without meeting.
pub const SHARDS: u8 = 16;

/// An issue is spread by whoever was not the first to write it so often in a row.
pub const SPREAD_AFTER: u32 = 2;

/// How often it is noted in a spread issue's own item that an escalation goes on. It is told anew only when it is noted for the last time before it began.
pub const ESCALATING_NOTE: SignedDuration = SignedDuration::from_hours(1);

/// A spread issue is folded by a count when it has been spread for so long, by the times of its occurrences, and calm at the end.
pub const CALM_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// It was calm when no five minutes of that time were counted in more shards than these: so few batches do not meet. Three that met have most often
/// counted in three.
pub const CALM_SHARDS: usize = 2;

/// How an issue whose counts are spread is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// Facts in the issue's own item.
    pub base: Facts,
    /// Every shard, by its number.
    pub shards: Vec<Shard>,
}

/// A part of an issue's counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shard {
    /// Number of writes so far; 0: there is no such item.
    pub version: u64,
    /// Version of the issue that emptied it last; 0: none did.
    pub folded: u64,
    /// What was counted here since.
    pub facts: Option<Facts>,
}

/// A shard to store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardWrite {
    /// The issue.
    pub fingerprint: Fingerprint,
    /// Number of the shard.
    pub number: u8,
    /// What to store. The version before it must be stored now.
    pub shard: Shard,
    /// When the table's time to live may take it; `None`, as of whatever holds counts: never.
    pub expires: Option<Timestamp>,
}

impl ShardWrite {
    /// Version that must be stored now; 0: there must be no such item.
    pub const fn expected(&self) -> u64 {
        self.shard.version.saturating_sub(1)
    }
}

impl Shard {
    fn counting(&self, seen: &Facts) -> Self {
        let facts = match &self.facts {
            None => seen.clone(),
            Some(facts) => {
                let mut facts = facts.clone();
                facts.join(seen);
                facts
            }
        };
        Self { version: self.version + 1, folded: self.folded, facts: Some(facts) }
    }

    const fn emptied(&self, by: u64) -> Self {
        Self { version: self.version + 1, folded: by, facts: None }
    }
}

impl Issue {
    /// The whole issue, from its own item and its shards in the order of their numbers. `None`: the shards were emptied after the item was read.
    pub fn gather(mut self, shards: Vec<Shard>) -> Option<Self> {
        if shards.iter().any(|shard| shard.folded > self.version) {
            return None;
        }
        let base = self.facts.clone();
        for facts in shards.iter().filter_map(|shard| shard.facts.as_ref()) {
            self.facts.join(facts);
        }
        self.spread = Some(Box::new(Spread { base, shards }));
        Some(self)
    }

    /// The issue as its own item holds it while its counts stay where they are.
    fn without_shards(mut self) -> Self {
        if let Some(spread) = self.spread.take() {
            self.facts = spread.base;
        }
        self
    }
}

impl IssueChange {
    /// What to store when a person changes the issue: the issue with all its counts, and its shards emptied.
    pub fn folded(&self) -> (Issue, Vec<ShardWrite>) {
        let mut issue = self.issue.clone();
        let Some(spread) = issue.spread.take() else {
            return (issue, Vec::new());
        };
        issue.shards = 0;
        let emptied = spread.shards.iter().zip(0_u8..).map(|(shard, number)| ShardWrite {
            fingerprint: issue.fingerprint.clone(),
            number,
            shard: shard.emptied(issue.version),
            expires: None,
        });
        let emptied = emptied.collect();
        (issue, emptied)
    }
}

/// What to write to count occurrences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The issue's own item.
    pub change: Option<IssueChange>,
    /// A shard.
    pub shard: Option<ShardWrite>,
}

/// Counts occurrences of an issue: [`apply`], and where to write it. `contended`: others were faster again and again. `place` chooses the shard.
pub fn count(stored: Option<&Issue>, fingerprint: &Fingerprint, seen: &Facts, steps: &[u64], as_of: Timestamp, contended: bool, place: u64) -> Counted {
    let (mut issue, told) = apply(stored, fingerprint, seen, steps, as_of);
    let entry = told.map(|told| told.entry(&issue, as_of));
    let expected = stored.map(|stored| stored.version);
    let spread = stored.and_then(|stored| Some((stored, stored.spread.as_ref()?)));
    let Some((stored, spread)) = spread else {
        if contended && stored.is_some() {
            issue.shards = SHARDS;
        }
        return Counted { change: Some(IssueChange { issue, expected, entry }), shard: None };
    };
    let number = u8::try_from(place % u64::try_from(spread.shards.len()).unwrap_or(1).max(1)).unwrap_or(0);
    let shard = spread.shards.get(usize::from(number)).cloned().unwrap_or_default().counting(seen);
    let change = (entry.is_some() || is_transition(stored, &issue)).then(|| IssueChange { issue: issue.without_shards(), expected, entry });
    Counted { change, shard: Some(ShardWrite { fingerprint: fingerprint.clone(), number, shard, expires: None }) }
}

/// A count that folds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cooled {
    /// The issue with all its counts, these included.
    pub change: IssueChange,
    /// Its shards, emptied.
    pub emptied: Vec<ShardWrite>,
}

impl Cooled {
    /// Actions of the transaction beyond those that are reckoned with for a group. There is room for their bytes: an emptied shard is a frame only.
    pub fn actions_beyond_a_group(&self) -> usize {
        (1 + usize::from(self.change.entry.is_some()) + self.emptied.len()).saturating_sub(Commit::ACTIONS_PER_GROUP)
    }
}

const _: () = assert!(2 * MAX_ITEM_BYTES + SHARDS as usize * MAX_ITEM_FRAME <= Commit::ACTIONS_PER_GROUP * MAX_ITEM_BYTES);

/// Counts occurrences of a spread issue that is calm, and folds it: as [`count`], in the issue's own item. `None`: it is not spread, or not calm.
pub fn cool(stored: &Issue, seen: &Facts, steps: &[u64], as_of: Timestamp) -> Option<Cooled> {
    if !stored.spread.as_ref()?.is_calm(seen.last_seen) {
        return None;
    }
    let (issue, told) = apply(Some(stored), &stored.fingerprint, seen, steps, as_of);
    let entry = told.map(|told| told.entry(&issue, as_of));
    let (issue, emptied) = IssueChange { issue, expected: None, entry: None }.folded();
    Some(Cooled { change: IssueChange { issue, expected: Some(stored.version), entry }, emptied })
}

impl Spread {
    /// Whether it was spread [`CALM_AFTER`] ago and few have counted at the same time since. The base is as it was when the issue was spread. Goes by the
    /// times of occurrences alone: a storm of batches that come late is not calm because what they tell of is long ago.
    fn is_calm(&self, at: Timestamp) -> bool {
        let Ok(since) = at.checked_sub(CALM_AFTER) else { return false };
        if self.base.last_seen > since {
            return false;
        }
        let mut counted: BTreeMap<i64, usize> = BTreeMap::new();
        for facts in self.shards.iter().filter_map(|shard| shard.facts.as_ref()) {
            for (window, _) in facts.recent.between(Recent::window(since), i64::MAX) {
                *counted.entry(window).or_default() += 1;
            }
        }
        counted.values().all(|&shards| shards <= CALM_SHARDS)
    }
}

/// What is to be told of an issue as it is stored. Two who count in two shards at once may pass a step together that neither passes alone: both look again.
pub fn tell(stored: &Issue, steps: &[u64], as_of: Timestamp) -> Option<IssueChange> {
    let mut issue = stored.clone();
    let told = issue.announce(false, steps, as_of);
    let issue = issue.written(as_of);
    let entry = told.map(|told| told.entry(&issue, as_of));
    (entry.is_some() || is_transition(stored, &issue)).then(|| IssueChange { issue: issue.without_shards(), expected: Some(stored.version), entry })
}

/// Whether the issue's own item must be written, though its counts are elsewhere.
fn is_transition(before: &Issue, after: &Issue) -> bool {
    let Announced { count: _, regressed, escalating, woken } = &after.announced;
    let noted = before.announced.escalating;
    before.state != after.state
        || before.announced.regressed != *regressed
        || before.announced.woken != *woken
        || escalating.is_some_and(|still| noted.is_none_or(|noted| still.duration_since(noted) >= ESCALATING_NOTE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::{
        action::{Action, Ignore},
        example::{at, facts, fingerprint, issue},
        merge,
        state::IssueState,
        unmerge,
    };

    const STEPS: [u64; 2] = [10, 100];

    /// An issue of ten occurrences that is spread, as it is stored, with its shards.
    fn spread() -> (Issue, Vec<Shard>) {
        let cold = issue(1, &(0..10).collect::<Vec<_>>());
        let change = count(Some(&cold), &fingerprint(1), &facts(&[10]), &STEPS, at(11), true, 0).change.unwrap();
        assert_eq!((change.issue.shards, change.issue.count), (SHARDS, 11));
        (change.issue, vec![Shard::default(); usize::from(SHARDS)])
    }

    fn counted(whole: &Issue, seconds: &[i64], place: u64) -> Counted {
        count(Some(whole), &fingerprint(1), &facts(seconds), &STEPS, at(seconds[0]), false, place)
    }

    #[test]
    fn an_issue_nobody_else_writes_stays_in_one_item() {
        let new = count(None, &fingerprint(1), &facts(&[1]), &STEPS, at(1), true, 0);
        assert_eq!(new.change.as_ref().map(|change| (change.issue.shards, change.expected)), Some((0, None)), "a new one is written whole");
        let again = count(new.change.map(|change| change.issue).as_ref(), &fingerprint(1), &facts(&[2]), &STEPS, at(2), false, 0);
        assert_eq!((again.change.map(|change| change.issue.shards), again.shard), (Some(0), None));
    }

    #[test]
    fn a_spread_issue_is_counted_in_a_shard_and_its_own_item_is_left_alone() {
        let (own, mut shards) = spread();
        for (second, place) in [(20, 3), (21, 3), (22, 19), (23, 0)] {
            let whole = own.clone().gather(shards.clone()).unwrap();
            let Counted { change: None, shard: Some(write) } = counted(&whole, &[second], place) else { panic!("more than a shard") };
            assert_eq!((u64::from(write.number), write.expected()), (place % 16, shards[usize::from(write.number)].version));
            shards[usize::from(write.number)] = write.shard;
        }
        let whole = own.clone().gather(shards).unwrap();
        let seconds: Vec<i64> = (0..=10).chain(20..24).collect();
        assert_eq!(whole.facts, facts(&seconds), "the total does not depend on where it was counted");
        assert_eq!(own.count, 11);
    }

    #[test]
    fn a_step_is_told_with_the_count_that_passes_it_or_by_whoever_looks_next() {
        let (own, shards) = spread();
        let whole = own.clone().gather(shards.clone()).unwrap();
        let many: Vec<i64> = (20..120).collect();
        let one = counted(&whole, &many, 0);
        let change = one.change.unwrap();
        assert_eq!(
            (change.entry.map(|entry| entry.id), change.issue.facts, change.issue.spread),
            (Some(format!("{}-reached-100", fingerprint(1))), own.facts.clone(), None)
        );
        // Two that pass it together only.
        let half: Vec<i64> = (20..65).collect();
        let (left, right) = (counted(&whole, &half, 0), counted(&whole, &half, 1));
        assert_eq!((left.change.is_none(), right.change.is_none()), (true, true));
        let mut together = shards;
        for write in [left.shard.unwrap(), right.shard.unwrap()] {
            together[usize::from(write.number)] = write.shard;
        }
        let whole = own.clone().gather(together.clone()).unwrap();
        let told = tell(&whole, &STEPS, at(70)).unwrap();
        assert_eq!((told.expected, told.issue.version, told.issue.announced.count), (Some(own.version), own.version + 1, 101));
        assert!(told.entry.unwrap().id.ends_with("-reached-100"));
        assert_eq!(tell(&told.issue.gather(together).unwrap(), &STEPS, at(70)), None, "once");
    }

    #[test]
    fn a_change_of_state_is_written_and_a_long_escalation_is_noted_now_and_then() {
        let (own, shards) = spread();
        let whole = own.gather(shards).unwrap();
        let resolved = whole.act(&Action::Resolve { in_version: None }, "ann", at(30)).unwrap().0;
        let mut stored = resolved.without_shards();
        stored.shards = SHARDS;
        let whole = stored.gather(vec![Shard::default(); 16]).unwrap();
        assert_eq!(counted(&whole, &[40], 0).change, None, "within the grace");
        let change = counted(&whole, &[30_000], 0).change.unwrap();
        assert_eq!((change.issue.state, change.entry.is_some()), (IssueState::Regressed, true));

        let escalating = |after: i64| {
            let mut before = whole.clone();
            before.announced.escalating = Some(at(0));
            let mut now = before.clone();
            now.announced.escalating = Some(at(after));
            is_transition(&before, &now)
        };
        assert_eq!((escalating(3599), escalating(3600)), (false, true));
    }

    #[test]
    fn steps_passed_in_silence_are_not_told_when_somebody_opens_a_spread_issue_again() {
        let (own, shards) = spread();
        let ignored = own.gather(shards).unwrap().act(&Action::Ignore(Ignore::Forever), "ann", at(30)).unwrap().0.without_shards();
        let mut shards = vec![Shard::default(); 16];
        let whole = ignored.clone().gather(shards.clone()).unwrap();
        let Counted { change: None, shard: Some(write) } = counted(&whole, &(40..140).collect::<Vec<_>>(), 0) else { panic!("it is ignored") };
        shards[0] = write.shard;
        let open = ignored.gather(shards.clone()).unwrap().act(&Action::Reopen, "ann", at(200)).unwrap().0;
        assert_eq!(open.announced.count, 111);
        assert_eq!(tell(&open, &STEPS, at(201)), None);
    }

    #[test]
    fn a_fold_takes_every_count_in_and_whoever_read_before_it_is_told_so() {
        let (own, mut shards) = spread();
        let before = own.clone().gather(shards.clone()).unwrap();
        shards[3] = counted(&before, &[20], 3).shard.unwrap().shard;
        let whole = own.clone().gather(shards.clone()).unwrap();
        let (merged, emptied) = {
            let both = merge(&whole, &issue(2, &[5]), at(50)).unwrap();
            assert_eq!(both.into.count, 13);
            IssueChange { issue: both.alias, expected: Some(whole.version), entry: None }.folded()
        };
        assert_eq!((merged.count, merged.shards, merged.spread.is_none(), emptied.len()), (12, 0, true, 16));
        assert_eq!((emptied[3].expected(), emptied[4].expected()), (1, 0), "also where nothing was counted yet");
        let after: Vec<Shard> = emptied.into_iter().map(|write| write.shard).collect();
        assert_eq!(own.gather(after.clone()), None, "the item from before, the shards from after");
        let back = unmerge(&merged, at(60)).unwrap();
        assert_eq!((back.count, back.gather(after).unwrap().count), (12, 12));
    }

    const DAY: i64 = 24 * 3600;

    /// A spread issue with these occurrences in these shards.
    fn with(counts: &[(usize, &[i64])]) -> Issue {
        let (own, mut shards) = spread();
        for &(number, seconds) in counts {
            shards[number] = shards[number].counting(&facts(seconds));
        }
        own.gather(shards).unwrap()
    }

    fn cooled(whole: &Issue, seconds: &[i64]) -> Option<Cooled> {
        cool(whole, &facts(seconds), &STEPS, at(seconds[0]))
    }

    #[test]
    fn a_count_after_a_calm_day_folds_and_tells_as_any_other() {
        let whole = with(&[(0, &[20, 21]), (7, &[22]), (15, &[DAY])]);
        let folding = cooled(&whole, &[DAY + 20]).unwrap();
        let plain = count(Some(&whole), &fingerprint(1), &facts(&[DAY + 20]), &STEPS, at(DAY + 20), false, 0);
        let issue = &folding.change.issue;
        assert_eq!((issue.shards, issue.spread.is_none(), issue.version, folding.change.expected), (0, true, whole.version + 1, Some(whole.version)));
        let mut seconds: Vec<i64> = (0..=10).collect();
        seconds.extend([20, 21, 22, DAY, DAY + 20]);
        assert_eq!(issue.facts, facts(&seconds), "the total");
        assert_eq!((folding.emptied.len(), plain.change.is_none(), folding.change.entry.is_none()), (16, true, true));
        let versions: Vec<u64> = folding.emptied.iter().map(ShardWrite::expected).collect();
        assert_eq!((versions[0], versions[1], versions[7]), (1, 0, 1), "each under the version that was read, also where nothing was counted");
        assert!(folding.emptied.iter().all(|write| write.shard.facts.is_none() && write.shard.folded == issue.version));
        assert_eq!(folding.actions_beyond_a_group(), 14);

        // With something to tell, which takes an entry of the outbox as well.
        let many: Vec<i64> = (DAY + 20..DAY + 120).collect();
        let folding = cooled(&whole, &many).unwrap();
        let plain = count(Some(&whole), &fingerprint(1), &facts(&many), &STEPS, at(DAY + 20), false, 0);
        let id = |change: &IssueChange| change.entry.as_ref().map(|entry| entry.id.clone());
        assert_eq!((id(&folding.change).is_some(), id(&folding.change)), (true, id(&plain.change.unwrap())));
        assert_eq!(folding.actions_beyond_a_group(), 15);
    }

    #[test]
    fn an_issue_is_not_calm_before_a_day_is_over_nor_after_three_that_counted_at_once() {
        let calm = |counts: &[(usize, &[i64])], second: i64| cooled(&with(counts), &[second]).is_some();
        assert_eq!((calm(&[], DAY + 9), calm(&[], DAY + 10)), (false, true), "it was spread at 10");
        let met: &[(usize, &[i64])] = &[(0, &[DAY]), (1, &[DAY + 1]), (2, &[DAY + 2])];
        assert!(calm(met.split_last().unwrap().1, DAY + 60), "two");
        assert_eq!((calm(met, DAY + 60), calm(met, 2 * DAY), calm(met, 2 * DAY + 600)), (false, false, true));
        assert!(calm(&[(0, &[DAY]), (1, &[DAY + 400]), (2, &[DAY + 800])], DAY + 900), "one after another");
        assert!(!calm(&[], -DAY), "late");
        assert_eq!(cooled(&issue(1, &[1]), &[9 * DAY]), None, "not spread");
    }
}
