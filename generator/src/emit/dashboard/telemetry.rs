//! Rows of a service's dashboard that only the telemetry library has numbers for.

use skywarden_cloudformation::dashboard::Content;
use skywarden_core::{
    metric::name::{LEVEL, ServiceMetric},
    schema::Level,
};

use super::{
    grid::Grid,
    series::{self, Graph},
    service::{PERIOD_SECONDS, built_in},
};
use crate::model::{MetricStatistic, Service};

/// Adds what the library counts beside requests and failures; nothing for a service without it.
pub(super) fn add(grid: &mut Grid, service: &Service) {
    grid.row(6, [in_flight(service), sizes(service), cold_starts(service)].into_iter().flatten().collect());
    grid.row(6, [log_events(service), dropped_events(service)].into_iter().flatten().collect());
}

fn in_flight(service: &Service) -> Option<Content> {
    let row = built_in(service, ServiceMetric::RequestsInFlight, "Maximum").map(|metric| series::row(&metric, "at the same time"));
    Graph::new("Requests in flight", PERIOD_SECONDS).rows(row).content()
}

fn sizes(service: &Service) -> Option<Content> {
    let rows = [(ServiceMetric::RequestBytes, "requests"), (ServiceMetric::ResponseBytes, "responses")];
    let rows = rows.into_iter().filter_map(|(metric, label)| Some(series::row(&built_in(service, metric, "Sum")?, label)));
    Graph::new("Bytes in and out", PERIOD_SECONDS).unit("bytes per minute").rows(rows).content()
}

fn cold_starts(service: &Service) -> Option<Content> {
    let row = built_in(service, ServiceMetric::ColdStarts, "Sum").map(|metric| series::row(&metric, "cold starts"));
    Graph::new("Cold starts", PERIOD_SECONDS).unit("per minute").rows(row).content()
}

/// One row a level, the worst first: their words are known, so nothing has to be searched for.
fn log_events(service: &Service) -> Option<Content> {
    let metric = built_in(service, ServiceMetric::LogEvents, "Sum")?;
    let rows = Level::ALL.into_iter().rev().map(|level| {
        let of_level = MetricStatistic { dimensions: vec![(LEVEL.to_owned(), level.as_str().to_owned())], ..metric.clone() };
        if level == Level::Error { series::red_row(&of_level, level.as_str()) } else { series::row(&of_level, level.as_str()) }
    });
    Graph::new("Log lines by level", PERIOD_SECONDS).unit("per minute").rows(rows).content()
}

fn dropped_events(service: &Service) -> Option<Content> {
    let row = built_in(service, ServiceMetric::DroppedEvents, "Sum").map(|metric| series::red_row(&metric, "lost lines"));
    Graph::new("Lost log lines", PERIOD_SECONDS).unit("per minute").rows(row).content()
}
