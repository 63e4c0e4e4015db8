//! What a person needs for `skywarden issues` and `skywarden verify`.

use skywarden_cloudformation::{Expr, iam::Statement};

use super::{in_this_region, log_groups};
use crate::{
    emit::{
        arn,
        shared::{key, table},
    },
    model::Model,
};

/// Logical id of the policy.
pub(in crate::emit::shared) const POLICY: &str = "IssuesPolicy";

/// Characters that ARNs of single log groups may take of the 6,144 of a managed policy (IAM quotas). With more, it names every log group of the
/// account, and of their streams only those of `skywarden verify`.
const NAMED_LOG_GROUPS: usize = 4_000;

pub(super) fn statements(model: &Model) -> Vec<Statement> {
    // Each stands there as a group in both spellings, and with its streams.
    let groups = log_groups(model.own_services(), 3, 20, NAMED_LOG_GROUPS).unwrap_or_else(|| vec![arn::every_log_group()]);
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
        in_this_region(Statement::allow("cloudwatch:GetMetricData", "*").named("VerifyMetrics")),
    ]
}
