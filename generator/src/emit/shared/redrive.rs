//! What a person needs for `skywarden redrive`, as a policy that is attached to nobody. It is the only one of ours that reads the two buckets.

use skywarden_cloudformation::{
    Expr, Resource, Template,
    iam::{ManagedPolicy, PolicyDocument, Statement},
};

use super::{bucket, key, queue};
use crate::{emit::project::Project, model::names::Function};

/// Logical id of the policy.
pub(super) const POLICY: &str = "RedrivePolicy";

/// Adds it. It has no name of its own: people attach it by the ARN in the stack's outputs.
pub(super) fn add(template: &mut Template, project: &Project<'_>) {
    let policy = ManagedPolicy {
        description: Some(format!("Skywarden {}: read what could not be delivered, raw log text included, and replay it", project.title()).into()),
        ..ManagedPolicy::new(PolicyDocument::of(statements()))
    };
    template.add(POLICY, Resource::new(policy));
}

fn statements() -> Vec<Statement> {
    let function = |function: Function| Expr::get_att(function.logical(), "Arn");
    let places = ["lambda:GetFunctionConfiguration", "lambda:GetFunctionEventInvokeConfig"];
    let receive = ["sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:DeleteMessage"];
    vec![
        Statement::allow(places, function(Function::AlertNotifier)).named("FindBuckets"),
        Statement::allow("lambda:InvokeFunction", Function::ALL.map(function)).named("Replay"),
        Statement::allow("s3:ListBucket", bucket::KINDS.map(bucket::arn_of)).named("ListKept"),
        Statement::allow(["s3:GetObject", "s3:DeleteObject"], bucket::KINDS.map(bucket::objects)).named("ReadAndDeleteKept"),
        Statement::allow(receive, queue::arn_of(queue::DEAD_LETTERS)).named("AnswerDeadLetters"),
        Statement::allow("kms:Decrypt", [key::arn_of(key::KEY), key::arn_of(key::FAILED_INVOCATIONS_KEY)]).named("UseKeys"),
    ]
}
