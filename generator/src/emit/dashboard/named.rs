//! Graphs of what the alarms of the config's `alarms:` list look at.

use skywarden_cloudformation::dashboard::{Content, LogWidget};

use super::{
    REGION,
    grid::Grid,
    series::{self, Graph},
};
use crate::{
    emit::drain::Drain,
    model::{Alarm, AlarmKind, Signal},
};

/// Graphs side by side.
const PER_ROW: u32 = 3;

/// Adds a graph for each of the alarms that the config lists by name, with its threshold.
pub(super) fn add(grid: &mut Grid, alarms: &[Alarm]) {
    let graphs = alarms.iter().filter(|alarm| matches!(alarm.kind, AlarmKind::Named(_))).filter_map(graph);
    grid.rows(6, PER_ROW, graphs.collect());
}

fn graph(alarm: &Alarm) -> Option<Content> {
    let graph = Graph::new(alarm.title.as_str(), alarm.period_seconds).limit(Some(alarm));
    let graph = match &alarm.signal {
        Signal::Metric(metric) | Signal::Filled(metric) => graph.rows([series::row(metric, &metric.statistic)]),
        Signal::Percentage { part, whole, .. } => graph.unit("%").rows(series::share(part, whole, "share", "")),
        // Of objectives alone, which have graphs of their own.
        Signal::BadShare { .. } => return None,
        Signal::Drain { visible, sent, deleted } => graph.unit("seconds").rows(series::drain(&Drain { visible, sent, deleted }, alarm.period_seconds)),
        Signal::Query(query) => {
            let text = format!("SOURCE '{}' | {}", query.log_group, query.whole());
            return Some(LogWidget { title: Some(alarm.title.clone()), ..LogWidget::new(REGION, text) }.into());
        }
    };
    graph.content()
}
