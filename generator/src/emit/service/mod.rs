//! The stack of one service: log group, filters, alarms, dashboard, saved queries.
//!
//! It is made of the service and the project's names alone, so adding, changing or removing another service leaves it byte for byte the same.

mod alarms;
mod filters;
mod log_group;
mod maintenance;
mod outputs;
mod queries;
mod writer;

use std::collections::BTreeMap;

pub(super) use alarms::{numbers as alarm_stacks, stack as alarm_stack};
use serde_json::json;
use skywarden_cloudformation::limits::DESCRIPTION_BYTES;

use crate::{
    emit::{Stack, arn, composite, dashboard, objective, project::Project, template},
    model::Service,
};

/// Logical id of the log group, when the stack creates it.
const LOG_GROUP: &str = "LogGroup";

/// The stack of one service: all but the alarms that have stacks of their own.
pub(super) fn stack(project: &Project<'_>, service: &Service, name: String) -> Stack {
    let names = project.names;
    let account = service.account.as_deref();
    let of_account = account.filter(|_| service.log_group.has_project_key()).map(|account| names.account_stack(account));
    let mut template = template(description(project, service, of_account.as_deref()));
    let after: Vec<String> = service.after.iter().map(|other| names.service_stack(other)).collect();
    let mut metadata = json!({
        "Service": service.name,
        "DeployAfter": names.shared_stack(),
        "Reason": "the subscription filters need the functions of that stack and their permissions, the alarms its topics",
    });
    if !after.is_empty() {
        metadata["AndAfter"] =
            json!({"Stacks": after, "Reason": "a composite alarm looks at alarms of theirs, and CloudWatch takes a rule only when its alarms exist"});
    }
    if let Some(account) = account {
        metadata["Account"] = account.into();
        metadata["Reason"] = "the subscription filter needs the destination of that stack, the alarms its topic".into();
        if let Some(stack) = &of_account {
            metadata["AfterInItsAccount"] = json!({"Stack": stack, "Reason": "the log group is encrypted with its key"});
        }
        template.parameters.insert(arn::PROJECT_ACCOUNT.to_owned(), project.account_parameter());
    }
    template.metadata.insert("Skywarden".to_owned(), metadata);

    log_group::add(&mut template, project, service);
    filters::add(&mut template, project, service);
    let mut ids = BTreeMap::new();
    alarms::add(&mut template, project, service, service.alarms.iter().filter(|alarm| service.stack_number(alarm) == 0), &mut ids);
    for each in &service.composites {
        let id = composite::logical_id(&each.kind);
        template.add(&id, composite::resource(each, &alarms::actions(project, service, each.target), &ids, project.service_tags(&service.name)));
        ids.insert(each.name.as_str(), id);
    }
    maintenance::add(&mut template, project, service, &ids);
    for each in service.objectives.iter().filter(|objective| objective.application_signals) {
        let name = names.objective(&service.name, &each.name);
        template.add(objective::logical_id(each), objective::resource(name, each, project.service_tags(&service.name)));
    }
    for (id, resource) in dashboard::service(project, service) {
        template.add(id, resource);
    }
    queries::add(&mut template, project, service);
    writer::add(&mut template, project, service);
    outputs::add(&mut template, project, service);

    let alarms = alarms::numbers(service).into_iter().map(|number| names.alarm_stack(&service.name, number));
    let after = of_account.into_iter().chain(after).chain(alarms).collect();
    Stack { name, target: project.target(account), template, after, programs: BTreeMap::new() }
}

/// What the stack is, and what is deployed before it; `of_account`: the stack of its account, when that is.
fn description(project: &Project<'_>, service: &Service, of_account: Option<&str>) -> String {
    let names = project.names;
    let shared = match (&service.account, of_account) {
        (Some(_), Some(of_account)) => format!("{} of the project's account and stack {of_account}", names.shared_stack()),
        (Some(_), None) => format!("{} of the project's account", names.shared_stack()),
        (None, _) => names.shared_stack(),
    };
    let start = format!("Monitoring of service {} of {}, by Skywarden. Deploy stack {shared} first", service.name, project.title());
    let behind: Vec<String> = service.after.iter().map(|other| names.service_stack(other)).collect();
    let whole = if behind.is_empty() { format!("{start}.") } else { format!("{start}, then {}.", behind.join(", ")) };
    // All of them are in the metadata.
    if whole.len() <= DESCRIPTION_BYTES { whole } else { format!("{start}, then the {} stacks that the metadata names.", behind.len()) }
}
