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

/// Characters that ARNs of single log groups may take of the 6,144 of a managed policy (IAM quotas). With more, it names every log group of the
/// account, and of their streams only those of `skywarden verify`.
const NAMED_LOG_GROUPS: usize = 4_000;

/// Adds it. It has no name of its own: people attach it by the ARN in the stack's outputs.
pub(super) fn add(template: &mut Template, project: &Project<'_>, model: &Model) {
    let policy = ManagedPolicy {
        description: Some(format!("Skywarden {}: list and change issues, and verify the way of an error", project.title()).into()),
        ..ManagedPolicy::new(PolicyDocument::of(statements(model)))
    };
    template.add(POLICY, Resource::new(policy));
}

fn statements(model: &Model) -> Vec<Statement> {
    let mut groups: Vec<String> = model.services.iter().map(|service| arn::log_group(&service.log_group.name)).collect();
    // Each stands there as a group in both spellings, and with its streams.
    if groups.iter().map(|group| 3 * group.len() + 60).sum::<usize>() > NAMED_LOG_GROUPS {
        groups = vec![arn::every_log_group()];
    }
    let streams: Vec<Expr> = groups.iter().map(|group| Expr::sub(format!("{group}:log-stream:skywarden-verify/*"))).collect();
    // With and without `:*`: the resource of an action on a group is documented as the one and given as the other.
    let groups: Vec<Expr> = groups.iter().flat_map(|group| [Expr::sub(group.clone()), Expr::sub(format!("{group}:*"))]).collect();
    let items = ["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"];
    vec![
        Statement::allow(items, table::arn()).named("Issues"),
        Statement::allow("dynamodb:Query", [table::issues_index_arn(), table::due_index_arn()]).named("ListIssues"),
        key::use_of_shared(),
        Statement::allow(["logs:GetLogEvents", "logs:PutLogEvents"], streams).named("VerifyLines"),
        Statement::allow(["logs:CreateLogStream", "logs:DescribeSubscriptionFilters"], groups).named("VerifyLogGroups"),
        // AWS has no resource level for reading metrics.
        Statement::allow("cloudwatch:GetMetricData", "*").named("VerifyMetrics").when("StringEquals", "aws:RequestedRegion", Expr::from(Pseudo::Region)),
    ]
}
