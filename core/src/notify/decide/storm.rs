//! A storm: 100,000 errors within a minute from 300 issues in six services, and the ten minutes after it began.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    tests::{at, occasion},
    *,
};
use crate::{issue::Transition, severity::Severity};

const ISSUES: u64 = 300;
const ERRORS: u64 = 100_000;

/// Service, category and severity of an issue.
fn place(number: u64) -> (String, &'static str, Severity) {
    let service = format!("service-{}", number % 6);
    let (category, severity) = match number {
        // A few critical ones, in two services, beginning at different seconds.
        41 | 83 | 161 => ("oom", Severity::Critical),
        209 | 265 => ("crash", Severity::Critical),
        _ => match number / 6 % 7 {
            0 => ("bug", Severity::Error),
            1 => ("network", Severity::Error),
            2 => ("throttling", Severity::Warning),
            3 => ("dependency", Severity::Error),
            4 => ("timeout.dependency", Severity::Error),
            5 => ("database", Severity::Error),
            _ => ("validation", Severity::Warning),
        },
    };
    (service, category, severity)
}

/// The second in which an issue begins: the critical ones come into a storm that has begun.
fn begins(number: u64) -> u64 {
    match number {
        41 | 83 => 2,
        161 => 20,
        209 => 45,
        265 => 58,
        _ => 0,
    }
}

/// What the classifier would tell in each second: an issue is new once, and a jump over several steps tells the highest.
fn seconds() -> Vec<Vec<Occasion>> {
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    let mut state: u64 = 7;
    let mut seconds = Vec::new();
    for second in 0..60 {
        let before = counts.clone();
        for _ in 0..ERRORS / 60 + u64::from(second < ERRORS % 60) {
            // A plain congruential generator: the same storm each time. The minimum of two numbers makes some issues much louder than others.
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                state >> 33
            };
            let number = (next() % ISSUES).min(next() % ISSUES);
            *counts.entry(if begins(number) <= second { number } else { number + 1 }).or_default() += 1;
        }
        let mut occasions = Vec::new();
        for (&number, &count) in &counts {
            let had = before.get(&number).copied().unwrap_or(0);
            let step = [10, 100, 1_000, 10_000].into_iter().filter(|&step| had < step && step <= count).max();
            let transition = match (had, step) {
                (0, _) => Transition::New,
                (_, Some(step)) => Transition::Reached { step },
                _ => continue,
            };
            let (service, category, severity) = place(number);
            let mut occasion = occasion(number, &service, category, severity, transition);
            occasion.brief.count = count;
            occasion.at = at(i64::try_from(second).unwrap());
            occasions.push(occasion);
        }
        seconds.push(occasions);
    }
    assert_eq!(counts.values().sum::<u64>(), ERRORS);
    assert!(counts.len() > 290, "{} issues", counts.len());
    seconds
}

/// What one route sends when it carries these severities: occasions as they come, and a tick each minute.
struct Route {
    messages: Vec<Told>,
    occasions: u64,
    ledger: Ledger,
}

fn run(severities: &[Severity], minutes: usize) -> Route {
    let sending = Sending::new(&NotifyPolicy::default()).unwrap();
    let mut route = Route { messages: Vec::new(), occasions: 0, ledger: Ledger::default() };
    let storm = seconds();
    for second in 0..=minutes * 60 {
        let now = at(i64::try_from(second).unwrap());
        let occasions: Vec<Occasion> =
            storm.get(second).into_iter().flatten().filter(|occasion| severities.contains(&occasion.brief.severity)).cloned().collect();
        let due = route.ledger.next_due().is_some_and(|due| due <= now);
        if occasions.is_empty() && !(second % 60 == 0 && due) {
            continue;
        }
        route.occasions += u64::try_from(occasions.len()).unwrap();
        let decision = decide(std::mem::take(&mut route.ledger), "oncall", &Input { occasions: &occasions, sightings: Some(&[]) }, now, &sending);
        let told = |occasion: &&Occasion| decision.messages.iter().flat_map(Told::issues).any(|issue| issue.brief.fingerprint == occasion.brief.fingerprint);
        let news = occasions.iter().filter(|occasion| occasion.is_critical() && occasion.transition == Transition::New);
        assert_eq!(news.clone().filter(told).count(), news.count(), "a critical issue is told in the second in which it begins");
        route.messages.extend(decision.messages);
        route.ledger = decision.ledger;
    }
    route
}

fn figures(route: &Route) -> String {
    let mut text = String::new();
    for told in &route.messages {
        let seconds = told.at.duration_since(at(0)).as_secs();
        let (issues, sections) = (told.issues().count(), told.sections.len());
        let _ = writeln!(
            text,
            "{:>2}:{:02} {:<8} {:?}: {issues} issues in {sections} groups, {} notices listed, {} suppressed",
            seconds / 60,
            seconds % 60,
            told.severity.to_string(),
            told.form,
            told.listed(),
            told.suppressed()
        );
    }
    let listed: u64 = route.messages.iter().map(Told::listed).sum();
    let suppressed: u64 = route.messages.iter().map(Told::suppressed).sum();
    let _ =
        write!(text, "{} notices: {listed} listed, {suppressed} suppressed, {} still held", route.occasions, route.ledger.waiting() + route.ledger.counted());
    text
}

#[test]
fn a_storm_is_at_most_twelve_messages_in_ten_minutes_and_every_notice_is_in_one_of_them() {
    let routes = [run(&[Severity::Critical, Severity::Error], 10), run(&[Severity::Warning, Severity::Info], 10)];
    assert!(routes.iter().map(|route| route.messages.len()).sum::<usize>() <= 12);
    let together = run(&Severity::ALL, 10);
    assert!(together.messages.len() <= 12);
    insta::assert_snapshot!(format!("oncall\n{}\nteam\n{}\none route for all\n{}", figures(&routes[0]), figures(&routes[1]), figures(&together)));
}

#[test]
fn after_the_storm_nothing_is_left_untold() {
    for severities in [&Severity::ALL[..], &[Severity::Critical, Severity::Error], &[Severity::Warning, Severity::Info]] {
        let route = run(severities, 45);
        let told: u64 = route.messages.iter().map(|told| told.listed() + told.suppressed()).sum();
        assert_eq!((told, route.ledger.waiting() + route.ledger.counted()), (route.occasions, 0));
    }
}
