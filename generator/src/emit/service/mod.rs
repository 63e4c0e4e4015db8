//! The stack of one service: log group, filters, alarms, dashboard, saved queries.
//!
//! It is made of the service and the project's names alone, so adding, changing or removing another service leaves it byte for byte the same.

mod filters;
mod log_group;
mod outputs;
mod queries;

use serde_json::json;
use skywarden_cloudformation::{Expr, Template};

use crate::{
    emit::{Stack, alarm, arn, dashboard, project::Project},
    model::{AlarmTarget, Service},
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
    for each in &service.alarms {
        let topic = match each.target {
            AlarmTarget::Alarms => names.shared("alarms"),
            AlarmTarget::Fallback => names.shared("fallback"),
        };
        let topic = Expr::sub(arn::topic(&topic));
        template.add(alarm::logical_id(&each.kind), alarm::resource(each, &topic, project.service_tags(&service.name)));
    }
    template.add("Dashboard", dashboard::service(project, service));
    queries::add(&mut template, project, service);
    outputs::add(&mut template, project, service);

    Stack { name: names.service_stack(&service.name), template, programs: std::collections::BTreeMap::new() }
}
