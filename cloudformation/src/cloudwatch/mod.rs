//! `AWS::CloudWatch::*`: alarms, composite alarms, log alarms, mute rules and dashboards.

mod alarm;
mod alarm_mute_rule;
mod composite_alarm;
mod dashboard;
mod log_alarm;
mod mute_schedule;

pub use alarm::{Alarm, ComparisonOperator, Dimension, LowSamplePercentile, Metric, MetricDataQuery, MetricStat, TreatMissingData, WarmUpConfiguration};
pub use alarm_mute_rule::{AlarmMuteRule, MuteRule, MuteSchedule, MuteTargets};
pub use composite_alarm::CompositeAlarm;
pub use dashboard::Dashboard;
pub use log_alarm::{LogAlarm, ScheduleConfiguration, ScheduledQueryConfiguration};
pub use mute_schedule::{Cron, MuteExpression, MuteMoment, mute_minutes};
