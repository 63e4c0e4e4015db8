//! Late, duplicated and out-of-order batches, and batches that were cut otherwise, give the same end state.

use std::collections::BTreeSet;

use proptest::{prelude::*, sample::Index};
use skywarden_core::{
    issue::{Action, Announced, Ignore, Issue, IssueState},
    severity::Severity,
};

use crate::seen::{DAY, Desk, HOUR, MINUTE, Seen, at};

/// Something that is written to the store.
#[derive(Clone, Debug)]
enum Write {
    /// A delivered batch with its id.
    Batch(usize, Vec<Seen>),
    /// What a person did, and when.
    Act(Action, i64),
}

fn version() -> impl Strategy<Value = String> {
    prop_oneof!["1\\.[0-9]{1,2}\\.0", "v2\\.[0-3]", "[0-9a-f]{7}", Just(String::new())]
}

/// Times close together and often the same, where the event's id has to decide, and times over more than everything that is kept.
fn second() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => (0_i64..6).prop_map(|step| 99 * DAY + 12 * HOUR + step * 7 * MINUTE),
        3 => 99 * DAY..99 * DAY + 12 * HOUR,
        2 => 98 * DAY..99 * DAY,
        2 => 89 * DAY..99 * DAY,
        1 => 0..99 * DAY,
    ]
}

fn seen() -> impl Strategy<Value = Seen> {
    let class = prop_oneof![
        Just(("throttling", Severity::Warning)),
        Just(("throttling", Severity::Critical)),
        Just(("bug", Severity::Error)),
        Just(("dependency", Severity::Error))
    ];
    (second(), "s[0-9]{1,2}", version(), "(u[0-9]{1,2})?", class).prop_map(|(second, service, version, user, (category, severity))| Seen {
        id: 0,
        second,
        service,
        version,
        user,
        category,
        severity,
    })
}

fn action() -> impl Strategy<Value = (Action, i64)> {
    let action = prop_oneof![
        Just(Action::Resolve { in_version: None }),
        version().prop_map(|version| Action::Resolve { in_version: Some(version) }),
        Just(Action::Ignore(Ignore::Forever)),
        (90 * DAY..101 * DAY).prop_map(|second| Action::Ignore(Ignore::Until(at(second)))),
        Just(Action::Reopen),
        "[a-c]".prop_map(|to| Action::Assign { to }),
    ];
    (action, 89 * DAY..101 * DAY)
}

/// What a person does while an issue is loud.
fn loud_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        Just(Action::Resolve { in_version: None }),
        Just(Action::Ignore(Ignore::UntilEscalating)),
        (1_u64..200).prop_map(|more| Action::Ignore(Ignore::More(more))),
        Just(Action::Reopen),
    ]
}

/// Occurrences in batches of arbitrary cut.
fn batches(seen: &[Seen], cuts: &[Index]) -> Vec<Write> {
    let places: BTreeSet<usize> = cuts.iter().map(|cut| cut.index(seen.len())).chain([0]).collect();
    let mut ends: Vec<usize> = places.into_iter().collect();
    ends.push(seen.len());
    ends.windows(2)
        .filter(|ends| ends[0] < ends[1])
        .map(|ends| seen[ends[0]..ends[1]].to_vec())
        .enumerate()
        .map(|(id, batch)| Write::Batch(id, batch))
        .collect()
}

/// Writes as the store does: a batch whose marker is there changes nothing. What people do to an issue that does not exist yet waits for it.
fn written(writes: &[Write], as_of: i64) -> Issue {
    let mut desk = Desk::default();
    let mut markers = BTreeSet::new();
    let mut waiting = Vec::new();
    for write in writes {
        match write {
            Write::Batch(id, batch) => {
                if markers.insert(*id) {
                    desk.count(batch, at(as_of));
                }
            }
            Write::Act(action, when) => waiting.push((action, when)),
        }
        if let Some(issue) = &mut desk.issue {
            for (action, when) in waiting.drain(..) {
                if let Some((changed, _)) = issue.act(action, "ann", at(*when)) {
                    *issue = changed;
                }
            }
        }
    }
    desk.issue.unwrap()
}

/// The document without what depends on the number of writes and on what was told when.
fn end(issue: &Issue, as_of: i64) -> (Issue, String) {
    let issue = Issue { version: 0, state: issue.state_at(at(as_of)), announced: Announced::default(), ..issue.clone() };
    let text = serde_json::to_string(&issue).unwrap();
    (issue, text)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_order_and_every_cut_gives_one_document(
        seen in prop::collection::vec(seen(), 1..60),
        acts in prop::collection::vec(action(), 0..5),
        cuts in prop::array::uniform2(prop::collection::vec(any::<Index>(), 0..8)),
        order in prop::collection::vec(any::<Index>(), 30),
        again in prop::collection::vec((any::<Index>(), any::<Index>()), 0..8),
        shuffled in Just(()).prop_perturb(|(), mut random| random.next_u64()),
    ) {
        let mut seen = seen;
        for (id, one) in (0..).zip(&mut seen) {
            one.id = id;
        }
        let acts: Vec<Write> = acts.into_iter().map(|(action, when)| Write::Act(action, when)).collect();
        let straight: Vec<Write> = batches(&seen, &cuts[0]).into_iter().chain(acts.clone()).collect();
        // Other batches of the same occurrences: in another order of the events, cut at other places, delivered in another order, some twice or more.
        let mut other = seen.clone();
        other.sort_by_key(|one| u64::from(one.id).wrapping_mul(shuffled | 1).rotate_left(17));
        let mut crooked: Vec<Write> = batches(&other, &cuts[1]).into_iter().chain(acts).collect();
        for pair in order.chunks(2) {
            let length = crooked.len();
            crooked.swap(pair[0].index(length), pair[1].index(length));
        }
        for (which, place) in again {
            let copy = crooked[which.index(crooked.len())].clone();
            crooked.insert(place.index(crooked.len() + 1), copy);
        }
        let last = seen.iter().map(|one| one.second).max().unwrap();
        let (left, right) = (written(&straight, last), written(&crooked, last));
        for as_of in [last, last - 10 * MINUTE, last + 20 * MINUTE, last + DAY, 0] {
            prop_assert_eq!(end(&left, as_of), end(&right, as_of));
        }
        prop_assert_eq!(left.announced.count, right.announced.count);
        prop_assert_eq!(left.count, u64::try_from(seen.len()).unwrap());
    }

    #[test]
    fn nothing_is_told_twice_and_nobody_is_told_of_what_is_silent(
        seen in prop::collection::vec((prop_oneof![0..6 * HOUR, 3 * HOUR..4 * HOUR], 1_usize..40, prop_oneof![0..MINUTE, 0..40 * MINUTE]), 1..40),
        acts in prop::collection::vec((any::<Index>(), loud_action()), 0..6),
    ) {
        // Batches in the order in which they arrive, each a while after it happened.
        let mut batches: Vec<(i64, i64, usize)> = seen.into_iter().map(|(second, count, late)| (second + late, second, count)).collect();
        batches.sort_unstable();
        let mut desk = Desk::default();
        let mut told: Vec<String> = Vec::new();
        for (place, (arrival, second, count)) in batches.iter().enumerate() {
            let before = desk.told.len();
            desk.count(&vec![Seen::at(*second); *count], at(*arrival));
            let new = &desk.told[before..];
            prop_assert!(new.len() <= 1);
            prop_assert!(new.is_empty() || !matches!(desk.issue().state, IssueState::Resolved | IssueState::Ignored));
            told.extend(new.iter().cloned());
            for (_, action) in acts.iter().filter(|(at, _)| at.index(batches.len()) == place) {
                if let Some((changed, announcement)) = desk.issue().act(action, "ann", at(*arrival)) {
                    told.extend(announcement.map(|announcement| announcement.id));
                    desk.issue = Some(changed);
                }
            }
        }
        let distinct: BTreeSet<&String> = told.iter().collect();
        prop_assert_eq!(distinct.len(), told.len(), "{:?}", told);
        prop_assert!(told[0].ends_with("-new"));
    }

    #[test]
    fn what_an_escalation_woke_stays_awake_and_nothing_else_wakes_it(
        seen in prop::collection::vec((0..30 * HOUR, 1_usize..30), 1..40),
        ignored in 0..30 * HOUR,
    ) {
        let mut seen = seen;
        seen.sort_unstable();
        let mut desk = Desk::default();
        let mut woken = false;
        desk.count(&[Seen::at(0)], at(0));
        desk.issue = Some(desk.issue().act(&Action::Ignore(Ignore::UntilEscalating), "ann", at(ignored)).unwrap().0);
        for (second, count) in seen {
            desk.count(&vec![Seen::at(second); count], at(second));
            let episode = desk.issue().escalation(at(second));
            woken |= episode.is_some_and(|episode| episode.since > at(ignored));
            prop_assert_eq!(desk.issue().state == IssueState::Ignored, !woken);
        }
    }
}
