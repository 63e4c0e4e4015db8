//! An issue is erased while it is counted: what was before is gone, and what comes after is an issue of its own.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use futures::{FutureExt as _, future::LocalBoxFuture};
use jiff::{SignedDuration, Timestamp};
use skywarden_core::{
    envelope::Sealed,
    issue::{Action, Fingerprint, SHARDS},
    pipeline::{Classification, Tally, people::Desk},
    port::Clock as _,
};

use crate::{
    fate::{Fate, Wrong},
    logs::{batch, error, plan},
    outside::{Outside, World},
    schedule::{Schedule, Scheduled},
};

const INVOCATIONS: usize = 200;

fn deadline<W: World>(outside: &Outside<W>) -> Timestamp {
    outside.now().checked_add(SignedDuration::from_secs(60)).unwrap()
}

/// Batches with the same error, of streams with this name.
fn batches(name: &str, count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| batch(&format!("{name}{number}"), &[error("KeyError")])).collect()
}

fn ann<W: World>(outside: &Outside<W>) -> Desk<'_, Outside<W>, Outside<W>> {
    Desk { store: outside, clock: outside, person: "ann", tells_resolved: false }
}

fn all_at_once(schedule: &Schedule, outside: &Outside<Scheduled>, batches: &[Vec<u8>]) {
    let classification = &Classification::new(&plan(&[])).unwrap();
    schedule.run(batches.iter().map(|batch| async move {
        classification.run(Sealed::Gzip(batch), &outside.classification(), deadline(outside), &mut Tally::default()).await.unwrap();
    }));
}

/// One invocation for each batch, so many milliseconds one after another, and an erasure that begins somewhere among them.
fn storm(schedule: &Schedule, outside: &Outside<Scheduled>, batches: &[Vec<u8>], every_ms: u64, fingerprint: &Fingerprint, begins_ms: u64) {
    let classification = &Classification::new(&plan(&[])).unwrap();
    let person = async {
        outside.sleep(Duration::from_millis(begins_ms)).await;
        assert_eq!(ann(outside).erase(fingerprint).await.unwrap().issues, std::slice::from_ref(fingerprint));
    };
    let mut runs: Vec<LocalBoxFuture<'_, ()>> = vec![person.boxed_local()];
    for (batch, number) in batches.iter().zip(0..) {
        runs.push(Box::pin(async move {
            outside.sleep(Duration::from_millis(number * every_ms)).await;
            classification.run(Sealed::Gzip(batch), &outside.classification(), deadline(outside), &mut Tally::default()).await.unwrap();
        }));
    }
    schedule.run(runs.into_iter());
}

#[test]
fn an_erasure_in_the_middle_of_a_storm_leaves_nothing_of_what_was_before() {
    for seed in 500..530 {
        let schedule = Schedule::new(seed);
        let outside = &Outside::new(|_| schedule.world());
        // Few counts first: the issue is spread, and most of its shards have not been written yet.
        all_at_once(&schedule, outside, &batches("dawn", 12));
        assert_eq!(outside.issues.issues()[0].shards, SHARDS, "seed {seed}");
        let fingerprint = &outside.issues.issues()[0].fingerprint.clone();
        // In every third run it was folded and is not spread, and its shards name the version that emptied them.
        if seed % 3 == 0 {
            let desk = ann(outside);
            schedule.run(std::iter::once(desk.act(fingerprint, &Action::Assign { to: "bob".to_owned() }))).remove(0).unwrap();
        }
        let before = outside.counts()[0];
        storm(&schedule, outside, &batches("storm", INVOCATIONS), 12, fingerprint, seed % 10 * 25);
        // Each count is either erased or in the issue that began afterwards, with whatever was stored of it.
        let (erased, left) = (outside.erased.load(Relaxed), outside.counts());
        assert_eq!(erased + left.iter().sum::<u64>(), before + INVOCATIONS as u64, "seed {seed}: {erased} erased, {left:?} left");
        assert!(erased >= before, "seed {seed}");
        assert_eq!(outside.orphans.load(Relaxed), 0, "seed {seed}: a count that began before the erasure was written after it");
        let text = format!("{:?} {:?}", outside.issues.issues(), outside.issues.shards());
        assert!(!text.contains("dawn"), "seed {seed}: {text}");
        // And the issue can be read and counted on.
        all_at_once(&schedule, outside, &batches("last", 30));
        assert_eq!(outside.counts().iter().sum::<u64>(), left.iter().sum::<u64>() + 30, "seed {seed}");
    }
}

#[test]
fn an_erasure_of_an_issue_that_has_just_begun_brings_nothing_of_it_back() {
    let schedule = Schedule::new(0);
    let known = Outside::new(|_| schedule.world());
    all_at_once(&schedule, &known, &batches("known", 1));
    let fingerprint = &known.issues.issues()[0].fingerprint;
    for seed in 600..640 {
        let schedule = Schedule::new(seed);
        let outside = &Outside::new(|_| schedule.world());
        storm(&schedule, outside, &batches("storm", 60), 7, fingerprint, 45 + seed % 10 * 15);
        let (erased, left) = (outside.erased.load(Relaxed), outside.counts());
        assert_eq!(erased + left.iter().sum::<u64>(), 60, "seed {seed}: {erased} erased, {left:?} left");
        assert_eq!(outside.orphans.load(Relaxed), 0, "seed {seed}");
    }
}

#[test]
fn an_erasure_whose_answer_is_lost_is_repeated_and_done() {
    let (classification, batch) = (Classification::new(&plan(&[])).unwrap(), batches("dawn", 1).remove(0));
    // Two loads, a look at the shards, and the step itself.
    for call in 0..4 {
        let outside = Outside::new(|clock| Fate::at(clock, Wrong::Ambiguous, 3 + call, true));
        let (ports, until) = (outside.classification(), deadline(&outside));
        classification.run(Sealed::Gzip(&batch), &ports, until, &mut Tally::default()).now_or_never().unwrap().unwrap();
        assert_eq!(outside.world.calls(), 3, "a load, a commit, a message to the queue");
        let fingerprint = outside.issues.issues().remove(0).fingerprint;
        let erased = ann(&outside).erase(&fingerprint).now_or_never().unwrap();
        assert_eq!(erased.unwrap().issues, std::slice::from_ref(&fingerprint), "call {call}");
        assert!(outside.world.happened(), "call {call}");
        assert_eq!((outside.counts(), outside.outbox()), (vec![], vec![]), "call {call}");
        assert_eq!(ann(&outside).erase(&fingerprint).now_or_never().unwrap().unwrap_err().code(), "issue-unknown");
    }
}
