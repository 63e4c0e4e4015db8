//! Sending: what becomes of messages that share a request, when parts of it fail or the function dies over it, and of an alarm whose metric cannot be read.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail the test")]

#[expect(dead_code, reason = "this test needs its plan alone")]
mod small;

use std::{
    collections::BTreeMap,
    future::{Future, pending, ready},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt as _, executor::block_on};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use skywarden_core::{
    alarm::{AlarmNotice, Trigger},
    issue::{AlarmCommit, Committed, Notice, OutboxEntry},
    metric::name::ProcessorMetric,
    notify::{History, HistoryWindow, OutgoingMessage},
    pipeline::{Notification, NotificationPorts, Tally},
    plan::{Plan, Route, RouteTopic, TopicFormat},
    port::{Clock, Failure, IssueStore as _, MetricHistory, PortError, PortResult, Publisher},
    severity::Severity,
};
use skywarden_simulator::{
    memory::{MemoryClock, MemoryHistory, MemoryIssues, MemoryPublisher, MemoryResidues},
    replay::SharedMetrics,
    statistics::MetricId,
};

/// What a publisher does with a message.
type Fate = fn(&OutgoingMessage, u32) -> Option<Failure>;

/// Topics of which some parts of a request fail, and over which the function may die.
struct Unreliable {
    inner: MemoryPublisher,
    /// By message, with the number of attempts before it.
    fate: Fate,
    attempts: Mutex<BTreeMap<(String, String), u32>>,
    /// Sizes of the requests so far.
    requests: Mutex<Vec<usize>>,
    dies_at: usize,
    dead: Arc<AtomicBool>,
}

/// The clock of a function: one that is dead sleeps for ever.
struct Mortal {
    inner: Arc<MemoryClock>,
    dead: Arc<AtomicBool>,
}

impl Clock for Mortal {
    fn now(&self) -> Timestamp {
        self.inner.now()
    }

    async fn sleep(&self, duration: Duration) {
        if self.dead.load(Ordering::SeqCst) {
            pending::<()>().await;
        } else {
            self.inner.sleep(duration).await;
        }
    }
}

impl Publisher for Unreliable {
    async fn publish(&self, messages: &[OutgoingMessage]) -> Vec<PortResult<()>> {
        let request = {
            let mut requests = self.requests.lock().unwrap();
            requests.push(messages.len());
            requests.len()
        };
        let mut results = Vec::new();
        for message in messages {
            let before = {
                let mut attempts = self.attempts.lock().unwrap();
                let attempts = attempts.entry((message.topic.clone(), message.subject.clone())).or_default();
                *attempts += 1;
                *attempts - 1
            };
            results.push(match (self.fate)(message, before) {
                None => self.inner.publish(std::slice::from_ref(message)).await.remove(0),
                Some(failure) => Err(PortError { failure, operation: "sns.PublishBatch", code: "made-up".to_owned(), message: String::new() }),
            });
        }
        if request == self.dies_at {
            self.dead.store(true, Ordering::SeqCst);
            return pending().await;
        }
        results
    }
}

/// A metric that cannot be read.
struct Unreadable;

impl MetricHistory for Unreadable {
    fn recent(&self, _: &Trigger, _: &HistoryWindow) -> impl Future<Output = PortResult<History>> + Send {
        ready(Err(PortError { failure: Failure::Ambiguous, operation: "cloudwatch.GetMetricData", code: "timeout".to_owned(), message: String::new() }))
    }
}

struct Outside {
    clock: Arc<MemoryClock>,
    issues: MemoryIssues,
    publisher: Unreliable,
    residues: MemoryResidues,
    metrics: SharedMetrics,
}

impl Outside {
    fn new(fate: Fate, dies_at: usize) -> Self {
        let clock = Arc::new(MemoryClock::new(Timestamp::from_millisecond(small::START_MS).unwrap()));
        let inner = MemoryPublisher::new(Arc::clone(&clock));
        let dead = Arc::new(AtomicBool::new(false));
        Self {
            issues: MemoryIssues::new(Arc::clone(&clock)),
            publisher: Unreliable { inner, fate, attempts: Mutex::default(), requests: Mutex::default(), dies_at, dead },
            residues: MemoryResidues::new(Arc::clone(&clock)),
            metrics: SharedMetrics::default(),
            clock,
        }
    }

    fn deadline(&self) -> Timestamp {
        self.clock.now().checked_add(SignedDuration::from_secs(60)).unwrap()
    }

    /// Subjects published to a topic, sorted.
    fn published(&self, topic: &str) -> Vec<String> {
        let published = self.publisher.inner.published();
        let mut subjects: Vec<String> = published.into_iter().filter(|one| one.message.topic == topic).map(|one| one.message.subject).collect();
        subjects.sort();
        subjects
    }

    fn requests(&self) -> Vec<usize> {
        self.publisher.requests.lock().unwrap().clone()
    }

    fn tick(&self, notification: &Notification, minute: i64) -> Tally {
        self.clock.set_ms(small::START_MS + minute * 70_000);
        let mut tally = Tally::default();
        let history = MemoryHistory::new(self.metrics.clone(), Arc::clone(&self.clock));
        // A tick that dies is followed by the next minute's.
        self.publisher.dead.store(false, Ordering::SeqCst);
        let clock = Mortal { inner: Arc::clone(&self.clock), dead: Arc::clone(&self.publisher.dead) };
        let ports = NotificationPorts { store: &self.issues, publisher: &self.publisher, residue: &self.residues, history: &history, clock: &clock };
        let _died = notification.on_tick(&ports, self.deadline(), &mut tally).now_or_never();
        tally
    }
}

fn notification() -> Notification {
    notification_of(small::plan())
}

fn notification_of(plan: Plan) -> Notification {
    let topic = |name: &str, format| RouteTopic { format, topic: name.to_owned() };
    let topics = vec![topic("text", TopicFormat::Text), topic("json", TopicFormat::Json)];
    let routes = vec![Route { name: "oncall".to_owned(), severities: Severity::ALL.to_vec(), topics }];
    Notification::new(Plan { routes, ..plan }).unwrap()
}

/// An alarm as CloudWatch tells it, with the metric it looks at.
fn alarm(name: &str, state: &str, second: i64) -> String {
    let at = Timestamp::from_millisecond(small::START_MS + second * 1000).unwrap().strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string();
    let trigger = json!({"Namespace": "small", "MetricName": "Errors", "Statistic": "SUM", "Period": 60, "EvaluationPeriods": 3, "Threshold": 5.0});
    json!({"AlarmName": name, "NewStateValue": state, "NewStateReason": "r", "StateChangeTime": at, "Trigger": trigger}).to_string()
}

/// Alarms that fire and are not sent: their invocations die before, and the tick takes them up together.
fn alarms_wait(outside: &Outside, number: usize) {
    for number in 0..number {
        let notice = AlarmNotice::parse(&alarm(&format!("alarm-{number:02}"), "ALARM", 0)).unwrap();
        let entry = OutboxEntry {
            id: format!("entry-{number:02}"),
            due: outside.clock.now(),
            notice: Notice::Alarm(Box::new(notice.clone())),
            published: Vec::new(),
            attempts: 0,
        };
        let commit = AlarmCommit { alarm: notice.alarm, changed_at: notice.changed_at, firing: true, entry };
        assert_eq!(block_on(outside.issues.commit_alarm(&commit)), Ok(Committed::Done));
    }
}

fn subjects(number: usize) -> Vec<String> {
    (0..number).map(|number| format!("[WARNING] small/prod firing: alarm-{number:02}")).collect()
}

#[test]
fn messages_for_one_topic_share_requests() {
    let outside = Outside::new(|_, _| None, 0);
    alarms_wait(&outside, 13);
    outside.tick(&notification(), 1);
    for topic in ["text", "json"] {
        assert_eq!(outside.published(topic), subjects(13));
    }
    // The tick takes ten entries at a time, each with a message to both topics.
    assert_eq!(outside.requests(), [10, 10, 3, 3]);
    assert_eq!(outside.issues.unsent(), 0);
}

#[test]
fn each_part_of_a_request_has_its_own_fate() {
    let fate: Fate = |message, before| match (message.subject.rsplit('-').next(), message.topic.as_str()) {
        (Some("01"), "text") => Some(Failure::Rejected),
        (Some("02"), _) if before == 0 => Some(Failure::Unavailable),
        (Some("03"), "json") if before < 2 => Some(Failure::Ambiguous),
        _ => None,
    };
    let outside = Outside::new(fate, 0);
    alarms_wait(&outside, 5);
    let notification = notification();
    let tally = outside.tick(&notification, 1);
    let all = subjects(5);
    let without =
        |missing: usize| -> Vec<String> { all.iter().enumerate().filter(|(place, _)| *place != missing).map(|(_, subject)| subject.clone()).collect() };
    assert_eq!(outside.published("text"), without(1), "what is rejected keeps no other message back");
    assert_eq!(outside.published("json"), without(3), "what stays unknown is tried once more and then given back");
    assert_eq!((tally.get(ProcessorMetric::Notifications), tally.get(ProcessorMetric::Ambiguous)), (8, 2));
    // The rejected one is kept for a redrive, with the topic that has had it; the unknown one comes again later.
    assert_eq!((outside.residues.count(), outside.issues.unsent()), (1, 1));
    assert!(String::from_utf8(outside.residues.all().into_iter().next().unwrap().1).unwrap().contains(r#""published":["json"]"#));
    for minute in 2..6 {
        outside.tick(&notification, minute);
    }
    assert_eq!((outside.published("json"), outside.issues.unsent()), (all.clone(), 0));
    assert_eq!(outside.published("text"), without(1), "nothing is sent twice");
}

/// How many messages came twice when the notifier dies over a request. Every one of so many comes, on both topics and in order.
fn doubled_by_a_death(fate: Fate, dies_at: usize, alarms: usize) -> usize {
    let outside = Outside::new(fate, dies_at);
    alarms_wait(&outside, alarms);
    let notification = notification();
    for minute in 1..=5 {
        outside.tick(&notification, minute);
    }
    assert_eq!(outside.issues.unsent(), 0);
    let mut doubled = 0;
    for topic in ["text", "json"] {
        let mut published = outside.published(topic);
        doubled += published.len() - alarms;
        published.dedup();
        assert_eq!(published, subjects(alarms), "request {dies_at}");
    }
    doubled
}

#[test]
fn a_death_over_a_request_doubles_its_messages_at_most() {
    let whole = Outside::new(|_, _| None, 0);
    alarms_wait(&whole, 13);
    whole.tick(&notification(), 1);
    for dies_at in 1..=whole.requests().len() {
        assert_eq!(doubled_by_a_death(|_, _| None, dies_at, 13), whole.requests()[dies_at - 1], "request {dies_at}");
    }
}

#[test]
fn a_death_over_what_is_tried_again_doubles_nothing_of_the_request_before() {
    let fate: Fate = |message, before| (message.subject.ends_with("-02") && before == 0).then_some(Failure::Unavailable);
    // Of each topic four messages of five, and the fifth when it is tried again.
    for (dies_at, doubles) in [(1, 4), (2, 1), (3, 4), (4, 1)] {
        assert_eq!(doubled_by_a_death(fate, dies_at, 5), doubles, "request {dies_at}");
    }
}

fn told(outside: &Outside, history: &impl MetricHistory, text: &str, tally: &mut Tally) {
    told_by(&notification(), outside, history, text, tally);
}

fn told_by(notification: &Notification, outside: &Outside, history: &impl MetricHistory, text: &str, tally: &mut Tally) {
    let ports = NotificationPorts { store: &outside.issues, publisher: &outside.publisher, residue: &outside.residues, history, clock: outside.clock.as_ref() };
    block_on(notification.on_alarm(text, &ports, outside.deadline(), tally)).unwrap();
}

#[test]
fn an_alarm_is_told_with_the_course_of_its_metric_and_how_long_it_was() {
    let outside = Outside::new(|_, _| None, 0);
    for minute in 0..12 {
        let at = small::START_MS + (minute - 12) * 60_000;
        outside.metrics.lock().put(&MetricId::new("small", "Errors", vec![]), at, if minute == 11 { 8.0 } else { 1.0 });
    }
    let history = MemoryHistory::new(outside.metrics.clone(), Arc::clone(&outside.clock));
    let mut tally = Tally::default();
    told(&outside, &history, &alarm("alarm", "ALARM", 0), &mut tally);
    outside.clock.set_ms(small::START_MS + 1_500_000);
    told(&outside, &history, &alarm("alarm", "OK", 1500), &mut tally);
    let bodies: Vec<String> = outside.publisher.inner.published().into_iter().filter(|one| one.message.topic == "text").map(|one| one.message.body).collect();
    assert!(bodies[0].contains("▁▁▁▁▁▁▁▁▁▁▁█ last 8, lowest 1, highest 8, threshold 5, 12 minutes"), "{}", bodies[0]);
    assert!(bodies[1].contains("lasted 25 minutes"), "{}", bodies[1]);
    assert_eq!(tally.get(ProcessorMetric::HistoryUnavailable), 0);
}

#[test]
fn an_alarm_whose_metric_cannot_be_read_is_told_without() {
    let outside = Outside::new(|_, _| None, 0);
    let mut tally = Tally::default();
    told(&outside, &Unreadable, &alarm("alarm", "ALARM", 0), &mut tally);
    assert_eq!(outside.published("text"), ["[WARNING] small/prod firing: alarm"]);
    assert_eq!((tally.get(ProcessorMetric::HistoryUnavailable), outside.issues.unsent()), (1, 0));
}

#[test]
fn the_metric_of_another_account_is_not_asked_for() {
    let mut plan = small::plan();
    plan.sources[0].account = "444455556666".to_owned();
    let outside = Outside::new(|_, _| None, 0);
    let mut tally = Tally::default();
    told_by(&notification_of(plan), &outside, &Unreadable, &alarm("small-prod-api-error-rate", "ALARM", 0), &mut tally);
    assert_eq!((outside.published("text").len(), tally.get(ProcessorMetric::HistoryUnavailable)), (1, 0));
}

#[test]
fn changes_of_an_alarm_that_arrive_in_the_wrong_order_tell_of_nothing_that_is_over() {
    let outside = Outside::new(|_, _| None, 0);
    let history = MemoryHistory::new(outside.metrics.clone(), Arc::clone(&outside.clock));
    let tell = |state: &str, seconds: i64| told(&outside, &history, &alarm("alarm", state, seconds), &mut Tally::default());
    tell("OK", 60);
    tell("ALARM", 0);
    assert_eq!(outside.published("text"), Vec::<String>::new(), "it is over when it is heard of");
    // The next firing is news, and so is its end, each once.
    for _ in 0..2 {
        tell("ALARM", 120);
        tell("OK", 180);
    }
    assert_eq!(outside.published("text"), ["[RESOLVED] small/prod resolved: alarm", "[WARNING] small/prod firing: alarm"]);
    assert_eq!(outside.issues.unsent(), 0);
}
