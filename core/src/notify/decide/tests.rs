//! The rules, one by one.

use super::*;
use crate::{
    issue::{Brief, Fingerprint, Form, Placing, Transition, Why},
    plan::{MessageLimit, QuietHours},
    severity::Severity,
};

pub(super) fn at(second: i64) -> Timestamp {
    // 20 November 2026, 12:00 UTC.
    Timestamp::from_second(1_795_176_000 + second).unwrap()
}

pub(super) fn fingerprint(number: u64) -> Fingerprint {
    serde_json::from_str(&format!("\"{number:032x}\"")).unwrap()
}

pub(super) fn occasion(number: u64, service: &str, category: &str, severity: Severity, transition: Transition) -> Occasion {
    let count = if let Transition::Reached { step } = transition { step } else { 1 };
    named(Occasion {
        notice: String::new(),
        brief: Brief {
            fingerprint: fingerprint(number),
            headline: format!("E{number}: boom"),
            severity,
            count,
            usual_per_day: None,
            first_seen: at(0),
            last_seen: at(0),
            first_step: String::new(),
        },
        service: service.to_owned(),
        category: category.to_owned(),
        transition,
        at: at(0),
        silence: None,
    })
}

/// With the id its notice has: the step for growth, and an episode an hour for what can happen again.
pub(super) fn named(occasion: Occasion) -> Occasion {
    let hour = occasion.at.as_second().div_euclid(3600);
    let (fingerprint, word) = (&occasion.brief.fingerprint, occasion.transition.as_str());
    let notice = match occasion.transition {
        Transition::New => format!("{fingerprint}-{word}"),
        Transition::Reached { step } => format!("{fingerprint}-{word}-{step}"),
        Transition::Regressed | Transition::Escalating { .. } | Transition::Resolved => format!("{fingerprint}-{word}-{hour}"),
    };
    Occasion { notice, ..occasion }
}

fn error(number: u64) -> Occasion {
    occasion(number, "shop", "bug", Severity::Error, Transition::New)
}

fn critical(number: u64) -> Occasion {
    occasion(number, "shop", "oom", Severity::Critical, Transition::New)
}

/// One route through time.
pub(super) struct Desk {
    pub(super) ledger: Ledger,
    pub(super) sending: Sending,
}

impl Desk {
    pub(super) fn new(policy: &NotifyPolicy) -> Self {
        Self { ledger: Ledger::default(), sending: Sending::new(policy).unwrap() }
    }

    pub(super) fn decide(&mut self, now: Timestamp, occasions: &[Occasion]) -> Decision {
        self.look(now, occasions, None)
    }

    pub(super) fn look(&mut self, now: Timestamp, occasions: &[Occasion], sightings: Option<&[Sighting]>) -> Decision {
        let decision = decide(self.ledger.clone(), "oncall", &Input { occasions, sightings }, now, &self.sending);
        self.ledger = decision.ledger.clone();
        decision
    }

    fn messages(&mut self, second: i64, occasions: &[Occasion]) -> Vec<Told> {
        self.decide(at(second), occasions).messages
    }

    fn reasons(&mut self, second: i64, occasions: &[Occasion]) -> Vec<HeldReason> {
        self.decide(at(second), occasions).held.into_iter().map(|held| held.reason).collect()
    }
}

fn desk() -> Desk {
    Desk::new(&NotifyPolicy::default())
}

fn lines(told: &Told) -> Vec<&str> {
    told.issues().map(|issue| issue.brief.headline.as_str()).collect()
}

#[test]
fn the_first_of_a_kind_waits_half_a_minute_for_more_and_is_one_message() {
    let mut desk = desk();
    let decision = desk.decide(at(0), &[error(1)]);
    assert_eq!((decision.messages.len(), decision.next_due), (0, Some(at(30))));
    assert_eq!(decision.held[0].reason, HeldReason::Gathering { wait_seconds: 30, until: at(30) });
    assert!(desk.messages(29, &[error(2)]).is_empty());
    let told = desk.messages(30, &[error(3)]);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].form, &told[0].why, told[0].listed()), (Form::Group, &Why::First { waited_seconds: 30 }, 3));
    assert_eq!(desk.ledger.next_due(), Some(at(30 + 4 * 3600)), "only the repetition is left");
}

#[test]
fn one_issue_is_a_message_of_its_own_and_several_steps_are_one_line_with_the_highest() {
    let mut desk = desk();
    let reached = |step| occasion(1, "shop", "bug", Severity::Error, Transition::Reached { step });
    desk.decide(at(0), &[error(1), reached(10)]);
    desk.decide(at(5), &[reached(1000)]);
    let told = desk.messages(31, &[reached(100)]);
    assert_eq!(told[0].form, Form::Alone);
    let issue = told[0].issues().next().unwrap();
    assert_eq!((issue.transitions.clone(), issue.notices, issue.brief.count), (vec![Transition::New, Transition::Reached { step: 1000 }], 4, 1000));
}

#[test]
fn what_comes_after_the_first_message_is_told_in_a_digest_every_five_minutes() {
    let mut desk = desk();
    desk.decide(at(0), &[error(1)]);
    desk.decide(at(30), &[]);
    assert_eq!(desk.reasons(40, &[error(2)]), [HeldReason::Digest { told_at: at(30), until: at(330) }]);
    desk.decide(at(50), &[error(3)]);
    assert!(desk.messages(329, &[]).is_empty());
    let told = desk.messages(330, &[]);
    // Of one service and category it is written like any other message.
    assert_eq!((told[0].form, &told[0].why), (Form::Group, &Why::Digest { every_seconds: 300 }));
    assert_eq!(lines(&told[0]), ["E3: boom", "E2: boom"]);
    assert_eq!(told[0].sections[0].placing, Placing::Later { told_at: at(30) });
    // Another kind within the interval shares the next digest, it gets no second one.
    desk.decide(at(340), &[error(4)]);
    assert!(desk.messages(400, &[]).is_empty());
    assert_eq!(desk.messages(630, &[])[0].listed(), 1);
    // Long after the last digest, what comes later still gathers for the wait.
    assert_eq!(desk.reasons(2000, &[error(5)]), [HeldReason::Digest { told_at: at(630), until: at(2030) }]);
    assert_eq!(desk.messages(2030, &[]).len(), 1);
}

#[test]
fn critical_is_told_in_the_same_instant_with_what_waits_in_its_group() {
    let mut desk = desk();
    let minor = occasion(9, "shop", "oom", Severity::Error, Transition::New);
    desk.decide(at(0), &[minor]);
    let told = desk.messages(3, &[critical(1)]);
    assert_eq!((told.len(), &told[0].why, lines(&told[0])), (1, &Why::Critical, vec!["E1: boom", "E9: boom"]));
    // Another critical issue of the same kind seconds later does not wait either; growth of a known one does.
    assert_eq!(desk.messages(4, &[critical(2)]).len(), 1);
    let grown = |step| occasion(1, "shop", "oom", Severity::Critical, Transition::Reached { step });
    assert_eq!(desk.reasons(5, &[grown(10)]), [HeldReason::Digest { told_at: at(4), until: at(304) }]);
    assert_eq!(desk.messages(304, &[])[0].listed(), 1);
    assert_eq!(desk.messages(700, &[grown(100)])[0].why, Why::Critical, "minutes after the last message growth is news");
}

#[test]
fn many_critical_kinds_at_once_share_one_message_and_without_a_token_the_digest() {
    let mut desk = desk();
    let of = |number: u64| occasion(number, &format!("s{number}"), "oom", Severity::Critical, Transition::New);
    let told = desk.messages(0, &[of(1), of(2), of(3), of(4)]);
    assert_eq!((told.len(), told[0].sections.len(), &told[0].why), (1, 4, &Why::CriticalTogether { groups: 4, free: 3 }));
    for number in 5..10 {
        assert_eq!(desk.messages(1, &[of(number)]).len(), 1);
    }
    // The bucket of six is empty. A digest is free, so it takes it at once; the next one waits for the digest after.
    let told = desk.messages(2, &[of(10)]);
    assert_eq!((&told[0].why, &told[0].sections[0].placing), (&Why::Digest { every_seconds: 300 }, &Placing::Limited));
    assert_eq!(desk.reasons(3, &[of(11)]), [HeldReason::Limited { messages: 6, period_seconds: 900, until: at(302) }]);
}

#[test]
fn ordinary_messages_leave_half_of_the_bucket_and_more_kinds_than_tokens_share_a_digest() {
    let mut desk = desk();
    let of = |number: u64| occasion(number, &format!("s{number}"), "bug", Severity::Error, Transition::New);
    desk.decide(at(0), &[of(1), of(2)]);
    assert_eq!(desk.messages(30, &[]).len(), 2);
    desk.decide(at(31), &[of(3), of(4)]);
    let told = desk.messages(61, &[]);
    assert_eq!((told.len(), told[0].form, told[0].sections.len()), (1, Form::Digest, 2));
    assert_eq!(desk.messages(62, &[critical(7)]).len(), 1, "three tokens were left for this");
}

#[test]
fn a_service_has_a_bucket_of_its_own() {
    let policy = NotifyPolicy { limit: MessageLimit { route: 10, service: 1, period_seconds: 900 }, ..NotifyPolicy::default() };
    let mut desk = Desk::new(&policy);
    desk.decide(
        at(0),
        &[error(1), occasion(2, "shop", "conflict", Severity::Warning, Transition::New), occasion(3, "pay", "bug", Severity::Error, Transition::New)],
    );
    let told = desk.messages(30, &[]);
    let forms: Vec<_> = told.iter().map(|told| (told.form, told.sections[0].service.as_str())).collect();
    assert_eq!(forms, [(Form::Alone, "pay"), (Form::Alone, "shop"), (Form::Alone, "shop")]);
    assert_eq!(told.iter().filter(|told| matches!(told.why, Why::Digest { .. })).count(), 1);
}

#[test]
fn network_and_throttling_are_noise_while_something_critical_happens_in_the_service() {
    let mut desk = desk();
    let noise = |number, service: &str, category: &str| occasion(number, service, category, Severity::Error, Transition::New);
    desk.decide(at(0), &[noise(1, "shop", "network")]);
    // Noise that waits already and noise in the same batch; other services and categories are not concerned.
    let decision = desk.decide(at(10), &[noise(2, "shop", "throttling"), noise(3, "pay", "network"), noise(4, "shop", "bug"), critical(5)]);
    assert_eq!(decision.messages.len(), 1);
    assert!(decision.held.contains(&Held { key: noise(2, "shop", "throttling").notice, reason: HeldReason::Suppressed(Suppression::Inhibited) }));
    assert_eq!(desk.ledger.counted(), 2);
    assert_eq!(desk.messages(40, &[]).len(), 2, "pay/network and shop/bug");
    // Alone the noise makes no digest while the critical counts as happening; afterwards it does.
    let over = i64::from(FIRING_SECONDS) + 10;
    assert!(desk.messages(over - 1, &[]).is_empty());
    let told = desk.messages(over, &[]);
    assert_eq!((told[0].form, told[0].listed(), told[0].suppressed()), (Form::Digest, 0, 2));
    assert_eq!(desk.ledger.counted(), 0);
    desk.decide(at(over + 1), &[noise(6, "shop", "network")]);
    assert_eq!(desk.messages(over + 31, &[])[0].listed(), 1, "no longer noise");
}

#[test]
fn what_comes_back_twice_in_an_hour_is_two_notices_by_their_episodes() {
    let mut desk = Desk::new(&NotifyPolicy::default());
    let mut back = occasion(1, "shop", "oom", Severity::Critical, Transition::Regressed);
    let told = |desk: &mut Desk, back: &Occasion, second: i64| desk.decide(at(second), std::slice::from_ref(back)).messages.len();
    assert_eq!(told(&mut desk, &back, 0), 1);
    assert_eq!(told(&mut desk, &back, 10), 0, "the same notice again");
    back.notice.push_str("-resolved-again");
    assert_eq!(told(&mut desk, &back, 20), 1);
}

#[test]
fn noise_is_news_again_once_the_critical_issue_is_resolved_whether_that_is_told_or_not() {
    for told in [true, false] {
        let mut desk = Desk::new(&NotifyPolicy { resolved: told, ..NotifyPolicy::default() });
        desk.decide(at(0), &[critical(1)]);
        let mut resolved = critical(1);
        resolved.transition = Transition::Resolved;
        let decision = desk.decide(at(10), &[named(resolved.clone()), occasion(2, "shop", "network", Severity::Error, Transition::New)]);
        let untold = Held { key: named(resolved).notice, reason: HeldReason::Suppressed(Suppression::Unwanted) };
        assert_eq!((decision.held.contains(&untold), desk.ledger.counted()), (!told, u64::from(!told)), "the noise is not counted");
        assert_eq!(desk.messages(40, &[])[0].listed(), 1);
    }
}

#[test]
fn what_still_happens_after_four_hours_is_told_again_and_what_does_not_is_forgotten() {
    let mut desk = desk();
    desk.decide(at(0), &[error(1), occasion(2, "pay", "bug", Severity::Error, Transition::New)]);
    assert_eq!(desk.messages(30, &[]).len(), 2);
    let due = 30 + 4 * 3600;
    assert!(desk.ledger.to_look_up(4 * 3600, at(due - 1)).is_empty());
    assert_eq!(desk.ledger.to_look_up(4 * 3600, at(due)), [fingerprint(2), fingerprint(1)]);
    assert!(desk.messages(due, &[]).is_empty(), "nobody has looked");
    let sighting = |number, count| {
        let mut brief = error(number).brief;
        brief.count = count;
        brief.last_seen = at(due - 60);
        Sighting { brief, silent: false }
    };
    let decision = desk.look(at(due), &[], Some(&[sighting(1, 51), sighting(2, 1)]));
    assert_eq!(decision.messages.len(), 1);
    assert_eq!(decision.messages[0].sections[0].placing, Placing::Repeat { told_at: at(30), more: 50 });
    assert_eq!(decision.messages[0].why, Why::Digest { every_seconds: 300 }, "people know it: no message of its own");
    assert_eq!(decision.next_due, Some(at(due + 4 * 3600)), "pay is forgotten");
    let rare = Sighting { brief: Brief { last_seen: at(due + 3 * 3600), ..sighting(1, 99).brief }, silent: false };
    let (ledger, later) = (desk.ledger.clone(), at(due + 4 * 3600));
    assert_eq!(desk.look(later, &[], Some(&[rare])).messages.len(), 0, "not seen for an hour");
    desk.ledger = ledger;
    let silent = Sighting { silent: true, ..sighting(1, 99) };
    let decision = desk.look(at(due + 4 * 3600), &[], Some(&[silent]));
    assert_eq!((decision.messages.len(), decision.next_due), (0, None));
}

#[test]
fn a_critical_repetition_is_a_message_of_its_own() {
    let mut desk = desk();
    desk.decide(at(0), &[critical(1)]);
    let due = 4 * 3600;
    let brief = Brief { count: 7, last_seen: at(due - 5), ..critical(1).brief };
    let told = desk.look(at(due), &[], Some(&[Sighting { brief, silent: false }])).messages;
    assert_eq!(told[0].why, Why::Repeat { after_seconds: 4 * 3600 });
}

#[test]
fn quiet_hours_hold_back_all_but_what_they_except_and_end_with_one_message() {
    let quiet = QuietHours {
        from_minute: 22 * 60,
        until_minute: 7 * 60,
        except: vec![Severity::Critical],
        time_zone: "UTC".to_owned(),
        time_zone_rule: "UTC0".to_owned(),
    };
    let mut desk = Desk::new(&NotifyPolicy { quiet: Some(quiet), ..NotifyPolicy::default() });
    let (ten, seven) = (10 * 3600, 19 * 3600);
    assert_eq!(desk.reasons(ten, &[error(1)]), [HeldReason::Quiet { until: at(seven) }]);
    assert_eq!(desk.messages(ten + 3600, &[critical(2)]).len(), 1, "critical wakes people");
    assert!(desk.messages(seven - 1, &[]).is_empty());
    desk.look(at(15 * 3600), &[], Some(&[]));
    assert_eq!(desk.ledger.next_due(), Some(at(seven)), "the critical one is over");
    let told = desk.messages(seven, &[]);
    assert_eq!((told.len(), &told[0].sections[0].placing, told[0].listed()), (1, &Placing::Quiet, 1));
}

#[test]
fn what_is_silent_is_counted_makes_no_message_and_stands_in_the_next_digest() {
    let mut desk = Desk::new(&NotifyPolicy { new: false, ..NotifyPolicy::default() });
    let regressed = |number| occasion(number, "shop", "bug", Severity::Error, Transition::Regressed);
    let mut ignored = regressed(1);
    ignored.silence = Some(Silence::Ignored);
    let mut ruled = critical(2);
    ruled.silence = Some(Silence::Rule);
    let unwanted_step = occasion(3, "shop", "bug", Severity::Error, Transition::Reached { step: 11 });
    let reasons = desk.reasons(0, &[ignored, ruled, error(4), unwanted_step]);
    let of = HeldReason::Suppressed;
    assert_eq!(reasons, [of(Suppression::Rule), of(Suppression::Ignored), of(Suppression::Unwanted), of(Suppression::Unwanted)]);
    assert_eq!(desk.ledger.next_due(), None);
    assert!(desk.messages(100_000, &[]).is_empty());
    desk.decide(at(100_000), &[regressed(5)]);
    desk.decide(at(100_030), &[]);
    desk.decide(at(100_031), &[regressed(6)]);
    let told = desk.messages(100_400, &[]);
    assert_eq!((told[0].listed(), told[0].suppressed()), (1, 4));
}

#[test]
fn each_bound_holds_and_is_counted_when_it_bites() {
    let mut desk = desk();
    let listed = u64::try_from(MAX_LISTED).unwrap();
    let flood: Vec<Occasion> = (0..listed + 7).map(error).collect();
    let held = desk.reasons(0, &flood);
    assert_eq!(held.iter().filter(|reason| **reason == HeldReason::Suppressed(Suppression::TooMany)).count(), 7);
    assert_eq!((desk.ledger.waiting(), desk.ledger.counted()), (listed, 7));
    let told = desk.messages(0, &[critical(1_000)]);
    assert_eq!(told[0].listed(), 1, "what is critical takes the place of the least urgent");

    // Groups: a full house of groups that wait takes no other; idle ones make room.
    let mut desk = Desk::new(&NotifyPolicy::default());
    let groups = u64::try_from(MAX_GROUPS).unwrap();
    let of = |number: u64| occasion(number, &format!("s{number:03}"), "bug", Severity::Error, Transition::New);
    for number in 0..groups + 5 {
        let second = i64::try_from(number).unwrap() * 400;
        desk.decide(at(second), &[of(number)]);
        desk.decide(at(second + 31), &[]);
    }
    assert_eq!((desk.ledger.groups.len(), desk.ledger.forgotten()), (MAX_GROUPS, 5));

    // Keys of occasions.
    let mut desk = Desk::new(&NotifyPolicy { at: (2..5_000).collect(), ..NotifyPolicy::default() });
    let steps: Vec<Occasion> = (2..).take(MAX_SEEN + 3).map(|step| occasion(1, "shop", "bug", Severity::Error, Transition::Reached { step })).collect();
    desk.decide(at(0), &steps);
    assert_eq!((desk.ledger.seen.len(), desk.ledger.forgotten()), (MAX_SEEN, 3));

    // Services in which something critical happens, and their buckets.
    let mut ledger = Ledger::default();
    for number in 0..MAX_FIRING + 2 {
        ledger.fire(&format!("s{number}"), &fingerprint(1), at(i64::try_from(number).unwrap()));
    }
    assert!(ledger.firing.len() == MAX_FIRING && !ledger.firing.contains_key("s1"));
    let names: Vec<String> = (0..MAX_BUCKETS + 2).map(|number| format!("s{number}")).collect();
    let rate = Rate::new(3, 900);
    ledger.take_tokens(names.iter().map(String::as_str), rate, rate, at(0));
    assert_eq!((ledger.services.len(), ledger.forgotten()), (MAX_BUCKETS, 4));
    for number in 0..MAX_COUNTS * 2 {
        ledger.count(Suppression::TooMany, &format!("s{number}"), 1, at(0));
        ledger.count(Suppression::Ignored, &format!("s{number}"), 1, at(0));
    }
    assert!(ledger.counts.len() <= MAX_COUNTS, "{}", ledger.counts.len());
    assert_eq!(ledger.counted(), u64::try_from(MAX_COUNTS * 4).unwrap());
}

#[test]
fn a_full_ledger_fits_an_item_of_the_table_and_reads_back() {
    let mut desk = Desk::new(&NotifyPolicy { at: (2..10_000).collect(), ..NotifyPolicy::default() });
    let long = |number: u64| format!("{number:0128}");
    let text = "é".repeat(160);
    let mut flood = Vec::new();
    for number in 0..400 {
        let mut one = occasion(number, &long(number % 100), &long(number / 100), Severity::Critical, Transition::New);
        one.brief.headline.clone_from(&text);
        one.brief.first_step.clone_from(&text);
        flood.push(one);
    }
    flood.extend((2..3_000).map(|step| occasion(1, "a", "b", Severity::Error, Transition::Reached { step })));
    for second in 0..20 {
        desk.decide(at(second * 400), &flood);
        for one in &mut flood {
            one.brief.fingerprint = fingerprint(u64::try_from(second).unwrap() * 10_000 + one.brief.count);
        }
    }
    let json = serde_json::to_string(&desk.ledger).unwrap();
    assert!(json.len() < 300 * 1024, "{} bytes; an item of DynamoDB holds 400 KB", json.len());
    assert_eq!(serde_json::from_str::<Ledger>(&json).unwrap(), desk.ledger);
}
