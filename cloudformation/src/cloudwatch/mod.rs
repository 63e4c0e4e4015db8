//! `AWS::CloudWatch::*`: alarms, composite alarms, log alarms and dashboards.

mod alarm;
mod composite_alarm;
mod dashboard;
mod log_alarm;

pub use alarm::{Alarm, ComparisonOperator, Dimension, LowSamplePercentile, Metric, MetricDataQuery, MetricStat, TreatMissingData, WarmUpConfiguration};
pub use composite_alarm::CompositeAlarm;
pub use dashboard::Dashboard;
pub use log_alarm::{LogAlarm, ScheduleConfiguration, ScheduledQueryConfiguration};
