//! Impact alarms: one composite alarm of a service that tells for those of its alarms that a user feels.

mod cycle;
mod limit;
mod parts;

use skywarden_core::severity::Severity;
use skywarden_document::{Span, Spanned};

use super::{Project, account, advice::AlarmView, service::unknown_service};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawAlarms, RawConfig, RawImpact, RawImpactSettings, RawService, Silence},
    },
    model::{
        Alarm, AlarmKind, AlarmTarget, Comparison, Composite, CompositeKind, Condition, FewSamples, MetricStatistic, MissingData, Rule, Service, Signal,
        Suppressor,
    },
};

/// Metric that a deployment pipeline puts.
const DEPLOYMENTS: &str = "Deployments";

/// How long an impact alarm waits for the news of a deployment. The pipeline puts its metric before it deploys, alarms are evaluated every minute: a failure of
/// the first minute is the only one that could be faster.
const WAIT_SECONDS: u32 = 60;

/// How long it stays quiet after a deployment: two more evaluations, in which what the deployment had made bad can turn good.
const EXTENSION_SECONDS: u32 = 120;

/// An impact alarm before its neighbours are known.
struct Draft {
    /// Its service, by place among the services.
    place: usize,
    settings: RawImpactSettings,
    /// Where it is asked for.
    span: Span,
    /// Places of its parts among the alarms of the service.
    parts: Vec<usize>,
    /// Services that hold it back.
    behind: Vec<Spanned<String>>,
}

/// Gives every service that asks for it its impact alarm.
pub(super) fn composites(raw: &RawConfig, services: &mut [Service], project: &mut Project<'_>, findings: &mut Findings) {
    let general = &raw.defaults.alarms;
    parts::check_general(general, services, findings);
    let mut drafts: Vec<Draft> = Vec::new();
    for (place, service) in services.iter().enumerate() {
        let Some(raw_service) = raw.service(&service.name) else { continue };
        drafts.extend(draft(place, service, raw_service, general, findings));
    }
    behind(raw, general, services, &mut drafts, findings);
    cycle::check(services, &drafts, findings);
    for draft in &drafts {
        if let Some(service) = services.get_mut(draft.place) {
            finish(draft, service, project, findings);
        }
    }
    limit::check(raw, services, &drafts, &project.names, findings);
}

/// What is asked for of one service: by itself, else by the defaults.
fn draft(place: usize, service: &Service, raw: &RawService, general: &RawAlarms, findings: &mut Findings) -> Option<Draft> {
    let of_all = match &general.impact {
        Some(RawImpact::On(settings, _)) => (**settings).clone(),
        Some(RawImpact::Off) | None => RawImpactSettings::default(),
    };
    let (of_service, own, span) = match (&raw.alarms.impact, &general.impact) {
        (Some(RawImpact::Off), _) | (None, Some(RawImpact::Off) | None) => return None,
        (Some(RawImpact::On(settings, span)), _) => ((**settings).clone(), true, *span),
        (None, Some(RawImpact::On(_, span))) => (RawImpactSettings::default(), false, *span),
    };
    // What holds for all alarms of the service stands between what is said of this one and what is said of this one of all services.
    let common = RawImpactSettings { severity: raw.alarms.common.severity.clone(), silenced: raw.alarms.common.silenced.clone(), ..Default::default() };
    let common_of_all = RawImpactSettings { severity: general.common.severity.clone(), silenced: general.common.silenced.clone(), ..Default::default() };
    let settings = of_service.or(&common).or(&of_all).or(&common_of_all);
    let own_list = matches!(&raw.alarms.impact, Some(RawImpact::On(own, _)) if own.of.is_some());
    let parts = parts::of(service, settings.of.as_ref(), own_list, findings);
    if parts.is_empty() {
        if own && !own_list && !findings.is_incomplete() {
            let message = format!("service `{}` has no alarm that an impact alarm could tell for", service.name);
            findings.push(Finding::error(Code::NoImpact, span, message).hint("name its parts: `impact: { of: [error_lines] }`, or set `impact: off`"));
        }
        return None;
    }
    let draft = Draft { place, settings, span, parts, behind: Vec::new() };
    check_deployments(service, raw, &draft, findings);
    Some(draft)
}

/// Reports a metric of the user's that would be taken for deployments.
fn check_deployments(service: &Service, raw: &RawService, draft: &Draft, findings: &mut Findings) {
    if draft.settings.deploying_minutes().is_some() && service.metrics.iter().any(|metric| metric.name == DEPLOYMENTS) {
        let message = format!("`{DEPLOYMENTS}` of service `{}` is the metric by which its pipeline tells that it deploys", service.name);
        let finding = Finding::error(Code::ReservedName, raw.name.span, message);
        findings.push(finding.hint("call the metric something else, or leave `deploying` out"));
    }
}

/// Fills in the services behind each one: those it names, less those that have no impact alarm (which is reported).
fn behind(raw: &RawConfig, general: &RawAlarms, services: &[Service], drafts: &mut [Draft], findings: &mut Findings) {
    let name_of = |draft: &Draft| services.get(draft.place).map(|service| service.name.clone()).unwrap_or_default();
    let with_impact: Vec<String> = drafts.iter().map(name_of).collect();
    let check = |name: &Spanned<String>, of: &str, findings: &mut Findings| {
        unknown_service(name, raw, findings);
        if raw.service(&name.value).is_some() && !with_impact.contains(&name.value) && !findings.is_incomplete() {
            let message = format!("service `{}` has no impact alarm that could hold back that of {of}", name.value);
            let hint = format!("add `impact: on` to the alarms of `{}`, or take it out of `unless`", name.value);
            findings.push(Finding::error(Code::NoImpact, name.span, message).hint(hint));
        }
    };
    if let Some(RawImpact::On(settings, _)) = &general.impact {
        for name in settings.unless.iter().flatten() {
            check(name, "the others", findings);
        }
    }
    for draft in drafts {
        let service = name_of(draft);
        let raw_service = raw.service(&service);
        let own_list = raw_service.is_some_and(|raw| matches!(&raw.alarms.impact, Some(RawImpact::On(own, _)) if own.unless.is_some()));
        for name in draft.settings.unless.clone().unwrap_or_default() {
            if own_list {
                check(&name, &format!("`{service}`"), findings);
            }
            // In the defaults a service may stand for the others; it is not behind itself.
            let itself = !own_list && name.value == service;
            let own = services.get(draft.place).and_then(|service| service.account.as_deref());
            let other = services.iter().find(|other| other.name == name.value).and_then(|other| other.account.as_deref());
            if own != other {
                // In the defaults it is meant where it can be.
                if own_list {
                    account::refuse(&name, other, (&service, own), "the impact alarm", findings);
                }
                continue;
            }
            let again = draft.behind.iter().any(|other| other.value == name.value);
            if !itself && !again && with_impact.contains(&name.value) {
                draft.behind.push(name);
            }
        }
    }
}

/// Makes the impact alarm, makes its parts quiet, and adds the alarm of deployments.
fn finish(draft: &Draft, service: &mut Service, project: &mut Project<'_>, findings: &mut Findings) {
    let parts: Vec<&Alarm> = draft.parts.iter().filter_map(|place| service.alarms.get(*place)).collect();
    let of_parts = parts.iter().map(|part| part.severity).max().unwrap_or(Severity::Warning);
    let silenced = match &draft.settings.silenced {
        Some(Spanned { value: Silence::Because(reason), .. }) => Some(reason.clone()),
        Some(Spanned { value: Silence::No, .. }) => None,
        // Its parts are silenced only when all of them are.
        None => parts.first().filter(|_| parts.iter().all(|part| part.silenced.is_some())).and_then(|part| part.silenced.clone()),
    };
    let behind: Vec<&str> = draft.behind.iter().map(|name| name.value.as_str()).collect();
    let rule = Rule::Any(parts.iter().map(|part| Rule::Alarm(part.name.clone())).collect());
    let others = behind.iter().map(|other| Rule::Not(Box::new(Rule::Alarm(project.names.alarm(Some(other), &CompositeKind::Impact.called())))));
    let rule = if behind.is_empty() { rule } else { Rule::All(std::iter::once(rule).chain(others).collect()) };
    let view = AlarmView {
        project: &project.name,
        environment: &project.environment,
        service: &service.name,
        log_group: &service.log_group.name,
        parts: &parts::in_words(service, &draft.parts),
        behind: &parts::joined(&behind),
        runbook: &service.runbook,
        ..AlarmView::default()
    };
    let advice = project.advice.text("impact", &view, findings);
    let minutes = draft.settings.deploying_minutes();
    let deploying = project.names.alarm(Some(&service.name), &AlarmKind::Deploying.called());
    let composite = Composite {
        kind: CompositeKind::Impact,
        name: project.names.alarm(Some(&service.name), &CompositeKind::Impact.called()),
        title: format!("{}: users are affected", service.name),
        advice,
        severity: draft.settings.severity.as_ref().map_or(of_parts, |severity| severity.value),
        rule,
        suppressor: minutes.map(|_| Suppressor { alarm: deploying.clone(), wait_seconds: WAIT_SECONDS, extension_seconds: EXTENSION_SECONDS }),
        target: AlarmTarget::Alarms,
        silenced,
    };
    service.after.extend(behind.into_iter().map(str::to_owned));
    service.after.sort_unstable();
    service.composites.push(composite);
    if draft.settings.loud != Some(true) {
        for place in &draft.parts {
            if let Some(part) = service.alarms.get_mut(*place).filter(|part| part.target == AlarmTarget::Alarms) {
                part.target = AlarmTarget::Composite;
            }
        }
    }
    if let Some(minutes) = minutes {
        let alarm = deployment(service, deploying, minutes, project, findings);
        service.alarms.push(alarm);
    }
}

/// The alarm that is in ALARM while a deployment goes on.
fn deployment(service: &Service, name: String, minutes: u32, project: &mut Project<'_>, findings: &mut Findings) -> Alarm {
    let window = if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") };
    let view = AlarmView {
        project: &project.name,
        environment: &project.environment,
        service: &service.name,
        log_group: &service.log_group.name,
        metric: DEPLOYMENTS,
        statistic: "Sum",
        relation: "above",
        threshold: "0",
        window: &window,
        resource: &service.namespace,
        runbook: &service.runbook,
        ..AlarmView::default()
    };
    Alarm {
        kind: AlarmKind::Deploying,
        name,
        title: format!("{}: a deployment goes on", service.name),
        advice: project.advice.text("deploying", &view, findings),
        severity: Severity::Info,
        signal: Signal::Metric(MetricStatistic {
            namespace: service.namespace.clone(),
            name: DEPLOYMENTS.to_owned(),
            dimensions: Vec::new(),
            statistic: "Sum".to_owned(),
        }),
        condition: Condition::Threshold { comparison: Comparison::AtLeast, value: 1.0 },
        unit: "Count".to_owned(),
        period_seconds: 60,
        evaluation_periods: minutes,
        datapoints_to_alarm: 1,
        missing: MissingData::NotBreaching,
        few_samples: FewSamples::Evaluate,
        target: AlarmTarget::Composite,
        warm_up_minutes: None,
        silenced: None,
    }
}
