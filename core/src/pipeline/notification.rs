//! alert-notifier, the only publisher to people: outbox entries and alarms become messages, each once.
//!
//! Everything goes through the outbox. An alarm or a decided message is claimed, published topic by topic with a note after each, and marked as sent.
//! A crash in between leaves a claim that runs out, and the tick takes it up again; only a crash between a publish and its note can double that
//! one message.
//!
//! A transition of an issue is claimed, taken into the ledger of each route that carries its severity, and marked as sent. A ledger and the messages
//! decided with it are written in one step, under the ledger's version. A crash in between takes the transition in again, and the ledgers that
//! know it answer that they do. What waits is decided on by the tick.

use jiff::{SignedDuration, Timestamp};

use super::{
    MARKER_LIFE, PipelineError, RESIDUE_FORMAT, Residue, Tally, UndeliveredEffects,
    attempt::{Repeat, attempt, pause},
    earlier, later,
};
use crate::{
    alarm::{AlarmEventError, AlarmNotice, AlarmState},
    issue::{AlarmCommit, Claim, Committed, Issue, Notice, OutboxEntry, Told},
    metric::name::ProcessorMetric,
    notify::{
        Messages,
        decide::{Input, LEDGER_FORMAT, Occasion, Sending, Sighting, decide},
    },
    plan::{Plan, PlanError, Route},
    port::{Clock, Failure, IssueStore, LedgerCommit, PortError, PortResult, Publisher, ResidueStore},
};

/// What the notification needs from the outside.
#[derive(Debug)]
pub struct NotificationPorts<'a, I, P, R, C> {
    /// Outbox and alarm states.
    pub store: &'a I,
    /// Where messages go.
    pub publisher: &'a P,
    /// Where undelivered effects go.
    pub residue: &'a R,
    /// Time.
    pub clock: &'a C,
}

/// The compiled notification of one plan.
#[derive(Debug)]
pub struct Notification {
    pub(super) plan: Plan,
    messages: Messages,
    sending: Sending,
}

impl Notification {
    /// Name of the function in residue keys.
    const FUNCTION: &'static str = "alert-notifier";
    /// Attempts before an entry becomes a residue.
    const MAX_ATTEMPTS: u32 = 10;
    /// The queue gets this long before the tick takes up an entry.
    const SWEEP_AFTER: SignedDuration = SignedDuration::from_secs(60);
    /// Most entries of one tick.
    const SWEEP_LIMIT: usize = 100;
    /// Entries taken into the ledgers at a time.
    const SWEEP_BATCH: usize = 10;
    /// How often a conflicting ledger is read again and decided on anew before it counts as unavailable.
    const CONFLICT_ROUNDS: usize = 8;

    /// Compiles the plan's message templates.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] for a template or for quiet hours that do not compile.
    pub fn new(plan: Plan) -> Result<Self, PlanError> {
        let messages = Messages::new(&plan.messages)?;
        let sending = Sending::new(&plan.errors.notify)?;
        Ok(Self { plan, messages, sending })
    }

    /// Takes in entries the queue told of: transitions are decided on together, everything else is sent. Gives those that failed, by their place;
    /// the queue delivers them again, and what had been done by then is not done twice.
    pub async fn on_entries<I, P, R, C>(
        &self,
        ids: &[String],
        ports: &NotificationPorts<'_, I, P, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Vec<(usize, PipelineError)>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        let mut failed = Vec::new();
        let mut transitions = Vec::new();
        for (place, id) in ids.iter().enumerate() {
            match self.claim(id, ports, deadline, tally).await {
                Ok(Some(entry)) if matches!(entry.notice, Notice::Issue { .. }) => transitions.push((place, entry)),
                Ok(Some(entry)) => failed.extend(self.send(entry, ports, deadline, tally).await.err().map(|error| (place, error))),
                Ok(None) => {}
                Err(error) => failed.push((place, error)),
            }
        }
        let (places, entries): (Vec<usize>, Vec<OutboxEntry>) = transitions.into_iter().unzip();
        if let Err(error) = self.take_in(entries, ports, deadline, tally).await {
            failed.extend(places.into_iter().map(|place| (place, error.clone())));
        }
        failed
    }

    /// Takes in one entry; see [`Self::on_entries`].
    ///
    /// # Errors
    /// [`PipelineError::Port`]: the store is out of reach; the queue delivers again.
    pub async fn on_entry<I, P, R, C>(
        &self,
        id: &str,
        ports: &NotificationPorts<'_, I, P, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        self.on_entries(&[id.to_owned()], ports, deadline, tally).await.pop().map_or(Ok(()), |(_, error)| Err(error))
    }

    /// The entry, when it is ours now.
    async fn claim<I, P, R, C>(
        &self,
        id: &str,
        ports: &NotificationPorts<'_, I, P, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<Option<OutboxEntry>, PipelineError>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        let claim_until = later(deadline, SignedDuration::from_secs(1));
        match attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.claim(id, ports.clock.now(), claim_until)).await? {
            Claim::Granted(entry) => Ok(Some(*entry)),
            Claim::Done => {
                tally.add(ProcessorMetric::Duplicates, 1);
                Ok(None)
            }
            // Whoever holds the claim sends it; if that one dies, the tick does.
            Claim::Busy => Ok(None),
        }
    }

    /// Takes transitions into the ledgers of the routes that carry them, and sends what is decided.
    async fn take_in<I, P, R, C>(
        &self,
        entries: Vec<OutboxEntry>,
        ports: &NotificationPorts<'_, I, P, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        let occasions: Vec<Occasion> = entries
            .iter()
            .filter_map(|entry| match &entry.notice {
                Notice::Issue { transition, issue } => Some(Occasion::of(&entry.id, transition, issue)),
                _ => None,
            })
            .collect();
        let mut decided = Vec::new();
        for route in &self.plan.routes {
            let carried: Vec<Occasion> = occasions.iter().filter(|occasion| route.severities.contains(&occasion.brief.severity)).cloned().collect();
            if carried.is_empty() {
                continue;
            }
            match self.decide(route, &carried, ports, deadline, tally).await {
                Ok(messages) => decided.extend(messages),
                Err(error) => {
                    // Routes that have taken them in know them when they come again.
                    for entry in entries {
                        self.give_back(entry, &error, ports, deadline, tally).await?;
                    }
                    self.send_decided(&decided, ports, deadline, tally).await?;
                    return Ok(());
                }
            }
        }
        let expires = later(ports.clock.now(), MARKER_LIFE);
        for entry in &entries {
            attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.mark_sent(&entry.id, expires)).await?;
        }
        self.send_decided(&decided, ports, deadline, tally).await
    }

    pub(super) async fn send_decided<I, P, R, C>(
        &self,
        decided: &[OutboxEntry],
        ports: &NotificationPorts<'_, I, P, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        for entry in decided {
            // Through a claim like everything else: the tick may have been faster.
            if let Some(entry) = self.claim(&entry.id, ports, deadline, tally).await? {
                self.send(entry, ports, deadline, tally).await?;
            }
        }
        Ok(())
    }

    /// Decides for one route, and stores the decision. Gives the messages that are to be sent now.
    pub(super) async fn decide<I, P, R, C>(
        &self,
        route: &Route,
        occasions: &[Occasion],
        ports: &NotificationPorts<'_, I, P, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> PortResult<Vec<OutboxEntry>>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        for round in 0..Self::CONFLICT_ROUNDS {
            let stored = attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.load_ledger(&route.name)).await?;
            let expected = stored.as_ref().map(|stored| stored.version);
            let ledger = stored.map(|stored| stored.ledger).unwrap_or_default();
            if ledger.format > LEDGER_FORMAT {
                return Err(PortError {
                    failure: Failure::Rejected,
                    operation: "ledger.load",
                    code: "ledger-too-new".to_owned(),
                    message: format!("the ledger of route {} has format {}, this version reads up to {LEDGER_FORMAT}", route.name, ledger.format),
                });
            }
            let now = ports.clock.now();
            if occasions.is_empty() && ledger.next_due().is_none_or(|due| due > now) {
                return Ok(Vec::new());
            }
            let wanted = ledger.to_look_up(self.sending.policy().repeat_seconds, now);
            let sightings: Vec<Sighting> = if wanted.is_empty() {
                Vec::new()
            } else {
                let issues = attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.load(&wanted)).await?;
                issues.iter().map(Sighting::of).collect()
            };
            let decision = decide(ledger.clone(), &route.name, &Input { occasions, sightings: Some(&sightings) }, now, &self.sending);
            if decision.ledger == ledger {
                return Ok(Vec::new());
            }
            let counted_before = ledger.counted();
            let suppressed = decision.messages.iter().map(Told::suppressed).sum::<u64>() + decision.ledger.counted() - counted_before;
            let entries = decision.messages.into_iter().map(|told| OutboxEntry {
                id: told.id.clone(),
                due: now,
                notice: Notice::Told(Box::new(told)),
                published: Vec::new(),
                attempts: 0,
            });
            let commit = LedgerCommit { route: route.name.clone(), expected, ledger: decision.ledger, entries: entries.collect() };
            match attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.commit_ledger(&commit)).await? {
                Committed::Done | Committed::Before => {
                    tally.add(ProcessorMetric::NoticesSuppressed, usize::try_from(suppressed).unwrap_or(usize::MAX));
                    return Ok(commit.entries);
                }
                Committed::Conflict => ports.clock.sleep(pause(occasions.first().map_or("", |occasion| &occasion.notice), round)).await,
            }
        }
        Err(PortError {
            failure: Failure::Unavailable,
            operation: "ledger.commit",
            code: "conflict".to_owned(),
            message: format!("{} rounds in a row another invocation was faster", Self::CONFLICT_ROUNDS),
        })
    }

    /// Takes in one alarm message of the topic `alarms` and sends what is to be told.
    ///
    /// # Errors
    /// [`PipelineError::Alarm`] for a text that is no alarm, [`PipelineError::Port`] when the store is out of reach.
    pub async fn on_alarm<I, P, R, C>(
        &self,
        text: &str,
        ports: &NotificationPorts<'_, I, P, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        self.on_alarm_told(AlarmNotice::parse(text), ports, deadline, tally).await
    }

    /// Takes in one alarm's change of state, as far as it could be read, and sends what is to be told. The same change told twice, by SNS and by
    /// EventBridge say, is one message.
    ///
    /// # Errors
    /// As [`Self::on_alarm`].
    pub async fn on_alarm_told<I, P, R, C>(
        &self,
        told: Result<AlarmNotice, AlarmEventError>,
        ports: &NotificationPorts<'_, I, P, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        let notice = told.inspect_err(|_| tally.add(ProcessorMetric::RecordsRejected, 1))?;
        tally.add(ProcessorMetric::RecordsIn, 1);
        let firing = match notice.state {
            AlarmState::Alarm => true,
            AlarmState::Ok => false,
            // Not knowing is no news; what is firing stays firing until it is OK.
            AlarmState::InsufficientData => return Ok(()),
        };
        let id = format!("alarm-{}-{}-{}", notice.alarm, notice.changed_at.as_millisecond(), if firing { "firing" } else { "resolved" });
        let commit = AlarmCommit {
            alarm: notice.alarm.clone(),
            changed_at: notice.changed_at,
            firing,
            entry: OutboxEntry { id: id.clone(), due: ports.clock.now(), notice: Notice::Alarm(notice), published: Vec::new(), attempts: 0 },
        };
        attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.commit_alarm(&commit)).await?;
        // Also when it had been committed before: the invocation that did may have died before it could send.
        self.on_entry(&id, ports, deadline, tally).await
    }

    /// The one-minute tick: sends what is due and nobody has sent, and decides on what waits.
    ///
    /// # Errors
    /// [`PipelineError::Port`] when the store is out of reach; the next tick tries again.
    pub async fn on_tick<I, P, R, C>(&self, ports: &NotificationPorts<'_, I, P, R, C>, deadline: Timestamp, tally: &mut Tally) -> Result<(), PipelineError>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        let until = earlier(ports.clock.now(), Self::SWEEP_AFTER);
        let ids = attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.due(until, Self::SWEEP_LIMIT)).await?;
        let out_of_time = || ports.clock.now() >= earlier(deadline, super::RESIDUE_RESERVE);
        let mut failed = None;
        for chunk in ids.chunks(Self::SWEEP_BATCH) {
            if out_of_time() {
                return Ok(());
            }
            failed = self.on_entries(chunk, ports, deadline, tally).await.pop().or(failed);
        }
        for route in &self.plan.routes {
            if out_of_time() {
                return Ok(());
            }
            let decided = self.decide(route, &[], ports, deadline, tally).await?;
            self.send_decided(&decided, ports, deadline, tally).await?;
        }
        failed.map_or(Ok(()), |(_, error)| Err(error))
    }

    async fn send<I, P, R, C>(
        &self,
        entry: OutboxEntry,
        ports: &NotificationPorts<'_, I, P, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        if let Err(error) = self.publish(&entry, ports, deadline, tally).await {
            return self.give_back(entry, &error, ports, deadline, tally).await;
        }
        let expires = later(ports.clock.now(), MARKER_LIFE);
        attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.mark_sent(&entry.id, expires)).await?;
        Ok(())
    }

    /// Gives a claimed entry back for a later attempt; the last one makes it a residue.
    async fn give_back<I, P, R, C>(
        &self,
        mut entry: OutboxEntry,
        error: &PortError,
        ports: &NotificationPorts<'_, I, P, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        entry.attempts += 1;
        if error.failure != Failure::Rejected && entry.attempts < Self::MAX_ATTEMPTS {
            let wait = SignedDuration::from_secs(60 << entry.attempts.min(6));
            let due = later(ports.clock.now(), wait);
            ports.store.release(&entry, due).await?;
            return Ok(());
        }
        self.keep(&entry, error, ports, tally).await?;
        let expires = later(ports.clock.now(), MARKER_LIFE);
        attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.mark_sent(&entry.id, expires)).await?;
        Ok(())
    }

    /// Publishes to every topic that has not had it. The first failure ends it, what has been published is noted.
    pub(super) async fn publish<I, P, R, C>(
        &self,
        entry: &OutboxEntry,
        ports: &NotificationPorts<'_, I, P, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> PortResult<()>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        let issues: Vec<Issue> = match Messages::sample(entry) {
            Some(fingerprint) => {
                let wanted = [fingerprint.clone()];
                attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.load(&wanted)).await?
            }
            None => Vec::new(),
        };
        let messages = self.messages.render(entry, &issues, &self.plan).map_err(|error| PortError {
            failure: Failure::Rejected,
            operation: "notify.render",
            code: error.code().to_owned(),
            message: error.to_string(),
        })?;
        for message in messages.iter().filter(|message| !entry.published.contains(&message.topic)) {
            attempt(ports.clock, deadline, Repeat::Doubles, tally, || ports.publisher.publish(message)).await?;
            tally.add(ProcessorMetric::Notifications, 1);
            attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.mark_published(&entry.id, &message.topic)).await?;
        }
        Ok(())
    }

    async fn keep<I, P, R, C>(
        &self,
        entry: &OutboxEntry,
        error: &PortError,
        ports: &NotificationPorts<'_, I, P, R, C>,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        I: IssueStore,
        P: Publisher,
        R: ResidueStore,
        C: Clock,
    {
        let residue = Residue {
            format: RESIDUE_FORMAT,
            source: entry.id.clone(),
            at: ports.clock.now(),
            reason: error.code.clone(),
            effects: UndeliveredEffects::Notice(Box::new(entry.clone())),
        };
        ports.residue.put(&residue.key(Self::FUNCTION, 0), &residue.to_json()).await?;
        tally.add(ProcessorMetric::Residues, 1);
        Ok(())
    }
}
