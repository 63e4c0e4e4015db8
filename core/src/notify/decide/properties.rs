//! What holds for every sequence of occasions and ticks.

use std::collections::BTreeSet;

use proptest::{prelude::*, sample::Index};

use super::{
    tests::{Desk, at, named, occasion},
    *,
};
use crate::{
    issue::{Transition, Why},
    plan::{MessageLimit, QuietHours},
    severity::Severity,
};

/// What happens after so many seconds.
#[derive(Clone, Debug)]
struct Step {
    seconds: i64,
    occasions: Vec<Occasion>,
}

fn transition() -> impl Strategy<Value = Transition> {
    prop_oneof![
        3 => Just(Transition::New),
        1 => Just(Transition::Regressed),
        1 => Just(Transition::Escalating { count: 50, minutes: 10, limit: 10 }),
        1 => Just(Transition::Resolved),
        2 => prop_oneof![Just(10), Just(100), Just(1_000)].prop_map(|step| Transition::Reached { step }),
    ]
}

fn any_occasion(categories: &'static [&'static str]) -> impl Strategy<Value = Occasion> {
    let severity = prop_oneof![1 => Just(Severity::Critical), 3 => Just(Severity::Error), 2 => Just(Severity::Warning), 1 => Just(Severity::Info)];
    let silence = prop_oneof![8 => Just(None), 1 => Just(Some(Silence::Ignored)), 1 => Just(Some(Silence::Rule))];
    let place = (0_u64..120, 0_usize..5, prop::sample::select(categories));
    (place, severity, transition(), silence, 0_i64..10).prop_map(|((number, service, category), severity, transition, silence, hour)| {
        let mut occasion = occasion(number, &format!("s{service}"), category, severity, transition);
        occasion.silence = silence;
        occasion.at = at(hour * 3600);
        named(occasion)
    })
}

const ANY: &[&str] = &["bug", "network", "throttling", "oom", "database"];
const NO_NOISE: &[&str] = &["bug", "oom", "database"];

fn steps(categories: &'static [&'static str], seconds: std::ops::Range<i64>) -> impl Strategy<Value = Vec<Step>> {
    let step = (seconds, prop::collection::vec(any_occasion(categories), 0..12));
    prop::collection::vec(step.prop_map(|(seconds, occasions)| Step { seconds, occasions }), 1..40)
}

fn policy() -> impl Strategy<Value = NotifyPolicy> {
    let limit = (1_u32..8, 1_u32..5, 60_u32..2_000).prop_map(|(route, service, period_seconds)| MessageLimit { route, service, period_seconds });
    let quiet = prop_oneof![
        Just(None),
        (0_u16..1440, 1_u16..1440).prop_map(|(from_minute, length)| Some(QuietHours {
            from_minute,
            until_minute: (from_minute + length) % 1440,
            except: vec![Severity::Critical],
            time_zone: "Europe/Berlin".to_owned(),
            time_zone_rule: "CET-1CEST,M3.5.0,M10.5.0/3".to_owned(),
        }))
    ];
    (limit, quiet, 0_u32..120, 30_u32..900, any::<bool>()).prop_map(|(limit, quiet, group_wait_seconds, digest_seconds, resolved)| NotifyPolicy {
        resolved,
        group_wait_seconds,
        digest_seconds,
        limit,
        quiet,
        ..NotifyPolicy::default()
    })
}

/// Lets time pass until nothing is due. Gives what was sent meanwhile.
fn drain(desk: &mut Desk) -> Vec<Told> {
    let mut sent = Vec::new();
    for _ in 0..10_000 {
        let Some(due) = desk.ledger.next_due() else { return sent };
        sent.extend(desk.look(due, &[], Some(&[])).messages);
    }
    panic!("it never comes to rest: {:?}", desk.ledger);
}

fn notices(messages: &[Told]) -> u64 {
    messages.iter().map(|told| told.listed() + told.suppressed()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Also with a clock that goes back now and then.
    #[test]
    fn every_occasion_ends_in_one_line_or_one_count(policy in policy(), steps in steps(ANY, -200..2_000)) {
        let mut desk = Desk::new(&policy);
        let (mut now, mut sent) = (0, 0);
        let mut keys = BTreeSet::new();
        for step in &steps {
            now += step.seconds;
            let decision = desk.decide(at(now), &step.occasions);
            sent += notices(&decision.messages);
            for occasion in &step.occasions {
                let fresh = keys.insert(occasion.notice.clone());
                let held = decision.held.iter().filter(|held| held.key == occasion.notice).count();
                let told = decision.messages.iter().flat_map(Told::issues).any(|issue| issue.brief.fingerprint == occasion.brief.fingerprint);
                prop_assert!(told || held > 0, "{} is neither told nor held", occasion.notice);
                prop_assert!(!fresh || held <= step.occasions.iter().filter(|other| other.notice == occasion.notice).count());
            }
            let all = u64::try_from(keys.len()).unwrap();
            prop_assert_eq!(sent + desk.ledger.waiting() + desk.ledger.counted(), all);
            let own: BTreeSet<_> = decision.messages.iter().map(|told| &told.id).collect();
            prop_assert_eq!(own.len(), decision.messages.len());
        }
        sent += notices(&drain(&mut desk));
        prop_assert_eq!(desk.ledger.waiting(), 0);
        let all = u64::try_from(keys.len()).unwrap();
        prop_assert_eq!(sent + desk.ledger.counted(), all);
        prop_assert!(desk.ledger.counts.iter().all(|count| !matches!(count.reason, Suppression::Inhibited | Suppression::TooMany)));
    }

    #[test]
    fn no_window_has_more_messages_than_the_buckets_and_no_two_digests_are_too_near(policy in policy(), steps in steps(ANY, 0..300)) {
        let mut desk = Desk::new(&policy);
        let mut now = 0;
        let mut sent = Vec::new();
        for step in &steps {
            now += step.seconds;
            sent.extend(desk.decide(at(now), &step.occasions).messages);
        }
        sent.extend(drain(&mut desk));
        let (digests, others): (Vec<Told>, Vec<Told>) = sent.into_iter().partition(|told| matches!(told.why, Why::Digest { .. }));
        for pair in digests.windows(2) {
            prop_assert!(pair[1].at.duration_since(pair[0].at).as_secs() >= i64::from(policy.digest_seconds));
        }
        let bounded = |messages: &[&Told], capacity: u32, rate: Rate| {
            for (place, first) in messages.iter().enumerate() {
                for (further, last) in messages.iter().enumerate().skip(place) {
                    let filled = last.at.duration_since(first.at).as_secs() / i64::from(rate.interval_seconds);
                    let limit = i64::from(capacity) + filled;
                    prop_assert!(i64::try_from(further - place).unwrap() < limit, "{} messages from {} to {}", further - place + 1, first.at, last.at);
                }
            }
            Ok(())
        };
        bounded(&others.iter().collect::<Vec<_>>(), desk.sending.route.capacity, desk.sending.route)?;
        let ordinary: Vec<&Told> = others.iter().filter(|told| !matches!(told.why, Why::Critical | Why::CriticalTogether { .. })).collect();
        bounded(&ordinary, desk.sending.route.capacity - desk.sending.reserve, desk.sending.route)?;
        for service in 0..5 {
            let service = format!("s{service}");
            let of: Vec<&Told> = ordinary.iter().copied().filter(|told| told.sections[0].service == service).collect();
            bounded(&of, desk.sending.service.capacity, desk.sending.service)?;
        }
    }

    #[test]
    fn critical_is_told_at_once_unless_every_token_is_used(policy in policy(), steps in steps(ANY, 0..600)) {
        let mut desk = Desk::new(&policy);
        let mut now = 0;
        for step in &steps {
            now += step.seconds;
            let free = desk.ledger.route_tokens(desk.sending.route, at(now));
            let decision = desk.decide(at(now), &step.occasions);
            for occasion in step.occasions.iter().filter(|occasion| occasion.is_critical() && occasion.silence.is_none()) {
                if matches!(occasion.transition, Transition::Reached { .. }) {
                    continue;
                }
                let held: Vec<&HeldReason> = decision.held.iter().filter(|held| held.key == occasion.notice).map(|held| &held.reason).collect();
                let told = decision.messages.iter().flat_map(Told::issues).any(|issue| issue.brief.fingerprint == occasion.brief.fingerprint);
                let before = held.contains(&&HeldReason::Duplicate);
                prop_assert!(told || before || free == 0, "{} with {free} tokens: {held:?}", occasion.notice);
            }
        }
    }

    #[test]
    fn the_same_occasions_again_change_nothing(policy in policy(), steps in steps(ANY, 0..600)) {
        let (mut once, mut twice) = (Desk::new(&policy), Desk::new(&policy));
        let mut now = 0;
        for step in &steps {
            now += step.seconds;
            let first = once.decide(at(now), &step.occasions);
            let doubled: Vec<Occasion> = step.occasions.iter().chain(&step.occasions).cloned().collect();
            let second = twice.decide(at(now), &doubled);
            prop_assert_eq!(&first.messages, &second.messages);
            prop_assert_eq!(&first.ledger, &second.ledger);
            let again = twice.decide(at(now), &step.occasions);
            prop_assert!(again.messages.is_empty());
            prop_assert!(again.held.iter().all(|held| held.reason == HeldReason::Duplicate));
        }
    }

    #[test]
    fn the_order_within_a_batch_does_not_matter(policy in policy(), steps in steps(ANY, 0..600), turn in any::<Index>()) {
        let (mut straight, mut turned) = (Desk::new(&policy), Desk::new(&policy));
        let mut now = 0;
        for step in &steps {
            now += step.seconds;
            let mut occasions = step.occasions.clone();
            // Equal keys with different facts are one occasion; which of them counts is the order's to say.
            let mut keys = BTreeSet::new();
            occasions.retain(|occasion| keys.insert(occasion.notice.clone()));
            let first = straight.decide(at(now), &occasions);
            if !occasions.is_empty() {
                let by = turn.index(occasions.len());
                occasions.rotate_left(by);
            }
            prop_assert_eq!(first, turned.decide(at(now), &occasions));
        }
    }

    /// Ticks each second or each minute change when something is told, not what.
    #[test]
    fn the_rate_of_ticks_changes_the_time_only(policy in policy(), steps in steps(NO_NOISE, 1..300)) {
        let few: Vec<Step> = steps.into_iter().take(8).map(|step| Step { occasions: step.occasions.into_iter().take(4).collect(), ..step }).collect();
        let run = |tick: i64| {
            let mut desk = Desk::new(&policy);
            let (mut now, mut sent) = (0, Vec::new());
            for step in &few {
                let until = now + step.seconds;
                for second in now + 1..until {
                    if second % tick == 0 {
                        sent.extend(desk.decide(at(second), &[]).messages);
                    }
                }
                now = until;
                sent.extend(desk.decide(at(now), &step.occasions).messages);
            }
            sent.extend(drain(&mut desk));
            let told: BTreeSet<String> = sent.iter().flat_map(Told::issues).map(|issue| issue.brief.fingerprint.to_string()).collect();
            (told, notices(&sent) + desk.ledger.counted(), sent.iter().map(Told::listed).sum::<u64>())
        };
        prop_assert_eq!(run(1), run(60));
    }
}
