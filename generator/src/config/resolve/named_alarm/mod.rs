//! The alarms of the config's `alarms:` list: on any metric, on the time a queue takes to be empty, on queries of the log.

mod drain;
mod metric;
mod query;

use std::collections::BTreeMap;

use skywarden_core::severity::Severity;
use skywarden_document::Span;

use super::{Project, advice::AlarmView, service::unknown_service};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        metric_catalogue::MetricCatalogue,
        raw::{RawCommon, RawConfig, RawNamedAlarm},
        read::Window,
    },
    model::{Alarm, AlarmKind, AlarmTarget, Condition, FewSamples, MissingData, Service, Signal},
};

/// What the alarms are among.
pub(super) struct Around<'a> {
    /// What is known of AWS's metrics.
    pub(super) metrics: &'a MetricCatalogue,
    /// Region of the project.
    pub(super) region: &'a str,
}

/// Whose alarm it is.
struct Owner {
    /// The service; none for the project itself.
    service: Option<String>,
    log_group: String,
    runbook: String,
    /// What is said of the alarm, and where it says nothing what is said of all alarms of its owner.
    common: RawCommon,
}

/// What differs from one alarm to the next.
struct Draft<'a> {
    /// Name of the advice template.
    template: &'a str,
    /// The title behind the owner's name.
    title: String,
    view: AlarmView<'a>,
    signal: Signal,
    condition: Condition,
    unit: &'a str,
    window: Window,
    missing: MissingData,
    few_samples: FewSamples,
}

/// Every alarm, in the order of the names: those of services are added to them, those of the project itself are given back.
pub(super) fn alarms(raw: &RawConfig, services: &mut [Service], around: &Around<'_>, project: &mut Project<'_>, findings: &mut Findings) -> Vec<Alarm> {
    let mut typed: Vec<&RawNamedAlarm> = raw.alarms.iter().collect();
    typed.sort_by_key(|alarm| alarm.name.as_ref().map(|name| name.value.as_str()));
    let mut places: BTreeMap<String, Span> = BTreeMap::new();
    let mut own = Vec::new();
    for alarm in typed {
        if let Some(service) = &alarm.service {
            unknown_service(service, raw, findings);
        }
        let service = alarm.service.as_ref().and_then(|name| services.iter_mut().find(|service| service.name == name.value));
        let owner = owner(alarm, service.as_deref(), raw);
        let resolved = resolve(alarm, &owner, around, project, findings);
        let (Some(resolved), Some(name)) = (resolved, &alarm.name) else { continue };
        if let Some(first) = places.get(&resolved.name) {
            let finding =
                Finding::error(Code::DuplicateAlarm, name.span, format!("two alarms would be named `{}`", resolved.name)).related(*first, "first alarm");
            findings.push(finding.hint("call one of them something else"));
            continue;
        }
        places.insert(resolved.name.clone(), name.span);
        match service {
            Some(service) => service.alarms.push(resolved),
            None => own.push(resolved),
        }
    }
    own
}

fn owner(alarm: &RawNamedAlarm, service: Option<&Service>, raw: &RawConfig) -> Owner {
    let of_service = service.and_then(|service| raw.service(&service.name));
    let common = of_service.map_or_else(|| alarm.common.clone(), |raw| alarm.common.or(&raw.alarms.common));
    Owner {
        service: service.map(|service| service.name.clone()),
        log_group: service.map(|service| service.log_group.name.clone()).unwrap_or_default(),
        runbook: service.map(|service| service.runbook.clone()).unwrap_or_default(),
        common: common.or(&raw.defaults.alarms.common),
    }
}

fn resolve(raw: &RawNamedAlarm, owner: &Owner, around: &Around<'_>, project: &mut Project<'_>, findings: &mut Findings) -> Option<Alarm> {
    if let Some(metric) = &raw.metric {
        return metric::alarm(raw, metric, owner, around, project, findings);
    }
    if let Some(queue) = &raw.drain {
        return drain::alarm(raw, queue, owner, project, findings);
    }
    query::alarm(raw, raw.query.as_ref()?, owner, project, findings)
}

fn finish(raw: &RawNamedAlarm, owner: &Owner, draft: Draft<'_>, project: &mut Project<'_>, findings: &mut Findings) -> Option<Alarm> {
    let name = raw.name.as_ref()?;
    let view = AlarmView {
        project: &project.name,
        environment: &project.environment,
        service: owner.service.as_deref().unwrap_or_default(),
        log_group: &owner.log_group,
        runbook: &owner.runbook,
        relation: draft.condition.relation(),
        window: &draft.window.words(),
        ..draft.view
    };
    let advice = project.advice.text(draft.template, &view, findings);
    Some(Alarm {
        kind: AlarmKind::Named(name.value.clone()),
        name: project.names.alarm(owner.service.as_deref(), &name.value),
        title: format!("{}: {}", owner.service.as_deref().unwrap_or(&project.name), draft.title),
        advice,
        severity: owner.common.severity.as_ref().map_or(Severity::Warning, |severity| severity.value),
        signal: draft.signal,
        condition: draft.condition,
        unit: draft.unit.to_owned(),
        period_seconds: draft.window.period_seconds,
        evaluation_periods: draft.window.periods,
        datapoints_to_alarm: draft.window.datapoints,
        missing: raw.missing.as_ref().map_or(draft.missing, |missing| missing.value),
        few_samples: draft.few_samples,
        target: AlarmTarget::Alarms,
        warm_up_minutes: owner.common.warm_up_minutes(),
        silenced: owner.common.silenced(),
    })
}
