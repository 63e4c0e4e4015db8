//! Composite alarms and mute rules: the vectors of AWS's documentation, and a small project with alarms over its alarms.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a broken fixture must fail the test")]

mod small;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use skywarden_core::alarm::AlarmNotice;
use skywarden_simulator::{
    alarm::AlarmState,
    composite::{Rule, Suppression},
    replay::ReplaySettings,
    report::{Report, text},
    simulation::Simulation,
    template::{StackTemplate, Watched},
};
use small::{TEMPLATES, half_an_hour, origin, plan, simulation};

/// A rule, the states of its alarms, and whether it holds.
#[derive(Deserialize)]
struct RuleRow {
    rule: String,
    states: BTreeMap<String, String>,
    expected: bool,
}

#[test]
fn rules_of_the_documentation_hold_as_it_says() {
    let rows: Vec<RuleRow> = serde_json::from_str(include_str!("fixtures/composite/rules.json")).unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let rule = Rule::parse(&row.rule).unwrap();
        let state_of = |name: &str| match row.states.get(name).map(String::as_str) {
            Some("ALARM") => AlarmState::Alarm,
            Some("OK") => AlarmState::Ok,
            _ => AlarmState::InsufficientData,
        };
        assert_eq!(rule.holds(&state_of), row.expected, "{}", row.rule);
    }
}

/// What happens in an example of suppression, and which actions it leads to.
#[derive(Deserialize)]
struct SuppressionRow {
    id: u32,
    wait: i64,
    ext: i64,
    suppressor_initial: String,
    events: Vec<(String, String, i64)>,
    actions: Vec<(i64, String)>,
}

#[test]
fn suppression_acts_when_the_examples_of_the_documentation_say() {
    let rows: Vec<SuppressionRow> = serde_json::from_str(include_str!("fixtures/composite/suppression.json")).unwrap();
    assert_eq!(rows.len(), 6);
    for row in rows {
        let mut suppression = Suppression::new(row.wait, row.ext);
        suppression.suppress(row.suppressor_initial == "ALARM", 0);
        let mut actions = Vec::new();
        for now in 0..20 {
            for (who, state, _) in row.events.iter().filter(|(_, _, at)| *at == now) {
                match who.as_str() {
                    "suppressor" => suppression.suppress(state == "ALARM", now),
                    _ => suppression.change(state.clone(), now),
                }
            }
            actions.extend(suppression.due(now).map(|state| (now, state)));
        }
        assert_eq!(actions, row.actions, "example {}", row.id);
    }
}

#[test]
fn a_suppressor_that_comes_after_the_wait_changes_nothing() {
    let mut suppression = Suppression::new(2, 3);
    suppression.change("ALARM", 2);
    assert_eq!(suppression.due(4), Some("ALARM"));
    suppression.suppress(true, 5);
    suppression.suppress(false, 6);
    assert_eq!((suppression.due(9), suppression.due(100)), (None, None));
}

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:small-prod-alarms";
const FALLBACK: &str = "arn:aws:sns:eu-west-1:123456789012:small-prod-fallback";

/// A composite alarm that tells a topic of everything but its first state.
fn composite(name: &str, rule: &str, topic: &str) -> Value {
    json!({"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {
        "AlarmName": format!("small-prod-{name}"), "AlarmDescription": "something is broken", "AlarmRule": rule, "AlarmActions": [topic], "OKActions": [topic],
    }})
}

fn suppressed_by(mut alarm: Value, suppressor: &str) -> Value {
    alarm["Properties"]["ActionsSuppressor"] = suppressor.into();
    alarm["Properties"]["ActionsSuppressorWaitPeriod"] = 60.into();
    alarm["Properties"]["ActionsSuppressorExtensionPeriod"] = 120.into();
    alarm
}

/// What half an hour of the small project with one more stack of these resources comes to. Its error rate is in ALARM from 13:12:10 to 13:17:10, its log
/// is silent from 13:25:10 to 13:28:10.
fn report(resources: &Value) -> Report {
    let more = json!({ "Resources": resources }).to_string();
    let templates = TEMPLATES.into_iter().chain([StackTemplate { stack_name: "small-prod-more", text: &more }]);
    let mut simulation = Simulation::new(templates, plan(), origin(), ReplaySettings::default()).unwrap();
    simulation.run(half_an_hour().into_iter().map(Ok), &mut |_| {}).unwrap();
    simulation.report()
}

/// Time of day of each change of an alarm, and its new state.
fn changes(report: &Report, alarm: &str) -> Vec<String> {
    let alarm = report.alarms.iter().find(|found| found.name == alarm).unwrap_or_else(|| panic!("no {alarm}"));
    alarm.changes.iter().map(|change| format!("{} {}", change.at.strftime("%H:%M:%S"), change.to)).collect()
}

/// Time of day and new state of each message that CloudWatch published to the fallback topic of an alarm.
fn told(report: &Report, alarm: &str) -> Vec<String> {
    let of_alarm = report.messages.iter().filter(|message| message.topic == "small-prod-fallback" && message.subject.contains(&format!("\"{alarm}\"")));
    of_alarm.map(|message| format!("{} {}", message.at.strftime("%H:%M:%S"), message.subject.split(':').next().unwrap_or_default())).collect()
}

fn skipped(report: &Report) -> Vec<String> {
    let of_more = report.skipped.iter().filter(|skipped| skipped.stack == "small-prod-more");
    of_more.map(|skipped| format!("{}: {}", skipped.logical_id, skipped.reason)).collect()
}

#[test]
fn alarms_over_alarms_change_with_them_whatever_their_order() {
    let report = report(&json!({
        "Outer": composite("outer", "ALARM(small-prod-either) AND NOT ALARM(\"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:small-prod-api-no-logs\")", FALLBACK),
        "Either": composite("either", "ALARM(small-prod-api-error-rate) OR ALARM(small-prod-api-no-logs)", FALLBACK),
    }));
    assert_eq!(changes(&report, "small-prod-either"), ["13:01:10 OK", "13:12:10 ALARM", "13:17:10 OK", "13:25:10 ALARM", "13:28:10 OK"]);
    assert_eq!(changes(&report, "small-prod-outer"), ["13:01:10 OK", "13:12:10 ALARM", "13:17:10 OK"]);
    assert_eq!(skipped(&report), Vec::<String>::new());
    let shown = text::render(&report, 120);
    assert!(shown.contains("13:12 to 13:17 (5 min) small-prod-outer"), "{shown}");
}

#[test]
fn one_whose_parts_never_fire_never_fires() {
    let mut simulation = simulation();
    simulation.run(half_an_hour().into_iter().map(Ok), &mut |_| {}).unwrap();
    assert_eq!(changes(&simulation.report(), "small-prod-everything"), ["13:01:10 OK"]);
    assert!(text::render(&simulation.report(), 120).contains("never fired: "));
}

#[test]
fn the_message_is_the_one_cloudwatch_sends() {
    let report = report(&json!({"Either": composite("either", "ALARM(small-prod-api-error-rate) OR ALARM(small-prod-api-no-logs)", FALLBACK)}));
    let bodies: Vec<Value> = report
        .messages
        .iter()
        .filter(|message| message.topic == "small-prod-fallback" && message.subject.contains("small-prod-either"))
        .map(|message| serde_json::from_str(&message.body).unwrap())
        .collect();
    let arn = |name: &str| format!("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:small-prod-{name}");
    assert_eq!(bodies[0]["NewStateReason"], format!("{} was created and its alarm rule evaluates to OK", arn("either")));
    assert_eq!(
        bodies[1],
        json!({
            "AlarmName": "small-prod-either",
            "AlarmDescription": "something is broken",
            "AWSAccountId": "123456789012",
            "NewStateValue": "ALARM",
            "NewStateReason": format!("{} transitioned to ALARM at Friday 20 November, 2026 13:12:10 UTC", arn("api-error-rate")),
            "StateChangeTime": "2026-11-20T13:12:10.000+0000",
            "Region": "EU (Ireland)",
            "AlarmArn": arn("either"),
            "OKActions": [FALLBACK],
            "AlarmActions": [FALLBACK],
            "InsufficientDataActions": [],
            "OldStateValue": "OK",
            "AlarmRule": "ALARM(small-prod-api-error-rate) OR ALARM(small-prod-api-no-logs)",
            "TriggeringChildren": [{"Arn": arn("api-error-rate"), "State": {"Value": "ALARM", "Timestamp": "2026-11-20T13:12:10.000+0000"}}],
        })
    );
    let notice = AlarmNotice::parse(&bodies[1].to_string()).unwrap();
    assert_eq!((notice.trigger, notice.changed_at.to_string().as_str()), (None, "2026-11-20T13:12:10Z"));
}

#[test]
fn people_hear_of_it_with_the_part_that_fired() {
    let report = report(&json!({"Either": composite("either", "ALARM(small-prod-api-error-rate)", TOPIC)}));
    let firing = report.messages.iter().find(|message| message.subject.contains("firing: small-prod-either")).unwrap();
    assert!(firing.body.contains("Because of  api: error rate above 5 %"), "{}", firing.body);
    assert_eq!(report.messages.iter().filter(|message| message.subject.contains("resolved: small-prod-either")).count(), 1);
}

#[test]
fn actions_wait_for_the_suppressor_and_for_its_end() {
    let report = report(&json!({
        "Waiting": suppressed_by(composite("waiting", "ALARM(small-prod-api-error-rate)", FALLBACK), "small-prod-api-no-logs"),
        "Silent": suppressed_by(composite("silent", "ALARM(small-prod-api-no-logs)", FALLBACK), "small-prod-api-no-logs"),
        "Alone": composite("alone", "ALARM(small-prod-api-no-logs)", FALLBACK),
    }));
    assert_eq!(told(&report, "small-prod-waiting"), ["13:02:10 OK", "13:13:10 ALARM", "13:18:10 OK"], "a wait of a minute each");
    assert_eq!(told(&report, "small-prod-silent"), ["13:02:10 OK", "13:29:10 OK"], "suppressed, then a change during the extension waits");
    assert_eq!(told(&report, "small-prod-alone"), ["13:01:10 OK", "13:25:10 ALARM", "13:28:10 OK"]);
}

/// A mute rule from a minute of the day, for so many minutes.
fn mute(alarms: &[&str], opens: &str, minutes: u32) -> Value {
    json!({"Type": "AWS::CloudWatch::AlarmMuteRule", "Properties": {
        "MuteTargets": {"AlarmNames": alarms},
        "Rule": {"Schedule": {"Expression": opens, "Duration": format!("PT{minutes}M"), "Timezone": "Europe/Berlin"}},
    }})
}

#[test]
fn what_is_muted_is_told_at_the_end_when_it_is_still_so() {
    let three = || {
        let alarm = |name: &str| composite(name, "ALARM(small-prod-api-error-rate)", FALLBACK);
        json!({
            "Open": alarm("open"), "Short": alarm("short"), "Long": alarm("long"), "Twice": alarm("twice"),
            // 14:10 in Berlin is 13:10 UTC.
            "MuteShort": mute(&["small-prod-short", "small-prod-twice"], "cron(10 14 * * *)", 5),
            "MuteLong": mute(&["small-prod-long"], "at(2026-11-20T14:10)", 10),
            "MuteTwice": mute(&["small-prod-twice"], "cron(14 14 * * FRI)", 2),
        })
    };
    let report = report(&three());
    assert_eq!(told(&report, "small-prod-open"), ["13:01:10 OK", "13:12:10 ALARM", "13:17:10 OK"]);
    assert_eq!(told(&report, "small-prod-short"), ["13:01:10 OK", "13:15:00 ALARM", "13:17:10 OK"]);
    assert_eq!(told(&report, "small-prod-long"), ["13:01:10 OK", "13:20:00 OK"]);
    assert_eq!(told(&report, "small-prod-twice"), ["13:01:10 OK", "13:16:00 ALARM", "13:17:10 OK"], "windows that overlap are one");
    assert_eq!(changes(&report, "small-prod-long"), ["13:01:10 OK", "13:12:10 ALARM", "13:17:10 OK"], "its state changes all the same");
    assert_eq!(skipped(&report), Vec::<String>::new());
}

#[test]
fn a_mute_rule_without_targets_is_about_every_alarm() {
    let mut rule = mute(&[], "cron(0 14 * * *)", 60);
    rule["Properties"].as_object_mut().unwrap().remove("MuteTargets");
    let report = report(&json!({"Mute": rule, "Any": composite("any", "ALARM(small-prod-api-error-rate)", FALLBACK)}));
    assert_eq!(told(&report, "small-prod-any"), Vec::<String>::new());
    assert!(report.messages.iter().all(|message| !message.subject.contains("firing")));
}

#[test]
fn what_cannot_be_simulated_is_listed() {
    let mut unclear = mute(&["small-prod-a"], "cron(0 14 * * *)", 60);
    unclear["Properties"]["Rule"]["Schedule"]["Timezone"] = "Europe/Berlim".into();
    let report = report(&json!({
        "A": composite("a", "ALARM(small-prod-b)", FALLBACK),
        "B": composite("b", "ALARM(small-prod-api-error-rate) OR ALARM(small-prod-a)", FALLBACK),
        "Broken": composite("broken", "ALARM(a b)", FALLBACK),
        "Foreign": suppressed_by(composite("foreign", "ALARM(small-prod-a) OR ALARM(small-prod-api-error-rate)", FALLBACK), "of-somebody-else"),
        "Unclear": unclear,
    }));
    assert_eq!(
        skipped(&report),
        [
            "Broken: the rule, column 9: expected `)`, found `b`",
            "Unclear: there is no time zone `Europe/Berlim`",
            "A: its rule leads back to itself, so CloudWatch does not evaluate it: small-prod-a -> small-prod-b -> small-prod-a",
            "B: its rule leads back to itself, so CloudWatch does not evaluate it: small-prod-b -> small-prod-a -> small-prod-b",
            "Foreign: alarm small-prod-a of its rule is not simulated: it is taken as INSUFFICIENT_DATA",
            "Foreign: alarm of-somebody-else that holds its actions back is not simulated: nothing is held back",
        ]
    );
    assert_eq!(changes(&report, "small-prod-foreign"), ["13:01:10 OK", "13:12:10 ALARM", "13:17:10 OK"]);
    assert!(report.alarms.iter().all(|alarm| !["small-prod-a", "small-prod-b", "small-prod-broken"].contains(&alarm.name.as_str())));
}

#[test]
fn what_the_generator_writes_of_impact_and_maintenance_is_simulated_whole() {
    macro_rules! stack {
        ($name:literal) => {
            StackTemplate {
                stack_name: $name,
                text: include_str!(concat!("../../generator/tests/fixtures/impact/expected/cloudformation/", $name, ".template.json")),
            }
        };
    }
    let stacks = [stack!("shop-prod-service-checkout"), stack!("shop-prod-service-mailer"), stack!("shop-prod-service-payments")];
    let watched = Watched::read(stacks, &origin()).unwrap();
    let skipped: Vec<String> = watched.skipped.iter().map(|skipped| format!("{}: {}", skipped.logical_id, skipped.reason)).collect();
    assert_eq!(skipped, Vec::<String>::new());
    let names: Vec<&str> = watched.composites.iter().map(|composite| composite.name.as_str()).collect();
    assert_eq!(names, ["shop-prod-payments-impact", "shop-prod-checkout-impact", "shop-prod-mailer-impact"], "the one behind it first");
    let checkout = &watched.composites[1];
    assert_eq!(checkout.suppressor.as_ref().map(|suppressor| suppressor.alarm.as_str()), Some("shop-prod-checkout-deploying"));
    assert_eq!(checkout.rule.alarms().last(), Some(&"shop-prod-payments-impact"));
    let muted: Vec<Vec<String>> = watched.mute_rules.iter().filter_map(|rule| rule.alarms.clone()).collect();
    assert_eq!(muted.len(), 5);
    assert_eq!(muted[0], ["shop-prod-checkout-impact", "shop-prod-checkout-no-logs"]);
}
