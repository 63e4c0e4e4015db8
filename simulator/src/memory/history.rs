//! Recent values of metrics, from the replay's store.

use std::{
    future::{Future, ready},
    sync::Arc,
};

use jiff::Timestamp;
use skywarden_core::{
    alarm::{QuerySource, Trigger, TriggerMetric},
    notify::{History, HistoryWindow},
    port::{Failure, MetricHistory, PortError, PortResult},
};

use crate::{
    alarm::{MathQuery, MetricStat, Query, Signal, Window},
    math::Expression,
    memory::MemoryClock,
    replay::SharedMetrics,
    statistics::MetricId,
};

/// `GetMetricData` in memory.
#[derive(Clone, Debug)]
pub struct MemoryHistory {
    metrics: SharedMetrics,
    clock: Arc<MemoryClock>,
}

impl MemoryHistory {
    /// The history of a store; every call takes the clock's time.
    pub const fn new(metrics: SharedMetrics, clock: Arc<MemoryClock>) -> Self {
        Self { metrics, clock }
    }

    fn read(&self, trigger: &Trigger, window: &HistoryWindow) -> PortResult<History> {
        let signal = signal(trigger, window.period_seconds)?;
        let periods = Window { start: window.start.as_second(), period: window.period_seconds, count: window.periods };
        let points = signal.datapoints(&self.metrics.lock(), periods).map_err(|error| refused(error.to_string()))?;
        let points = points.into_iter().flatten().filter_map(|point| Some((Timestamp::from_second(point.start).ok()?, point.value)));
        Ok(window.place(points))
    }
}

impl MetricHistory for MemoryHistory {
    fn recent(&self, trigger: &Trigger, window: &HistoryWindow) -> impl Future<Output = PortResult<History>> + Send {
        self.clock.spend_call();
        ready(self.read(trigger, window))
    }
}

fn signal(trigger: &Trigger, period_seconds: u32) -> PortResult<Signal> {
    if let Some(metric) = trigger.metric() {
        return Ok(Signal::Metric(stat(metric, period_seconds)?));
    }
    let queries = trigger.queries.iter().map(|query| {
        let source = match &query.source {
            QuerySource::Metric(metric) => Query::Metric(stat(metric, period_seconds)?),
            QuerySource::Expression(text) => Query::Expression(Expression::parse(text).map_err(|error| refused(error.to_string()))?),
        };
        Ok(MathQuery { id: query.id.clone(), label: query.label.clone(), query: source, returns: query.returns })
    });
    Ok(Signal::Math(queries.collect::<PortResult<_>>()?))
}

fn stat(metric: &TriggerMetric, period_seconds: u32) -> PortResult<MetricStat> {
    Ok(MetricStat {
        metric: MetricId::new(&metric.namespace, &metric.name, metric.dimensions.clone()),
        statistic: metric.statistic.parse().map_err(|_| refused(format!("`{}` is no statistic", metric.statistic)))?,
        period_seconds,
    })
}

fn refused(message: String) -> PortError {
    PortError { failure: Failure::Rejected, operation: "cloudwatch.GetMetricData", code: "ValidationError".to_owned(), message }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use serde_json::json;
    use skywarden_core::alarm::AlarmNotice;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn trigger(trigger: &serde_json::Value) -> Trigger {
        let text = json!({"AlarmName": "a", "NewStateValue": "ALARM", "StateChangeTime": "1970-01-01T00:20:00.000+0000", "Trigger": trigger}).to_string();
        AlarmNotice::parse(&text).unwrap().trigger.unwrap()
    }

    #[test]
    fn a_metric_and_an_expression_over_it_are_read_with_their_gaps() {
        let metrics = SharedMetrics::default();
        for (minute, value) in [(0, 2.0), (2, 4.0)] {
            metrics.lock().put(&MetricId::new("shop", "Errors", vec![]), minute * 60_000, value);
        }
        let history = MemoryHistory::new(metrics, Arc::new(MemoryClock::new(at(0))));
        let window = HistoryWindow { start: at(0), end: at(180), period_seconds: 60, periods: 3 };
        let plain = trigger(&json!({"Namespace": "shop", "MetricName": "Errors", "Statistic": "SUM", "Period": 60}));
        assert_eq!(block_on(history.recent(&plain, &window)).unwrap().values, [Some(2.0), None, Some(4.0)]);
        let metric = json!({"Metric": {"Namespace": "shop", "MetricName": "Errors", "Dimensions": []}, "Period": 60, "Stat": "Sum"});
        let math = trigger(&json!({"Period": 60, "Metrics": [
            {"Id": "e", "Expression": "FILL(m, 0) * 10", "ReturnData": true}, {"Id": "m", "MetricStat": metric, "ReturnData": false}]}));
        assert_eq!(block_on(history.recent(&math, &window)).unwrap().values, [Some(20.0), Some(0.0), Some(40.0)]);
        let unknown = trigger(&json!({"Period": 60, "Metrics": [{"Id": "e", "Expression": "SEARCH('x', 'Sum', 60)", "ReturnData": true}]}));
        assert!(block_on(history.recent(&unknown, &window)).is_err());
    }
}
