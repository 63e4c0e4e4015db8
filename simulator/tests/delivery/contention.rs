//! Two hundred invocations that meet the same error at once, a merge in the middle of them, and batches with many issues in common.

use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use skywarden_core::{
    envelope::Sealed,
    issue::{Committed, IssueChange, SHARDS, merge},
    metric::name::ProcessorMetric,
    pipeline::{Classification, Notification, Tally},
    port::{Clock as _, IssueStore as _},
};

use crate::{
    logs::{batch, batch_at, error, plan, word},
    outside::Outside,
    schedule::{Schedule, Scheduled},
    small,
};

const INVOCATIONS: usize = 200;

fn deadline(outside: &Outside<Scheduled>) -> Timestamp {
    outside.now().checked_add(SignedDuration::from_secs(60)).unwrap()
}

/// Runs one invocation for each batch, all at once.
fn all_at_once(schedule: &Schedule, outside: &Outside<Scheduled>, batches: &[Vec<u8>], steps: &[u64]) -> Tally {
    let classification = &Classification::new(&plan(steps)).unwrap();
    let runs = batches.iter().map(|batch| async move {
        let mut tally = Tally::default();
        classification.run(Sealed::Gzip(batch), &outside.classification(), deadline(outside), &mut tally).await.unwrap();
        tally
    });
    let mut total = Tally::default();
    schedule.run(runs).iter().for_each(|tally| total.merge(tally));
    total
}

/// Ids of the outbox without the fingerprint.
fn told(outside: &Outside<Scheduled>) -> Vec<String> {
    outside.outbox().iter().map(|id| id[33..].to_owned()).collect()
}

#[test]
fn a_new_issue_under_two_hundred_invocations_counts_exactly_and_gives_one_message() {
    let batches: Vec<Vec<u8>> = (0..INVOCATIONS).map(|number| batch(&format!("s{number}"), &vec![error("KeyError"); 1 + number % 3])).collect();
    let occurrences: usize = (0..INVOCATIONS).map(|number| 1 + number % 3).sum();
    for seed in 0..8 {
        let schedule = Schedule::new(seed);
        let outside = Outside::new(|_| schedule.world());
        let total = all_at_once(&schedule, &outside, &batches, &[]);
        let issue = outside.issues.issues().remove(0);
        assert_eq!(usize::try_from(issue.count).unwrap(), occurrences, "seed {seed}");
        assert_eq!(usize::try_from(total.get(ProcessorMetric::Occurrences)).unwrap(), occurrences);
        assert_eq!((total.get(ProcessorMetric::IssuesOpened), total.get(ProcessorMetric::Residues)), (1, 0), "seed {seed}");
        assert_eq!((issue.shards, told(&outside)), (SHARDS, vec!["new".to_owned()]), "seed {seed}");
        assert!(schedule.conflicts() > 100 && schedule.elapsed_ms() < 20_000, "seed {seed}: {} conflicts, {} ms", schedule.conflicts(), schedule.elapsed_ms());

        // Everything in the queue and five ticks: one message.
        let notification = &Notification::new(plan(&[])).unwrap();
        let ids: Vec<String> = std::iter::from_fn(|| outside.queue.take()).collect();
        let outside = &outside;
        schedule.run(std::iter::once(async move {
            assert!(notification.on_entries(&ids, &outside.notification(), deadline(outside), &mut Tally::default()).await.is_empty());
            for _ in 0..5 {
                outside.sleep(std::time::Duration::from_mins(7)).await;
                notification.on_tick(&outside.notification(), deadline(outside), &mut Tally::default()).await.unwrap();
            }
        }));
        assert_eq!(outside.publisher.count(), 1, "seed {seed}");
    }
}

#[test]
fn a_step_that_many_pass_together_is_told_once() {
    let batches: Vec<Vec<u8>> = (0..INVOCATIONS).map(|number| batch(&format!("s{number}"), &[error("KeyError")])).collect();
    for seed in 100..108 {
        let schedule = Schedule::new(seed);
        let outside = Outside::new(|_| schedule.world());
        // The last step is the very last occurrence.
        all_at_once(&schedule, &outside, &batches, &[150, 200]);
        let mut told = told(&outside);
        told.sort();
        assert_eq!(told.first().map(String::as_str), Some("new"));
        assert_eq!(told.last().map(String::as_str), Some("reached-200"), "seed {seed}: {told:?}");
        assert_eq!(outside.counts(), [200], "seed {seed}");
    }
}

#[test]
fn a_step_that_invocations_pass_together_in_different_shards_is_told_once() {
    let batches: Vec<Vec<u8>> = (0..50).map(|number| batch(&format!("s{number}"), &[error("KeyError")])).collect();
    for seed in 200..230 {
        let schedule = Schedule::new(seed);
        let outside = Outside::new(|_| schedule.world());
        all_at_once(&schedule, &outside, &batches[..40], &[]);
        all_at_once(&schedule, &outside, &batches[40..], &[50]);
        let reached = told(&outside).into_iter().filter(|id| id == "reached-50").count();
        assert_eq!((outside.counts(), reached), (vec![50], 1), "seed {seed}");
    }
}

#[test]
fn invocations_with_many_issues_in_common_get_through() {
    let lines: Vec<String> = (0..40).map(|kind| error(&format!("Kind{}Error", word(kind)))).collect();
    let batches: Vec<Vec<u8>> = (0..50).map(|number| batch(&format!("s{number}"), &lines)).collect();
    let schedule = Schedule::new(7);
    let outside = Outside::new(|_| schedule.world());
    let total = all_at_once(&schedule, &outside, &batches, &[]);
    assert_eq!((outside.counts(), total.get(ProcessorMetric::Residues)), (vec![50; 40], 0));
    assert_eq!((outside.outbox().len(), total.get(ProcessorMetric::IssuesOpened)), (40, 40));
    assert!(schedule.elapsed_ms() < 40_000, "{} ms", schedule.elapsed_ms());
}

#[test]
fn an_issue_nobody_shares_stays_in_one_item() {
    let schedule = Schedule::new(1);
    let outside = Outside::new(|_| schedule.world());
    for number in 0..30 {
        all_at_once(&schedule, &outside, &[batch(&format!("s{number}"), &[error("KeyError")])], &[]);
    }
    let issue = outside.issues.issues().remove(0);
    assert_eq!((issue.count, issue.shards, schedule.conflicts()), (30, 0, 0));
}

/// Milliseconds of a day and an hour, after which an issue that has been calm may be folded.
const CALM_MS: i64 = 25 * 3_600_000;

/// Batches with one line each, of a time after the start.
fn later(name: &str, count: usize, after_ms: i64, lines: &[String]) -> Vec<Vec<u8>> {
    (0..count).map(|number| batch_at(&format!("{name}{number}"), lines, small::START_MS + after_ms)).collect()
}

#[test]
fn an_issue_that_was_shared_is_back_in_one_item_after_a_calm_day() {
    let lines = [error("KeyError")];
    for seed in 300..310 {
        let schedule = Schedule::new(seed);
        let outside = Outside::new(|_| schedule.world());
        all_at_once(&schedule, &outside, &later("storm", 40, 0, &lines), &[41]);
        assert_eq!(outside.issues.issues()[0].shards, SHARDS, "seed {seed}");
        // One by one, within the day and after it.
        for (place, after_ms) in [3_600_000, CALM_MS - 7_200_000].into_iter().enumerate() {
            all_at_once(&schedule, &outside, &later(&format!("quiet{place}-"), 1, after_ms, &lines), &[41]);
            assert_eq!(outside.issues.issues()[0].shards, SHARDS, "seed {seed}: not a day yet");
        }
        let conflicts = schedule.conflicts();
        all_at_once(&schedule, &outside, &later("after", 1, CALM_MS, &lines), &[41]);
        let issue = outside.issues.issues().remove(0);
        assert_eq!((issue.count, issue.shards, issue.spread.is_none()), (43, 0, true), "seed {seed}");
        all_at_once(&schedule, &outside, &later("last", 1, CALM_MS + 1000, &lines), &[41]);
        assert_eq!((outside.counts(), schedule.conflicts()), (vec![44], conflicts), "seed {seed}");
        // And again when it is shared again.
        let total = all_at_once(&schedule, &outside, &later("again", 40, CALM_MS + 2000, &lines), &[41]);
        assert_eq!((outside.counts(), outside.issues.issues()[0].shards), (vec![84], SHARDS), "seed {seed}");
        assert_eq!((told(&outside), total.get(ProcessorMetric::IssuesOpened)), (vec!["new".to_owned(), "reached-41".to_owned()], 0), "seed {seed}");
    }
}

#[test]
fn a_storm_in_which_everybody_would_fold_counts_exactly_and_tells_each_step_once() {
    let lines = [error("KeyError")];
    for seed in 400..408 {
        let schedule = Schedule::new(seed);
        let outside = Outside::new(|_| schedule.world());
        all_at_once(&schedule, &outside, &later("storm", 40, 0, &lines), &[100, 240]);
        let began = schedule.elapsed_ms();
        // With batches of the first storm that come late, and some again.
        let mut batches = later("after", INVOCATIONS, CALM_MS, &lines);
        batches.extend(later("storm", 60, 0, &lines));
        let total = all_at_once(&schedule, &outside, &batches, &[100, 240]);
        assert_eq!((outside.counts(), total.get(ProcessorMetric::Duplicates)), (vec![260], 40), "seed {seed}");
        let mut told = told(&outside);
        told.sort();
        assert_eq!(told, ["new", "reached-100", "reached-240"], "seed {seed}");
        assert_eq!(total.get(ProcessorMetric::Residues), 0, "seed {seed}");
        assert!(schedule.elapsed_ms() - began < 20_000, "seed {seed}: {} ms", schedule.elapsed_ms() - began);
    }
}

#[test]
fn a_batch_folds_as_many_issues_as_fit_its_transactions_and_the_next_ones_the_others() {
    let lines: Vec<String> = (0..40).map(|kind| error(&format!("Kind{}Error", word(kind)))).collect();
    let schedule = Schedule::new(9);
    let outside = Outside::new(|_| schedule.world());
    all_at_once(&schedule, &outside, &later("storm", 30, 0, &lines), &[]);
    let spread = || outside.issues.issues().iter().filter(|issue| issue.shards > 0).count();
    let few = |number: usize| lines[number * 4..number * 4 + 4].to_vec();
    let all = spread();
    assert!(all > 20, "{all}");
    // A full part has no room for a fold; the rest of the batch has.
    all_at_once(&schedule, &outside, &later("full", 1, CALM_MS, &lines), &[]);
    assert!((all - 7..all).contains(&spread()), "{} of {all}", spread());
    for number in 0..10 {
        all_at_once(&schedule, &outside, &later(&format!("few{number}-"), 1, CALM_MS + 1000, &few(number)), &[]);
    }
    assert_eq!((spread(), outside.counts()), (0, vec![32; 40]));
    assert_eq!(outside.residues.count(), 0);
}

#[test]
fn a_merge_in_the_middle_of_a_storm_loses_no_count_and_later_ones_land_in_the_other_issue() {
    let lines = [error("LeftError"), error("RightError")];
    for seed in 0..30 {
        // In every third run each count would fold, as the person's change does.
        let mut batches = later("first", 30, 0, &lines);
        batches.extend(later("then", 30, if seed % 3 == 0 { CALM_MS } else { 0 }, &lines));
        let schedule = Schedule::new(seed);
        let outside = Outside::new(|_| schedule.world());
        // Some counts first, so that both issues are there and spread.
        all_at_once(&schedule, &outside, &batches[..30], &[]);
        let (outside, classification) = (&outside, &Classification::new(&plan(&[])).unwrap());
        assert!(outside.issues.issues().iter().all(|issue| issue.shards == SHARDS), "seed {seed}");
        let fingerprints: Vec<_> = outside.issues.issues().into_iter().map(|issue| issue.fingerprint).collect();
        let person = async {
            for round in 0_u64.. {
                outside.sleep(std::time::Duration::from_millis(15 + round % 7 * 20)).await;
                let mut both = outside.load(&fingerprints).await.unwrap();
                both.sort_by(|left, right| left.fingerprint.cmp(&right.fingerprint));
                let versions = [both[0].version, both[1].version];
                let merged = merge(&both[0], &both[1], outside.now()).unwrap();
                let changes = [(merged.alias, versions[0]), (merged.into, versions[1])].map(|(issue, version)| IssueChange {
                    issue,
                    expected: Some(version),
                    entry: None,
                });
                if outside.change(&changes).await.unwrap() == Committed::Done {
                    return;
                }
            }
        };
        let mut runs: Vec<futures::future::LocalBoxFuture<'_, ()>> = vec![person.boxed_local()];
        for batch in &batches[30..] {
            runs.push(Box::pin(async move {
                classification.run(Sealed::Gzip(batch), &outside.classification(), deadline(outside), &mut Tally::default()).await.unwrap();
            }));
        }
        schedule.run(runs.into_iter());
        let issues = outside.issues.issues();
        let (alias, into): (Vec<_>, Vec<_>) = issues.iter().partition(|issue| issue.merged_into.is_some());
        assert_eq!((alias.len(), into.len()), (1, 1), "seed {seed}");
        // Everything that was in the alias is in the other one, and nothing was counted in the alias afterwards.
        assert_eq!(into[0].count, 120, "seed {seed}: {} in the alias", alias[0].count);
        assert!(alias[0].spread.is_none(), "seed {seed}");
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let batches: Vec<Vec<u8>> = (0..50).map(|number| batch(&format!("s{number}"), &[error("KeyError")])).collect();
    let run = || {
        let schedule = Schedule::new(3);
        let outside = Outside::new(|_| schedule.world());
        all_at_once(&schedule, &outside, &batches, &[10]);
        (schedule.elapsed_ms(), schedule.conflicts(), outside.outbox())
    };
    assert_eq!(run(), run());
}
