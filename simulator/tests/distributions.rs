//! Alarms on trimmed statistics, percentile ranks and metrics in embedded metric format, from the template to the change of state.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail the test")]

use serde_json::{Value, json};
use skywarden_simulator::{
    alarm::notification::{Origin, message},
    replay::{AlarmMessage, Delivery, LogEvent, Outcome, Replay, ReplaySettings, Subscriber},
    template::{StackTemplate, Watched},
};

/// 20 November 2026, 13:00:00 UTC, in milliseconds.
const START_MS: i64 = 1_795_179_600_000;

fn origin() -> Origin {
    Origin { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() }
}

/// No function listens.
struct Nobody;

impl Subscriber for Nobody {
    fn deliver(&mut self, _: &Delivery, _: i64) -> Outcome {
        Outcome { failed: false, duration_ms: 0.0 }
    }

    fn alarm(&mut self, _: &AlarmMessage<'_>, _: i64) {}

    fn tick(&mut self, _: i64) {}
}

/// An alarm above a threshold over one minute, on `Time` of the namespace `app` or as the properties say.
fn alarm(threshold: f64, properties: &Value) -> Value {
    let mut all = json!({
        "ComparisonOperator": "GreaterThanThreshold", "Threshold": threshold, "EvaluationPeriods": 1, "TreatMissingData": "notBreaching",
    });
    if properties.get("Metrics").is_none() {
        all.as_object_mut().unwrap().extend(json!({"Namespace": "app", "MetricName": "Time", "Period": 60}).as_object().unwrap().clone());
    }
    all.as_object_mut().unwrap().extend(properties.as_object().unwrap().clone());
    json!({"Type": "AWS::CloudWatch::Alarm", "Properties": all})
}

fn watched(resources: &Value) -> Watched {
    let text = json!({"Resources": resources}).to_string();
    Watched::read([StackTemplate { stack_name: "stack", text: &text }], &origin()).unwrap()
}

/// The log group `/app` with a metric filter that takes `$.ms` for `Time`, beside other resources.
fn with_filter(resources: &Value) -> Value {
    let mut all = json!({
        "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/app"}},
        "Filter": {"Type": "AWS::Logs::MetricFilter", "Properties": {
            "LogGroupName": "/app", "FilterPattern": "{ $.ms = * }",
            "MetricTransformations": [{"MetricName": "Time", "MetricNamespace": "app", "MetricValue": "$.ms", "Unit": "Milliseconds"}],
        }},
    });
    all.as_object_mut().unwrap().extend(resources.as_object().unwrap().clone());
    all
}

fn event(at_ms: i64, message: String) -> LogEvent {
    LogEvent { group: "/app".to_owned(), stream: "s".to_owned(), id: at_ms.to_string(), timestamp_ms: at_ms, message }
}

/// A hundred lines a minute: 95 take 20 ms, five take 5 s; in the third minute fifty take 5 s.
fn slow_minute(line: impl Fn(i64, i64) -> String) -> Vec<LogEvent> {
    (0..400)
        .map(|index| {
            let minute = index / 100;
            let slow = if minute == 2 { 50 } else { 5 };
            let at_ms = START_MS + minute * 60_000 + (index % 100) * 500;
            event(at_ms, line(at_ms, if index % 100 < slow { 5_000 } else { 20 }))
        })
        .collect()
}

/// The minutes, from the start, at whose end the alarms changed their state.
fn changes(watched: &Watched, events: Vec<LogEvent>) -> Vec<String> {
    let mut replay = Replay::new(watched, origin(), ReplaySettings::default()).unwrap();
    replay.run(events.into_iter().map(Ok), &mut Nobody, &mut |_| {}).unwrap();
    let of = |alarm: &skywarden_simulator::alarm::Alarm| {
        let changes: Vec<String> = alarm.history().iter().map(|change| format!("{}:{}", (change.at_ms - START_MS) / 60_000, change.to)).collect();
        changes.join(" ")
    };
    replay.alarms().iter().map(of).collect()
}

fn filtered(at_ms: i64, ms: i64) -> String {
    json!({"at": at_ms, "ms": ms}).to_string()
}

#[test]
fn outliers_that_move_the_average_do_not_move_a_trimmed_mean() {
    let watched = watched(&with_filter(&json!({
        "Average": alarm(100.0, &json!({"Statistic": "Average"})),
        "Trimmed": alarm(100.0, &json!({"ExtendedStatistic": "tm90"})),
        "Middle": alarm(100.0, &json!({"ExtendedStatistic": "TM(10%:90%)"})),
    })));
    assert!(watched.skipped.is_empty(), "{:?}", watched.skipped);
    // Five slow lines make an average of 269 ms; the mean of the lower nine tenths notices only the minute with fifty.
    assert_eq!(changes(&watched, slow_minute(filtered)), ["1:ALARM", "1:OK 3:ALARM 4:OK", "1:OK 3:ALARM 4:OK"]);
}

#[test]
fn a_percentile_rank_alarms_on_the_share_of_slow_requests() {
    let watched = watched(&with_filter(&json!({
        "Share": alarm(10.0, &json!({"ExtendedStatistic": "PR(1000:)"})),
        "Count": alarm(10.0, &json!({"Metrics": [
            {"Id": "slow", "MetricStat": {"Metric": {"Namespace": "app", "MetricName": "Time"}, "Period": 60, "Stat": "TC(1000:)"}, "ReturnData": false},
            {"Id": "half", "Expression": "slow / 2"},
        ]})),
    })));
    assert!(watched.skipped.is_empty(), "{:?}", watched.skipped);
    assert_eq!(changes(&watched, slow_minute(filtered)), ["1:OK 3:ALARM 4:OK"; 2]);
}

#[test]
fn metrics_in_embedded_metric_format_raise_alarms() {
    let resources = json!({
        "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/app"}},
        "Trimmed": alarm(100.0, &json!({"ExtendedStatistic": "tm90", "Dimensions": [{"Name": "Service", "Value": "api"}]})),
    });
    let line = |at_ms: i64, ms: i64| {
        let directive = json!({"Namespace": "app", "Dimensions": [["Service"]], "Metrics": [{"Name": "Time", "Unit": "Milliseconds"}]});
        json!({"_aws": {"Timestamp": at_ms, "CloudWatchMetrics": [directive]}, "Service": "api", "Time": ms}).to_string()
    };
    assert_eq!(changes(&watched(&resources), slow_minute(line)), ["1:OK 3:ALARM 4:OK"]);
    let mut infrequent = resources;
    infrequent["Group"]["Properties"]["LogGroupClass"] = json!("INFREQUENT_ACCESS");
    let watched = watched(&infrequent);
    assert_eq!(watched.without_emf, ["/app"]);
    assert_eq!(changes(&watched, slow_minute(line)), ["1:OK"]);
}

#[test]
fn the_message_of_an_alarm_names_its_statistic_as_aws_does() {
    let watched = watched(&json!({"Rank": alarm(10.0, &json!({"ExtendedStatistic": "PR(1000:)"}))}));
    let transition = skywarden_simulator::alarm::Transition {
        at_ms: START_MS,
        from: skywarden_simulator::alarm::AlarmState::Ok,
        to: skywarden_simulator::alarm::AlarmState::Alarm,
        reason: String::new(),
    };
    let body: Value = serde_json::from_str(&message(&watched.alarms[0], &transition, &origin())).unwrap();
    assert_eq!((&body["Trigger"]["StatisticType"], &body["Trigger"]["ExtendedStatistic"]), (&json!("ExtendedStatistic"), &json!("PR(1000:)")));
}

#[test]
fn statistics_no_alarm_can_have_are_skipped_with_what_to_do() {
    let watched = watched(&json!({
        "Fixed": alarm(1.0, &json!({"ExtendedStatistic": "TM(150:1000)"})),
        "Unknown": alarm(1.0, &json!({"ExtendedStatistic": "median"})),
        "TooHigh": alarm(1.0, &json!({"ExtendedStatistic": "p101"})),
        "Misplaced": alarm(1.0, &json!({"Statistic": "p99"})),
    }));
    assert!(watched.alarms.is_empty());
    let reasons: Vec<&str> = watched.skipped.iter().map(|skipped| skipped.reason.as_str()).collect();
    assert!(reasons[0].starts_with("AWS takes no alarm on `TM(150:1000)`; use percentages"), "{reasons:?}");
    assert!(reasons[1].starts_with("statistic `median`: there is no such statistic; use SampleCount"), "{reasons:?}");
    assert_eq!(reasons[2], "statistic `p101`: a percentage is at most 100; write 0 to 100");
    assert!(reasons[3].starts_with("`p99` stands under the wrong property"), "{reasons:?}");
}
