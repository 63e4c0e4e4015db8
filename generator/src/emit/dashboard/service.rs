//! The dashboard of one service.

use skywarden_cloudformation::{
    Resource,
    dashboard::{Content, LogWidget, Row},
};
use skywarden_core::{
    metric::name::ServiceMetric,
    plan::{MetricKind, MetricValueSource},
};

use super::{
    REGION, alarms,
    grid::Grid,
    named, objectives, resource,
    series::{self, Graph},
    telemetry,
};
use crate::{
    emit::{project::Project, query},
    model::{Alarm, AlarmKind, MetricEngine, MetricPlan, MetricStatistic, MetricValue, Service},
};

/// Resolution of the graphs in seconds.
pub(super) const PERIOD_SECONDS: u32 = 60;

/// Business metrics side by side.
const BUSINESS_PER_ROW: u32 = 3;

/// Business metrics on one dashboard: with the rest they stay below `CloudWatch`'s 500 widgets and 2,500 metrics.
const BUSINESS_PER_DASHBOARD: usize = 150;

/// The dashboard of one service with its logical id, and a further one for every 150 business metrics.
pub(in crate::emit) fn service(project: &Project<'_>, service: &Service) -> Vec<(String, Resource)> {
    let business = service.metrics.iter().filter(|metric| metric.custom).filter_map(|metric| business(service, metric));
    let business: Vec<Content> = business.collect();
    let mut pages = business.chunks(BUSINESS_PER_DASHBOARD);
    let first = (page_id(1), main(project, service, pages.next().unwrap_or_default(), business.len().div_ceil(BUSINESS_PER_DASHBOARD)));
    let further = (2..).zip(pages).map(|(number, metrics)| (page_id(number), page(project, service, number, metrics)));
    std::iter::once(first).chain(further).collect()
}

fn page_id(number: usize) -> String {
    if number == 1 { "Dashboard".to_owned() } else { format!("Dashboard{number}") }
}

/// Name of a page: a service's name has no `_`, so no other service's dashboard is called so.
fn page_name(project: &Project<'_>, service: &Service, number: usize) -> String {
    let name = project.names.dashboard(Some(&service.name));
    if number == 1 { name } else { format!("{name}_{number}") }
}

/// Business metrics that found no room on the pages before.
fn page(project: &Project<'_>, service: &Service, number: usize, business: &[Content]) -> Resource {
    let mut grid = Grid::default();
    let first = project.console.dashboard(&page_name(project, service, 1));
    grid.text(2, format!("# {} ({}), page {number}\n[First page]({first})", service.name, project.title()));
    grid.rows(6, BUSINESS_PER_ROW, business.to_vec());
    resource(page_name(project, service, number), grid.body(), project.service_tags(&service.name))
}

fn main(project: &Project<'_>, service: &Service, business: &[Content], pages: usize) -> Resource {
    let mut grid = Grid::default();
    grid.text(2, heading(project, service, pages));
    let names: Vec<_> = service.shown_alarm_names(true).collect();
    alarms::add(&mut grid, "Alarms", &names);
    objectives::add(&mut grid, service);
    grid.row(6, [requests(service), error_rate(service), latency(service)].into_iter().flatten().collect());
    grid.row(6, [error_lines(service), log_lines(service)].into_iter().flatten().collect());
    telemetry::add(&mut grid, service);
    grid.rows(6, BUSINESS_PER_ROW, business.to_vec());
    named::add(&mut grid, &service.alarms);
    grid.row(8, vec![latest_errors(service)]);
    resource(page_name(project, service, 1), grid.body(), project.service_tags(&service.name))
}

fn heading(project: &Project<'_>, service: &Service, pages: usize) -> String {
    let console = &project.console;
    let group = service.log_group.name.as_str();
    let mut links = vec![
        format!("[Latest errors]({})", console.insights(&[group], &query::latest_errors(&service.format))),
        format!("[Log group]({})", console.log_group(group)),
    ];
    if !service.runbook.is_empty() {
        links.push(format!("[Runbook]({})", service.runbook));
    }
    links.extend((2..=pages).map(|number| format!("[Page {number}]({})", console.dashboard(&page_name(project, service, number)))));
    if !project.owner().is_empty() {
        links.push(format!("owned by {}", project.owner()));
    }
    format!("# {} ({})\n{}", service.name, project.title(), links.join(" · "))
}

/// A built-in metric of a service, when something computes it.
pub(super) fn built_in(service: &Service, metric: ServiceMetric, statistic: &str) -> Option<MetricStatistic> {
    let plan = service.metrics.iter().find(|plan| !plan.custom && plan.name == metric.as_str())?;
    Some(statistic_of(plan, statistic))
}

fn statistic_of(plan: &MetricPlan, statistic: &str) -> MetricStatistic {
    MetricStatistic { namespace: plan.namespace.clone(), name: plan.name.clone(), dimensions: constants(plan), statistic: statistic.to_owned() }
}

fn constants(plan: &MetricPlan) -> Vec<(String, String)> {
    match &plan.engine {
        MetricEngine::Extractor(rule) => rule.constants.clone().into_iter().collect(),
        MetricEngine::Native(_) | MetricEngine::Emf => Vec::new(),
    }
}

fn alarm<'a>(service: &'a Service, kind: &AlarmKind) -> Option<&'a Alarm> {
    service.alarms.iter().find(|alarm| alarm.kind == *kind)
}

fn requests(service: &Service) -> Option<Content> {
    let requests = built_in(service, ServiceMetric::Requests, "Sum").map(|metric| series::row(&metric, "requests"));
    let failed = built_in(service, ServiceMetric::ServerErrors, "Sum").map(|metric| series::red_row(&metric, "failed (5xx)"));
    let refused = built_in(service, ServiceMetric::ClientErrors, "Sum").map(|metric| series::row(&metric, "refused (4xx)"));
    Graph::new("Requests and failures", PERIOD_SECONDS).unit("per minute").rows([requests, failed, refused].into_iter().flatten()).content()
}

fn error_rate(service: &Service) -> Option<Content> {
    let part = built_in(service, ServiceMetric::ServerErrors, "Sum")?;
    let whole = built_in(service, ServiceMetric::Requests, "Sum")?;
    Graph::new("Error rate", PERIOD_SECONDS)
        .unit("%")
        .limit(alarm(service, &AlarmKind::ErrorRate))
        .rows(series::share(&part, &whole, "failed requests", ""))
        .content()
}

fn latency(service: &Service) -> Option<Content> {
    let rows = ["p50", "p90", "p99"].into_iter().filter_map(|statistic| {
        let metric = built_in(service, ServiceMetric::RequestDuration, statistic)?;
        Some(series::row(&metric, statistic))
    });
    Graph::new("Request duration", PERIOD_SECONDS).unit("ms").limit(alarm(service, &AlarmKind::Latency)).rows(rows).content()
}

fn error_lines(service: &Service) -> Option<Content> {
    let row = built_in(service, ServiceMetric::ErrorLines, "Sum").map(|metric| series::red_row(&metric, "error lines"));
    Graph::new("Error lines", PERIOD_SECONDS).unit("per minute").rows(row).content()
}

fn log_lines(service: &Service) -> Option<Content> {
    let metric = MetricStatistic {
        namespace: "AWS/Logs".to_owned(),
        name: "IncomingLogEvents".to_owned(),
        dimensions: vec![("LogGroupName".to_owned(), service.log_group.name.clone())],
        statistic: "Sum".to_owned(),
    };
    Graph::new("Log lines", PERIOD_SECONDS).unit("per minute").rows([series::row(&metric, "lines")]).content()
}

/// A metric of the config. One with dimensions from the log line is searched for: its values are not known beforehand.
fn business(service: &Service, metric: &MetricPlan) -> Option<Content> {
    let dimensions: Vec<&str> = constant_names(metric).chain(metric.dimensions.iter().map(|dimension| dimension.name.as_str())).collect();
    let searched = !metric.dimensions.is_empty();
    let statistics: &[&str] = match (is_distribution(metric), searched) {
        (true, false) => &["p50", "p90", "p99"],
        // One statistic alone: each value of the dimensions is a line already.
        (true, true) => &["p90"],
        (false, _) => &["Sum"],
    };
    let rows = statistics.iter().map(|statistic| -> Row {
        if searched {
            series::search(&metric.namespace, &metric.name, &dimensions, statistic, PERIOD_SECONDS)
        } else {
            series::row(&statistic_of(metric, statistic), statistic)
        }
    });
    let title = match statistics {
        ["Sum"] => metric.name.clone(),
        [one] => format!("{} ({one})", metric.name),
        _ => format!("{} (percentiles)", metric.name),
    };
    // By what it watches, not by its name: the alarm of a metric with dimensions watches the metric of all of them together.
    let limit = service.alarms.iter().find(|alarm| series::watches(alarm, &metric.name, statistics, PERIOD_SECONDS));
    let graph = Graph::new(title, PERIOD_SECONDS).limit(limit).rows(rows);
    match unit(&metric.unit) {
        Some(unit) => graph.unit(unit),
        None => graph,
    }
    .content()
}

fn constant_names(metric: &MetricPlan) -> impl Iterator<Item = &str> {
    let constants = match &metric.engine {
        MetricEngine::Extractor(rule) => Some(rule.constants.keys().map(String::as_str)),
        MetricEngine::Native(_) | MetricEngine::Emf => None,
    };
    constants.into_iter().flatten()
}

/// Whether the spread of a metric's values says more than their sum: times, and what the config declares as a distribution.
fn is_distribution(metric: &MetricPlan) -> bool {
    let (measured, declared) = match &metric.engine {
        MetricEngine::Native(filter) => (matches!(filter.value, MetricValue::Selector(_)), false),
        MetricEngine::Extractor(rule) => (matches!(rule.value, MetricValueSource::Selector(_)), rule.kind == MetricKind::Distribution),
        // The config declares none of these.
        MetricEngine::Emf => (false, false),
    };
    declared || (measured && matches!(metric.unit.as_str(), "Microseconds" | "Milliseconds" | "Seconds"))
}

/// How a unit reads on an axis; nothing for those that say nothing.
fn unit(unit: &str) -> Option<&'static str> {
    match unit {
        "Milliseconds" => Some("ms"),
        "Microseconds" => Some("µs"),
        "Seconds" => Some("s"),
        "Percent" => Some("%"),
        "Bytes" => Some("bytes"),
        _ => None,
    }
}

fn latest_errors(service: &Service) -> Content {
    let query = format!("SOURCE '{}' | {}", service.log_group.name, query::latest_errors(&service.format));
    LogWidget { title: Some("Latest errors".to_owned()), ..LogWidget::new(REGION, query) }.into()
}
