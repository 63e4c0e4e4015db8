//! error-classifier where it does the work of both: neither half repeats the other's effects, whatever fails.

use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use skywarden_core::{
    envelope::Sealed,
    metric::name::ProcessorMetric,
    pipeline::{Combined, CombinedPorts, Extraction, PipelineError, Residue, Tally},
    plan::{Plan, Processing},
    port::Clock as _,
};

use crate::{
    fate::{Fate, Wrong},
    logs::{batch, error, plan},
    outside::{Outside, World},
};

/// What the lines of [`lines`] add up to.
const SUM: f64 = (1 + 2 + 3 + 4 + 5) as f64;

/// The small plan, its log group with one subscription.
fn one_function() -> Plan {
    let mut plan = plan(&[]);
    plan.sources[0].one_function = true;
    plan
}

/// Five samples and three errors, of two kinds.
fn lines() -> Vec<u8> {
    let mut lines: Vec<String> = (1..=5).map(|ms| format!(r#"{{"level":"INFO","message":"request","route":"/a","ms":{ms}}}"#)).collect();
    lines.extend([error("KeyError"), error("KeyError"), error("ValueError")]);
    batch("stream", &lines)
}

/// Everything outside is the same one.
type Ports<'a, O> = CombinedPorts<'a, O, O, O, O, O, O>;

fn ports<W: World>(outside: &Outside<W>) -> Ports<'_, Outside<W>> {
    CombinedPorts { store: outside, queue: outside, sink: outside, ledger: outside, residue: outside, clock: outside }
}

fn deadline<W: World>(outside: &Outside<W>) -> Timestamp {
    outside.now().checked_add(SignedDuration::from_secs(60)).unwrap()
}

/// One invocation: issues that were newly counted, and how it ended; `None`: the function died.
fn deliver(outside: &Outside<Fate>, plan: &Plan, tally: &mut Tally) -> Option<(usize, Result<(), PipelineError>)> {
    let until = deadline(outside);
    let outcome = Combined::new(plan).unwrap().run(Sealed::Gzip(&lines()), &ports(outside), until, tally).now_or_never()?;
    Some((outcome.0.len(), outcome.1))
}

/// Delivers until it succeeds, as Lambda does, and once more.
fn story(outside: &Outside<Fate>, plan: &Plan) -> Tally {
    let mut tally = Tally::default();
    let mut done = 0;
    for _ in 0..5 {
        if deliver(outside, plan, &mut tally).is_some_and(|(_, result)| result.is_ok()) {
            done += 1;
            if done == 2 {
                return tally;
            }
        }
        outside.world.restart();
        let next = outside.clock.now().checked_add(SignedDuration::from_mins(2)).unwrap();
        outside.clock.set_ms(next.as_millisecond());
    }
    panic!("it never succeeded");
}

fn counts(outside: &Outside<Fate>) -> Vec<u64> {
    let mut counts = outside.counts();
    counts.sort_unstable();
    counts
}

#[test]
fn one_batch_becomes_issues_and_metrics_once_each() {
    let outside = Outside::new(Fate::fine);
    let tally = story(&outside, &one_function());
    assert_eq!((outside.metric_sum(), counts(&outside)), (SUM, vec![1, 2]));
    // Two deliveries of eight lines: each line comes in once, though two halves look at it.
    assert_eq!((tally.get(ProcessorMetric::RecordsIn), tally.get(ProcessorMetric::Occurrences)), (16, 3));
    assert_eq!(tally.get(ProcessorMetric::Duplicates), 2, "each half knows the second delivery");
}

#[test]
fn whatever_call_goes_wrong_issues_are_exact_and_metrics_are_or_the_doubt_is_counted() {
    let whole = Outside::new(Fate::fine);
    deliver(&whole, &one_function(), &mut Tally::default()).unwrap().1.unwrap();
    let calls = whole.world.calls();
    assert!(calls > 5, "{calls}");
    let mut doubled = 0;
    for wrong in [Wrong::Dies, Wrong::Ambiguous] {
        for call in 0..calls {
            for takes_effect in [false, true] {
                let outside = Outside::new(|clock| Fate::at(clock, wrong, call, takes_effect));
                let tally = story(&outside, &one_function());
                let place = format!("{wrong:?} at call {call}, {takes_effect}");
                assert_eq!((counts(&outside), outside.residues.count()), (vec![1, 2], 0), "{place}");
                let sum = outside.metric_sum();
                assert!(sum >= SUM, "{place}: lost");
                if sum > SUM {
                    doubled += 1;
                    assert!(tally.get(ProcessorMetric::Ambiguous) > 0, "{place}");
                }
            }
        }
    }
    assert!(doubled > 0, "the one window that is documented");
}

#[test]
fn metrics_that_cannot_be_sent_lie_under_error_classifiers_name_and_it_replays_them() {
    // Every call of the metrics fails from the request on: their marker is the first call of all that has one.
    let mut replayed = 0;
    let whole = Outside::new(Fate::fine);
    deliver(&whole, &one_function(), &mut Tally::default()).unwrap().1.unwrap();
    for call in 0..whole.world.calls() {
        let outside = Outside::new(|clock| Fate::at(clock, Wrong::Silence, call, false));
        let _ = deliver(&outside, &one_function(), &mut Tally::default()).unwrap();
        for (key, body) in outside.residues.all() {
            assert!(key.starts_with("residue/error-classifier/"), "{key}");
            if !key.contains("-metrics-") {
                continue;
            }
            let residue = Residue::read(serde_json::from_slice(&body).unwrap()).unwrap();
            for done in [true, false] {
                let until = deadline(&outside);
                let combined = Combined::new(&one_function()).unwrap();
                let outcome = combined.replay(&residue, &ports(&outside), until, &mut Tally::default()).now_or_never().unwrap().unwrap();
                assert_eq!((outcome.done > 0, outcome.known > 0, outcome.failure), (done, !done, None), "call {call}");
            }
            assert_eq!((outside.metric_sum(), counts(&outside)), (SUM, vec![1, 2]), "call {call}");
            replayed += 1;
        }
    }
    assert_eq!(replayed, 1, "the one request");
    // Without such log groups it does not know what to do with them.
    let residue =
        serde_json::json!({"format": 2, "source": "0123456789abcdef0123456789abcdef", "at": "2026-11-20T13:00:00Z", "reason": "x", "effects": {"metrics": []}});
    let outside = Outside::new(Fate::fine);
    let combined = Combined::new(&plan(&[])).unwrap();
    let refused = combined.replay(&Residue::read(residue).unwrap(), &ports(&outside), deadline(&outside), &mut Tally::default()).now_or_never().unwrap();
    assert_eq!(refused.unwrap_err().code(), "residue-foreign");
}

#[test]
fn the_marker_of_the_metrics_is_there_whatever_the_config_says() {
    let plan = Plan { processing: Processing { metrics_marker: false }, ..one_function() };
    let outside = Outside::new(Fate::fine);
    story(&outside, &plan);
    assert_eq!((outside.metric_sum(), counts(&outside)), (SUM, vec![1, 2]), "a second delivery for the sake of the issues would double them");
}

#[test]
fn issues_that_were_counted_are_told_of_though_the_metrics_failed() {
    // Somebody else claimed the metrics of this batch, and died before they were sent.
    let outside = Outside::new(|clock| Fate::at(clock, Wrong::Dies, 1, false));
    let until = deadline(&outside);
    let extraction = Extraction::beside_classification(&one_function()).unwrap().unwrap();
    let died = extraction.run(Sealed::Gzip(&lines()), &outside.extraction(), until, &mut Tally::default()).now_or_never();
    assert!(died.is_none());
    outside.world.restart();
    let (counted, result) = deliver(&outside, &one_function(), &mut Tally::default()).unwrap();
    assert_eq!((counted, result.map_err(|error| error.code())), (2, Err("batch-busy")));
}

#[test]
fn metrics_extractor_leaves_such_a_log_group_alone() {
    let outside = Outside::new(Fate::fine);
    let until = deadline(&outside);
    let mut tally = Tally::default();
    let extraction = Extraction::new(&one_function()).unwrap();
    extraction.run(Sealed::Gzip(&lines()), &outside.extraction(), until, &mut tally).now_or_never().unwrap().unwrap();
    assert_eq!((outside.world.calls(), outside.metric_sum(), tally.get(ProcessorMetric::RecordsIn)), (0, 0.0, 8));
    // And where each has its own subscription, error-classifier leaves the metrics alone.
    deliver(&outside, &plan(&[]), &mut tally).unwrap().1.unwrap();
    assert_eq!((outside.metric_sum(), counts(&outside)), (0.0, vec![1, 2]));
}

#[test]
fn each_function_is_exact_when_it_gets_more_lines_than_it_asked_for() {
    // Through a stream both see everything: lines with neither an error nor a sample, and lines of groups that nobody named.
    let mut noise: Vec<String> = (0..40).map(|number| format!(r#"{{"level":"INFO","message":"all well {number}"}}"#)).collect();
    noise.extend((1..=5).map(|ms| format!(r#"{{"level":"INFO","message":"request","route":"/a","ms":{ms}}}"#)));
    noise.extend([error("KeyError"), "plain words without any structure".to_owned()]);
    let (outside, batch) = (Outside::new(Fate::fine), batch("busy", &noise));
    let until = deadline(&outside);
    let mut tally = Tally::default();
    let plan = plan(&[]);
    Extraction::new(&plan).unwrap().run(Sealed::Gzip(&batch), &outside.extraction(), until, &mut tally).now_or_never().unwrap().unwrap();
    let (groups, result) = Combined::new(&plan).unwrap().run(Sealed::Gzip(&batch), &ports(&outside), until, &mut tally).now_or_never().unwrap();
    result.unwrap();
    assert_eq!((outside.metric_sum(), groups.len(), outside.counts()), (SUM, 1, vec![1]));
    assert_eq!((tally.get(ProcessorMetric::SamplesDropped), tally.get(ProcessorMetric::RecordsRejected)), (0, 0));
}
