//! What the service itself may do, as a policy to attach to its role: write its log and its metrics, and nothing of any other service.

use skywarden_cloudformation::{
    Expr, Resource, Template,
    iam::{ManagedPolicy, PolicyDocument, Statement},
};

use crate::{
    emit::{arn, project::Project},
    model::{Runtime, Service},
};

/// Logical id of the policy.
pub(super) const POLICY: &str = "WriterPolicy";

/// Adds it. It has no name of its own: whoever owns the service attaches it by the ARN in the stack's outputs.
pub(super) fn add(template: &mut Template, project: &Project<'_>, service: &Service) {
    let policy = ManagedPolicy {
        description: Some(format!("Skywarden {}: service {} writes its log and its metrics", project.title(), service.name).into()),
        ..ManagedPolicy::new(PolicyDocument::of(statements(project, service)))
    };
    template.add(POLICY, Resource::new(policy));
}

fn statements(project: &Project<'_>, service: &Service) -> Vec<Statement> {
    let group = arn::log_group(&service.log_group.name);
    // `:*` is the group's streams, and the group itself as these actions name it.
    let write = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"];
    let mut statements = vec![
        Statement::allow(write, Expr::sub(format!("{group}:*"))).named("WriteLog"),
        // AWS has no resource level for metrics; the namespace is this service's.
        Statement::allow("cloudwatch:PutMetricData", "*").named("WriteMetrics").when("StringEquals", "cloudwatch:namespace", service.namespace.as_str()),
    ];
    // Elsewhere the platform itself takes the log from standard output.
    if matches!(service.runtime, Runtime::Ecs | Runtime::Ec2 | Runtime::External) {
        let parameter = Expr::sub(arn::parameter(&project.names.agent_parameter(&service.name)));
        statements.push(Statement::allow("ssm:GetParameter", parameter).named("ReadAgentConfiguration"));
    }
    statements
}
