//! The user's metrics: the engine chosen, and what it is given.

use skywarden_core::plan::{MetricKind, MetricValueSource};
use skywarden_generator::model::{Comparison, MetricEngine, MetricPlan, MetricStatistic, MetricValue, MissingData, Model, Signal, names::Function};

use crate::support::{alarm, errors, load, model, service, smallest_with};

const WHERE: &str = "where: '{ $.event = \"order_placed\" }'";

fn with_metric(settings: &str) -> Model {
    model(&smallest_with(&format!("metrics:\n  - {{ name: OrderValue, from: checkout, {settings} }}\n")))
}

fn custom(model: &Model) -> Vec<&MetricPlan> {
    service(model, "checkout").metrics.iter().filter(|metric| metric.custom).collect()
}

#[test]
fn a_simple_metric_is_a_metric_filter() {
    let model = with_metric(&format!("{WHERE}, value: $.amount, by: {{ Currency: $.currency }}"));
    let [metric] = custom(&model)[..] else { panic!("one metric") };
    let MetricEngine::Native(filter) = &metric.engine else { panic!("{}", metric.reason) };
    assert_eq!(filter.pattern, "{ $.event = \"order_placed\" }");
    assert_eq!(filter.value, MetricValue::Selector("$.amount".to_owned()));
    // CloudWatch Logs refuses a default value beside dimensions.
    assert_eq!(filter.default_value, None);
    assert_eq!((metric.unit.as_str(), metric.dimensions[0].name.as_str()), ("None", "Currency"));
}

#[test]
fn a_count_is_zero_when_nothing_matches() {
    let model = with_metric(WHERE);
    let [metric] = custom(&model)[..] else { panic!("one metric") };
    let MetricEngine::Native(filter) = &metric.engine else { panic!("{}", metric.reason) };
    assert_eq!((filter.value.clone(), filter.default_value), (MetricValue::Constant(1.0), Some(0.0)));
    assert_eq!(metric.unit, "Count");
}

#[test]
fn without_a_pattern_a_filter_takes_the_lines_that_have_the_field() {
    let model = with_metric("value: $.amount");
    let MetricEngine::Native(filter) = &custom(&model)[0].engine else { panic!("native") };
    assert_eq!(filter.pattern, "{ $.amount = * }");
}

#[test]
fn what_a_filter_cannot_express_goes_to_the_extractor_with_a_reason() {
    for (settings, reason) in [
        ("by: { Currency: $.currency }, limit: 20".to_owned(), "capped at 20"),
        ("by: { A: $.a, B: $.b, C: $.c, D: $.d }".to_owned(), "4 dimensions"),
        ("value: $.amount, resolution: 1s".to_owned(), "one second"),
        ("where: order_placed, value: $.amount".to_owned(), "found by words"),
    ] {
        let model = with_metric(&settings);
        let metric = custom(&model)[0];
        assert!(matches!(metric.engine, MetricEngine::Extractor(_)), "{settings}");
        assert!(metric.reason.contains(reason), "{settings}: {}", metric.reason);
        let functions: Vec<_> = service(&model, "checkout").subscriptions.iter().map(|subscription| subscription.function).collect();
        assert_eq!(functions, [Function::MetricsExtractor, Function::ErrorClassifier]);
    }
    let three = with_metric("by: { A: $.a, B: $.b, C: $.c }");
    assert!(matches!(custom(&three)[0].engine, MetricEngine::Native(_)));
}

#[test]
fn a_rule_carries_all_the_extractor_needs() {
    let model = with_metric(&format!("{WHERE}, value: $.amount, unit: Milliseconds, by: {{ Currency: $.currency }}, limit: 20"));
    let MetricEngine::Extractor(rule) = &custom(&model)[0].engine else { panic!("extractor") };
    assert_eq!((rule.log_group.as_str(), rule.namespace.as_str()), ("/aws/lambda/shop-checkout", "shop/prod/checkout"));
    assert_eq!(rule.value, MetricValueSource::Selector("$.amount".to_owned()));
    assert_eq!((rule.kind, rule.resolution_seconds, rule.unit.as_str()), (MetricKind::Distribution, 60, "Milliseconds"));
    assert_eq!((rule.dimensions[0].selector.as_str(), rule.dimensions[0].limit), ("$.currency", 20));
}

#[test]
fn one_rule_delivers_its_lines_and_one_without_a_pattern_all_lines() {
    let one = with_metric(&format!("{WHERE}, by: {{ Currency: $.currency }}, limit: 20"));
    assert_eq!(service(&one, "checkout").subscriptions[0].pattern, "{ $.event = \"order_placed\" }");
    let two = with_metric(&format!("{WHERE}, by: {{ A: $.a }}, limit: 20 }}\n  - {{ name: B, from: checkout, by: {{ A: $.a }}, limit: 2"));
    assert_eq!(service(&two, "checkout").subscriptions[0].pattern, "");
}

#[test]
fn an_alarm_on_a_metric_with_dimensions_looks_at_a_total_of_its_own() {
    let model = with_metric(&format!("{WHERE}, value: $.amount, by: {{ Currency: $.currency }}, limit: 20, alarm: {{ above: 10, for: 10 minutes }}"));
    let names: Vec<_> = custom(&model).iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(names, ["OrderValue", "OrderValueAll"]);
    let total = custom(&model)[1];
    assert!(matches!(total.engine, MetricEngine::Native(_)) && total.dimensions.is_empty());
    let alarm = alarm(service(&model, "checkout"), "OrderValue");
    let watched = MetricStatistic {
        namespace: "shop/prod/checkout".to_owned(),
        name: "OrderValueAll".to_owned(),
        dimensions: Vec::new(),
        statistic: "Average".to_owned(),
    };
    assert_eq!(alarm.signal, Signal::Metric(watched));
    assert_eq!(alarm.title, "checkout: Average of OrderValue above 10");
    assert_eq!((alarm.evaluation_periods, alarm.datapoints_to_alarm, alarm.missing), (10, 10, MissingData::NotBreaching));
}

#[test]
fn a_lower_bound_takes_silence_for_too_little() {
    let model = with_metric(&format!("{WHERE}, alarm: {{ below: 1, for: 1 hour }}"));
    let alarm = alarm(service(&model, "checkout"), "OrderValue");
    assert_eq!((alarm.comparison, alarm.missing, alarm.period_seconds), (Comparison::Below, MissingData::Breaching, 3_600));
}

#[test]
fn a_sum_is_taken_over_the_whole_time_and_a_percentile_over_five_minutes() {
    let shape = |settings: &str| {
        let model = with_metric(settings);
        let alarm = alarm(service(&model, "checkout"), "OrderValue");
        (alarm.period_seconds, alarm.evaluation_periods, alarm.datapoints_to_alarm)
    };
    assert_eq!(shape("alarm: { above: 5, for: 10 minutes }"), (600, 1, 1));
    assert_eq!(shape("alarm: { above: 5, for: 3 of 5 minutes }"), (60, 5, 3));
    assert_eq!(shape("value: $.t, unit: Seconds, alarm: { above: 2s, for: 15 minutes }"), (300, 3, 3));
}

#[test]
fn a_threshold_may_be_a_time_when_the_metric_is_one() {
    let seconds = with_metric("value: $.t, unit: Seconds, alarm: { above: 1500ms }");
    let threshold = alarm(service(&seconds, "checkout"), "OrderValue").threshold;
    assert!((threshold - 1.5).abs() < 1e-9, "{threshold}");
    let count = load(&[&smallest_with("metrics: [{ name: A, from: checkout, alarm: { above: 2s } }]\n")]);
    assert_eq!(errors(&count), ["wrong-type: `A` is in Count, not in a unit of time"]);
}

#[test]
fn an_alarm_has_one_bound() {
    for alarm in ["{ for: 5 minutes }", "{ above: 1, below: 0 }"] {
        let loaded = load(&[&smallest_with(&format!("metrics: [{{ name: A, from: checkout, alarm: {alarm} }}]\n"))]);
        assert_eq!(errors(&loaded).len(), 1, "{alarm}");
    }
}

fn count_metrics(count: usize) -> String {
    let metrics: Vec<_> = (0..count).map(|index| format!("  - {{ name: M{index}, from: checkout }}\n")).collect();
    smallest_with(&format!("metrics:\n{}", metrics.concat()))
}

#[test]
fn a_log_group_takes_a_hundred_metric_filters() {
    // Four are built in.
    assert!(load(&[&count_metrics(96)]).model.is_some());
    let loaded = load(&[&count_metrics(97)]);
    assert_eq!(errors(&loaded), ["aws-limit: service `checkout` has 101 metric filters, a log group has at most 100"]);
}

fn regex_metrics(count: usize) -> String {
    let metrics: Vec<_> = (0..count).map(|index| format!("  - {{ name: M{index}, from: checkout, where: '%x{index}%' }}\n")).collect();
    smallest_with(&format!("metrics:\n{}", metrics.concat()))
}

#[test]
fn a_log_group_takes_five_filters_with_regular_expressions() {
    assert!(load(&[&regex_metrics(5)]).model.is_some());
    assert_eq!(errors(&load(&[&regex_metrics(6)])).len(), 1);
}

fn dimensions(count: usize) -> String {
    let by: Vec<_> = (0..count).map(|index| format!("D{index}: $.d{index}")).collect();
    smallest_with(&format!("metrics: [{{ name: A, from: checkout, by: {{ {} }} }}]\n", by.join(", ")))
}

#[test]
fn a_metric_takes_thirty_dimensions() {
    assert!(load(&[&dimensions(30)]).model.is_some());
    assert_eq!(errors(&load(&[&dimensions(31)])).len(), 1);
}

#[test]
fn two_subscriptions_fit_and_a_third_does_not() {
    let text = |existing: u8, limit: &str| {
        format!(
            "project: shop\nservices: {{ a: {{ runtime: ecs, existing_subscriptions: {existing} }} }}\nmetrics: [{{ name: A, from: a, by: {{ B: $.b }}{limit} }}]\nroutes: [{{ email: a@example.com }}]\n"
        )
    };
    assert!(load(&[&text(0, ", limit: 5")]).model.is_some());
    assert!(load(&[&text(1, "")]).model.is_some());
    assert_eq!(errors(&load(&[&text(1, ", limit: 5")])).len(), 1);
    assert_eq!(errors(&load(&[&text(2, "")])).len(), 1);
}

#[test]
fn an_alarm_takes_the_statistics_cloudwatch_takes_for_alarms() {
    let settings = |statistic: &str| format!("value: $.t, alarm: {{ above: 5, statistic: '{statistic}' }}");
    for (typed, meant) in
        [("p99.9", "p99.9"), ("tm90", "tm90"), ("wm98", "wm98"), ("IQM", "IQM"), ("PR(:300)", "PR(:300)"), ("TM(10%:90%)", "TM(10%:90%)"), ("TC(:99%)", "tc99")]
    {
        let model = with_metric(&settings(typed));
        let Signal::Metric(signal) = &alarm(service(&model, "checkout"), "OrderValue").signal else { panic!("{typed}") };
        assert_eq!(signal.statistic, meant);
    }
    for (typed, message) in [
        ("TM(150:1000)", "bad-statistic: `TM(150:1000)` is a statistic of CloudWatch, but no alarm can have it"),
        ("TM(5%:95%)", "bad-statistic: `TM(5%:95%)` is a statistic of CloudWatch, but no alarm can have it"),
        ("p101", "bad-statistic: `p101` is not a statistic of CloudWatch"),
        ("averge", "bad-statistic: `averge` is not a statistic of CloudWatch"),
    ] {
        let loaded = load(&[&smallest_with(&format!("metrics: [{{ name: A, from: checkout, {} }}]\n", settings(typed)))]);
        assert_eq!(errors(&loaded), [message]);
    }
    let hint = load(&[&smallest_with(&format!("metrics: [{{ name: A, from: checkout, {} }}]\n", settings("p99.01234567891")))]);
    assert_eq!(hint.diagnostics[0].hint.as_deref(), Some("a number has at most 10 decimals; round it"));
}
