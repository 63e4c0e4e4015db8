//! `AWS::ApplicationSignals::ServiceLevelObjective`.

use serde_json::Value as Json;

use crate::cloudwatch::MetricDataQuery;
use crate::shape::{shape, words};
use crate::{Expr, List, Number, Tag, Value};

shape! {
    /// `AWS::ApplicationSignals::ServiceLevelObjective`: by requests or by periods. `Ref` is the ARN.
    pub struct ServiceLevelObjective {
        required {
            /// 2..=128 letters, digits, spaces and `-._`; first and last a letter or digit.
            name: Expr,
        }
        optional {
            /// 1..=1,024 characters.
            description: Option<Expr>,
            /// Judged by periods; instead of [`ServiceLevelObjective::request_based_sli`].
            sli: Option<Value<Sli>>,
            /// Judged by counting requests.
            request_based_sli: Option<Value<RequestBasedSli>>,
            /// How much is to be good, over how long.
            goal: Option<Value<Goal>>,
            /// Windows of which a burn rate is computed, at most ten, kept as read.
            burn_rate_configurations: Option<Json>,
            /// Times that do not count, kept as read.
            exclusion_windows: Option<Json>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

shape! {
    /// Judged by periods.
    pub struct Sli {
        required {
            /// How a good period compares.
            comparison_operator: Value<SliComparison>,
            /// With what.
            metric_threshold: Value<Number>,
            /// What is looked at.
            sli_metric: Value<SliMetric>,
        }
        optional {
        }
    }
}

words! {
    /// How a good period compares with the threshold.
    pub enum SliComparison {
        /// `>=`
        GreaterThanOrEqualTo = "GreaterThanOrEqualTo",
        /// `<=`
        LessThanOrEqualTo = "LessThanOrEqualTo",
        /// `<`
        LessThan = "LessThan",
        /// `>`
        GreaterThan = "GreaterThan",
    }
}

shape! {
    /// What is looked at in every period.
    pub struct SliMetric {
        optional {
            /// Metrics and expressions, of which one returns data.
            metric_data_queries: List<MetricDataQuery>,
            /// 60..=900.
            period_seconds: Option<Value<u32>>,
        }
    }
}

shape! {
    /// Judged by counting requests.
    pub struct RequestBasedSli {
        required {
            /// What is counted.
            request_based_sli_metric: Value<RequestBasedSliMetric>,
        }
        optional {
        }
    }
}

shape! {
    /// What is counted.
    pub struct RequestBasedSliMetric {
        optional {
            /// All requests: metrics and expressions, of which one returns data.
            total_request_count_metric: List<MetricDataQuery>,
            /// The good or the bad ones.
            monitored_request_count_metric: Option<Value<MonitoredRequestCountMetric>>,
        }
    }
}

shape! {
    /// The good or the bad requests: one of both.
    pub struct MonitoredRequestCountMetric {
        optional {
            /// The good ones.
            good_count_metric: List<MetricDataQuery>,
            /// The bad ones.
            bad_count_metric: List<MetricDataQuery>,
        }
    }
}

shape! {
    /// How much is to be good, over how long.
    pub struct Goal {
        optional {
            /// Percent; 99 when absent.
            attainment_goal: Option<Value<Number>>,
            /// Percent of the budget that are left when it warns; 50 when absent.
            warning_threshold: Option<Value<Number>>,
            /// Over how long; the last seven days when absent.
            interval: Option<Value<Interval>>,
        }
    }
}

shape! {
    /// Over how long: one of both.
    pub struct Interval {
        optional {
            /// The last days.
            rolling_interval: Option<Value<RollingInterval>>,
            /// Times of the calendar, kept as read.
            calendar_interval: Option<Json>,
        }
    }
}

shape! {
    /// The last days.
    pub struct RollingInterval {
        required {
            /// Unit of the length.
            duration_unit: Value<DurationUnit>,
            /// Length, at least 1.
            duration: Value<u32>,
        }
        optional {
        }
    }
}

words! {
    /// Unit of an interval.
    pub enum DurationUnit {
        /// Minutes.
        Minute = "MINUTE",
        /// Hours.
        Hour = "HOUR",
        /// Days.
        Day = "DAY",
        /// Months.
        Month = "MONTH",
    }
}
