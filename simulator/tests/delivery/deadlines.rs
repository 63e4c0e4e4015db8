//! Whatever the outside does, an invocation ends before its deadline: with its effects delivered or kept, or with an error, so that Lambda keeps the event.

use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use skywarden_core::{
    envelope::Sealed,
    pipeline::{Classification, Extraction, Notification, PipelineError, Tally},
    port::Clock as _,
};

use crate::{
    fate::{Fate, Wrong},
    logs::{batch, error, plan, word},
    outside::Outside,
};

#[derive(Clone, Copy, Debug)]
enum Function {
    Classifier,
    Extractor,
    NotifierQueue,
    NotifierTick,
}

const FUNCTIONS: [Function; 4] = [Function::Classifier, Function::Extractor, Function::NotifierQueue, Function::NotifierTick];

/// 80 kinds of errors, and as many samples: three parts.
fn lines() -> Vec<u8> {
    let mut lines: Vec<String> = (0..80).map(|kind| error(&format!("Kind{}Error", word(kind)))).collect();
    lines.extend((1..=80).map(|ms| format!(r#"{{"level":"INFO","message":"request","route":"/a","ms":{ms}}}"#)));
    batch("stream", &lines)
}

/// Fills the outbox before the invocation that is tried.
fn prepare(function: Function, outside: &Outside<Fate>) -> Vec<String> {
    if !matches!(function, Function::NotifierQueue | Function::NotifierTick) {
        return Vec::new();
    }
    let fine = Outside::new(Fate::fine);
    let classification = Classification::new(&plan(&[])).unwrap();
    let until = later(fine.now());
    classification.run(Sealed::Gzip(&lines()), &fine.classification(), until, &mut Tally::default()).now_or_never().unwrap().unwrap();
    let mut ids = Vec::new();
    for entry in fine.issues.outbox().into_iter().take(5) {
        ids.push(entry.id.clone());
        outside.issues.insert(entry);
    }
    outside.clock.set_ms(outside.now().as_millisecond() + 120_000);
    ids
}

fn later(now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(60)).unwrap()
}

/// One invocation. Gives whether it succeeded and how long it took.
fn invoke(function: Function, outside: &Outside<Fate>, ids: &[String]) -> (bool, SignedDuration) {
    let began = outside.now();
    let (until, mut tally) = (later(began), Tally::default());
    let result: Option<Result<(), PipelineError>> = match function {
        Function::Classifier => {
            let classification = Classification::new(&plan(&[])).unwrap();
            classification.run(Sealed::Gzip(&lines()), &outside.classification(), until, &mut tally).now_or_never().map(|result| result.map(|_| ()))
        }
        Function::Extractor => Extraction::new(&plan(&[])).unwrap().run(Sealed::Gzip(&lines()), &outside.extraction(), until, &mut tally).now_or_never(),
        Function::NotifierQueue => {
            let failed = Notification::new(plan(&[])).unwrap().on_entries(ids, &outside.notification(), until, &mut tally).now_or_never();
            failed.map(|mut failed| failed.pop().map_or(Ok(()), |(_, error)| Err(error)))
        }
        Function::NotifierTick => Notification::new(plan(&[])).unwrap().on_tick(&outside.notification(), until, &mut tally).now_or_never(),
    };
    let result = result.unwrap_or_else(|| panic!("{function:?} waits for ever"));
    (result.is_ok(), outside.now().duration_since(began))
}

#[test]
fn an_invocation_ends_before_its_deadline_though_nobody_answers() {
    for function in FUNCTIONS {
        let whole = Outside::new(Fate::fine);
        let ids = prepare(function, &whole);
        assert!(invoke(function, &whole, &ids).0);
        let calls = whole.world.calls();
        assert!(calls >= 3, "{function:?}: {calls}");
        for first in 0..calls {
            for takes_effect in [false, true] {
                for (what, outside) in [
                    ("all from one on", Outside::new(|clock| Fate::from(clock, Wrong::Silence, first, takes_effect))),
                    ("one", Outside::new(|clock| Fate::at(clock, Wrong::Silence, first, takes_effect))),
                ] {
                    let ids = prepare(function, &outside);
                    let (_, took) = invoke(function, &outside, &ids);
                    assert!(took < SignedDuration::from_secs(60), "{function:?}, silence of {what} {first}, {takes_effect}: {took:?}");
                }
            }
        }
    }
}

#[test]
fn what_the_store_is_silent_about_is_kept_in_the_reserve() {
    // The store never answers, and the bucket does.
    let outside = Outside::new(|clock| Fate::from(clock, Wrong::Silence, 0, false));
    let classification = Classification::new(&plan(&[])).unwrap();
    let ports = skywarden_core::pipeline::ClassificationPorts { store: &outside, queue: &outside, residue: &outside.residues, clock: &outside };
    let (began, mut tally) = (outside.now(), Tally::default());
    let counted = classification.run(Sealed::Gzip(&lines()), &ports, later(began), &mut tally).now_or_never().unwrap().unwrap();
    assert_eq!((counted.len(), outside.residues.count()), (0, 3), "each part");
    let took = outside.now().duration_since(began);
    assert!(took >= SignedDuration::from_secs(55) && took < SignedDuration::from_secs(56), "{took:?}");
}

#[test]
fn when_the_bucket_is_silent_too_lambda_keeps_the_event() {
    for function in [Function::Classifier, Function::Extractor] {
        let outside = Outside::new(|clock| Fate::from(clock, Wrong::Silence, 1, false));
        let (succeeded, took) = invoke(function, &outside, &[]);
        assert!(!succeeded && took < SignedDuration::from_secs(60), "{function:?}: {took:?}");
    }
}
