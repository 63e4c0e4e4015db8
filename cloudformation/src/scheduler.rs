//! `AWS::Scheduler::Schedule`: `EventBridge` Scheduler.

use serde_json::Value as Json;

use crate::shape::{shape, words};
use crate::{Expr, Value};

shape! {
    /// `AWS::Scheduler::Schedule`. `Ref` is the name.
    pub struct Schedule {
        required {
            /// `rate(1 minute)`, `cron(…)` or `at(…)`.
            schedule_expression: Expr,
            /// How exact.
            flexible_time_window: Value<FlexibleTimeWindow>,
            /// What is called.
            target: Value<Target>,
        }
        optional {
            /// 1..=64 of letters, digits and `_-.`.
            name: Option<Expr>,
            /// `default` when absent.
            group_name: Option<Expr>,
            /// At most 512 characters.
            description: Option<Expr>,
            /// IANA time zone of a cron or at expression; UTC when absent.
            schedule_expression_timezone: Option<Expr>,
            /// Runs when enabled, as by default.
            state: Option<Value<ScheduleState>>,
            /// ISO 8601: not before.
            start_date: Option<Expr>,
            /// ISO 8601: not after.
            end_date: Option<Expr>,
            /// Key of the stored input.
            kms_key_arn: Option<Expr>,
        }
    }
}

shape! {
    /// How exact a schedule is.
    pub struct FlexibleTimeWindow {
        required {
            /// Whether it may run later.
            mode: Value<FlexibleMode>,
        }
        optional {
            /// By how much, 1..=1,440 minutes.
            maximum_window_in_minutes: Option<Value<u32>>,
        }
    }
}

words! {
    /// Whether a schedule may run later than its time.
    pub enum FlexibleMode {
        /// No: within the minute.
        Off = "OFF",
        /// Within a window.
        Flexible = "FLEXIBLE",
    }
}

words! {
    /// Whether a schedule runs.
    pub enum ScheduleState {
        /// It does.
        Enabled = "ENABLED",
        /// It does not.
        Disabled = "DISABLED",
    }
}

shape! {
    /// What a schedule calls.
    pub struct Target {
        required {
            /// The function, queue or other target.
            arn: Expr,
            /// What lets the scheduler call it.
            role_arn: Expr,
        }
        optional {
            /// The event, as text.
            input: Option<Expr>,
            /// How failures are retried.
            retry_policy: Option<Value<RetryPolicy>>,
            /// Queue of what could not be delivered.
            dead_letter_config: Option<Value<DeadLetterQueue>>,
            /// Kept as read.
            sqs_parameters: Option<Json>,
            /// Kept as read.
            kinesis_parameters: Option<Json>,
            /// Kept as read.
            event_bridge_parameters: Option<Json>,
            /// Kept as read.
            ecs_parameters: Option<Json>,
        }
    }
}

shape! {
    /// How failures are retried.
    pub struct RetryPolicy {
        optional {
            /// Seconds, 60..=86,400.
            maximum_event_age_in_seconds: Option<Value<u32>>,
            /// 0..=185.
            maximum_retry_attempts: Option<Value<u32>>,
        }
    }
}

shape! {
    /// Queue of what could not be delivered.
    pub struct DeadLetterQueue {
        optional {
            /// Its ARN.
            arn: Option<Expr>,
        }
    }
}
