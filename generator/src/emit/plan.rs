//! Model -> plan: what the functions read at run time.

use skywarden_core::{
    console::{Console, section},
    metric::name::ServiceMetric,
    plan::{AlarmInfo, MetricRule, PLAN_FORMAT, Plan, Route, RouteTopic, Source},
};

use super::query;
use crate::model::{self, Alarm, AlarmKind, AlarmTarget, MetricEngine, Model, Service, Signal};

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
        service.alarms.iter().map(move |alarm| (alarm, AlarmInfo { dashboard: dashboard.clone(), ..info(alarm, Some(service)) }))
    });
    let own = model.own_alarms.iter().map(|alarm| (alarm, AlarmInfo { dashboard: overview.clone(), ..info(alarm, None) }));
    let mut infos: Vec<_> = own.chain(of_services).filter(|(alarm, _)| alarm.target == AlarmTarget::Alarms).map(|(_, info)| info).collect();
    infos.sort_by(|a, b| a.name.cmp(&b.name));
    infos
}

fn info(alarm: &Alarm, service: Option<&Service>) -> AlarmInfo {
    let runbook = service.map_or("", |service| service.runbook.as_str());
    // The message has the link among its others.
    let advice = alarm.advice.strip_suffix(&format!("Runbook: {runbook}")).unwrap_or(&alarm.advice).trim_end();
    AlarmInfo {
        name: alarm.name.clone(),
        title: alarm.title.clone(),
        service: service.map(|service| service.name.clone()).unwrap_or_default(),
        severity: alarm.severity,
        advice: advice.to_owned(),
        dashboard: String::new(),
        runbook: section(runbook, &format!("alarm-{}", anchor(&alarm.kind))),
        unit: unit(alarm, service),
        log_group: service.map(|service| service.log_group.name.clone()).unwrap_or_default(),
        query: service.map(|service| query::of_alarm(&alarm.kind, service)).unwrap_or_default(),
    }
}

/// The runbook's section about an alarm: the kind of it, or the metric's name.
fn anchor(kind: &AlarmKind) -> String {
    match kind {
        AlarmKind::ErrorRate => "error-rate".to_owned(),
        AlarmKind::ErrorLines => "error-lines".to_owned(),
        AlarmKind::Latency => "latency".to_owned(),
        AlarmKind::NoLogs => "no-logs".to_owned(),
        AlarmKind::DroppedEvents => "dropped-events".to_owned(),
        AlarmKind::Metric(metric) => metric.to_lowercase(),
        AlarmKind::DeadLetters => "dead-letters".to_owned(),
        AlarmKind::ProcessorErrors(_) => "processor-errors".to_owned(),
    }
}

/// The unit of what an alarm watches.
fn unit(alarm: &Alarm, service: Option<&Service>) -> String {
    match (&alarm.signal, &alarm.kind) {
        (Signal::Percentage { .. }, _) => "Percent".to_owned(),
        // A number of samples has no unit of the metric's.
        (Signal::Metric(metric) | Signal::Filled(metric), _) if metric.statistic == "SampleCount" => "Count".to_owned(),
        (_, AlarmKind::Latency) => ServiceMetric::RequestDuration.unit().to_owned(),
        (_, AlarmKind::Metric(name)) => {
            let metric = service.and_then(|service| service.metrics.iter().find(|metric| metric.name == *name));
            metric.map(|metric| metric.unit.clone()).unwrap_or_default()
        }
        _ => "Count".to_owned(),
    }
}
