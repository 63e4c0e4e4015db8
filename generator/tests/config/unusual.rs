//! Alarms on what is unusual, by CloudWatch's anomaly detection.

use skywarden_generator::model::{Condition, MissingData, Side, Signal};

use crate::support::{alarm, errors, load, model, service, smallest_with, text_of};

fn config(alarm: &str) -> String {
    smallest_with(&format!("metrics:\n  - {{ name: Orders, from: checkout, where: '{{ $.a = 1 }}', kind: counter, alarm: {alarm} }}\n"))
}

#[test]
fn what_is_usual_has_sides_and_a_width() {
    for (typed, side, width, missing, title) in [
        ("{ unusual: high }", Side::High, 2.0, MissingData::NotBreaching, "checkout: Sum of Orders above what is usual"),
        ("{ unusual: low, width: 3 }", Side::Low, 3.0, MissingData::Breaching, "checkout: Sum of Orders below what is usual"),
        ("{ unusual: either, missing: ignore }", Side::Either, 2.0, MissingData::Ignore, "checkout: Sum of Orders outside of what is usual"),
    ] {
        let model = model(&config(typed));
        let found = alarm(service(&model, "checkout"), "Orders");
        assert_eq!((found.condition, found.missing, found.title.as_str()), (Condition::Unusual { side, width }, missing, title));
        assert_eq!((found.period_seconds, found.evaluation_periods, found.datapoints_to_alarm), (300, 3, 3));
        assert!(matches!(&found.signal, Signal::Metric(metric) if metric.statistic == "Sum"));
    }
    let hours = model(&config("{ unusual: high, for: 2 of 3 hours }"));
    assert_eq!(alarm(service(&hours, "checkout"), "Orders").period_seconds, 3_600);
}

#[test]
fn what_means_nothing_is_told() {
    for (typed, expected) in [
        ("{ unusual: high, above: 3 }", "missing-key: an alarm has one of `above`, `below` and `unusual`"),
        ("{ severity: error }", "missing-key: an alarm needs `above`, `below` or `unusual`"),
        ("{ unusual: up }", "unknown-word: expected a side of what is usual, found `up`"),
        ("{ unusual: high, width: 0 }", "out-of-range: a band is 0 standard deviations wide on each side"),
        ("{ unusual: high, for: 2 days }", "aws-limit: what is usual is known for periods of at most an hour"),
        ("{ unusual: high, share_of: Requests }", "not-applicable: what is usual is known of a metric, not of a share"),
    ] {
        let loaded = load(&[&config(typed)]);
        assert_eq!(errors(&loaded), [expected], "{}", text_of(&loaded));
    }
    let loaded = load(&[&config("{ above: 5, width: 3 }")]);
    assert!(text_of(&loaded).contains("`width` is of what is usual, and this alarm has a threshold"), "{}", text_of(&loaded));
}
