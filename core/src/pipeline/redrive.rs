//! Replaying a residue: what one function left undone, done by the same function later. Twice is as good as once.
//!
//! * Metric data: each request has a marker of its own, named by its batch and its content, so that a part that was sent is not sent again.
//! * Issues: under the marker of the first attempt, the batch and its part.
//! * Notices: through the outbox, which knows the topics that have had it, and through the ledgers, which know the notices they have taken in.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    Classification, ClassificationPorts, Extraction, ExtractionPorts, MARKER_LIFE, Notification, PipelineError, Residue, ResidueError, Surroundings, Tally,
    UndeliveredEffects,
    attempt::{Repeat, attempt, end_of_work},
    later,
};
use crate::{
    batch::BatchId,
    issue::{Claim, Notice, OutboxEntry},
    metric::{PutRequest, name::ProcessorMetric},
    notify::decide::Occasion,
    port::{AlertQueue, BatchLedger, Clock, Failure, IssueStore, MetricSink, Opened, PortError, PortResult, ResidueStore},
};

/// What became of a residue that was replayed. It is the function's answer as well, see [`Self::answer`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    /// Effects that took place now: metric data, issues, notices.
    pub done: usize,
    /// Effects that had taken place before.
    pub known: usize,
    /// The first failure; the residue must be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<ReplayFailure>,
}

/// Why a residue could not be replayed, or not all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayFailure {
    /// Stable code, or the service's.
    pub code: String,
    /// What happened.
    pub message: String,
}

impl Replayed {
    /// The answer of a function that was invoked with a residue.
    pub fn answer(result: Result<Self, ResidueError>) -> serde_json::Value {
        let replayed = result.unwrap_or_else(|error| Self::failed(error.code(), &error.to_string()));
        // Plain data with string keys always serialises.
        serde_json::json!({ "replayed": replayed })
    }

    /// Reads such an answer; `None`: it is another one.
    pub fn of_answer(answer: &serde_json::Value) -> Option<Self> {
        Self::deserialize(answer.get("replayed")?).ok()
    }

    fn failed(code: &str, message: &str) -> Self {
        Self { failure: Some(ReplayFailure { code: code.to_owned(), message: message.to_owned() }), ..Self::default() }
    }

    /// Notes a failure; the first one is told.
    fn fail(&mut self, error: &PortError) {
        self.failure.get_or_insert_with(|| ReplayFailure { code: error.code.clone(), message: error.to_string() });
    }

    fn busy() -> Self {
        Self::failed(PipelineError::Busy.code(), "another invocation works on it")
    }
}

fn no_time() -> PortError {
    let message = "the function's time ran out; what was done is not done again".to_owned();
    PortError { failure: Failure::Unavailable, operation: "redrive", code: "out-of-time".to_owned(), message }
}

impl Extraction {
    /// Replays metric data.
    ///
    /// # Errors
    /// [`ResidueError`]: it is not for this function or cannot be read. What the outside refuses is in [`Replayed::failure`].
    pub async fn replay<S, L, R, C>(
        &self,
        residue: &Residue,
        ports: &ExtractionPorts<'_, S, L, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<Replayed, ResidueError>
    where
        S: MetricSink,
        L: BatchLedger,
        R: ResidueStore,
        C: Clock,
    {
        let UndeliveredEffects::Metrics(requests) = &residue.effects else { return Err(residue.foreign()) };
        let id = residue.batch()?;
        let mut replayed = Replayed::default();
        for request in requests {
            if ports.clock.now() >= end_of_work(deadline) {
                replayed.fail(&no_time());
                break;
            }
            match resend(&id, request, ports, deadline, tally).await {
                Ok(true) => replayed.done += request.data.len(),
                Ok(false) => {
                    tally.add(ProcessorMetric::Duplicates, 1);
                    replayed.known += request.data.len();
                }
                Err(error) => replayed.fail(&error),
            }
        }
        Ok(replayed)
    }
}

/// Sends one request under a marker of its own. `false`: it had been sent before.
async fn resend<S, L, R, C>(
    id: &BatchId,
    request: &PutRequest,
    ports: &ExtractionPorts<'_, S, L, R, C>,
    deadline: Timestamp,
    tally: &mut Tally,
) -> PortResult<bool>
where
    S: MetricSink,
    L: BatchLedger,
    R: ResidueStore,
    C: Clock,
{
    let purpose = purpose(request);
    let claim_until = later(deadline, SignedDuration::from_secs(1));
    let opened = attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.ledger.open(id, &purpose, ports.clock.now(), claim_until)).await?;
    match opened {
        Opened::Fresh => {}
        // Whoever replayed it before may have sent it.
        Opened::Abandoned => tally.add(ProcessorMetric::Ambiguous, 1),
        Opened::Done => return Ok(false),
        Opened::Busy => {
            let message = "another invocation sends it now, or did not finish a minute ago".to_owned();
            return Err(PortError { failure: Failure::Unavailable, operation: "redrive", code: PipelineError::Busy.code().to_owned(), message });
        }
    }
    let expires = later(ports.clock.now(), MARKER_LIFE);
    let ambiguous = tally.get(ProcessorMetric::Ambiguous);
    match attempt(ports.clock, deadline, Repeat::Doubles, tally, || ports.sink.put(request)).await {
        Ok(()) => {
            tally.add(ProcessorMetric::MetricsOut, request.data.len());
            // As with a batch: it is sent, and a marker that cannot be closed only costs a possible repetition.
            if attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.ledger.close(id, &purpose, expires)).await.is_err() {
                tally.add(ProcessorMetric::Ambiguous, 1);
            }
            Ok(true)
        }
        Err(error) => {
            // Only what certainly did not happen is given back. A marker that is not runs out with its claim.
            if tally.get(ProcessorMetric::Ambiguous) == ambiguous {
                let _ = ports.ledger.release(id, &purpose, expires).await;
            }
            Err(error)
        }
    }
}

/// The marker's purpose: by content, since a batch that is processed again may leave other requests undelivered.
fn purpose(request: &PutRequest) -> String {
    let digest = Sha256::digest(serde_json::to_vec(request).unwrap_or_default());
    let short = digest.iter().take(8).fold(0_u64, |number, &byte| (number << 8) | u64::from(byte));
    format!("metrics-residue-{short:016x}")
}

impl Classification {
    /// Replays issue changes.
    ///
    /// # Errors
    /// As [`Extraction::replay`].
    pub async fn replay<I, Q, R, C>(
        &self,
        residue: &Residue,
        ports: &ClassificationPorts<'_, I, Q, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<Replayed, ResidueError>
    where
        I: IssueStore,
        Q: AlertQueue,
        R: ResidueStore,
        C: Clock,
    {
        let UndeliveredEffects::Issues { part, groups } = &residue.effects else { return Err(residue.foreign()) };
        let id = residue.batch()?;
        let mut replayed = Replayed::default();
        match self.recommit(&id, *part, groups, ports, deadline, tally).await {
            Ok(true) => replayed.done = groups.len(),
            Ok(false) => replayed.known = groups.len(),
            Err(error) => replayed.fail(&error),
        }
        Ok(replayed)
    }
}

impl Notification {
    /// Replays a notice.
    ///
    /// # Errors
    /// As [`Extraction::replay`].
    pub async fn replay<O>(&self, residue: &Residue, ports: &O, deadline: Timestamp, tally: &mut Tally) -> Result<Replayed, ResidueError>
    where
        O: Surroundings,
    {
        let UndeliveredEffects::Notice(entry) = &residue.effects else { return Err(residue.foreign()) };
        let mut replayed = Replayed::default();
        let claim_until = later(deadline, SignedDuration::from_secs(1));
        let claim = attempt(ports.clock(), deadline, Repeat::Harmless, tally, || ports.store().reopen(entry, ports.clock().now(), claim_until)).await;
        let entry = match claim {
            Ok(Claim::Granted(entry)) => *entry,
            Ok(Claim::Busy) => return Ok(Replayed::busy()),
            Ok(Claim::Done) => {
                replayed.known = 1;
                return Ok(replayed);
            }
            Err(error) => {
                replayed.fail(&error);
                return Ok(replayed);
            }
        };
        let published = tally.get(ProcessorMetric::Notifications);
        let told = match &entry.notice {
            Notice::Issue { transition, issue } => self.take_in_again(&entry, Occasion::of(&entry.id, transition, issue), ports, deadline, tally).await,
            _ => self.publish_one(entry.clone(), ports, deadline, tally).await.map(|()| tally.get(ProcessorMetric::Notifications) > published),
        };
        match told {
            Ok(true) => replayed.done = 1,
            Ok(false) => replayed.known = 1,
            Err(error) => replayed.fail(&error),
        }
        let expires = later(ports.clock().now(), MARKER_LIFE);
        // Also when it failed: the residue keeps it, not the outbox. Should this fail, the claim runs out.
        let _ = attempt(ports.clock(), deadline, Repeat::Harmless, tally, || ports.store().mark_sent(&entry.id, expires)).await;
        Ok(replayed)
    }

    /// Takes a transition into the ledgers of the routes that carry it, and sends what is decided. A route that has it is noted as a topic would be: a
    /// ledger remembers only so many notices. `false`: every route had it.
    async fn take_in_again<O>(&self, entry: &OutboxEntry, occasion: Occasion, ports: &O, deadline: Timestamp, tally: &mut Tally) -> PortResult<bool>
    where
        O: Surroundings,
    {
        let occasions = [occasion];
        let mut decided = Vec::new();
        let mut taken = false;
        let mut failure = None;
        for route in self.plan.routes.iter().filter(|route| occasions.iter().any(|occasion| route.severities.contains(&occasion.brief.severity))) {
            // No topic has a `#` in its name.
            let note = format!("route#{}", route.name);
            if entry.published.contains(&note) {
                continue;
            }
            match self.decide(route, &occasions, ports, deadline, tally).await {
                Ok(messages) => {
                    taken = true;
                    decided.extend(messages);
                    attempt(ports.clock(), deadline, Repeat::Harmless, tally, || ports.store().mark_published(&entry.id, &note)).await?;
                }
                Err(error) => failure = Some(error),
            }
        }
        // What is decided is in the outbox: what cannot be sent now, the tick sends.
        let _ = self.send_decided(&decided, ports, deadline, tally).await;
        failure.map_or(Ok(taken), Err)
    }
}
