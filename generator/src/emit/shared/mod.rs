//! The shared stack: functions, queues, topics, table, keys and buckets of one project in one environment.

mod account;
mod bucket;
mod chat;
mod function;
mod key;
mod other_account;
mod outputs;
mod people;
mod queries;
mod queue;
mod redrive;
mod role;
mod schedule;
mod stream;
mod subscription;
mod table;
mod topic;

use std::{collections::BTreeMap, ops::RangeInclusive};

use serde_json::json;
use skywarden_cloudformation::{Expr, iam::Statement};

use crate::{
    emit::{Stack, alarm, dashboard, project::Project, template},
    model::{AlarmTarget, Model, names::Function},
};

/// Logical id of a page of the overview.
const OVERVIEW: &str = "Overview";

/// The shared stack of a model.
pub(super) fn stack(project: &Project<'_>, model: &Model, name: String) -> Stack {
    let mut template = template(format!("Skywarden for {}: what its services share. Deploy it before the stacks of the services.", project.title()));
    template.metadata.insert(
        "Skywarden".to_owned(),
        json!({
            "DeployBefore": format!("{}*", project.names.service_stack("")),
            "Reason": "subscription filters of the services need the functions here and their permissions, alarms the topics",
        }),
    );

    other_account::add_parameters(&mut template, model);
    key::add(&mut template, project, model);
    queue::add(&mut template, project);
    table::add(&mut template, project);
    bucket::add(&mut template, project);
    topic::add(&mut template, project, model);
    for function in Function::ALL {
        function::add(&mut template, project, model, function);
    }
    function::add_sources(&mut template);
    if let Some(settings) = model.delivery.stream {
        stream::add(&mut template, project, settings, model.delivery.senders.as_ref());
    }
    if let Some(wide) = &model.delivery.account_wide {
        account::add(&mut template, project, wide, model.delivery.stream.is_some());
    }
    subscription::add(&mut template, &model.routes);
    chat::add(&mut template, project, &model.routes);
    schedule::add(&mut template, project);
    for each in model.own_alarms.iter().chain(&model.alarms) {
        let actions = match each.target {
            AlarmTarget::Alarms => vec![Expr::reference(topic::ALARMS)],
            AlarmTarget::Fallback => vec![Expr::reference(topic::FALLBACK)],
            AlarmTarget::Composite => Vec::new(),
        };
        template.add(alarm::logical_id(&each.kind), alarm::resource(each, &actions, project.tags()));
    }
    if model.overview_dashboard {
        template.add(OVERVIEW, dashboard::overview(project, model, 1));
    }
    queries::add(&mut template, project);
    redrive::add(&mut template, project);
    people::add(&mut template, project, model);
    outputs::add(&mut template, project, model);

    Stack {
        name,
        target: project.target(None),
        template,
        after: Vec::new(),
        programs: Function::ALL.map(|function| (function.logical().to_owned(), function)).into_iter().collect::<BTreeMap<_, _>>(),
    }
}

/// The overview's further pages. Each has a stack: the first is in the shared one, which has no room for all of a large project's.
pub(super) fn overview_pages(model: &Model) -> RangeInclusive<usize> {
    2..=if model.overview_dashboard { dashboard::overview_pages(model) } else { 0 }
}

/// Name of the stack of a further page.
pub(super) fn overview_name(project: &Project<'_>, page: usize) -> String {
    project.names.shared(&format!("overview-{page}"))
}

/// The stack of a further page.
pub(super) fn overview(project: &Project<'_>, model: &Model, name: String, page: usize) -> Stack {
    let mut template = template(format!("Skywarden for {}: page {page} of the overview.", project.title()));
    template.add(OVERVIEW, dashboard::overview(project, model, page));
    Stack { name, target: project.target(None), template, after: Vec::new(), programs: BTreeMap::new() }
}

pub(super) use other_account::stack as of_other_account;

/// Narrows a statement about a service to what it does for this account: another account's resource of the same service gets nothing.
fn for_this_account(statement: Statement) -> Statement {
    for_accounts(statement, [])
}

/// The same for this account and others.
fn for_accounts<'a>(statement: Statement, others: impl IntoIterator<Item = &'a str>) -> Statement {
    statement.when("StringEquals", "aws:SourceAccount", other_account::with_this(others))
}

/// Refuses every call over a connection that is not encrypted, whoever makes it.
fn refuse_clear_text(action: &str, resources: Vec<Expr>) -> Statement {
    Statement::deny(action, resources).named("RefuseClearText").to(skywarden_cloudformation::iam::Principal::Anyone).when(
        "Bool",
        "aws:SecureTransport",
        "false",
    )
}
