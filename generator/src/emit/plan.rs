//! Model -> plan: what the functions read at run time.

use skywarden_core::{
    console::{Console, section},
    plan::{AlarmInfo, MetricRule, PLAN_FORMAT, Plan, Route, RouteTopic, Source},
};

use super::query;
use crate::model::{self, Alarm, AlarmKind, AlarmTarget, Composite, CompositeKind, MetricEngine, Model, Service};

/// The plan of a model. Sorted as [`Plan`] says, so that the order of the config shows only where it means something (routes, error rules).
pub fn plan(model: &Model) -> Plan {
    let console = Console::of_region(&model.region);
    Plan {
        format: PLAN_FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        project: model.project.clone(),
        environment: model.environment.clone(),
        region: model.region.clone(),
        sources: sources(model, &console),
        rules: rules(&model.services),
        errors: model.errors.clone(),
        taxonomy: model.taxonomy.clone(),
        routes: model.routes.iter().map(|each| route(model, each)).collect(),
        alarms: alarms(model, &console),
        messages: model.messages.clone(),
        masking: model.masking.clone(),
        processing: model.processing,
    }
}

fn sources(model: &Model, console: &Console) -> Vec<Source> {
    let mut sources: Vec<_> = model
        .services
        .iter()
        .map(|service| Source {
            log_group: service.log_group.name.clone(),
            service: service.name.clone(),
            namespace: service.namespace.clone(),
            format: service.format.clone(),
            dashboard: console.dashboard(&model.names.dashboard(Some(&service.name))),
            runbook: service.runbook.clone(),
            query: query::latest_errors(&service.format),
            one_function: service.one_function,
            account: service.account.clone().unwrap_or_default(),
        })
        .collect();
    sources.sort_by(|a, b| a.log_group.cmp(&b.log_group));
    sources
}

fn rules(services: &[Service]) -> Vec<MetricRule> {
    let metrics = services.iter().flat_map(|service| &service.metrics);
    let mut rules: Vec<_> = metrics
        .filter_map(|metric| match &metric.engine {
            MetricEngine::Extractor(rule) => Some(rule.clone()),
            MetricEngine::Native(_) | MetricEngine::Emf => None,
        })
        .collect();
    rules.sort_by(|a, b| (&a.log_group, &a.name).cmp(&(&b.log_group, &b.name)));
    rules
}

fn route(model: &Model, route: &model::Route) -> Route {
    Route {
        name: route.name.clone(),
        severities: route.severities.clone(),
        topics: route.formats().into_iter().map(|format| RouteTopic { format, topic: model.names.route_topic(&route.name, format.as_str()) }).collect(),
    }
}

/// The alarms that reach alert-notifier. Those that go straight to the fallback topic never pass it.
fn alarms(model: &Model, console: &Console) -> Vec<AlarmInfo> {
    let overview = if model.overview_dashboard { console.dashboard(&model.names.dashboard(None)) } else { String::new() };
    let of_services = model.services.iter().flat_map(|service| {
        let dashboard = console.dashboard(&model.names.dashboard(Some(&service.name)));
        let alarms = service.alarms.iter().filter(|alarm| !is_window(alarm)).map(|alarm| (alarm.target, info(alarm, Some(service))));
        let composites = service.composites.iter().map(|composite| (composite.target, info_of_composite(composite, service)));
        let told = alarms.chain(composites).map(move |(target, info)| (target, AlarmInfo { dashboard: dashboard.clone(), ..info }));
        told.chain(service.alarms.iter().filter(|alarm| is_window(alarm)).map(|alarm| (alarm.target, title(alarm, service))))
    });
    let own = model.own_alarms.iter().chain(&model.alarms).map(|alarm| (alarm.target, AlarmInfo { dashboard: overview.clone(), ..info(alarm, None) }));
    // Parts of a composite alarm tell nobody, but its message names them by their titles.
    let mut infos: Vec<_> = own.chain(of_services).filter(|(target, _)| *target != AlarmTarget::Fallback).map(|(_, info)| info).collect();
    infos.sort_by(|a, b| a.name.cmp(&b.name));
    infos
}

/// An alarm's advice without the link to the runbook, which its message has among the others.
fn advice<'a>(advice: &'a str, runbook: &str) -> &'a str {
    advice.strip_suffix(&format!("Runbook: {runbook}")).unwrap_or(advice).trim_end()
}

fn info_of_composite(composite: &Composite, service: &Service) -> AlarmInfo {
    AlarmInfo {
        name: composite.name.clone(),
        title: composite.title.clone(),
        service: service.name.clone(),
        severity: composite.severity,
        advice: advice(&composite.advice, &service.runbook).to_owned(),
        dashboard: String::new(),
        runbook: section(&service.runbook, &format!("alarm-{}", anchor_of_composite(&composite.kind))),
        unit: String::new(),
        log_group: service.log_group.name.clone(),
        query: query::of_composite(&composite.kind, service),
    }
}

/// Whether an alarm is a window of an objective.
const fn is_window(alarm: &Alarm) -> bool {
    matches!(alarm.kind, AlarmKind::Burn { .. })
}

/// What a message about the composite alarm over it says of a window: its title. There are eight of an objective, and the functions read all of them when they
/// start.
fn title(alarm: &Alarm, service: &Service) -> AlarmInfo {
    AlarmInfo {
        name: alarm.name.clone(),
        title: alarm.title.clone(),
        service: service.name.clone(),
        severity: alarm.severity,
        advice: String::new(),
        dashboard: String::new(),
        runbook: String::new(),
        unit: alarm.unit.clone(),
        log_group: String::new(),
        query: String::new(),
    }
}

fn info(alarm: &Alarm, service: Option<&Service>) -> AlarmInfo {
    let runbook = service.map_or("", |service| service.runbook.as_str());
    AlarmInfo {
        name: alarm.name.clone(),
        title: alarm.title.clone(),
        service: service.map(|service| service.name.clone()).unwrap_or_default(),
        severity: alarm.severity,
        advice: advice(&alarm.advice, runbook).to_owned(),
        dashboard: String::new(),
        runbook: section(runbook, &format!("alarm-{}", anchor(&alarm.kind))),
        unit: alarm.unit.clone(),
        log_group: service.map(|service| service.log_group.name.clone()).unwrap_or_default(),
        query: service.map(|service| query::of_alarm(alarm, service)).unwrap_or_default(),
    }
}

/// The runbook's section about an alarm: the kind of it, or the metric's name.
fn anchor(kind: &AlarmKind) -> String {
    match kind {
        AlarmKind::Metric(name) | AlarmKind::Named(name) => name.to_lowercase(),
        AlarmKind::Burn { objective, .. } => anchor_of_objective(objective),
        // One section for the functions.
        AlarmKind::StreamBehind(_) => "stream-behind".to_owned(),
        AlarmKind::ProcessorErrors(_) => "processor-errors".to_owned(),
        _ => kind.called(),
    }
}

fn anchor_of_composite(kind: &CompositeKind) -> String {
    match kind {
        CompositeKind::Impact => "impact".to_owned(),
        CompositeKind::FastBurn(objective) | CompositeKind::SlowBurn(objective) => anchor_of_objective(objective),
    }
}

/// One section for all alarms of an objective: what is to be done is the same.
fn anchor_of_objective(objective: &str) -> String {
    format!("slo-{objective}")
}
