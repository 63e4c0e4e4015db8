//! `AWS::CloudWatch::CompositeAlarm`.

use serde_json::Value as Json;

use crate::shape::shape;
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::CloudWatch::CompositeAlarm`: an alarm over the states of other alarms. `Ref` is the name.
    pub struct CompositeAlarm {
        required {
            /// `ALARM("a") AND NOT OK("b")`: at most 10,240 characters, 100 alarms and 500 elements.
            alarm_rule: Expr,
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
            /// Alarm (name or ARN) that holds the actions while in ALARM.
            actions_suppressor: Option<Expr>,
            /// Seconds to wait for the suppressor.
            actions_suppressor_wait_period: Option<Value<u32>>,
            /// Seconds to hold on after it.
            actions_suppressor_extension_period: Option<Value<u32>>,
            /// Which tags actions carry, kept as read.
            action_configuration: Option<Json>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}
