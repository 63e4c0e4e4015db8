//! `AWS::CloudWatch::AlarmMuteRule`.

use crate::shape::shape;
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::CloudWatch::AlarmMuteRule`: times in which alarms run no actions. `Ref` is the name.
    pub struct AlarmMuteRule {
        required {
            /// When, and for how long.
            rule: Value<MuteRule>,
        }
        optional {
            /// 1..=255 characters; unique in account and region.
            name: Option<Expr>,
            /// At most 1,024 characters.
            description: Option<Expr>,
            /// The alarms; every alarm of the account and region when absent.
            mute_targets: Option<Value<MuteTargets>>,
            /// Nothing is muted before it: `2026-04-15T08:00`, in the time zone of the schedule.
            start_date: Option<Expr>,
            /// Nothing is muted after it, in the same form.
            expire_date: Option<Expr>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

shape! {
    /// The rule of a mute rule.
    pub struct MuteRule {
        required {
            /// Its schedule.
            schedule: Value<MuteSchedule>,
        }
        optional {
        }
    }
}

shape! {
    /// When alarms are muted, and for how long.
    pub struct MuteSchedule {
        required {
            /// `cron(0 2 * * SUN)` or `at(2027-03-01T22:00)`; [`super::MuteExpression`] reads it.
            expression: Expr,
            /// ISO 8601: `PT2H`; from a minute to 15 days. [`super::mute_minutes`] reads it.
            duration: Expr,
        }
        optional {
            /// Name of an IANA time zone; UTC when absent.
            timezone: Option<Expr>,
        }
    }
}

shape! {
    /// The alarms of a mute rule.
    pub struct MuteTargets {
        required {
            /// At most 100 names.
            alarm_names: List<Expr>,
        }
        optional {
        }
    }
}
