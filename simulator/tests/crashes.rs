//! alert-notifier dies at every call it makes, before and after the call took effect: nothing is lost, and nothing is told twice but in the one
//! documented window.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a broken fixture must fail the test")]

mod small;

use std::{
    future::{Future, pending},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::{FutureExt as _, executor::block_on};
use jiff::{SignedDuration, Timestamp};
use skywarden_core::{
    batch::BatchId,
    envelope::{Inflated, Payload},
    issue::{AlarmCommit, Claim, Commit, Committed, Fingerprint, Issue, IssueChange, Notice, OutboxEntry, Transition},
    notify::OutgoingMessage,
    pipeline::{Notification, NotificationPorts, Tally},
    plan::{Plan, Route, RouteTopic, TopicFormat},
    port::{Clock as _, IssueStore, LedgerCommit, PortResult, Publisher, StoredLedger},
    severity::Severity,
};
use skywarden_simulator::memory::{MemoryClock, MemoryIssues, MemoryPublisher, MemoryResidues};

/// What is outside, with the call at which the function dies.
struct Outside {
    clock: Arc<MemoryClock>,
    issues: MemoryIssues,
    publisher: MemoryPublisher,
    residues: MemoryResidues,
    calls: AtomicUsize,
    dies_at: usize,
    takes_effect: bool,
}

impl Outside {
    fn new(dies_at: usize, takes_effect: bool) -> Self {
        let clock = Arc::new(MemoryClock::new(Timestamp::from_millisecond(small::START_MS).unwrap()));
        Self {
            issues: MemoryIssues::new(Arc::clone(&clock)),
            publisher: MemoryPublisher::new(Arc::clone(&clock)),
            residues: MemoryResidues::new(Arc::clone(&clock)),
            clock,
            calls: AtomicUsize::new(0),
            dies_at,
            takes_effect,
        }
    }

    /// A call; the one at which the function dies never answers.
    async fn call<T, F: Future<Output = T>>(&self, call: impl FnOnce() -> F) -> T {
        if self.calls.fetch_add(1, Ordering::Relaxed) != self.dies_at {
            return call().await;
        }
        if self.takes_effect {
            call().await;
        }
        pending().await
    }

    fn died(&self) -> bool {
        self.calls.load(Ordering::Relaxed) > self.dies_at
    }
}

impl IssueStore for Outside {
    async fn load(&self, fingerprints: &[Fingerprint]) -> PortResult<Vec<Issue>> {
        self.call(|| self.issues.load(fingerprints)).await
    }
    async fn commit(&self, commit: &Commit) -> PortResult<Committed> {
        self.call(|| self.issues.commit(commit)).await
    }
    async fn change(&self, changes: &[IssueChange]) -> PortResult<Committed> {
        self.call(|| self.issues.change(changes)).await
    }
    async fn commit_alarm(&self, commit: &AlarmCommit) -> PortResult<Committed> {
        self.call(|| self.issues.commit_alarm(commit)).await
    }
    async fn claim(&self, id: &str, now: Timestamp, claim_until: Timestamp) -> PortResult<Claim> {
        self.call(|| self.issues.claim(id, now, claim_until)).await
    }
    async fn mark_published(&self, id: &str, topic: &str) -> PortResult<()> {
        self.call(|| self.issues.mark_published(id, topic)).await
    }
    async fn mark_sent(&self, id: &str, expires: Timestamp) -> PortResult<()> {
        self.call(|| self.issues.mark_sent(id, expires)).await
    }
    async fn release(&self, entry: &OutboxEntry, due: Timestamp) -> PortResult<()> {
        self.call(|| self.issues.release(entry, due)).await
    }
    async fn reopen(&self, entry: &OutboxEntry, now: Timestamp, claim_until: Timestamp) -> PortResult<Claim> {
        self.call(|| self.issues.reopen(entry, now, claim_until)).await
    }
    async fn load_ledger(&self, route: &str) -> PortResult<Option<StoredLedger>> {
        self.call(|| self.issues.load_ledger(route)).await
    }
    async fn commit_ledger(&self, commit: &LedgerCommit) -> PortResult<Committed> {
        self.call(|| self.issues.commit_ledger(commit)).await
    }
    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<String>> {
        self.call(|| self.issues.due(now, limit)).await
    }
}

impl Publisher for Outside {
    async fn publish(&self, message: &OutgoingMessage) -> PortResult<()> {
        self.call(|| self.publisher.publish(message)).await
    }
}

/// Two routes that both carry what is critical, one of them with two topics.
fn plan() -> Plan {
    let topic = |name: &str, format| RouteTopic { format, topic: name.to_owned() };
    let route = |name: &str, topics| Route { name: name.to_owned(), severities: Severity::ALL.to_vec(), topics };
    let routes = vec![
        route("oncall", vec![topic("oncall-text", TopicFormat::Text), topic("oncall-json", TopicFormat::Json)]),
        route("boss", vec![topic("boss-text", TopicFormat::Text)]),
    ];
    Plan { routes, ..small::plan() }
}

/// An issue as the classifier stores it, taken from a replay so that this test need not know its fields.
fn issue() -> Issue {
    let mut simulation = small::simulation();
    simulation.run(small::half_an_hour().into_iter().map(Ok), &mut |_| {}).unwrap();
    simulation.processors().issues().remove(0)
}

fn batch() -> BatchId {
    match Payload::parse(&mut Inflated::from(r#"{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1"}]}"#)).unwrap() {
        Payload::Data(batch) => BatchId::of(&batch),
        Payload::Control => panic!("no data"),
    }
}

/// Stores an issue with its transition, runs the notifier until it dies, and then a new one for some minutes. Gives the topics published to.
fn story(outside: &Outside, issue: &Issue, severity: Severity) -> Vec<String> {
    let mut issue = issue.clone();
    issue.facts.severity = severity;
    let now = outside.clock.now();
    let notice = Notice::Issue { transition: Transition::New, issue: Box::new(issue.clone()) };
    let entry = OutboxEntry { id: "transition".to_owned(), due: now, notice, published: Vec::new(), attempts: 0 };
    let change = IssueChange { issue, expected: None, entry: Some(entry) };
    let commit = Commit { batch: batch(), part: 0, expires: Timestamp::MAX, changes: vec![change] };
    assert_eq!(block_on(outside.issues.commit(&commit)), Ok(Committed::Done));

    let notification = Notification::new(plan()).unwrap();
    let ports = NotificationPorts { store: outside, publisher: outside, residue: &outside.residues, clock: outside.clock.as_ref() };
    let deadline = || outside.clock.now().checked_add(SignedDuration::from_secs(60)).unwrap();
    let until = deadline();
    let first = notification.on_entries(&["transition".to_owned()], &ports, until, &mut Tally::default()).now_or_never();
    assert!(first.is_none_or(|failed| failed.is_empty()));
    for minute in 1..=5 {
        outside.clock.set_ms(small::START_MS + minute * 70_000);
        let until = deadline();
        // The one that dies in a tick is followed by the next minute's.
        let _died = notification.on_tick(&ports, until, &mut Tally::default()).now_or_never();
    }
    let mut topics: Vec<String> = outside.publisher.published().into_iter().map(|published| published.message.topic).collect();
    topics.sort();
    topics
}

#[test]
fn a_notifier_that_dies_at_any_call_loses_nothing_and_doubles_one_message_at_most() {
    let issue = issue();
    let all = ["boss-text", "oncall-json", "oncall-text"];
    for severity in [Severity::Critical, Severity::Error] {
        let whole = Outside::new(usize::MAX, false);
        assert_eq!(story(&whole, &issue, severity), all);
        let calls = whole.calls.load(Ordering::Relaxed);
        assert!(calls > 15, "{calls}");
        let mut doubled = 0;
        for dies_at in 0..calls {
            for takes_effect in [false, true] {
                let outside = Outside::new(dies_at, takes_effect);
                let mut topics = story(&outside, &issue, severity);
                assert!(outside.died());
                assert_eq!(outside.issues.unsent(), 0, "{severity}, call {dies_at}, {takes_effect}");
                assert_eq!(outside.residues.count(), 0);
                doubled += topics.len().saturating_sub(all.len());
                topics.dedup();
                assert_eq!(topics, all, "{severity}, call {dies_at}, {takes_effect}");
            }
        }
        // Between a publish and its note: once after each of the three publishes, once before each of the three notes.
        assert_eq!(doubled, 6, "{severity}");
    }
}
