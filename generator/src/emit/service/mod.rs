//! The stack of one service: log group, filters, alarms, dashboard, saved queries.
//!
//! It is made of the service and the project's names alone, so adding, changing or removing another service leaves it byte for byte the same.

mod filters;
mod log_group;
mod outputs;
mod queries;

use std::collections::BTreeMap;

use serde_json::json;
use skywarden_cloudformation::{Expr, Template};

use crate::{
    emit::{Stack, alarm, arn, composite, dashboard, log_alarm, project::Project},
    model::{AlarmTarget, Service, Signal},
};

/// Logical id of the log group, when the stack creates it.
const LOG_GROUP: &str = "LogGroup";

/// The stack of one service.
pub(super) fn stack(project: &Project<'_>, service: &Service) -> Stack {
    let names = project.names;
    let mut template = Template {
        format_version: Some(skywarden_cloudformation::template::FORMAT_VERSION.to_owned()),
        description: Some(format!("Monitoring of service {} of {}, by Skywarden. Deploy stack {} first.", service.name, project.title(), names.shared_stack())),
        ..Template::default()
    };
    template.metadata.insert(
        "Skywarden".to_owned(),
        json!({
            "Service": service.name,
            "DeployAfter": names.shared_stack(),
            "Reason": "the subscription filters need the functions of that stack and their permissions, the alarms its topics",
        }),
    );

    log_group::add(&mut template, project, service);
    filters::add(&mut template, project, service);
    let actions = |target| match target {
        AlarmTarget::Alarms => vec![Expr::sub(arn::topic(&names.shared("alarms")))],
        AlarmTarget::Fallback => vec![Expr::sub(arn::topic(&names.shared("fallback")))],
        AlarmTarget::Composite => Vec::new(),
    };
    log_alarm::add_role(&mut template, project, service);
    let mut ids = BTreeMap::new();
    for each in &service.alarms {
        let id = alarm::logical_id(&each.kind);
        let resource = alarm::resource(each, &actions(each.target), project.service_tags(&service.name));
        // A query is asked of a log group that is there.
        let resource = if matches!(each.signal, Signal::Query(_)) { log_group::behind(service, resource) } else { resource };
        template.add(&id, resource);
        ids.insert(each.name.as_str(), id);
    }
    for each in &service.composites {
        let id = composite::logical_id(&each.kind);
        template.add(&id, composite::resource(each, &actions(each.target), &ids, project.service_tags(&service.name)));
        ids.insert(each.name.as_str(), id);
    }
    template.add("Dashboard", dashboard::service(project, service));
    queries::add(&mut template, project, service);
    outputs::add(&mut template, project, service);

    Stack { name: names.service_stack(&service.name), template, programs: BTreeMap::new() }
}
