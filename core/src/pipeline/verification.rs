//! Verification: one marked line sent through a deployed system, and followed to log group, metric, issue and message.
//!
//! The issue of a service's verifications is always the same one. It is resolved when a run is over, so that the next run makes it regress, which is
//! told like any other regression. An occurrence counts as a regression only [`REGRESSION_GRACE`] after the word, so the word is dated so much
//! earlier: what was counted is resolved, and a line sent a second later is not.

use jiff::{SignedDuration, Timestamp};

use super::{
    Tally,
    attempt::{Repeat, attempt, pause},
    earlier, later,
};
use crate::{
    issue::{Action, Committed, Fingerprint, Issue, IssueChange, IssueState, REGRESSION_GRACE},
    plan::Route,
    port::{Clock, Failure, IssueStore, LogProbe, MetricReader, OutboxView, PortError, PortResult},
};

/// Pause between two looks.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(1);

/// Metrics are looked at each time after so many pauses: they change once a minute, and each look is paid.
const METRIC_EVERY: u32 = 5;

/// How often the issue is read again when others write it while it is being resolved.
const ROUNDS: usize = 10;

/// What the verification needs from the outside.
#[derive(Debug)]
pub struct VerificationPorts<'a, L, M, I, C> {
    /// The service's log group.
    pub logs: &'a L,
    /// CloudWatch's metrics.
    pub metrics: &'a M,
    /// Issues and the outbox.
    pub store: &'a I,
    /// Time.
    pub clock: &'a C,
}

/// What is sent, and what is expected of it.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Who sends it.
    pub person: String,
    /// Log group it is sent to.
    pub log_group: String,
    /// Stream it is written to; no other line of the service is there.
    pub stream: String,
    /// The line's own word, in it once.
    pub token: String,
    /// When it says it happened.
    pub at: Timestamp,
    /// The line.
    pub line: String,
    /// Issue it belongs to.
    pub fingerprint: Fingerprint,
    /// Namespace and name of the metric that counts it; none when no metric does.
    pub metric: Option<(String, String)>,
    /// Routes that carry it; none when nobody is told.
    pub routes: Vec<Route>,
    /// Why nobody is told, if so.
    pub untold: Option<String>,
    /// How long it is followed.
    pub patience: SignedDuration,
}

/// The way of the line, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// CloudWatch Logs has it.
    Stored,
    /// It is counted in a metric.
    Metric,
    /// error-classifier has counted it in its issue.
    Issue,
    /// alert-notifier has taken in that it happened.
    Notice,
    /// A message about it was published.
    Message,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::Stored, Self::Metric, Self::Issue, Self::Notice, Self::Message];

    /// The word in documents and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "log-group",
            Self::Metric => "metric",
            Self::Issue => "issue",
            Self::Notice => "notice",
            Self::Message => "message",
        }
    }
}

/// What became of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was reached.
    Reached {
        /// Time since the line was sent.
        after: SignedDuration,
        /// What was seen.
        seen: String,
    },
    /// Nothing is to be expected there.
    Skipped {
        /// Why.
        why: String,
    },
    /// It was not reached in time.
    Missing {
        /// What is known of it.
        known: String,
    },
    /// It cannot be looked at.
    Unknown {
        /// What the service said.
        error: PortError,
    },
}

/// A stage with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stage.
    pub stage: Stage,
    /// What became of it.
    pub outcome: Outcome,
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Every stage, in the order of [`Stage::ALL`].
    pub findings: Vec<Finding>,
    /// The issue as it is now; none when it was never seen.
    pub issue: Option<Issue>,
}

impl Verified {
    /// Whether every stage was reached, those apart where nothing is to be expected.
    pub fn is_whole(&self) -> bool {
        self.findings.iter().all(|finding| matches!(finding.outcome, Outcome::Reached { .. } | Outcome::Skipped { .. }))
    }
}

/// Sends the line and follows it. `progress` hears of each stage when it is decided.
///
/// # Errors
/// The line could not be sent; nothing has happened then.
pub async fn verify<L, M, I, C>(probe: &Probe, ports: &VerificationPorts<'_, L, M, I, C>, progress: &mut (dyn FnMut(&Finding) + Send)) -> PortResult<Verified>
where
    L: LogProbe,
    M: MetricReader,
    I: IssueStore + OutboxView,
    C: Clock,
{
    let mut run = Run { probe, ports, before: 0.0, told: Vec::new(), sent: probe.at, findings: Vec::new(), progress, issue: None, rounds: 0 };
    run.prepare().await?;
    run.send().await?;
    run.follow().await;
    run.clean_up().await;
    run.findings.sort_by_key(|finding| finding.stage);
    Ok(Verified { findings: run.findings, issue: run.issue })
}

struct Run<'a, L, M, I, C> {
    probe: &'a Probe,
    ports: &'a VerificationPorts<'a, L, M, I, C>,
    /// Sum of the metric before.
    before: f64,
    /// What each route remembered before: how many messages it had been sent, and when the issue was told last.
    told: Vec<(u64, Option<Timestamp>)>,
    sent: Timestamp,
    findings: Vec<Finding>,
    progress: &'a mut (dyn FnMut(&Finding) + Send),
    issue: Option<Issue>,
    rounds: u32,
}

impl<L, M, I, C> Run<'_, L, M, I, C>
where
    L: LogProbe,
    M: MetricReader,
    I: IssueStore + OutboxView,
    C: Clock,
{
    /// Notes how things are before, and resolves what an earlier run may have left open.
    async fn prepare(&mut self) -> PortResult<()> {
        if self.probe.metric.is_some() {
            // Whether it can be read at all is told with its stage.
            self.before = self.sum().await.unwrap_or(0.0);
        }
        for route in &self.probe.routes {
            let ledger = self.patiently(|| self.ports.store.load_ledger(&route.name)).await?;
            self.told.push(ledger.map_or((0, None), |stored| (stored.ledger.messages(), stored.ledger.told_at(&self.probe.fingerprint))));
        }
        self.issue = self.load().await?;
        self.resolve().await
    }

    async fn send(&mut self) -> PortResult<()> {
        let probe = self.probe;
        self.sent = self.ports.clock.now();
        self.ports.logs.write(&probe.log_group, &probe.stream, probe.at, &probe.line).await
    }

    async fn follow(&mut self) {
        let until = later(self.sent, self.probe.patience);
        loop {
            for stage in Stage::ALL {
                if self.is_open(stage) {
                    match self.look(stage).await {
                        Ok(Some(outcome)) => self.tell(stage, outcome),
                        Err(error) if error.failure == Failure::Rejected => self.tell(stage, Outcome::Unknown { error }),
                        // Throttled or out of reach for a moment: the next look says.
                        Ok(None) | Err(_) => {}
                    }
                }
            }
            if Stage::ALL.into_iter().all(|stage| !self.is_open(stage)) {
                return;
            }
            if later(self.ports.clock.now(), SignedDuration::from_secs(1)) > until {
                break;
            }
            self.ports.clock.sleep(LOOK_EVERY).await;
            self.rounds += 1;
        }
        for stage in Stage::ALL {
            if self.is_open(stage) {
                let known = self.known(stage).await;
                self.tell(stage, Outcome::Missing { known });
            }
        }
    }

    fn is_open(&self, stage: Stage) -> bool {
        self.findings.iter().all(|finding| finding.stage != stage)
    }

    fn tell(&mut self, stage: Stage, outcome: Outcome) {
        let finding = Finding { stage, outcome };
        (self.progress)(&finding);
        self.findings.push(finding);
    }

    fn reached(&self, seen: String) -> Outcome {
        Outcome::Reached { after: self.ports.clock.now().duration_since(self.sent), seen }
    }

    /// One look at a stage; `None`: not yet.
    async fn look(&mut self, stage: Stage) -> PortResult<Option<Outcome>> {
        let probe = self.probe;
        match stage {
            Stage::Stored => {
                let stored = self.ports.logs.is_stored(&probe.log_group, &probe.stream, probe.at, &probe.token).await?;
                Ok(stored.then(|| self.reached(format!("{} shows the line in stream {}", probe.log_group, probe.stream))))
            }
            Stage::Metric => self.look_at_metric().await,
            Stage::Issue => {
                let seen = self.load().await?.filter(|issue| issue.last_seen >= probe.at && issue.sample.log_stream == probe.stream);
                let Some(issue) = seen else { return Ok(None) };
                let text = format!("issue {} has it, {} so far, {}", issue.fingerprint.short(), issue.count, issue.state_at(self.ports.clock.now()).as_str());
                self.issue = Some(issue);
                Ok(Some(self.reached(text)))
            }
            Stage::Notice => self.look_at_notice().await,
            Stage::Message => self.look_at_message().await,
        }
    }

    async fn look_at_metric(&mut self) -> PortResult<Option<Outcome>> {
        let Some((namespace, name)) = &self.probe.metric else {
            return Ok(Some(Outcome::Skipped { why: "no metric of the service counts error lines".to_owned() }));
        };
        if !self.rounds.is_multiple_of(METRIC_EVERY) {
            return Ok(None);
        }
        let now = self.sum().await?;
        Ok((now > self.before).then(|| self.reached(format!("{name} in {namespace} rose from {} to {now}", self.before))))
    }

    /// Sum of the metric from the minute before the line on.
    async fn sum(&self) -> PortResult<f64> {
        let Some((namespace, name)) = &self.probe.metric else { return Ok(0.0) };
        let minute = Timestamp::from_second((self.probe.at.as_second() / 60 - 1) * 60).unwrap_or(self.probe.at);
        let until = later(minute, SignedDuration::from_mins(30));
        self.ports.metrics.sum(namespace, name, minute, until).await
    }

    /// Why no notice comes, when none does.
    fn unnoticed(&self) -> Option<Outcome> {
        if let Some(why) = &self.probe.untold {
            return Some(Outcome::Skipped { why: why.clone() });
        }
        let issue = self.issue.as_ref().filter(|_| !self.is_open(Stage::Issue))?;
        let why = match issue.state_at(self.ports.clock.now()) {
            IssueState::Ignored => "somebody ignores the issue of the verification; `skywarden issues reopen` takes that back",
            IssueState::Resolved => "somebody has resolved the issue of the verification less than five minutes ago: what happens until then is no regression",
            _ => return None,
        };
        Some(Outcome::Skipped { why: why.to_owned() })
    }

    /// Id of the notice that tells of the line, and the word for what it tells.
    fn notice(&self) -> Option<(String, &'static str)> {
        let issue = self.issue.as_ref().filter(|_| !self.is_open(Stage::Issue))?;
        Some(match issue.regressed_from() {
            Some(at) => (format!("{}-regressed-{}", issue.fingerprint, at.as_millisecond()), "regressed"),
            None => (format!("{}-new", issue.fingerprint), "new"),
        })
    }

    async fn look_at_notice(&mut self) -> PortResult<Option<Outcome>> {
        if let Some(outcome) = self.unnoticed() {
            return Ok(Some(outcome));
        }
        let Some((id, word)) = self.notice() else { return Ok(None) };
        let sent = self.ports.store.entry(&id).await?.is_some_and(|entry| entry.sent);
        Ok(sent.then(|| self.reached(format!("alert-notifier has taken in that it is {word}"))))
    }

    async fn look_at_message(&mut self) -> PortResult<Option<Outcome>> {
        if let Some(outcome) = self.unnoticed() {
            return Ok(Some(outcome));
        }
        let Some((_, word)) = self.notice() else { return Ok(None) };
        let mut topics = Vec::new();
        for (route, &before) in self.probe.routes.iter().zip(&self.told) {
            match self.published(route, before, word).await? {
                Some(published) => topics.extend(published),
                None => return Ok(None),
            }
        }
        Ok(Some(self.reached(format!("published to {}", topics.join(", ")))))
    }

    /// The topics of a route, once they have had a message about the issue.
    async fn published(&self, route: &Route, (before, told_before): (u64, Option<Timestamp>), word: &str) -> PortResult<Option<Vec<String>>> {
        let Some(stored) = self.ports.store.load_ledger(&route.name).await? else { return Ok(None) };
        // Another clock's times: compared with each other only.
        let Some(told_at) = stored.ledger.told_at(&self.probe.fingerprint).filter(|&at| Some(at) > told_before) else { return Ok(None) };
        for number in before + 1..=stored.ledger.messages() {
            let id = format!("told-{}-{}-{word}-{number}", route.name, self.probe.fingerprint.short());
            if let Some(entry) = self.ports.store.entry(&id).await? {
                let is_done = entry.sent && route.topics.iter().all(|topic| entry.published.contains(&topic.topic));
                return Ok(is_done.then_some(entry.published));
            }
        }
        // In a digest that leads with another issue: its own entry cannot be found by name.
        Ok(Some(vec![format!("{} (in the digest of {})", route.name, told_at.strftime("%H:%M:%S"))]))
    }

    /// What is known of a stage that was not reached.
    async fn known(&self, stage: Stage) -> String {
        match stage {
            Stage::Stored => "CloudWatch Logs took the line and does not show it".to_owned(),
            Stage::Metric => "the metric does not count it; metrics can be some minutes late".to_owned(),
            Stage::Issue => match self.ports.logs.subscribers(&self.probe.log_group).await {
                Ok(found) if found.is_empty() => "no subscription filter is on the log group".to_owned(),
                Ok(found) => format!("the log group is subscribed by {}, and the line is in no issue", found.join(", ")),
                Err(_) => "the line is in no issue".to_owned(),
            },
            Stage::Notice if self.is_stage_missing(Stage::Issue) => "without the issue there is no notice".to_owned(),
            Stage::Notice => "the notice is in the outbox and alert-notifier has not taken it in".to_owned(),
            Stage::Message if self.is_stage_missing(Stage::Notice) => "without the notice there is no message".to_owned(),
            Stage::Message => self.waiting().await,
        }
    }

    fn is_stage_missing(&self, stage: Stage) -> bool {
        self.findings.iter().any(|finding| finding.stage == stage && !matches!(finding.outcome, Outcome::Reached { .. }))
    }

    async fn waiting(&self) -> String {
        for route in &self.probe.routes {
            if let Ok(Some(stored)) = self.ports.store.load_ledger(&route.name).await
                && let Some(why) = stored.ledger.waits_for(&self.probe.fingerprint)
            {
                return format!("route {} keeps it waiting: {why}", route.name);
            }
        }
        "a message was decided and not published to every topic".to_owned()
    }

    /// Resolves the issue, so that the next run makes it regress.
    async fn clean_up(&mut self) {
        if let Ok(Some(issue)) = self.load().await {
            self.issue = Some(issue);
        }
        // Left open it does no harm: the next run begins with this.
        let _ = self.resolve().await;
    }

    async fn resolve(&mut self) -> PortResult<()> {
        for round in 0..ROUNDS {
            let Some(issue) = self.issue.clone() else { return Ok(()) };
            if matches!(issue.state_at(self.ports.clock.now()), IssueState::Resolved | IssueState::Ignored) || issue.merged_into.is_some() {
                return Ok(());
            }
            let word_at = earlier(later(issue.last_seen, SignedDuration::from_millis(1)), REGRESSION_GRACE);
            let Some((resolved, _)) = issue.act(&Action::Resolve { in_version: None }, &self.probe.person, word_at) else { return Ok(()) };
            let change = [IssueChange { issue: resolved.clone(), expected: Some(issue.version), entry: None }];
            if self.patiently(|| self.ports.store.change(&change)).await? != Committed::Conflict {
                self.issue = Some(resolved);
                return Ok(());
            }
            self.ports.clock.sleep(pause(&self.probe.token, round)).await;
            self.issue = self.load().await?;
        }
        Ok(())
    }

    async fn load(&self) -> PortResult<Option<Issue>> {
        let wanted = [self.probe.fingerprint.clone()];
        Ok(self.patiently(|| self.ports.store.load(&wanted)).await?.pop())
    }

    async fn patiently<T, F: Future<Output = PortResult<T>>>(&self, call: impl FnMut() -> F) -> PortResult<T> {
        let deadline = later(self.ports.clock.now(), SignedDuration::from_secs(20));
        attempt(self.ports.clock, deadline, Repeat::Harmless, &mut Tally::default(), call).await
    }
}
