//! `Ref` and `Fn::GetAtt` of resources, by kind (docs: return values of each kind).

use super::{Resolver, Unknown, made_up};
use crate::Properties;

impl Resolver<'_> {
    /// What `Ref` yields.
    pub(super) fn resource_reference(self, logical_id: &str, depth: u32) -> Result<String, Unknown> {
        match self.properties(logical_id)? {
            Properties::Topic(_) | Properties::Subscription(_) | Properties::ManagedPolicy(_) | Properties::ServiceLevelObjective(_) => {
                self.arn_of(logical_id, depth)
            }
            Properties::Queue(_) => self.queue_url(logical_id, depth),
            Properties::Key(_) | Properties::QueryDefinition(_) | Properties::EventSourceMapping(_) => Ok(self.made_up_id(logical_id)),
            _ => self.name_of(logical_id, depth),
        }
    }

    /// What `Fn::GetAtt` yields.
    pub(super) fn attribute(self, logical_id: &str, attribute: &str, depth: u32) -> Result<String, Unknown> {
        let properties = self.properties(logical_id)?;
        match (properties, attribute) {
            (
                Properties::LogGroup(_)
                | Properties::Function(_)
                | Properties::Role(_)
                | Properties::Queue(_)
                | Properties::LogsDestination(_)
                | Properties::Stream(_)
                | Properties::Table(_)
                | Properties::Bucket(_)
                | Properties::Key(_)
                | Properties::Alarm(_)
                | Properties::CompositeAlarm(_)
                | Properties::AlarmMuteRule(_)
                | Properties::LogAlarm(_)
                | Properties::Subscription(_)
                | Properties::Schedule(_)
                | Properties::ServiceLevelObjective(_),
                "Arn",
            )
            | (Properties::ManagedPolicy(_), "PolicyArn")
            | (Properties::Topic(_), "TopicArn")
            | (Properties::EventSourceMapping(_), "EventSourceMappingArn") => self.arn_of(logical_id, depth),
            (Properties::Topic(_), "TopicName") | (Properties::Queue(_), "QueueName") => self.name_of(logical_id, depth),
            (Properties::Queue(_), "QueueUrl") => self.queue_url(logical_id, depth),
            (Properties::Key(_), "KeyId") | (Properties::QueryDefinition(_), "QueryDefinitionId") | (Properties::EventSourceMapping(_), "Id") => {
                Ok(self.made_up_id(logical_id))
            }
            (Properties::Bucket(_), "DomainName") => {
                let name = self.name_of(logical_id, depth)?;
                Ok(format!("{name}.s3.{}", self.environment.url_suffix()))
            }
            (Properties::Bucket(_), "RegionalDomainName") => {
                let name = self.name_of(logical_id, depth)?;
                Ok(format!("{name}.s3.{}.{}", self.environment.region, self.environment.url_suffix()))
            }
            (Properties::Parameter(parameter), "Value") => self.text(&parameter.value, depth),
            _ => Err(Unknown::Attribute { logical_id: logical_id.to_owned(), attribute: attribute.to_owned(), type_name: properties.type_name().to_owned() }),
        }
    }

    /// The ARN of a resource (docs: service authorization reference, resource types).
    pub(super) fn arn_of(self, logical_id: &str, depth: u32) -> Result<String, Unknown> {
        let properties = self.properties(logical_id)?;
        let environment = self.environment;
        let name = || self.name_of(logical_id, depth);
        Ok(match properties {
            Properties::LogGroup(_) => self.arn_for("logs", &format!("log-group:{}:*", name()?)),
            Properties::QueryDefinition(_) => self.arn_for("logs", &format!("query-definition:{}", self.made_up_id(logical_id))),
            Properties::Function(_) => self.arn_for("lambda", &format!("function:{}", name()?)),
            Properties::EventSourceMapping(_) => self.arn_for("lambda", &format!("event-source-mapping:{}", self.made_up_id(logical_id))),
            Properties::Role(role) => {
                let path = self.path(role.path.as_ref(), depth)?;
                format!("arn:{}:iam::{}:role{path}{}", environment.partition, environment.account_id, name()?)
            }
            Properties::ManagedPolicy(policy) => {
                let path = self.path(policy.path.as_ref(), depth)?;
                format!("arn:{}:iam::{}:policy{path}{}", environment.partition, environment.account_id, name()?)
            }
            Properties::Topic(_) => self.arn_for("sns", &name()?),
            Properties::Subscription(subscription) => {
                let topic = self.text(&subscription.topic_arn, depth)?;
                format!("{topic}:{}", self.made_up_id(logical_id))
            }
            Properties::SlackChannel(_) => {
                format!("arn:{}:chatbot::{}:chat-configuration/slack-channel/{}", environment.partition, environment.account_id, name()?)
            }
            Properties::TeamsChannel(_) => {
                format!("arn:{}:chatbot::{}:chat-configuration/microsoft-teams-channel/{}", environment.partition, environment.account_id, name()?)
            }
            Properties::Queue(_) => self.arn_for("sqs", &name()?),
            Properties::Stream(_) => self.arn_for("kinesis", &format!("stream/{}", name()?)),
            Properties::LogsDestination(_) => self.arn_for("logs", &format!("destination:{}", name()?)),
            Properties::Table(_) => self.arn_for("dynamodb", &format!("table/{}", name()?)),
            Properties::Bucket(_) => format!("arn:{}:s3:::{}", environment.partition, name()?),
            Properties::Key(_) => self.arn_for("kms", &format!("key/{}", self.made_up_id(logical_id))),
            Properties::Alias(_) => self.arn_for("kms", &name()?),
            Properties::Alarm(_) | Properties::CompositeAlarm(_) | Properties::LogAlarm(_) => self.arn_for("cloudwatch", &format!("alarm:{}", name()?)),
            Properties::AlarmMuteRule(_) => self.arn_for("cloudwatch", &format!("alarm-mute-rule:{}", name()?)),
            Properties::Dashboard(_) => format!("arn:{}:cloudwatch::{}:dashboard/{}", environment.partition, environment.account_id, name()?),
            Properties::Schedule(schedule) => {
                let group = match &schedule.group_name {
                    Some(group) => self.optional_text(group, depth)?,
                    None => None,
                };
                let group = group.as_deref().unwrap_or("default");
                self.arn_for("scheduler", &format!("schedule/{group}/{}", name()?))
            }
            Properties::Parameter(_) => {
                let name = name()?;
                self.arn_for("ssm", &format!("parameter/{}", name.trim_start_matches('/')))
            }
            Properties::ServiceLevelObjective(_) => self.arn_for("application-signals", &format!("slo/{}", name()?)),
            Properties::SubscriptionFilter(_)
            | Properties::AccountPolicy(_)
            | Properties::MetricFilter(_)
            | Properties::Permission(_)
            | Properties::EventInvokeConfig(_)
            | Properties::TopicPolicy(_)
            | Properties::QueuePolicy(_)
            | Properties::BucketPolicy(_)
            | Properties::Other { .. } => {
                return Err(Unknown::Attribute {
                    logical_id: logical_id.to_owned(),
                    attribute: "Arn".to_owned(),
                    type_name: properties.type_name().to_owned(),
                });
            }
        })
    }

    /// The path of something of IAM's; `/` when none is given.
    fn path(self, path: Option<&crate::Expr>, depth: u32) -> Result<String, Unknown> {
        let given = match path {
            Some(path) => self.optional_text(path, depth)?,
            None => None,
        };
        Ok(given.unwrap_or_else(|| "/".to_owned()))
    }

    fn queue_url(self, logical_id: &str, depth: u32) -> Result<String, Unknown> {
        let environment = self.environment;
        let name = self.name_of(logical_id, depth)?;
        Ok(format!("https://sqs.{}.{}/{}/{name}", environment.region, environment.url_suffix(), environment.account_id))
    }

    fn made_up_id(self, logical_id: &str) -> String {
        made_up::uuid(&self.environment.stack_name, logical_id)
    }
}
