//! Routes: which severities go to whom.

use skywarden_core::{plan::TopicFormat, severity::Severity};

/// One route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Name, unique; given or made of its severities (`critical`, `warning-info`).
    pub name: String,
    /// Severities, most urgent first.
    pub severities: Vec<Severity>,
    /// Who gets it, in the order of the config.
    pub targets: Vec<Target>,
    /// True for the one route that also hears of trouble with the notification path itself (the fallback topic gets its mail targets).
    pub fallback: bool,
}

/// One receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A mail address.
    Email(String),
    /// An SQS queue by name (same account and Region) or ARN.
    Queue(String),
    /// An HTTPS endpoint whose address is kept in SSM or Secrets Manager: the reference as `ssm:/path` or `secretsmanager:id`.
    Webhook(String),
}

impl Target {
    /// The message format it gets.
    pub const fn format(&self) -> TopicFormat {
        match self {
            Self::Email(_) => TopicFormat::Text,
            Self::Queue(_) | Self::Webhook(_) => TopicFormat::Json,
        }
    }
}

impl Route {
    /// Formats in use, in a fixed order.
    pub fn formats(&self) -> Vec<TopicFormat> {
        let mut formats: Vec<_> = self.targets.iter().map(Target::format).collect();
        formats.sort_unstable();
        formats.dedup();
        formats
    }
}
