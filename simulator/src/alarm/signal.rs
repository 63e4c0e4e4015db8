//! What an alarm looks at: one statistic of one metric, or a metric-math expression over several.

use std::collections::BTreeMap;

use crate::{
    alarm::Window,
    math::{Expression, Grid, MathError},
    statistics::{Datapoint, MetricId, MetricStore, Statistic},
};

/// What an alarm looks at.
#[derive(Clone, Debug)]
pub enum Signal {
    /// One statistic of one metric.
    Metric(MetricStat),
    /// Several queries, one of which gives the value.
    Math(Vec<MathQuery>),
}

/// One statistic of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricStat {
    /// The metric.
    pub metric: MetricId,
    /// The statistic.
    pub statistic: Statistic,
    /// Period in seconds.
    pub period_seconds: u32,
}

/// One entry of a metric-math alarm.
#[derive(Clone, Debug)]
pub struct MathQuery {
    /// Name in expressions.
    pub id: String,
    /// Label, empty when there is none.
    pub label: String,
    /// What it computes.
    pub query: Query,
    /// Whether this is the value that is compared.
    pub returns: bool,
}

/// What a query computes.
#[derive(Clone, Debug)]
pub enum Query {
    /// A metric.
    Metric(MetricStat),
    /// An expression over earlier or later queries.
    Expression(Expression),
}

impl Signal {
    /// The values of a window, oldest first.
    ///
    /// # Errors
    /// A [`MathError`] when an expression cannot be computed; [`Signal::check`] finds those that do not depend on data beforehand.
    pub fn datapoints(&self, store: &MetricStore, window: Window) -> Result<Vec<Option<Datapoint>>, MathError> {
        match self {
            Self::Metric(stat) => Ok(stat.datapoints(store, window)),
            Self::Math(queries) => math_datapoints(queries, store, window),
        }
    }

    /// Computes the signal once over no data, so that an unknown id or function is found before a replay starts.
    ///
    /// # Errors
    /// The [`MathError`] of the first expression that cannot be computed.
    pub fn check(&self) -> Result<(), MathError> {
        let window = Window { start: 0, period: 60, count: 1 };
        self.datapoints(&MetricStore::default(), window).map(|_| ())
    }

    /// Metrics it reads, in the order they are named.
    pub fn metrics(&self) -> Vec<&MetricStat> {
        match self {
            Self::Metric(stat) => vec![stat],
            Self::Math(queries) => queries
                .iter()
                .filter_map(|query| match &query.query {
                    Query::Metric(stat) => Some(stat),
                    Query::Expression(_) => None,
                })
                .collect(),
        }
    }
}

impl MetricStat {
    fn datapoints(&self, store: &MetricStore, window: Window) -> Vec<Option<Datapoint>> {
        store
            .series(&self.metric)
            .map_or_else(|| (0..window.count).map(|_| None).collect(), |series| series.datapoints(self.statistic, window.start, window.period, window.count))
    }
}

fn math_datapoints(queries: &[MathQuery], store: &MetricStore, window: Window) -> Result<Vec<Option<Datapoint>>, MathError> {
    let mut metrics = BTreeMap::new();
    let mut expressions = BTreeMap::new();
    for query in queries {
        match &query.query {
            Query::Metric(stat) => {
                let points = stat.datapoints(store, window);
                metrics.insert(query.id.as_str(), points.into_iter().map(|point| point.map(|point| point.value)).collect());
            }
            Query::Expression(expression) => {
                expressions.insert(query.id.as_str(), expression);
            }
        }
    }
    let grid = Grid { start: window.start, period: window.period, count: window.count, metrics, expressions };
    let returned = queries.iter().find(|query| query.returns).ok_or_else(MathError::nothing_returned)?;
    let values = grid.series(&returned.id)?;
    let starts = (0..i64::from(window.count)).map(|index| window.start + index * i64::from(window.period));
    let points = starts.zip(values).map(|(start, value)| value.map(|value| Datapoint { start, value, samples: f64::INFINITY }));
    Ok(points.collect())
}
