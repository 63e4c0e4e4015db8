//! The JSON document CloudWatch publishes to the SNS topics of a composite alarm: it has no `Trigger`, but the rule and the alarms that made it change.

use serde_json::{Value, json};

use super::{Change, CompositeConfig};
use crate::alarm::notification::{Origin, region_name, time};

/// The message of a change, as published to SNS.
pub fn message(config: &CompositeConfig, change: &Change, origin: &Origin) -> String {
    let description = if config.description.is_empty() { Value::Null } else { json!(config.description) };
    let children: Vec<Value> =
        change.children.iter().map(|child| json!({"Arn": child.arn, "State": {"Value": child.state.as_str(), "Timestamp": time(child.at_ms)}})).collect();
    json!({
        "AlarmName": config.name,
        "AlarmDescription": description,
        "AWSAccountId": origin.account,
        "NewStateValue": change.transition.to.as_str(),
        "NewStateReason": change.transition.reason,
        "StateChangeTime": time(change.transition.at_ms),
        "Region": region_name(&origin.region),
        "AlarmArn": config.arn,
        "OKActions": config.actions.ok,
        "AlarmActions": config.actions.alarm,
        "InsufficientDataActions": config.actions.insufficient_data,
        "OldStateValue": change.transition.from.as_str(),
        "AlarmRule": config.rule_text,
        "TriggeringChildren": children,
    })
    .to_string()
}
