//! What happens to an issue, and what is told of it.

use jiff::Timestamp;
use skywarden_core::{
    issue::{Action, Ignore, IssueState, MAX_SERVICES, Transition, apply},
    severity::Severity,
};

use crate::seen::{DAY, Desk, HOUR, MINUTE, STEPS, Seen, at, batch, burst, fingerprint};

/// An issue that was seen twice an hour for so many hours.
fn steady(hours: i64) -> Desk {
    let mut desk = Desk::default();
    for hour in 0..hours {
        desk.see(&[Seen::at(hour * HOUR), Seen::at(hour * HOUR + 30 * MINUTE)]);
    }
    desk.told.clear();
    desk
}

fn act(desk: &mut Desk, action: &Action, second: i64) -> Option<String> {
    let (issue, told) = desk.issue().act(action, "ann", at(second)).unwrap();
    desk.issue = Some(issue);
    told.map(|told| told.id[33..].to_owned())
}

fn state(desk: &Desk, second: i64) -> IssueState {
    desk.issue().state_at(at(second))
}

/// Milliseconds since 1970, as in an announcement's id.
fn ms(second: i64) -> i64 {
    at(second).as_millisecond()
}

#[test]
fn new_for_seven_days_then_ongoing() {
    let mut desk = Desk::default();
    assert_eq!(desk.see(&[Seen::at(100)]), ["new"]);
    assert_eq!(state(&desk, 100 + 7 * DAY - 1), IssueState::New);
    assert_eq!(state(&desk, 100 + 7 * DAY), IssueState::Ongoing);
    // An occurrence that comes late makes it older.
    desk.count(&[Seen::at(-3 * DAY)], at(100 + 5 * DAY));
    assert_eq!((state(&desk, 100 + 5 * DAY), desk.told.len()), (IssueState::Ongoing, 1));
}

#[test]
fn steps_are_told_once_and_a_jump_tells_the_highest() {
    let mut desk = Desk::default();
    assert_eq!(desk.see(&burst(1, 5)), ["new"]);
    assert_eq!(desk.see(&burst(2, 4)), [""; 0]);
    assert_eq!(desk.see(&burst(3, 1)), ["reached-10"]);
    assert_eq!(desk.see(&burst(4, 5000)), ["reached-1000"]);
    assert_eq!((desk.issue().count, desk.issue().version), (5010, 4));
    let mut jumped = Desk::default();
    assert_eq!(jumped.see(&burst(1, 50)), ["new"]);
    assert_eq!(jumped.see(&burst(2, 1)), [""; 0], "the steps it began above are passed");
}

#[test]
fn a_late_line_does_not_reopen_and_a_later_one_does_once() {
    let mut desk = Desk::default();
    desk.see(&[Seen::at(1000)]);
    assert_eq!(act(&mut desk, &Action::Resolve { in_version: None }, 2000), Some(format!("resolved-{}", ms(2000))));
    desk.count(&[Seen::at(2300)], at(9000));
    assert_eq!((desk.issue().state, desk.told.len()), (IssueState::Resolved, 1), "it happened within the grace");
    assert_eq!(desk.see(&[Seen::at(2301)]), [format!("regressed-{}", ms(2000))]);
    assert_eq!((desk.issue().state, state(&desk, 60 * DAY)), (IssueState::Regressed, IssueState::Regressed));
    assert_eq!(desk.see(&[Seen::at(2400)]), [""; 0]);
    act(&mut desk, &Action::Resolve { in_version: None }, 3000);
    assert_eq!(desk.issue().state, IssueState::Resolved);
    assert_eq!(desk.see(&[Seen::at(4000)]), [format!("regressed-{}", ms(3000))]);
    act(&mut desk, &Action::Reopen, 5000);
    assert_eq!(desk.issue().state, IssueState::New);
}

#[test]
fn an_older_version_does_not_reopen_what_was_resolved_in_a_newer_one() {
    let mut desk = Desk::default();
    desk.see(&[Seen::in_version(0, "1.9.0")]);
    act(&mut desk, &Action::Resolve { in_version: Some("1.10.0".to_owned()) }, 100);
    assert_eq!(desk.see(&[Seen::in_version(DAY, "1.9.3")]), [""; 0]);
    assert_eq!(desk.issue().state, IssueState::Resolved);
    assert_eq!(desk.see(&[Seen::in_version(DAY + 1, "1.10.0-rc.1")]), [""; 0], "before the release");
    assert_eq!(desk.see(&[Seen::in_version(101, "1.11.0")]), [""; 0], "within the grace");
    assert_eq!(desk.see(&[Seen::in_version(DAY + 2, "1.10.0")]), [format!("regressed-{}", ms(100))]);
    // Hashes cannot be compared: time decides.
    let mut hashes = Desk::default();
    hashes.see(&[Seen::in_version(0, "0a1b2c3")]);
    act(&mut hashes, &Action::Resolve { in_version: Some("9f8e7d6".to_owned()) }, 100);
    assert_eq!(hashes.see(&[Seen::in_version(DAY, "0a1b2c3")]), [format!("regressed-{}", ms(100))]);
}

#[test]
fn a_storm_is_told_once_while_it_lasts_and_the_next_one_again() {
    let mut desk = steady(200);
    // Twice an hour: twelve are allowed an hour, and never fewer than ten in a quarter.
    assert_eq!(desk.issue().baseline(at(200 * HOUR)).limit, Some(10));
    assert_eq!(desk.see(&burst(200 * HOUR, 10)), [""; 0]);
    let begun = at(200 * HOUR).as_second();
    assert_eq!(desk.see(&burst(200 * HOUR + 60, 1)), [format!("escalating-{begun}")]);
    assert_eq!(desk.issue().state, IssueState::Escalating);
    for minute in 2..50 {
        assert_eq!(desk.see(&burst(200 * HOUR + minute * MINUTE, 3)), [""; 0], "minute {minute}");
    }
    let seconds = 200 * HOUR + 50 * MINUTE;
    assert_eq!((state(&desk, seconds), state(&desk, seconds + 20 * MINUTE)), (IssueState::Escalating, IssueState::Ongoing));
    // The hour of the storm is history now, and still a second storm of other size is told.
    desk.see(&[Seen::at(202 * HOUR)]);
    let limit = desk.issue().baseline(at(202 * HOUR)).limit.unwrap();
    let again = at(202 * HOUR + 10 * MINUTE).as_second();
    assert_eq!(desk.see(&burst(202 * HOUR + 10 * MINUTE, usize::try_from(limit).unwrap() + 1)), [format!("escalating-{again}")]);
}

#[test]
fn an_escalation_says_how_many_in_how_long_and_what_was_allowed() {
    let desk = steady(200);
    let (issue, told) = apply(desk.issue.as_ref(), &fingerprint(1), &batch(&burst(200 * HOUR, 90)), &STEPS, at(200 * HOUR));
    assert_eq!(told.unwrap().transition, Transition::Escalating { count: 90, minutes: 15, limit: 10 });
    assert_eq!(issue.in_window(at(200 * HOUR + 14 * MINUTE)), 90);
    let baseline = issue.baseline(at(200 * HOUR));
    assert_eq!((baseline.hours, baseline.per_hour, baseline.max_hour), (168, 2.0, 2));
}

#[test]
fn what_is_over_when_it_is_found_out_is_recorded_and_not_told() {
    let mut desk = steady(200);
    desk.count(&burst(200 * HOUR, 90), at(200 * HOUR + 31 * MINUTE));
    assert_eq!((desk.told.len(), desk.issue().count), (0, 490));
    let mut late = steady(200);
    late.count(&burst(200 * HOUR, 90), at(200 * HOUR + 30 * MINUTE));
    assert_eq!((late.told.len(), late.issue().state), (1, IssueState::Ongoing), "told, though it is quiet now");
}

#[test]
fn of_several_things_the_most_important_is_told_and_an_escalation_waits() {
    let mut desk = steady(200);
    act(&mut desk, &Action::Resolve { in_version: None }, 200 * HOUR);
    assert_eq!(desk.see(&burst(201 * HOUR, 90)), [format!("regressed-{}", ms(200 * HOUR))]);
    let begun = at(201 * HOUR).as_second();
    assert_eq!(desk.see(&burst(201 * HOUR + 10, 1)), [format!("escalating-{begun}")]);
    assert_eq!(desk.see(&burst(201 * HOUR + 20, 600)), ["reached-1000"]);
}

#[test]
fn an_ignored_issue_counts_and_tells_nothing() {
    let mut desk = steady(200);
    act(&mut desk, &Action::Ignore(Ignore::Forever), 200 * HOUR);
    assert_eq!(desk.see(&burst(200 * HOUR + 10, 5000)), [""; 0]);
    assert_eq!((desk.issue().state, desk.issue().count), (IssueState::Ignored, 5400));
    act(&mut desk, &Action::Reopen, 201 * HOUR);
    assert_eq!(desk.see(&burst(202 * HOUR, 1)), [""; 0], "steps passed meanwhile are not told afterwards");
}

#[test]
fn ignored_until_a_time_and_until_so_many_more() {
    let mut desk = steady(1);
    act(&mut desk, &Action::Ignore(Ignore::Until(at(DAY))), HOUR);
    assert_eq!((state(&desk, DAY - 1), state(&desk, DAY)), (IssueState::Ignored, IssueState::New));
    assert_eq!(desk.see(&burst(DAY + 10, 8)), ["reached-10"]);
    act(&mut desk, &Action::Ignore(Ignore::More(50)), DAY + HOUR);
    assert_eq!(desk.see(&burst(3 * DAY, 49)), [""; 0]);
    assert_eq!(desk.see(&burst(5 * DAY, 1)), ["reached-60"], "the fiftieth more");
    assert_eq!(desk.issue().state, IssueState::New);
}

#[test]
fn ignored_until_it_escalates_wakes_with_an_escalation_that_begins_after() {
    let mut desk = steady(200);
    assert_eq!(desk.see(&burst(200 * HOUR, 90)).len(), 1);
    act(&mut desk, &Action::Ignore(Ignore::UntilEscalating), 200 * HOUR + 60);
    assert_eq!(desk.see(&burst(200 * HOUR + 120, 90)), [""; 0], "that one goes on already");
    assert_eq!(desk.issue().state, IssueState::Ignored);
    // A day and a half later the storm is history: its highest hour allows more.
    let limit = desk.issue().baseline(at(240 * HOUR)).limit.unwrap();
    let begun = at(240 * HOUR).as_second();
    assert_eq!(desk.see(&burst(240 * HOUR, usize::try_from(limit).unwrap())), [""; 0]);
    assert_eq!(desk.see(&burst(240 * HOUR + 1, 1)), [format!("escalating-{begun}")]);
    assert_eq!((state(&desk, 240 * HOUR + 2), state(&desk, 300 * HOUR)), (IssueState::Escalating, IssueState::Ongoing), "it stays awake");
    act(&mut desk, &Action::Ignore(Ignore::UntilEscalating), 301 * HOUR);
    assert_eq!(state(&desk, 302 * HOUR), IssueState::Ignored, "until it is ignored anew");
}

#[test]
fn sustained_throttling_is_an_error_and_after_a_pause_a_warning_again() {
    let throttled = |second: i64| Seen { category: "throttling", severity: Severity::Warning, ..Seen::at(second) };
    let mut desk = Desk::default();
    desk.see(&vec![throttled(0); 8]);
    desk.see(&[throttled(5 * MINUTE)]);
    desk.see(&[throttled(10 * MINUTE)]);
    assert_eq!(desk.issue().severity, Severity::Warning);
    desk.see(&[throttled(15 * MINUTE)]);
    assert_eq!((desk.issue().severity, desk.issue().rule_severity), (Severity::Error, Severity::Warning));
    desk.see(&[throttled(26 * MINUTE)]);
    assert_eq!(desk.issue().severity, Severity::Warning);
    let mut bug = Desk::default();
    bug.see(&(0..5).flat_map(|window| vec![Seen { severity: Severity::Warning, ..Seen::at(window * 5 * MINUTE) }; 5]).collect::<Vec<_>>());
    assert_eq!(bug.issue().severity, Severity::Warning);
}

#[test]
fn the_same_word_again_and_an_older_one_change_nothing() {
    let mut desk = steady(1);
    act(&mut desk, &Action::Resolve { in_version: None }, 2 * HOUR);
    let issue = desk.issue();
    assert_eq!(issue.act(&Action::Resolve { in_version: None }, "ann", at(2 * HOUR)), None);
    let (narrowed, told) = issue.act(&Action::Resolve { in_version: Some("1.1".to_owned()) }, "bob", at(3 * HOUR)).unwrap();
    assert_eq!((narrowed.state, told), (IssueState::Resolved, None), "it was resolved already");
    assert_eq!(issue.act(&Action::Ignore(Ignore::Forever), "ann", at(HOUR)), None);
    let (assigned, told) = issue.act(&Action::Assign { to: "bob".to_owned() }, "ann", at(HOUR)).unwrap();
    assert_eq!((assigned.assigned.as_ref().unwrap().to.as_str(), told, assigned.state), ("bob", None, IssueState::Resolved));
}

#[test]
fn no_time_is_out_of_range() {
    for second in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
        let (issue, _) = apply(None, &fingerprint(1), &Seen::at(0).facts(), &STEPS, second);
        let (issue, _) = apply(Some(&issue), &fingerprint(1), &Seen::at(1).facts(), &STEPS, second);
        let acted = issue.act(&Action::Resolve { in_version: None }, "ann", second).unwrap().0;
        assert!([IssueState::Resolved, IssueState::Regressed].contains(&acted.state_at(second)));
        assert!(acted.services.len() <= MAX_SERVICES && acted.baseline(second).hours <= 168);
    }
}
