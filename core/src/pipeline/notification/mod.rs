//! alert-notifier, the only publisher to people: outbox entries and alarms become messages, each once.
//!
//! Everything goes through the outbox. An alarm or a decided message is claimed, published topic by topic with a note after each, and marked as sent.
//! A crash in between leaves a claim that runs out, and the tick takes it up again; only a crash between a publish and its note can double that
//! message. Messages for one topic that are sent in one invocation share a request: the crash can then double those of this request.
//!
//! A transition of an issue is claimed, taken into the ledger of each route that carries its severity, and marked as sent. A ledger and the messages
//! decided with it are written in one step, under the ledger's version. A crash in between takes the transition in again, and the ledgers that
//! know it answer that they do. What waits is decided on by the tick.

mod deciding;
mod each;
mod sending;
mod surroundings;

use jiff::{SignedDuration, Timestamp};

use super::{
    PipelineError, Tally,
    attempt::{Repeat, attempt, end_of_work, until},
    earlier, later,
};
use crate::{
    alarm::{AlarmEventError, AlarmNotice, AlarmState},
    issue::{AlarmCommit, Claim, Notice, OutboxEntry},
    metric::name::ProcessorMetric,
    notify::{Messages, decide::Sending},
    plan::{Plan, PlanError},
    port::{Clock, IssueStore},
};

pub use surroundings::{NotificationPorts, Surroundings};

/// The compiled notification of one plan.
#[derive(Debug)]
pub struct Notification {
    pub(super) plan: Plan,
    messages: Messages,
    sending: Sending,
}

impl Notification {
    /// The queue gets this long before the tick takes up an entry.
    const SWEEP_AFTER: SignedDuration = SignedDuration::from_secs(60);
    /// Time for a look at what a message can do without.
    const LOOK_TIME: SignedDuration = SignedDuration::from_secs(2);
    /// Most entries of one tick.
    const SWEEP_LIMIT: usize = 100;
    /// Entries taken into the ledgers at a time.
    const SWEEP_BATCH: usize = 10;

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
    pub async fn on_entries<O>(&self, ids: &[String], ports: &O, deadline: Timestamp, tally: &mut Tally) -> Vec<(usize, PipelineError)>
    where
        O: Surroundings,
    {
        let mut failed = Vec::new();
        let mut transitions = Vec::new();
        let mut others = Vec::new();
        for (place, id) in ids.iter().enumerate() {
            match self.claim(id, ports, deadline, tally).await {
                Ok(Some(entry)) if matches!(entry.notice, Notice::Issue { .. }) => transitions.push((place, entry)),
                Ok(Some(entry)) => others.push((place, entry)),
                Ok(None) => {}
                Err(error) => failed.push((place, error)),
            }
        }
        let (others_at, entries): (Vec<usize>, Vec<OutboxEntry>) = others.into_iter().unzip();
        let unsent = self.send(entries, ports, deadline, tally).await;
        failed.extend(unsent.into_iter().filter_map(|(place, error)| Some((*others_at.get(place)?, error))));
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
    pub async fn on_entry<O>(&self, id: &str, ports: &O, deadline: Timestamp, tally: &mut Tally) -> Result<(), PipelineError>
    where
        O: Surroundings,
    {
        self.on_entries(&[id.to_owned()], ports, deadline, tally).await.pop().map_or(Ok(()), |(_, error)| Err(error))
    }

    /// The entry, when it is ours now.
    async fn claim<O>(&self, id: &str, ports: &O, deadline: Timestamp, tally: &mut Tally) -> Result<Option<OutboxEntry>, PipelineError>
    where
        O: Surroundings,
    {
        let claim_until = later(deadline, SignedDuration::from_secs(1));
        match attempt(ports.clock(), deadline, Repeat::Harmless, tally, || ports.store().claim(id, ports.clock().now(), claim_until)).await? {
            Claim::Granted(entry) => Ok(Some(*entry)),
            Claim::Done => {
                tally.add(ProcessorMetric::Duplicates, 1);
                Ok(None)
            }
            // Whoever holds the claim sends it; if that one dies, the tick does.
            Claim::Busy => Ok(None),
        }
    }

    /// Takes in one alarm message of the topic `alarms` and sends what is to be told.
    ///
    /// # Errors
    /// [`PipelineError::Alarm`] for a text that is no alarm, [`PipelineError::Port`] when the store is out of reach.
    pub async fn on_alarm<O>(&self, text: &str, ports: &O, deadline: Timestamp, tally: &mut Tally) -> Result<(), PipelineError>
    where
        O: Surroundings,
    {
        self.on_alarm_told(AlarmNotice::parse(text), ports, deadline, tally).await
    }

    /// Takes in one alarm's change of state, as far as it could be read, and sends what is to be told. The same change told twice, by SNS and by
    /// EventBridge say, is one message.
    ///
    /// # Errors
    /// As [`Self::on_alarm`].
    pub async fn on_alarm_told<O>(
        &self,
        told: Result<AlarmNotice, AlarmEventError>,
        ports: &O,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        O: Surroundings,
    {
        let mut notice = told.inspect_err(|_| tally.add(ProcessorMetric::RecordsRejected, 1))?;
        tally.add(ProcessorMetric::RecordsIn, 1);
        let firing = match notice.state {
            AlarmState::Alarm => true,
            AlarmState::Ok => false,
            // Not knowing is no news; what is firing stays firing until it is OK.
            AlarmState::InsufficientData => return Ok(()),
        };
        if !firing {
            // For how long it was; the message goes without it when the store does not say.
            let end = later(ports.clock().now(), Self::LOOK_TIME).min(end_of_work(deadline));
            let since = until(ports.clock(), end, end, &mut || ports.store().fires_since(&notice.alarm)).await.ok().flatten();
            notice.fired_at = since.filter(|since| *since < notice.changed_at);
        }
        let id = format!("alarm-{}-{}-{}", notice.alarm, notice.changed_at.as_millisecond(), if firing { "firing" } else { "resolved" });
        let commit = AlarmCommit {
            alarm: notice.alarm.clone(),
            changed_at: notice.changed_at,
            firing,
            entry: OutboxEntry { id: id.clone(), due: ports.clock().now(), notice: Notice::Alarm(Box::new(notice)), published: Vec::new(), attempts: 0 },
        };
        attempt(ports.clock(), deadline, Repeat::Harmless, tally, || ports.store().commit_alarm(&commit)).await?;
        // Also when it had been committed before: the invocation that did may have died before it could send.
        self.on_entry(&id, ports, deadline, tally).await
    }

    /// The one-minute tick: sends what is due and nobody has sent, and decides on what waits.
    ///
    /// # Errors
    /// [`PipelineError::Port`] when the store is out of reach; the next tick tries again.
    pub async fn on_tick<O>(&self, ports: &O, deadline: Timestamp, tally: &mut Tally) -> Result<(), PipelineError>
    where
        O: Surroundings,
    {
        let until = earlier(ports.clock().now(), Self::SWEEP_AFTER);
        let ids = attempt(ports.clock(), deadline, Repeat::Harmless, tally, || ports.store().due(until, Self::SWEEP_LIMIT)).await?;
        let out_of_time = || ports.clock().now() >= end_of_work(deadline);
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
}
