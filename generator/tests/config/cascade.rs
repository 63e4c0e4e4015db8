//! What holds for all alarms, for one kind of alarm, for a service, and for one alarm: the nearest word counts.

use skywarden_core::severity::Severity;
use skywarden_generator::model::{Alarm, Model};

use crate::support::{alarm, compared, errors, load, model, service, text_of};

/// Two services, one of them with a metric that has an alarm.
fn config(defaults: &str, checkout: &str) -> String {
    format!(
        "project: shop
defaults: {{ alarms: {defaults} }}
services:
  checkout: {{ runtime: lambda, alarms: {checkout} }}
  mailer: {{ runtime: ec2, format: text }}
metrics:
  - {{ name: Orders, from: checkout, where: '{{ $.a = 1 }}', kind: counter, alarm: {{ below: 1 }} }}
routes:
  - {{ email: team@example.com }}
"
    )
}

fn with(defaults: &str, checkout: &str) -> Model {
    model(&config(defaults, checkout))
}

fn names(model: &Model, of: &str) -> Vec<String> {
    service(model, of).alarms.iter().map(|alarm| alarm.name.trim_start_matches(&format!("shop-prod-{of}-")).to_owned()).collect()
}

fn threshold(alarm: &Alarm) -> String {
    compared(alarm).1.to_string()
}

#[test]
fn the_nearest_word_counts() {
    let none = with("{}", "{}");
    assert_eq!(threshold(alarm(service(&none, "checkout"), "latency")), "1000");
    let of_kind = "{ latency: { above: 500ms, severity: error, warm_up: 5 minutes }, severity: info, warm_up: 1 hour, for: 30 minutes }";
    let kind = with(of_kind, "{}");
    let latency = alarm(service(&kind, "checkout"), "latency");
    assert_eq!((threshold(latency).as_str(), latency.severity, latency.warm_up_minutes), ("500", Severity::Error, Some(5)));
    assert_eq!((latency.period_seconds, latency.evaluation_periods), (300, 6), "as of all alarms");
    let rate = alarm(service(&kind, "checkout"), "error-rate");
    assert_eq!((rate.severity, rate.warm_up_minutes, rate.evaluation_periods), (Severity::Info, Some(60), 6), "of all alarms");
    let orders = alarm(service(&kind, "checkout"), "Orders");
    assert_eq!((orders.severity, orders.warm_up_minutes, orders.period_seconds), (Severity::Info, Some(60), 1_800), "of a metric as well");
    assert_eq!(alarm(service(&kind, "mailer"), "error-lines").warm_up_minutes, Some(60), "of every service");

    let of_service = with(of_kind, "{ severity: warning, warm_up: 2h }");
    let latency = alarm(service(&of_service, "checkout"), "latency");
    assert_eq!(
        (threshold(latency).as_str(), latency.severity, latency.warm_up_minutes),
        ("500", Severity::Warning, Some(120)),
        "a service is nearer than a kind"
    );
    assert_eq!(alarm(service(&of_service, "mailer"), "error-lines").severity, Severity::Info, "another service is left alone");

    let of_alarm = with(of_kind, "{ severity: warning, latency: { severity: critical, above: 2s } }");
    let latency = alarm(service(&of_alarm, "checkout"), "latency");
    assert_eq!((threshold(latency).as_str(), latency.severity, latency.warm_up_minutes), ("2000", Severity::Critical, Some(5)));
}

#[test]
fn alarms_are_removed_for_all_services_and_asked_for_by_one() {
    assert_eq!(names(&with("{}", "{}"), "checkout"), ["error-rate", "latency", "no-logs", "Orders"]);
    let without = with("{ no_logs: off, error_lines: off }", "{}");
    assert_eq!(
        (names(&without, "checkout"), names(&without, "mailer")),
        (vec!["error-rate".to_owned(), "latency".to_owned(), "Orders".to_owned()], Vec::new())
    );
    let again = with("{ no_logs: off, for: 20 minutes }", "{ no_logs: on, error_lines: { above: 9 } }");
    assert_eq!(names(&again, "checkout"), ["error-rate", "error-lines", "latency", "no-logs", "Orders"]);
    assert_eq!(alarm(service(&again, "checkout"), "no-logs").evaluation_periods, 4);
    assert_eq!(names(&again, "mailer"), ["error-lines"]);
    // What holds for a kind asks nobody for an alarm that is not there by default.
    assert_eq!(names(&with("{ error_lines: { above: 9 } }", "{}"), "checkout"), ["error-rate", "latency", "no-logs", "Orders"]);
    let off = with("off", "{}");
    assert_eq!((names(&off, "checkout"), names(&off, "mailer")), (vec!["Orders".to_owned()], Vec::new()));
}

#[test]
fn silence_has_a_reason_and_an_end() {
    let silenced = |model: &Model, suffix: &str| alarm(service(model, "checkout"), suffix).silenced.clone();
    let one = with("{}", "{ latency: { silenced: slow until the move of March }, error_rate: { above: 1% } }");
    assert_eq!((silenced(&one, "latency").as_deref(), silenced(&one, "error-rate")), (Some("slow until the move of March"), None));
    for no in ["no", "off", "false"] {
        let all = with("{ silenced: not live yet }", &format!("{{ error_rate: {{ silenced: {no} }} }}"));
        assert_eq!((silenced(&all, "Orders").as_deref(), silenced(&all, "error-rate")), (Some("not live yet"), None));
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    let loaded = load(&[&config("{ warm_up: 3 days, silenced: yes, latencies: off }", "{ warm_up: 90s, latency: { silenced: [a] } }")]);
    assert_eq!(
        errors(&loaded),
        [
            "out-of-range: an alarm cannot warm up for 3 days",
            "wrong-type: a silenced alarm says why, in one line of at most 200 characters",
            "unknown-key: `alarms` of `defaults` has no key `latencies`",
            "out-of-range: an alarm cannot warm up for 90s",
            "wrong-type: expected the reason why it is silenced, found a list",
        ],
        "{}",
        text_of(&loaded)
    );
}
