//! A storm through the whole of it: 100,000 error lines within a minute from 300 kinds of errors in four services, the committed assembly of the
//! example, and what its two routes are sent.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail the test")]

use std::{fmt::Write as _, fs, path::PathBuf};

use skywarden_core::{
    issue::{Notice, Told, Transition},
    plan::Plan,
    severity::Severity,
};
use skywarden_simulator::{
    alarm::notification::Origin,
    replay::{LogEvent, ReplaySettings},
    simulation::Simulation,
    template::StackTemplate,
};

/// 20 November 2026, 14:00:07 UTC: not on the minute of the ticks.
const START_MS: i64 = 1_795_183_207_000;
const KINDS: u64 = 300;
const ERRORS: u64 = 100_000;

/// Critical kinds, and the millisecond after the start in which each begins: into a storm that is on.
const CRITICAL: [(u64, i64); 4] = [(40, 4_000), (80, 4_200), (161, 21_000), (203, 50_000)];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// A word without digits, so that no mask takes it.
fn word(number: u64) -> String {
    [number / 26, number % 26].iter().filter_map(|&part| char::from_u32(97 + u32::try_from(part).unwrap())).collect()
}

fn line(number: u64, at_ms: i64) -> LogEvent {
    const TYPES: [&str; 6] = ["KeyError", "ThrottlingException", "ConnectionRefusedError", "ReadTimeout", "JSONDecodeError", "ValidationException"];
    let critical = CRITICAL.iter().any(|(kind, _)| *kind == number);
    let kind = if critical { "OutOfMemoryError" } else { TYPES[usize::try_from(number / 4 % 6).unwrap()] };
    let group = ["/aws/lambda/shop-checkout", "/ecs/shop-catalog", "/ecs/shop-payments", "/ec2/shop-mailer"][usize::try_from(number % 4).unwrap()];
    let message = format!(r#"{{"level":"ERROR","message":"failed","error":{{"type":"{kind}","message":"cannot handle work of kind {}"}}}}"#, word(number));
    LogEvent { group: group.to_owned(), stream: format!("stream-{number}"), id: String::new(), timestamp_ms: at_ms, message }
}

fn storm() -> impl Iterator<Item = LogEvent> {
    let mut state: u64 = 11;
    (0..ERRORS).map(move |place| {
        let since_ms = i64::try_from(place * 60_000 / ERRORS).unwrap();
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        // The minimum of two makes some kinds much louder than others.
        let number = (next() % KINDS).min(next() % KINDS);
        let begun = CRITICAL.iter().all(|(kind, begins_ms)| *kind != number || since_ms >= *begins_ms);
        let mut event = line(if begun { number } else { number + 1 }, START_MS + since_ms);
        let _ = write!(event.id, "{place:056}");
        event
    })
}

fn simulation(minutes: i64) -> Simulation {
    let names = ["skywarden", "service-catalog", "service-checkout", "service-mailer", "service-payments"].map(|name| format!("shop-prod-{name}"));
    let texts: Vec<String> = names.iter().map(|name| read(&format!("cdk-out/{name}.template.json"))).collect();
    let stacks = names.iter().zip(&texts).map(|(stack_name, text)| StackTemplate { stack_name, text });
    let plan = Plan::parse(&read("cdk-out/plan.json")).unwrap();
    let origin = Origin { account: "123456789012".to_owned(), region: plan.region.clone() };
    let settings = ReplaySettings { until_ms: Some(START_MS + minutes * 60_000), ..ReplaySettings::default() };
    let mut simulation = Simulation::new(stacks, plan, origin, settings).unwrap();
    simulation.run(storm().map(Ok), &mut |_| {}).unwrap();
    simulation
}

#[test]
fn a_storm_is_few_messages_the_critical_ones_at_once_and_every_notice_is_in_one() {
    let simulation = simulation(45);
    let table = simulation.processors().table();
    let outbox = table.outbox();
    assert_eq!(table.unsent(), 0);
    let issues = table.issues();
    assert_eq!((issues.len(), issues.iter().map(|issue| issue.count).sum::<u64>()), (300, ERRORS));

    let told: Vec<&Told> = outbox
        .iter()
        .filter_map(|entry| match &entry.notice {
            Notice::Told(told) => Some(told.as_ref()),
            _ => None,
        })
        .collect();
    let soon = told.iter().filter(|told| told.at.as_millisecond() <= START_MS + 600_000).count();
    assert!(soon <= 12, "{soon} messages: {told:#?}");

    // Each critical kind is told within a second of the batch that brought it: no tick in between, the wait of the others does not concern it.
    for entry in &outbox {
        let Notice::Issue { transition: Transition::New, issue } = &entry.notice else { continue };
        if issue.severity != Severity::Critical {
            continue;
        }
        let first = told.iter().filter(|told| told.issues().any(|listed| listed.brief.fingerprint == issue.fingerprint)).map(|told| told.at).min();
        let late = first.unwrap().duration_since(entry.due).as_millis();
        assert!((0..1_000).contains(&late), "{} was told {late} ms after it was seen", issue.kind);
    }

    // Everything that was to be told is in a line or in a count of a message. What is written as an error is at least an error: nothing for `team`.
    let notices = outbox.iter().filter(|entry| matches!(entry.notice, Notice::Issue { .. })).count();
    assert!(notices > 600, "{notices}");
    assert!(told.iter().all(|told| told.route == "oncall"));
    let sent: u64 = told.iter().map(|told| told.listed() + told.suppressed()).sum();
    let ledger = &table.ledgers()["oncall"];
    assert_eq!((sent, ledger.waiting(), ledger.counted()), (u64::try_from(notices).unwrap(), 0, 0));
}
