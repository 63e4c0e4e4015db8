//! Reading a delivered batch: what both pipelines of log lines begin with.

use super::{PipelineError, Tally};
use crate::{
    envelope::{self, Inflated, LogBatch, Payload, Sealed},
    metric::name::ProcessorMetric,
};

/// The inflated payload. One that cannot be inflated is counted as rejected.
pub(super) fn inflated(sealed: Sealed<'_>, tally: &mut Tally) -> Result<Inflated, PipelineError> {
    Ok(envelope::inflate(sealed).inspect_err(|_| tally.add(ProcessorMetric::RecordsRejected, 1))?)
}

/// The batch in it, counted; `None`: it is a control message, by which CloudWatch Logs tries whether anybody is there.
pub(super) fn batch<'b>(inflated: &'b mut Inflated, tally: &mut Tally) -> Result<Option<LogBatch<'b>>, PipelineError> {
    let payload = Payload::parse(inflated).inspect_err(|_| tally.add(ProcessorMetric::RecordsRejected, 1))?;
    let Payload::Data(batch) = payload else {
        tally.add(ProcessorMetric::ControlMessages, 1);
        return Ok(None);
    };
    tally.add(ProcessorMetric::RecordsIn, batch.log_events.len());
    tally.add(ProcessorMetric::RecordsRepaired, batch.repaired);
    Ok(Some(batch))
}
