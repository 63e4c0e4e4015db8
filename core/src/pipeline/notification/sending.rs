//! Sending: messages of claimed entries are published topic by topic, as many to a request as it takes, each with a note of its own.

use jiff::{SignedDuration, Timestamp};

use super::{Notification, Surroundings, each::Attempts};
use crate::{
    alarm::AlarmNotice,
    issue::{Issue, Notice, OutboxEntry},
    metric::name::ProcessorMetric,
    notify::{History, HistoryWindow, Messages, OutgoingMessage, RenderContext, batches},
    pipeline::{
        MARKER_LIFE, PipelineError, Tally, UndeliveredEffects,
        attempt::{Repeat, attempt, end_of_work, settle, until},
        earlier, later,
        residue::{ALERT_NOTIFIER, keep},
    },
    port::{Clock, Failure, IssueStore, MetricHistory, PortError, PortResult, Publisher},
};

/// A claimed entry, and what went wrong with it.
struct Sent {
    entry: OutboxEntry,
    error: Option<PortError>,
}

impl Sent {
    /// Notes a failure: the first one, but one that may pass rather than one that never will. So a topic that is gone keeps no message from another.
    fn failed(&mut self, error: PortError) {
        let weightier = self.error.as_ref().is_none_or(|known| known.failure == Failure::Rejected && error.failure != Failure::Rejected);
        if weightier {
            self.error = Some(error);
        }
    }
}

impl Notification {
    /// Attempts before an entry becomes a residue.
    const MAX_ATTEMPTS: u32 = 10;
    /// Time an alarm's message leaves to everything else when it looks up the metric's recent values.
    const HISTORY_RESERVE: SignedDuration = SignedDuration::from_secs(10);

    /// Sends claimed entries. Gives those that could neither be sent nor given back, by their place.
    pub(super) async fn send<O>(&self, entries: Vec<OutboxEntry>, ports: &O, deadline: Timestamp, tally: &mut Tally) -> Vec<(usize, PipelineError)>
    where
        O: Surroundings,
    {
        let mut sent: Vec<Sent> = entries.into_iter().map(|entry| Sent { entry, error: None }).collect();
        self.publish(&mut sent, ports, deadline, tally).await;
        let mut failed = Vec::new();
        for (place, Sent { entry, error }) in sent.into_iter().enumerate() {
            let done = match error {
                None => Self::done(&entry, ports, deadline).await,
                Some(error) => self.give_back(entry, &error, ports, deadline, tally).await,
            };
            failed.extend(done.err().map(|error| (place, error)));
        }
        failed
    }

    /// Publishes one entry to every topic that has not had it.
    pub(in crate::pipeline) async fn publish_one<O>(&self, entry: OutboxEntry, ports: &O, deadline: Timestamp, tally: &mut Tally) -> PortResult<()>
    where
        O: Surroundings,
    {
        let mut sent = [Sent { entry, error: None }];
        self.publish(&mut sent, ports, deadline, tally).await;
        let [Sent { error, .. }] = sent;
        error.map_or(Ok(()), Err)
    }

    /// Publishes entries to every topic that has not had them, and notes each publish.
    async fn publish<O>(&self, sent: &mut [Sent], ports: &O, deadline: Timestamp, tally: &mut Tally)
    where
        O: Surroundings,
    {
        let mut messages: Vec<OutgoingMessage> = Vec::new();
        // For each message the place of its entry.
        let mut owners: Vec<usize> = Vec::new();
        for (place, one) in sent.iter_mut().enumerate() {
            match self.messages_of(&one.entry, ports, deadline, tally).await {
                Ok(rendered) => {
                    owners.extend(rendered.iter().map(|_| place));
                    messages.extend(rendered);
                }
                Err(error) => one.error = Some(error),
            }
        }
        for batch in batches(&messages) {
            let of_batch = |parts: &[usize]| -> Vec<OutgoingMessage> { parts.iter().filter_map(|part| messages.get(*batch.get(*part)?).cloned()).collect() };
            let publish = |parts: &[usize]| {
                let some = of_batch(parts);
                async move { ports.publisher().publish(&some).await }
            };
            let mut attempts = Attempts::new(batch.len(), deadline);
            loop {
                for part in attempts.next(ports.clock(), tally, publish).await {
                    let Some((message, owner)) = batch.get(part).and_then(|place| Some((messages.get(*place)?, sent.get_mut(*owners.get(*place)?)?))) else {
                        continue;
                    };
                    tally.add(ProcessorMetric::Notifications, 1);
                    // For a residue, should another topic fail for good: what has been published is not published by a redrive.
                    owner.entry.published.push(message.topic.clone());
                    // Before what is left of the request is tried again: a crash over that is to repeat nothing of this.
                    let noted = settle(ports.clock(), deadline, || ports.store().mark_published(&owner.entry.id, &message.topic)).await;
                    if let Err(error) = noted {
                        owner.failed(error);
                    }
                }
                if !attempts.again(ports.clock()).await {
                    break;
                }
            }
            for (part, error) in attempts.failed() {
                if let Some(owner) = batch.get(part).and_then(|place| sent.get_mut(*owners.get(*place)?)) {
                    owner.failed(error);
                }
            }
        }
    }

    /// Notes that nothing of an entry is left to send.
    async fn done<O>(entry: &OutboxEntry, ports: &O, deadline: Timestamp) -> Result<(), PipelineError>
    where
        O: Surroundings,
    {
        let expires = later(ports.clock().now(), MARKER_LIFE);
        Ok(settle(ports.clock(), deadline, || ports.store().mark_sent(&entry.id, expires)).await?)
    }

    /// The messages of an entry for every topic that has not had it.
    async fn messages_of<O>(&self, entry: &OutboxEntry, ports: &O, deadline: Timestamp, tally: &mut Tally) -> PortResult<Vec<OutgoingMessage>>
    where
        O: Surroundings,
    {
        let issues: Vec<Issue> = match Messages::sample(entry) {
            Some(fingerprint) => {
                let wanted = [fingerprint.clone()];
                attempt(ports.clock(), deadline, Repeat::Harmless, tally, || ports.store().load(&wanted)).await?
            }
            None => Vec::new(),
        };
        let history = match &entry.notice {
            Notice::Alarm(notice) => self.recent(notice, ports, deadline, tally).await,
            _ => None,
        };
        let looked_up = RenderContext { issues: &issues, history: history.as_ref() };
        self.messages.render(entry, looked_up, &self.plan).map_err(|error| PortError {
            failure: Failure::Rejected,
            operation: "notify.render",
            code: error.code().to_owned(),
            message: error.to_string(),
        })
    }

    /// The recent values of an alarm's metric. They are worth one call and no more: a message goes without them rather than late.
    async fn recent<O>(&self, notice: &AlarmNotice, ports: &O, deadline: Timestamp, tally: &mut Tally) -> Option<History>
    where
        O: Surroundings,
    {
        // The metrics of another account are not in reach; what the change itself told of them is.
        if self.plan.alarms.iter().any(|info| info.name == notice.alarm && !self.plan.account_of(&info.service).is_empty()) {
            return None;
        }
        let trigger = notice.trigger.as_ref()?;
        let window = HistoryWindow::of(trigger, notice.changed_at)?;
        let in_time = ports.clock().now() < earlier(end_of_work(deadline), Self::HISTORY_RESERVE);
        let end = later(ports.clock().now(), Self::LOOK_TIME);
        let history = if in_time { until(ports.clock(), end, end, &mut || ports.history().recent(trigger, &window)).await.ok() } else { None };
        if history.is_none() {
            tally.add(ProcessorMetric::HistoryUnavailable, 1);
        }
        history
    }

    /// Gives a claimed entry back for a later attempt; the last one makes it a residue.
    pub(super) async fn give_back<O>(
        &self,
        mut entry: OutboxEntry,
        error: &PortError,
        ports: &O,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        O: Surroundings,
    {
        entry.attempts += 1;
        if error.failure != Failure::Rejected && entry.attempts < Self::MAX_ATTEMPTS {
            let wait = SignedDuration::from_secs(60 << entry.attempts.min(6));
            let due = later(ports.clock().now(), wait);
            settle(ports.clock(), deadline, || ports.store().release(&entry, due)).await?;
            return Ok(());
        }
        Self::keep(&entry, error, ports, deadline, tally).await?;
        Self::done(&entry, ports, deadline).await
    }

    async fn keep<O>(entry: &OutboxEntry, error: &PortError, ports: &O, deadline: Timestamp, tally: &mut Tally) -> Result<(), PipelineError>
    where
        O: Surroundings,
    {
        let effects = UndeliveredEffects::Notice(Box::new(entry.clone()));
        keep(ports.residue(), ports.clock(), deadline, ALERT_NOTIFIER, &entry.id, error, effects, 0).await?;
        tally.add(ProcessorMetric::Residues, 1);
        Ok(())
    }
}
