//! What each function may do: exact actions on exact ARNs.
//!
//! The `*` are `PutMetricData`, for which AWS has no resource level (there the namespace is the condition), and `GetMetricData`, which has not even
//! that (it reads numbers only, in this Region).

use skywarden_cloudformation::{
    Expr, List, OneOrMany, Pseudo, Resource, Tag,
    iam::{Effect, InlinePolicy, PolicyDocument, Principal, Role, Statement},
};

use super::{
    bucket, for_accounts, function, key,
    other_account::{arns_with_this, named},
    queue, stream, table,
};
use crate::{
    emit::{arn, project::Project},
    model::{Model, Senders, names::Function},
};

/// The role of one function.
pub(super) fn of_function(project: &Project<'_>, model: &Model, function: Function) -> Resource {
    let mut statements = vec![own_logs(function), residues(function), failure_records(), failure_records_bucket(), key::use_of_shared(), failure_records_key()];
    match function {
        // Every function writes its own counters as log lines (EMF); PutMetricData is for the metrics of services.
        Function::MetricsExtractor => {
            statements.push(metrics(project));
            statements.push(table_items(&["PutItem"]));
        }
        Function::ErrorClassifier => {
            statements.push(table_items(&["BatchGetItem", "PutItem"]));
            statements.push(Statement::allow("sqs:SendMessage", queue::arn_of(queue::ALERTS)).named("SendAlerts"));
            // Where it does the work of both, for log groups with room for one subscription.
            if model.services.iter().any(|service| service.one_function) {
                statements.push(metrics(project));
            }
        }
        Function::AlertNotifier => {
            statements.push(table_items(&["BatchGetItem", "GetItem", "PutItem", "UpdateItem"]));
            statements.push(Statement::allow("dynamodb:Query", table::due_index_arn()).named("SweepOutbox"));
            let receive = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
            statements.push(Statement::allow(receive, queue::arn_of(queue::ALERTS)).named("ReceiveAlerts"));
            // An alarm's message shows the metric's course. Reading metrics has neither a resource level nor a condition key for namespaces.
            let history = Statement::allow("cloudwatch:GetMetricData", "*").named("MetricHistory");
            statements.push(history.when("StringEquals", "aws:RequestedRegion", Expr::from(Pseudo::Region)));
            // By name pattern: a route that is added must not change the role before its topic exists.
            let topics = arn::topic(&project.names.route_topic("*", "*"));
            statements.push(Statement::allow("sns:Publish", Expr::sub(topics)).named("PublishToRoutes"));
        }
    }
    if model.delivery.stream.is_some() && function != Function::AlertNotifier {
        statements.push(stream::read());
    }
    resource("lambda.amazonaws.com", statements, project.tags())
}

/// The role by which CloudWatch Logs puts log lines into the stream.
///
/// It acts for this account's log groups and, through the destination, for those of the senders. Which accounts an organization has, and very many accounts, the destination's policy
/// alone says.
pub(super) fn of_stream(project: &Project<'_>, senders: Option<&Senders>) -> Resource {
    // The ARN CloudWatch Logs names itself by is the account's in this Region.
    let by_logs = |arns: OneOrMany<Expr>| {
        let logs =
            Statement { principal: Some(Principal::service("logs.amazonaws.com")), action: Some("sts:AssumeRole".into()), ..Statement::new(Effect::Allow) };
        logs.when("ArnLike", "aws:SourceArn", arns)
    };
    let any_account = || by_logs(Expr::sub(arn::in_account("logs", "*", "*")).into());
    let mut trust = match senders.map_or(Some(&[][..]), named) {
        Some(others) => {
            let others = || others.iter().map(String::as_str);
            vec![for_accounts(by_logs(arns_with_this(others(), "logs", "*")), others())]
        }
        None => vec![any_account().named("ManyAccounts")],
    };
    if senders.is_some_and(|senders| senders.organization.is_some()) {
        trust.push(any_account().named("Organization"));
    }
    let statements = vec![stream::write(), key::encrypt_with_shared()];
    of_trust(PolicyDocument::of(trust), statements, project.tags())
}

/// The role of the schedule: invokes alert-notifier, and hands what it could not deliver to `dead-letters`.
pub(super) fn of_schedule(project: &Project<'_>) -> Resource {
    let notifier = Expr::get_att(Function::AlertNotifier.logical(), "Arn");
    let statements = vec![
        Statement::allow("lambda:InvokeFunction", notifier).named("InvokeNotifier"),
        Statement::allow("sqs:SendMessage", queue::arn_of(queue::DEAD_LETTERS)).named("DeadLetters"),
        key::use_of_shared(),
    ];
    resource("scheduler.amazonaws.com", statements, project.tags())
}

fn resource(service: &str, statements: Vec<Statement>, tags: List<Tag>) -> Resource {
    let mut trust = PolicyDocument::assumed_by(service);
    // The scheduler acts for any account that names the role; only this one's schedules may.
    if service == "scheduler.amazonaws.com" {
        trust = PolicyDocument::of(trust.statement.iter().cloned().map(super::for_this_account).collect::<Vec<_>>());
    }
    of_trust(trust, statements, tags)
}

fn of_trust(trust: PolicyDocument, statements: Vec<Statement>, tags: List<Tag>) -> Resource {
    Resource::new(Role { policies: vec![InlinePolicy::new("skywarden", PolicyDocument::of(statements))].into(), tags, ..Role::new(trust) })
}

fn own_logs(function: Function) -> Statement {
    // `Arn` of a log group ends in `:*`, which is the ARN of its streams.
    let group = Expr::get_att(function::log_group_id(function), "Arn");
    Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"], group).named("OwnLogs")
}

fn metrics(project: &Project<'_>) -> Statement {
    Statement::allow("cloudwatch:PutMetricData", "*").named("Metrics").when("StringLike", "cloudwatch:namespace", project.names.namespace("*").as_str())
}

/// Undelivered effects, in the function's own folder. A residue is read back by people, never by a function.
fn residues(function: Function) -> Statement {
    let folder = bucket::objects_under(bucket::Kind::Residue, &format!("residue/{}/", function.as_str()));
    Statement::allow("s3:PutObject", folder).named("Residues")
}

/// Lambda writes its record of a failed invocation with the function's own role (Lambda developer guide, "Capturing records of asynchronous
/// invocations": `s3:PutObject` and `s3:ListBucket`).
fn failure_records() -> Statement {
    Statement::allow("s3:PutObject", bucket::objects_under(bucket::Kind::FailedInvocations, "")).named("FailureRecords")
}

fn failure_records_bucket() -> Statement {
    Statement::allow("s3:ListBucket", bucket::arn_of(bucket::Kind::FailedInvocations)).named("FailureRecordsBucket")
}

/// Enough to write an encrypted record, and not to read one: the records hold raw log text.
fn failure_records_key() -> Statement {
    Statement::allow("kms:GenerateDataKey", key::arn_of(key::FAILED_INVOCATIONS_KEY)).named("FailureRecordsKey")
}

/// What a function does with the table of issues. `TransactWriteItems` has no permission of its own: it needs those of the actions inside.
fn table_items(actions: &[&str]) -> Statement {
    let actions: Vec<_> = actions.iter().map(|action| Expr::from(format!("dynamodb:{action}"))).collect();
    Statement::allow(actions, table::arn()).named("Issues")
}
