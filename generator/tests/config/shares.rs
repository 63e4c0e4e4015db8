//! Alarms on the share of one metric in another.

use skywarden_core::severity::Severity;
use skywarden_generator::model::{Comparison, MetricStatistic, MissingData, Signal};

use crate::support::{alarm, compared, errors, load, model, service, text_of};

fn config(alarm: &str) -> String {
    format!(
        "project: shop
services:
  checkout: {{ runtime: lambda }}
metrics:
  - {{ name: Declined, from: checkout, where: '{{ $.a = 1 }}', kind: counter, by: {{ Provider: $.p }}, alarm: {alarm} }}
  - {{ name: Payments, from: checkout, where: '{{ $.a = * }}', kind: counter }}
  - {{ name: ByCurrency, from: checkout, where: '{{ $.a = * }}', kind: counter, by: {{ Currency: $.c }} }}
routes:
  - {{ email: team@example.com }}
"
    )
}

fn sum(name: &str) -> MetricStatistic {
    MetricStatistic { namespace: "shop/prod/checkout".to_owned(), name: name.to_owned(), dimensions: Vec::new(), statistic: "Sum".to_owned() }
}

#[test]
fn a_share_is_of_totals_and_needs_enough_of_the_whole() {
    let model = model(&config("{ share_of: Payments, above: 10%, severity: error }"));
    let found = alarm(service(&model, "checkout"), "Declined");
    assert_eq!(found.title, "checkout: Declined above 10 % of Payments");
    assert!(found.advice.starts_with("Declined is above 10 % of Payments (10 minutes). Declined is computed"), "{}", found.advice);
    assert_eq!(found.signal, Signal::Percentage { part: sum("DeclinedAll"), whole: sum("Payments"), min_whole: 20 });
    assert_eq!((compared(found), found.severity), ((Comparison::Above, 10.0), Severity::Error));
    assert_eq!((found.period_seconds, found.evaluation_periods, found.datapoints_to_alarm, found.missing), (300, 2, 2, MissingData::NotBreaching));
}

#[test]
fn a_share_can_be_of_a_built_in_metric_and_too_small() {
    let model = model(&config("{ share_of: Requests, below: 0.5%, min: 200, for: 3 of 6 hours }"));
    let found = alarm(service(&model, "checkout"), "Declined");
    assert_eq!(found.signal, Signal::Percentage { part: sum("DeclinedAll"), whole: sum("Requests"), min_whole: 200 });
    assert_eq!((compared(found).0, found.missing, found.period_seconds), (Comparison::Below, MissingData::NotBreaching, 3_600), "of nothing there is no share");
}

#[test]
fn what_is_no_share_is_refused() {
    for (alarm, expected) in [
        ("{ share_of: Payment, above: 5% }", "unknown-metric: service `checkout` has no metric `Payment` of which `Declined` could be a share"),
        ("{ share_of: DeclinedAll, above: 5% }", "unknown-metric: service `checkout` has no metric `DeclinedAll` of which `Declined` could be a share"),
        ("{ share_of: ByCurrency, above: 5% }", "not-applicable: `ByCurrency` has dimensions, so there is no one number of which `Declined` could be a share"),
        ("{ share_of: Payments, above: 5 }", "wrong-type: the threshold of a share is a percentage"),
        ("{ share_of: Payments, above: 5s }", "wrong-type: the threshold of a share is a percentage"),
        ("{ above: 5% }", "wrong-type: `Declined` is no share"),
        ("{ share_of: Payments, above: 5%, statistic: Average }", "bad-statistic: a share is of sums, and `Average` is none"),
    ] {
        let loaded = load(&[&config(alarm)]);
        assert_eq!(errors(&loaded), [expected], "{}", text_of(&loaded));
    }
    let loaded = load(&[&config("{ above: 5, min: 3 }")]);
    assert!(text_of(&loaded).contains("`min` is of a share, and this alarm is on none"), "{}", text_of(&loaded));
}
