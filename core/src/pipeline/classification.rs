//! error-classifier: the errors of a delivered batch become issue changes, committed with marker and outbox in one step.

use std::collections::HashMap;

use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};

use super::{
    PipelineError, RESIDUE_RESERVE, Tally, UndeliveredEffects,
    attempt::{Repeat, attempt},
    counting::Counting,
    later, reading,
    residue::{ERROR_CLASSIFIER, keep},
};
use crate::{
    batch::BatchId,
    envelope::{LogBatch, Sealed},
    error::classify::Classifier,
    issue::{Commit, Group, groups},
    mask::Masker,
    metric::name::ProcessorMetric,
    plan::{LogFormat, Plan, PlanError},
    port::{AlertQueue, Clock, IssueStore, PortError, PortResult, ResidueStore},
    record::{Reader, format::line_format},
};

/// Parts of a batch that are counted at the same time.
const PARTS_AT_ONCE: usize = 4;

/// Residues that are written at the same time: there is little time left for them.
const RESIDUES_AT_ONCE: usize = 16;

/// For how long the queue is waited for, all messages together: nothing depends on it, and an invocation costs by its time.
const QUEUE_PATIENCE: SignedDuration = SignedDuration::from_secs(5);

/// Ids in one message to the queue.
const IDS_AT_ONCE: usize = 10;

/// What the classification needs from the outside.
#[derive(Debug)]
pub struct ClassificationPorts<'a, I, Q, R, C> {
    /// Issues, markers and outbox.
    pub store: &'a I,
    /// The queue `alerts`.
    pub queue: &'a Q,
    /// Where undelivered effects go.
    pub residue: &'a R,
    /// Time.
    pub clock: &'a C,
}

/// The compiled classification of one plan.
#[derive(Debug)]
pub struct Classification {
    classifier: Classifier,
    masker: Masker,
    /// Numbers of occurrences that are told.
    steps: Vec<u64>,
    services: HashMap<String, String>,
    /// Readers of the log groups whose lines have a form of their own.
    readers: HashMap<String, Reader>,
}

impl Classification {
    /// Compiles the plan.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] when the masking rules or the form of a log group's lines do not compile.
    pub fn new(plan: &Plan) -> Result<Self, PlanError> {
        let mut readers = HashMap::new();
        for source in &plan.sources {
            if let LogFormat::Regex(line) = &source.format {
                let format = line_format(&line.pattern, line.time.as_deref())
                    .map_err(|reason| PlanError::Invalid { what: format!("format of {}", source.log_group), reason })?;
                readers.insert(source.log_group.clone(), Reader::new(Some(format)));
            }
        }
        Ok(Self {
            readers,
            classifier: Classifier::new(&plan.errors.rules, &plan.taxonomy)?,
            masker: Masker::new(&plan.masking)?,
            steps: plan.errors.notify.at.clone(),
            services: plan.sources.iter().map(|source| (source.log_group.clone(), source.service.clone())).collect(),
        })
    }

    /// Processes one delivered batch. Gives the groups that were newly counted, for the `issue_occurrence` log lines.
    ///
    /// # Errors
    /// [`PipelineError`]: the batch is unreadable, or neither the changes nor their residue could be written. Lambda keeps the event.
    pub async fn run<I, Q, R, C>(
        &self,
        sealed: Sealed<'_>,
        ports: &ClassificationPorts<'_, I, Q, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<Vec<Group>, PipelineError>
    where
        I: IssueStore,
        Q: AlertQueue,
        R: ResidueStore,
        C: Clock,
    {
        let mut inflated = reading::inflated(sealed, tally)?;
        let Some(batch) = reading::batch(&mut inflated, tally)? else { return Ok(Vec::new()) };
        self.of_batch(&batch, ports, deadline, tally).await
    }

    /// As [`Classification::run`], of a batch that has been read and counted.
    pub(super) async fn of_batch<I, Q, R, C>(
        &self,
        batch: &LogBatch<'_>,
        ports: &ClassificationPorts<'_, I, Q, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<Vec<Group>, PipelineError>
    where
        I: IssueStore,
        Q: AlertQueue,
        R: ResidueStore,
        C: Clock,
    {
        // A group the plan does not know (an account-level subscription) is its own service.
        let service = self.services.get(batch.log_group.as_ref()).map_or(batch.log_group.as_ref(), String::as_str);
        let reader = self.readers.get(batch.log_group.as_ref()).unwrap_or_else(|| Reader::standard());
        let found = groups(batch, service, reader, &self.classifier, &self.masker);
        if found.is_empty() {
            return Ok(found);
        }
        let id = BatchId::of(batch);
        let counting = self.counting(ports, deadline);
        let (counting, batch) = (&counting, &id);
        // A loop, not a closure over borrowed groups: of that one's future the compiler cannot tell that it may be sent.
        let mut chunks = Vec::new();
        for (part, groups) in found.chunks(Commit::MAX_GROUPS).enumerate() {
            chunks.push(async move {
                let mut tally = Tally::default();
                let result = counting.count(batch, part, groups, &mut tally).await;
                (part, groups, result, tally)
            });
        }
        let mut done: Vec<_> = stream::iter(chunks).buffer_unordered(PARTS_AT_ONCE).collect().await;
        done.sort_by_key(|(part, ..)| *part);
        let mut counted = Vec::new();
        let mut told = Vec::new();
        let mut failed = Vec::new();
        for (part, groups, result, of_part) in done {
            tally.merge(&of_part);
            match result {
                Ok(Some(entries)) => {
                    told.extend(entries);
                    counted.extend_from_slice(groups);
                    tally.add(ProcessorMetric::Occurrences, occurrences(groups));
                }
                Ok(None) => tally.add(ProcessorMetric::Duplicates, 1),
                Err(error) => failed.push((part, groups, error)),
            }
        }
        // First what must not be lost; that something waits in the outbox the tick finds out as well.
        let kept = Self::keep(&id, failed, ports, deadline, tally).await;
        send(&told, ports, deadline, tally).await;
        kept.map(|()| counted)
    }

    const fn counting<'a, I, Q, R, C>(&'a self, ports: &ClassificationPorts<'a, I, Q, R, C>, deadline: Timestamp) -> Counting<'a, I, C> {
        Counting { store: ports.store, clock: ports.clock, steps: self.steps.as_slice(), deadline }
    }

    /// Counts groups that were kept as a residue, as this part of this batch and under its marker, and tells alert-notifier of what there is to tell.
    /// `true`: counted now; `false`: they had been counted before.
    ///
    /// # Errors
    /// [`PortError`]: nothing was counted, or nobody knows; the marker makes trying again harmless.
    pub async fn recommit<I, Q, R, C>(
        &self,
        id: &BatchId,
        part: usize,
        groups: &[Group],
        ports: &ClassificationPorts<'_, I, Q, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> PortResult<bool>
    where
        I: IssueStore,
        Q: AlertQueue,
        R: ResidueStore,
        C: Clock,
    {
        let Some(told) = self.counting(ports, deadline).count(id, part, groups, tally).await? else {
            tally.add(ProcessorMetric::Duplicates, 1);
            return Ok(false);
        };
        tally.add(ProcessorMetric::Occurrences, occurrences(groups));
        send(&told, ports, deadline, tally).await;
        Ok(true)
    }

    /// Keeps parts that could not be counted, each as a residue.
    async fn keep<I, Q, R, C>(
        id: &BatchId,
        failed: Vec<(usize, &[Group], PortError)>,
        ports: &ClassificationPorts<'_, I, Q, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        I: IssueStore,
        Q: AlertQueue,
        R: ResidueStore,
        C: Clock,
    {
        let mut puts = Vec::new();
        for (part, groups, error) in failed {
            puts.push(async move {
                let effects = UndeliveredEffects::Issues { part, groups: groups.to_vec() };
                keep(ports.residue, ports.clock, deadline, ERROR_CLASSIFIER, id.as_str(), &error, effects, part).await
            });
        }
        let results: Vec<PortResult<()>> = stream::iter(puts).buffer_unordered(RESIDUES_AT_ONCE).collect().await;
        tally.add(ProcessorMetric::Residues, results.iter().filter(|result| result.is_ok()).count());
        results.into_iter().collect::<PortResult<()>>().map_err(PipelineError::from)
    }
}

fn occurrences(groups: &[Group]) -> usize {
    groups.iter().map(|group| usize::try_from(group.count).unwrap_or(usize::MAX)).fold(0, usize::saturating_add)
}

/// Tells alert-notifier of entries of the outbox. Losing this is harmless: the tick sweeps the outbox. It makes messages late, so it is counted.
async fn send<I, Q, R, C>(ids: &[String], ports: &ClassificationPorts<'_, I, Q, R, C>, deadline: Timestamp, tally: &mut Tally)
where
    I: IssueStore,
    Q: AlertQueue,
    R: ResidueStore,
    C: Clock,
{
    let patience = later(ports.clock.now(), QUEUE_PATIENCE);
    // The deadline of which that, if it is the sooner one, is the end of work.
    let deadline = later(patience, RESIDUE_RESERVE).min(deadline);
    let mut waiting = ids.len();
    for ids in ids.chunks(IDS_AT_ONCE) {
        if let Err(error) = attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.queue.send(ids)).await {
            tally.add(ProcessorMetric::NoticesDelayed, waiting);
            tally.late.get_or_insert(error);
            return;
        }
        waiting -= ids.len();
    }
}
