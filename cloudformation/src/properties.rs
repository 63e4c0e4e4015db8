//! The properties of a resource: typed for the kinds we use, opaque for every other.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use crate::{application_signals, chatbot, cloudwatch, dynamodb, iam, kinesis, kms, lambda, logs, s3, scheduler, sns, sqs, ssm};

/// A typed resource kind: connects the struct to its place in [`Properties`].
pub trait Kind: Sized + 'static {
    /// The `CloudFormation` type: `AWS::Logs::LogGroup`.
    const TYPE_NAME: &'static str;

    /// The struct, when `properties` are of this kind.
    fn of(properties: &Properties) -> Option<&Self>;
}

macro_rules! kinds {
    ($($variant:ident($path:path) = $type_name:literal,)*) => {
        /// Properties by resource kind. Typed kinds are boxed, so that a template of small resources stays small.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Properties {
            $(#[doc = concat!("`", $type_name, "`.")] $variant(Box<$path>),)*
            /// Any other kind, or a known one whose properties did not fit ([`Properties::untyped_reason`]): passes through.
            Other {
                /// The `CloudFormation` type.
                type_name: String,
                /// The properties as read.
                properties: Map<String, Json>,
            },
        }

        impl Properties {
            /// The `CloudFormation` types with a struct of their own.
            pub const TYPED: &[&str] = &[$($type_name,)*];

            /// The `CloudFormation` type: `AWS::Logs::LogGroup`.
            pub fn type_name(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $type_name,)*
                    Self::Other { type_name, .. } => type_name,
                }
            }

            /// Reads typed; `None` when the type has no struct.
            fn typed(type_name: &str, properties: &Map<String, Json>) -> Option<Result<Self, serde_json::Error>> {
                match type_name {
                    $($type_name => Some(serde::Deserialize::deserialize(properties).map(Self::$variant)),)*
                    _ => None,
                }
            }
        }

        /// As a JSON object, without the type.
        impl Serialize for Properties {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(properties) => properties.serialize(serializer),)*
                    Self::Other { properties, .. } => properties.serialize(serializer),
                }
            }
        }

        $(
            impl From<$path> for Properties {
                fn from(properties: $path) -> Self {
                    Self::$variant(Box::new(properties))
                }
            }

            impl Kind for $path {
                const TYPE_NAME: &'static str = $type_name;

                fn of(properties: &Properties) -> Option<&Self> {
                    match properties {
                        Properties::$variant(properties) => Some(properties),
                        _ => None,
                    }
                }
            }
        )*
    };
}

kinds! {
    LogGroup(logs::LogGroup) = "AWS::Logs::LogGroup",
    SubscriptionFilter(logs::SubscriptionFilter) = "AWS::Logs::SubscriptionFilter",
    MetricFilter(logs::MetricFilter) = "AWS::Logs::MetricFilter",
    QueryDefinition(logs::QueryDefinition) = "AWS::Logs::QueryDefinition",
    AccountPolicy(logs::AccountPolicy) = "AWS::Logs::AccountPolicy",
    LogsDestination(logs::Destination) = "AWS::Logs::Destination",
    Stream(kinesis::Stream) = "AWS::Kinesis::Stream",
    Function(lambda::Function) = "AWS::Lambda::Function",
    Permission(lambda::Permission) = "AWS::Lambda::Permission",
    EventInvokeConfig(lambda::EventInvokeConfig) = "AWS::Lambda::EventInvokeConfig",
    EventSourceMapping(lambda::EventSourceMapping) = "AWS::Lambda::EventSourceMapping",
    ManagedPolicy(iam::ManagedPolicy) = "AWS::IAM::ManagedPolicy",
    Role(iam::Role) = "AWS::IAM::Role",
    Topic(sns::Topic) = "AWS::SNS::Topic",
    Subscription(sns::Subscription) = "AWS::SNS::Subscription",
    TopicPolicy(sns::TopicPolicy) = "AWS::SNS::TopicPolicy",
    SlackChannel(chatbot::SlackChannel) = "AWS::Chatbot::SlackChannelConfiguration",
    TeamsChannel(chatbot::TeamsChannel) = "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
    Queue(sqs::Queue) = "AWS::SQS::Queue",
    QueuePolicy(sqs::QueuePolicy) = "AWS::SQS::QueuePolicy",
    Table(dynamodb::Table) = "AWS::DynamoDB::Table",
    Bucket(s3::Bucket) = "AWS::S3::Bucket",
    BucketPolicy(s3::BucketPolicy) = "AWS::S3::BucketPolicy",
    Key(kms::Key) = "AWS::KMS::Key",
    Alias(kms::Alias) = "AWS::KMS::Alias",
    Alarm(cloudwatch::Alarm) = "AWS::CloudWatch::Alarm",
    CompositeAlarm(cloudwatch::CompositeAlarm) = "AWS::CloudWatch::CompositeAlarm",
    AlarmMuteRule(cloudwatch::AlarmMuteRule) = "AWS::CloudWatch::AlarmMuteRule",
    LogAlarm(cloudwatch::LogAlarm) = "AWS::CloudWatch::LogAlarm",
    Dashboard(cloudwatch::Dashboard) = "AWS::CloudWatch::Dashboard",
    Schedule(scheduler::Schedule) = "AWS::Scheduler::Schedule",
    Parameter(ssm::Parameter) = "AWS::SSM::Parameter",
    ServiceLevelObjective(application_signals::ServiceLevelObjective) = "AWS::ApplicationSignals::ServiceLevelObjective",
}

impl Properties {
    /// Reads the properties of a resource of the given type. Never fails: what does not fit its type
    /// passes through as [`Properties::Other`].
    pub fn read(type_name: &str, properties: Map<String, Json>) -> Self {
        match Self::typed(type_name, &properties) {
            Some(Ok(typed)) => typed,
            Some(Err(_)) | None => Self::Other { type_name: type_name.to_owned(), properties },
        }
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        crate::json::is_empty_object(self)
    }

    /// Why properties of a typed kind are nonetheless [`Properties::Other`]; `None` when all is well.
    pub fn untyped_reason(&self) -> Option<String> {
        let Self::Other { type_name, properties } = self else {
            return None;
        };
        let error = Self::typed(type_name, properties)?.err()?;
        // Any property may be an intrinsic, so the culprit is the one whose replacement by one helps.
        let culprit = properties.keys().find(|name| {
            let mut replaced = properties.clone();
            replaced.insert((*name).clone(), serde_json::json!({"Ref": "Any"}));
            Self::typed(type_name, &replaced).is_some_and(|typed| typed.is_ok())
        });
        Some(match culprit {
            Some(name) => format!("`{name}`: {error}"),
            None => error.to_string(),
        })
    }
}
