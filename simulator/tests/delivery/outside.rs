//! Everything outside of a function, in memory, with something between the two that decides what becomes of each call.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::FutureExt as _;
use jiff::Timestamp;
use skywarden_core::{
    alarm::Trigger,
    batch::BatchId,
    issue::{AlarmCommit, Claim, Commit, Committed, Erasure, Fingerprint, Issue, IssueChange, OutboxEntry, SHARDS},
    metric::PutRequest,
    notify::{History, HistoryWindow, OutgoingMessage},
    pipeline::{ClassificationPorts, ExtractionPorts, NotificationPorts},
    port::{
        AlertQueue, BatchLedger, Clock, IssueList, IssueStore, LedgerCommit, MetricHistory, MetricSink, Opened, PortResult, Publisher, ResidueStore,
        StoredLedger,
    },
};
use skywarden_simulator::{
    memory::{MemoryClock, MemoryHistory, MemoryIssues, MemoryLedger, MemoryPublisher, MemoryQueue, MemoryResidues, MemorySink},
    replay::SharedMetrics,
    statistics::Statistic,
};

use crate::small;

/// What is read and written, for those who count it.
pub(crate) trait Calls {
    fn loaded(&self, _issues: &[Issue], _asked: usize) {}
    fn committed(&self, _commit: &Commit) {}
    fn changed(&self, _changes: &[IssueChange]) {}
    fn marked(&self) {}
}

/// What becomes of calls, and time.
pub(crate) trait World: Calls + Sync {
    /// A call that has this effect when it arrives.
    fn call<T: Send>(&self, effect: impl FnOnce() -> PortResult<T> + Send) -> impl Future<Output = PortResult<T>> + Send;
    fn now(&self) -> Timestamp;
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
    /// A transaction on these items begins; false: another one is in its way.
    fn begin(&self, _items: &[String]) -> bool {
        true
    }
    /// It ends.
    fn end(&self, _items: &[String]) {}
}

pub(crate) struct Outside<W> {
    pub(crate) world: W,
    pub(crate) clock: Arc<MemoryClock>,
    pub(crate) issues: MemoryIssues,
    pub(crate) publisher: MemoryPublisher,
    pub(crate) residues: MemoryResidues,
    pub(crate) queue: MemoryQueue,
    pub(crate) metrics: SharedMetrics,
    /// Occurrences that were there when they were erased.
    pub(crate) erased: AtomicU64,
    /// How often after an erasure there was a shard with counts of an issue that is not spread: nobody reads it.
    pub(crate) orphans: AtomicU64,
    sink: MemorySink,
    history: MemoryHistory,
    ledger: MemoryLedger,
}

impl<W: World> Outside<W> {
    /// An empty outside; `world` gets the clock of the memory.
    pub(crate) fn new(world: impl FnOnce(Arc<MemoryClock>) -> W) -> Self {
        let clock = Arc::new(MemoryClock::new(Timestamp::from_millisecond(small::START_MS).unwrap()));
        let metrics = SharedMetrics::default();
        Self {
            world: world(Arc::clone(&clock)),
            issues: MemoryIssues::new(Arc::clone(&clock)),
            publisher: MemoryPublisher::new(Arc::clone(&clock)),
            residues: MemoryResidues::new(Arc::clone(&clock)),
            queue: MemoryQueue::new(Arc::clone(&clock)),
            sink: MemorySink::new(metrics.clone(), Arc::clone(&clock)),
            history: MemoryHistory::new(metrics.clone(), Arc::clone(&clock)),
            ledger: MemoryLedger::new(Arc::clone(&clock)),
            metrics,
            erased: AtomicU64::new(0),
            orphans: AtomicU64::new(0),
            clock,
        }
    }

    pub(crate) fn classification(&self) -> ClassificationPorts<'_, Self, Self, Self, Self> {
        ClassificationPorts { store: self, queue: self, residue: self, clock: self }
    }

    pub(crate) fn extraction(&self) -> ExtractionPorts<'_, Self, Self, Self, Self> {
        ExtractionPorts { sink: self, ledger: self, residue: self, clock: self }
    }

    pub(crate) fn notification(&self) -> NotificationPorts<'_, Self, Self, Self, Self, Self> {
        NotificationPorts { store: self, publisher: self, residue: self, history: self, clock: self }
    }

    /// Sum over all metrics.
    pub(crate) fn metric_sum(&self) -> f64 {
        let store = self.metrics.lock();
        store.iter().filter_map(|(_, series)| series.datapoint(Statistic::Sum, 0, i64::MAX)).map(|point| point.value).sum()
    }

    /// Ids of everything in the outbox, sent or not.
    pub(crate) fn outbox(&self) -> Vec<String> {
        self.issues.outbox().into_iter().map(|entry| entry.id).collect()
    }

    /// Occurrences of each issue.
    pub(crate) fn counts(&self) -> Vec<u64> {
        self.issues.issues().iter().map(|issue| issue.count).collect()
    }

    fn has_orphans(&self) -> bool {
        let spread: Vec<Fingerprint> = self.issues.issues().into_iter().filter(|issue| issue.shards > 0).map(|issue| issue.fingerprint).collect();
        self.issues.shards().iter().any(|((of, _), shard)| shard.facts.is_some() && !spread.contains(of))
    }

    async fn transaction(&self, items: Vec<String>, effect: impl FnOnce() -> PortResult<Committed> + Send) -> PortResult<Committed> {
        if !self.world.begin(&items) {
            return self.world.call(|| Ok(Committed::Conflict)).await;
        }
        let answer = self.world.call(|| {
            let done = effect();
            self.world.end(&items);
            done
        });
        answer.await
    }
}

/// The memory answers at once.
fn at_once<T>(answer: impl Future<Output = T>) -> T {
    answer.now_or_never().unwrap()
}

fn own_items(changes: &[IssueChange]) -> impl Iterator<Item = String> {
    changes.iter().map(|change| format!("{}/state", change.issue.fingerprint))
}

impl<W: World> Clock for Outside<W> {
    fn now(&self) -> Timestamp {
        self.world.now()
    }
    async fn sleep(&self, duration: Duration) {
        self.world.sleep(duration).await;
    }
}

impl<W: World> IssueStore for Outside<W> {
    async fn load(&self, fingerprints: &[Fingerprint]) -> PortResult<Vec<Issue>> {
        let issues = self.world.call(|| at_once(self.issues.load(fingerprints))).await?;
        self.world.loaded(&issues, fingerprints.len());
        Ok(issues)
    }
    async fn commit(&self, commit: &Commit) -> PortResult<Committed> {
        self.world.committed(commit);
        let marker = format!("{}/{}", commit.batch.as_str(), commit.part);
        let shards = commit.counts.iter().map(|count| format!("{}/{}", count.fingerprint, count.number));
        let items = own_items(&commit.changes).chain(shards).chain([marker]).collect();
        let counting = || {
            let answer = at_once(self.issues.commit(commit));
            if self.erased.load(Relaxed) > 0 && self.has_orphans() {
                self.orphans.fetch_add(1, Relaxed);
            }
            answer
        };
        self.transaction(items, counting).await
    }
    async fn change(&self, changes: &[IssueChange]) -> PortResult<Committed> {
        self.world.changed(changes);
        let shards = changes.iter().flat_map(|change| change.folded().1).map(|shard| format!("{}/{}", shard.fingerprint, shard.number));
        self.transaction(own_items(changes).chain(shards).collect(), || at_once(self.issues.change(changes))).await
    }
    async fn commit_alarm(&self, commit: &AlarmCommit) -> PortResult<Committed> {
        self.world.call(|| at_once(self.issues.commit_alarm(commit))).await
    }
    async fn fires_since(&self, alarm: &str) -> PortResult<Option<Timestamp>> {
        self.world.call(|| at_once(self.issues.fires_since(alarm))).await
    }
    async fn claim(&self, id: &str, now: Timestamp, claim_until: Timestamp) -> PortResult<Claim> {
        self.world.call(|| at_once(self.issues.claim(id, now, claim_until))).await
    }
    async fn mark_published(&self, id: &str, topic: &str) -> PortResult<()> {
        self.world.call(|| at_once(self.issues.mark_published(id, topic))).await
    }
    async fn mark_sent(&self, id: &str, expires: Timestamp) -> PortResult<()> {
        self.world.call(|| at_once(self.issues.mark_sent(id, expires))).await
    }
    async fn release(&self, entry: &OutboxEntry, due: Timestamp) -> PortResult<()> {
        self.world.call(|| at_once(self.issues.release(entry, due))).await
    }
    async fn reopen(&self, entry: &OutboxEntry, now: Timestamp, claim_until: Timestamp) -> PortResult<Claim> {
        self.world.call(|| at_once(self.issues.reopen(entry, now, claim_until))).await
    }
    async fn load_ledger(&self, route: &str) -> PortResult<Option<StoredLedger>> {
        self.world.call(|| at_once(self.issues.load_ledger(route))).await
    }
    async fn commit_ledger(&self, commit: &LedgerCommit) -> PortResult<Committed> {
        self.world.call(|| at_once(self.issues.commit_ledger(commit))).await
    }
    async fn due(&self, now: Timestamp, limit: usize) -> PortResult<Vec<String>> {
        self.world.call(|| at_once(self.issues.due(now, limit))).await
    }
}

impl<W: World> IssueList for Outside<W> {
    async fn fingerprints(&self, prefix: &str, after: Option<&Fingerprint>, limit: usize) -> PortResult<Vec<Fingerprint>> {
        self.world.call(|| at_once(self.issues.fingerprints(prefix, after, limit))).await
    }
    async fn erase(&self, erasure: &Erasure) -> PortResult<Committed> {
        let fingerprint = &erasure.fingerprint;
        let shards = (0..SHARDS).map(|number| format!("{fingerprint}/{number}"));
        let items = shards.chain([format!("{fingerprint}/state")]).collect();
        // The shards are read in a call of their own, and emptied under the versions that were read.
        let read = self.world.call(|| Ok(self.issues.shards())).await?;
        let erasing = || {
            if self.issues.shards() != read {
                return Ok(Committed::Conflict);
            }
            let counted = self.counts().iter().sum();
            let answer = at_once(self.issues.erase(erasure))?;
            if answer == Committed::Done {
                self.erased.fetch_add(counted, Relaxed);
            }
            Ok(answer)
        };
        self.transaction(items, erasing).await
    }
    async fn unsent_notices(&self, fingerprint: &Fingerprint) -> PortResult<usize> {
        self.world.call(|| at_once(self.issues.unsent_notices(fingerprint))).await
    }
}

impl<W: World> Publisher for Outside<W> {
    async fn publish(&self, messages: &[OutgoingMessage]) -> Vec<PortResult<()>> {
        self.world.call(|| Ok(at_once(self.publisher.publish(messages)))).await.unwrap_or_else(|error| vec![Err(error); messages.len()])
    }
}

impl<W: World> MetricHistory for Outside<W> {
    async fn recent(&self, trigger: &Trigger, window: &HistoryWindow) -> PortResult<History> {
        self.world.call(|| at_once(self.history.recent(trigger, window))).await
    }
}

impl<W: World> AlertQueue for Outside<W> {
    async fn send(&self, ids: &[String]) -> PortResult<()> {
        self.world.call(|| at_once(self.queue.send(ids))).await
    }
}

impl<W: World> ResidueStore for Outside<W> {
    async fn put(&self, key: &str, body: &[u8]) -> PortResult<()> {
        self.world.call(|| at_once(self.residues.put(key, body))).await
    }
}

impl<W: World> MetricSink for Outside<W> {
    async fn put(&self, request: &PutRequest) -> PortResult<()> {
        self.world.call(|| at_once(self.sink.put(request))).await
    }
}

impl<W: World> BatchLedger for Outside<W> {
    async fn open(&self, batch: &BatchId, purpose: &str, now: Timestamp, claim_until: Timestamp) -> PortResult<Opened> {
        self.world.marked();
        self.world.call(|| at_once(self.ledger.open(batch, purpose, now, claim_until))).await
    }
    async fn close(&self, batch: &BatchId, purpose: &str, expires: Timestamp) -> PortResult<()> {
        self.world.marked();
        self.world.call(|| at_once(self.ledger.close(batch, purpose, expires))).await
    }
    async fn release(&self, batch: &BatchId, purpose: &str, expires: Timestamp) -> PortResult<()> {
        self.world.marked();
        self.world.call(|| at_once(self.ledger.release(batch, purpose, expires))).await
    }
}
