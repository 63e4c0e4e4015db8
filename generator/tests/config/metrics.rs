//! The user's metrics: the engine chosen, and what it is given.

use skywarden_core::{
    pattern::FilterPattern,
    plan::{LogFormat, MetricKind, MetricValueSource},
    record::format::LineFormat,
};
use skywarden_generator::model::{
    Comparison, Destination, MetricEngine, MetricPlan, MetricStatistic, MetricValue, MissingData, Model, Signal, names::Function,
};

use crate::support::{alarm, compared, errors, load, model, service, smallest_with};

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
        let functions: Vec<_> = service(&model, "checkout").subscriptions.iter().map(|subscription| subscription.destination).collect();
        assert_eq!(functions, [Function::MetricsExtractor, Function::ErrorClassifier].map(Destination::Function));
    }
    let three = with_metric("by: { A: $.a, B: $.b, C: $.c }");
    assert!(matches!(custom(&three)[0].engine, MetricEngine::Native(_)));
}

/// A service with a format and one metric.
fn formatted(format: &str, settings: &str) -> String {
    format!(
        "project: shop\nservices: {{ checkout: {{ runtime: ecs, format: {format} }} }}\nmetrics:\n  - {{ name: Bytes, from: checkout, {settings} }}\nroutes: [{{ email: a@example.com }}]\n"
    )
}

const ACCESS_WHERE: &str = "where: '[host, ident, user, time, request, status = 5*, bytes, ...]'";
const REGEX: &str = r"{ regex: '^(?<level>\w+) (?<tenant>\S+) (?<duration_s>\S+) (?<message>.*)' }";

#[test]
fn a_filter_reads_the_fields_its_space_delimited_pattern_names() {
    for format in ["access", "text", "logfmt", "alb", REGEX] {
        let model = model(&formatted(format, &format!("{ACCESS_WHERE}, value: $.bytes, by: {{ Status: $.status }}")));
        let metric = custom(&model)[0];
        let MetricEngine::Native(filter) = &metric.engine else { panic!("{format}: {}", metric.reason) };
        assert_eq!((filter.value.clone(), filter.default_value), (MetricValue::Selector("$bytes".to_owned()), None));
        assert_eq!((metric.dimensions[0].name.as_str(), metric.dimensions[0].selector.as_str()), ("Status", "$status"));
    }
}

#[test]
fn fields_of_lines_that_are_not_json_go_to_the_extractor_with_a_reason() {
    for (format, settings, reason) in [
        ("text", "value: $.duration".to_owned(), "the format of its log is text"),
        ("logfmt", "where: '\"level=error\"', by: { Table: $.table }".to_owned(), "the format of its log is logfmt"),
        ("access", "value: $.request_time, unit: Seconds".to_owned(), "the format of its log is access"),
        ("access", format!("{ACCESS_WHERE}, value: $.http.duration_ms"), "it reads `http.duration_ms`"),
        ("access", format!("{ACCESS_WHERE}, by: {{ Status: $.status }}, limit: 20"), "capped at 20"),
        ("alb", "value: $.target_processing_time, by: { Client: $.client_ip }".to_owned(), "the format of its log is alb"),
        (REGEX, "value: $.http.duration_ms, by: { Tenant: $.tenant }".to_owned(), "the format of its log is regex"),
    ] {
        let model = model(&formatted(format, &settings));
        let metric = custom(&model)[0];
        assert!(matches!(&metric.engine, MetricEngine::Extractor(rule) if rule.dimensions == metric.dimensions), "{format}, {settings}");
        assert!(metric.reason.starts_with("metrics-extractor computes it: ") && metric.reason.contains(reason), "{format}, {settings}: {}", metric.reason);
        assert!(metric.dimensions.iter().all(|dimension| dimension.selector.starts_with("$.")), "{format}");
    }
    // Counting lines needs no fields.
    for settings in ["where: timeout", "unit: Count", ACCESS_WHERE] {
        let model = model(&formatted("logfmt", settings));
        assert!(matches!(custom(&model)[0].engine, MetricEngine::Native(_)), "{settings}");
    }
}

#[test]
fn a_field_no_line_can_have_is_an_error() {
    for (format, settings, expected) in [
        ("access", "value: $.request_tme", "bad-selector: no line of the format access has a field `request_tme`"),
        ("alb", "by: { Level: $.level }", "bad-selector: no line of the format alb has a field `level`"),
        (REGEX, "by: { Tenant: $.tenant_id }", "bad-selector: no line of the format regex has a field `tenant_id`"),
        (
            "text",
            "where: '[a, b]', value: $.b, resolution: 1s",
            "bad-selector: metrics-extractor has to compute `Bytes`, and it does not read the names of a space-delimited pattern, as `b`",
        ),
    ] {
        assert_eq!(errors(&load(&[&formatted(format, settings)])), [expected], "{format}, {settings}");
    }
}

#[test]
fn error_lines_of_each_format_are_found_by_their_own_pattern() {
    let access = r#"203.0.113.7 - - [23/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" STATUS 612 "-" "curl""#;
    let alb = r#"http 2026-11-23T10:00:00Z app/x/y 203.0.113.7:1 10.0.0.1:80 0.1 0.1 0.1 STATUS - 1 2 "GET http://a:80/ HTTP/1.1" "curl""#;
    for (format, bad, good) in [
        ("logfmt", "level=error msg=x".to_owned(), "level=info msg=x".to_owned()),
        ("access", access.replace("STATUS", "502"), access.replace("STATUS", "404")),
        ("alb", alb.replace("STATUS", "503"), alb.replace("STATUS", "200")),
        (REGEX, "ERROR a 1 x".to_owned(), "INFO a 1 x".to_owned()),
    ] {
        let model = model(&formatted(format, "where: x"));
        let metric = service(&model, "checkout").metrics.iter().find(|metric| metric.name == "ErrorLines").unwrap();
        let MetricEngine::Native(filter) = &metric.engine else { panic!("{format}") };
        let pattern = FilterPattern::parse(&filter.pattern).unwrap();
        assert!(pattern.matches(&bad) && !pattern.matches(&good), "{format}: {}", filter.pattern);
    }
}

#[test]
fn a_format_is_what_the_plan_carries() {
    let with_time = "{ regex: '(?<timestamp>\\S+ \\S+) (?<message>.*)', time: '%d/%b/%Y:%H:%M:%S %z' }";
    let model = model(&formatted(with_time, "where: x"));
    let LogFormat::Regex(regex) = &service(&model, "checkout").format else { panic!("a regex") };
    let format = LineFormat::compile(&regex.pattern, regex.time.as_deref()).unwrap();
    assert_eq!(format.read("23/Nov/2026:10:00:00 +0000 hello").unwrap().timestamp_ms, Some(1_795_428_000_000));
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
    assert_eq!((compared(alarm).0, alarm.missing, alarm.period_seconds), (Comparison::Below, MissingData::Breaching, 3_600));
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
    let threshold = alarm(service(&seconds, "checkout"), "OrderValue");
    let threshold = compared(threshold).1;
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
