//! error-classifier: the errors of a delivered batch become issue changes, committed with marker and outbox in one step.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::{
    MARKER_LIFE, PipelineError, RESIDUE_FORMAT, Residue, Tally, UndeliveredEffects,
    attempt::{Repeat, attempt, pause},
    later,
};
use crate::{
    batch::BatchId,
    envelope::{Payload, Sealed, inflate},
    error::classify::Classifier,
    issue::{Commit, Committed, Facts, Fingerprint, Group, Issue, IssueChange, MAX_ALIAS_HOPS, apply, follow, groups},
    mask::Masker,
    metric::name::ProcessorMetric,
    plan::{LogFormat, Plan, PlanError},
    port::{AlertQueue, Clock, Failure, IssueStore, PortError, PortResult, ResidueStore},
    record::{Reader, format::line_format},
};

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
    /// Name of the function in residue keys.
    const FUNCTION: &'static str = "error-classifier";
    /// How often a conflicting write is read again and repeated before it counts as unavailable.
    const CONFLICT_ROUNDS: usize = 8;

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
        let mut inflated = inflate(sealed).inspect_err(|_| tally.add(ProcessorMetric::RecordsRejected, 1))?;
        let payload = Payload::parse(&mut inflated).inspect_err(|_| tally.add(ProcessorMetric::RecordsRejected, 1))?;
        let Payload::Data(batch) = payload else {
            tally.add(ProcessorMetric::ControlMessages, 1);
            return Ok(Vec::new());
        };
        tally.add(ProcessorMetric::RecordsIn, batch.log_events.len());
        tally.add(ProcessorMetric::RecordsRepaired, batch.repaired);
        // A group the plan does not know (an account-level subscription) is its own service.
        let service = self.services.get(batch.log_group.as_ref()).map_or(batch.log_group.as_ref(), String::as_str);
        let reader = self.readers.get(batch.log_group.as_ref()).unwrap_or_else(|| Reader::standard());
        let found = groups(&batch, service, reader, &self.classifier, &self.masker);
        if found.is_empty() {
            return Ok(found);
        }
        let id = BatchId::of(&batch);
        let mut counted = Vec::new();
        let mut told = Vec::new();
        for (part, chunk) in found.chunks(Commit::MAX_CHANGES).enumerate() {
            match self.commit(&id, part, chunk, ports, deadline, tally).await {
                Ok(Some(entries)) => {
                    told.extend(entries);
                    counted.extend_from_slice(chunk);
                    tally.add(ProcessorMetric::Occurrences, occurrences(chunk));
                }
                Ok(None) => tally.add(ProcessorMetric::Duplicates, 1),
                Err(error) => self.keep(&id, part, chunk, &error, ports, tally).await?,
            }
        }
        send(&told, ports, deadline, tally).await;
        Ok(counted)
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
        let Some(told) = self.commit(id, part, groups, ports, deadline, tally).await? else {
            tally.add(ProcessorMetric::Duplicates, 1);
            return Ok(false);
        };
        tally.add(ProcessorMetric::Occurrences, occurrences(groups));
        send(&told, ports, deadline, tally).await;
        Ok(true)
    }

    /// Commits one part. `None`: it had been committed before. Else the ids of the outbox entries written.
    async fn commit<I, Q, R, C>(
        &self,
        id: &BatchId,
        part: usize,
        groups: &[Group],
        ports: &ClassificationPorts<'_, I, Q, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> PortResult<Option<Vec<String>>>
    where
        I: IssueStore,
        Q: AlertQueue,
        R: ResidueStore,
        C: Clock,
    {
        for round in 0..Self::CONFLICT_ROUNDS {
            let stored = self.stored(groups, ports, deadline, tally).await?;
            let now = ports.clock.now();
            let commit = Commit { batch: id.clone(), part, expires: later(now, MARKER_LIFE), changes: self.changes(groups, &stored, now) };
            match attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.commit(&commit)).await? {
                Committed::Done => {
                    let opened = commit.changes.iter().filter(|change| change.expected.is_none()).count();
                    tally.add(ProcessorMetric::IssuesOpened, opened);
                    return Ok(Some(commit.changes.into_iter().filter_map(|change| change.entry).map(|entry| entry.id).collect()));
                }
                Committed::Before => return Ok(None),
                Committed::Conflict => ports.clock.sleep(pause(id.as_str(), round)).await,
            }
        }
        Err(PortError {
            failure: Failure::Unavailable,
            operation: "issues.commit",
            code: "conflict".to_owned(),
            message: format!("{} rounds in a row another invocation was faster", Self::CONFLICT_ROUNDS),
        })
    }

    /// The issues of these groups that exist, and those into which they have been merged.
    async fn stored<I, Q, R, C>(
        &self,
        groups: &[Group],
        ports: &ClassificationPorts<'_, I, Q, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> PortResult<BTreeMap<Fingerprint, Issue>>
    where
        I: IssueStore,
        Q: AlertQueue,
        R: ResidueStore,
        C: Clock,
    {
        let mut stored: BTreeMap<Fingerprint, Issue> = BTreeMap::new();
        let mut asked = BTreeSet::new();
        let mut next: Vec<Fingerprint> = groups.iter().map(|group| group.fingerprint.clone()).collect();
        for _ in 0..=MAX_ALIAS_HOPS {
            asked.extend(next.iter().cloned());
            let issues = attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.store.load(&next)).await?;
            let links: BTreeSet<Fingerprint> = issues.iter().filter_map(|issue| issue.merged_into.clone()).collect();
            stored.extend(issues.into_iter().map(|issue| (issue.fingerprint.clone(), issue)));
            next = links.difference(&asked).cloned().collect();
            if next.is_empty() {
                break;
            }
        }
        Ok(stored)
    }

    /// One change for each issue; several groups of a batch may have been merged into one.
    fn changes(&self, groups: &[Group], stored: &BTreeMap<Fingerprint, Issue>, now: Timestamp) -> Vec<IssueChange> {
        let mut seen: BTreeMap<&Fingerprint, Facts> = BTreeMap::new();
        for group in groups {
            let place = follow(&group.fingerprint, |fingerprint| stored.get(fingerprint)?.merged_into.as_ref());
            match seen.get_mut(place) {
                Some(facts) => facts.join(&group.facts),
                None => {
                    seen.insert(place, group.facts.clone());
                }
            }
        }
        seen.into_iter()
            .map(|(fingerprint, facts)| {
                let before = stored.get(fingerprint);
                let (issue, told) = apply(before, fingerprint, &facts, &self.steps, now);
                // Also what the policy does not send: alert-notifier counts what it holds back.
                let entry = told.map(|told| told.entry(&issue, now));
                IssueChange { issue, expected: before.map(|issue| issue.version), entry }
            })
            .collect()
    }

    async fn keep<I, Q, R, C>(
        &self,
        id: &BatchId,
        part: usize,
        groups: &[Group],
        error: &PortError,
        ports: &ClassificationPorts<'_, I, Q, R, C>,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        I: IssueStore,
        Q: AlertQueue,
        R: ResidueStore,
        C: Clock,
    {
        let residue = Residue {
            format: RESIDUE_FORMAT,
            source: id.as_str().to_owned(),
            at: ports.clock.now(),
            reason: error.code.clone(),
            effects: UndeliveredEffects::Issues { part, groups: groups.to_vec() },
        };
        ports.residue.put(&residue.key(Self::FUNCTION, 0), &residue.to_json()).await?;
        tally.add(ProcessorMetric::Residues, 1);
        Ok(())
    }
}

fn occurrences(groups: &[Group]) -> usize {
    groups.iter().map(|group| usize::try_from(group.count).unwrap_or(usize::MAX)).fold(0, usize::saturating_add)
}

/// Tells alert-notifier of entries of the outbox. Losing this is harmless: the tick sweeps the outbox.
async fn send<I, Q, R, C>(ids: &[String], ports: &ClassificationPorts<'_, I, Q, R, C>, deadline: Timestamp, tally: &mut Tally)
where
    I: IssueStore,
    Q: AlertQueue,
    R: ResidueStore,
    C: Clock,
{
    for ids in ids.chunks(10) {
        if attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.queue.send(ids)).await.is_err() {
            break;
        }
    }
}
