//! A small project from templates, plan and log to the report.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a broken fixture must fail the test")]

mod small;

use skywarden_simulator::{
    alarm::{Alarm, AlarmState, Transition},
    processors::Processors,
    replay::{
        AlarmMessage, Delivery, Destination, InputError, LogEvent, LogEvents, Outcome, Progress, Replay, ReplayError, ReplaySettings, SharedMetrics, Subscriber,
    },
    report::{MetricReport, Report, text},
    simulation::{Simulation, SimulationError},
    statistics::Statistic,
    template::{StackTemplate, Watched},
};
use small::{START_MS, TEMPLATES, event, half_an_hour, origin, plan, simulation};

fn report() -> Report {
    let mut simulation = simulation();
    simulation.run(half_an_hour().into_iter().map(Ok), &mut |_| {}).unwrap();
    simulation.report()
}

fn metric<'a>(report: &'a Report, namespace: &str, name: &str) -> &'a MetricReport {
    report.metrics.iter().find(|metric| metric.namespace == namespace && metric.name == name).unwrap_or_else(|| panic!("there is no metric {namespace} {name}"))
}

/// Time of day of a change, and the new state.
fn changes(report: &Report, alarm: &str) -> Vec<String> {
    let alarm = report.alarms.iter().find(|found| found.name == alarm).unwrap();
    alarm.changes.iter().map(|change| format!("{} {}", change.at.strftime("%H:%M:%S"), change.to)).collect()
}

#[test]
fn native_metrics_count_what_the_log_holds() {
    let report = report();
    let requests = metric(&report, "small/prod/api", "Requests");
    assert_eq!((requests.samples, requests.sum, requests.unit.as_str()), (138.0, 138.0, "Count"));
    let errors = metric(&report, "small/prod/api", "ServerErrors");
    assert_eq!((errors.samples, errors.sum), (161.0, 10.0), "every event that does not match gives the default 0");
    let sales = metric(&report, "small/prod/api", "Sales");
    assert_eq!((sales.sum, sales.dimensions.clone()), (57.5, vec![("Currency".to_owned(), "EUR".to_owned())]));
    let incoming = metric(&report, "AWS/Logs", "IncomingLogEvents");
    assert_eq!((incoming.samples, incoming.sum), (161.0, 161.0));
}

#[test]
fn the_extractor_gets_every_line_and_its_metrics_come_back() {
    let report = report();
    let duration = metric(&report, "small/prod/api", "Duration");
    assert_eq!((duration.samples, duration.minimum, duration.maximum), (138.0, 20.0, 26.0));
    assert_eq!(duration.dimensions, [("Route".to_owned(), "/orders".to_owned())]);
    let records = metric(&report, "small/prod/skywarden", "RecordsIn");
    assert!(records.sum > 0.0 && records.dimensions[0].0 == "Function");
    assert_eq!(report.failures.len(), 0);
    assert!(report.processors.iter().all(|processor| processor.failed == 0));
}

#[test]
fn an_alarm_fires_when_the_second_bad_minute_is_complete_and_ends_when_two_good_ones_are() {
    let report = report();
    // Bad minutes are 13:10 to 13:14. The second is complete at 13:12 and seen ten seconds later; 13:15 and 13:16 are good.
    assert_eq!(changes(&report, "small-prod-api-error-rate"), ["13:01:10 OK", "13:12:10 ALARM", "13:17:10 OK"]);
    let alarm = report.alarms.iter().find(|alarm| alarm.name == "small-prod-api-error-rate").unwrap();
    assert_eq!((alarm.title.as_str(), alarm.severity.as_str(), alarm.state.as_str()), ("api: error rate above 5 %", "critical", "OK"));
    let reason = &alarm.episodes[0].reason;
    assert!(reason.contains("2 out of the last 3 datapoints [33.33") && reason.contains("(20/11/26 13:11:00)"), "{reason}");
}

#[test]
fn silence_is_noticed_when_the_whole_evaluation_range_is_empty() {
    let report = report();
    // The last data are of 13:19. With N = 3 and two periods more, the range is empty from 13:25 on: later than the three minutes the
    // alarm seems to promise, as on AWS.
    assert_eq!(changes(&report, "small-prod-api-no-logs"), ["13:01:10 OK", "13:25:10 ALARM", "13:28:10 OK"]);
}

#[test]
fn alike_errors_are_one_issue_and_people_hear_of_it_once_masked() {
    let report = report();
    assert_eq!(report.issues.len(), 1);
    let issue = &report.issues[0];
    assert_eq!((issue.kind.as_str(), issue.count, issue.services["api"]), ("GatewayError", 10, 10));
    assert!(!issue.sample.contains('@'), "{}", issue.sample);
    let subjects: Vec<&str> = report.messages.iter().map(|message| message.subject.as_str()).collect();
    let about = |word: &str| subjects.iter().filter(|subject| subject.contains(word)).count();
    assert_eq!((about("new error"), about("10 times"), about("firing"), about("resolved")), (1, 1, 2, 2), "{subjects:#?}");
    let digest = report.messages.iter().find(|message| message.subject.contains("10 times")).unwrap();
    assert!(digest.body.contains("it has reached 10 occurrences, a step of errors.notify.at"), "{}", digest.body);
    assert!(report.messages.iter().all(|message| message.topic == "small-prod-route-oncall-text"));
    assert!(report.messages.iter().all(|message| !message.body.contains("@example.com")));
}

#[test]
fn a_silenced_alarm_is_evaluated_and_tells_nobody() {
    let loud = "\"AlarmName\": \"small-prod-api-error-rate\",";
    let silent = TEMPLATES[1].text.replace(loud, &format!("{loud} \"ActionsEnabled\": false,"));
    assert_ne!(silent, TEMPLATES[1].text);
    let templates = [TEMPLATES[0], StackTemplate { text: &silent, ..TEMPLATES[1] }];
    let mut simulation = Simulation::new(templates, plan(), origin(), ReplaySettings::default()).unwrap();
    simulation.run(half_an_hour().into_iter().map(Ok), &mut |_| {}).unwrap();
    let silenced = simulation.report();
    assert_eq!(changes(&silenced, "small-prod-api-error-rate"), changes(&report(), "small-prod-api-error-rate"));
    let about = |report: &Report| report.messages.iter().filter(|message| message.subject.contains("error rate")).count();
    assert_eq!((about(&report()), about(&silenced)), (2, 0));
}

#[test]
fn the_same_log_gives_the_same_report_byte_for_byte() {
    let json = || serde_json::to_string(&report()).unwrap();
    assert_eq!(json(), json());
}

/// Another tool's stack: a stream read by our functions, one of them by the ARN of an alias; two subscriptions into it, and one into a stream nobody reads.
const FOREIGN: &str = r#"{"Resources": {
  "Bus": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 3}},
  "Extract": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"BatchSize": 2, "StartingPosition": "LATEST",
    "FunctionName": {"Fn::Sub": "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:small-prod-metrics-extractor:live"},
    "EventSourceArn": {"Fn::GetAtt": ["Bus", "Arn"]}}},
  "Classify": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"StartingPosition": "LATEST",
    "FunctionName": "small-prod-error-classifier", "EventSourceArn": {"Fn::GetAtt": ["Bus", "Arn"]}}},
  "Queue": {"Type": "AWS::SQS::Queue"},
  "FromQueue": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": "other", "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}}},
  "Api": {"Type": "AWS::Logs::SubscriptionFilter", "Properties": {"LogGroupName": "/small/api", "FilterPattern": "", "RoleArn": "arn:aws:iam::1:role/r",
    "DestinationArn": {"Fn::GetAtt": ["Bus", "Arn"]}}},
  "Lost": {"Type": "AWS::Logs::SubscriptionFilter", "Properties": {"LogGroupName": "/small/api", "FilterPattern": "",
    "DestinationArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/nobody"}},
  "Mask": {"Type": "AWS::Logs::AccountPolicy", "Properties": {"PolicyName": "mask", "PolicyType": "DATA_PROTECTION_POLICY", "PolicyDocument": "{}"}},
  "Rest": {"Type": "AWS::Logs::AccountPolicy", "Properties": {"PolicyName": "rest", "PolicyType": "SUBSCRIPTION_FILTER_POLICY",
    "SelectionCriteria": "LogGroupName NOT IN [\"/small/api\"]",
    "PolicyDocument": {"Fn::Sub": "{\"DestinationArn\":\"${Bus.Arn}\",\"FilterPattern\":\"ERROR\",\"RoleArn\":\"r\"}"}}}
}}"#;

#[test]
fn lines_are_followed_through_the_streams_of_any_template() {
    let template = StackTemplate { stack_name: "foreign", text: FOREIGN };
    let mut simulation = Simulation::new([template], plan(), origin(), ReplaySettings::default()).unwrap();
    let elsewhere = |event: LogEvent| LogEvent { group: "/elsewhere".to_owned(), ..event };
    let mut events = half_an_hour();
    let last = events.last().unwrap().timestamp_ms;
    for (second, line) in [r#"{"level":"ERROR","message":"far away","error":{"type":"Elsewhere"}}"#, "all well"].iter().enumerate() {
        let mut event = elsewhere(event(0, line));
        event.timestamp_ms = last + i64::try_from(second).unwrap() * 1000;
        events.push(event);
    }
    simulation.run(events.into_iter().map(Ok), &mut |_| {}).unwrap();
    let report = simulation.report();
    // The same as straight from the log group.
    let duration = metric(&report, "small/prod/api", "Duration");
    assert_eq!((duration.samples, duration.minimum, duration.maximum), (138.0, 20.0, 26.0));
    let straight = self::report();
    let counts = |report: &Report| {
        report.issues.iter().filter(|issue| issue.kind != "Elsewhere").map(|issue| (issue.fingerprint.clone(), issue.count)).collect::<Vec<_>>()
    };
    assert_eq!(counts(&report), counts(&straight));
    let elsewhere = report.issues.iter().find(|issue| issue.kind == "Elsewhere").unwrap();
    assert_eq!(elsewhere.services.get("/elsewhere"), Some(&1), "{elsewhere:?}");
    let age = metric(&report, "AWS/Lambda", "IteratorAge");
    assert!(age.maximum <= 5_000.0, "a record waits for the next delivery at most");
    let skipped: Vec<(&str, &str)> = report.skipped.iter().map(|skipped| (skipped.logical_id.as_str(), skipped.reason.as_str())).collect();
    assert_eq!(
        skipped,
        [
            ("Mask", "account policies of type DATA_PROTECTION_POLICY are not simulated"),
            ("Lost", "no function of the templates reads the stream `arn:aws:kinesis:eu-west-1:123456789012:stream/nobody`"),
        ]
    );
}

#[test]
fn templates_are_read_as_deployed_and_what_is_not_simulated_is_listed() {
    let watched = Watched::read(TEMPLATES, &origin()).unwrap();
    assert_eq!(watched.log_groups, ["/small/api"]);
    let metrics: Vec<&str> = watched.metric_filters.iter().map(|filter| filter.metric.as_str()).collect();
    assert_eq!(metrics, ["Requests", "ServerErrors", "Sales"]);
    let functions: Vec<(&str, Destination)> = watched.subscriptions.iter().map(|filter| (filter.name.as_str(), filter.destination.clone())).collect();
    let function = |name: &str| Destination::Function(format!("small-prod-{name}"));
    assert_eq!(functions, [("errors", function("error-classifier")), ("metrics", function("metrics-extractor"))]);
    let topic = watched.topic("arn:aws:sns:eu-west-1:123456789012:small-prod-alarms").unwrap();
    assert_eq!(topic.functions, ["small-prod-alert-notifier"]);
    assert_eq!(watched.queues, ["small-prod-dead-letters", "small-prod-alerts"]);
    assert_eq!(watched.dashboards[0].name, "small-prod-api");
    assert!(watched.dashboards[0].body.contains("\"region\":\"eu-west-1\""));
    let composites: Vec<&str> = watched.composites.iter().map(|composite| composite.name.as_str()).collect();
    assert_eq!(composites, ["small-prod-everything"]);
    let skipped: Vec<&str> = watched.skipped.iter().map(|skipped| skipped.logical_id.as_str()).collect();
    assert_eq!(skipped, ["Broken", "ToStream"]);
    let broken = &watched.skipped[0].reason;
    assert!(broken.starts_with("filter pattern `{ $.status == 1 }`: "), "{broken}");
}

#[test]
fn a_text_that_is_no_template_is_an_error_that_names_the_stack() {
    let bad = StackTemplate { stack_name: "small-prod-service-api", text: "Resources: {}" };
    let error = Simulation::new([bad], small::plan(), origin(), ReplaySettings::default()).unwrap_err();
    assert!(matches!(error, SimulationError::Templates(_)));
    assert!(error.to_string().starts_with("template of stack small-prod-service-api: this is not a CloudFormation template"), "{error}");
}

#[test]
fn an_expression_over_an_unknown_query_is_found_before_the_replay() {
    let text = TEMPLATES[1].text.replace("FILL(part, 0)", "FILL(parts, 0)");
    let bad = StackTemplate { stack_name: "s", text: &text };
    let error = Simulation::new([bad], small::plan(), origin(), ReplaySettings::default()).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("alarm small-prod-api-error-rate: ") && message.contains("there is no query with the id `parts`"), "{message}");
}

/// A function that fails on everything.
#[derive(Default)]
struct Failing {
    alarms: Vec<String>,
}

impl Subscriber for Failing {
    fn deliver(&mut self, _: &Delivery, _: i64) -> Outcome {
        Outcome { failed: true, duration_ms: 5.0 }
    }

    fn alarm(&mut self, message: &AlarmMessage<'_>, _: i64) {
        self.alarms.push(format!("{} {} {}", message.alarm, message.transition.to, message.topic_arn));
    }

    fn tick(&mut self, _: i64) {}
}

#[test]
fn a_failing_function_raises_the_alarm_on_its_errors() {
    let watched = Watched::read(TEMPLATES, &origin()).unwrap();
    let mut replay = Replay::new(&watched, origin(), ReplaySettings::default()).unwrap();
    let mut failing = Failing::default();
    replay.run([Ok(event(5, "{}")), Ok(event(250, "{}"))], &mut failing, &mut |_| {}).unwrap();
    let alarm = replay.alarms().iter().find(|alarm| alarm.config().name == "small-prod-extractor-errors").unwrap();
    let changes: Vec<(i64, AlarmState)> = alarm.history().iter().map(|transition| ((transition.at_ms - START_MS) / 1000, transition.to)).collect();
    // One bad minute holds the alarm until it has left the evaluation range of three minutes; the second failure comes after that.
    assert_eq!(changes, [(70, AlarmState::Alarm), (250, AlarmState::Ok), (310, AlarmState::Alarm)]);
    let told: Vec<&str> = failing.alarms.iter().filter(|told| told.contains("extractor-errors")).map(String::as_str).collect();
    assert_eq!(told, ["small-prod-extractor-errors ALARM arn:aws:sns:eu-west-1:123456789012:small-prod-fallback"; 2]);
}

#[test]
fn an_unreadable_delivery_fails_and_its_alarm_goes_around_the_notifier() {
    let watched = Watched::read(TEMPLATES, &origin()).unwrap();
    let metrics = SharedMetrics::default();
    let mut processors = Processors::new(small::plan(), &watched, metrics.clone()).unwrap();
    let delivery = |function: &str, event: &str| Delivery { function: function.to_owned(), event: event.to_owned(), log_events: 1, iterator_age_ms: None };
    let outcome = processors.deliver(&delivery("small-prod-metrics-extractor", r#"{"awslogs":{"data":"%%%"}}"#), START_MS);
    assert!(outcome.failed);
    assert_eq!(processors.failures().get("batch-not-base64"), Some(&1));
    assert!(!processors.deliver(&delivery("another", "{}"), START_MS).failed);
    assert_eq!(processors.strangers().get("another"), Some(&1));
    let transition = Transition { at_ms: START_MS, from: AlarmState::Ok, to: AlarmState::Alarm, reason: "Threshold Crossed".to_owned() };
    let topic_arn = "arn:aws:sns:eu-west-1:123456789012:small-prod-fallback";
    processors.alarm(&AlarmMessage { alarm: "a", transition: &transition, topic_arn, body: "{}" }, START_MS);
    let messages = processors.messages();
    assert_eq!((messages[0].message.topic.as_str(), messages[0].message.subject.as_str()), ("small-prod-fallback", "ALARM: \"a\""));
    processors.tick(START_MS);
    let store = metrics.lock();
    let depth = store.iter().find(|(metric, _)| metric.to_string().contains("QueueName=small-prod-dead-letters")).unwrap().1;
    assert_eq!(depth.datapoint(Statistic::Maximum, START_MS / 1000, START_MS / 1000 + 60).map(|point| point.value), Some(1.0));
}

#[test]
fn late_events_count_at_their_own_time_and_events_of_strangers_do_no_harm() {
    let mut simulation = simulation();
    let mut stranger = event(130, "hello");
    stranger.group = "/other".to_owned();
    let line = r#"{"status":200}"#;
    let events = [event(0, line), event(125, line), stranger, event(10, line), event(300, line)];
    simulation.run(events.map(Ok), &mut |_| {}).unwrap();
    let replay = simulation.replay();
    assert_eq!(replay.progress().events, 5);
    let store = replay.metrics();
    let store = store.lock();
    let (_, series) = store.iter().find(|(metric, _)| metric.name() == "Requests").unwrap();
    let first_minute = series.datapoint(Statistic::Sum, START_MS / 1000, START_MS / 1000 + 60).map(|point| point.value);
    assert_eq!(first_minute, Some(2.0));
}

#[test]
fn the_span_of_a_replay_is_bounded() {
    let day = 86_400;
    let run = |seconds: i64| simulation().run([Ok(event(0, "{}")), Ok(event(seconds, "{}"))], &mut |_| {});
    assert!(matches!(run(400 * day), Err(ReplayError::TooLong)));
    assert!(run(2 * day).is_ok());
}

#[test]
fn a_damaged_log_ends_the_replay_and_what_came_before_stays() {
    let mut simulation = simulation();
    let text = "{\"group\":\"/small/api\",\"stream\":\"s\",\"id\":\"1\",\"timestamp\":1795179600000,\"message\":\"{\\\"status\\\":200}\"}\noops\n";
    let error = simulation.run(LogEvents::new(text.as_bytes()), &mut |_| {}).unwrap_err();
    assert!(matches!(error, ReplayError::Input(InputError::NotAnEvent { line: 2, .. })));
    assert_eq!(simulation.report().events, 1);
}

#[test]
fn progress_is_told_and_an_empty_log_is_no_error() {
    let mut told: Vec<Progress> = Vec::new();
    simulation().run((0..2500).map(|second| Ok(event(second, "{}"))), &mut |progress| told.push(progress)).unwrap();
    assert_eq!(told.iter().map(|progress| progress.events).collect::<Vec<_>>(), [1000, 2000, 2500]);
    let mut empty = simulation();
    empty.run([], &mut |_| {}).unwrap();
    let report = empty.report();
    assert_eq!((report.events, report.from, report.until), (0, None, None));
    assert_eq!(text::render(&report, 80).lines().next(), Some("small (prod): the log is empty"));
}

#[test]
fn an_alarm_that_never_saw_data_waits() {
    let mut simulation = simulation();
    let mut stranger = event(0, "x");
    stranger.group = "/other".to_owned();
    simulation.run([Ok(stranger)], &mut |_| {}).unwrap();
    let states: Vec<AlarmState> = simulation.replay().alarms().iter().map(Alarm::state).collect();
    assert_eq!(states, [AlarmState::Ok, AlarmState::Ok, AlarmState::Alarm]);
}

#[test]
fn the_text_fits_80_and_120_columns_and_names_what_matters() {
    let report = report();
    for width in [80, 120] {
        let text = text::render(&report, width);
        for line in text.lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
        for needle in [
            "ALARMS\n  13:12 to 13:17 (5 min) [critical] api: error rate above 5 %\n",
            "never fired: small-prod-extractor-errors",
            "GatewayError: gateway refused order",
            "METRICS small/prod/api\n",
            "NOT SIMULATED\n",
        ] {
            assert!(text.contains(needle), "{width}: no {needle:?} in\n{text}");
        }
        assert!(!text.contains('\u{1b}'));
    }
    let messages = text::render_messages(&report, 80);
    assert!(messages.contains("13:12 to small-prod-route-oncall-text\n[CRITICAL] small/prod firing: api: error rate above 5 %\n"), "{messages}");
}
