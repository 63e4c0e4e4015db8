//! alert-notifier: issue transitions, alarms and the tick in, messages people can act on out. The only publisher.

// The futures of the SDK calls nest deeper than the compiler's default bound.
#![recursion_limit = "256"]

use std::process::ExitCode;

use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use skywarden_core::{
    event::Event,
    pipeline::{Notification, NotificationPorts, PipelineError, Replayed, Residue, Tally},
    plan::Plan,
};
use skywarden_lambda_adapters::{
    Failed, SystemClock, cloudwatch::CloudWatchHistory, deadline, dynamodb::IssueTable, log_event::item_failures, own_plan, s3::S3Residue, sdk_config, setting,
    sns::SnsPublisher,
};
use skywarden_telemetry::processor;

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

    async fn handle(&self, event: LambdaEvent<Value>) -> Result<Value, Failed> {
        let mut tally = Tally::default();
        // On the heap: the futures of all that an event can be are large together.
        let result = Box::pin(self.process(event, &mut tally)).await;
        processor::finish(&self.plan, NAME, &tally, result.as_ref().err().map(|failed| (failed.code, failed.message.as_str())), Timestamp::now());
        result
    }

    async fn process(&self, event: LambdaEvent<Value>, tally: &mut Tally) -> Result<Value, Failed> {
        let deadline = deadline(&event.context).0;
        let ports = NotificationPorts { store: &self.store, publisher: &self.publisher, residue: &self.residue, history: &self.history, clock: &SystemClock };
        let mut undelivered = Vec::new();
        match Event::parse(event.payload)? {
            Event::Tick => self.notification.on_tick(&ports, deadline, tally).await?,
            Event::Alarms(alarms) => {
                // Every one is tried. If one fails the event comes again, and those that were told are known.
                let mut failed: Option<PipelineError> = None;
                for alarm in alarms {
                    failed = self.notification.on_alarm_told(alarm, &ports, deadline, tally).await.err().or(failed);
                }
                failed.map_or(Ok(()), Err)?;
            }
            Event::Queue(messages) => {
                let ids: Vec<String> = messages.iter().map(|message| message.body.clone()).collect();
                for (place, error) in self.notification.on_entries(&ids, &ports, deadline, tally).await {
                    tracing::warn!(error = %error, error_type = error.code(), "entry not sent, the queue delivers it again");
                    undelivered.extend(messages.get(place).map(|message| message.message_id.as_str().to_owned()));
                }
            }
            Event::Residue(document) => {
                return Ok(Replayed::answer(match Residue::read(document) {
                    Ok(residue) => self.notification.replay(&residue, &ports, deadline, tally).await,
                    Err(error) => Err(error),
                }));
            }
            other @ Event::Logs(_) => return Err(other.misdirected().into()),
        }
        Ok(item_failures(undelivered.iter().map(String::as_str)))
    }
}
