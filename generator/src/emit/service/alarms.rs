//! A service's alarms: in its own stack, or spread over stacks of their own when the config says over how many. Those on queries of the log stay with the log group, which a
//! query needs.
//!
//! Where an alarm is follows from its own name and that number alone, so no alarm moves when another comes or goes. With one stack more only those move that go there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use skywarden_cloudformation::{Expr, Template};

use super::log_group;
use crate::{
    emit::{Stack, alarm, arn, log_alarm, project::Project, template},
    model::{Alarm, AlarmTarget, Service, Signal},
};

/// Where an alarm's actions go.
pub(super) fn actions(project: &Project<'_>, service: &Service, target: AlarmTarget) -> Vec<Expr> {
    let topic = |what| {
        let name = project.names.shared(what);
        if service.account.is_some() { arn::topic_of_project(&name) } else { arn::topic(&name) }
    };
    match target {
        AlarmTarget::Alarms => vec![Expr::sub(topic("alarms"))],
        AlarmTarget::Fallback => vec![Expr::sub(topic("fallback"))],
        AlarmTarget::Composite => Vec::new(),
    }
}

/// Adds alarms to a stack, and their logical ids by name to `ids`.
pub(super) fn add<'a>(
    template: &mut Template,
    project: &Project<'_>,
    service: &Service,
    alarms: impl Iterator<Item = &'a Alarm>,
    ids: &mut BTreeMap<&'a str, String>,
) {
    for each in alarms {
        let id = alarm::logical_id(&each.kind);
        let mut resource = alarm::resource(each, &actions(project, service, each.target), project.service_tags(&service.name));
        if matches!(each.signal, Signal::Query(_)) {
            log_alarm::add_role(template, project, service);
            // A query is asked of a log group that is there.
            resource = log_group::behind(service, resource);
        }
        template.add(&id, resource);
        ids.insert(each.name.as_str(), id);
    }
}

/// Numbers of the stacks of a service's alarms; none when they are in the service's own, and none without an alarm.
pub(in crate::emit) fn numbers(service: &Service) -> BTreeSet<u32> {
    service.alarms.iter().map(|alarm| service.stack_number(alarm)).filter(|number| *number != 0).collect()
}

/// One of these stacks.
pub(in crate::emit) fn stack(project: &Project<'_>, service: &Service, name: String, number: u32) -> Stack {
    let names = project.names;
    let shared = names.shared_stack();
    let mut template = template(format!(
        "Alarms of service {} of {}, by Skywarden, {number} of {}. Deploy stack {shared} first.",
        service.name,
        project.title(),
        service.alarm_stacks
    ));
    template.metadata.insert(
        "Skywarden".to_owned(),
        json!({ "Service": service.name, "DeployAfter": shared, "DeployBefore": names.service_stack(&service.name), "Reason": "the alarms act on a topic of the one; composite alarms of the other look at them" }),
    );
    let alarms: Vec<&Alarm> = service.alarms.iter().filter(|alarm| service.stack_number(alarm) == number).collect();
    if service.account.is_some() && alarms.iter().any(|alarm| alarm.target != AlarmTarget::Composite) {
        template.parameters.insert(arn::PROJECT_ACCOUNT.to_owned(), project.account_parameter());
    }
    add(&mut template, project, service, alarms.into_iter(), &mut BTreeMap::new());
    Stack { name, target: project.target(service.account.as_deref()), template, after: Vec::new(), programs: BTreeMap::new() }
}
