//! metrics-extractor: a delivered batch becomes PutMetricData requests.

use jiff::{SignedDuration, Timestamp};

use super::{
    MARKER_LIFE, MAX_RESIDUE_BYTES, PipelineError, RESIDUE_FORMAT, Residue, Tally, UndeliveredEffects,
    attempt::{Repeat, attempt},
    later,
};
use crate::{
    batch::BatchId,
    envelope::{LogBatch, Payload, Sealed, inflate},
    metric::{Aggregator, PutRequest, Rules, name::ProcessorMetric},
    plan::{Plan, PlanError},
    port::{BatchLedger, Clock, MetricSink, Opened, PortError, ResidueStore},
};

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
}

impl Extraction {
    /// Name of this purpose in the batch ledger.
    const PURPOSE: &'static str = "metrics";
    /// Name of the function in residue keys.
    const FUNCTION: &'static str = "metrics-extractor";

    /// Compiles the plan's metric rules.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] for a rule that does not compile.
    pub fn new(plan: &Plan) -> Result<Self, PlanError> {
        Ok(Self { rules: Rules::compile(&plan.rules, &plan.sources)? })
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
        let mut inflated = inflate(sealed).inspect_err(|_| tally.add(ProcessorMetric::RecordsRejected, 1))?;
        let payload = Payload::parse(&mut inflated).inspect_err(|_| tally.add(ProcessorMetric::RecordsRejected, 1))?;
        let Payload::Data(batch) = payload else {
            tally.add(ProcessorMetric::ControlMessages, 1);
            return Ok(());
        };
        tally.add(ProcessorMetric::RecordsIn, batch.log_events.len());
        tally.add(ProcessorMetric::RecordsRepaired, batch.repaired);
        let requests = self.requests(&batch, ports.clock.now(), tally);
        if requests.is_empty() {
            // Nothing of interest: no call to AWS at all, not even a marker.
            return Ok(());
        }
        let id = BatchId::of(&batch);
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
        let mut undelivered = Vec::new();
        let mut reason: Option<PortError> = None;
        for request in requests {
            match attempt(ports.clock, deadline, Repeat::Doubles, tally, || ports.sink.put(&request)).await {
                Ok(()) => tally.add(ProcessorMetric::MetricsOut, request.data.len()),
                Err(error) => {
                    reason = Some(error);
                    undelivered.push(request);
                }
            }
        }
        if let Some(error) = reason {
            self.keep(&id, undelivered, &error, ports, tally).await?;
        }
        let expires = later(ports.clock.now(), MARKER_LIFE);
        // The work is done: a marker that cannot be closed costs a possible repetition, failing here would make it certain.
        if attempt(ports.clock, deadline, Repeat::Harmless, tally, || ports.ledger.close(&id, Self::PURPOSE, expires)).await.is_err() {
            tally.add(ProcessorMetric::Ambiguous, 1);
        }
        Ok(())
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
        aggregator.into_requests()
    }

    async fn keep<S, L, R, C>(
        &self,
        id: &BatchId,
        undelivered: Vec<PutRequest>,
        error: &PortError,
        ports: &ExtractionPorts<'_, S, L, R, C>,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        S: MetricSink,
        L: BatchLedger,
        R: ResidueStore,
        C: Clock,
    {
        for (part, requests) in parts(undelivered).into_iter().enumerate() {
            let residue = Residue {
                format: RESIDUE_FORMAT,
                source: id.as_str().to_owned(),
                at: ports.clock.now(),
                reason: error.code.clone(),
                effects: UndeliveredEffects::Metrics(requests),
            };
            // The reserve before the deadline was kept for this: one attempt, and if it fails Lambda keeps the whole event.
            ports.residue.put(&residue.key(Self::FUNCTION, part), &residue.to_json()).await?;
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
