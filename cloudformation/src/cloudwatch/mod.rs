//! `AWS::CloudWatch::*`: alarms, composite alarms and dashboards.

mod alarm;
mod composite_alarm;
mod dashboard;

pub use alarm::{Alarm, ComparisonOperator, Dimension, LowSamplePercentile, Metric, MetricDataQuery, MetricStat, TreatMissingData, WarmUpConfiguration};
pub use composite_alarm::CompositeAlarm;
pub use dashboard::Dashboard;
