//! The overview of a project: every service's vital signs, then Skywarden's own.

use std::collections::BTreeSet;

use skywarden_cloudformation::{
    Resource,
    dashboard::{Content, Row},
};
use skywarden_core::metric::name::ServiceMetric;

use super::{
    alarms,
    grid::Grid,
    named, objectives, own, resource,
    series::{self, Graph},
    service::built_in,
};
use crate::{
    emit::project::Project,
    model::{Model, Service},
};

/// Resolution of the graphs in seconds: the overview is for the day, a service's dashboard for the minute.
pub(super) const PERIOD_SECONDS: u32 = 300;

/// Services drawn in one graph; more lines cannot be told apart.
const SERVICES_PER_GRAPH: usize = 20;

/// Services on one dashboard: six metrics each stay below `CloudWatch`'s 2,500 per dashboard, with room for Skywarden's own.
const SERVICES_PER_DASHBOARD: usize = 300;

/// Pages of the overview: one, and a further one for every 300 services.
pub(in crate::emit) fn overview_pages(model: &Model) -> usize {
    model.own_services().count().div_ceil(SERVICES_PER_DASHBOARD).max(1)
}

/// One page of the overview, from 1. A dashboard shows what is in its own account: of services in others it names the account and where to look.
pub(in crate::emit) fn overview(project: &Project<'_>, model: &Model, page: usize) -> Resource {
    let mut services: Vec<&Service> = model.own_services().collect();
    services.sort_by(|a, b| a.name.cmp(&b.name));
    let with_budgets = objectives::on_overview(&services);
    let shown: Vec<_> = services.iter().copied().skip((page - 1) * SERVICES_PER_DASHBOARD).take(SERVICES_PER_DASHBOARD).collect();
    let mut grid = Grid::default();
    add_services(&mut grid, project, &shown, &with_budgets, (page, overview_pages(model)));
    if page == 1 {
        add_elsewhere(&mut grid, project, model);
        alarms::add(&mut grid, "Alarms of the project", &model.alarms.iter().map(|alarm| alarm.name.as_str()).collect::<Vec<_>>());
        named::add(&mut grid, &model.alarms);
        own::add(&mut grid, project, model);
    }
    resource(page_name(project, page), grid.body(), project.tags())
}

fn page_name(project: &Project<'_>, page: usize) -> String {
    let name = project.names.dashboard(None);
    if page == 1 { name } else { format!("{name}_{page}") }
}

fn add_services(grid: &mut Grid, project: &Project<'_>, services: &[&Service], with_budgets: &BTreeSet<&str>, (page, pages): (usize, usize)) {
    let console = &project.console;
    let further = (1..=pages).filter(|other| *other != page).map(|other| format!("[page {other}]({})", console.dashboard(&page_name(project, other))));
    let links: Vec<_> = services
        .iter()
        .map(|service| format!("[{}]({})", service.name, console.dashboard(&project.names.dashboard(Some(&service.name)))))
        .chain(further)
        .collect();
    let more_height = u32::try_from(links.len() / 12).unwrap_or(0);
    grid.text(2 + more_height, format!("# {}\n{}", project.title(), links.join(" · ")));

    let names: Vec<_> = services.iter().flat_map(|service| service.shown_alarm_names(with_budgets.contains(service.name.as_str()))).collect();
    alarms::add(grid, "Alarms of the services", &names);
    objectives::add_all(grid, services, with_budgets);

    let graphs = services.len().div_ceil(SERVICES_PER_GRAPH);
    for (number, chunk) in services.chunks(SERVICES_PER_GRAPH).enumerate() {
        let title = |text: &str| {
            if graphs == 1 { text.to_owned() } else { format!("{text} ({} of {graphs})", number + 1) }
        };
        let contents = [
            Graph::new(title("Requests"), PERIOD_SECONDS).rows(rows(chunk, ServiceMetric::Requests, "Sum")).content(),
            Graph::new(title("Error rate"), PERIOD_SECONDS).unit("%").rows(error_rates(chunk)).content(),
            Graph::new(title("Request duration (p99)"), PERIOD_SECONDS).unit("ms").rows(rows(chunk, ServiceMetric::RequestDuration, "p99")).content(),
            Graph::new(title("Error lines"), PERIOD_SECONDS).rows(rows(chunk, ServiceMetric::ErrorLines, "Sum")).content(),
        ];
        grid.row(6, contents.into_iter().flatten().collect::<Vec<Content>>());
    }
}

/// The services of other accounts, by account.
fn add_elsewhere(grid: &mut Grid, project: &Project<'_>, model: &Model) {
    let accounts = model.other_accounts();
    if accounts.is_empty() {
        return;
    }
    let lines: Vec<String> = accounts
        .iter()
        .map(|account| {
            let link = |service: &Service| format!("[{}]({})", service.name, project.console.dashboard(&project.names.dashboard(Some(&service.name))));
            format!("account {account}: {}", model.services_in(Some(account)).map(link).collect::<Vec<_>>().join(" · "))
        })
        .collect();
    let height = 2 + u32::try_from(lines.len()).unwrap_or(0);
    grid.text(height, format!("## In other accounts\nSign in to the account first.\n\n{}", lines.join("\n\n")));
}

fn rows(services: &[&Service], metric: ServiceMetric, statistic: &str) -> Vec<Row> {
    services.iter().filter_map(|service| Some(series::row(&built_in(service, metric, statistic)?, &service.name))).collect()
}

fn error_rates(services: &[&Service]) -> Vec<Row> {
    services
        .iter()
        .enumerate()
        .filter_map(|(number, service)| {
            let part = built_in(service, ServiceMetric::ServerErrors, "Sum")?;
            let whole = built_in(service, ServiceMetric::Requests, "Sum")?;
            Some(series::share(&part, &whole, &service.name, &number.to_string()))
        })
        .flatten()
        .collect()
}
