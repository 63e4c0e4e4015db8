//! What people do with issues, over the table in memory: each change whole, none lost, none over another's.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::{FutureExt as _, executor::block_on};
use jiff::Timestamp;
use skywarden_core::{
    batch::BatchId,
    envelope::{Inflated, Payload},
    error::classify::Class,
    issue::{
        Action, AlarmCommit, Claim, Commit, Committed, DeedKind, Erasure, Facts, Fingerprint, Ignore, Issue, IssueChange, IssueState, Occurrence, OutboxEntry,
        SHARDS, Sample, Shard, ShardWrite, apply,
    },
    pipeline::people::{Desk, PeopleError, everything, resolve},
    plan::Retry,
    port::{IssueList, IssueStore, LedgerCommit, OutboxView as _, PortResult, StoredLedger},
    severity::Severity,
};
use skywarden_simulator::memory::{MemoryClock, MemoryIssues};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn fingerprint(text: &str) -> Fingerprint {
    Fingerprint::parse(&format!("{text:0<32}")).unwrap()
}

fn facts(second: i64, message: &str) -> Facts {
    let class = Class {
        category: "bug".to_owned(),
        severity: Severity::Error,
        retry: Retry::No,
        rule: "bug".to_owned(),
        evidence: "type KeyError".to_owned(),
        first_step: String::new(),
        notify: true,
    };
    Facts::of(Occurrence {
        at: at(second),
        service: "api",
        version: "1.0",
        user: "u1",
        kind: "KeyError",
        template: "key *",
        coarse: &fingerprint("cc"),
        class: &class,
        sample: Sample { event_id: message.to_owned(), message: message.to_owned(), ..Sample::default() },
    })
}

/// A table with these issues, and a clock at second 1,000.
fn table(names: &[&str]) -> (MemoryIssues, Arc<MemoryClock>) {
    let clock = Arc::new(MemoryClock::new(at(1000)));
    let store = MemoryIssues::new(Arc::clone(&clock));
    for name in names {
        let (issue, told) = apply(None, &fingerprint(name), &facts(10, "secret words"), &[], at(10));
        let entry = told.map(|told| told.entry(&issue, at(10)));
        assert_eq!(block_on(store.change(&[IssueChange { issue, expected: None, entry }])).unwrap(), Committed::Done);
    }
    (store, clock)
}

fn desk<'a, S>(store: &'a S, clock: &'a MemoryClock) -> Desk<'a, S, MemoryClock> {
    Desk { store, clock, person: "ann", tells_resolved: true }
}

fn stored(store: &impl IssueStore, name: &str) -> Issue {
    // Every answer of the memory is there at once, also inside of another's future.
    store.load(&[fingerprint(name)]).now_or_never().unwrap().unwrap().pop().unwrap()
}

/// The classifier counts one more.
fn count(store: &impl IssueStore, name: &str, second: i64) {
    let before = stored(store, name);
    let (issue, _) = apply(Some(&before), &before.fingerprint, &facts(second, "again"), &[], at(second));
    let change = [IssueChange { issue, expected: Some(before.version), entry: None }];
    assert_eq!(store.change(&change).now_or_never().unwrap().unwrap(), Committed::Done);
}

#[test]
fn an_issue_is_found_by_its_first_digits_and_what_is_wrong_is_said() {
    let (store, clock) = table(&["abcd1", "abcd2", "f00d"]);
    let found = |text: &str| block_on(resolve(&store, clock.as_ref(), text)).map(|issue| issue.fingerprint);
    assert_eq!(found("F00D"), Ok(fingerprint("f00d")));
    assert_eq!(found(fingerprint("abcd2").as_str()), Ok(fingerprint("abcd2")));
    assert_eq!(found("abcd"), Err(PeopleError::Ambiguous { reference: "abcd".to_owned(), candidates: vec![fingerprint("abcd1"), fingerprint("abcd2")] }));
    assert_eq!(found("f00d99"), Err(PeopleError::Unknown { reference: "f00d99".to_owned(), alike: vec![fingerprint("f00d")] }));
    for wrong in ["", "abc", "xyzw", "abcd1-", &"a".repeat(33)] {
        assert_eq!(found(wrong).unwrap_err().code(), "issue-no-fingerprint", "{wrong}");
    }
}

#[test]
fn every_issue_is_listed_over_many_pages() {
    let names: Vec<String> = (0..1201).map(|number| format!("{number:05x}f")).collect();
    let (store, clock) = table(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let (all, more) = block_on(everything(&store, clock.as_ref())).unwrap();
    assert_eq!((all.len(), more), (1201, false));
    assert!(all.windows(2).all(|pair| pair[0].fingerprint < pair[1].fingerprint));
}

#[test]
fn resolved_is_written_with_who_and_when_and_told_once() {
    let (store, clock) = table(&["aaaa"]);
    let desk = desk(&store, clock.as_ref());
    let act = |action: &Action| block_on(desk.act(&fingerprint("aaaa"), action)).unwrap();
    let before = store.unsent();
    let done = act(&Action::Resolve { in_version: Some("1.1".to_owned()) });
    assert_eq!((done.written, done.told, done.issue.state), (true, true, IssueState::Resolved));
    let said = stored(&store, "aaaa").said.unwrap();
    assert_eq!(said.by, "ann");
    assert!(said.at >= at(1000));
    assert_eq!(store.unsent(), before + 1, "people are told");
    let again = act(&Action::Resolve { in_version: Some("1.1".to_owned()) });
    assert_eq!((again.written, again.told), (false, false));
    assert_eq!(store.unsent(), before + 1, "and only once");
    assert!(act(&Action::Resolve { in_version: None }).written, "in which version is news");
    assert!(act(&Action::Reopen).written);
    assert!(!act(&Action::Reopen).written);
    assert!(act(&Action::Ignore(Ignore::Forever)).written);
    assert!(!act(&Action::Ignore(Ignore::Forever)).written);
    assert!(act(&Action::Ignore(Ignore::More(5))).written);
    assert!(act(&Action::Assign { to: "bob".to_owned() }).written);
    assert!(!act(&Action::Assign { to: "bob".to_owned() }).written);
}

#[test]
fn a_policy_that_does_not_tell_resolved_gets_no_notice() {
    let (store, clock) = table(&["aaaa"]);
    let quiet = Desk { tells_resolved: false, ..desk(&store, clock.as_ref()) };
    let before = store.unsent();
    assert!(!block_on(quiet.act(&fingerprint("aaaa"), &Action::Resolve { in_version: None })).unwrap().told);
    assert_eq!(store.unsent(), before);
}

#[test]
fn a_word_of_a_clock_that_goes_before_ours_can_still_be_answered() {
    let (store, clock) = table(&["aaaa"]);
    let ahead = MemoryClock::new(at(1030));
    block_on(desk(&store, &ahead).act(&fingerprint("aaaa"), &Action::Ignore(Ignore::Forever))).unwrap();
    let reopened = block_on(desk(&store, clock.as_ref()).act(&fingerprint("aaaa"), &Action::Reopen)).unwrap();
    assert_eq!((reopened.written, reopened.issue.state), (true, IssueState::New));
}

#[test]
fn merging_is_written_on_both_sides_and_can_be_taken_back() {
    let (store, clock) = table(&["aaaa", "bbbb", "cccc"]);
    let desk = desk(&store, clock.as_ref());
    let (a, b, c) = (fingerprint("aaaa"), fingerprint("bbbb"), fingerprint("cccc"));
    assert_eq!(block_on(desk.merge(&a, &b)).unwrap().count, 2);
    assert_eq!(stored(&store, "aaaa").deed.unwrap().what, DeedKind::Merged);
    assert_eq!(stored(&store, "bbbb").deed.map(|deed| (deed.what, deed.by)), Some((DeedKind::Joined, "ann".to_owned())));
    let refused = |result: Result<Issue, PeopleError>| result.unwrap_err().code();
    assert_eq!(refused(block_on(desk.merge(&a, &c))), "merge-merged");
    assert_eq!(refused(block_on(desk.merge(&b, &a))), "merge-merged", "that would be a ring");
    assert_eq!(refused(block_on(desk.merge(&b, &b))), "merge-same");
    assert_eq!(refused(block_on(desk.merge(&fingerprint("dddd"), &b))), "issue-unknown");
    assert_eq!(block_on(desk.act(&a, &Action::Reopen)).unwrap_err(), PeopleError::Merged { issue: a.clone(), into: b.clone() });
    assert_eq!(block_on(desk.unmerge(&a)).unwrap().merged_into, None);
    assert_eq!(block_on(desk.unmerge(&a)).unwrap_err(), PeopleError::NotMerged { issue: a });
}

#[test]
fn forgetting_reaches_the_merged_and_leaves_no_text() {
    let (store, clock) = table(&["aaaa", "bbbb", "cccc", "dddd"]);
    let desk = desk(&store, clock.as_ref());
    block_on(desk.merge(&fingerprint("aaaa"), &fingerprint("bbbb"))).unwrap();
    block_on(desk.merge(&fingerprint("bbbb"), &fingerprint("cccc"))).unwrap();
    let forgotten = block_on(desk.forget(&fingerprint("cccc"))).unwrap();
    assert_eq!(forgotten.issues, [fingerprint("cccc"), fingerprint("bbbb"), fingerprint("aaaa")]);
    assert_eq!(forgotten.unsent, 3, "the notices of three new issues");
    for name in ["aaaa", "bbbb", "cccc"] {
        assert!(!serde_json::to_string(&stored(&store, name)).unwrap().contains("secret"), "{name}");
    }
    assert!(stored(&store, "dddd").remembers(), "another issue is left alone");
    assert_eq!(block_on(desk.forget(&fingerprint("cccc"))).unwrap().issues, [], "there is nothing left");
    count(&store, "cccc", 2000);
    assert_eq!(stored(&store, "cccc").sample.message, "again");
}

#[test]
fn erasing_takes_out_issue_aliases_and_unsent_notices() {
    let (store, clock) = table(&["aaaa", "bbbb", "cccc"]);
    let desk = desk(&store, clock.as_ref());
    block_on(desk.merge(&fingerprint("aaaa"), &fingerprint("bbbb"))).unwrap();
    let erased = block_on(desk.erase(&fingerprint("bbbb"))).unwrap();
    assert_eq!(erased.issues, [fingerprint("aaaa"), fingerprint("bbbb")], "the one that counts goes last");
    let left = block_on(everything(&store, clock.as_ref())).unwrap().0;
    assert_eq!(left.iter().map(|issue| issue.fingerprint.clone()).collect::<Vec<_>>(), [fingerprint("cccc")]);
    assert_eq!(block_on(store.entry(&format!("{}-new", fingerprint("bbbb")))).unwrap(), None);
    assert_eq!(block_on(store.entry(&format!("{}-new", fingerprint("cccc")))).unwrap().map(|entry| entry.sent), Some(false));
    assert_eq!(block_on(desk.erase(&fingerprint("bbbb"))).unwrap_err().code(), "issue-unknown");
}

/// A shard with one occurrence, as it is stored at first.
fn shard(name: &str, number: u8, second: i64) -> ShardWrite {
    let shard = Shard { version: 1, folded: 0, facts: Some(facts(second, "secret words")) };
    ShardWrite { fingerprint: fingerprint(name), number, shard, expires: None }
}

fn put_shards(store: &MemoryIssues, batch: &str, counts: Vec<ShardWrite>) -> Committed {
    let text = format!(r#"{{"messageType":"DATA_MESSAGE","logEvents":[{{"id":"{batch}"}}]}}"#);
    let mut inflated = Inflated::from(text.as_str());
    let Payload::Data(data) = Payload::parse(&mut inflated).unwrap() else { panic!("no data") };
    let commit = Commit { batch: BatchId::of(&data), part: 0, expires: at(9000), changes: Vec::new(), counts };
    block_on(store.commit(&commit)).unwrap()
}

#[test]
fn erasing_empties_what_is_left_of_an_issue_that_is_gone_and_says_when_nothing_is() {
    let (store, clock) = table(&["aaaa"]);
    let desk = desk(&store, clock.as_ref());
    assert_eq!(put_shards(&store, "a", vec![shard("bbbb", 3, 10)]), Committed::Done);
    assert_eq!(block_on(desk.erase(&fingerprint("bbbb"))).unwrap().issues, [fingerprint("bbbb")]);
    let shards = store.shards();
    assert_eq!((shards.len(), shards.values().all(Shard::is_erased)), (usize::from(SHARDS), true));
    assert_eq!(block_on(desk.erase(&fingerprint("bbbb"))).unwrap_err().code(), "issue-unknown");
    assert_eq!(store.shards(), shards, "and nothing is written");
    assert_eq!(put_shards(&store, "b", vec![shard("bbbb", 3, 20)]), Committed::Conflict, "a count that read that there was none");
    assert_eq!(put_shards(&store, "b", vec![shard("bbbb", 4, 20)]), Committed::Conflict, "nor where there was none");
    // The shards of one that has never been spread stay away.
    block_on(desk.erase(&fingerprint("aaaa"))).unwrap();
    assert_eq!(store.shards(), shards);
}

/// A table in which the classifier counts an occurrence before each of the first writes of a person.
struct Busy<'a> {
    issues: &'a MemoryIssues,
    left: AtomicUsize,
}

impl Busy<'_> {
    fn interfere(&self, fingerprint: &Fingerprint) {
        let left = self.left.load(Ordering::SeqCst);
        if left > 0 {
            self.left.store(left - 1, Ordering::SeqCst);
            count(self.issues, fingerprint.as_str().trim_end_matches('0'), 900);
        }
    }
}

impl IssueList for Busy<'_> {
    fn fingerprints(&self, prefix: &str, after: Option<&Fingerprint>, limit: usize) -> impl Future<Output = PortResult<Vec<Fingerprint>>> + Send {
        self.issues.fingerprints(prefix, after, limit)
    }
    async fn erase(&self, erasure: &Erasure) -> PortResult<Committed> {
        self.interfere(&erasure.fingerprint);
        self.issues.erase(erasure).await
    }
    fn unsent_notices(&self, fingerprint: &Fingerprint) -> impl Future<Output = PortResult<usize>> + Send {
        self.issues.unsent_notices(fingerprint)
    }
}

impl IssueStore for Busy<'_> {
    fn load(&self, fingerprints: &[Fingerprint]) -> impl Future<Output = PortResult<Vec<Issue>>> + Send {
        self.issues.load(fingerprints)
    }
    fn commit(&self, commit: &Commit) -> impl Future<Output = PortResult<Committed>> + Send {
        self.issues.commit(commit)
    }
    async fn change(&self, changes: &[IssueChange]) -> PortResult<Committed> {
        self.interfere(&changes[0].issue.fingerprint);
        self.issues.change(changes).await
    }
    fn commit_alarm(&self, commit: &AlarmCommit) -> impl Future<Output = PortResult<Committed>> + Send {
        self.issues.commit_alarm(commit)
    }
    fn fires_since(&self, alarm: &str) -> impl Future<Output = PortResult<Option<Timestamp>>> + Send {
        self.issues.fires_since(alarm)
    }
    fn reopen(&self, entry: &OutboxEntry, now: Timestamp, claim_until: Timestamp) -> impl Future<Output = PortResult<Claim>> + Send {
        self.issues.reopen(entry, now, claim_until)
    }
    fn claim(&self, id: &str, now: Timestamp, claim_until: Timestamp) -> impl Future<Output = PortResult<Claim>> + Send {
        self.issues.claim(id, now, claim_until)
    }
    fn mark_published(&self, id: &str, topic: &str) -> impl Future<Output = PortResult<()>> + Send {
        self.issues.mark_published(id, topic)
    }
    fn mark_sent(&self, id: &str, expires: Timestamp) -> impl Future<Output = PortResult<()>> + Send {
        self.issues.mark_sent(id, expires)
    }
    fn release(&self, entry: &OutboxEntry, due: Timestamp) -> impl Future<Output = PortResult<()>> + Send {
        self.issues.release(entry, due)
    }
    fn load_ledger(&self, route: &str) -> impl Future<Output = PortResult<Option<StoredLedger>>> + Send {
        self.issues.load_ledger(route)
    }
    fn commit_ledger(&self, commit: &LedgerCommit) -> impl Future<Output = PortResult<Committed>> + Send {
        self.issues.commit_ledger(commit)
    }
    fn due(&self, now: Timestamp, limit: usize) -> impl Future<Output = PortResult<Vec<String>>> + Send {
        self.issues.due(now, limit)
    }
}

#[test]
fn neither_a_person_nor_the_classifier_overwrites_the_other() {
    for conflicts in [1, 4, 9] {
        let (issues, clock) = table(&["aaaa", "bbbb"]);
        let busy = || Busy { issues: &issues, left: AtomicUsize::new(conflicts) };
        let done = block_on(desk(&busy(), clock.as_ref()).act(&fingerprint("aaaa"), &Action::Assign { to: "bob".to_owned() })).unwrap();
        assert_eq!((done.issue.count, done.issue.assigned.unwrap().to.as_str()), (1 + conflicts as u64, "bob"));
        assert_eq!(block_on(desk(&busy(), clock.as_ref()).merge(&fingerprint("bbbb"), &fingerprint("aaaa"))).unwrap().count, 2 + 2 * conflicts as u64);
        assert_eq!(block_on(desk(&busy(), clock.as_ref()).forget(&fingerprint("aaaa"))).unwrap().issues.len(), 2);
        assert!(!stored(&issues, "aaaa").remembers());
    }
}

#[test]
fn whoever_is_always_late_gives_up_and_says_so() {
    let (issues, clock) = table(&["aaaa"]);
    let busy = Busy { issues: &issues, left: AtomicUsize::new(usize::MAX) };
    let late = desk(&busy, clock.as_ref());
    let given_up = PeopleError::Busy { issue: fingerprint("aaaa") };
    assert_eq!(block_on(late.act(&fingerprint("aaaa"), &Action::Resolve { in_version: None })).unwrap_err(), given_up);
    assert_eq!(block_on(late.erase(&fingerprint("aaaa"))).unwrap_err(), given_up);
    assert_eq!(stored(&issues, "aaaa").said, None);
}
