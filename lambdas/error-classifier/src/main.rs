//! error-classifier: log batches in, issues and their transitions out; and metrics of log groups whose only subscription is its own.

// The futures of the SDK calls nest deeper than the compiler's default bound.
#![recursion_limit = "256"]

mod occurrence;

use std::process::ExitCode;

use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use skywarden_core::{
    envelope::Sealed,
    metric::name::ProcessorMetric,
    pipeline::{Combined, CombinedPorts, Replayed, Residue, Tally},
    plan::Plan,
};
use skywarden_lambda_adapters::{
    Failed, SystemClock,
    cloudwatch::CloudWatchSink,
    deadline,
    dynamodb::IssueTable,
    log_event::{LogWork, each_batch, item_failures},
    own_plan,
    s3::S3Residue,
    sdk_config, setting,
    sqs::SqsAlerts,
};
use skywarden_telemetry::processor;

const NAME: &str = "error-classifier";

struct Function {
    plan: Plan,
    work: Combined,
    store: IssueTable,
    queue: SqsAlerts,
    sink: CloudWatchSink,
    residue: S3Residue,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let function = match Function::start().await {
        Ok(function) => function,
        Err(failed) => return processor::refuse_to_start(NAME, failed.code, &failed.message),
    };
    match lambda_runtime::run(service_fn(|event| function.handle(event))).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => processor::refuse_to_start(NAME, "runtime", &error.to_string()),
    }
}

impl Function {
    async fn start() -> Result<Self, Failed> {
        let plan = own_plan()?;
        processor::start(NAME, &plan, setting("SKYWARDEN_LOG").ok().as_deref(), Timestamp::now)
            .map_err(|error| Failed { code: error.code(), message: error.to_string() })?;
        let config = sdk_config().await;
        Ok(Self {
            work: Combined::new(&plan)?,
            store: IssueTable::new(&config, setting("SKYWARDEN_TABLE")?),
            queue: SqsAlerts::new(&config, setting("SKYWARDEN_ALERTS_QUEUE_URL")?),
            sink: CloudWatchSink::new(&config),
            residue: S3Residue::new(&config, setting("SKYWARDEN_RESIDUE_BUCKET")?),
            plan,
        })
    }

    async fn handle(&self, event: LambdaEvent<Value>) -> Result<Value, Failed> {
        let mut tally = Tally::default();
        // On the heap: the futures of all that an event can be are large together.
        let result = Box::pin(self.process(event, &mut tally)).await;
        if let Some(error) = &tally.late {
            let notices = tally.get(ProcessorMetric::NoticesDelayed);
            tracing::warn!(notices, %error, error_type = error.code, "notices wait for the next tick, the queue alerts did not take them");
        }
        processor::finish(&self.plan, NAME, &tally, result.as_ref().err().map(|failed| (failed.code, failed.message.as_str())), Timestamp::now());
        result
    }

    async fn process(&self, event: LambdaEvent<Value>, tally: &mut Tally) -> Result<Value, Failed> {
        let deadline = deadline(&event.context);
        let ports =
            CombinedPorts { store: &self.store, queue: &self.queue, sink: &self.sink, ledger: &self.store, residue: &self.residue, clock: &SystemClock };
        match LogWork::parse(event.payload)? {
            LogWork::Batches(delivery) => {
                let run = async |sealed: Sealed<'_>, tally: &mut Tally| {
                    // On the heap as well: it may be two pipelines.
                    let (counted, result) = Box::pin(self.work.run(sealed, &ports, deadline.0, tally)).await;
                    counted.iter().for_each(occurrence::log);
                    result
                };
                let failures = each_batch(&delivery, &SystemClock, deadline, tally, run).await?;
                for (sequence_number, failed) in &failures {
                    tracing::warn!(sequence_number, error = failed.message, error_type = failed.code, "record not processed, the stream delivers it again");
                }
                Ok(item_failures(failures.iter().map(|(sequence_number, _)| sequence_number.as_str())))
            }
            LogWork::Residue(document) => Ok(Replayed::answer(match Residue::read(document) {
                Ok(residue) => self.work.replay(&residue, &ports, deadline.0, tally).await,
                Err(error) => Err(error),
            })),
        }
    }
}
