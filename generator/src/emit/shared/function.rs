//! The three functions, each with its log group, its role and what invokes it.

use indexmap::IndexMap;
use serde_json::json;
use skywarden_cloudformation::{
    Expr, Pseudo, Resource, Template,
    lambda::{
        self, Code, CodeLocation, Destination, EnvironmentVariables, EventInvokeConfig, EventSourceMapping, InvokeDestinations, LogFormat, Logging, Permission,
        Queueing,
    },
    logs::LogGroup,
};

use super::{bucket, key, queue, role, table};
use crate::{
    emit::{arn, project::Project, waiver::waive},
    model::{Architecture, Model, names::Function},
};

/// How long one invocation may take. The functions stop on their own before it and write what is left as a residue.
pub(super) const TIMEOUT_SECONDS: u32 = 60;

/// Memory in MB; CPU grows with it. A batch of 10,000 lines takes well under a second here.
const MEMORY_MB: u32 = 256;

/// Lambda's own retries of a failed asynchronous invocation, the most it offers.
const RETRIES: u32 = 2;

/// How long Lambda keeps trying while the function is throttled: the longest it offers (6 h).
const EVENT_AGE_SECONDS: u32 = 21_600;

/// Alerts handed to alert-notifier at once.
const ALERTS_PER_CALL: u32 = 10;

/// Adds one function and what belongs to it alone.
pub(super) fn add(template: &mut Template, project: &Project<'_>, model: &Model, function: Function) {
    let id = function.logical();
    let logs = LogGroup {
        log_group_name: Some(project.names.function_log_group(function).into()),
        retention_in_days: Some(model.retention_days.into()),
        kms_key_id: Some(key::arn_of(key::KEY)),
        tags: project.tags(),
        ..LogGroup::default()
    };
    template.add(log_group_id(function), Resource::new(logs).retained());
    template.add(role_id(function), role::of_function(project, model, function));
    template.add(id, resource(project, model.architecture, function));

    let on_failure = Destination::new(bucket::arn_of(bucket::Kind::FailedInvocations));
    let invoke = EventInvokeConfig {
        maximum_retry_attempts: Some(RETRIES.into()),
        maximum_event_age_in_seconds: Some(EVENT_AGE_SECONDS.into()),
        destination_config: Some(InvokeDestinations { on_failure: Some(on_failure.into()), ..InvokeDestinations::default() }.into()),
        ..EventInvokeConfig::new(Expr::reference(id), "$LATEST")
    };
    template.add(format!("{id}Invoke"), Resource::new(invoke));

    if function != Function::AlertNotifier {
        // One permission for all log groups: a resource policy is at most 20,480 bytes, which some 50 of them would fill. The account guards it.
        let permission = Permission {
            source_account: Some(Pseudo::AccountId.into()),
            source_arn: Some(Expr::sub(arn::every_log_group())),
            ..Permission::invoke(Expr::reference(id), "logs.amazonaws.com")
        };
        template.add(format!("{id}FromLogs"), Resource::new(permission));
    }
}

/// Adds what feeds alert-notifier from the queue `alerts`.
pub(super) fn add_sources(template: &mut Template) {
    let mapping = EventSourceMapping {
        event_source_arn: Some(queue::arn_of(queue::ALERTS)),
        batch_size: Some(ALERTS_PER_CALL.into()),
        function_response_types: vec!["ReportBatchItemFailures".into()].into(),
        // Every call writes the ledgers of the routes: more of them at a time would only wait for each other. Two is the least AWS takes.
        scaling_config: Some(Queueing { maximum_concurrency: Some(2.into()), ..Queueing::default() }.into()),
        ..EventSourceMapping::new(Expr::reference(Function::AlertNotifier.logical()))
    };
    template.add("AlertsToNotifier", Resource::new(mapping));
}

/// Logical id of a function's log group.
pub(super) fn log_group_id(function: Function) -> String {
    format!("{}Logs", function.logical())
}

/// Logical id of a function's role.
fn role_id(function: Function) -> String {
    format!("{}Role", function.logical())
}

/// The function. In the rendering for `aws cloudformation package` its code is a path, which validators warn about: that is the point there.
fn resource(project: &Project<'_>, architecture: Architecture, function: Function) -> Resource {
    let mut resource = Resource::new(properties(project, architecture, function));
    resource.metadata.insert("cfn-lint".to_owned(), json!({ "config": { "ignore_checks": ["W3002"] } }));
    waive(
        resource,
        [
            ("CKV_AWS_115", "its concurrency is bounded by what feeds it; concurrency reserved for it would be taken from the functions of the account"),
            ("CKV_AWS_116", "what fails goes with its whole record to the bucket of failed invocations, and to the queue dead-letters"),
            ("CKV_AWS_117", "it talks to AWS alone, over TLS; a network of its own would reach nothing else"),
        ],
    )
}

fn properties(project: &Project<'_>, architecture: Architecture, function: Function) -> lambda::Function {
    let architecture = match architecture {
        Architecture::Arm64 => lambda::Architecture::Arm64,
        Architecture::X86_64 => lambda::Architecture::X86_64,
    };
    lambda::Function {
        function_name: Some(project.names.function(function).into()),
        description: Some(description(function).into()),
        runtime: Some("provided.al2023".into()),
        handler: Some("bootstrap".into()),
        architectures: vec![architecture.into()].into(),
        memory_size: Some(MEMORY_MB.into()),
        timeout: Some(TIMEOUT_SECONDS.into()),
        kms_key_arn: Some(key::arn_of(key::KEY)),
        environment: Some(EnvironmentVariables { variables: environment(function), ..EnvironmentVariables::default() }.into()),
        logging_config: Some(
            Logging {
                // Text: the functions write JSON lines of their own schema, which the platform would wrap once more.
                log_format: Some(LogFormat::Text.into()),
                log_group: Some(Expr::reference(log_group_id(function))),
                ..Logging::default()
            }
            .into(),
        ),
        tags: project.tags(),
        ..lambda::Function::new(code_slot(), Expr::get_att(role_id(function), "Arn"))
    }
}

/// The place of the program, filled in when the template is written: it differs between the two renderings.
fn code_slot() -> Code {
    CodeLocation::default().into()
}

const fn description(function: Function) -> &'static str {
    match function {
        Function::MetricsExtractor => "Skywarden: log lines to metrics",
        Function::ErrorClassifier => "Skywarden: log lines to issues",
        Function::AlertNotifier => "Skywarden: issues and alarms to messages for people",
    }
}

fn environment(function: Function) -> IndexMap<String, Expr> {
    let mut variables: IndexMap<String, Expr> = IndexMap::new();
    let mut set = |name: &str, value: Expr| variables.insert(name.to_owned(), value);
    set("SKYWARDEN_TABLE", Expr::reference(table::ISSUES));
    set("SKYWARDEN_RESIDUE_BUCKET", Expr::reference(bucket::Kind::Residue.logical_id()));
    match function {
        Function::MetricsExtractor => {}
        Function::ErrorClassifier => {
            set("SKYWARDEN_ALERTS_QUEUE_URL", Expr::reference(queue::ALERTS));
        }
        Function::AlertNotifier => {
            set("SKYWARDEN_TOPIC_PREFIX", Expr::sub(arn::topic("")));
        }
    }
    set("SKYWARDEN_LOG", "info".into());
    variables
}
