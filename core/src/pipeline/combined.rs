//! error-classifier as a whole: the errors of every batch become issue changes, and the lines of some log groups metrics as well.
//!
//! A log group takes two subscription filters. Where there is room for one only, this function does the work of both. Each half has its own marker and
//! its own residues, and neither stops the other: when one fails the batch comes again, and the half that is done knows it.

use futures_util::future::join;
use jiff::Timestamp;

use super::{
    Classification, ClassificationPorts, Extraction, ExtractionPorts, PipelineError, Replayed, Residue, ResidueError, Tally, UndeliveredEffects, reading,
};
use crate::{
    envelope::Sealed,
    issue::Group,
    plan::{Plan, PlanError},
    port::{AlertQueue, BatchLedger, Clock, IssueStore, MetricSink, ResidueStore},
};

/// What both halves need from the outside.
#[derive(Debug)]
pub struct CombinedPorts<'a, I, Q, S, L, R, C> {
    /// Issues, markers and outbox.
    pub store: &'a I,
    /// The queue `alerts`.
    pub queue: &'a Q,
    /// Where metrics go.
    pub sink: &'a S,
    /// Which batches' metrics are done.
    pub ledger: &'a L,
    /// Where undelivered effects go.
    pub residue: &'a R,
    /// Time.
    pub clock: &'a C,
}

impl<'a, I, Q, S, L, R, C> CombinedPorts<'a, I, Q, S, L, R, C> {
    const fn of_classification(&self) -> ClassificationPorts<'a, I, Q, R, C> {
        ClassificationPorts { store: self.store, queue: self.queue, residue: self.residue, clock: self.clock }
    }

    const fn of_extraction(&self) -> ExtractionPorts<'a, S, L, R, C> {
        ExtractionPorts { sink: self.sink, ledger: self.ledger, residue: self.residue, clock: self.clock }
    }
}

/// The compiled work of error-classifier.
#[derive(Debug)]
pub struct Combined {
    classification: Classification,
    extraction: Option<Extraction>,
}

impl Combined {
    /// Compiles the plan.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] when a part of it does not compile.
    pub fn new(plan: &Plan) -> Result<Self, PlanError> {
        Ok(Self { classification: Classification::new(plan)?, extraction: Extraction::beside_classification(plan)? })
    }

    /// Processes one delivered batch. Gives the groups that were newly counted, for the `issue_occurrence` log lines: also when the metrics failed.
    pub async fn run<I, Q, S, L, R, C>(
        &self,
        sealed: Sealed<'_>,
        ports: &CombinedPorts<'_, I, Q, S, L, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> (Vec<Group>, Result<(), PipelineError>)
    where
        I: IssueStore,
        Q: AlertQueue,
        S: MetricSink,
        L: BatchLedger,
        R: ResidueStore,
        C: Clock,
    {
        let of_issues = ports.of_classification();
        let Some(extraction) = &self.extraction else {
            return split(self.classification.run(sealed, &of_issues, deadline, tally).await, Ok(()));
        };
        let mut inflated = match reading::inflated(sealed, tally) {
            Ok(inflated) => inflated,
            Err(error) => return (Vec::new(), Err(error)),
        };
        let batch = match reading::batch(&mut inflated, tally) {
            Ok(Some(batch)) => batch,
            Ok(None) => return (Vec::new(), Ok(())),
            Err(error) => return (Vec::new(), Err(error)),
        };
        let (of_metrics, mut tally_of_metrics) = (ports.of_extraction(), Tally::default());
        let metrics = extraction.of_batch(&batch, &of_metrics, deadline, &mut tally_of_metrics);
        let (issues, metrics) = join(self.classification.of_batch(&batch, &of_issues, deadline, tally), metrics).await;
        tally.merge(&tally_of_metrics);
        split(issues, metrics)
    }

    /// Replays a residue of either half.
    ///
    /// # Errors
    /// [`ResidueError`]: it is not for this function or cannot be read.
    pub async fn replay<I, Q, S, L, R, C>(
        &self,
        residue: &Residue,
        ports: &CombinedPorts<'_, I, Q, S, L, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<Replayed, ResidueError>
    where
        I: IssueStore,
        Q: AlertQueue,
        S: MetricSink,
        L: BatchLedger,
        R: ResidueStore,
        C: Clock,
    {
        match (&self.extraction, &residue.effects) {
            (Some(extraction), UndeliveredEffects::Metrics(_)) => extraction.replay(residue, &ports.of_extraction(), deadline, tally).await,
            _ => self.classification.replay(residue, &ports.of_classification(), deadline, tally).await,
        }
    }
}

/// What was counted, and the first failure.
fn split(issues: Result<Vec<Group>, PipelineError>, metrics: Result<(), PipelineError>) -> (Vec<Group>, Result<(), PipelineError>) {
    match issues {
        Ok(counted) => (counted, metrics),
        Err(error) => (Vec::new(), Err(error)),
    }
}
