//! Objectives of Application Signals: the model's words -> `AWS::ApplicationSignals::ServiceLevelObjective`.
//!
//! Without burn rates: each would be billed, and the alarms of the objective look at them already.

use skywarden_cloudformation::{
    List, Resource, Tag,
    application_signals::{
        DurationUnit, Goal, Interval, MonitoredRequestCountMetric, RequestBasedSli, RequestBasedSliMetric, RollingInterval, ServiceLevelObjective, Sli,
        SliComparison, SliMetric,
    },
    cloudwatch::MetricDataQuery,
};

use super::{alarm, ids};
use crate::model::{Comparison, Counts, Indicator, MetricStatistic, Objective};

/// Seconds by which requests are counted: the shortest that metrics of a log have.
const REQUEST_PERIOD_SECONDS: u32 = 60;

/// Logical id of an objective in its stack.
pub(super) fn logical_id(objective: &Objective) -> String {
    ids::of_kebab("Objective", &objective.name)
}

/// One objective under a name.
pub(super) fn resource(name: String, objective: &Objective, tags: List<Tag>) -> Resource {
    let rolling = RollingInterval::new(DurationUnit::Day, objective.window_days);
    let goal = Goal {
        attainment_goal: Some(objective.target.percent().into()),
        interval: Some(Interval { rolling_interval: Some(rolling.into()), ..Interval::default() }.into()),
        ..Goal::default()
    };
    let mut properties = ServiceLevelObjective {
        description: Some(format!("{} {}", objective.target_words(), objective.good).into()),
        goal: Some(goal.into()),
        tags,
        ..ServiceLevelObjective::new(name)
    };
    match &objective.indicator {
        Indicator::Events { counted, counts, whole, .. } => {
            let part = vec![only(counted, REQUEST_PERIOD_SECONDS)].into();
            let monitored = match counts {
                Counts::Good => MonitoredRequestCountMetric { good_count_metric: part, ..MonitoredRequestCountMetric::default() },
                Counts::Bad => MonitoredRequestCountMetric { bad_count_metric: part, ..MonitoredRequestCountMetric::default() },
            };
            let metric = RequestBasedSliMetric {
                total_request_count_metric: vec![only(whole, REQUEST_PERIOD_SECONDS)].into(),
                monitored_request_count_metric: Some(monitored.into()),
                ..RequestBasedSliMetric::default()
            };
            properties.request_based_sli = Some(RequestBasedSli::new(metric).into());
        }
        Indicator::Periods { metric, bad, threshold, period_seconds, .. } => {
            let looked_at = SliMetric {
                metric_data_queries: vec![only(metric, *period_seconds)].into(),
                period_seconds: Some((*period_seconds).into()),
                ..SliMetric::default()
            };
            properties.sli = Some(Sli::new(good(*bad), *threshold, looked_at).into());
        }
    }
    Resource::new(properties)
}

/// A metric as the one query that returns data.
fn only(metric: &MetricStatistic, period_seconds: u32) -> MetricDataQuery {
    MetricDataQuery { return_data: Some(true.into()), ..alarm::query("value", metric, period_seconds) }
}

/// The good side, where the model has the bad one.
const fn good(bad: Comparison) -> SliComparison {
    match bad {
        Comparison::Above => SliComparison::LessThanOrEqualTo,
        Comparison::AtLeast => SliComparison::LessThan,
        Comparison::Below => SliComparison::GreaterThanOrEqualTo,
        Comparison::AtMost => SliComparison::GreaterThan,
    }
}
