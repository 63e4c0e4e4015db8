//! What an issue takes at most, and usually.

use jiff::Timestamp;
use skywarden_core::{
    error::classify::Class,
    issue::{
        Action, Commit, DeedKind, Facts, Issue, MAX_ISSUE_BYTES, MAX_ITEM_BYTES, MAX_ITEM_FRAME, MAX_SERVICES, MAX_TRANSACTION_BYTES, MAX_VERSION_SAMPLES,
        MAX_VERSIONS, Occurrence, SHARDS, Sample, Shard, apply, count,
    },
    plan::Retry,
    severity::Severity,
};

use crate::seen::{DAY, Desk, HOUR, MINUTE, STEPS, Seen, at, batch, fingerprint};

/// The longest text that is at all likely, and the most expensive in JSON.
fn long(seed: usize) -> String {
    format!("{seed}{}", "\u{1}\"\n\\ä€\u{1}\u{1}".repeat(2000))
}

fn worst(second: i64, seed: usize) -> Facts {
    let text = long(seed);
    let class = Class {
        category: text.clone(),
        severity: Severity::Critical,
        retry: Retry::Maybe,
        rule: text.clone(),
        evidence: text.clone(),
        first_step: text.clone(),
        notify: true,
    };
    Facts::of(Occurrence {
        at: Timestamp::from_millisecond(at(second).as_millisecond() + 123).unwrap(),
        service: &text,
        version: &format!("{seed}.{seed}-{text}"),
        user: &text,
        kind: &text,
        template: &text,
        coarse: &fingerprint(9),
        class: &class,
        sample: Sample {
            event_id: text.clone(),
            message: text.clone(),
            stack: text.clone(),
            request_id: text.clone(),
            trace_id: text.clone(),
            log_group: text.clone(),
            log_stream: text.clone(),
        },
    })
}

/// The issue that takes the most of everything.
fn worst_issue() -> Issue {
    // Every window of every width is full, with many more services, versions and users than are kept.
    let mut facts = worst(0, 0);
    for window in 0..=95 * 24 {
        facts.join(&worst(window * HOUR, usize::try_from(window).unwrap()));
    }
    for window in 0..300 {
        facts.join(&worst(94 * DAY + window * 5 * MINUTE, usize::try_from(window).unwrap()));
    }
    let users: Vec<Seen> = (0..20_000).map(|user| Seen { user: format!("u{user}"), service: "~".to_owned(), ..Seen::at(95 * DAY) }).collect();
    facts.join(&batch(&users));
    // Thousands of millions in every window.
    for _ in 0..33 {
        let same = facts.clone();
        facts.join(&same);
    }
    let issue = apply(None, &fingerprint(1), &facts, &STEPS, at(95 * DAY)).0;
    let issue = issue.act(&Action::Assign { to: long(1) }, &long(2), at(95 * DAY)).unwrap().0;
    let issue = issue.act(&Action::Resolve { in_version: Some(long(3)) }, &long(2), at(95 * DAY)).unwrap().0;
    let mut issue = Issue { merged_into: Some(fingerprint(3)), alias_depth: 8, shards: u8::MAX, version: u64::MAX - 2, ..issue };
    issue.done_by(&long(2), DeedKind::Forgotten, at(95 * DAY));
    issue
}

fn size(document: &impl serde::Serialize) -> usize {
    serde_json::to_vec(document).unwrap().len()
}

#[test]
fn the_worst_issue_fits() {
    let issue = worst_issue();
    assert_eq!((issue.services.len(), issue.versions.seen().len()), (MAX_SERVICES, MAX_VERSIONS));
    assert_eq!(issue.versions.seen().iter().filter(|seen| seen.sample.is_some()).count(), MAX_VERSION_SAMPLES);
    assert_eq!((issue.recent.iter().count(), issue.hours.iter().count(), issue.days.iter().count()), (289, 193, 91));
    let size = size(&issue);
    assert!(size <= MAX_ISSUE_BYTES, "{size} bytes");
    assert!(size > MAX_ISSUE_BYTES * 3 / 4, "{size} bytes: the test no longer reaches the bounds");
}

#[test]
fn a_part_of_the_worst_groups_is_one_transaction_and_with_one_group_more_it_is_none() {
    let issue = Issue { said: None, merged_into: None, shards: SHARDS, ..worst_issue() };
    let step = issue.count * 2 + 1;
    let shard = Shard { version: u64::MAX - 1, folded: u64::MAX - 2, facts: Some(issue.facts.clone()) };
    let stored = issue.clone().gather(vec![shard; usize::from(SHARDS)]).unwrap();
    let counted = count(Some(&stored), &stored.fingerprint, &issue.facts, &[step, u64::MAX], at(95 * DAY), false, 0);
    let (change, shard) = (counted.change.unwrap(), counted.shard.unwrap());
    let documents = [size(&change.issue), size(change.entry.as_ref().unwrap()), size(shard.shard.facts.as_ref().unwrap())];
    assert!(documents.iter().all(|&bytes| bytes <= MAX_ITEM_BYTES - 512), "{documents:?}: no room for keys and versions");
    let groups = Commit::MAX_GROUPS;
    assert_eq!((groups, groups * Commit::ACTIONS_PER_GROUP, Commit::MAX_ACTIONS), (33, 99, 99));
    let bytes = groups * (documents.iter().sum::<usize>() + 3 * MAX_ITEM_FRAME) + MAX_ITEM_FRAME;
    assert!(bytes <= MAX_TRANSACTION_BYTES, "{bytes} bytes");
    assert!((groups + 1) * Commit::ACTIONS_PER_GROUP > Commit::MAX_ACTIONS);
}

#[test]
fn a_usual_issue_takes_few_kilobytes() {
    let stack = "  File \"/var/task/app/orders.py\", line 42, in place\n    price = prices[sku]\n".repeat(8);
    let seen = |second: i64, user: i64| Seen { user: format!("user-{user}"), ..Seen::at(second) };
    let size = |desk: &Desk| {
        let mut issue = desk.issue().clone();
        issue.facts.sample.stack.clone_from(&stack);
        issue.facts.sample.event_id = "3".repeat(56);
        if let Some(first) = &mut issue.facts.first_sample {
            first.stack.clone_from(&stack);
            first.event_id = "3".repeat(56);
        }
        serde_json::to_string(&issue).unwrap().len()
    };
    let mut once = Desk::default();
    once.see(&[seen(0, 1)]);
    let mut weekly = Desk::default();
    for hour in 0..7 * 24 {
        weekly.see(&[seen(hour * HOUR, hour)]);
    }
    let mut busy = Desk::default();
    for window in 0..9 * 24 * 12 {
        busy.see(&[seen(window * 5 * MINUTE, window), seen(window * 5 * MINUTE + 1, window + 1)]);
    }
    let sizes = [size(&once), size(&weekly), size(&busy)];
    assert!(sizes[0] < 2_200 && sizes[1] < 4_000 && sizes[2] < 6_000, "{sizes:?}");
}

#[test]
fn totals_are_exact_whatever_is_not_kept_apart() {
    let seen: Vec<Seen> =
        (0..100).map(|number| Seen { service: format!("s{number:03}"), ..Seen::in_version(number * 2 * DAY, &format!("1.{number}")) }).collect();
    let facts = batch(&seen);
    assert_eq!((facts.count, facts.services.len(), facts.other_services()), (100, MAX_SERVICES, 80));
    assert_eq!(facts.versions.seen().iter().map(|seen| seen.count).sum::<u64>() + facts.versions.others().count, 100);
    assert_eq!((facts.days.iter().count(), facts.hours.iter().count(), facts.recent.iter().count()), (46, 5, 1));
    // A late event of 60 days ago counts in its day, and not in an hour that is no longer kept.
    let mut late = facts.clone();
    late.join(&Seen::at(198 * DAY - 60 * DAY).facts());
    assert_eq!((late.count, late.days.iter().count(), &late.hours, &late.recent), (101, 46, &facts.hours, &facts.recent));
    assert_eq!(late.days.times().find(|(day, _)| *day == at(138 * DAY)).unwrap().1, 2);
}
