//! metrics-extractor: metric data is exact, or the doubt is counted.

use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use skywarden_core::{
    envelope::Sealed,
    metric::name::ProcessorMetric,
    pipeline::{Extraction, PipelineError, Tally},
    plan::{MetricRule, Plan, Processing},
    port::Clock as _,
};

use crate::{
    fate::{Fate, Wrong},
    logs::{batch, plan},
    outside::{Outside, World},
    schedule::Schedule,
};

/// What the lines of [`lines`] add up to, in two metrics of two namespaces: two requests.
const SUM: f64 = 2.0 * (1 + 2 + 3 + 4 + 5) as f64;

fn two_namespaces() -> Plan {
    let mut plan = plan(&[]);
    let other = MetricRule { namespace: "small/prod/other".to_owned(), ..plan.rules[0].clone() };
    plan.rules.push(other);
    plan
}

fn lines() -> Vec<u8> {
    let lines: Vec<String> = (1..=5).map(|ms| format!(r#"{{"level":"INFO","message":"request","route":"/a","ms":{ms}}}"#)).collect();
    batch("stream", &lines)
}

fn deadline<W: World>(outside: &Outside<W>) -> Timestamp {
    outside.now().checked_add(SignedDuration::from_secs(60)).unwrap()
}

fn deliver(outside: &Outside<Fate>, plan: &Plan, batch: &[u8], tally: &mut Tally) -> Option<Result<(), PipelineError>> {
    let until = deadline(outside);
    Extraction::new(plan).unwrap().run(Sealed::Gzip(batch), &outside.extraction(), until, tally).now_or_never()
}

/// Delivers until it succeeds, as Lambda does, and once more. Gives what all invocations that lived counted.
fn story(outside: &Outside<Fate>, plan: &Plan) -> Tally {
    let mut tally = Tally::default();
    let mut done = 0;
    for _ in 0..4 {
        if deliver(outside, plan, &lines(), &mut tally).is_some_and(|result| result.is_ok()) {
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

#[test]
fn an_extractor_that_dies_at_any_call_loses_nothing_and_what_it_may_double_is_counted() {
    let whole = Outside::new(Fate::fine);
    let tally = story(&whole, &two_namespaces());
    assert_eq!((whole.metric_sum(), tally.get(ProcessorMetric::Ambiguous), tally.get(ProcessorMetric::Duplicates)), (SUM, 0, 1));
    assert_eq!(whole.world.calls(), 2 + 2 + 1, "open, two requests, close; the duplicate opens");
    let mut doubled = 0;
    for call in 0..4 {
        for takes_effect in [false, true] {
            let outside = Outside::new(|clock| Fate::at(clock, Wrong::Dies, call, takes_effect));
            let tally = story(&outside, &two_namespaces());
            let sum = outside.metric_sum();
            assert!(sum >= SUM, "call {call}, {takes_effect}: lost");
            assert_eq!(outside.residues.count(), 0);
            if sum > SUM {
                doubled += 1;
                assert_eq!(tally.get(ProcessorMetric::Ambiguous), 1, "call {call}, {takes_effect}");
            }
        }
    }
    // After the first request, before and after the second one, and before the marker is closed.
    assert_eq!(doubled, 4);
}

#[test]
fn an_ambiguous_answer_is_repeated_once_and_counted() {
    for call in 0..4 {
        for takes_effect in [false, true] {
            let outside = Outside::new(|clock| Fate::at(clock, Wrong::Ambiguous, call, takes_effect));
            let tally = story(&outside, &two_namespaces());
            let is_request = call == 1 || call == 2;
            let (sum, ambiguous) = (outside.metric_sum(), tally.get(ProcessorMetric::Ambiguous));
            assert_eq!(sum > SUM, is_request && takes_effect, "call {call}, {takes_effect}");
            // A marker that was opened without an answer is taken for another's, until its claim runs out.
            assert_eq!(ambiguous, u64::from(is_request || (call == 0 && takes_effect)), "call {call}, {takes_effect}");
            assert_eq!((outside.residues.count(), sum >= SUM), (0, true));
        }
    }
}

#[test]
fn requests_that_fail_are_kept_together_and_the_others_are_sent() {
    // The second request.
    let outside = Outside::new(|clock| Fate::at(clock, Wrong::Silence, 2, false));
    let mut tally = Tally::default();
    let began = outside.now();
    deliver(&outside, &two_namespaces(), &lines(), &mut tally).unwrap().unwrap();
    assert!(outside.now().duration_since(began) < SignedDuration::from_secs(60));
    let residues = outside.residues.all();
    let text = String::from_utf8(residues.values().next().unwrap().clone()).unwrap();
    assert_eq!((residues.len(), text.matches("\"namespace\"").count(), outside.metric_sum()), (1, 1, SUM / 2.0));
    assert_eq!((tally.get(ProcessorMetric::Ambiguous), tally.get(ProcessorMetric::MetricsOut)), (1, 1));
}

#[test]
fn without_a_marker_there_is_no_call_for_it_and_a_repeated_batch_counts_twice() {
    let plan = Plan { processing: Processing { metrics_marker: false }, ..two_namespaces() };
    let outside = Outside::new(Fate::fine);
    let tally = story(&outside, &plan);
    assert_eq!((outside.world.calls(), outside.metric_sum()), (4, 2.0 * SUM), "two requests for each delivery");
    assert_eq!((tally.get(ProcessorMetric::Duplicates), tally.get(ProcessorMetric::Ambiguous)), (0, 0));
}

#[test]
fn a_batch_is_one_request_where_it_fits_and_none_without_a_sample() {
    let outside = Outside::new(Fate::fine);
    deliver(&outside, &plan(&[]), &lines(), &mut Tally::default()).unwrap().unwrap();
    assert_eq!(outside.world.calls(), 3, "open, one request for all lines, close");
    deliver(&outside, &plan(&[]), &batch("quiet", &[r#"{"level":"INFO","message":"fine"}"#.to_owned()]), &mut Tally::default()).unwrap().unwrap();
    assert_eq!(outside.world.calls(), 3, "nothing of interest, no call");
}

#[test]
fn deliveries_at_the_same_time_send_once_and_the_others_are_told_to_come_again() {
    for seed in 0..20 {
        let schedule = Schedule::new(seed);
        let outside = &Outside::new(|_| schedule.world());
        let (extraction, batch) = (&Extraction::new(&two_namespaces()).unwrap(), &lines());
        let runs = (0..5).map(|_| async move {
            let mut tally = Tally::default();
            let result = extraction.run(Sealed::Gzip(batch), &outside.extraction(), deadline(outside), &mut tally).await;
            (result.map_err(|error| error.code()), tally)
        });
        let results = schedule.run(runs);
        let done = results.iter().filter(|(result, tally)| result.is_ok() && tally.get(ProcessorMetric::MetricsOut) == 2).count();
        let turned_away = results.iter().filter(|(result, tally)| *result == Err("batch-busy") || tally.get(ProcessorMetric::Duplicates) == 1).count();
        assert_eq!((outside.metric_sum(), done, turned_away), (SUM, 1, 4), "seed {seed}");
    }
}

#[test]
fn requests_of_one_batch_overlap() {
    let mut plan = plan(&[]);
    let rule = plan.rules[0].clone();
    plan.rules = (0..8).map(|number| MetricRule { namespace: format!("small/prod/n{number}"), ..rule.clone() }).collect();
    let elapsed = |plan: &Plan| {
        let schedule = Schedule::new(5);
        let outside = &Outside::new(|_| schedule.world());
        let (extraction, batch) = (&Extraction::new(plan).unwrap(), &lines());
        schedule.run(std::iter::once(async move {
            extraction.run(Sealed::Gzip(batch), &outside.extraction(), deadline(outside), &mut Tally::default()).await.unwrap();
        }));
        schedule.elapsed_ms()
    };
    let (eight, one) = (elapsed(&plan), elapsed(&two_namespaces()));
    // Eight calls one after the other would take a mean of 8 · 21 ms.
    assert!(eight < one + 120, "{eight} ms for eight requests, {one} ms for two");
}
