//! Running the processors on what a replay produces.

use std::{collections::BTreeMap, sync::Arc};

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use skywarden_core::{
    envelope::{EnvelopeError, Sealed},
    issue::Issue,
    metric::name::ProcessorMetric,
    notify::OutgoingMessage,
    pipeline::{Combined, CombinedPorts, Extraction, ExtractionPorts, Notification, NotificationPorts, PipelineError, Tally},
    plan::{Plan, PlanError},
    port::Clock as _,
};

use crate::{
    memory::{MemoryClock, MemoryHistory, MemoryIssues, MemoryLedger, MemoryPublisher, MemoryQueue, MemoryResidues, MemorySink, Published},
    processors::{Role, own_metrics},
    replay::{AlarmMessage, Delivery, Outcome, PlatformMetrics, SharedMetrics, Subscriber},
    template::{Topic, Watched},
};

/// Time a function has for one invocation.
const FUNCTION_TIMEOUT: SignedDuration = SignedDuration::from_secs(60);

/// Messages of the queue `alerts` in one invocation (batch size of its event source mapping).
const QUEUE_BATCH: usize = 10;

/// Milliseconds a processor computes on one log event, beside its calls to AWS: measured at 2 to 3 microseconds on an ordinary machine, and the
/// functions get a part of a core.
const EVENT_MS: f64 = 0.01;

/// What one processor did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleTotals {
    /// Invocations.
    pub invocations: u64,
    /// Of these, failed.
    pub failed: u64,
    /// Counters over all invocations.
    pub tally: Tally,
}

/// The three processors, their plan and their surroundings.
#[derive(Debug)]
pub struct Processors {
    extraction: Extraction,
    classification: Combined,
    notification: Notification,
    own_namespace: String,
    clock: Arc<MemoryClock>,
    sink: MemorySink,
    ledger: MemoryLedger,
    issues: MemoryIssues,
    queue: MemoryQueue,
    publisher: MemoryPublisher,
    residues: MemoryResidues,
    history: MemoryHistory,
    metrics: SharedMetrics,
    platform: PlatformMetrics,
    topics: Vec<Topic>,
    queues: Vec<String>,
    notifier: String,
    totals: BTreeMap<Role, RoleTotals>,
    failures: BTreeMap<&'static str, u64>,
    strangers: BTreeMap<String, u64>,
}

/// The invocation event of a subscription.
#[derive(Deserialize)]
struct SubscriptionEvent<'a> {
    #[serde(borrow)]
    awslogs: Data<'a>,
}

#[derive(Deserialize)]
struct Data<'a> {
    data: &'a str,
}

/// The invocation event of a stream.
#[derive(Deserialize)]
struct StreamEvent<'a> {
    #[serde(borrow, rename = "Records")]
    records: Vec<Record<'a>>,
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    kinesis: Data<'a>,
}

impl Processors {
    /// The processors of a plan, beside what the templates deploy, over the metrics of a replay.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] when a part of the plan does not compile.
    pub fn new(plan: Plan, watched: &Watched, metrics: SharedMetrics) -> Result<Self, PlanError> {
        let clock = Arc::new(MemoryClock::new(Timestamp::UNIX_EPOCH));
        let notifier = watched.functions.iter().find(|name| Role::of_function(name) == Some(Role::AlertNotifier));
        Ok(Self {
            extraction: Extraction::new(&plan)?,
            classification: Combined::new(&plan)?,
            own_namespace: format!("{}/{}/skywarden", plan.project, plan.environment),
            notification: Notification::new(plan)?,
            publisher: MemoryPublisher::new(Arc::clone(&clock)),
            sink: MemorySink::new(metrics.clone(), Arc::clone(&clock)),
            ledger: MemoryLedger::new(Arc::clone(&clock)),
            issues: MemoryIssues::new(Arc::clone(&clock)),
            queue: MemoryQueue::new(Arc::clone(&clock)),
            residues: MemoryResidues::new(Arc::clone(&clock)),
            history: MemoryHistory::new(metrics.clone(), Arc::clone(&clock)),
            clock,
            platform: PlatformMetrics::new(metrics.clone()),
            metrics,
            topics: watched.topics.clone(),
            queues: watched.queues.clone(),
            notifier: notifier.cloned().unwrap_or_else(|| Role::AlertNotifier.as_str().to_owned()),
            totals: BTreeMap::new(),
            failures: BTreeMap::new(),
            strangers: BTreeMap::new(),
        })
    }

    /// Every issue, by fingerprint.
    pub fn issues(&self) -> Vec<Issue> {
        self.issues.issues()
    }

    /// The table of issues, with the outbox and what each route remembers.
    pub const fn table(&self) -> &MemoryIssues {
        &self.issues
    }

    /// Everything published, in order.
    pub fn messages(&self) -> Vec<Published> {
        self.publisher.published()
    }

    /// What each processor did.
    pub const fn totals(&self) -> &BTreeMap<Role, RoleTotals> {
        &self.totals
    }

    /// Failed invocations by error code.
    pub const fn failures(&self) -> &BTreeMap<&'static str, u64> {
        &self.failures
    }

    /// Deliveries to functions that are none of ours, by function name.
    pub const fn strangers(&self) -> &BTreeMap<String, u64> {
        &self.strangers
    }

    /// Undelivered effects, by key.
    pub fn residues(&self) -> BTreeMap<String, Vec<u8>> {
        self.residues.all()
    }

    /// Counts an invocation that began at `now_ms`, and what it did.
    fn account(&mut self, role: Role, result: &Result<(), PipelineError>, tally: &Tally, now_ms: i64) -> Outcome {
        own_metrics::put(&self.metrics, &self.own_namespace, role, tally, now_ms);
        let totals = self.totals.entry(role).or_default();
        totals.invocations += 1;
        totals.tally.merge(tally);
        if let Err(error) = result {
            totals.failed += 1;
            *self.failures.entry(error.code()).or_default() += 1;
        }
        #[expect(clippy::cast_precision_loss, reason = "a batch has far fewer than 2^52 events, an invocation far fewer milliseconds")]
        let duration_ms = {
            let calls = self.clock.now().as_millisecond() - now_ms;
            calls as f64 + tally.get(ProcessorMetric::RecordsIn) as f64 * EVENT_MS
        };
        Outcome { failed: result.is_err(), duration_ms }
    }

    /// One batch of log lines.
    fn process(&self, role: Role, data: &str, tally: &mut Tally) -> Result<(), PipelineError> {
        match role {
            Role::MetricsExtractor => self.extract(data, tally),
            Role::ErrorClassifier => self.classify(data, tally),
            Role::AlertNotifier => Err(EnvelopeError::NotBase64.into()),
        }
    }

    fn extract(&self, data: &str, tally: &mut Tally) -> Result<(), PipelineError> {
        let ports = ExtractionPorts { sink: &self.sink, ledger: &self.ledger, residue: &self.residues, clock: self.clock.as_ref() };
        block_on(self.extraction.run(Sealed::Base64(data), &ports, self.deadline(), tally))
    }

    fn classify(&self, data: &str, tally: &mut Tally) -> Result<(), PipelineError> {
        let ports = CombinedPorts {
            store: &self.issues,
            queue: &self.queue,
            sink: &self.sink,
            ledger: &self.ledger,
            residue: &self.residues,
            clock: self.clock.as_ref(),
        };
        block_on(self.classification.run(Sealed::Base64(data), &ports, self.deadline(), tally)).1
    }

    /// One invocation of alert-notifier. It is asynchronous or by schedule, so nobody waits for its outcome.
    fn notify(&mut self, work: &Work<'_>, now_ms: i64) {
        self.clock.set_ms(now_ms);
        let before = self.publisher.count();
        let mut tally = Tally::default();
        let result = {
            let ports = NotificationPorts {
                store: &self.issues,
                publisher: &self.publisher,
                residue: &self.residues,
                history: &self.history,
                clock: self.clock.as_ref(),
            };
            let deadline = self.deadline();
            match work {
                Work::Entries(ids) => block_on(self.notification.on_entries(ids, &ports, deadline, &mut tally)).pop().map_or(Ok(()), |(_, error)| Err(error)),
                Work::Alarm(text) => block_on(self.notification.on_alarm(text, &ports, deadline, &mut tally)),
                Work::Tick => block_on(self.notification.on_tick(&ports, deadline, &mut tally)),
            }
        };
        for topic in self.publisher.topics_after(before) {
            self.platform.published(&topic, now_ms);
        }
        let outcome = self.account(Role::AlertNotifier, &result, &tally, now_ms);
        self.platform.invocation(&self.notifier, outcome, now_ms);
    }

    /// Hands the ids in the queue `alerts` to alert-notifier, as its event source mapping does.
    fn drain_queue(&mut self, now_ms: i64) {
        loop {
            let ids: Vec<String> = std::iter::from_fn(|| self.queue.take()).take(QUEUE_BATCH).collect();
            if ids.is_empty() {
                return;
            }
            self.notify(&Work::Entries(ids), now_ms);
        }
    }

    fn deadline(&self) -> Timestamp {
        self.clock.now().checked_add(FUNCTION_TIMEOUT).unwrap_or(Timestamp::MAX)
    }

    /// What SQS publishes of the queues each minute. Every failed invocation and every residue has left a message among the dead letters.
    fn publish_queue_depths(&self, now_ms: i64) {
        let failed: u64 = self.failures.values().sum();
        let dead = self.residues.count() + usize::try_from(failed).unwrap_or(usize::MAX);
        for queue in &self.queues {
            let depth = if queue.ends_with("-dead-letters") {
                dead
            } else if queue.ends_with("-alerts") {
                self.queue.depth()
            } else {
                continue;
            };
            self.platform.queue_depth(queue, depth, now_ms);
        }
    }
}

/// What alert-notifier is invoked with.
enum Work<'a> {
    Entries(Vec<String>),
    Alarm(&'a str),
    Tick,
}

impl Subscriber for Processors {
    fn deliver(&mut self, delivery: &Delivery, now_ms: i64) -> Outcome {
        self.clock.set_ms(now_ms);
        let Some(role) = Role::of_function(&delivery.function) else {
            *self.strangers.entry(delivery.function.clone()).or_default() += 1;
            return Outcome { failed: false, duration_ms: 0.0 };
        };
        let mut tally = Tally::default();
        let result = if let Ok(event) = serde_json::from_str::<SubscriptionEvent<'_>>(&delivery.event) {
            self.process(role, event.awslogs.data, &mut tally)
        } else {
            // Every record of a stream is tried; the first failure is the invocation's.
            let records = serde_json::from_str::<StreamEvent<'_>>(&delivery.event).map_or_else(|_| Vec::new(), |event| event.records);
            // An event of another shape is one that cannot be read.
            let unreadable = if records.is_empty() { Err(EnvelopeError::NotBase64.into()) } else { Ok(()) };
            records.iter().fold(unreadable, |result, record| {
                let of_record = self.process(role, record.kinesis.data, &mut tally);
                result.and(of_record)
            })
        };
        let outcome = self.account(role, &result, &tally, now_ms);
        self.drain_queue(now_ms);
        outcome
    }

    fn alarm(&mut self, message: &AlarmMessage<'_>, now_ms: i64) {
        self.clock.set_ms(now_ms);
        let name = message.topic_arn.rsplit(':').next().unwrap_or(message.topic_arn).to_owned();
        self.platform.published(&name, now_ms);
        let heard = self
            .topics
            .iter()
            .any(|topic| topic.arn == message.topic_arn && topic.functions.iter().any(|function| Role::of_function(function) == Some(Role::AlertNotifier)));
        if heard {
            self.notify(&Work::Alarm(message.body), now_ms);
        } else {
            // The topic goes to people directly, with the subject CloudWatch gives it.
            let subject = format!("{}: \"{}\"", message.transition.to, message.alarm);
            self.publisher.record(OutgoingMessage::new(&name, &subject, message.body.to_owned(), BTreeMap::new()));
        }
    }

    fn tick(&mut self, now_ms: i64) {
        self.clock.set_ms(now_ms);
        self.notify(&Work::Tick, now_ms);
        self.publish_queue_depths(now_ms);
    }
}
