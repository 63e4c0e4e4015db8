//! What a million batches cost in the table, reckoned from the items that are written and read; the page of the guarantees says the same.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use skywarden_core::{
    envelope::Sealed,
    issue::{Commit, Issue, IssueChange},
    metric::name::ProcessorMetric,
    pipeline::{Classification, Extraction, Tally},
    port::{Clock as _, PortResult},
};
use skywarden_simulator::memory::MemoryClock;

use crate::{
    fate::Fate,
    logs::{batch, batch_at, plan},
    outside::{Calls, Outside, World},
    small,
};

/// Millionths of a dollar for a write and a read request unit, us-east-1, on demand, November 2026.
const WRITE_UNIT: f64 = 0.625;
const READ_UNIT: f64 = 0.125;

/// Names, keys, versions and times of an item.
const FRAME: usize = 120;

/// Request units so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Units {
    written: usize,
    read: usize,
}

impl Units {
    /// Dollars for a million times these.
    fn dollars(self) -> String {
        #[expect(clippy::cast_precision_loss, reason = "a few dozen units")]
        let dollars = self.written as f64 * WRITE_UNIT + self.read as f64 * READ_UNIT;
        format!("{dollars:.2}")
    }
}

/// Counts request units: a write of up to 1 KB is one, twice that in a transaction; a consistent read of up to 4 KB is one.
struct Meter {
    clock: Arc<MemoryClock>,
    units: Mutex<Units>,
}

impl Meter {
    fn write(&self, bytes: usize, times: usize) {
        self.units.lock().unwrap().written += times * (bytes + FRAME).div_ceil(1024);
    }

    fn read(&self, bytes: usize) {
        self.units.lock().unwrap().read += (bytes + FRAME).div_ceil(4096);
    }

    fn take(&self) -> Units {
        std::mem::take(&mut *self.units.lock().unwrap())
    }
}

fn size(document: &impl serde::Serialize) -> usize {
    serde_json::to_vec(document).unwrap().len()
}

impl World for Meter {
    async fn call<T: Send>(&self, effect: impl FnOnce() -> PortResult<T> + Send) -> PortResult<T> {
        effect()
    }
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
    async fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration).await;
    }
}

impl Calls for Meter {
    fn loaded(&self, issues: &[Issue], asked: usize) {
        for issue in issues {
            match &issue.spread {
                None => self.read(size(issue)),
                Some(spread) => {
                    let own = Issue { facts: spread.base.clone(), spread: None, ..issue.clone() };
                    self.read(size(&own));
                    spread.shards.iter().for_each(|shard| self.read(shard.facts.as_ref().map_or(0, size)));
                }
            }
        }
        // A key that is not there is read as well.
        (issues.len()..asked).for_each(|_| self.read(0));
    }
    fn committed(&self, commit: &Commit) {
        self.write(0, 2);
        self.changed(&commit.changes);
        commit.counts.iter().for_each(|count| self.write(count.shard.facts.as_ref().map_or(0, size), 2));
    }
    fn changed(&self, changes: &[IssueChange]) {
        for change in changes {
            self.write(size(&change.folded().0), 2);
            if let Some(entry) = &change.entry {
                // And a copy in the index.
                self.write(size(entry), 3);
            }
        }
    }
    fn marked(&self) {
        self.write(0, 1);
    }
}

/// An error with a stack of a web application, two kilobytes.
fn error(number: usize) -> String {
    let frame =
        |depth: usize| format!("  File \\\"/var/task/app/module_{depth}.py\\\", line {}, in handler_{depth}\\n    value = compute(order)\\n", 40 + depth);
    let stack: String = (0..20).map(frame).collect();
    format!(
        r#"{{"level":"ERROR","message":"request failed","request_id":"r-{number}","user_id":"u-{number}","version":"1.4.2","error":{{"type":"KeyError","message":"no such key","stack":"Traceback (most recent call last):\n{stack}KeyError: no such key"}}}}"#
    )
}

fn classify(outside: &Outside<Meter>, number: usize) -> (Units, Tally) {
    let mut tally = Tally::default();
    let until = outside.now().checked_add(SignedDuration::from_secs(60)).unwrap();
    // One every twenty minutes.
    let now_ms = small::START_MS + i64::try_from(number).unwrap() * 1_200_000;
    outside.clock.set_ms(now_ms);
    let until = until.checked_add(SignedDuration::from_hours(10_000)).unwrap();
    let batch = batch_at(&format!("s{number}"), &[error(number)], now_ms - 1000);
    block_on(Classification::new(&plan(&[])).unwrap().run(Sealed::Gzip(&batch), &outside.classification(), until, &mut tally)).unwrap();
    (outside.world.take(), tally)
}

fn measured() -> Vec<(&'static str, Units)> {
    let outside = Outside::new(|clock| Meter { clock, units: Mutex::default() });
    let (new, tally) = classify(&outside, 0);
    assert_eq!(tally.get(ProcessorMetric::IssuesOpened), 1);
    let mut cold = Units::default();
    for number in 1..500 {
        cold = classify(&outside, number).0;
    }
    // Spread, as contention would, and within a day every shard in use.
    let mut issue = outside.issues.issues().remove(0);
    let expected = Some(issue.version);
    issue.version += 1;
    issue.shards = skywarden_core::issue::SHARDS;
    let change = IssueChange { issue, expected, entry: None };
    block_on(skywarden_core::port::IssueStore::change(&outside.issues, &[change])).unwrap();
    let mut hot = Units::default();
    for number in 500..571 {
        hot = classify(&outside, number).0;
    }
    let in_use = outside.issues.issues()[0].spread.as_ref().map(|spread| spread.shards.iter().filter(|shard| shard.facts.is_some()).count());
    assert_eq!(in_use, Some(16));
    let folding = classify(&outside, 572).0;
    let again = classify(&outside, 573).0;
    assert_eq!((outside.issues.issues()[0].shards, again), (0, cold), "after a calm day");
    let batch = batch("metrics", &[r#"{"level":"INFO","message":"request","route":"/a","ms":3}"#.to_owned()]);
    let until = outside.now().checked_add(SignedDuration::from_secs(60)).unwrap();
    block_on(Extraction::new(&plan(&[])).unwrap().run(Sealed::Gzip(&batch), &outside.extraction(), until, &mut Tally::default())).unwrap();
    vec![("new", new), ("cold", cold), ("hot", hot), ("folding", folding), ("metrics", outside.world.take())]
}

#[test]
fn the_page_of_the_guarantees_says_what_a_million_batches_cost() {
    let page = include_str!("../../../docs/src/concepts/delivery.md");
    let rows = measured().into_iter().map(|(what, units)| (what, format!("| {} | {} | {} |", units.written, units.read, units.dollars())));
    let missing: Vec<_> = rows.filter(|(_, row)| !page.contains(row)).collect();
    assert!(missing.is_empty(), "not in docs/src/concepts/delivery.md: {missing:?}");
}

#[test]
fn a_batch_without_anything_of_interest_costs_nothing() {
    let outside = Outside::new(Fate::fine);
    let quiet = batch("quiet", &[r#"{"level":"INFO","message":"fine"}"#.to_owned()]);
    let until = outside.now().checked_add(SignedDuration::from_secs(60)).unwrap();
    block_on(Classification::new(&plan(&[])).unwrap().run(Sealed::Gzip(&quiet), &outside.classification(), until, &mut Tally::default())).unwrap();
    block_on(Extraction::new(&plan(&[])).unwrap().run(Sealed::Gzip(&quiet), &outside.extraction(), until, &mut Tally::default())).unwrap();
    assert_eq!(outside.world.calls(), 0);
}
