//! How log lines reach the functions: slots, streams and whole accounts.

use skywarden_cloudformation::limits::{ACCOUNT_POLICY_SELECTION_BYTES, STREAM_SHARDS};
use skywarden_core::plan::Plan;
use skywarden_generator::{
    emit,
    model::{AlarmKind, Destination, Model, Shards, names::Function},
};

use crate::support::{errors, load, model, service, smallest_with};

/// A service with a metric that metrics-extractor has to compute, and others' subscriptions on its log group.
fn with_metric(service: &str, delivery: &str) -> String {
    format!(
        "project: shop\nservices: {{ a: {{ runtime: ecs, {service} }} }}\nroutes: [{{ email: a@example.com }}]\n{delivery}\n\
         metrics: [{{ name: Orders, from: a, where: '{{ $.event = \"order\" }}', by: {{ Currency: $.currency }}, limit: 5 }}]\n"
    )
}

fn filters(model: &Model) -> Vec<(Destination, &str)> {
    service(model, "a").subscriptions.iter().map(|subscription| (subscription.destination, subscription.pattern.as_str())).collect()
}

fn plan(model: &Model) -> Plan {
    emit::plan(model)
}

const ORDERS: &str = r#"{ $.event = "order" }"#;
const EXTRACTOR: Destination = Destination::Function(Function::MetricsExtractor);
const CLASSIFIER: Destination = Destination::Function(Function::ErrorClassifier);

#[test]
fn with_two_free_slots_each_function_has_its_own_pattern() {
    let model = model(&with_metric("", ""));
    let filters = filters(&model);
    assert_eq!(filters[0], (EXTRACTOR, ORDERS));
    assert!(filters.len() == 2 && filters[1].0 == CLASSIFIER && filters[1].1.starts_with("?ERROR "), "{filters:?}");
    assert!(!plan(&model).to_json().contains("one_function"), "absent where it means nothing");
}

#[test]
fn with_one_free_slot_error_classifier_does_the_work_of_both() {
    let model = model(&with_metric("existing_subscriptions: 1", ""));
    // Words and JSON conditions make no pattern together.
    assert_eq!(filters(&model), [(CLASSIFIER, "")]);
    let plan = plan(&model);
    assert!(plan.is_one_function("/ecs/shop-a") && plan.rules.len() == 1);
    assert_eq!(Plan::parse(&plan.to_json()).unwrap(), plan);
}

#[test]
fn one_free_slot_is_enough_for_one_function() {
    let text = "project: shop\nservices: { a: { runtime: ecs, existing_subscriptions: 1 } }\nroutes: [{ email: a@example.com }]\n";
    let model = model(text);
    assert!(filters(&model)[0].1.starts_with("?ERROR ") && !service(&model, "a").one_function);
}

#[test]
fn without_a_free_slot_only_the_account_can_listen() {
    for delivery in ["", "delivery: kinesis"] {
        let errors = errors(&load(&[&with_metric("existing_subscriptions: 2", delivery)]));
        assert_eq!(errors, ["no-free-subscription: the log group of service `a` has no subscription filter left of 2, and it needs one"], "{delivery}");
    }
    let whole = model(&with_metric("existing_subscriptions: 2", "delivery: { account_wide: true }"));
    assert!(filters(&whole).is_empty() && service(&whole, "a").one_function, "error-classifier has every line anyway");
}

#[test]
fn through_a_stream_every_service_has_one_filter_and_both_functions_their_own_work() {
    let model = model(&with_metric("existing_subscriptions: 1", "delivery: kinesis"));
    assert_eq!(filters(&model), [(Destination::Stream, "")]);
    assert!(!service(&model, "a").one_function);
    let stream = model.delivery.stream.unwrap();
    assert_eq!((stream.shards, stream.retention_hours), (Shards::OnDemand, 24));
    let about: Vec<_> = model.own_alarms.iter().filter(|alarm| matches!(alarm.kind, AlarmKind::StreamBehind(_) | AlarmKind::StreamThrottled)).collect();
    let shown: Vec<_> = about.iter().map(|alarm| (alarm.name.as_str(), alarm.advice.contains("5 minutes"))).collect();
    assert_eq!(shown, [("shop-prod-metrics-extractor-behind", true), ("shop-prod-error-classifier-behind", true), ("shop-prod-stream-throttled", true)]);
}

#[test]
fn a_service_without_metrics_of_the_extractor_sends_the_stream_no_more_than_its_errors() {
    let model = model(&format!("{}delivery: kinesis\n", crate::support::SMALLEST));
    let subscription = &service(&model, "checkout").subscriptions[0];
    assert!(subscription.destination == Destination::Stream && subscription.pattern.starts_with("?ERROR "));
}

#[test]
fn the_whole_account_leaves_metrics_to_their_own_subscription_or_to_the_stream() {
    let direct = model(&with_metric("", "delivery: { account_wide: true, except: [/b, /a, /b] }"));
    assert_eq!(filters(&direct), [(EXTRACTOR, ORDERS)]);
    let wide = direct.delivery.account_wide.as_ref().unwrap();
    assert_eq!(
        wide.criteria(&direct.names),
        r#"LogGroupName NOT IN ["/aws/lambda/shop-prod-metrics-extractor", "/aws/lambda/shop-prod-error-classifier", "/aws/lambda/shop-prod-alert-notifier", "/a", "/b"]"#
    );
    let stream = model(&with_metric("", "delivery: { through: kinesis, account_wide: true }"));
    assert!(filters(&stream).is_empty() && !service(&stream, "a").one_function);
}

#[test]
fn shards_follow_from_what_is_expected() {
    let shards = |settings: &str| model(&smallest_with(&format!("delivery: {{ through: kinesis, {settings} }}\n"))).delivery.stream.unwrap().shards;
    assert_eq!(shards("expect: 5 MB/s"), Shards::Provisioned(5));
    assert_eq!(shards("expect: 5.1 MB/s, shards: 6"), Shards::Provisioned(6));
    assert_eq!(shards("expect: 200 MB/s, shards: on_demand"), Shards::OnDemand);
    assert_eq!(shards(&format!("expect: {STREAM_SHARDS} MB/s")), Shards::Provisioned(STREAM_SHARDS));
    let refused = |settings: &str| errors(&load(&[&smallest_with(&format!("delivery: {{ through: kinesis, {settings} }}\n"))]));
    assert_eq!(refused("expect: 5.1 MB/s, shards: 5"), ["delivery-conflict: 5 shards take 5 MB/s, and 6 are needed for what is expected"]);
    assert_eq!(refused("expect: 200.1 MB/s, shards: on_demand"), ["aws-limit: an on-demand stream grows to 200 MB/s, and more is expected"]);
    assert_eq!(refused("expect: 1000.1 MB/s"), ["aws-limit: 1001 shards are needed for what is expected, an account has at most 1000"]);
    assert_eq!(refused("shards: 0"), ["out-of-range: expected a whole number from 1 to 1000, found 0"]);
    assert_eq!(shards(&format!("shards: {STREAM_SHARDS}")), Shards::Provisioned(STREAM_SHARDS));
    assert_eq!(refused(&format!("shards: {}", STREAM_SHARDS + 1)), ["out-of-range: expected a whole number from 1 to 1000, found 1001"]);
    assert_eq!(refused("shards: plenty"), ["unknown-word: expected `on_demand` or a number of shards, found `plenty`"]);
    for retention in ["23h", "366d", "24.5h"] {
        assert_eq!(refused(&format!("retention: {retention}")), [format!("out-of-range: a stream cannot keep its records for {retention}")]);
    }
    assert_eq!(model(&smallest_with("delivery: { through: kinesis, retention: 7d }\n")).delivery.stream.unwrap().retention_hours, 168);
}

#[test]
fn what_has_nothing_to_be_about_is_refused_and_all_of_it_at_once() {
    let refused = errors(&load(&[&smallest_with("delivery: { through: subscription, shards: 4, retention: 48h, expect: 5 MB/s, except: [/a] }\n")]));
    assert_eq!(refused.iter().filter(|error| error.starts_with("delivery-conflict: ")).count(), 4, "{refused:?}");
    assert_eq!(errors(&load(&[&smallest_with("delivery: firehose\n")])), ["unknown-word: expected how log lines reach the functions, found `firehose`"]);
    assert_eq!(errors(&load(&[&smallest_with("delivery: { account_wide: [yes] }\n")])).len(), 1);
}

#[test]
fn through_a_stream_batches_are_marked() {
    let refused = errors(&load(&[&smallest_with("delivery: kinesis\nprocessing: { metrics_marker: false }\n")]));
    let message = "a stream delivers records again whenever one before them fails, and without the marker each time counts in metrics";
    assert_eq!(refused, [format!("delivery-conflict: {message}")]);
    for fine in ["delivery: kinesis\nprocessing: { metrics_marker: true }\n", "delivery: subscription\nprocessing: { metrics_marker: false }\n"] {
        assert_eq!(errors(&load(&[&smallest_with(fine)])), [""; 0], "{fine}");
    }
}

#[test]
fn an_account_leaves_out_no_service_and_no_more_names_than_fit() {
    let refused = |except: &str| errors(&load(&[&smallest_with(&format!("delivery: {{ account_wide: true, except: [{except}] }}\n"))]));
    assert_eq!(
        refused("/aws/lambda/shop-checkout"),
        ["delivery-conflict: `/aws/lambda/shop-checkout` is the log group of service `checkout`, whose errors would not be seen"]
    );
    // A name of 500 characters takes four more: quotes, comma and space.
    let own = model(&smallest_with("delivery: { account_wide: true }\n"));
    let room = ACCOUNT_POLICY_SELECTION_BYTES - own.delivery.account_wide.unwrap().criteria(&own.names).len();
    let mut names: Vec<String> = (0..room / 504).map(|number| format!("/{number:0499}")).collect();
    names.push(format!("/x{}", "y".repeat(room % 504 - 4 - 2)));
    assert_eq!(refused(&names.join(", ")), [""; 0]);
    names.last_mut().unwrap().push('y');
    assert_eq!(refused(&names.join(", ")), ["aws-limit: the log groups that are left out take 25001 bytes, and AWS takes 25000"]);
}
