//! metrics-extractor: a delivered batch becomes PutMetricData requests. error-classifier runs it too, for the log groups whose only subscription is its own.

use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};

use super::{
    MARKER_LIFE, MAX_RESIDUE_BYTES, PipelineError, Tally, UndeliveredEffects,
    attempt::{Repeat, attempt, settle},
    later,
    masked_dimension::masked,
    reading,
    residue::{ERROR_CLASSIFIER, METRICS_EXTRACTOR, keep},
};
use crate::{
    batch::BatchId,
    envelope::{LogBatch, Sealed},
    mask::Masker,
    metric::{Aggregator, PutRequest, Rules, name::ProcessorMetric},
    plan::{MetricRule, Plan, PlanError},
    port::{BatchLedger, Clock, MetricSink, Opened, PortError, ResidueStore},
};

/// PutMetricData requests on their way at the same time. The quota of 500 a second is the Region's.
const REQUESTS_AT_ONCE: usize = 4;

/// What the extraction needs from the outside.
#[derive(Debug)]
pub struct ExtractionPorts<'a, S, L, R, C> {
    /// Where metrics go.
    pub sink: &'a S,
    /// Which batches are done.
    pub ledger: &'a L,
    /// Where undelivered effects go.
    pub residue: &'a R,
    /// Time.
    pub clock: &'a C,
}

/// The compiled extraction of one plan.
#[derive(Debug)]
pub struct Extraction {
    rules: Rules,
    /// Whether batches are marked, so that a repeated one is left out.
    marks: bool,
    masker: Masker,
    /// The function it runs in: residues lie under its name.
    function: &'static str,
}

impl Extraction {
    /// Name of this purpose in the batch ledger.
    const PURPOSE: &'static str = "metrics";

    /// Compiles the plan's metric rules, for metrics-extractor: without those of log groups whose metrics error-classifier computes.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] for a rule, or a masking rule, that does not compile.
    pub fn new(plan: &Plan) -> Result<Self, PlanError> {
        Self::of(plan, METRICS_EXTRACTOR, |rule| !plan.is_one_function(&rule.log_group), plan.processing.metrics_marker)
    }

    /// The rules that error-classifier computes beside its own work; `None` when there are none.
    ///
    /// Batches are marked whatever the plan says: a batch whose issues could not be counted comes again, and its metrics must not count twice for that.
    ///
    /// # Errors
    /// As [`Extraction::new`].
    pub fn beside_classification(plan: &Plan) -> Result<Option<Self>, PlanError> {
        let is_ours = |rule: &MetricRule| plan.is_one_function(&rule.log_group);
        if !plan.rules.iter().any(is_ours) {
            return Ok(None);
        }
        Self::of(plan, ERROR_CLASSIFIER, is_ours, true).map(Some)
    }

    fn of(plan: &Plan, function: &'static str, is_ours: impl Fn(&MetricRule) -> bool, marks: bool) -> Result<Self, PlanError> {
        let rules: Vec<MetricRule> = plan.rules.iter().filter(|rule| is_ours(rule)).cloned().collect();
        Ok(Self { rules: Rules::compile(&rules, &plan.sources)?, marks, masker: Masker::new(&plan.masking)?, function })
    }

    /// Processes one delivered batch. What is done is in the tally, also of an invocation that fails.
    ///
    /// # Errors
    /// [`PipelineError`]: the batch is unreadable, or neither the metrics nor their residue could be delivered. Lambda keeps the event.
    pub async fn run<S, L, R, C>(
        &self,
        sealed: Sealed<'_>,
        ports: &ExtractionPorts<'_, S, L, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        S: MetricSink,
        L: BatchLedger,
        R: ResidueStore,
        C: Clock,
    {
        let mut inflated = reading::inflated(sealed, tally)?;
        let Some(batch) = reading::batch(&mut inflated, tally)? else { return Ok(()) };
        self.of_batch(&batch, ports, deadline, tally).await
    }

    /// As [`Extraction::run`], of a batch that has been read and counted.
    pub(super) async fn of_batch<S, L, R, C>(
        &self,
        batch: &LogBatch<'_>,
        ports: &ExtractionPorts<'_, S, L, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        S: MetricSink,
        L: BatchLedger,
        R: ResidueStore,
        C: Clock,
    {
        let requests = self.requests(batch, ports.clock.now(), tally);
        if requests.is_empty() {
            // Nothing of interest: no call to AWS at all, not even a marker.
            return Ok(());
        }
        let id = BatchId::of(batch);
        if !self.marks {
            return self.put(&id, requests, ports, deadline, tally).await;
        }
        let claim_until = later(deadline, SignedDuration::from_secs(1));
        let opened = attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.ledger.open(&id, Self::PURPOSE, ports.clock.now(), claim_until)).await?;
        match opened {
            Opened::Fresh => {}
            // The invocation before this one may have sent some of it.
            Opened::Abandoned => tally.add(ProcessorMetric::Ambiguous, 1),
            Opened::Done => {
                tally.add(ProcessorMetric::Duplicates, 1);
                return Ok(());
            }
            Opened::Busy => return Err(PipelineError::Busy),
        }
        self.put(&id, requests, ports, deadline, tally).await?;
        let expires = later(ports.clock.now(), MARKER_LIFE);
        // The work is done: a marker that cannot be closed costs a possible repetition, failing here would make it certain.
        if settle(ports.clock, deadline, || ports.ledger.close(&id, Self::PURPOSE, expires)).await.is_err() {
            tally.add(ProcessorMetric::Ambiguous, 1);
        }
        Ok(())
    }

    /// Sends requests; what cannot be sent becomes one residue.
    async fn put<S, L, R, C>(
        &self,
        id: &BatchId,
        requests: Vec<PutRequest>,
        ports: &ExtractionPorts<'_, S, L, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        S: MetricSink,
        L: BatchLedger,
        R: ResidueStore,
        C: Clock,
    {
        let puts = requests.into_iter().enumerate().map(|(place, request)| async move {
            let mut tally = Tally::default();
            let result = attempt(ports.clock, deadline, Repeat::Doubles, &mut tally, || ports.sink.put(&request)).await;
            (place, request, result, tally)
        });
        let mut done: Vec<_> = stream::iter(puts).buffer_unordered(REQUESTS_AT_ONCE).collect().await;
        done.sort_by_key(|(place, ..)| *place);
        let mut undelivered = Vec::new();
        let mut reason: Option<PortError> = None;
        for (_, request, result, of_request) in done {
            tally.merge(&of_request);
            match result {
                Ok(()) => tally.add(ProcessorMetric::MetricsOut, request.data.len()),
                Err(error) => {
                    reason = Some(error);
                    undelivered.push(request);
                }
            }
        }
        match reason {
            None => Ok(()),
            Some(error) => self.keep(id, undelivered, &error, ports, deadline, tally).await,
        }
    }

    fn requests(&self, batch: &LogBatch<'_>, now: Timestamp, tally: &mut Tally) -> Vec<PutRequest> {
        if !self.rules.watches(&batch.log_group) {
            return Vec::new();
        }
        let mut aggregator = Aggregator::new(now);
        self.rules.extract(batch, &mut aggregator);
        for (&reason, &count) in aggregator.drops() {
            *tally.drops.entry(reason).or_default() += count;
            tally.add(ProcessorMetric::SamplesDropped, usize::try_from(count).unwrap_or(usize::MAX));
        }
        tally.add(ProcessorMetric::DimensionsCapped, usize::try_from(aggregator.overflowed()).unwrap_or(usize::MAX));
        aggregator.into_requests_showing(|dimension, value| masked(&self.masker, &dimension.selector, value))
    }

    async fn keep<S, L, R, C>(
        &self,
        id: &BatchId,
        undelivered: Vec<PutRequest>,
        error: &PortError,
        ports: &ExtractionPorts<'_, S, L, R, C>,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        S: MetricSink,
        L: BatchLedger,
        R: ResidueStore,
        C: Clock,
    {
        for (part, requests) in parts(undelivered).into_iter().enumerate() {
            // The reserve before the deadline was kept for this. If it fails, Lambda keeps the whole event.
            keep(ports.residue, ports.clock, deadline, self.function, id.as_str(), error, UndeliveredEffects::Metrics(requests), part).await?;
            tally.add(ProcessorMetric::Residues, 1);
        }
        Ok(())
    }
}

/// Requests in as few residues as take them, see [`MAX_RESIDUE_BYTES`].
fn parts(requests: Vec<PutRequest>) -> Vec<Vec<PutRequest>> {
    let mut parts: Vec<Vec<PutRequest>> = Vec::new();
    let mut room = 0;
    for request in requests {
        let bytes = serde_json::to_vec(&request).map_or(0, |json| json.len());
        match parts.last_mut() {
            Some(part) if bytes <= room => part.push(request),
            _ => {
                parts.push(vec![request]);
                room = MAX_RESIDUE_BYTES;
            }
        }
        room = room.saturating_sub(bytes);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Datum, ValueCount};

    #[test]
    fn many_data_make_several_residues_that_each_fit_an_invocation() {
        let values = (0..150_u32).map(|at| ValueCount { value: f64::from(at).sqrt(), count: 1.0 }).collect();
        let datum = Datum {
            name: "Duration".to_owned(),
            unit: "Milliseconds".to_owned(),
            dimensions: vec![("Route".to_owned(), "r".repeat(1024))],
            at: Timestamp::UNIX_EPOCH,
            resolution_seconds: 1,
            values,
        };
        let request = PutRequest { namespace: "n".to_owned(), data: vec![datum; 100] };
        let bytes = |part: &Vec<PutRequest>| serde_json::to_vec(part).unwrap().len();
        let one = bytes(&vec![request.clone()]);
        let fit = MAX_RESIDUE_BYTES / one;
        assert!(fit > 1, "{one}");
        let parts = parts(vec![request; 3 * fit + 1]);
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [fit, fit, fit, 1]);
        assert!(parts.iter().all(|part| bytes(part) <= MAX_RESIDUE_BYTES + 4096));
    }
}
