//! Model -> plan: what the functions read at run time.

use skywarden_core::{
    console::Console,
    plan::{AlarmInfo, MetricRule, PLAN_FORMAT, Plan, Route, RouteTopic, Source},
};

use crate::model::{self, Alarm, AlarmTarget, MetricEngine, Model, Service};

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
    let own = model.own_alarms.iter().map(|alarm| info(alarm, "", &overview, ""));
    let of_services = model.services.iter().flat_map(|service| {
        let dashboard = console.dashboard(&model.names.dashboard(Some(&service.name)));
        let infos: Vec<_> = service.alarms.iter().map(|alarm| info(alarm, &service.name, &dashboard, &service.runbook)).collect();
        infos
    });
    let mut infos: Vec<_> = own.chain(of_services).flatten().collect();
    infos.sort_by(|a, b| a.name.cmp(&b.name));
    infos
}

fn info(alarm: &Alarm, service: &str, dashboard: &str, runbook: &str) -> Option<AlarmInfo> {
    (alarm.target == AlarmTarget::Alarms).then(|| AlarmInfo {
        name: alarm.name.clone(),
        title: alarm.title.clone(),
        service: service.to_owned(),
        severity: alarm.severity,
        advice: alarm.advice.clone(),
        dashboard: dashboard.to_owned(),
        runbook: runbook.to_owned(),
    })
}
