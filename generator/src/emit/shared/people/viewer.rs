//! Looking, and changing nothing.

use skywarden_cloudformation::{Expr, iam::Statement};

use super::{in_this_region, log_groups};
use crate::{
    emit::{
        arn,
        project::Project,
        shared::{key, queue, table},
    },
    model::{Model, Service, names::Function},
};

/// Logical id of the policy.
pub(in crate::emit::shared) const POLICY: &str = "ViewerPolicy";

/// Characters that ARNs of single log groups may take of the 6,144 of a managed policy (IAM quotas). With more, the policy admits the log groups that carry the
/// project's tags, as those do that Skywarden creates.
const NAMED_LOG_GROUPS: usize = 2_600;

/// What `Fn::Sub`, its quotes and the `:*` take beside an ARN.
const BESIDE: usize = 18;

pub(super) fn statements(project: &Project<'_>, model: &Model) -> Vec<Statement> {
    let own = Function::ALL.map(|function| arn::log_group(&project.names.function_log_group(function)));
    let functions = Function::ALL.map(|function| Expr::get_att(function.logical(), "Arn"));
    let mut statements = of_account(project, model.own_services(), own.into());
    statements.extend([
        Statement::allow(["dynamodb:BatchGetItem", "dynamodb:GetItem"], table::arn()).named("Issues"),
        Statement::allow("dynamodb:Query", [table::issues_index_arn(), table::due_index_arn()]).named("ListIssues"),
        Statement::allow("kms:Decrypt", key::arn_of(key::KEY)).named("ReadIssues"),
        Statement::allow("sqs:GetQueueAttributes", [queue::arn_of(queue::ALERTS), queue::arn_of(queue::DEAD_LETTERS)]).named("Queues"),
        Statement::allow("lambda:GetFunctionConfiguration", functions).named("Functions"),
    ]);
    statements
}

/// What there is to look at in any account with services. `further`: ARNs of log groups that no service has.
pub(super) fn of_account<'a>(project: &Project<'_>, services: impl Iterator<Item = &'a Service>, further: Vec<String>) -> Vec<Statement> {
    let names = project.names;
    let read_logs = ["logs:StartQuery", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogRecord", "logs:GetLogGroupFields", "logs:DescribeLogStreams"];
    let logs = match log_groups(services, 1, BESIDE, NAMED_LOG_GROUPS) {
        Some(groups) => {
            let groups: Vec<Expr> = groups.into_iter().chain(further).map(|group| Expr::sub(format!("{group}:*"))).collect();
            Statement::allow(read_logs, groups)
        }
        None => project.tag_pairs().fold(Statement::allow(read_logs, Expr::sub(arn::every_log_group())), |statement, (tag, value)| {
            statement.when("StringEquals", format!("aws:ResourceTag/{tag}"), value)
        }),
    };
    // AWS has no resource level for these.
    let anywhere = [
        "cloudwatch:GetMetricData",
        "cloudwatch:GetMetricStatistics",
        "cloudwatch:ListDashboards",
        "cloudwatch:ListMetrics",
        "logs:DescribeLogGroups",
        "logs:DescribeQueryDefinitions",
        "logs:GetQueryResults",
        "logs:StopQuery",
    ];
    vec![
        in_this_region(Statement::allow(anywhere, "*").named("Look")),
        Statement::allow("cloudwatch:GetDashboard", Expr::sub(arn::dashboard(&names.shared("*")))).named("Dashboards"),
        Statement::allow(["cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmHistory"], Expr::sub(arn::alarm("*"))).named("Alarms"),
        logs.named("Logs"),
    ]
}
