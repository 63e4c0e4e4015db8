//! `AWS::CloudWatch::Alarm`.

use serde_json::Value as Json;

use crate::shape::{shape, words};
use crate::{Expr, List, Number, Tag, Value};

shape! {
    /// `AWS::CloudWatch::Alarm`: on one metric, or on metric math through [`Alarm::metrics`]. `Ref` is the name.
    pub struct Alarm {
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
            /// Namespace of the single metric.
            namespace: Option<Expr>,
            /// Name of the single metric.
            metric_name: Option<Expr>,
            /// Dimensions of the single metric, at most 30.
            dimensions: List<Dimension>,
            /// `SampleCount`, `Average`, `Sum`, `Minimum` or `Maximum`.
            statistic: Option<Expr>,
            /// `p99`, `tm90`, `PR(0:100)`, …; instead of [`Alarm::statistic`].
            extended_statistic: Option<Expr>,
            /// Seconds: 10, 20, 30 or a multiple of 60.
            period: Option<Value<u32>>,
            /// A `CloudWatch` unit; only samples with it count.
            unit: Option<Expr>,
            /// Metrics and expressions, at most ten metrics; exactly one returns data.
            metrics: List<MetricDataQuery>,
            /// How a datapoint is compared.
            comparison_operator: Option<Value<ComparisonOperator>>,
            /// With what.
            threshold: Option<Value<Number>>,
            /// With the anomaly band of this query id instead.
            threshold_metric_id: Option<Expr>,
            /// Periods looked at: N of "M of N".
            evaluation_periods: Option<Value<u32>>,
            /// Breaching periods needed: M; N when absent.
            datapoints_to_alarm: Option<Value<u32>>,
            /// What a period without data counts as; missing when absent.
            treat_missing_data: Option<Value<TreatMissingData>>,
            /// Whether percentiles of few samples count.
            evaluate_low_sample_count_percentile: Option<Value<LowSamplePercentile>>,
            /// `PromQL` criteria, kept as read.
            evaluation_criteria: Option<Json>,
            /// Seconds between `PromQL` evaluations.
            evaluation_interval: Option<Value<u32>>,
            /// Sliding or wall-clock, kept as read.
            evaluation_window: Option<Json>,
            /// Quiet time after creation.
            warm_up_configuration: Option<Value<WarmUpConfiguration>>,
            /// Which tags actions carry, kept as read.
            action_configuration: Option<Json>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

words! {
    /// How a datapoint is compared with the threshold.
    pub enum ComparisonOperator {
        /// `>=`
        GreaterThanOrEqualToThreshold = "GreaterThanOrEqualToThreshold",
        /// `>`
        GreaterThanThreshold = "GreaterThanThreshold",
        /// `<`
        LessThanThreshold = "LessThanThreshold",
        /// `<=`
        LessThanOrEqualToThreshold = "LessThanOrEqualToThreshold",
        /// Outside the anomaly band.
        LessThanLowerOrGreaterThanUpperThreshold = "LessThanLowerOrGreaterThanUpperThreshold",
        /// Below the anomaly band.
        LessThanLowerThreshold = "LessThanLowerThreshold",
        /// Above the anomaly band.
        GreaterThanUpperThreshold = "GreaterThanUpperThreshold",
    }
}

words! {
    /// What a period without data counts as.
    pub enum TreatMissingData {
        /// Bad.
        Breaching = "breaching",
        /// Good.
        NotBreaching = "notBreaching",
        /// Nothing: the state stays.
        Ignore = "ignore",
        /// Nothing: too much of it is `INSUFFICIENT_DATA`. The default.
        Missing = "missing",
    }
}

words! {
    /// Whether percentiles of few samples count.
    pub enum LowSamplePercentile {
        /// They do: the default.
        Evaluate = "evaluate",
        /// They leave the state as it is.
        Ignore = "ignore",
    }
}

shape! {
    /// Quiet time after an alarm's creation: no actions, once.
    pub struct WarmUpConfiguration {
        required {
            /// 1..=2,880.
            warm_up_period_duration_in_minutes: Value<u32>,
        }
        optional {
            /// Whether it is `INSUFFICIENT_DATA` until then; else it is evaluated and only does not act.
            only_start_evaluating_after_warm_up_period_ends: Option<Value<bool>>,
        }
    }
}

shape! {
    /// A dimension of a metric.
    pub struct Dimension {
        required {
            /// 1..=255 characters.
            name: Expr,
            /// 1..=1,024 characters.
            value: Expr,
        }
        optional {
        }
    }
}

shape! {
    /// One metric or expression of a math alarm.
    pub struct MetricDataQuery {
        required {
            /// Lower-case letter first; unique in the alarm.
            id: Expr,
        }
        optional {
            /// Metric math or a Metrics Insights query; instead of [`MetricDataQuery::metric_stat`].
            expression: Option<Expr>,
            /// A metric and how it is aggregated.
            metric_stat: Option<Value<MetricStat>>,
            /// Name on graphs.
            label: Option<Expr>,
            /// Seconds, for expressions.
            period: Option<Value<u32>>,
            /// True, as by default, for the one query the alarm watches.
            return_data: Option<Value<bool>>,
            /// Account of the metric.
            account_id: Option<Expr>,
        }
    }
}

shape! {
    /// A metric and how it is aggregated.
    pub struct MetricStat {
        required {
            /// The metric.
            metric: Value<Metric>,
            /// Seconds: 10, 20, 30 or a multiple of 60.
            period: Value<u32>,
            /// `Sum`, `p99`, …
            stat: Expr,
        }
        optional {
            /// A `CloudWatch` unit; only samples with it count.
            unit: Option<Expr>,
        }
    }
}

shape! {
    /// A metric.
    pub struct Metric {
        optional {
            /// Its namespace.
            namespace: Option<Expr>,
            /// Its name.
            metric_name: Option<Expr>,
            /// Its dimensions, at most 30.
            dimensions: List<Dimension>,
        }
    }
}

impl Metric {
    /// A metric with dimensions.
    pub fn of(namespace: impl Into<Expr>, metric_name: impl Into<Expr>, dimensions: impl Into<List<Dimension>>) -> Self {
        Self { namespace: Some(namespace.into()), metric_name: Some(metric_name.into()), dimensions: dimensions.into(), ..Self::default() }
    }
}
