//! An outside that can be broken, the three functions over it, and the queue that tells of what is kept.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use skywarden_core::{
    event::{Event, LogDelivery},
    issue::{AlarmCommit, Claim, Commit, Committed, Fingerprint, Issue, IssueChange, OutboxEntry},
    metric::PutRequest,
    notify::OutgoingMessage,
    pipeline::{
        Classification, ClassificationPorts, Extraction, ExtractionPorts, Notification, NotificationPorts, PipelineError, Replayed, Residue, ResidueError,
        Tally,
    },
    plan::Plan,
    port::{
        Clock as _, DeadLetters, Failure, FunctionInvoker, Invoked, IssueStore, LedgerCommit, Letter, MetricSink, PortError, PortResult, Publisher,
        StoredLedger,
    },
};
use skywarden_simulator::memory::{MemoryClock, MemoryIssues, MemoryLedger, MemoryPublisher, MemoryQueue, MemoryResidues};

/// Time a function has.
const TIMEOUT: SignedDuration = SignedDuration::from_secs(60);

/// Everything outside the functions.
pub(crate) struct Outside {
    pub(crate) clock: Arc<MemoryClock>,
    pub(crate) issues: MemoryIssues,
    pub(crate) publisher: MemoryPublisher,
    pub(crate) residues: MemoryResidues,
    pub(crate) failed: MemoryResidues,
    ledger: MemoryLedger,
    queue: MemoryQueue,
    /// Requests that were taken.
    pub(crate) puts: Mutex<Vec<PutRequest>>,
    /// What the outside does with every call while it is broken.
    broken: AtomicBool,
    failure: Failure,
    /// Requests after which the sink breaks.
    takes: AtomicUsize,
    /// Keys of which the queue has told, with messages taken off.
    answered: Mutex<BTreeSet<String>>,
    pub(crate) more_letters: Mutex<Vec<Letter>>,
    extraction: Extraction,
    classification: Classification,
    notification: Notification,
}

impl Outside {
    pub(crate) fn new(plan: Plan, now_ms: i64, failure: Failure) -> Self {
        let clock = Arc::new(MemoryClock::new(Timestamp::from_millisecond(now_ms).unwrap()));
        Self {
            issues: MemoryIssues::new(Arc::clone(&clock)),
            publisher: MemoryPublisher::new(Arc::clone(&clock)),
            residues: MemoryResidues::new(Arc::clone(&clock)),
            failed: MemoryResidues::new(Arc::clone(&clock)),
            ledger: MemoryLedger::new(Arc::clone(&clock)),
            queue: MemoryQueue::new(Arc::clone(&clock)),
            clock,
            puts: Mutex::default(),
            broken: AtomicBool::new(false),
            failure,
            takes: AtomicUsize::new(usize::MAX),
            answered: Mutex::default(),
            more_letters: Mutex::default(),
            extraction: Extraction::new(&plan).unwrap(),
            classification: Classification::new(&plan).unwrap(),
            notification: Notification::new(plan).unwrap(),
        }
    }

    pub(crate) fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    /// Lets the sink take so many requests more.
    pub(crate) fn sink_takes(&self, requests: usize) {
        self.takes.store(requests, Ordering::SeqCst);
    }

    fn check(&self) -> PortResult<()> {
        if self.broken.load(Ordering::SeqCst) { Err(self.error()) } else { Ok(()) }
    }

    fn error(&self) -> PortError {
        PortError { failure: self.failure, operation: "outside", code: "broken".to_owned(), message: "the outside is broken".to_owned() }
    }

    fn deadline(&self) -> Timestamp {
        self.clock.now().checked_add(TIMEOUT).unwrap()
    }

    /// Invokes a function as Lambda does, with the code every main has.
    pub(crate) async fn run(&self, function: &str, event: Value) -> Result<Value, PipelineError> {
        let mut tally = Tally::default();
        let deadline = self.deadline();
        let event = Event::parse(event).unwrap();
        let none = json!({"batchItemFailures": []});
        match (function, event) {
            ("small-prod-metrics-extractor", event) => {
                let ports = ExtractionPorts { sink: self, ledger: &self.ledger, residue: &self.residues, clock: self.clock.as_ref() };
                match event {
                    Event::Logs(delivery) => self.extraction.run(only(&delivery), &ports, deadline, &mut tally).await.map(|()| none),
                    Event::Residue(document) => Ok(Replayed::answer(match Residue::read(document) {
                        Ok(residue) => self.extraction.replay(&residue, &ports, deadline, &mut tally).await,
                        Err(error) => Err(error),
                    })),
                    other => panic!("{other:?}"),
                }
            }
            ("small-prod-error-classifier", event) => {
                let ports = ClassificationPorts { store: self, queue: &self.queue, residue: &self.residues, clock: self.clock.as_ref() };
                match event {
                    Event::Logs(delivery) => self.classification.run(only(&delivery), &ports, deadline, &mut tally).await.map(|_| none),
                    Event::Residue(document) => Ok(Replayed::answer(match Residue::read(document) {
                        Ok(residue) => self.classification.replay(&residue, &ports, deadline, &mut tally).await,
                        Err(error) => Err(error),
                    })),
                    other => panic!("{other:?}"),
                }
            }
            ("small-prod-alert-notifier", event) => {
                let ports = NotificationPorts { store: self, publisher: self, residue: &self.residues, clock: self.clock.as_ref() };
                match event {
                    Event::Alarms(alarms) => {
                        for alarm in alarms {
                            self.notification.on_alarm_told(alarm, &ports, deadline, &mut tally).await?;
                        }
                        Ok(none)
                    }
                    Event::Tick => self.notification.on_tick(&ports, deadline, &mut tally).await.map(|()| none),
                    Event::Residue(document) => Ok(Replayed::answer(self.replay_notice(document, &ports, deadline, &mut tally).await)),
                    other => panic!("{other:?}"),
                }
            }
            other => panic!("{other:?}"),
        }
    }

    async fn replay_notice(
        &self,
        document: Value,
        ports: &NotificationPorts<'_, Self, Self, MemoryResidues, MemoryClock>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<Replayed, ResidueError> {
        self.notification.replay(&Residue::read(document)?, ports, deadline, tally).await
    }
}

fn only(delivery: &LogDelivery) -> skywarden_core::envelope::Sealed<'_> {
    delivery.batches().remove(0).1
}

impl FunctionInvoker for Outside {
    async fn invoke(&self, function: &str, payload: &[u8]) -> PortResult<Invoked> {
        let answer = self.run(function, serde_json::from_slice(payload).unwrap()).await;
        Ok(match answer {
            Ok(answer) => Invoked { failed: false, payload: answer.to_string().into_bytes() },
            Err(error) => Invoked { failed: true, payload: json!({"errorType": error.code(), "errorMessage": error.to_string()}).to_string().into_bytes() },
        })
    }
}

impl DeadLetters for Outside {
    async fn receive(&self) -> PortResult<Vec<Letter>> {
        let mut letters = self.more_letters.lock().unwrap().clone();
        let answered = self.answered.lock().unwrap();
        letters.retain(|letter| !answered.contains(&letter.id));
        Ok(letters)
    }

    async fn delete(&self, letter: &Letter) -> PortResult<()> {
        self.answered.lock().unwrap().insert(letter.id.clone());
        Ok(())
    }
}

impl MetricSink for Outside {
    async fn put(&self, request: &PutRequest) -> PortResult<()> {
        self.check()?;
        if self.takes.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
            return Err(self.error());
        }
        self.puts.lock().unwrap().push(request.clone());
        Ok(())
    }
}

impl Publisher for Outside {
    async fn publish(&self, message: &OutgoingMessage) -> PortResult<()> {
        self.check()?;
        self.publisher.publish(message).await
    }
}

impl IssueStore for Outside {
    async fn load(&self, fingerprints: &[Fingerprint]) -> PortResult<Vec<Issue>> {
        self.issues.load(fingerprints).await
    }
    async fn commit(&self, commit: &Commit) -> PortResult<Committed> {
        self.check()?;
        self.issues.commit(commit).await
    }
    async fn change(&self, changes: &[IssueChange]) -> PortResult<Committed> {
        self.issues.change(changes).await
    }
    async fn commit_alarm(&self, commit: &AlarmCommit) -> PortResult<Committed> {
        self.issues.commit_alarm(commit).await
    }
    async fn claim(&self, id: &str, now: Timestamp, claim_until: Timestamp) -> PortResult<Claim> {
        self.issues.claim(id, now, claim_until).await
    }
    async fn mark_published(&self, id: &str, topic: &str) -> PortResult<()> {
        self.issues.mark_published(id, topic).await
    }
    async fn mark_sent(&self, id: &str, expires: Timestamp) -> PortResult<()> {
        self.issues.mark_sent(id, expires).await
    }
    async fn release(&self, entry: &OutboxEntry, due: Timestamp) -> PortResult<()> {
        self.issues.release(entry, due).await
    }
    async fn reopen(&self, entry: &OutboxEntry, now: Timestamp, claim_until: Timestamp) -> PortResult<Claim> {
        self.issues.reopen(entry, now, claim_until).await
    }
    async fn load_ledger(&self, route: &str) -> PortResult<Option<StoredLedger>> {
        self.issues.load_ledger(route).await
    }
    async fn commit_ledger(&self, commit: &LedgerCommit) -> PortResult<Committed> {
        self.check()?;
        self.issues.commit_ledger(commit).await
    }
    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<String>> {
        self.issues.due(now, limit).await
    }
}
