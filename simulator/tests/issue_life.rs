//! Issues through the whole classification: batches of the log in any order, merges that stick, what the store gives for a duplicate.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::{io::Write as _, sync::Arc};

use base64::Engine as _;
use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use skywarden_core::{
    envelope::Sealed,
    issue::{Action, Announced, Committed, Group, Issue, IssueChange, merge, unmerge},
    metric::name::ProcessorMetric,
    pipeline::{Classification, ClassificationPorts, Tally},
    plan::Plan,
    port::{Clock as _, IssueStore as _},
};
use skywarden_simulator::memory::{MemoryClock, MemoryIssues, MemoryQueue, MemoryResidues};

const START: i64 = 1_795_000_000;

/// The classification with its surroundings.
struct Desk {
    classification: Classification,
    clock: Arc<MemoryClock>,
    store: MemoryIssues,
    queue: MemoryQueue,
    residue: MemoryResidues,
    tally: Tally,
}

impl Desk {
    fn new() -> Self {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../cdk-out/plan.json")).unwrap();
        let clock = Arc::new(MemoryClock::new(Timestamp::from_second(START).unwrap()));
        Self {
            classification: Classification::new(&Plan::parse(&text).unwrap()).unwrap(),
            store: MemoryIssues::new(Arc::clone(&clock)),
            queue: MemoryQueue::new(Arc::clone(&clock)),
            residue: MemoryResidues::new(Arc::clone(&clock)),
            clock,
            tally: Tally::default(),
        }
    }

    fn deliver(&mut self, batch: &[Line]) -> Vec<Group> {
        let ports = ClassificationPorts { store: &self.store, queue: &self.queue, residue: &self.residue, clock: &*self.clock };
        block_on(self.classification.run(Sealed::Base64(&sealed(batch)), &ports, Timestamp::MAX, &mut self.tally)).unwrap()
    }

    /// The issue whose error type is given.
    fn issue(&self, kind: &str) -> Issue {
        self.store.issues().into_iter().find(|issue| issue.kind == kind).unwrap()
    }

    fn put(&self, edits: &[(&Issue, Issue)]) {
        let changes: Vec<IssueChange> =
            edits.iter().map(|(before, after)| IssueChange { issue: after.clone(), expected: Some(before.version), entry: None }).collect();
        assert_eq!(block_on(self.store.change(&changes)), Ok(Committed::Done));
    }

    fn merge(&self, from: &str, into: &str) {
        let (from, into) = (self.issue(from), self.issue(into));
        let merged = merge(&from, &into, self.clock.now()).unwrap();
        self.put(&[(&from, merged.alias), (&into, merged.into)]);
    }

    /// Counts by error type.
    fn counts(&self) -> Vec<(String, u64)> {
        let mut counts: Vec<(String, u64)> =
            self.store.issues().into_iter().filter(|issue| issue.merged_into.is_none()).map(|issue| (issue.kind.clone(), issue.count)).collect();
        counts.sort();
        counts
    }
}

/// One error line.
#[derive(Clone)]
struct Line {
    id: usize,
    second: i64,
    kind: &'static str,
}

/// base64 of gzip of JSON, as CloudWatch Logs delivers.
fn sealed(batch: &[Line]) -> String {
    let events: Vec<_> = batch
        .iter()
        .map(|line| {
            let message = json!({
                "level": "ERROR", "message": "m", "version": format!("1.{}", line.id % 5), "user_id": format!("u{}", line.id % 7),
                "error": {"type": line.kind, "message": format!("order {}", line.id)},
            });
            json!({"id": format!("{:056}", line.id), "timestamp": (START + line.second) * 1000, "message": message.to_string()})
        })
        .collect();
    let document = json!({"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "/ecs/shop-catalog", "logStream": "s", "subscriptionFilters": ["f"], "logEvents": events});
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(document.to_string().as_bytes()).unwrap();
    base64::engine::general_purpose::STANDARD.encode(encoder.finish().unwrap())
}

fn line(id: usize, second: i64, kind: &'static str) -> Line {
    Line { id, second, kind }
}

#[test]
fn batches_in_any_order_and_twice_leave_the_same_issues() {
    let kinds = ["KeyError", "ValueError", "TypeError"];
    // Two days of errors, many at one second.
    let lines: Vec<Line> = (0..300).map(|id| line(id, i64::try_from(id / 3).unwrap() * 1700 % 172_000, kinds[id * 7 % 3])).collect();
    let end = |batches: &[&[Line]]| {
        let mut desk = Desk::new();
        for batch in batches {
            desk.deliver(batch);
        }
        let as_of = Timestamp::from_second(START + 172_000).unwrap();
        let plain = |issue: Issue| Issue { version: 0, state: issue.state_at(as_of), announced: Announced::default(), ..issue };
        let duplicates = desk.tally.get(ProcessorMetric::Duplicates);
        (desk.store.issues().into_iter().map(plain).collect::<Vec<_>>(), duplicates, desk.counts())
    };
    let straight: Vec<&[Line]> = lines.chunks(40).collect();
    let (issues, duplicates, counts) = end(&straight);
    assert_eq!((issues.len(), duplicates, counts.iter().map(|(_, count)| count).sum::<u64>()), (3, 0, 300));
    let mut reversed: Vec<&[Line]> = lines.chunks(7).rev().collect();
    reversed.extend(lines.chunks(7).take(5));
    reversed.insert(10, reversed[2]);
    assert_eq!(end(&reversed), (issues.clone(), 6, counts.clone()));
    let one: [&[Line]; 1] = [&lines];
    assert_eq!(end(&one), (issues, 0, counts));
}

#[test]
fn a_merge_sticks_over_a_chain_and_can_be_taken_back() {
    let mut desk = Desk::new();
    desk.deliver(&[line(1, 1, "KeyError"), line(2, 2, "ValueError"), line(3, 3, "TypeError")]);
    desk.merge("KeyError", "ValueError");
    desk.merge("ValueError", "TypeError");
    assert_eq!(desk.counts(), [("TypeError".to_owned(), 3)]);
    let told = desk.queue.depth();
    // Three fingerprints of one issue in one batch are one change.
    let groups = desk.deliver(&[line(4, 14, "KeyError"), line(5, 15, "ValueError"), line(6, 16, "TypeError")]);
    assert_eq!((groups.len(), desk.counts()), (3, vec![("TypeError".to_owned(), 6)]));
    assert_eq!(desk.queue.depth(), told, "none of them is new");
    assert_eq!(desk.tally.get(ProcessorMetric::IssuesOpened), 3);
    let alias = desk.issue("KeyError");
    assert_eq!((alias.count, alias.merged_into.is_some()), (1, true));
    desk.put(&[(&alias, unmerge(&alias, desk.clock.now()).unwrap())]);
    desk.deliver(&[line(7, 20, "KeyError"), line(8, 21, "ValueError")]);
    // A merged issue is called by its latest occurrence.
    assert_eq!(desk.counts(), [("KeyError".to_owned(), 2), ("ValueError".to_owned(), 7)]);
}

#[test]
fn a_merged_issue_whose_target_is_gone_begins_it_anew() {
    let mut desk = Desk::new();
    desk.deliver(&[line(1, 1, "KeyError"), line(2, 2, "ValueError")]);
    let (from, into) = (desk.issue("KeyError"), desk.issue("ValueError"));
    let mut alias = merge(&from, &into, desk.clock.now()).unwrap().alias;
    alias.merged_into = Some(serde_json::from_str("\"00000000000000000000000000000001\"").unwrap());
    desk.put(&[(&from, alias)]);
    desk.deliver(&[line(3, 3, "KeyError")]);
    let begun = desk.store.issues().into_iter().find(|issue| issue.fingerprint.as_str().ends_with("001")).unwrap();
    assert_eq!((begun.count, begun.kind.as_str()), (1, "KeyError"));
}

#[test]
fn what_a_person_resolved_comes_back_once_and_late_lines_do_not_bring_it() {
    let mut desk = Desk::new();
    desk.deliver(&[line(1, 1, "KeyError")]);
    let before = desk.issue("KeyError");
    let at = Timestamp::from_second(START + 100).unwrap();
    let (after, told) = before.act(&Action::Resolve { in_version: None }, "ann", at).unwrap();
    assert!(told.is_some());
    desk.put(&[(&before, after)]);
    let queued = desk.queue.depth();
    desk.clock.set_ms(at.checked_add(SignedDuration::from_hours(1)).unwrap().as_millisecond());
    desk.deliver(&[line(2, 300, "KeyError")]);
    assert_eq!((desk.queue.depth(), desk.issue("KeyError").state.as_str()), (queued, "resolved"));
    desk.deliver(&[line(3, 3000, "KeyError")]);
    desk.deliver(&[line(4, 3001, "KeyError")]);
    assert_eq!((desk.queue.depth(), desk.issue("KeyError").state.as_str()), (queued + 1, "regressed"));
}
