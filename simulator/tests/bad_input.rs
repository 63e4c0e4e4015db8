//! Bad input to the pipelines: a clear error or a counted rejection, and nothing good beside it is lost.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::{io::Write as _, sync::Arc};

use base64::Engine as _;
use futures::executor::block_on;
use jiff::Timestamp;
use serde_json::json;
use skywarden_core::{
    envelope::Sealed,
    issue::Group,
    metric::name::ProcessorMetric,
    pipeline::{Classification, ClassificationPorts, PipelineError, Tally},
    plan::Plan,
};
use skywarden_simulator::memory::{MemoryClock, MemoryIssues, MemoryQueue, MemoryResidues};

/// The pipeline with its surroundings.
struct Desk {
    classification: Classification,
    clock: Arc<MemoryClock>,
    store: MemoryIssues,
    queue: MemoryQueue,
    residue: MemoryResidues,
}

impl Desk {
    fn new() -> Self {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../cdk-out/plan.json")).unwrap();
        let clock = Arc::new(MemoryClock::new(Timestamp::from_second(1_795_000_000).unwrap()));
        Self {
            classification: Classification::new(&Plan::parse(&text).unwrap()).unwrap(),
            store: MemoryIssues::new(Arc::clone(&clock)),
            queue: MemoryQueue::new(Arc::clone(&clock)),
            residue: MemoryResidues::new(Arc::clone(&clock)),
            clock,
        }
    }

    fn run(&self, data: &str, tally: &mut Tally) -> Result<Vec<Group>, PipelineError> {
        let ports = ClassificationPorts { store: &self.store, queue: &self.queue, residue: &self.residue, clock: &*self.clock };
        block_on(self.classification.run(Sealed::Base64(data), &ports, Timestamp::MAX, tally))
    }
}

/// base64 of gzip of JSON, as CloudWatch Logs delivers.
fn sealed(document: &serde_json::Value) -> String {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(document.to_string().as_bytes()).unwrap();
    base64::engine::general_purpose::STANDARD.encode(encoder.finish().unwrap())
}

fn batch(messages: &[&str]) -> String {
    let events: Vec<_> =
        messages.iter().enumerate().map(|(at, message)| json!({"id": at.to_string(), "timestamp": 1_795_000_000_000_i64, "message": message})).collect();
    sealed(
        &json!({"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "/ecs/shop-catalog", "logStream": "s", "subscriptionFilters": ["f"], "logEvents": events}),
    )
}

const GOOD: &str = r#"{"level":"ERROR","message":"m","error":{"type":"KeyError","message":"k"}}"#;

#[test]
fn a_batch_that_cannot_be_read_fails_by_name_and_the_next_one_is_counted() {
    let desk = Desk::new();
    let mut tally = Tally::default();
    for (data, code) in [
        ("%%%", "batch-not-base64"),
        ("bm90IGd6aXA=", "batch-not-gzip"),
        (sealed(&json!({"messageType": "DATA_MESSAGE", "logEvents": "none"})).as_str(), "batch-not-a-batch"),
    ] {
        assert_eq!(desk.run(data, &mut tally).unwrap_err().code(), code);
    }
    assert_eq!(tally.get(ProcessorMetric::RecordsRejected), 3);
    assert_eq!(desk.run(&batch(&[GOOD]), &mut tally).unwrap().len(), 1);
    assert_eq!(desk.store.issues().len(), 1);
}

#[test]
fn control_messages_and_empty_batches_are_nothing_to_do() {
    let desk = Desk::new();
    let mut tally = Tally::default();
    let control = sealed(&json!({"messageType": "CONTROL_MESSAGE", "owner": "CloudwatchLogs", "logGroup": "", "logStream": "", "subscriptionFilters": [],
        "logEvents": [{"id": "", "timestamp": 1, "message": "CWL CONTROL MESSAGE: Checking health of destination ERROR"}]}));
    assert_eq!(desk.run(&control, &mut tally), Ok(Vec::new()));
    assert_eq!(desk.run(&batch(&[]), &mut tally), Ok(Vec::new()));
    assert_eq!((tally.get(ProcessorMetric::RecordsIn), tally.get(ProcessorMetric::RecordsRejected)), (0, 0));
    assert!(desk.store.issues().is_empty());
}

#[test]
fn a_line_that_is_no_json_costs_its_neighbours_nothing() {
    let desk = Desk::new();
    let mut tally = Tally::default();
    let lines = ["{ \"level\": \"ERROR\" and then it broke off", GOOD, "\u{0}\u{fffd}", "", GOOD];
    let groups = desk.run(&batch(&lines), &mut tally).unwrap();
    assert_eq!(groups.iter().map(|group| (group.kind.as_str(), group.count)).collect::<Vec<_>>(), [("KeyError", 2)]);
    assert_eq!(tally.get(ProcessorMetric::RecordsIn), 5);
}

#[test]
fn the_same_batch_delivered_twice_counts_once() {
    let desk = Desk::new();
    let mut tally = Tally::default();
    let data = batch(&[GOOD]);
    assert_eq!(desk.run(&data, &mut tally).unwrap().len(), 1);
    assert_eq!(desk.run(&data, &mut tally).unwrap().len(), 0);
    assert_eq!(desk.store.issues()[0].count, 1);
    assert_eq!((tally.get(ProcessorMetric::Duplicates), tally.get(ProcessorMetric::Occurrences)), (1, 1));
    assert_eq!(desk.queue.depth(), 1);
}
