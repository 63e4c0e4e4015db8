//! The outside fails, effects are kept, and redrive delivers them: exactly once, however often and by however many it is run.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says by a panic what went wrong")]

mod outside;
#[path = "../small/mod.rs"]
#[expect(dead_code, reason = "this test uses the plan, others the replay")]
mod small;

use std::{collections::BTreeMap, io::Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::executor::block_on;
use jiff::SignedDuration;
use serde_json::{Value, json};
use skywarden_core::{
    pipeline::MARKER_LIFE,
    plan::MetricRule,
    port::{Clock as _, Failure, Letter, PortResult, ResidueStore as _},
    redrive::{Bucket, Kept, Kind, LetterCount, Outcome, Redrive, Selection},
};
use skywarden_simulator::memory::{MemoryClock, MemoryResidues};

use outside::Outside;

const EXTRACTOR: &str = "small-prod-metrics-extractor";
const CLASSIFIER: &str = "small-prod-error-classifier";
const NOTIFIER: &str = "small-prod-alert-notifier";

/// A plan with metrics in two namespaces, so that one batch makes two requests.
fn plan() -> skywarden_core::plan::Plan {
    let mut plan = small::plan();
    let other = MetricRule { namespace: "small/prod/other".to_owned(), ..plan.rules[0].clone() };
    plan.rules.push(other);
    plan
}

fn batch(id: &str, line: &str) -> Value {
    let batch = json!({
        "messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "/small/api", "logStream": "s",
        "logEvents": [{"id": id, "timestamp": small::START_MS, "message": line}],
    });
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(batch.to_string().as_bytes()).unwrap();
    json!({"awslogs": {"data": STANDARD.encode(gzip.finish().unwrap())}})
}

fn alarm() -> Value {
    let message = json!({"AlarmName": "small-prod-api-error-rate", "NewStateValue": "ALARM", "StateChangeTime": "2026-11-20T13:00:00.123+0000"}).to_string();
    json!({"Records": [{"Sns": {"Message": message}}]})
}

const REQUEST: &str = r#"{"level":"INFO","message":"request","route":"/orders","ms":25}"#;
const ERROR: &str = r#"{"level":"ERROR","message":"failed","error":{"type":"GatewayError","message":"refused ann@example.com"}}"#;

fn redrive(outside: &Outside) -> Redrive<'_, MemoryResidues, Outside, Outside, MemoryClock> {
    Redrive {
        prefix: "small-prod",
        residues: Bucket { name: "residue", archive: &outside.residues },
        failed: Bucket { name: "failed", archive: &outside.failed },
        functions: outside,
        letters: outside,
        clock: outside.clock.as_ref(),
    }
}

/// Replays everything: what each object became, by the kind of the residue.
fn replay(outside: &Outside) -> BTreeMap<String, Outcome> {
    let redrive = redrive(outside);
    let found = block_on(redrive.find(&Selection::default())).unwrap();
    replay_these(outside, &found)
}

fn replay_these(outside: &Outside, found: &[Kept]) -> BTreeMap<String, Outcome> {
    let mut outcomes = BTreeMap::new();
    block_on(redrive(outside).replay(found, &mut |kept, outcome| {
        let kinds = if kept.kind == Kind::Residue { ["metrics", "issues", "notice"].as_slice() } else { &[] };
        let kind = *kinds.iter().find(|kind| kept.object.key.contains(&format!("-{kind}-"))).unwrap_or(&"record");
        outcomes.insert(kind.to_owned(), outcome.clone());
    }))
    .unwrap();
    outcomes
}

/// One residue of each kind, kept because the outside was broken.
fn with_one_of_each(failure: Failure) -> Outside {
    let outside = Outside::new(plan(), small::START_MS, failure);
    outside.set_broken(true);
    block_on(outside.run(EXTRACTOR, batch("1", REQUEST))).unwrap();
    block_on(outside.run(CLASSIFIER, batch("2", ERROR))).unwrap();
    block_on(outside.run(NOTIFIER, alarm())).unwrap();
    // An outside that may recover is tried for as long as the outbox holds the entry.
    for _ in 0..15 {
        block_on(outside.clock.sleep(std::time::Duration::from_hours(2)));
        let _ = block_on(outside.run(NOTIFIER, json!({"skywarden": "tick"})));
    }
    let keys: Vec<String> = outside.residues.all().into_keys().collect();
    assert_eq!(keys.len(), 3, "{keys:?}");
    assert!(outside.puts.lock().unwrap().is_empty() && outside.issues.issues().is_empty() && outside.publisher.published().is_empty());
    outside
}

fn effects(outside: &Outside) -> (usize, Vec<u64>, usize) {
    let counts = outside.issues.issues().iter().map(|issue| issue.count).collect();
    let told = outside.publisher.published().iter().filter(|published| published.message.subject.contains("error rate")).count();
    (outside.puts.lock().unwrap().len(), counts, told)
}

#[test]
fn each_kind_is_delivered_once_however_often_it_is_replayed() {
    for failure in [Failure::Rejected, Failure::Unavailable] {
        let outside = with_one_of_each(failure);
        let kept = outside.residues.all();
        for body in kept.values() {
            assert!(!String::from_utf8_lossy(body).contains("ann@example.com"), "a residue is masked");
        }
        // Still broken: everything stays, and says why.
        for outcome in replay(&outside).values() {
            assert!(matches!(outcome, Outcome::Undelivered { code, .. } if code == "broken"), "{outcome:?}");
        }
        assert_eq!(outside.residues.all(), kept);
        outside.set_broken(false);
        let delivered = replay(&outside);
        assert_eq!(delivered["metrics"], Outcome::Delivered { done: 2, known: 0 }, "{failure:?}");
        assert_eq!(delivered["issues"], Outcome::Delivered { done: 1, known: 0 });
        assert_eq!(delivered["notice"], Outcome::Delivered { done: 1, known: 0 });
        assert_eq!(outside.residues.count(), 0);
        assert_eq!(effects(&outside), (2, vec![1], 1));

        // The same objects again: nothing happens.
        for (key, body) in &kept {
            block_on(outside.residues.put(key, body)).unwrap();
        }
        let again = replay(&outside);
        assert_eq!(again["metrics"], Outcome::Delivered { done: 0, known: 2 });
        assert_eq!(again["issues"], Outcome::Delivered { done: 0, known: 1 });
        assert_eq!(again["notice"], Outcome::Delivered { done: 0, known: 1 });
        for _ in 0..3 {
            block_on(outside.clock.sleep(std::time::Duration::from_mins(2)));
            block_on(outside.run(NOTIFIER, json!({"skywarden": "tick"}))).unwrap();
        }
        assert_eq!(effects(&outside), (2, vec![1], 1), "{failure:?}");
        // Nor does the batch itself count twice, should Lambda bring it again.
        block_on(outside.run(EXTRACTOR, batch("1", REQUEST))).unwrap();
        block_on(outside.run(CLASSIFIER, batch("2", ERROR))).unwrap();
        assert_eq!(effects(&outside), (2, vec![1], 1));
    }
}

#[test]
fn two_people_at_once_are_as_good_as_one() {
    let outside = with_one_of_each(Failure::Rejected);
    outside.set_broken(false);
    let found = block_on(redrive(&outside).find(&Selection::default())).unwrap();
    let run = || async {
        let redrive = redrive(&outside);
        redrive.replay(&found, &mut |_, _| {}).await
    };
    let both: (PortResult<()>, PortResult<()>) = block_on(futures::future::join(run(), run()));
    assert_eq!(both, (Ok(()), Ok(())));
    assert_eq!((effects(&outside), outside.residues.count()), ((2, vec![1], 1), 0));
}

#[test]
fn of_metric_data_that_were_sent_in_part_only_the_rest_is_sent() {
    let outside = with_one_of_each(Failure::Rejected);
    outside.set_broken(false);
    outside.sink_takes(1);
    let first = replay(&outside);
    assert!(matches!(&first["metrics"], Outcome::Undelivered { code, .. } if code == "broken"), "{first:?}");
    assert_eq!(outside.puts.lock().unwrap().len(), 1);
    // At once: what was not sent was given back, nobody waits for a claim to run out.
    outside.sink_takes(usize::MAX);
    assert_eq!(replay(&outside)["metrics"], Outcome::Delivered { done: 1, known: 1 });
    let puts = outside.puts.lock().unwrap();
    let mut namespaces: Vec<&str> = puts.iter().map(|request| request.namespace.as_str()).collect();
    namespaces.sort_unstable();
    assert_eq!(namespaces, ["small/prod/api", "small/prod/other"]);
}

#[test]
fn an_unknown_outcome_is_not_given_back_and_is_sent_again_when_its_claim_has_run_out() {
    let outside = with_one_of_each(Failure::Ambiguous);
    outside.set_broken(false);
    outside.sink_takes(0);
    assert!(matches!(replay(&outside)["metrics"], Outcome::Undelivered { .. }));
    outside.sink_takes(usize::MAX);
    assert!(matches!(&replay(&outside)["metrics"], Outcome::Undelivered { code, .. } if code == "batch-busy"));
    block_on(outside.clock.sleep(std::time::Duration::from_mins(2)));
    assert_eq!(replay(&outside)["metrics"], Outcome::Delivered { done: 2, known: 0 });
}

/// Lambda's record of a failed invocation.
fn record(function: &str, event: &Value) -> Vec<u8> {
    let arn = format!("arn:aws:lambda:eu-west-1:123456789012:function:{function}:$LATEST");
    json!({"version": "1.0", "requestContext": {"functionArn": arn, "condition": "RetriesExhausted"}, "requestPayload": event,
        "responsePayload": {"errorType": "outside-failed", "errorMessage": "a line of the log"}})
    .to_string()
    .into_bytes()
}

#[test]
fn the_record_of_a_failed_invocation_goes_through_the_function_once_more() {
    let outside = Outside::new(plan(), small::START_MS, Failure::Rejected);
    let put = |key: &str, body: &[u8]| block_on(outside.failed.put(key, body)).unwrap();
    put("aws/lambda/async/small-prod-metrics-extractor/2026/11/20/a", &record(EXTRACTOR, &batch("1", REQUEST)));
    let described = {
        let redrive = redrive(&outside);
        let found = block_on(redrive.find(&Selection::default())).unwrap();
        assert_eq!((found.len(), found[0].kind, found[0].function.as_deref()), (1, Kind::FailedInvocation, Some(EXTRACTOR)));
        block_on(redrive.look(&found[0])).unwrap().unwrap()
    };
    assert_eq!((described.what.as_str(), described.reason.as_str()), ("failed invocation", "outside-failed (RetriesExhausted)"));
    assert_eq!(replay(&outside)["record"], Outcome::Delivered { done: 1, known: 0 });
    assert_eq!((outside.puts.lock().unwrap().len(), outside.failed.count()), (2, 0));
    // A record of an event source mapping has the function inside only.
    put("aws/lambda/c4b7b1c2/shardId-000000000001/2026/11/20/b", &record(EXTRACTOR, &batch("1", REQUEST)));
    assert_eq!(replay(&outside)["record"], Outcome::Delivered { done: 1, known: 0 });
    assert_eq!(outside.puts.lock().unwrap().len(), 2, "the batch is known");
    // What can never be read stays.
    put("aws/lambda/async/small-prod-error-classifier/2026/11/20/c", &record(CLASSIFIER, &json!({"awslogs": {"data": "bm90IGd6aXA="}})));
    assert!(matches!(&replay(&outside)["record"], Outcome::Undelivered { code, .. } if code == "batch-not-gzip"));
    assert_eq!(outside.failed.count(), 1);
}

#[test]
fn what_is_not_ours_is_never_invoked_with_and_stays() {
    let outside = Outside::new(plan(), small::START_MS, Failure::Rejected);
    let put = |store: &MemoryResidues, key: &str, body: &[u8]| block_on(store.put(key, body)).unwrap();
    let wrong: [(&str, &[u8], &str); 4] = [
        ("aws/lambda/async/another-function/x", &record("another-function", &json!({})), "function-unknown"),
        ("aws/lambda/uuid/shard/x", br#"{"requestContext":{}}"#, "function-unknown"),
        ("aws/lambda/async/small-prod-error-classifier/x", b"{", "object-unreadable"),
        ("aws/lambda/async/small-prod-error-classifier/y", &vec![b' '; skywarden_core::redrive::MAX_PAYLOAD_BYTES + 1], "object-unreadable"),
    ];
    for (key, body, code) in wrong {
        put(&outside.failed, key, body);
        assert!(matches!(&replay(&outside)["record"], Outcome::Undelivered { code: found, .. } if found == code), "{key}");
        let kept = block_on(redrive(&outside).find(&Selection::default())).unwrap().remove(0);
        block_on(skywarden_core::port::ResidueArchive::delete(&outside.failed, &kept.object)).unwrap();
    }
    // A residue of a newer version, and one that was put where another function's are.
    let residue =
        |format: u32| json!({"format": format, "source": "0".repeat(32), "at": "2026-11-20T13:00:00Z", "reason": "r", "effects": {"metrics": []}}).to_string();
    put(&outside.residues, "residue/metrics-extractor/2026/11/20/x-metrics-0.json", residue(99).as_bytes());
    assert!(matches!(&replay(&outside)["metrics"], Outcome::Undelivered { code, .. } if code == "residue-too-new"));
    put(&outside.residues, "residue/metrics-extractor/2026/11/20/x-metrics-0.json", residue(2).as_bytes());
    assert_eq!(replay(&outside)["metrics"], Outcome::Delivered { done: 0, known: 0 });
    put(&outside.residues, "residue/error-classifier/2026/11/20/x-issues-0.json", residue(2).as_bytes());
    assert!(matches!(&replay(&outside)["issues"], Outcome::Undelivered { code, .. } if code == "residue-foreign"));
}

#[test]
fn a_selection_is_by_function_time_and_number_and_the_oldest_come_first() {
    let outside = Outside::new(plan(), small::START_MS, Failure::Rejected);
    let functions = ["metrics-extractor", "error-classifier", "alert-notifier"];
    for (hour, function) in (0..3).zip(functions) {
        outside.clock.set_ms(small::START_MS + hour * 3_600_000);
        block_on(outside.residues.put(&format!("residue/{function}/z"), b"{}")).unwrap();
    }
    outside.clock.set_ms(small::START_MS + (MARKER_LIFE.as_secs() + 86_400) * 1000);
    let found = |selection: Selection| -> Vec<String> {
        let found = block_on(redrive(&outside).find(&selection)).unwrap();
        found.into_iter().filter_map(|kept| kept.function).collect()
    };
    assert_eq!(found(Selection::default()), [EXTRACTOR, CLASSIFIER, NOTIFIER]);
    assert_eq!(found(Selection { function: Some("error-classifier".to_owned()), ..Selection::default() }), [CLASSIFIER]);
    assert_eq!(found(Selection { limit: Some(1), ..Selection::default() }), [EXTRACTOR]);
    let since = jiff::Timestamp::from_millisecond(small::START_MS + 3_600_000).unwrap();
    assert_eq!(found(Selection { since: Some(since), ..Selection::default() }), [CLASSIFIER, NOTIFIER]);
    let all = block_on(redrive(&outside).find(&Selection::default())).unwrap();
    let now = outside.clock.now();
    assert!(all.iter().all(|kept| kept.is_past_markers(now)));
    let earlier = now.checked_sub(SignedDuration::from_hours(48)).unwrap();
    assert!(all.iter().all(|kept| !kept.is_past_markers(earlier)));
}

#[test]
fn more_objects_than_a_page_are_all_found() {
    let outside = Outside::new(plan(), small::START_MS, Failure::Rejected);
    for number in 0..2_500 {
        block_on(outside.residues.put(&format!("residue/metrics-extractor/{number:05}"), b"{}")).unwrap();
    }
    assert_eq!(block_on(redrive(&outside).find(&Selection::default())).unwrap().len(), 2_500);
}

#[test]
fn dead_letters_of_objects_that_are_gone_are_taken_off_and_strange_ones_are_named() {
    let outside = Outside::new(plan(), small::START_MS, Failure::Rejected);
    block_on(outside.residues.put("residue/metrics-extractor/still there", b"{}")).unwrap();
    let written =
        |bucket: &str, key: &str| json!({"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}]});
    let letters = [
        written("residue", "residue/metrics-extractor/gone").to_string(),
        written("residue", "residue/metrics-extractor/still+there").to_string(),
        written("another", "x").to_string(),
        json!({"Service": "Amazon S3", "Event": "s3:TestEvent"}).to_string(),
        "alarm-small-prod-api-error-rate-1-firing".to_owned(),
        json!({"Type": "Notification", "Message": "secret"}).to_string(),
    ];
    *outside.more_letters.lock().unwrap() =
        letters.into_iter().enumerate().map(|(place, body)| Letter { id: place.to_string(), receipt: place.to_string(), body }).collect();
    let count = block_on(redrive(&outside).settle_letters()).unwrap();
    let LetterCount { answered, open, strange } = &count;
    assert_eq!((*answered, *open), (3, 2), "{count:?}");
    assert_eq!(strange.iter().map(|strange| (strange.id.as_str(), strange.shape.as_str())).collect::<Vec<_>>(), [("5", "{Message: string, Type: string}")]);
    let again = block_on(redrive(&outside).settle_letters()).unwrap();
    assert_eq!((again.answered, again.open, again.strange.len()), (0, 2, 1));
}
