//! An alarm's change of state, as CloudWatch tells it to SNS and to EventBridge.

mod trigger;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use trigger::{Datapoint, MAX_DATAPOINTS, MAX_QUERIES, QuerySource, Trigger, TriggerMetric, TriggerQuery};

/// Most alarms that are kept of those that made a composite alarm change.
pub const MAX_CHILDREN: usize = 5;

/// State of a CloudWatch alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlarmState {
    /// The threshold is breached.
    #[serde(rename = "ALARM")]
    Alarm,
    /// It is not.
    #[serde(rename = "OK")]
    Ok,
    /// Not enough data to say.
    #[serde(rename = "INSUFFICIENT_DATA")]
    InsufficientData,
}

/// One change of state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmNotice {
    /// Alarm name.
    pub alarm: String,
    /// The description on the alarm; used where the plan does not know the alarm.
    pub description: String,
    /// State now.
    pub state: AlarmState,
    /// CloudWatch's reason.
    pub reason: String,
    /// When it changed.
    pub changed_at: Timestamp,
    /// What it watches; none for a composite alarm, and where the change does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// Names of the alarms that made a composite alarm change and changed as it did, at most [`MAX_CHILDREN`]; none for any other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<String>,
    /// When the firing began that ends with this change; filled in from what is stored of the alarm, not by CloudWatch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fired_at: Option<Timestamp>,
}

/// Why a text or an event is no alarm's change of state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlarmEventError {
    /// Not the JSON CloudWatch sends.
    #[error("the message is not a CloudWatch alarm (line {line}, column {column})")]
    NotAnAlarm {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The time of the change is no time.
    #[error("the alarm message has no readable time of the change")]
    NoTime,
    /// An EventBridge event without the parts of a change of state.
    #[error("the event is no change of an alarm's state: {what} is missing or has another type")]
    NoChange {
        /// Path of the part.
        what: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SnsAlarm {
    alarm_name: String,
    alarm_description: Option<String>,
    new_state_value: AlarmState,
    #[serde(default)]
    new_state_reason: String,
    state_change_time: String,
    #[serde(default)]
    trigger: Value,
    #[serde(default)]
    triggering_children: Value,
}

impl AlarmNotice {
    /// Reads the JSON text CloudWatch publishes to SNS for metric, composite and anomaly alarms alike.
    ///
    /// # Errors
    /// [`AlarmEventError`].
    pub fn parse(text: &str) -> Result<Self, AlarmEventError> {
        let alarm: SnsAlarm = serde_json::from_str(text).map_err(|error| AlarmEventError::NotAnAlarm { line: error.line(), column: error.column() })?;
        Ok(Self {
            alarm: alarm.alarm_name,
            description: alarm.alarm_description.unwrap_or_default(),
            state: alarm.new_state_value,
            reason: alarm.new_state_reason,
            changed_at: time(&alarm.state_change_time).ok_or(AlarmEventError::NoTime)?,
            trigger: Trigger::of_sns(&alarm.trigger),
            children: children(&alarm.triggering_children, ["Arn", "/State/Value"], alarm.new_state_value),
            fired_at: None,
        })
    }

    /// Reads the detail of EventBridge's `CloudWatch Alarm State Change`, for metric, composite and anomaly alarms alike. The same change read
    /// from SNS is the same notice but for the details in [`Self::trigger`].
    ///
    /// # Errors
    /// [`AlarmEventError`].
    pub fn of_event(detail: &Value) -> Result<Self, AlarmEventError> {
        let text = |path: &str, what| detail.pointer(path).and_then(Value::as_str).ok_or(AlarmEventError::NoChange { what });
        let state = detail.pointer("/state/value").and_then(|value| AlarmState::deserialize(value).ok());
        let configuration = detail.get("configuration").unwrap_or(&Value::Null);
        let reason_data = text("/state/reasonData", "").ok();
        let data: Value = reason_data.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let state = state.ok_or(AlarmEventError::NoChange { what: "detail.state.value" })?;
        Ok(Self {
            alarm: text("/alarmName", "detail.alarmName")?.to_owned(),
            description: text("/configuration/description", "").unwrap_or_default().to_owned(),
            state,
            reason: text("/state/reason", "").unwrap_or_default().to_owned(),
            changed_at: time(text("/state/timestamp", "detail.state.timestamp")?).ok_or(AlarmEventError::NoTime)?,
            trigger: Trigger::of_event(configuration, reason_data),
            children: children(data.get("triggeringAlarms").unwrap_or(&Value::Null), ["arn", "/state/value"], state),
            fired_at: None,
        })
    }
}

/// Names of the alarms that made a composite alarm change: `[{"Arn": "arn:aws:cloudwatch:…:alarm:NAME", "State": {"Value": "ALARM"}}]`. One that went the other
/// way (it had held this one back, and does no more) is no part of it.
fn children(list: &Value, [arn, state]: [&str; 2], into: AlarmState) -> Vec<String> {
    let went_along = |child: &&Value| child.pointer(state).and_then(|value| AlarmState::deserialize(value).ok()).is_none_or(|state| state == into);
    let arns = list.as_array().into_iter().flatten().filter(went_along).filter_map(|child| child.get(arn)?.as_str());
    arns.filter_map(|arn| Some(arn.split_once(":alarm:")?.1.to_owned())).take(MAX_CHILDREN).collect()
}

/// CloudWatch writes `2026-11-23T04:00:00.123+0000`: RFC 3339 but for the colon in the offset.
fn time(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let (head, offset) = text.split_at_checked(text.len().checked_sub(5)?)?;
    let (hours, minutes) = offset.split_at_checked(3)?;
    format!("{head}{hours}:{minutes}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_cloudwatch_sends_is_read() {
        let text = r#"{"AlarmName":"a","AlarmDescription":null,"AWSAccountId":"1","NewStateValue":"ALARM","NewStateReason":"r",
            "StateChangeTime":"2026-11-23T04:00:00.123+0000","Region":"EU (Ireland)","OldStateValue":"OK","Trigger":{}}"#;
        let notice = AlarmNotice::parse(text).unwrap();
        assert_eq!((notice.alarm.as_str(), notice.state), ("a", AlarmState::Alarm));
        assert_eq!(notice.changed_at.to_string(), "2026-11-23T04:00:00.123Z");
    }

    #[test]
    fn the_alarms_that_changed_a_composite_one_are_kept_up_to_a_bound() {
        let child = |number: usize| format!(r#"{{"Arn":"arn:aws:cloudwatch:eu-west-1:1:alarm:part:{number}","State":{{"Value":"ALARM"}}}}"#);
        let all: Vec<String> = (0..=MAX_CHILDREN).map(child).collect();
        let text = format!(
            r#"{{"AlarmName":"a","NewStateValue":"ALARM","StateChangeTime":"2026-11-23T04:00:00.123+0000","TriggeringChildren":[{{"Arn":5}},{{"Arn":"arn:aws:cloudwatch:eu-west-1:1:alarm:behind","State":{{"Value":"OK"}}}},{}]}}"#,
            all.join(",")
        );
        let notice = AlarmNotice::parse(&text).unwrap();
        assert_eq!(notice.children, ["part:0", "part:1", "part:2", "part:3", "part:4"]);
        let stored = serde_json::to_string(&notice).unwrap();
        assert_eq!(serde_json::from_str::<AlarmNotice>(&stored).unwrap(), notice);
        let before = stored.replace(r#""children":["part:0","part:1","part:2","part:3","part:4"]"#, r#""fired_at":null"#);
        assert_eq!(serde_json::from_str::<AlarmNotice>(&before).unwrap().children, Vec::<String>::new(), "one that was stored before");
    }

    #[test]
    fn what_is_no_alarm_says_where() {
        assert!(AlarmNotice::parse("hello").unwrap_err().to_string().contains("line 1"));
        let no_time = r#"{"AlarmName":"a","NewStateValue":"OK","StateChangeTime":"soon"}"#;
        assert_eq!(AlarmNotice::parse(no_time), Err(AlarmEventError::NoTime));
    }
}
