//! Rows and graphs of metrics, as both kinds of dashboard use them.

use skywarden_cloudformation::dashboard::{Annotations, Axes, Axis, Content, HorizontalLine, Legend, LegendPosition, MetricWidget, Render, Row, Side};

use super::REGION;
use crate::{
    emit::drain::{self, Drain},
    model::{Alarm, Comparison, Condition, MetricStatistic, Signal},
};

/// Red of what went wrong.
pub(super) const RED: &str = "#d62728";

/// A graph: its rows and what is drawn around them.
#[derive(Debug, Default)]
pub(super) struct Graph {
    title: String,
    period_seconds: u32,
    rows: Vec<Row>,
    unit: Option<&'static str>,
    limits: Vec<HorizontalLine>,
}

impl Graph {
    /// A graph without rows yet.
    pub(super) fn new(title: impl Into<String>, period_seconds: u32) -> Self {
        Self { title: title.into(), period_seconds, ..Self::default() }
    }

    /// Names the left axis.
    pub(super) fn unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    /// Draws the threshold of an alarm, when there is one and it has one.
    pub(super) fn limit(mut self, alarm: Option<&Alarm>) -> Self {
        self.limits.extend(alarm.and_then(|alarm| {
            let Condition::Threshold { comparison, value } = alarm.condition else { return None };
            let word = match comparison {
                Comparison::Above | Comparison::AtLeast => "alarm above",
                Comparison::Below | Comparison::AtMost => "alarm below",
            };
            Some(HorizontalLine { label: Some(format!("{word} {value}")), color: Some(RED.to_owned()), ..HorizontalLine::new(value) })
        }));
        self
    }

    /// Adds rows.
    pub(super) fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// The widget; none when there is no row, since what has no data source is not drawn.
    pub(super) fn content(self) -> Option<Content> {
        if self.rows.is_empty() {
            return None;
        }
        let left = Axis { label: self.unit.map(str::to_owned), min: Some(0.into()), show_units: self.unit.map(|_| false), ..Axis::default() };
        let axes = Axes { left: Some(left), ..Axes::default() };
        let annotations =
            (!self.limits.is_empty()).then(|| Annotations { horizontal: self.limits.into_iter().map(Into::into).collect(), ..Annotations::default() });
        let widget = MetricWidget {
            title: Some(self.title),
            metrics: self.rows,
            period: Some(self.period_seconds),
            legend: Some(Legend::new(LegendPosition::Bottom)),
            y_axis: Some(axes),
            annotations,
            ..MetricWidget::new(REGION)
        };
        Some(widget.into())
    }
}

/// A statistic of a metric as a row, with a name on the graph.
pub(super) fn row(metric: &MetricStatistic, label: &str) -> Row {
    with(metric, Render { label: Some(label.to_owned()), ..Render::default() })
}

/// The same in red.
pub(super) fn red_row(metric: &MetricStatistic, label: &str) -> Row {
    with(metric, Render { label: Some(label.to_owned()), color: Some(RED.to_owned()), ..Render::default() })
}

/// `100 * part / whole`: two hidden rows and the expression. Ids have the given suffix, so that several shares fit one graph.
pub(super) fn share(part: &MetricStatistic, whole: &MetricStatistic, label: &str, suffix: &str) -> [Row; 3] {
    let expression = Row::expression(format!("100 * FILL(part{suffix}, 0) / whole{suffix}")).with(Render {
        id: Some(format!("rate{suffix}")),
        label: Some(label.to_owned()),
        ..Render::default()
    });
    [expression, hidden(part, &format!("part{suffix}")), hidden(whole, &format!("whole{suffix}"))]
}

/// The seconds until a queue is empty, computed as its alarm computes them.
pub(super) fn drain(drain: &Drain<'_>, period_seconds: u32) -> [Row; 6] {
    let math = |expression: String, id: &str, render: Render| Row::expression(expression).with(Render { id: Some(id.to_owned()), ..render });
    let shown = Render { label: Some("until it is empty".to_owned()), ..Render::default() };
    let unseen = Render { visible: Some(false), ..Render::default() };
    [
        math(drain::seconds(period_seconds), drain::SECONDS, shown),
        math(drain::shorter(), drain::SHORTER, unseen.clone()),
        math(drain::done(), drain::DONE, unseen),
        hidden(drain.visible, drain::VISIBLE),
        hidden(drain.sent, drain::SENT),
        hidden(drain.deleted, drain::DELETED),
    ]
}

/// A statistic of a metric that is only computed with, under an id.
pub(super) fn hidden(metric: &MetricStatistic, id: &str) -> Row {
    with(metric, Render { id: Some(id.to_owned()), visible: Some(false), ..Render::default() })
}

/// Every series of a metric with these dimensions, whatever their values.
pub(super) fn search(namespace: &str, name: &str, dimensions: &[&str], statistic: &str, period_seconds: u32) -> Row {
    let schema: Vec<_> = std::iter::once(namespace).chain(dimensions.iter().copied()).map(quoted).collect();
    let expression = format!("SEARCH('{{{}}} MetricName={}', '{statistic}', {period_seconds})", schema.join(","), quoted(name));
    let label: Vec<_> = dimensions.iter().map(|dimension| format!("${{PROP('Dim.{dimension}')}}")).collect();
    Row::expression(expression).with(Render { label: Some(label.join(" ")), ..Render::default() })
}

/// A row on the right axis.
pub(super) fn on_the_right(mut row: Row) -> Row {
    row.render.y_axis = Some(Side::Right);
    row
}

/// Whether an alarm watches one of these statistics of a metric over the same period, so that its threshold means something on the graph.
pub(super) fn watches(alarm: &Alarm, metric: &str, statistics: &[&str], period_seconds: u32) -> bool {
    let seen = |signal: &MetricStatistic| signal.name == metric && statistics.contains(&signal.statistic.as_str());
    alarm.period_seconds == period_seconds && matches!(&alarm.signal, Signal::Metric(signal) | Signal::Filled(signal) if seen(signal))
}

fn with(metric: &MetricStatistic, render: Render) -> Row {
    let render = Render { stat: Some(metric.statistic.clone()), ..render };
    Row::metric(metric.namespace.as_str(), metric.name.as_str(), metric.dimensions.iter().map(|(key, value)| (key.as_str(), value.as_str()))).with(render)
}

/// An exact term of a search expression (metric search syntax: double quotes, with a backslash before `"` and `\`).
fn quoted(term: &str) -> String {
    let mut out = String::with_capacity(term.len() + 2);
    out.push('"');
    for c in term.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_names_namespace_dimensions_and_metric_exactly() {
        let row = search("shop/prod/checkout", "OrderValue", &["Currency"], "Sum", 300);
        assert_eq!(
            serde_json::to_string(&row).unwrap(),
            r#"[{"expression":"SEARCH('{\"shop/prod/checkout\",\"Currency\"} MetricName=\"OrderValue\"', 'Sum', 300)","label":"${PROP('Dim.Currency')}"}]"#
        );
    }

    #[test]
    fn a_graph_without_rows_is_not_drawn() {
        assert!(Graph::new("nothing", 60).unit("ms").content().is_none());
    }
}
