//! Impact alarms: what they tell for, what holds them back, and what is refused.

use std::fmt::Write as _;

use skywarden_core::severity::Severity;
use skywarden_generator::model::{AlarmKind, AlarmTarget, Composite, Rule, Service, Suppressor};

use crate::support::{alarm, errors, load, model, service, service_with, text_of};

/// The impact alarm of a service.
fn impact(service: &Service) -> &Composite {
    service.composites.first().ok_or("no impact alarm").unwrap()
}

/// Last parts of the names of the alarms that a rule looks at.
fn parts(service: &Service) -> Vec<&str> {
    impact(service).rule.alarms().into_iter().map(|name| name.strip_prefix("shop-prod-").unwrap_or(name)).collect()
}

fn of_one(impact: &str) -> Service {
    service(&model(&service_with(&format!("alarms: {{ impact: {impact} }}"))), "checkout").clone()
}

/// A config of services, one a line.
fn services(lines: &[&str]) -> String {
    format!("project: shop\nservices:\n  {}\nroutes: [{{ email: team@example.com }}]\n", lines.join("\n  "))
}

#[test]
fn there_is_none_unless_it_is_asked_for() {
    let model = model(&service_with("http: true"));
    let checkout = service(&model, "checkout");
    assert!(checkout.composites.is_empty());
    assert!(checkout.alarms.iter().all(|alarm| alarm.target == AlarmTarget::Alarms && alarm.kind != AlarmKind::Deploying));
}

#[test]
fn it_tells_for_what_a_user_feels_and_its_parts_are_quiet() {
    let model = model(&services(&[
        "checkout: { runtime: lambda, telemetry: true, alarms: { impact: on } }",
        "mailer: { runtime: ec2, format: text, alarms: { impact: on } }",
    ]));
    let checkout = service(&model, "checkout");
    assert_eq!(parts(checkout), ["checkout-error-rate", "checkout-latency", "checkout-no-logs"]);
    assert_eq!(parts(service(&model, "mailer")), ["mailer-error-lines", "mailer-no-logs"]);
    let targets: Vec<_> = checkout.alarms.iter().map(|alarm| alarm.target).collect();
    // The telemetry library's lost lines are felt by nobody but the team.
    assert_eq!(targets, [AlarmTarget::Composite, AlarmTarget::Composite, AlarmTarget::Composite, AlarmTarget::Alarms]);
    let composite = impact(checkout);
    assert_eq!((composite.name.as_str(), composite.title.as_str()), ("shop-prod-checkout-impact", "checkout: users are affected"));
    assert_eq!((composite.target, composite.severity), (AlarmTarget::Alarms, Severity::Critical));
    assert!(composite.advice.contains("error rate above 5 %, p99 latency above 1000 ms or no log line for 15 minutes"), "{}", composite.advice);
    assert!(!composite.advice.contains("This alarm is quiet while"), "{}", composite.advice);
}

#[test]
fn parts_are_called_as_the_config_calls_alarms() {
    let metric = "metrics: [{ name: payment_failures, from: checkout, alarm: { above: 3, severity: error } }]\n";
    let text = format!("{}{metric}", service_with("alarms: { impact: { of: [payment_failures, latency, latency], parts: loud } }"));
    let model = model(&text);
    let checkout = service(&model, "checkout");
    assert_eq!(parts(checkout), ["checkout-latency", "checkout-payment_failures"]);
    assert_eq!(impact(checkout).severity, Severity::Error, "the most severe of its parts");
    assert!(checkout.alarms.iter().all(|alarm| alarm.target == AlarmTarget::Alarms), "loud");
}

#[test]
fn the_nearest_word_counts() {
    let text = "project: shop
defaults:
  alarms:
    impact: { of: [error_lines, latency], severity: warning, unless: [payments], deploying: 10 minutes }
services:
  payments: { runtime: lambda }
  checkout: { runtime: lambda, alarms: { impact: { severity: error, unless: off, deploying: off } } }
  catalog: { runtime: lambda, alarms: { severity: info } }
  mailer: { runtime: ec2, format: text, alarms: { impact: off } }
  silent: { runtime: ec2, format: text, alarms: { error_lines: off } }
routes: [{ email: team@example.com }]
";
    let model = model(text);
    let of = |name: &str| {
        let found = service(&model, name);
        found.composites.first().map(|composite| (parts(found), composite.severity, found.after.clone(), composite.suppressor.is_some()))
    };
    assert_eq!(of("payments"), Some((vec!["payments-latency"], Severity::Warning, vec![], true)), "it is not behind itself");
    assert_eq!(of("checkout"), Some((vec!["checkout-latency"], Severity::Error, vec![], false)));
    assert_eq!(of("catalog"), Some((vec!["catalog-latency", "payments-impact"], Severity::Info, vec!["payments".to_owned()], true)));
    assert_eq!((of("mailer"), of("silent")), (None, None), "one that has none of the parts has no impact alarm");
}

#[test]
fn a_service_behind_it_holds_it_back() {
    let model = model(&services(&[
        "checkout: { runtime: lambda, alarms: { impact: { of: [latency], unless: [payments, catalog] } } }",
        "payments: { runtime: lambda, alarms: { impact: { unless: [catalog] } } }",
        "catalog: { runtime: lambda, alarms: { impact: on } }",
    ]));
    let checkout = service(&model, "checkout");
    let alarm = |name: &str| Rule::Alarm(format!("shop-prod-{name}"));
    let not = |name| Rule::Not(Box::new(alarm(name)));
    assert_eq!(impact(checkout).rule, Rule::All(vec![Rule::Any(vec![alarm("checkout-latency")]), not("payments-impact"), not("catalog-impact")]));
    assert_eq!(checkout.after, ["catalog", "payments"]);
    assert!(impact(checkout).advice.contains("quiet while users of payments or catalog are affected"), "{}", impact(checkout).advice);
}

#[test]
fn a_deployment_holds_it_back() {
    let checkout = of_one("{ deploying: 10 minutes }");
    let suppressor = Suppressor { alarm: "shop-prod-checkout-deploying".to_owned(), wait_seconds: 60, extension_seconds: 120 };
    assert_eq!(impact(&checkout).suppressor, Some(suppressor));
    let deploying = alarm(&checkout, "deploying");
    assert_eq!((deploying.period_seconds, deploying.evaluation_periods, deploying.datapoints_to_alarm), (60, 10, 1));
    assert_eq!((deploying.target, deploying.severity), (AlarmTarget::Composite, Severity::Info));
    assert!(deploying.advice.contains("Deployments into namespace shop/prod/checkout less than 10 minutes ago"), "{}", deploying.advice);
    assert!(load(&[&service_with("alarms: { impact: { deploying: 1 day } }")]).model.is_some());
    for wrong in ["1441 minutes", "30s", "90s"] {
        let loaded = load(&[&service_with(&format!("alarms: {{ impact: {{ deploying: {wrong} }} }}"))]);
        assert_eq!(errors(&loaded), [format!("out-of-range: an alarm cannot be held back for a deployment of {wrong}")]);
    }
    let metric = "metrics: [{ name: Deployments, from: checkout }]\n";
    let loaded = load(&[&format!("{}{metric}", service_with("alarms: { impact: { deploying: 5m } }"))]);
    assert_eq!(errors(&loaded), ["reserved-name: `Deployments` of service `checkout` is the metric by which its pipeline tells that it deploys"]);
}

#[test]
fn what_is_silenced_does_not_speak_through_another_alarm() {
    let one = service(&model(&service_with("alarms: { latency: { silenced: see INC-12 }, impact: on }")), "checkout").clone();
    assert_eq!((parts(&one), &impact(&one).silenced), (vec!["checkout-error-rate", "checkout-no-logs"], &None));
    let all = service(&model(&service_with("alarms: { silenced: see INC-12, impact: on }")), "checkout").clone();
    assert_eq!((parts(&all).len(), impact(&all).silenced.as_deref()), (3, Some("see INC-12")));
    let parts_alone = of_one("{ of: [latency], silenced: being rebuilt }");
    assert_eq!(impact(&parts_alone).silenced.as_deref(), Some("being rebuilt"));
    let every = service(&model(&service_with("alarms: { latency: { silenced: see INC-12 }, impact: { of: [latency] } }")), "checkout").clone();
    assert_eq!(impact(&every).silenced.as_deref(), Some("see INC-12"));
}

#[test]
fn an_alarm_of_the_same_name_is_refused() {
    let metric = "metrics: [{ name: impact, from: checkout, alarm: { above: 3 } }]\n";
    let loaded = load(&[&format!("{}{metric}", service_with("alarms: { impact: on }"))]);
    assert_eq!(errors(&loaded), ["duplicate-alarm: service `checkout` would have two alarms named `shop-prod-checkout-impact`"]);
}

#[test]
fn mistakes_in_the_defaults_are_told_once() {
    let text = "project: shop
defaults: { alarms: { impact: { of: [latency, eror_rate], unless: [payment, mailer] } } }
services:
  payments: { runtime: lambda }
  checkout: { runtime: lambda }
  mailer: { runtime: ec2, format: text }
routes: [{ email: team@example.com }]
";
    insta::assert_snapshot!(text_of(&load(&[text])));
}

#[test]
fn settings_that_cannot_be_read_are_told() {
    insta::assert_snapshot!(text_of(&load(&[&service_with(
        "alarms: { impact: { of: [], parts: silent, unless: [chekout, 5], deploying: soon, for: 5m, severity: bad } }"
    )])));
}

#[test]
fn as_many_parts_as_cloudwatch_takes() {
    let with = |count: usize, prefix: &str| {
        let mut text =
            service_with(&format!("alarms: {{ impact: {{ of: [{}] }} }}", (0..count).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>().join(", ")));
        text.push_str("metrics:\n");
        for n in 0..count {
            let _ = writeln!(text, "  - {{ name: {prefix}{n}, from: checkout, resolution: 1s, alarm: {{ above: 1 }} }}");
        }
        errors(&load(&[&text]))
    };
    assert_eq!(with(100, "M"), Vec::<String>::new());
    assert_eq!(with(101, "M"), ["aws-limit: the rule of `shop-prod-checkout-impact` would have 101 alarms, CloudWatch takes 100"]);
    let long = "M".repeat(80);
    let found = with(95, &long);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("characters, CloudWatch takes 10240"), "{found:?}");
}

#[test]
fn as_many_composite_alarms_look_at_one_as_cloudwatch_takes() {
    let with = |count: usize| {
        let mut text = "project: shop\nservices:\n  payments: { runtime: lambda, alarms: { impact: on } }\n".to_owned();
        for n in 0..count {
            let _ = writeln!(text, "  s{n}: {{ runtime: lambda, alarms: {{ impact: {{ of: [latency], unless: [payments] }} }} }}");
        }
        text.push_str("routes: [{ email: team@example.com }]\n");
        errors(&load(&[&text]))
    };
    assert_eq!(with(150), Vec::<String>::new());
    assert_eq!(with(151), ["aws-limit: more than 150 composite alarms look at `shop-prod-payments-impact`, which is all that CloudWatch takes"]);
}

#[test]
fn the_examples_of_the_documentation_load() {
    let page = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/alarms.md")).unwrap();
    let (_, sections) = page.split_once("## Impact").unwrap();
    let blocks: Vec<&str> = sections.split("```yaml\n").skip(1).filter_map(|block| block.split("```").next()).collect();
    assert_eq!(blocks.len(), 2);
    let model = model(&format!("project: shop\n{}routes: [{{ email: team@example.com }}]\n", blocks.concat()));
    let checkout = service(&model, "checkout");
    assert_eq!(parts(checkout), ["checkout-error-rate", "checkout-latency", "checkout-PaymentFailures", "payments-impact"]);
    assert_eq!((checkout.maintenance.len(), service(&model, "payments").maintenance.len()), (2, 1));
    assert_eq!(impact(checkout).rule.alarms().last(), Some(&"shop-prod-payments-impact"), "as the page says");
    let line = "aws cloudwatch put-metric-data --namespace shop/prod/checkout --metric-name Deployments --value 1";
    assert!(sections.contains(line) && alarm(checkout, "deploying").advice.contains("shop/prod/checkout"));
}
