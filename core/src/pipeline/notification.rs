//! alert-notifier, the only publisher to people: outbox entries and alarms become messages, each once.
//!
//! Everything goes through the outbox. An entry is claimed, published topic by topic with a note after each, and marked as sent. A crash in between
//! leaves a claim that runs out, and the tick takes it up again; only a crash between a publish and its note can double that one message.

use jiff::{SignedDuration, Timestamp};

use super::{
    MARKER_LIFE, PipelineError, RESIDUE_FORMAT, Residue, Tally, UndeliveredEffects,
    attempt::{Repeat, attempt},
    earlier, later,
};
use crate::{
    alarm::{AlarmNotice, AlarmState},
    issue::{AlarmCommit, Claim, Notice, OutboxEntry},
    metric::name::ProcessorMetric,
    notify::Messages,
    plan::{Plan, PlanError},
    port::{Clock, Failure, IssueStore, PortError, PortResult, Publisher, ResidueStore},
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
    plan: Plan,
    messages: Messages,
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

    /// Compiles the plan's message templates.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] for a template that does not compile.
    pub fn new(plan: Plan) -> Result<Self, PlanError> {
        let messages = Messages::new(&plan.messages)?;
        Ok(Self { plan, messages })
    }

    /// Sends one entry, told of by the queue.
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
        let claim_until = later(deadline, SignedDuration::from_secs(1));
        match attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.claim(id, ports.clock.now(), claim_until)).await? {
            Claim::Granted(entry) => self.send(*entry, ports, deadline, tally).await,
            Claim::Done => {
                tally.add(ProcessorMetric::Duplicates, 1);
                Ok(())
            }
            // Whoever holds the claim sends it; if that one dies, the tick does.
            Claim::Busy => Ok(()),
        }
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
        let notice = AlarmNotice::parse(text).inspect_err(|_| tally.add(ProcessorMetric::RecordsRejected, 1))?;
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

    /// The one-minute tick: sends what is due and nobody has sent.
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
        for id in ids {
            if ports.clock.now() >= earlier(deadline, super::RESIDUE_RESERVE) {
                break;
            }
            self.on_entry(&id, ports, deadline, tally).await?;
        }
        Ok(())
    }

    async fn send<I, P, R, C>(
        &self,
        mut entry: OutboxEntry,
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
            entry.attempts += 1;
            if error.failure == Failure::Rejected || entry.attempts >= Self::MAX_ATTEMPTS {
                self.keep(&entry, &error, ports, tally).await?;
            } else {
                let wait = SignedDuration::from_secs(60 << entry.attempts.min(6));
                let due = later(ports.clock.now(), wait);
                ports.store.release(&entry, due).await?;
                return Ok(());
            }
        }
        let expires = later(ports.clock.now(), MARKER_LIFE);
        attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.mark_sent(&entry.id, expires)).await?;
        Ok(())
    }

    /// Publishes to every topic that has not had it. The first failure ends it, what has been published is noted.
    async fn publish<I, P, R, C>(
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
        let messages = self.messages.render(entry, &self.plan).map_err(|error| PortError {
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
        ports.residue.put(&residue.key(Self::FUNCTION), &residue.to_json()).await?;
        tally.add(ProcessorMetric::Residues, 1);
        Ok(())
    }
}
