//! `skywarden verify` against a project in memory: real notifier, real policy, a classifier that counts the line when it is delivered.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

#[expect(dead_code, reason = "the log and the templates of it are for replays")]
mod small;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use skywarden_core::{
    error::classify::Class,
    issue::{Action, Committed, Facts, Fingerprint, Ignore, Issue, IssueChange, IssueState, Occurrence, Sample, apply},
    notify::decide::Sending,
    pipeline::{
        Notification, NotificationPorts, Tally,
        verification::{Finding, Outcome, Probe, Stage, VerificationPorts, Verified, verify},
    },
    plan::{NotifyPolicy, Plan, QuietHours, Retry},
    port::{Clock, Failure, IssueStore, LogProbe, MetricReader, PortError, PortResult},
    severity::Severity,
};
use skywarden_simulator::{
    memory::{MemoryClock, MemoryHistory, MemoryIssues, MemoryPublisher, MemoryResidues},
    replay::SharedMetrics,
};

/// A deployed project: what happens in it happens while somebody waits.
struct World {
    clock: Arc<MemoryClock>,
    issues: MemoryIssues,
    publisher: MemoryPublisher,
    residues: MemoryResidues,
    notification: Notification,
    /// The line in the log group, and whether error-classifier has had it.
    line: Mutex<Option<(Timestamp, String, bool)>>,
    counted: AtomicU64,
    last_tick: Mutex<Timestamp>,
    broken: Option<Stage>,
    severity: Severity,
}

impl World {
    fn new(policy: NotifyPolicy, broken: Option<Stage>) -> Self {
        let start = Timestamp::from_millisecond(small::START_MS).unwrap();
        let clock = Arc::new(MemoryClock::new(start));
        let mut plan = plan();
        plan.errors.notify = policy;
        Sending::new(&plan.errors.notify).unwrap();
        Self {
            issues: MemoryIssues::new(Arc::clone(&clock)),
            publisher: MemoryPublisher::new(Arc::clone(&clock)),
            residues: MemoryResidues::new(Arc::clone(&clock)),
            clock,
            notification: Notification::new(plan).unwrap(),
            line: Mutex::new(None),
            counted: AtomicU64::new(3),
            last_tick: Mutex::new(start),
            broken,
            severity: Severity::Error,
        }
    }

    /// What the functions have done by now.
    async fn live(&self) {
        let now = self.clock.now();
        let delivered = {
            let mut line = self.line.lock().unwrap();
            line.as_mut().filter(|(at, _, done)| !done && now.duration_since(*at) > SignedDuration::from_secs(3)).map(|line| {
                line.2 = true;
                (line.0, line.1.clone())
            })
        };
        let mut notices = Vec::new();
        if let Some((at, stream)) = delivered {
            if self.broken != Some(Stage::Metric) {
                self.counted.fetch_add(1, Ordering::SeqCst);
            }
            if self.broken != Some(Stage::Issue) {
                notices.extend(self.count(at, &stream).await);
            }
        }
        let history = MemoryHistory::new(SharedMetrics::default(), Arc::clone(&self.clock));
        let ports =
            NotificationPorts { store: &self.issues, publisher: &self.publisher, residue: &self.residues, history: &history, clock: self.clock.as_ref() };
        let deadline = now.checked_add(SignedDuration::from_secs(60)).unwrap();
        if self.broken != Some(Stage::Notice) && !notices.is_empty() {
            assert!(self.notification.on_entries(&notices, &ports, deadline, &mut Tally::default()).await.is_empty());
        }
        let tick = {
            let mut last = self.last_tick.lock().unwrap();
            let due = now.duration_since(*last) >= SignedDuration::from_mins(1);
            if due {
                *last = now;
            }
            due
        };
        if tick && !matches!(self.broken, Some(Stage::Notice | Stage::Message)) {
            self.notification.on_tick(&ports, deadline, &mut Tally::default()).await.unwrap();
        }
    }

    async fn count(&self, at: Timestamp, stream: &str) -> Option<String> {
        let class = Class {
            category: "verification".to_owned(),
            severity: self.severity,
            retry: Retry::No,
            rule: "verification".to_owned(),
            evidence: String::new(),
            first_step: String::new(),
            notify: true,
        };
        let seen = Facts::of(Occurrence {
            at,
            service: "api",
            version: "",
            user: "",
            kind: "SkywardenVerification",
            template: "a test",
            coarse: &fingerprint(),
            class: &class,
            sample: Sample { log_stream: stream.to_owned(), message: "a test by ann".to_owned(), ..Sample::default() },
        });
        let before = self.issues.load(&[fingerprint()]).await.unwrap().pop();
        let (issue, told) = apply(before.as_ref(), &fingerprint(), &seen, &[10], self.clock.now());
        let entry = told.map(|told| told.entry(&issue, self.clock.now()));
        let id = entry.as_ref().map(|entry| entry.id.clone());
        let change = IssueChange { issue, expected: before.map(|issue| issue.version), entry };
        assert_eq!(self.issues.change(&[change]).await.unwrap(), Committed::Done);
        id
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
    async fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration).await;
        self.live().await;
    }
}

impl LogProbe for World {
    async fn write(&self, _group: &str, stream: &str, at: Timestamp, line: &str) -> PortResult<()> {
        if line.is_empty() {
            return Err(PortError { failure: Failure::Rejected, operation: "logs.PutLogEvents", code: "denied".to_owned(), message: String::new() });
        }
        *self.line.lock().unwrap() = Some((at, stream.to_owned(), false));
        Ok(())
    }
    async fn is_stored(&self, _group: &str, stream: &str, _at: Timestamp, _word: &str) -> PortResult<bool> {
        Ok(self.line.lock().unwrap().as_ref().is_some_and(|line| line.1 == stream))
    }
    async fn subscribers(&self, _group: &str) -> PortResult<Vec<String>> {
        Ok(Vec::new())
    }
}

impl MetricReader for World {
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    async fn sum(&self, _namespace: &str, _metric: &str, _from: Timestamp, _until: Timestamp) -> PortResult<f64> {
        Ok(self.counted.load(Ordering::SeqCst) as f64)
    }
}

fn plan() -> Plan {
    small::plan()
}

fn fingerprint() -> Fingerprint {
    Fingerprint::parse(&"a".repeat(32)).unwrap()
}

fn probe(world: &World, seconds: i64) -> Probe {
    let at = Timestamp::from_millisecond(world.now().as_millisecond()).unwrap();
    Probe {
        person: "ann".to_owned(),
        log_group: "/small/api".to_owned(),
        stream: "skywarden-verify/day".to_owned(),
        token: at.as_millisecond().to_string(),
        at,
        line: "line".to_owned(),
        fingerprint: fingerprint(),
        metric: Some(("small/prod/api".to_owned(), "ErrorLines".to_owned())),
        routes: plan().routes,
        untold: None,
        patience: SignedDuration::from_secs(seconds),
    }
}

fn run(world: &World, probe: &Probe) -> (Verified, Vec<Stage>) {
    let mut heard = Vec::new();
    let mut progress = |finding: &Finding| heard.push(finding.stage);
    let ports = VerificationPorts { logs: world, metrics: world, store: &world.issues, clock: world };
    let verified = block_on(verify(probe, &ports, &mut progress)).unwrap();
    (verified, heard)
}

fn stored(world: &World) -> Issue {
    world.issues.issues().remove(0)
}

#[test]
fn a_line_is_followed_to_the_message_and_the_next_one_makes_a_message_again() {
    let world = World::new(NotifyPolicy::default(), None);
    for number in 1..=3 {
        let (verified, heard) = run(&world, &probe(&world, 180));
        assert!(verified.is_whole(), "{number}: {verified:#?}");
        assert_eq!(verified.findings.iter().map(|finding| finding.stage).collect::<Vec<_>>(), Stage::ALL);
        assert_eq!(heard.len(), 5, "each is told when it is reached");
        assert_eq!(world.publisher.published().len(), number, "each run sends one message");
        let issue = stored(&world);
        assert_eq!((issue.count, issue.state_at(world.now()), issue.said.as_ref().unwrap().by.as_str()), (number as u64, IssueState::Resolved, "ann"));
        assert_eq!(verified.issue, Some(issue));
        // Longer than a digest's interval: the next message comes alone.
        world.clock.set_ms(world.now().as_millisecond() + 10 * 60_000);
        block_on(world.live());
    }
}

#[test]
fn a_second_run_at_once_is_told_in_the_digest() {
    let world = World::new(NotifyPolicy { digest_seconds: 60, ..NotifyPolicy::default() }, None);
    assert!(run(&world, &probe(&world, 180)).0.is_whole());
    let (verified, _) = run(&world, &probe(&world, 300));
    assert!(verified.is_whole(), "{verified:#?}");
    assert_eq!(world.publisher.published().len(), 2);
    let subject = &world.publisher.published()[1].message.subject;
    assert!(subject.contains("SkywardenVerification"), "{subject}");
}

#[test]
fn what_is_broken_is_named_and_what_follows_is_said_to_follow() {
    for (broken, missing) in [
        (Stage::Metric, vec![Stage::Metric]),
        (Stage::Issue, vec![Stage::Issue, Stage::Notice, Stage::Message]),
        (Stage::Notice, vec![Stage::Notice, Stage::Message]),
        (Stage::Message, vec![Stage::Message]),
    ] {
        let world = World::new(NotifyPolicy::default(), Some(broken));
        let (verified, _) = run(&world, &probe(&world, 120));
        assert!(!verified.is_whole());
        let found: Vec<Stage> =
            verified.findings.iter().filter(|finding| matches!(finding.outcome, Outcome::Missing { .. })).map(|finding| finding.stage).collect();
        assert_eq!(found, missing, "{broken:?}: {verified:#?}");
        let known = |stage: Stage| match &verified.findings.iter().find(|finding| finding.stage == stage).unwrap().outcome {
            Outcome::Missing { known } => known.clone(),
            other => format!("{other:?}"),
        };
        match broken {
            Stage::Issue => {
                assert_eq!(known(Stage::Issue), "no subscription filter is on the log group");
                assert_eq!(known(Stage::Message), "without the notice there is no message");
            }
            Stage::Message => assert!(known(Stage::Message).contains("it waits for more of its kind"), "{}", known(Stage::Message)),
            _ => {}
        }
    }
}

#[test]
fn quiet_hours_are_named_as_the_reason() {
    let quiet =
        QuietHours { from_minute: 0, until_minute: 1439, except: vec![Severity::Critical], time_zone: "UTC".to_owned(), time_zone_rule: "UTC0".to_owned() };
    let world = World::new(NotifyPolicy { quiet: Some(quiet), ..NotifyPolicy::default() }, None);
    let (verified, _) = run(&world, &probe(&world, 120));
    let Outcome::Missing { known } = &verified.findings[4].outcome else { unreachable!("{verified:?}") };
    assert!(known.contains("quiet hours hold it back"), "{known}");
}

#[test]
fn an_ignored_issue_makes_no_message_and_stays_ignored() {
    let world = World::new(NotifyPolicy::default(), None);
    assert!(run(&world, &probe(&world, 180)).0.is_whole());
    let (ignored, _) = stored(&world).act(&Action::Ignore(Ignore::Forever), "bob", world.now()).unwrap();
    let before = stored(&world).version;
    block_on(world.issues.change(&[IssueChange { issue: ignored, expected: Some(before), entry: None }])).unwrap();
    let (verified, _) = run(&world, &probe(&world, 60));
    assert!(verified.is_whole());
    assert!(matches!(&verified.findings[4].outcome, Outcome::Skipped { why } if why.contains("ignores")), "{verified:?}");
    assert_eq!(stored(&world).state_at(world.now()), IssueState::Ignored);
    assert_eq!(world.publisher.published().len(), 1);
}

#[test]
fn where_nobody_is_told_there_is_nothing_to_wait_for() {
    let world = World::new(NotifyPolicy::default(), None);
    let silent = Probe { routes: Vec::new(), untold: Some("no route carries it".to_owned()), metric: None, ..probe(&world, 60) };
    let (verified, _) = run(&world, &silent);
    assert!(verified.is_whole());
    let skipped = verified.findings.iter().filter(|finding| matches!(finding.outcome, Outcome::Skipped { .. })).map(|finding| finding.stage);
    assert_eq!(skipped.collect::<Vec<_>>(), [Stage::Metric, Stage::Notice, Stage::Message]);
}

#[test]
fn a_line_that_cannot_be_sent_is_an_error_and_nothing_more() {
    let world = World::new(NotifyPolicy::default(), None);
    let ports = VerificationPorts { logs: &world, metrics: &world, store: &world.issues, clock: &world };
    let refused = block_on(verify(&Probe { line: String::new(), ..probe(&world, 60) }, &ports, &mut |_| {})).unwrap_err();
    assert_eq!(refused.code, "denied");
    assert!(world.issues.issues().is_empty());
}
