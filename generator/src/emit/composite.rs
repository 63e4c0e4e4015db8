//! Composite alarms: the model's words -> `AWS::CloudWatch::CompositeAlarm`.

use std::collections::BTreeMap;

use skywarden_cloudformation::{Expr, List, Resource, Tag, cloudwatch::CompositeAlarm};

use super::{alarm, ids};
use crate::model::{Composite, CompositeKind};

/// Logical id of a composite alarm in its stack.
pub(super) fn logical_id(kind: &CompositeKind) -> String {
    match kind {
        CompositeKind::Impact => "CompositeImpact".to_owned(),
        CompositeKind::FastBurn(objective) => ids::of_kebab("CompositeFastBurn", objective),
        CompositeKind::SlowBurn(objective) => ids::of_kebab("CompositeSlowBurn", objective),
    }
}

/// One composite alarm. `beside`: logical ids of the alarms of the same stack by name. CloudWatch takes a rule only when its alarms exist, and deletes none of them
/// before it; names of other stacks are the deployment order's business.
pub(super) fn resource(composite: &Composite, actions: &[Expr], beside: &BTreeMap<&str, String>, tags: List<Tag>) -> Resource {
    let suppressor = composite.suppressor.as_ref();
    let resource = Resource::new(CompositeAlarm {
        alarm_name: Some(composite.name.clone().into()),
        alarm_description: Some(alarm::description(composite.silenced.as_deref(), &composite.advice).into()),
        // Left out where it is the default.
        actions_enabled: composite.silenced.is_some().then(|| false.into()),
        alarm_actions: actions.to_vec().into(),
        ok_actions: actions.to_vec().into(),
        actions_suppressor: suppressor.map(|suppressor| suppressor.alarm.clone().into()),
        actions_suppressor_wait_period: suppressor.map(|suppressor| suppressor.wait_seconds.into()),
        actions_suppressor_extension_period: suppressor.map(|suppressor| suppressor.extension_seconds.into()),
        tags,
        ..CompositeAlarm::new(composite.rule.to_string())
    });
    let mut needed = composite.rule.alarms();
    needed.extend(suppressor.map(|suppressor| suppressor.alarm.as_str()));
    needed
        .into_iter()
        .filter_map(|name| beside.get(name))
        .fold(resource, |resource, id| if resource.depends_on.contains(id) { resource } else { resource.after(id) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Rule;

    fn alarm(name: &str) -> Rule {
        Rule::Alarm(name.to_owned())
    }

    #[test]
    fn it_comes_after_the_alarms_of_its_own_stack() {
        let composite = Composite {
            kind: CompositeKind::Impact,
            name: "n".to_owned(),
            title: "t".to_owned(),
            advice: "a".to_owned(),
            severity: skywarden_core::severity::Severity::Critical,
            rule: Rule::Any(vec![alarm("here"), alarm("elsewhere"), alarm("here")]),
            suppressor: Some(crate::model::Suppressor { alarm: "deploying".to_owned(), wait_seconds: 60, extension_seconds: 120 }),
            target: crate::model::AlarmTarget::Alarms,
            silenced: None,
        };
        let beside = [("here", "AlarmHere".to_owned()), ("deploying", "AlarmDeploying".to_owned())].into();
        assert_eq!(resource(&composite, &[], &beside, Vec::new().into()).depends_on, ["AlarmHere", "AlarmDeploying"]);
    }
}
