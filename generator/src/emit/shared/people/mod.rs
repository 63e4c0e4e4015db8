//! What people may do, as policies that are attached to nobody: they have no names of their own, and are attached by the ARNs in the stack's outputs.

mod issues;
mod operator;
mod viewer;

use skywarden_cloudformation::{
    Expr, Pseudo, Resource, Template,
    iam::{ManagedPolicy, PolicyDocument, Statement},
};

use crate::{
    emit::{arn, project::Project},
    model::Model,
};

pub(super) use issues::POLICY as ISSUES;
pub(super) use operator::POLICY as OPERATOR;
pub(super) use viewer::POLICY as VIEWER;

/// Adds them.
pub(super) fn add(template: &mut Template, project: &Project<'_>, model: &Model) {
    let mut policy = |id: &str, what: &str, statements: Vec<Statement>| {
        let policy =
            ManagedPolicy { description: Some(format!("Skywarden {}: {what}", project.title()).into()), ..ManagedPolicy::new(PolicyDocument::of(statements)) };
        template.add(id, Resource::new(policy));
    };
    policy(ISSUES, "list and change issues, and verify the way of an error", issues::statements(model));
    policy(VIEWER, "look at dashboards, alarms, metrics, logs and issues, and change nothing", viewer::statements(project, model));
    policy(OPERATOR, "silence alarms, say that a deployment goes on, and stop a function that runs wild", operator::statements(project));
}

/// ARNs of the services' log groups; of every log group of the account when they would take more than `room` characters of a policy. A log group is `repeated`
/// so often, with so many characters beside its ARN each time.
fn log_groups(model: &Model, repeated: usize, beside: usize, room: usize) -> Option<Vec<String>> {
    let groups: Vec<String> = model.services.iter().map(|service| arn::log_group(&service.log_group.name)).collect();
    let characters: usize = groups.iter().map(|group| repeated * (group.len() + beside)).sum();
    (characters <= room).then_some(groups)
}

/// A statement whose actions know no resources, in this Region alone.
fn in_this_region(statement: Statement) -> Statement {
    statement.when("StringEquals", "aws:RequestedRegion", Expr::from(Pseudo::Region))
}
