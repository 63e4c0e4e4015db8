//! What people may do, as policies that are attached to nobody: they have no names of their own, and are attached by the ARNs in the stack's outputs.

mod issues;
mod operator;
mod viewer;

use skywarden_cloudformation::{
    Expr, Output, Pseudo, Resource, Template,
    iam::{ManagedPolicy, PolicyDocument, Statement},
};

use crate::{
    emit::{arn, project::Project},
    model::{Model, Service},
};

pub(super) use issues::POLICY as ISSUES;
pub(super) use operator::POLICY as OPERATOR;
pub(super) use viewer::POLICY as VIEWER;

/// Adds them.
pub(super) fn add(template: &mut Template, project: &Project<'_>, model: &Model) {
    policy(template, project, ISSUES, "list and change issues, and verify the way of an error", issues::statements(model));
    policy(template, project, VIEWER, "look at dashboards, alarms, metrics, logs and issues, and change nothing", viewer::statements(project, model));
    policy(template, project, OPERATOR, "silence alarms, say that a deployment goes on, and stop a function that runs wild", operator::statements(project));
}

/// Adds those of an account in which only services are, with the ARNs to attach them by.
pub(super) fn add_of_account(template: &mut Template, project: &Project<'_>, services: &[&Service]) {
    let look = viewer::of_account(project, services.iter().copied(), Vec::new());
    policy(template, project, VIEWER, "look at dashboards, alarms, metrics and logs of this account, and change nothing", look);
    policy(template, project, OPERATOR, "silence alarms of this account, and say that a deployment goes on", operator::of_account(project));
    let whom = [(VIEWER, "people who look at dashboards, alarms and logs"), (OPERATOR, "people on call, beside the viewer's: silence alarms")];
    for (id, whom) in whom {
        let output = Output { description: Some(format!("Policy for {whom}")), ..Output::new(Expr::reference(id)) };
        template.outputs.insert(format!("{id}Arn"), output);
    }
}

fn policy(template: &mut Template, project: &Project<'_>, id: &str, what: &str, statements: Vec<Statement>) {
    let description = format!("Skywarden {}: {what}", project.title());
    template.add(id, Resource::new(ManagedPolicy { description: Some(description.into()), ..ManagedPolicy::new(PolicyDocument::of(statements)) }));
}

/// ARNs of the services' log groups; of every log group of the account when they would take more than `room` characters of a policy. A log group is `repeated`
/// so often, with so many characters beside its ARN each time.
fn log_groups<'a>(services: impl Iterator<Item = &'a Service>, repeated: usize, beside: usize, room: usize) -> Option<Vec<String>> {
    let groups: Vec<String> = services.map(|service| arn::log_group(&service.log_group.name)).collect();
    let characters: usize = groups.iter().map(|group| repeated * (group.len() + beside)).sum();
    (characters <= room).then_some(groups)
}

/// A statement whose actions know no resources, in this Region alone.
fn in_this_region(statement: Statement) -> Statement {
    statement.when("StringEquals", "aws:RequestedRegion", Expr::from(Pseudo::Region))
}
