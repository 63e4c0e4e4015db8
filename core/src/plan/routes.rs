//! Routes: which severities go to which topics, and what is known of the alarms that arrive.

use serde::{Deserialize, Serialize};

use crate::severity::Severity;

/// Severities that go to the same people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Name, unique in the project.
    pub name: String,
    /// Severities it carries, most urgent first.
    pub severities: Vec<Severity>,
    /// One topic per message format in use.
    pub topics: Vec<RouteTopic>,
}

/// One SNS topic of a route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteTopic {
    /// What its messages look like.
    pub format: TopicFormat,
    /// Topic name; the ARN is this behind the prefix the function gets in its environment.
    pub topic: String,
}

/// What a message on a topic looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TopicFormat {
    /// Plain text for mail.
    Text,
    /// A few words for a phone.
    Sms,
    /// A custom notification of Amazon Q Developer in chat applications, for Slack and Teams.
    Chat,
    /// A JSON document for queues and webhooks.
    Json,
}

impl TopicFormat {
    /// Every format, in a fixed order.
    pub const ALL: [Self; 4] = [Self::Text, Self::Sms, Self::Chat, Self::Json];

    /// The word as written in names.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Sms => "sms",
            Self::Chat => "chat",
            Self::Json => "json",
        }
    }
}

/// What the generator knows of an alarm and the alarm itself cannot say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmInfo {
    /// Alarm name in CloudWatch.
    pub name: String,
    /// One line for the message's subject, for example `checkout: error rate above 5 %`.
    pub title: String,
    /// Service, or empty for alarms of the project as a whole.
    pub service: String,
    /// Severity that picks the route.
    pub severity: Severity,
    /// What it means and what to do first.
    pub advice: String,
    /// Console link to the dashboard that shows it; empty when there is none.
    pub dashboard: String,
    /// Where the runbook is, with the section about this alarm; empty when the config names none.
    pub runbook: String,
    /// CloudWatch unit of what it watches: `Percent`, `Milliseconds`; empty when unknown, as in plans from before units.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Log group with the lines behind it; empty when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub log_group: String,
    /// Logs Insights query that shows them; empty when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub query: String,
}
