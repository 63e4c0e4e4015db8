//! `AWS::CloudWatch::LogAlarm`.

use serde_json::Value as Json;

use super::{ComparisonOperator, TreatMissingData, WarmUpConfiguration};
use crate::shape::shape;
use crate::{Expr, List, Number, Tag, Value};

shape! {
    /// `AWS::CloudWatch::LogAlarm`: on the results of a Logs Insights query that runs by a schedule. `Ref` is the name.
    pub struct LogAlarm {
        required {
            /// The query, how it becomes numbers, and when it runs.
            scheduled_query_configuration: Value<ScheduledQueryConfiguration>,
            /// How a number is compared; not with an anomaly band.
            comparison_operator: Value<ComparisonOperator>,
            /// With what.
            threshold: Value<Number>,
            /// Results looked at: N of "M of N", at most 100.
            query_results_to_evaluate: Value<u32>,
            /// Breaching results needed: M.
            query_results_to_alarm: Value<u32>,
        }
        optional {
            /// 1..=255 characters.
            alarm_name: Option<Expr>,
            /// At most 1,024 characters.
            alarm_description: Option<Expr>,
            /// Runs actions when true, as by default.
            actions_enabled: Option<Value<bool>>,
            /// ARNs to act on when it goes to ALARM, at most five.
            alarm_actions: List<Expr>,
            /// ARNs to act on when it goes to OK, at most five.
            #[serde(rename = "OKActions")]
            ok_actions: List<Expr>,
            /// ARNs to act on when it goes to `INSUFFICIENT_DATA`, at most five.
            insufficient_data_actions: List<Expr>,
            /// What a run without a result counts as; missing when absent.
            treat_missing_data: Option<Value<TreatMissingData>>,
            /// Lines of the log that its messages carry, at most 50; none when absent.
            action_log_line_count: Option<Value<u32>>,
            /// Role that reads those lines.
            action_log_line_role_arn: Option<Expr>,
            /// Quiet time after creation.
            warm_up_configuration: Option<Value<WarmUpConfiguration>>,
            /// Which tags actions carry, kept as read.
            action_configuration: Option<Json>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

shape! {
    /// The query of a log alarm.
    pub struct ScheduledQueryConfiguration {
        required {
            /// A query of Logs Insights, at most 10,000 characters.
            query_string: Expr,
            /// `count(*)`, `avg(latency) by host`: how its rows become one number, or one of each group.
            aggregation_expression: Expr,
            /// Role with which it runs.
            #[serde(rename = "ScheduledQueryRoleARN")]
            scheduled_query_role_arn: Expr,
            /// When it runs, and over what time.
            schedule_configuration: Value<ScheduleConfiguration>,
        }
        optional {
            /// Names or ARNs of log groups, at most 50.
            log_group_identifiers: List<Expr>,
            /// Tags of the scheduled query.
            tags: List<Tag>,
        }
    }
}

shape! {
    /// When the query of a log alarm runs, and over what time.
    pub struct ScheduleConfiguration {
        required {
            /// `rate(5 minutes)`.
            schedule_expression: Expr,
            /// Seconds before the run at which its time begins, at most 30 days.
            start_time_offset: Value<u32>,
        }
        optional {
            /// Seconds before the run at which its time ends, less than the start; 0 when absent.
            end_time_offset: Option<Value<u32>>,
        }
    }
}
