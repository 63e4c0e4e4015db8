//! What somebody on call does beside looking: a supplement to the viewer's policy.

use skywarden_cloudformation::{Expr, iam::Statement};

use crate::{
    emit::{arn, project::Project},
    model::names::Function,
};

/// Logical id of the policy.
pub(in crate::emit::shared) const POLICY: &str = "OperatorPolicy";

pub(super) fn statements(project: &Project<'_>) -> Vec<Statement> {
    let functions = Function::ALL.map(|function| Expr::get_att(function.logical(), "Arn"));
    let mut statements = of_account(project);
    statements.push(Statement::allow(["lambda:DeleteFunctionConcurrency", "lambda:PutFunctionConcurrency"], functions).named("StopFunctions"));
    statements
}

/// What there is to do in any account with services.
pub(super) fn of_account(project: &Project<'_>) -> Vec<Statement> {
    let names = project.names;
    // AWS has no resource level for metrics; the namespaces are those of this project.
    let metrics = Statement::allow("cloudwatch:PutMetricData", "*").named("Deployments");
    vec![
        Statement::allow(
            ["cloudwatch:DisableAlarmActions", "cloudwatch:EnableAlarmActions", "cloudwatch:SetAlarmState"],
            Expr::sub(arn::alarm(&format!("{}*", names.alarm_prefix()))),
        )
        .named("Alarms"),
        metrics.when("StringLike", "cloudwatch:namespace", names.namespace("*").as_str()),
    ]
}
