//! Everything that leaves the processors for some lines of a log: issues, outbox, ledgers, messages, residues, metrics, errors, and what the
//! command line says of single events.

use std::{
    collections::BTreeMap,
    io::Write as _,
    sync::{Arc, Mutex},
};

use base64::Engine as _;
use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use skywarden_core::{
    envelope::Sealed,
    error::verdict::{Examined, Examiner},
    issue::{Commit, Committed, Fingerprint, Issue},
    metric::PutRequest,
    notify::OutgoingMessage,
    pipeline::{Classification, ClassificationPorts, Extraction, ExtractionPorts, Notification, NotificationPorts, Tally},
    plan::{DimensionRule, LogFormat, MetricKind, MetricRule, MetricValueSource, Plan, Route, RouteTopic, Source, TopicFormat},
    port::{Clock as _, Failure, IssueStore, LedgerCommit, MetricSink, PortError, PortResult, StoredLedger},
    severity::Severity,
};
use skywarden_simulator::{
    memory::{MemoryClock, MemoryHistory, MemoryIssues, MemoryLedger, MemoryPublisher, MemoryQueue, MemoryResidues},
    replay::SharedMetrics,
};

/// The log group of everything here.
pub(crate) const GROUP: &str = "/small/api";

pub(crate) const NOW_MS: i64 = 1_795_179_600_000;

/// Every format of a topic.
pub(crate) fn formats() -> Vec<TopicFormat> {
    TopicFormat::ALL.to_vec()
}

/// The example's plan with one log group, a metric with dimensions from the line, a key of the team's own that is masked, and a topic of each format.
pub(crate) fn plan(format: LogFormat) -> Plan {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../cdk-out/plan.json")).unwrap();
    let mut plan = Plan::parse(&text).unwrap();
    assert_eq!(plan.masking.keys, ["customer_name"]);
    plan.sources = vec![Source {
        log_group: GROUP.to_owned(),
        service: "api".to_owned(),
        namespace: "small/prod/api".to_owned(),
        format,
        dashboard: "https://example.com/d".to_owned(),
        runbook: "https://example.com/r".to_owned(),
        query: String::new(),
        one_function: false,
        account: String::new(),
    }];
    let dimension = |name: &str, selector: &str| DimensionRule { name: name.to_owned(), selector: selector.to_owned(), limit: 100 };
    plan.rules = vec![MetricRule {
        log_group: GROUP.to_owned(),
        namespace: "small/prod/api".to_owned(),
        name: "Lines".to_owned(),
        pattern: String::new(),
        value: MetricValueSource::Constant(1.0),
        unit: "Count".to_owned(),
        kind: MetricKind::Counter,
        resolution_seconds: 60,
        dimensions: vec![dimension("Kind", "$.kind"), dimension("Customer", "$.customer_name")],
        constants: BTreeMap::new(),
    }];
    // The templates as they are now, and not as they were when the example was generated last.
    for name in skywarden_core::notify::TEMPLATE_NAMES {
        let path = format!("{}/../templates/messages/{name}", env!("CARGO_MANIFEST_DIR"));
        plan.messages.insert(name.to_owned(), std::fs::read_to_string(path).unwrap());
    }
    let topics = formats().into_iter().map(|format| RouteTopic { format, topic: format!("people-{}", format.as_str()) }).collect();
    plan.routes = vec![Route { name: "people".to_owned(), severities: Severity::ALL.to_vec(), topics }];
    plan
}

/// One event, as CloudWatch Logs delivers it.
#[derive(Clone, Debug)]
pub(crate) struct Delivered {
    pub(crate) line: String,
    pub(crate) id: String,
    pub(crate) group: String,
    pub(crate) stream: String,
    pub(crate) owner: String,
    pub(crate) filter: String,
}

impl Delivered {
    pub(crate) fn line(line: impl Into<String>) -> Self {
        let owned = str::to_owned;
        Self { line: line.into(), id: owned("0001"), group: owned(GROUP), stream: owned("s"), owner: owned("123456789012"), filter: owned("f") }
    }

    fn sealed(&self) -> String {
        let event = json!({"id": self.id, "timestamp": NOW_MS, "message": self.line});
        let batch = json!({
            "messageType": "DATA_MESSAGE", "owner": self.owner, "logGroup": self.group, "logStream": self.stream, "subscriptionFilters": [self.filter],
            "logEvents": [event],
        });
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(batch.to_string().as_bytes()).unwrap();
        base64::engine::general_purpose::STANDARD.encode(encoder.finish().unwrap())
    }
}

/// CloudWatch, which takes the data or says what is wrong with them, as it does: with the value in its words.
struct Sink {
    refuses: bool,
    taken: Mutex<Vec<PutRequest>>,
}

impl MetricSink for Sink {
    async fn put(&self, request: &PutRequest) -> PortResult<()> {
        if self.refuses {
            return Err(refused("cloudwatch.PutMetricData"));
        }
        self.taken.lock().unwrap().push(request.clone());
        Ok(())
    }
}

fn refused(operation: &'static str) -> PortError {
    PortError { failure: Failure::Rejected, operation, code: "AccessDenied".to_owned(), message: "no".to_owned() }
}

/// A table that takes nothing.
pub(crate) struct Broken;

impl IssueStore for Broken {
    async fn load(&self, _: &[Fingerprint]) -> PortResult<Vec<Issue>> {
        Ok(Vec::new())
    }
    async fn commit(&self, _: &Commit) -> PortResult<Committed> {
        Err(refused("dynamodb.TransactWriteItems"))
    }
    async fn change(&self, _: &[skywarden_core::issue::IssueChange]) -> PortResult<Committed> {
        Err(refused("dynamodb.TransactWriteItems"))
    }
    async fn commit_alarm(&self, _: &skywarden_core::issue::AlarmCommit) -> PortResult<Committed> {
        Err(refused("dynamodb.TransactWriteItems"))
    }
    async fn fires_since(&self, _: &str) -> PortResult<Option<Timestamp>> {
        Err(refused("dynamodb.GetItem"))
    }
    async fn reopen(&self, _: &skywarden_core::issue::OutboxEntry, _: Timestamp, _: Timestamp) -> PortResult<skywarden_core::issue::Claim> {
        Err(refused("dynamodb.UpdateItem"))
    }
    async fn claim(&self, _: &str, _: Timestamp, _: Timestamp) -> PortResult<skywarden_core::issue::Claim> {
        Err(refused("dynamodb.UpdateItem"))
    }
    async fn mark_published(&self, _: &str, _: &str) -> PortResult<()> {
        Err(refused("dynamodb.UpdateItem"))
    }
    async fn mark_sent(&self, _: &str, _: Timestamp) -> PortResult<()> {
        Err(refused("dynamodb.UpdateItem"))
    }
    async fn release(&self, _: &skywarden_core::issue::OutboxEntry, _: Timestamp) -> PortResult<()> {
        Err(refused("dynamodb.UpdateItem"))
    }
    async fn load_ledger(&self, _: &str) -> PortResult<Option<StoredLedger>> {
        Err(refused("dynamodb.GetItem"))
    }
    async fn commit_ledger(&self, _: &LedgerCommit) -> PortResult<Committed> {
        Err(refused("dynamodb.TransactWriteItems"))
    }
    async fn due(&self, _: Timestamp, _: usize) -> PortResult<Vec<String>> {
        Err(refused("dynamodb.Query"))
    }
}

/// What left, each with where to.
#[derive(Debug, Default)]
pub(crate) struct Outputs {
    pub(crate) texts: Vec<(String, String)>,
    pub(crate) messages: Vec<OutgoingMessage>,
    pub(crate) metrics: Vec<PutRequest>,
    pub(crate) residue_keys: Vec<String>,
    pub(crate) issues: Vec<Issue>,
}

/// Everything of one plan, compiled.
pub(crate) struct Processors {
    classification: Classification,
    extraction: Extraction,
    pub(crate) notification: Notification,
    examiner: Examiner,
}

impl Processors {
    pub(crate) fn new(plan: &Plan) -> Self {
        let format = plan.sources.first().map(|source| &source.format);
        let examined = Examined { rules: &plan.errors.rules, taxonomy: &plan.taxonomy, masking: &plan.masking, service: Some("api"), format };
        Self {
            classification: Classification::new(plan).unwrap(),
            extraction: Extraction::new(plan).unwrap(),
            notification: Notification::new(plan.clone()).unwrap(),
            examiner: Examiner::new(examined).unwrap(),
        }
    }
}

/// Runs everything over the events; each in a batch of its own.
pub(crate) fn outputs(processors: &Processors, delivered: &[Delivered]) -> Outputs {
    let Processors { classification, extraction, notification, examiner } = processors;
    let mut out = Outputs::default();
    let clock = Arc::new(MemoryClock::new(Timestamp::from_millisecond(NOW_MS).unwrap()));
    let issues = MemoryIssues::new(Arc::clone(&clock));
    let (queue, residues) = (MemoryQueue::new(Arc::clone(&clock)), MemoryResidues::new(Arc::clone(&clock)));
    let publisher = MemoryPublisher::new(Arc::clone(&clock));
    let history = MemoryHistory::new(SharedMetrics::default(), Arc::clone(&clock));
    let mut tally = Tally::default();
    let deadline = |clock: &MemoryClock| clock.now().checked_add(SignedDuration::from_secs(60)).unwrap();
    for event in delivered {
        let sealed = event.sealed();
        let ports = ClassificationPorts { store: &issues, queue: &queue, residue: &residues, clock: &*clock };
        let groups = block_on(classification.run(Sealed::Base64(&sealed), &ports, deadline(&clock), &mut tally)).unwrap();
        out.add("the line `issue_occurrence`", &groups);
        let ports = ClassificationPorts { store: &Broken, queue: &queue, residue: &residues, clock: &*clock };
        block_on(classification.run(Sealed::Base64(&sealed), &ports, deadline(&clock), &mut tally)).unwrap();
        for refuses in [false, true] {
            let sink = Sink { refuses, taken: Mutex::default() };
            let ledger = MemoryLedger::new(Arc::clone(&clock));
            let ports = ExtractionPorts { sink: &sink, ledger: &ledger, residue: &residues, clock: &*clock };
            block_on(extraction.run(Sealed::Base64(&sealed), &ports, deadline(&clock), &mut tally)).unwrap();
            out.metrics.extend(sink.taken.into_inner().unwrap());
        }
        out.add("the verdict", &examiner.verdict(&event.line, true));
        let explanation = examiner.explain(&event.line);
        out.add("the explanation", &explanation);
        out.texts.push(("the explanation in words".to_owned(), explanation.to_text()));
    }
    // First messages, then a digest.
    for _ in 0..12 {
        let ports = NotificationPorts { store: &issues, publisher: &publisher, residue: &residues, history: &history, clock: &*clock };
        let ids: Vec<String> = std::iter::from_fn(|| queue.take()).collect();
        out.texts.extend(ids.iter().map(|id| ("the queue `alerts`".to_owned(), id.clone())));
        let failed = block_on(notification.on_entries(&ids, &ports, deadline(&clock), &mut tally));
        assert_eq!(failed, [], "an entry cannot be sent");
        block_on(notification.on_tick(&ports, deadline(&clock), &mut tally)).unwrap();
        clock.set_ms(clock.now().as_millisecond() + 60_000);
    }
    out.issues = issues.issues();
    out.messages = publisher.published().into_iter().map(|published| published.message).collect();
    for (key, body) in residues.all() {
        out.texts.push(("a residue".to_owned(), String::from_utf8(body).unwrap()));
        out.residue_keys.push(key);
    }
    let (metrics, messages, keys, stored) = (out.metrics.clone(), out.messages.clone(), out.residue_keys.clone(), out.issues.clone());
    out.add("the table of issues", &stored);
    out.add("the outbox", &issues.outbox());
    out.add("the ledgers", &issues.ledgers());
    out.texts.extend(metrics.iter().map(|request| ("PutMetricData".to_owned(), format!("{request:?}"))));
    out.texts.extend(keys.into_iter().map(|key| ("the key of a residue".to_owned(), key)));
    for message in messages {
        out.texts.push((format!("the subject on {}", message.topic), message.subject));
        out.texts.push((format!("the body on {}", message.topic), message.body));
        out.texts.push((format!("the attributes on {}", message.topic), format!("{:?}", message.attributes)));
    }
    out
}

impl Outputs {
    fn add(&mut self, what: &str, value: &impl serde::Serialize) {
        self.texts.push((what.to_owned(), serde_json::to_string(value).unwrap()));
    }
}

/// A record of ours with every field filled, as an application writes it.
pub(crate) fn record() -> Value {
    json!({
        "timestamp": "2026-11-20T13:00:00.000Z", "level": "ERROR", "message": "the order cannot be placed", "logger": "shop.orders",
        "service": "api", "environment": "prod", "version": "1.2.3", "request_id": "r-1", "trace_id": "t-1", "span_id": "s-1", "user_id": "u-1",
        "kind": "order", "customer_name": "none", "thread": "main", "host": "h", "event": "order_failed",
        "error": {"type": "KeyError", "message": "no such order", "stack": "Traceback (most recent call last):\n  File \"/app/orders.py\", line 12, in place\n    raise KeyError('no such order')\nKeyError: no such order", "code": "E1"},
        "http": {"method": "GET", "route": "/orders/{id}", "path": "/orders/1", "status_code": 500, "user_agent": "curl", "client_address": "-", "query": "a=b"},
        "fields": {"note": "n", "deep": {"deeper": [{"deepest": "d"}]}},
    })
}
