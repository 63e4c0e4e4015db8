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
    /// A phone, as `+` and digits (E.164).
    Phone(String),
    /// A channel of a chat platform.
    Chat(ChatChannel),
    /// An HTTPS endpoint whose address is kept in SSM or Secrets Manager: the reference as `ssm:/path` or `secretsmanager:id`.
    Webhook(String),
}

/// A channel of a chat platform, by the ids the platforms give.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChatChannel {
    /// A channel of Slack.
    Slack {
        /// Workspace, `T0123ABCD`.
        workspace: String,
        /// Channel, `C0123ABCD`.
        channel: String,
    },
    /// A channel of Microsoft Teams.
    Teams {
        /// Tenant, a UUID.
        tenant: String,
        /// Team, a UUID.
        team: String,
        /// Channel, percent-encoded: `19%3Aabc%40thread.tacv2`.
        channel: String,
    },
}

impl Target {
    /// The message format it gets.
    pub const fn format(&self) -> TopicFormat {
        match self {
            Self::Email(_) => TopicFormat::Text,
            Self::Phone(_) => TopicFormat::Sms,
            Self::Chat(_) => TopicFormat::Chat,
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
