//! error-classifier: counts and messages are exact, whatever happens on the way.

use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use skywarden_core::{
    envelope::Sealed,
    issue::Group,
    metric::name::ProcessorMetric,
    pipeline::{Classification, Notification, PipelineError, Tally},
    port::{Clock as _, Failure},
};

use crate::{
    fate::{Fate, Wrong},
    logs::{batch, error, plan, word},
    outside::{Outside, World},
    schedule::Schedule,
    small,
};

const STEPS: [u64; 2] = [3, 100];

fn deadline<W: World>(outside: &Outside<W>) -> Timestamp {
    outside.now().checked_add(SignedDuration::from_secs(60)).unwrap()
}

/// One invocation; `None`: the function died.
fn deliver(outside: &Outside<Fate>, batch: &[u8], tally: &mut Tally) -> Option<Result<Vec<Group>, PipelineError>> {
    let classification = Classification::new(&plan(&STEPS)).unwrap();
    let until = deadline(outside);
    classification.run(Sealed::Gzip(batch), &outside.classification(), until, tally).now_or_never()
}

/// Forty kinds of errors, so that there are two parts, some of them more than once.
fn forty_kinds() -> Vec<u8> {
    let lines: Vec<String> = (0..60).map(|number| error(&format!("Kind{}Error", word(number % 40)))).collect();
    batch("stream", &lines)
}

/// Delivers until it succeeds, as Lambda does: twice more, a minute later each.
fn story(outside: &Outside<Fate>, batch: &[u8]) -> Tally {
    let mut tally = Tally::default();
    for _ in 0..3 {
        if deliver(outside, batch, &mut tally).is_some_and(|result| result.is_ok()) {
            return tally;
        }
        outside.world.restart();
        let next = outside.clock.now().checked_add(SignedDuration::from_mins(2)).unwrap();
        outside.clock.set_ms(next.as_millisecond());
    }
    panic!("it never succeeded");
}

/// What the messages say: topics and texts, in the order of the texts.
fn messages(outside: &Outside<Fate>) -> Vec<String> {
    let notification = Notification::new(plan(&STEPS)).unwrap();
    for minute in 1..=5 {
        outside.clock.set_ms(small::START_MS + minute * 400_000);
        notification.on_tick(&outside.notification(), deadline(outside), &mut Tally::default()).now_or_never().unwrap().unwrap();
    }
    let mut told: Vec<String> = outside.publisher.published().into_iter().map(|published| published.message.topic).collect();
    told.sort();
    told
}

#[test]
fn a_classifier_that_dies_at_any_call_counts_and_tells_everything_once() {
    let batch = forty_kinds();
    let whole = Outside::new(Fate::fine);
    let tally = story(&whole, &batch);
    let (counts, outbox, calls) = (whole.counts(), whole.outbox(), whole.world.calls());
    assert_eq!((counts.len(), counts.iter().sum::<u64>(), outbox.len()), (40, 60, 40));
    assert_eq!((tally.get(ProcessorMetric::Occurrences), tally.get(ProcessorMetric::IssuesOpened)), (60, 40));
    let told = messages(&whole);
    assert!(!told.is_empty() && calls >= 4 + 4, "two loads, two commits, four messages to the queue: {calls}");
    for call in 0..calls {
        for takes_effect in [false, true] {
            let outside = Outside::new(|clock| Fate::at(clock, Wrong::Dies, call, takes_effect));
            story(&outside, &batch);
            assert!(outside.world.happened());
            assert_eq!((outside.counts(), outside.outbox()), (counts.clone(), outbox.clone()), "call {call}, {takes_effect}");
            assert_eq!((outside.residues.count(), messages(&outside)), (0, told.clone()), "call {call}, {takes_effect}");
        }
    }
}

#[test]
fn an_answer_that_says_nothing_changes_no_count() {
    let batch = forty_kinds();
    let whole = Outside::new(Fate::fine);
    let expected = story(&whole, &batch);
    for call in 0..whole.world.calls() {
        for takes_effect in [false, true] {
            let outside = Outside::new(|clock| Fate::at(clock, Wrong::Ambiguous, call, takes_effect));
            let tally = story(&outside, &batch);
            assert_eq!((outside.counts(), outside.outbox()), (whole.counts(), whole.outbox()), "call {call}, {takes_effect}");
            assert_eq!(tally, expected, "call {call}, {takes_effect}: the tally is exact, nothing is in doubt");
        }
    }
}

#[test]
fn a_part_that_cannot_be_counted_is_kept_and_the_other_one_counts() {
    let batch = forty_kinds();
    let whole = Outside::new(Fate::fine);
    story(&whole, &batch);
    // The second commit is the one of a part; silence lasts until the reserve.
    let outside = Outside::new(|clock| Fate::at(clock, Wrong::Silence, 3, false));
    let mut tally = Tally::default();
    let began = outside.now();
    let counted = deliver(&outside, &batch, &mut tally).unwrap().unwrap();
    assert!(outside.now().duration_since(began) < SignedDuration::from_secs(60));
    assert_eq!((outside.residues.count(), tally.get(ProcessorMetric::Residues)), (1, 1));
    assert!(!counted.is_empty() && counted.len() < 40, "{}", counted.len());
    // The batch comes again: what was counted is not counted again, and what was kept is.
    let mut again = Tally::default();
    let rest = deliver(&outside, &batch, &mut again).unwrap().unwrap();
    assert_eq!((counted.len() + rest.len(), again.get(ProcessorMetric::Duplicates)), (40, 1));
    assert_eq!(outside.counts(), whole.counts());
    // And so does the residue, under the same marker.
    let residue: serde_json::Value = serde_json::from_slice(outside.residues.all().values().next().unwrap()).unwrap();
    let groups: Vec<Group> = serde_json::from_value(residue["effects"]["issues"]["groups"].clone()).unwrap();
    let part = usize::try_from(residue["effects"]["issues"]["part"].as_u64().unwrap()).unwrap();
    let classification = Classification::new(&plan(&STEPS)).unwrap();
    let id = batch_id(&batch);
    let until = deadline(&outside);
    let ports = outside.classification();
    let counted_now = classification.recommit(&id, part, &groups, &ports, until, &mut again).now_or_never().unwrap();
    assert_eq!((counted_now, outside.counts()), (Ok(false), whole.counts()));
}

#[test]
fn a_queue_that_does_not_answer_loses_nothing_and_is_counted_with_its_error() {
    let batch = forty_kinds();
    let whole = Outside::new(Fate::fine);
    let fine = story(&whole, &batch);
    assert_eq!((fine.get(ProcessorMetric::NoticesDelayed), fine.late.as_ref()), (0, None));
    let messages_to_the_queue = 4;
    let calls = whole.world.calls();
    for sent in 0..messages_to_the_queue {
        let outside = Outside::new(|clock| Fate::from(clock, Wrong::Silence, calls - messages_to_the_queue + sent, false));
        let mut tally = Tally::default();
        assert_eq!(deliver(&outside, &batch, &mut tally).unwrap().unwrap().len(), 40);
        // Ten ids in a message, and after the first that fails the others are not tried.
        let waiting = 40 - 10 * u64::try_from(sent).unwrap();
        assert_eq!((tally.get(ProcessorMetric::NoticesDelayed), outside.queue.depth()), (waiting, 10 * sent));
        assert_eq!(tally.late.as_ref().map(|error| error.failure), Some(Failure::Ambiguous));
        assert_eq!((outside.counts(), outside.outbox()), (whole.counts(), whole.outbox()), "the tick finds them");
        // Two records of one delivery: the log line is about the first.
        let mut both = tally.clone();
        both.merge(&fine);
        assert_eq!(both.late, tally.late);
    }
}

#[test]
fn a_queue_that_fails_is_waited_for_a_few_seconds_and_never_beyond_the_end_of_work() {
    let batch = forty_kinds();
    let whole = Outside::new(Fate::fine);
    story(&whole, &batch);
    let classification = Classification::new(&plan(&STEPS)).unwrap();
    for wrong in [Wrong::Silence, Wrong::Ambiguous] {
        // The third of four messages: what was sent before it is not taken back.
        for (seconds_left, longest) in [(60, 5), (900, 5), (8, 3)] {
            let outside = Outside::new(|clock| Fate::from(clock, wrong, whole.world.calls() - 2, false));
            let (began, mut tally, ports) = (outside.now(), Tally::default(), outside.classification());
            let until = began.checked_add(SignedDuration::from_secs(seconds_left)).unwrap();
            classification.run(Sealed::Gzip(&batch), &ports, until, &mut tally).now_or_never().unwrap().unwrap();
            let took = outside.now().duration_since(began);
            let longest = SignedDuration::from_secs(longest);
            // A pause that would not be over in time is not begun, and the calls before take some of theirs.
            assert!(took <= longest + SignedDuration::from_secs(1) && took * 2 > longest, "{wrong:?}, {seconds_left} s: {took:?}");
            assert_eq!((tally.get(ProcessorMetric::NoticesDelayed), outside.queue.depth()), (20, 20), "{wrong:?}, {seconds_left} s");
        }
    }
}

fn batch_id(batch: &[u8]) -> skywarden_core::batch::BatchId {
    use skywarden_core::envelope::{Payload, inflate};
    let mut inflated = inflate(Sealed::Gzip(batch)).unwrap();
    match Payload::parse(&mut inflated).unwrap() {
        Payload::Data(batch) => skywarden_core::batch::BatchId::of(&batch),
        Payload::Control => panic!("no data"),
    }
}

#[test]
fn a_batch_without_an_error_makes_no_call() {
    let outside = Outside::new(Fate::fine);
    deliver(&outside, &batch("quiet", &[r#"{"level":"INFO","message":"fine"}"#.to_owned()]), &mut Tally::default()).unwrap().unwrap();
    assert_eq!(outside.world.calls(), 0);
}

#[test]
fn batches_delivered_again_in_any_order_and_at_once_count_once() {
    let batches: Vec<Vec<u8>> = (0..6).map(|number| batch(&format!("s{number}"), &(0..=number).map(|_| error("KeyError")).collect::<Vec<_>>())).collect();
    for seed in 0..20 {
        let schedule = Schedule::new(seed);
        let outside = Outside::new(|_| schedule.world());
        let classification = Classification::new(&plan(&[])).unwrap();
        let deliveries = schedule.shuffled((0..18).map(|place| place % batches.len()).collect());
        let (classification, outside_ref) = (&classification, &outside);
        let runs = deliveries.into_iter().map(|place| {
            let batch = &batches[place];
            async move {
                let mut tally = Tally::default();
                let until = deadline(outside_ref);
                classification.run(Sealed::Gzip(batch), &outside_ref.classification(), until, &mut tally).await.unwrap();
                tally
            }
        });
        let tallies = schedule.run(runs);
        let total = |metric| tallies.iter().map(|tally| tally.get(metric)).sum::<u64>();
        assert_eq!((outside.counts(), outside.outbox().len()), (vec![21], 1), "seed {seed}");
        assert_eq!((total(ProcessorMetric::Occurrences), total(ProcessorMetric::Duplicates)), (21, 12), "seed {seed}");
        assert_eq!((total(ProcessorMetric::IssuesOpened), outside.residues.count()), (1, 0), "seed {seed}");
    }
}
