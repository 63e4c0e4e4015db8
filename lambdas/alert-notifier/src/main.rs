//! alert-notifier: issue transitions, alarms and the tick in, messages people can act on out. The only publisher.

// The futures of the SDK calls nest deeper than the compiler's default bound.
#![recursion_limit = "256"]

mod event;

use std::process::ExitCode;

use aws_lambda_events::sqs::SqsBatchResponse;
use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use skywarden_core::{
    pipeline::{Notification, NotificationPorts, Tally},
    plan::Plan,
};
use skywarden_lambda_adapters::{
    Failed, SystemClock, cloudwatch::CloudWatchHistory, deadline, dynamodb::IssueTable, own_plan, s3::S3Residue, sdk_config, setting, sns::SnsPublisher,
};
use skywarden_telemetry::processor;

use crate::event::Event;

const NAME: &str = "alert-notifier";

struct Function {
    plan: Plan,
    notification: Notification,
    store: IssueTable,
    publisher: SnsPublisher,
    residue: S3Residue,
    history: CloudWatchHistory,
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
            notification: Notification::new(plan.clone())?,
            store: IssueTable::new(&config, setting("SKYWARDEN_TABLE")?),
            publisher: SnsPublisher::new(&config, setting("SKYWARDEN_TOPIC_PREFIX")?),
            residue: S3Residue::new(&config, setting("SKYWARDEN_RESIDUE_BUCKET")?),
            history: CloudWatchHistory::new(&config),
            plan,
        })
    }

    async fn handle(&self, event: LambdaEvent<Value>) -> Result<SqsBatchResponse, Failed> {
        let mut tally = Tally::default();
        let result = self.process(event, &mut tally).await;
        processor::finish(&self.plan, NAME, &tally, result.as_ref().err().map(|failed| (failed.code, failed.message.as_str())), Timestamp::now());
        result
    }

    async fn process(&self, event: LambdaEvent<Value>, tally: &mut Tally) -> Result<SqsBatchResponse, Failed> {
        let deadline = deadline(&event.context);
        let ports = NotificationPorts { store: &self.store, publisher: &self.publisher, residue: &self.residue, history: &self.history, clock: &SystemClock };
        let mut response = SqsBatchResponse::default();
        match Event::parse(event.payload)? {
            Event::Tick => self.notification.on_tick(&ports, deadline, tally).await?,
            Event::Alarms(alarms) => {
                for alarm in &alarms {
                    self.notification.on_alarm(alarm, &ports, deadline, tally).await?;
                }
            }
            Event::Entries(entries) => {
                let (message_ids, ids): (Vec<String>, Vec<String>) = entries.into_iter().unzip();
                for (place, error) in self.notification.on_entries(&ids, &ports, deadline, tally).await {
                    tracing::warn!(error = %error, error_type = error.code(), "entry not sent, the queue delivers it again");
                    if let Some(message_id) = message_ids.get(place) {
                        response.add_failure(message_id);
                    }
                }
            }
        }
        Ok(response)
    }
}
