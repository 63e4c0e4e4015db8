//! error-classifier: log batches in, issues and their transitions out.

// The futures of the SDK calls nest deeper than the compiler's default bound.
#![recursion_limit = "256"]

use std::process::ExitCode;

use aws_lambda_events::event::streams::KinesisEventResponse;
use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use skywarden_core::{
    issue::Group,
    pipeline::{Classification, ClassificationPorts, Tally},
    plan::Plan,
};
use skywarden_lambda_adapters::{
    Failed, SystemClock, deadline, dynamodb::IssueTable, log_event::each_batch, own_plan, s3::S3Residue, sdk_config, setting, sqs::SqsAlerts,
};
use skywarden_telemetry::processor;

const NAME: &str = "error-classifier";

struct Function {
    plan: Plan,
    classification: Classification,
    store: IssueTable,
    queue: SqsAlerts,
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
            classification: Classification::new(&plan)?,
            store: IssueTable::new(&config, setting("SKYWARDEN_TABLE")?),
            queue: SqsAlerts::new(&config, setting("SKYWARDEN_ALERTS_QUEUE_URL")?),
            residue: S3Residue::new(&config, setting("SKYWARDEN_RESIDUE_BUCKET")?),
            plan,
        })
    }

    async fn handle(&self, event: LambdaEvent<Value>) -> Result<KinesisEventResponse, Failed> {
        let mut tally = Tally::default();
        let result = self.process(event, &mut tally).await;
        processor::finish(&self.plan, NAME, &tally, result.as_ref().err().map(|failed| (failed.code, failed.message.as_str())), Timestamp::now());
        result
    }

    async fn process(&self, event: LambdaEvent<Value>, tally: &mut Tally) -> Result<KinesisEventResponse, Failed> {
        let deadline = deadline(&event.context);
        let ports = ClassificationPorts { store: &self.store, queue: &self.queue, residue: &self.residue, clock: &SystemClock };
        each_batch(event.payload, async |sealed| {
            self.classification.run(sealed, &ports, deadline, tally).await?.iter().for_each(log_occurrence);
            Ok(())
        })
        .await
    }
}

/// One line per issue and batch: the history of an issue can be queried long after the table forgot it.
fn log_occurrence(group: &Group) {
    tracing::info!(
        fingerprint = group.fingerprint.as_str(),
        issue_service = group.service,
        category = group.category,
        severity = group.severity.as_str(),
        rule = group.rule,
        count = group.count,
        template = group.template,
        "issue_occurrence"
    );
}
