//! What CloudWatch allows of composite alarms, counted over the whole model.

use std::collections::BTreeMap;

use skywarden_cloudformation::{
    check::count_elements,
    limits::{ALARM_RULE_CHARACTERS, ALARM_RULE_CHILDREN, ALARM_RULE_ELEMENTS, COMPOSITES_PER_CHILD},
};

use super::Draft;
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::RawConfig,
    },
    model::{CompositeKind, Service, names::Names},
};

/// Reports rules that are too large, and alarms that too many composite alarms look at.
pub(super) fn check(raw: &RawConfig, services: &[Service], drafts: &[Draft], names: &Names, findings: &mut Findings) {
    let mut looked_at: BTreeMap<&str, usize> = BTreeMap::new();
    let mut drafts = drafts.iter().peekable();
    for (place, service) in services.iter().enumerate() {
        // They are in the order of the services.
        let draft = drafts.next_if(|draft| draft.place == place);
        let Some(place) = draft.map(|draft| draft.span).or_else(|| raw.service(&service.name).map(|raw| raw.name.span)) else { continue };
        for composite in &service.composites {
            let text = composite.rule.to_string();
            let found = count_elements(&text);
            for (count, what, most) in [
                (found.children, "alarms", ALARM_RULE_CHILDREN),
                (found.elements, "elements", ALARM_RULE_ELEMENTS),
                (text.chars().count(), "characters", ALARM_RULE_CHARACTERS),
            ] {
                if count > most {
                    let message = format!("the rule of `{}` would have {count} {what}, CloudWatch takes {most}", composite.name);
                    findings.push(Finding::error(Code::AwsLimit, place, message).hint("name fewer alarms in `of`, and fewer services in `unless`"));
                }
            }
            for child in composite.rule.alarms() {
                let count = looked_at.entry(child).or_default();
                *count += 1;
                if *count != COMPOSITES_PER_CHILD + 1 {
                    continue;
                }
                let behind = draft.and_then(|draft| draft.behind.iter().find(|name| names.alarm(Some(&name.value), &CompositeKind::Impact.called()) == child));
                let message = format!("more than {COMPOSITES_PER_CHILD} composite alarms look at `{child}`, which is all that CloudWatch takes");
                let finding = Finding::error(Code::AwsLimit, behind.map_or(place, |name| name.span), message);
                findings.push(finding.hint("name it in the `unless` of the services right before it alone: they hold the others back"));
            }
        }
    }
}
