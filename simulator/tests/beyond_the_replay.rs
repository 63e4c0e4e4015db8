//! Alarms on what a replay has no data of are listed, and judge nothing.

use skywarden_simulator::{
    alarm::notification::Origin,
    template::{StackTemplate, Watched},
};

const SHARED: &str = include_str!("../../generator/tests/fixtures/any_metric/expected/cloudformation/shop-prod-skywarden.template.json");
const SERVICE: &str = include_str!("../../generator/tests/fixtures/any_metric/expected/cloudformation/shop-prod-service-checkout.template.json");

#[test]
fn alarms_on_metrics_of_aws_and_on_queries_are_listed_with_the_reason() {
    let origin = Origin { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() };
    // The service's stack first: the functions and queues of the other one are known all the same.
    let templates = [("shop-prod-service-checkout", SERVICE), ("shop-prod-skywarden", SHARED)];
    let watched = Watched::read(templates.map(|(stack_name, text)| StackTemplate { stack_name, text }), &origin).unwrap();
    let mut skipped: Vec<(&str, &str)> = watched.skipped.iter().map(|skipped| (skipped.logical_id.as_str(), skipped.reason.as_str())).collect();
    skipped.sort_unstable();
    let aws = |name: &str| format!("nothing in a replay writes {name}: AWS does, about what is not replayed");
    let expected = [
        ("AlarmNamedInvoices", aws("AWS/S3 BucketSizeBytes")),
        ("AlarmNamedLoginsByBots", "log alarms are not simulated: their queries need CloudWatch Logs Insights".to_owned()),
        ("AlarmNamedLowTraffic", "anomaly detection is not simulated: AWS does not publish its algorithm".to_owned()),
        ("AlarmNamedNearTimeout", aws("AWS/Lambda Duration")),
        ("AlarmNamedOrderQueueAge", aws("AWS/SQS ApproximateAgeOfOldestMessage")),
        ("AlarmNamedOrdersDrain", aws("AWS/SQS ApproximateNumberOfMessagesVisible")),
        ("AlarmNamedThrottled", aws("AWS/Lambda Throttles")),
    ];
    assert_eq!(skipped, expected.each_ref().map(|(id, reason)| (*id, reason.as_str())));
    // Those of Skywarden itself and of the service's log are simulated.
    for name in ["shop/prod dead-letters", "shop/prod alert-notifier-errors", "shop/prod: checkout no-logs", "shop/prod: checkout latency"] {
        assert!(watched.alarms.iter().any(|alarm| alarm.name == name), "{name}");
    }
}
