//! Queues: `alerts` between classifier and notifier, `dead-letters` for all that could not be delivered.

use serde_json::json;
use skywarden_cloudformation::{
    Expr, OneOrMany, Resource, Template,
    iam::{PolicyDocument, Principal, Statement},
    sqs,
};

use super::{bucket, for_this_account, function, key, refuse_clear_text};
use crate::emit::{arn, project::Project};

/// Logical id of the queue `alerts`.
pub(super) const ALERTS: &str = "Alerts";
/// Logical id of the queue `dead-letters`.
pub(super) const DEAD_LETTERS: &str = "DeadLetters";
/// Logical id of the policy of `dead-letters`; the buckets need it before they can name the queue.
pub(super) const DEAD_LETTERS_POLICY: &str = "DeadLettersPolicy";

/// AWS's advice for a queue that feeds a function: six times the function's time-out (Lambda developer guide, "Using Lambda with Amazon SQS").
const VISIBILITY_TIMEOUTS: u32 = 6;

/// Deliveries of an alert before it is a dead letter. Losing one is harmless (the tick sweeps the outbox), so few are enough.
const MAX_RECEIVES: u32 = 5;

/// How long an alert may wait: the outbox is swept every minute, so a day is long.
const ALERTS_RETENTION_SECONDS: u32 = 86_400;

/// How long a dead letter waits for somebody to look at it: the longest SQS allows.
const DEAD_LETTERS_RETENTION_SECONDS: u32 = 1_209_600;

/// Adds both queues and their policies.
pub(super) fn add(template: &mut Template, project: &Project<'_>) {
    let names = project.names;
    let alerts_name = names.shared("alerts");
    let dead_letters = sqs::Queue {
        queue_name: Some(names.shared("dead-letters").into()),
        message_retention_period: Some(DEAD_LETTERS_RETENTION_SECONDS.into()),
        kms_master_key_id: Some(key::arn_of(key::KEY)),
        redrive_allow_policy: Some(json!({
            "redrivePermission": "byQueue",
            "sourceQueueArns": [{ "Fn::Sub": arn::queue(&alerts_name) }],
        })),
        tags: project.tags(),
        ..sqs::Queue::default()
    };
    let alerts = sqs::Queue {
        queue_name: Some(alerts_name.into()),
        visibility_timeout: Some((VISIBILITY_TIMEOUTS * function::TIMEOUT_SECONDS).into()),
        message_retention_period: Some(ALERTS_RETENTION_SECONDS.into()),
        kms_master_key_id: Some(key::arn_of(key::KEY)),
        redrive_policy: Some(sqs::RedrivePolicy::new(arn_of(DEAD_LETTERS), MAX_RECEIVES).into()),
        tags: project.tags(),
        ..sqs::Queue::default()
    };
    template.add(DEAD_LETTERS, Resource::new(dead_letters));
    template.add(ALERTS, Resource::new(alerts));
    template.add("AlertsPolicy", policy(ALERTS, vec![refuse_clear_text("sqs:*", vec![arn_of(ALERTS)])]));

    let buckets = bucket::KINDS.map(|kind| Expr::sub(arn::bucket(&kind.name(names))));
    let from_buckets = from_service("s3.amazonaws.com", "FromBuckets", buckets.into());
    let topics = Expr::sub(arn::topic(&format!("{}-*", names.prefix())));
    let from_topics = from_service("sns.amazonaws.com", "FromTopics", topics.into());
    let statements = vec![from_buckets, from_topics, refuse_clear_text("sqs:*", vec![arn_of(DEAD_LETTERS)])];
    template.add(DEAD_LETTERS_POLICY, policy(DEAD_LETTERS, statements));
}

/// ARN of a queue of this stack.
pub(super) fn arn_of(queue: &str) -> Expr {
    Expr::get_att(queue, "Arn")
}

/// The `RedrivePolicy` of a topic's subscription.
pub(super) fn redrive_of_subscription() -> serde_json::Value {
    json!({ "deadLetterTargetArn": { "Fn::GetAtt": [DEAD_LETTERS, "Arn"] } })
}

fn from_service(service: &str, sid: &str, sources: OneOrMany<Expr>) -> Statement {
    let statement =
        Statement::allow("sqs:SendMessage", arn_of(DEAD_LETTERS)).named(sid).to(Principal::service(service)).when("ArnLike", "aws:SourceArn", sources);
    for_this_account(statement)
}

fn policy(queue: &str, statements: Vec<Statement>) -> Resource {
    Resource::new(sqs::QueuePolicy::new(PolicyDocument::of(statements), vec![Expr::reference(queue)]))
}
