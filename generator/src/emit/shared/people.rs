//! What a person needs for `skywarden issues` and `skywarden verify`, as a policy that is attached to nobody.

use skywarden_cloudformation::{
    Expr, Pseudo, Resource, Template,
    iam::{ManagedPolicy, PolicyDocument, Statement},
};

use super::{key, table};
use crate::{
    emit::{arn, project::Project},
    model::Model,
};

/// Logical id of the policy.
pub(super) const POLICY: &str = "IssuesPolicy";

/// From this many services on, a policy that named each log group would come near 6,144 characters (IAM quotas): it then names every log group of
/// the account, for one stream's name only.
const NAMED_LOG_GROUPS: usize = 20;

/// Adds it. It has no name of its own: people attach it by the ARN in the stack's outputs.
pub(super) fn add(template: &mut Template, project: &Project<'_>, model: &Model) {
    let policy = ManagedPolicy {
        description: Some(format!("Skywarden {}: list and change issues, and verify the way of an error", project.title()).into()),
        ..ManagedPolicy::new(PolicyDocument::of(statements(model)))
    };
    template.add(POLICY, Resource::new(policy));
}

fn statements(model: &Model) -> Vec<Statement> {
    let groups: Vec<String> = if model.services.len() > NAMED_LOG_GROUPS {
        vec![arn::every_log_group()]
    } else {
        model.services.iter().map(|service| arn::log_group(&service.log_group.name)).collect()
    };
    let streams: Vec<Expr> = groups.iter().map(|group| Expr::sub(format!("{group}:log-stream:skywarden-verify/*"))).collect();
    let groups: Vec<Expr> = groups.iter().map(|group| Expr::sub(format!("{group}:*"))).collect();
    let items = ["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"];
    vec![
        Statement::allow(items, table::arn()).named("Issues"),
        Statement::allow("dynamodb:Query", [table::issues_index_arn(), table::due_index_arn()]).named("ListIssues"),
        key::use_of(&[key::KEY]),
        Statement::allow(["logs:CreateLogStream", "logs:GetLogEvents", "logs:PutLogEvents"], streams).named("VerifyLines"),
        Statement::allow("logs:DescribeSubscriptionFilters", groups).named("VerifySubscriptions"),
        // AWS has no resource level for reading metrics.
        Statement::allow("cloudwatch:GetMetricData", "*").named("VerifyMetrics").when("StringEquals", "aws:RequestedRegion", Expr::from(Pseudo::Region)),
    ]
}
