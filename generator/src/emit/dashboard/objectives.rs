//! Error budgets: how much is left, how it went, and how fast it is being spent.
//!
//! Sums of events give the same share whatever the period they are drawn by. A budget of periods is drawn by the objective's own period as long as CloudWatch
//! keeps data of it, else by the shortest it keeps; the expressions count in `PERIOD`, so that they hold for whatever period the console draws.

use std::collections::BTreeSet;

use skywarden_cloudformation::dashboard::{Annotations, Axes, Axis, Content, Fill, HorizontalLine, Legend, LegendPosition, MetricWidget, Render, Row, View};

use super::{
    REGION,
    grid::Grid,
    series::{self, RED},
};
use crate::{
    emit::alarm::bad,
    model::{Comparison, Indicator, Objective, Service, objective::length},
};

/// Objectives on the overview, on all of its dashboards together: with their alarms each takes half a kilobyte of a template that has one megabyte, most of
/// which a thousand services need for the rest.
const OBJECTIVES_ON_OVERVIEW: usize = 100;

/// Objectives in one widget: more numbers cannot be read.
const OBJECTIVES_PER_WIDGET: usize = 24;
const OBJECTIVES_PER_LINE: usize = 6;

/// Days for which CloudWatch keeps data by periods of at least so many seconds (docs: `GetMetricStatistics`, retention).
const KEPT: [(u32, u32); 3] = [(15, 60), (63, 300), (455, 3_600)];

/// Points of a line over the whole window: one for every hour of a month.
const POINTS: u32 = 720;

const DAY_SECONDS: u32 = 86_400;

/// Adds a row for every objective of a service.
pub(super) fn add(grid: &mut Grid, service: &Service) {
    for objective in &service.objectives {
        grid.row(6, vec![left(objective), course(objective), spending(objective)]);
    }
}

/// The services whose budgets are on the overview: the first ones, as long as there is room.
pub(super) fn on_overview<'a>(services: &[&'a Service]) -> BTreeSet<&'a str> {
    let mut count = 0;
    let fits = services.iter().take_while(|service| {
        count += service.objectives.len();
        count <= OBJECTIVES_ON_OVERVIEW
    });
    fits.map(|service| service.name.as_str()).collect()
}

/// Adds what is left of the budgets of several services, of those for which there is room.
pub(super) fn add_all(grid: &mut Grid, services: &[&Service], on_overview: &BTreeSet<&str>) {
    let (shown, others): (Vec<&Service>, Vec<&Service>) = services.iter().partition(|service| on_overview.contains(service.name.as_str()));
    let shown: Vec<(&Service, &Objective)> = shown.iter().flat_map(|service| service.objectives.iter().map(move |objective| (*service, objective))).collect();
    // A widget has one time range, and one way to look at it.
    let mut kinds: Vec<(u32, bool)> = shown.iter().map(|(_, objective)| (objective.window_days, by_events(objective))).collect();
    kinds.sort_unstable_by_key(|(days, events)| (*days, !events));
    kinds.dedup();
    for (days, events) in kinds {
        let of_kind: Vec<_> = shown.iter().filter(|(_, objective)| (objective.window_days, by_events(objective)) == (days, events)).collect();
        for chunk in of_kind.chunks(OBJECTIVES_PER_WIDGET) {
            let rows = chunk
                .iter()
                .enumerate()
                .flat_map(|(number, (service, objective))| left_rows(objective, &format!("{} {}", service.name, objective.name), &number.to_string()));
            let title = format!("Error budgets left, % of {}", length(days * 1_440));
            let lines = u32::try_from(chunk.len().div_ceil(OBJECTIVES_PER_LINE)).unwrap_or(1);
            grid.row(1 + 2 * lines, vec![number(title, rows.collect(), days, events)]);
        }
    }
    let more: usize = others.iter().map(|service| service.objectives.len()).sum();
    if more > 0 {
        grid.text(1, format!("{more} further error budgets are on the dashboards of their services."));
    }
}

const fn by_events(objective: &Objective) -> bool {
    matches!(objective.indicator, Indicator::Events { .. })
}

/// The start of a time range that is the window.
fn start(days: u32) -> String {
    format!("-P{days}D")
}

/// The period to draw a window of periods by.
fn drawn_period(window_days: u32, period_seconds: u32) -> u32 {
    let kept = KEPT.iter().find(|(days, _)| window_days <= *days).map_or(DAY_SECONDS, |(_, period)| *period);
    kept.max(period_seconds)
}

/// The number that is left.
fn left(objective: &Objective) -> Content {
    let title = format!("{}: error budget left, % of {}", objective.name, length(objective.window_days * 1_440));
    number(title, left_rows(objective, "budget left", ""), objective.window_days, by_events(objective))
}

/// Numbers over a window. Sums are added up over all of it at once; periods one by one, and the number is the last of their course.
fn number(title: String, rows: Vec<Row>, days: u32, events: bool) -> Content {
    let widget = MetricWidget {
        title: Some(title),
        view: Some(View::SingleValue),
        metrics: rows,
        start: Some(start(days)),
        period: events.then_some(days * DAY_SECONDS),
        set_period_to_time_range: events.then_some(true),
        ..MetricWidget::new(REGION)
    };
    widget.into()
}

/// What is left of a budget, in percent of it; `suffix` keeps the ids of several apart.
fn left_rows(objective: &Objective, label: &str, suffix: &str) -> Vec<Row> {
    let budget = objective.target.budget_percent();
    match &objective.indicator {
        Indicator::Events { counted, counts, whole, .. } => {
            let (part, all) = (format!("part{suffix}"), format!("whole{suffix}"));
            // Share of bad events in percent of the budget; a share of nothing is not drawn.
            let expression = format!("100 - 100 * (100 * {} / {all}) / {budget}", bad(*counts, &part, &all));
            vec![shown(expression, label, &format!("left{suffix}"), None), series::hidden(counted, &part), series::hidden(whole, &all)]
        }
        Indicator::Periods { metric, period_seconds, .. } => {
            let id = format!("value{suffix}");
            let period = drawn_period(objective.window_days, *period_seconds);
            let left = shown(periods_left(objective, &id), label, &format!("left{suffix}"), None);
            vec![of_period(left, period), of_period(series::hidden(metric, &id), period)]
        }
    }
}

/// The course of what is left, when all of it was there at the start of the window.
fn course(objective: &Objective) -> Content {
    let rows = match &objective.indicator {
        Indicator::Events { counted, counts, whole, .. } => {
            let budget = objective.target.budget_percent();
            let expression = format!("100 - 100 * (100 * RUNNING_SUM({}) / SUM(whole)) / {budget}", bad(*counts, "part", "whole"));
            let period = (objective.window_days * DAY_SECONDS / POINTS).div_ceil(3_600) * 3_600;
            [shown(expression, "budget left", "left", None), series::hidden(counted, "part"), series::hidden(whole, "whole")]
                .map(|row| of_period(row, period))
                .into()
        }
        Indicator::Periods { .. } => left_rows(objective, "budget left", ""),
    };
    let empty = HorizontalLine { label: Some("nothing left".to_owned()), color: Some(RED.to_owned()), fill: Some(Fill::Below), ..HorizontalLine::new(0.0) };
    let title = match objective.indicator {
        Indicator::Periods { period_seconds, .. } if drawn_period(objective.window_days, period_seconds) > period_seconds => {
            // Once coarser, a long period is bad for one short bad one in it.
            format!("Course of the budget, by periods of {}", length(drawn_period(objective.window_days, period_seconds) / 60))
        }
        _ => "Course of the budget".to_owned(),
    };
    graph(title, rows, vec![empty], Some(start(objective.window_days)), Some(100.0))
}

/// Percent left after each period, counted from the start of the graph.
fn periods_left(objective: &Objective, id: &str) -> String {
    let Indicator::Periods { bad, threshold, .. } = &objective.indicator else { return String::new() };
    let seconds = f64::from(objective.window_days * DAY_SECONDS) * f64::from(objective.target.budget_of_million()) / 1_000_000.0;
    format!("100 - 100 * RUNNING_SUM(IF({id} {} {threshold}, 1, 0)) * PERIOD({id}) / {seconds}", sign(*bad))
}

const fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Above => ">",
        Comparison::AtLeast => ">=",
        Comparison::Below => "<",
        Comparison::AtMost => "<=",
    }
}

/// How much is bad at the moment, beside what the budget allows and what is told of.
fn spending(objective: &Objective) -> Content {
    match &objective.indicator {
        Indicator::Events { counted, counts, whole, .. } => {
            let first = objective.burns.first().and_then(|burn| burn.pairs.first());
            let seconds = first.map_or(3_600, |pair| pair.long.minutes * 60);
            let expression = format!("100 * {} / whole", bad(*counts, "part", "whole"));
            let rows = [shown(expression, "bad, %", "rate", Some(RED)), series::hidden(counted, "part"), series::hidden(whole, "whole")];
            let budget = HorizontalLine { label: Some("budget".to_owned()), ..HorizontalLine::new(objective.target.budget_percent()) };
            let told = first.map(|pair| {
                let percent = pair.bad_percent(objective.target, objective.window_days);
                HorizontalLine { label: Some(format!("{} burn", pair.speed.as_str())), color: Some(RED.to_owned()), ..HorizontalLine::new(percent) }
            });
            let title = format!("Bad share ({})", length(seconds / 60));
            graph(title, rows.map(|row| of_period(row, seconds)).into(), [budget].into_iter().chain(told).collect(), None, None)
        }
        Indicator::Periods { metric, threshold, period_seconds, .. } => {
            let row = of_period(series::row(metric, &format!("{} of {}", metric.statistic, metric.name)), *period_seconds);
            let good = HorizontalLine { label: Some("good up to here".to_owned()), color: Some(RED.to_owned()), ..HorizontalLine::new(*threshold) };
            let good = match &objective.indicator {
                Indicator::Periods { bad: Comparison::Below | Comparison::AtMost, .. } => HorizontalLine { label: Some("good from here".to_owned()), ..good },
                _ => good,
            };
            graph(format!("{} ({})", metric.name, length(*period_seconds / 60)), vec![row], vec![good], None, None)
        }
    }
}

fn graph(title: String, rows: Vec<Row>, lines: Vec<HorizontalLine>, start: Option<String>, max: Option<f64>) -> Content {
    let left = Axis { max: max.map(Into::into), show_units: Some(false), ..Axis::default() };
    let widget = MetricWidget {
        title: Some(title),
        metrics: rows,
        start,
        legend: Some(Legend::new(LegendPosition::Bottom)),
        y_axis: Some(Axes { left: Some(left), ..Axes::default() }),
        annotations: Some(Annotations { horizontal: lines.into_iter().map(Into::into).collect(), ..Annotations::default() }),
        ..MetricWidget::new(REGION)
    };
    widget.into()
}

fn shown(expression: String, label: &str, id: &str, color: Option<&str>) -> Row {
    Row::expression(expression).with(Render { id: Some(id.to_owned()), label: Some(label.to_owned()), color: color.map(str::to_owned), ..Render::default() })
}

fn of_period(mut row: Row, seconds: u32) -> Row {
    row.render.period = Some(seconds);
    row
}
