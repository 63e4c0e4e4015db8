//! `errors.notify`: when people hear of issues, and how often.

use skywarden_core::{
    plan::{MessageLimit, NotifyPolicy, QuietHours},
    severity::Severity,
};
use skywarden_generator::config::Level;

use crate::support::{errors, load, model, smallest_with};

fn notify(settings: &str) -> String {
    smallest_with(&format!("errors: {{ notify: {{ {settings} }} }}\n"))
}

#[test]
fn every_setting_reaches_the_plan() {
    let text = notify(
        "new: false, regressed: false, escalating: false, resolved: true, at: [100, 10, 100], group_wait: 1m, digest: 10m, repeat: 1 day, \
         limit: { route: 8, service: 2, per: 1h }, quiet: '21:30-06:00 except critical, error', time_zone: America/New_York",
    );
    let expected = NotifyPolicy {
        new: false,
        regressed: false,
        escalating: false,
        resolved: true,
        at: vec![10, 100],
        group_wait_seconds: 60,
        digest_seconds: 600,
        repeat_seconds: 86_400,
        limit: MessageLimit { route: 8, service: 2, period_seconds: 3_600 },
        quiet: Some(QuietHours {
            from_minute: 21 * 60 + 30,
            until_minute: 6 * 60,
            except: vec![Severity::Critical, Severity::Error],
            time_zone: "America/New_York".to_owned(),
            time_zone_rule: "EST5EDT,M3.2.0,M11.1.0".to_owned(),
        }),
    };
    assert_eq!(model(&text).errors.notify, expected);
}

#[test]
fn quiet_hours_without_a_zone_are_in_utc() {
    let quiet = model(&notify("quiet: 22:00-07:00 except critical")).errors.notify.quiet.unwrap();
    assert_eq!((quiet.time_zone.as_str(), quiet.time_zone_rule.as_str()), ("UTC", "UTC0"));
}

#[test]
fn times_and_counts_hold_at_their_boundaries() {
    for (good, bad) in [
        ("group_wait: 900s", "group_wait: 901s"),
        ("group_wait: 1s", "group_wait: 1500ms"),
        ("digest: 60s", "digest: 59s"),
        ("digest: 1d, repeat: 1d", "digest: 1d, repeat: 86399s"),
        ("repeat: 10m", "repeat: 599s"),
        ("repeat: 7d", "repeat: 8d"),
        ("limit: { route: 100 }", "limit: { route: 101 }"),
        ("limit: { per: 1m }", "limit: { per: 59s }"),
        ("limit: { service: 1 }", "limit: { service: 0 }"),
    ] {
        assert!(load(&[&notify(good)]).model.is_some(), "{good}");
        let found = errors(&load(&[&notify(bad)]));
        assert!(found.len() == 1 && found[0].starts_with("out-of-range"), "{bad}: {found:?}");
    }
    assert_eq!(errors(&load(&[&notify("limit: { rout: 1 }")])), ["unknown-key: `errors.notify.limit` has no key `rout`"]);
}

#[test]
fn what_changes_nothing_is_said() {
    for (settings, message) in [
        ("time_zone: Europe/Berlin", "there are no quiet hours: the time zone changes nothing"),
        ("limit: { route: 2, service: 5 }", "a service may have 5 messages and a route only 2: the limit of the service changes nothing"),
    ] {
        let loaded = load(&[&notify(settings)]);
        let said: Vec<_> = loaded.diagnostics.iter().map(|diagnostic| (diagnostic.severity, diagnostic.message.as_str())).collect();
        assert_eq!(said, [(Level::Warning, message)]);
    }
}
