//! Issues, batch markers, alarm states and the outbox.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::{Future, ready},
    sync::{Arc, Mutex, MutexGuard},
};

use jiff::Timestamp;
use serde::Serialize;
use skywarden_core::{
    batch::BatchId,
    issue::{
        AlarmCommit, Claim, Commit, Committed, Erasure, Fingerprint, Issue, IssueChange, MAX_ITEM_FRAME, MAX_TRANSACTION_ACTIONS, MAX_TRANSACTION_BYTES,
        OutboxEntry, Shard, ShardWrite,
    },
    notify::decide::Ledger,
    port::{Failure, IssueStore, LedgerCommit, PortError, PortResult, StoredLedger},
};

use crate::memory::{MemoryClock, locked};

/// The issue table in memory: every write is conditional and all or nothing, as DynamoDB's are.
///
/// Markers do not run out here: they live for 17 days, and a replay is shorter.
#[derive(Debug)]
pub struct MemoryIssues {
    clock: Arc<MemoryClock>,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    issues: BTreeMap<Fingerprint, Issue>,
    /// Parts of the counts of issues that are spread, by issue and number.
    shards: BTreeMap<(Fingerprint, u8), Shard>,
    /// Parts of batches that have been committed.
    markers: BTreeSet<(BatchId, usize)>,
    /// By alarm name: when it last changed, and whether it fires.
    alarms: BTreeMap<String, (Timestamp, bool)>,
    outbox: BTreeMap<String, Stored>,
    /// By route.
    ledgers: BTreeMap<String, StoredLedger>,
}

/// An entry of the outbox.
#[derive(Debug)]
struct Stored {
    entry: OutboxEntry,
    claimed_until: Option<Timestamp>,
    sent: bool,
    /// A residue keeps it: the tick does not see it.
    kept_outside: bool,
}

impl Stored {
    const fn new(entry: OutboxEntry) -> Self {
        Self { entry, claimed_until: None, sent: false, kept_outside: false }
    }

    fn is_claimed(&self, now: Timestamp) -> bool {
        self.claimed_until.is_some_and(|until| until >= now)
    }
}

impl MemoryIssues {
    /// An empty table; every call takes the clock's time.
    pub fn new(clock: Arc<MemoryClock>) -> Self {
        Self { clock, table: Mutex::default() }
    }

    /// The table, at the cost of one call.
    fn call(&self) -> MutexGuard<'_, Table> {
        self.clock.spend_call();
        locked(&self.table)
    }

    /// Every issue, by fingerprint.
    pub fn issues(&self) -> Vec<Issue> {
        let table = locked(&self.table);
        table.issues.keys().filter_map(|fingerprint| table.whole(fingerprint)).collect()
    }

    /// What is stored of every shard, by issue and number, whether there is such an issue or not.
    pub fn shards(&self) -> BTreeMap<(Fingerprint, u8), Shard> {
        locked(&self.table).shards.clone()
    }

    /// What each route remembers of what it was sent.
    pub fn ledgers(&self) -> BTreeMap<String, Ledger> {
        locked(&self.table).ledgers.iter().map(|(route, stored)| (route.clone(), stored.ledger.clone())).collect()
    }

    /// Every entry of the outbox, sent or not, by id.
    pub fn outbox(&self) -> Vec<OutboxEntry> {
        locked(&self.table).outbox.values().map(|stored| stored.entry.clone()).collect()
    }

    /// Puts an entry into the outbox that no change brought.
    pub fn insert(&self, entry: OutboxEntry) {
        locked(&self.table).outbox.insert(entry.id.clone(), Stored::new(entry));
    }

    /// Takes an issue of a version out, with its entries of the outbox that are not sent. Its emptied shards stay, as its markers do.
    pub(super) fn take_out(&self, erasure: &Erasure) -> Committed {
        let mut table = self.call();
        let fingerprint = &erasure.fingerprint;
        if table.issues.get(fingerprint).map(|issue| issue.version) != erasure.expected {
            return Committed::Conflict;
        }
        let stored = table.shards.iter().filter(|((of, _), _)| of == fingerprint).map(|((_, number), shard)| (*number, shard.stored()));
        let emptied = erasure.emptied(&stored.collect());
        let of_issue = format!("{fingerprint}-");
        let is_unsent = |id: &String, stored: &Stored| !stored.sent && id.starts_with(&of_issue);
        if erasure.expected.is_none() && emptied.is_empty() && !table.outbox.iter().any(|(id, stored)| is_unsent(id, stored)) {
            return Committed::Before;
        }
        table.issues.remove(fingerprint);
        table.shards.extend(emptied.into_iter().map(|write| ((write.fingerprint, write.number), write.shard)));
        table.outbox.retain(|id, stored| !is_unsent(id, stored));
        Committed::Done
    }

    /// Entries of the outbox whose ids begin so, with whether they are sent.
    pub(super) fn entries(&self, beginning: &str) -> Vec<(OutboxEntry, bool)> {
        let table = self.call();
        table.outbox.values().filter(|stored| stored.entry.id.starts_with(beginning)).map(|stored| (stored.entry.clone(), stored.sent)).collect()
    }

    /// How many entries of the outbox have not been sent.
    pub fn unsent(&self) -> usize {
        locked(&self.table).outbox.values().filter(|stored| !stored.sent).count()
    }
}

/// What is written in one step.
#[derive(Debug, Default)]
struct Writes {
    issues: Vec<(Issue, Option<u64>)>,
    shards: Vec<ShardWrite>,
    entries: Vec<OutboxEntry>,
}

impl Writes {
    /// An issue's own item and what there is to tell.
    fn change(&mut self, change: &IssueChange, issue: Issue) {
        self.issues.push((issue, change.expected));
        self.entries.extend(change.entry.clone());
    }

    /// Refuses what DynamoDB refuses.
    fn check(&self, operation: &'static str, others: usize) -> PortResult<()> {
        let actions = self.issues.len() + self.shards.len() + self.entries.len() + others;
        if actions > MAX_TRANSACTION_ACTIONS {
            return Err(rejected(operation, format!("{actions} actions in one step, at most {MAX_TRANSACTION_ACTIONS} fit")));
        }
        let documents = self.issues.iter().map(|(issue, _)| size(issue)).sum::<usize>()
            + self.shards.iter().filter_map(|write| write.shard.facts.as_ref()).map(size).sum::<usize>()
            + self.entries.iter().map(size).sum::<usize>();
        let bytes = documents + actions * MAX_ITEM_FRAME;
        if bytes > MAX_TRANSACTION_BYTES {
            return Err(rejected(operation, format!("{bytes} bytes in one step, at most {MAX_TRANSACTION_BYTES} fit")));
        }
        let issues: BTreeSet<&Fingerprint> = self.issues.iter().map(|(issue, _)| &issue.fingerprint).collect();
        let shards: BTreeSet<(&Fingerprint, u8)> = self.shards.iter().map(|write| (&write.fingerprint, write.number)).collect();
        if issues.len() < self.issues.len() || shards.len() < self.shards.len() {
            // DynamoDB: "Transaction request cannot include multiple operations on one item".
            return Err(rejected(operation, "two changes of one item in one step".to_owned()));
        }
        Ok(())
    }
}

fn size(document: &impl Serialize) -> usize {
    serde_json::to_vec(document).map_or(0, |text| text.len())
}

impl Table {
    /// An issue with all its counts.
    fn whole(&self, fingerprint: &Fingerprint) -> Option<Issue> {
        let issue = self.issues.get(fingerprint)?.clone();
        if issue.shards == 0 {
            return Some(issue);
        }
        let shards = (0..issue.shards).map(|number| self.shards.get(&(fingerprint.clone(), number)).cloned().unwrap_or_default()).collect();
        issue.gather(shards)
    }

    fn commit(&mut self, commit: &Commit) -> PortResult<Committed> {
        let marker = (commit.batch.clone(), commit.part);
        let mut writes = Writes { shards: commit.counts.clone(), ..Writes::default() };
        for change in &commit.changes {
            writes.change(change, Issue { spread: None, ..change.issue.clone() });
        }
        writes.check("issues.commit", 1)?;
        if self.markers.contains(&marker) {
            return Ok(Committed::Before);
        }
        let written = self.write(writes);
        if written == Committed::Done {
            self.markers.insert(marker);
        }
        Ok(written)
    }

    /// What a person did: counts that are spread are folded.
    fn change_issues(&mut self, changes: &[IssueChange]) -> PortResult<Committed> {
        let mut writes = Writes::default();
        for change in changes {
            let (issue, shards) = change.folded();
            writes.change(change, issue);
            writes.shards.extend(shards);
        }
        writes.check("issues.change", 0)?;
        Ok(self.write(writes))
    }

    /// Writes all, or nothing.
    fn write(&mut self, writes: Writes) -> Committed {
        let version = |fingerprint| self.issues.get(fingerprint).map(|issue: &Issue| issue.version);
        let shard_version = |write: &ShardWrite| self.shards.get(&(write.fingerprint.clone(), write.number)).map_or(0, |shard| shard.version);
        if writes.issues.iter().any(|(issue, expected)| version(&issue.fingerprint) != *expected)
            || writes.shards.iter().any(|write| shard_version(write) != write.expected())
        {
            return Committed::Conflict;
        }
        self.issues.extend(writes.issues.into_iter().map(|(issue, _)| (issue.fingerprint.clone(), issue)));
        self.shards.extend(writes.shards.into_iter().map(|write| ((write.fingerprint, write.number), write.shard)));
        self.outbox.extend(writes.entries.into_iter().map(|entry| (entry.id.clone(), Stored::new(entry))));
        Committed::Done
    }

    fn commit_alarm(&mut self, commit: &AlarmCommit) -> Committed {
        let stored = self.alarms.get(&commit.alarm).copied();
        let newer = stored.is_none_or(|(changed_at, _)| changed_at < commit.changed_at);
        let fired = stored.is_some_and(|(_, firing)| firing);
        if !newer {
            return Committed::Before;
        }
        self.alarms.insert(commit.alarm.clone(), (commit.changed_at, commit.firing));
        // The end of what has not fired is no news; a beginning that arrives after it is over.
        if !commit.firing && !fired {
            return Committed::Before;
        }
        self.outbox.insert(commit.entry.id.clone(), Stored::new(commit.entry.clone()));
        Committed::Done
    }

    fn commit_ledger(&mut self, commit: &LedgerCommit) -> Committed {
        if self.ledgers.get(&commit.route).map(|stored| stored.version) != commit.expected {
            return Committed::Conflict;
        }
        let stored = StoredLedger { version: commit.expected.unwrap_or(0) + 1, ledger: commit.ledger.clone() };
        self.ledgers.insert(commit.route.clone(), stored);
        for entry in &commit.entries {
            self.outbox.insert(entry.id.clone(), Stored::new(entry.clone()));
        }
        Committed::Done
    }

    fn claim(&mut self, id: &str, now: Timestamp, claim_until: Timestamp) -> Claim {
        match self.outbox.get_mut(id) {
            None => Claim::Done,
            Some(stored) if stored.sent => Claim::Done,
            Some(stored) if stored.is_claimed(now) => Claim::Busy,
            Some(stored) => {
                stored.claimed_until = Some(claim_until);
                Claim::Granted(Box::new(stored.entry.clone()))
            }
        }
    }

    fn reopen(&mut self, entry: &OutboxEntry, now: Timestamp, claim_until: Timestamp) -> Claim {
        let stored = self.outbox.entry(entry.id.clone()).or_insert_with(|| Stored::new(entry.clone()));
        if !stored.sent && stored.is_claimed(now) {
            return Claim::Busy;
        }
        stored.claimed_until = Some(claim_until);
        stored.sent = false;
        stored.kept_outside = true;
        Claim::Granted(Box::new(stored.entry.clone()))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Vec<String> {
        let mut due: Vec<(Timestamp, &String)> = self
            .outbox
            .iter()
            .filter(|(_, stored)| !stored.sent && !stored.kept_outside && stored.entry.due <= now)
            .map(|(id, stored)| (stored.entry.due, id))
            .collect();
        due.sort();
        due.into_iter().take(limit).map(|(_, id)| id.clone()).collect()
    }

    /// Changes an entry that must exist.
    fn change(&mut self, operation: &'static str, id: &str, change: impl FnOnce(&mut Stored)) -> PortResult<()> {
        let stored = self.outbox.get_mut(id).ok_or_else(|| rejected(operation, format!("there is no outbox entry `{id}`")))?;
        change(stored);
        Ok(())
    }
}

fn rejected(operation: &'static str, message: String) -> PortError {
    PortError { failure: Failure::Rejected, operation, code: "ValidationException".to_owned(), message }
}

impl IssueStore for MemoryIssues {
    fn load(&self, fingerprints: &[Fingerprint]) -> impl Future<Output = PortResult<Vec<Issue>>> + Send {
        let table = self.call();
        ready(Ok(fingerprints.iter().filter_map(|fingerprint| table.whole(fingerprint)).collect()))
    }

    fn commit(&self, commit: &Commit) -> impl Future<Output = PortResult<Committed>> + Send {
        ready(self.call().commit(commit))
    }

    fn change(&self, changes: &[IssueChange]) -> impl Future<Output = PortResult<Committed>> + Send {
        ready(self.call().change_issues(changes))
    }

    fn commit_alarm(&self, commit: &AlarmCommit) -> impl Future<Output = PortResult<Committed>> + Send {
        ready(Ok(self.call().commit_alarm(commit)))
    }

    fn fires_since(&self, alarm: &str) -> impl Future<Output = PortResult<Option<Timestamp>>> + Send {
        ready(Ok(self.call().alarms.get(alarm).filter(|(_, firing)| *firing).map(|(changed_at, _)| *changed_at)))
    }

    fn claim(&self, id: &str, now: Timestamp, claim_until: Timestamp) -> impl Future<Output = PortResult<Claim>> + Send {
        ready(Ok(self.call().claim(id, now, claim_until)))
    }

    fn mark_published(&self, id: &str, topic: &str) -> impl Future<Output = PortResult<()>> + Send {
        ready(self.call().change("issues.mark_published", id, |stored| {
            if !stored.entry.published.iter().any(|published| published == topic) {
                stored.entry.published.push(topic.to_owned());
            }
        }))
    }

    fn mark_sent(&self, id: &str, _expires: Timestamp) -> impl Future<Output = PortResult<()>> + Send {
        ready(self.call().change("issues.mark_sent", id, |stored| stored.sent = true))
    }

    fn release(&self, entry: &OutboxEntry, due: Timestamp) -> impl Future<Output = PortResult<()>> + Send {
        ready(self.call().change("issues.release", &entry.id, |stored| {
            stored.claimed_until = None;
            stored.entry.due = due;
            stored.entry.attempts = entry.attempts;
        }))
    }

    fn reopen(&self, entry: &OutboxEntry, now: Timestamp, claim_until: Timestamp) -> impl Future<Output = PortResult<Claim>> + Send {
        ready(Ok(self.call().reopen(entry, now, claim_until)))
    }

    fn load_ledger(&self, route: &str) -> impl Future<Output = PortResult<Option<StoredLedger>>> + Send {
        ready(Ok(self.call().ledgers.get(route).cloned()))
    }

    fn commit_ledger(&self, commit: &LedgerCommit) -> impl Future<Output = PortResult<Committed>> + Send {
        ready(Ok(self.call().commit_ledger(commit)))
    }

    fn due(&self, now: Timestamp, limit: usize) -> impl Future<Output = PortResult<Vec<String>>> + Send {
        ready(Ok(self.call().due(now, limit)))
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use skywarden_core::{
        envelope::{Inflated, Payload},
        error::classify::Class,
        issue::{Facts, Notice, Occurrence, Sample, Transition},
        plan::Retry,
        severity::Severity,
    };

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn batch(id: &str) -> BatchId {
        let text = format!(r#"{{"messageType":"DATA_MESSAGE","logEvents":[{{"id":"{id}"}}]}}"#);
        match Payload::parse(&mut Inflated::from(text.as_str())).unwrap() {
            Payload::Data(batch) => BatchId::of(&batch),
            Payload::Control => panic!("no data"),
        }
    }

    fn issue(version: u64) -> Issue {
        let fingerprint: Fingerprint = serde_json::from_str("\"00000000000000000000000000000001\"").unwrap();
        let class = Class {
            category: "bug".to_owned(),
            severity: Severity::Error,
            retry: Retry::No,
            rule: "bug".to_owned(),
            evidence: String::new(),
            first_step: String::new(),
            notify: true,
        };
        let facts = Facts::of(Occurrence {
            at: at(0),
            service: "api",
            version: "",
            user: "",
            kind: "KeyError",
            template: "key *",
            coarse: &fingerprint,
            class: &class,
            sample: Sample::default(),
        });
        Issue { version, ..Issue::open(fingerprint, facts) }
    }

    fn entry(id: &str, due: i64) -> OutboxEntry {
        let notice = Notice::Issue { transition: Transition::New, issue: Box::new(issue(1)) };
        OutboxEntry { id: id.to_owned(), due: at(due), notice, published: Vec::new(), attempts: 0 }
    }

    fn commit(id: &str, version: u64, expected: Option<u64>, entry: Option<OutboxEntry>) -> Commit {
        let change = IssueChange { issue: issue(version), expected, entry };
        Commit { batch: batch(id), part: 0, expires: at(1000), changes: vec![change], counts: vec![] }
    }

    #[test]
    fn a_ledger_is_written_under_the_version_that_was_read_with_its_messages() {
        let store = MemoryIssues::new(Arc::new(MemoryClock::new(at(0))));
        let put = |expected: Option<u64>, id: &str| {
            let commit = LedgerCommit { route: "oncall".to_owned(), expected, ledger: Ledger::default(), entries: vec![entry(id, 0)] };
            block_on(store.commit_ledger(&commit)).unwrap()
        };
        assert_eq!(block_on(store.load_ledger("oncall")), Ok(None));
        assert_eq!(
            (put(None, "a"), put(None, "b"), put(Some(1), "c"), put(Some(1), "d")),
            (Committed::Done, Committed::Conflict, Committed::Done, Committed::Conflict)
        );
        assert_eq!(block_on(store.load_ledger("oncall")).unwrap().map(|stored| stored.version), Some(2));
        assert_eq!(block_on(store.due(at(0), 10)).unwrap(), ["a", "c"], "a conflict leaves no message behind");
    }

    #[test]
    fn a_batch_counts_once_and_a_stale_version_changes_nothing() {
        let store = MemoryIssues::new(Arc::new(MemoryClock::new(at(0))));
        let put = |commit: &Commit| block_on(store.commit(commit)).unwrap();
        assert_eq!(put(&commit("a", 1, None, Some(entry("e1", 0)))), Committed::Done);
        assert_eq!(put(&commit("a", 1, None, None)), Committed::Before);
        assert_eq!(put(&commit("b", 1, None, Some(entry("e2", 0)))), Committed::Conflict);
        assert_eq!(put(&commit("b", 3, Some(2), None)), Committed::Conflict);
        assert_eq!(store.unsent(), 1, "a conflict leaves no entry behind");
        assert_eq!(put(&commit("b", 2, Some(1), None)), Committed::Done, "nor a marker");
        assert_eq!(store.issues().iter().map(|issue| issue.version).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_step_is_bounded_as_a_transaction_is() {
        let store = MemoryIssues::new(Arc::new(MemoryClock::new(at(0))));
        let change = |number: usize, message: &str| {
            let mut issue = issue(1);
            issue.fingerprint = serde_json::from_str(&format!("\"{number:032x}\"")).unwrap();
            message.clone_into(&mut issue.facts.sample.message);
            IssueChange { issue, expected: None, entry: None }
        };
        let put = |id: &str, count: usize, message: &str| {
            let changes = (0..count).map(|number| change(number, message)).collect();
            block_on(store.commit(&Commit { changes, ..commit(id, 1, None, None) })).map_err(|error| error.failure)
        };
        assert_eq!(put("a", MAX_TRANSACTION_ACTIONS, ""), Err(Failure::Rejected), "with the marker one too many");
        assert_eq!(put("a", 64, &"x".repeat(64 * 1024)), Err(Failure::Rejected), "more than 4 MB");
        assert!(store.issues().is_empty());
        assert_eq!(put("a", MAX_TRANSACTION_ACTIONS - 1, ""), Ok(Committed::Done));
    }

    #[test]
    fn a_change_is_whole_or_nothing_and_has_one_write_for_each_issue() {
        let store = MemoryIssues::new(Arc::new(MemoryClock::new(at(0))));
        let change = |number: u8, version, expected| {
            let fingerprint = serde_json::from_str(&format!("\"{number:032x}\"")).unwrap();
            IssueChange { issue: Issue { fingerprint, ..issue(version) }, expected, entry: None }
        };
        let put = |changes: &[IssueChange]| block_on(store.change(changes));
        assert_eq!(put(&[change(1, 1, None), change(2, 1, None)]), Ok(Committed::Done));
        assert_eq!(put(&[change(1, 2, Some(1)), change(2, 3, Some(2))]), Ok(Committed::Conflict));
        assert_eq!(store.issues().iter().map(|issue| issue.version).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(put(&[change(1, 2, Some(1)), change(1, 2, Some(1))]).unwrap_err().failure, Failure::Rejected);
    }

    #[test]
    fn an_entry_is_sent_by_one_claimant_at_a_time() {
        let store = MemoryIssues::new(Arc::new(MemoryClock::new(at(0))));
        block_on(store.commit(&commit("a", 1, None, Some(entry("e", 10))))).unwrap();
        let claim = |now: i64| block_on(store.claim("e", at(now), at(now + 60))).unwrap();
        assert!(matches!(claim(10), Claim::Granted(_)));
        assert_eq!(claim(70), Claim::Busy);
        block_on(store.mark_published("e", "topic")).unwrap();
        block_on(store.mark_published("e", "topic")).unwrap();
        let Claim::Granted(mut again) = claim(71) else { panic!("the claim has run out") };
        assert_eq!(again.published, ["topic"]);
        again.attempts = 1;
        block_on(store.release(&again, at(200))).unwrap();
        assert_eq!(block_on(store.due(at(199), 10)).unwrap(), Vec::<String>::new());
        assert_eq!(block_on(store.due(at(200), 10)).unwrap(), ["e"]);
        assert!(matches!(claim(200), Claim::Granted(entry) if entry.attempts == 1 && entry.published == ["topic"]));
        block_on(store.mark_sent("e", at(1000))).unwrap();
        assert_eq!(claim(500), Claim::Done);
        assert_eq!(block_on(store.claim("other", at(0), at(1))).unwrap(), Claim::Done);
        assert!(block_on(store.mark_sent("other", at(0))).is_err());
    }

    #[test]
    fn due_entries_come_oldest_first_and_bounded() {
        let store = MemoryIssues::new(Arc::new(MemoryClock::new(at(0))));
        for (id, due) in [("late", 30), ("b", 10), ("a", 10)] {
            block_on(store.commit(&Commit { changes: vec![], counts: vec![], batch: batch(id), part: 0, expires: at(0) })).unwrap();
            locked(&store.table).outbox.insert(id.to_owned(), Stored::new(entry(id, due)));
        }
        assert_eq!(block_on(store.due(at(30), 2)).unwrap(), ["a", "b"]);
        assert_eq!(block_on(store.due(at(30), 9)).unwrap(), ["a", "b", "late"]);
    }

    #[test]
    fn an_alarm_is_told_when_it_fires_and_when_that_is_over() {
        let store = MemoryIssues::new(Arc::new(MemoryClock::new(at(0))));
        let change = |second: i64, firing: bool| {
            let commit = AlarmCommit { alarm: "a".to_owned(), changed_at: at(second), firing, entry: entry(&format!("e{second}"), 0) };
            block_on(store.commit_alarm(&commit)).unwrap()
        };
        assert_eq!(change(1, false), Committed::Before, "an OK at the start is no news");
        assert_eq!(change(2, true), Committed::Done);
        assert_eq!(change(2, true), Committed::Before, "the same message again");
        assert_eq!(change(3, false), Committed::Done);
        assert_eq!(change(2, true), Committed::Before, "a late message");
        assert_eq!(change(4, false), Committed::Before);
    }
}
