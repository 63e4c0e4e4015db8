//! Names of resources: the one given, else one made up in `CloudFormation`'s form.

use super::{Resolver, Unknown, made_up};
use crate::{Expr, Properties};

/// Kinds this crate does not type whose `Ref` is the name given in this property
/// (docs: return values of each kind).
const NAMED_BY_REFERENCE: [(&str, &str); 7] = [
    ("AWS::ApiGatewayV2::Stage", "StageName"),
    ("AWS::AutoScaling::AutoScalingGroup", "AutoScalingGroupName"),
    ("AWS::ECS::Cluster", "ClusterName"),
    ("AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName"),
    ("AWS::Logs::LogStream", "LogStreamName"),
    ("AWS::RDS::DBCluster", "DBClusterIdentifier"),
    ("AWS::RDS::DBInstance", "DBInstanceIdentifier"),
];

/// How a kind is named.
struct Naming<'a> {
    /// The name given in the template.
    given: Option<&'a Expr>,
    /// Most characters a made-up one may have.
    max: usize,
}

impl Naming<'_> {
    fn of(properties: &Properties) -> Option<Naming<'_>> {
        let (given, max) = match properties {
            Properties::LogGroup(group) => (group.log_group_name.as_ref(), 512),
            Properties::SubscriptionFilter(filter) => (filter.filter_name.as_ref(), 512),
            Properties::MetricFilter(filter) => (filter.filter_name.as_ref(), 512),
            Properties::QueryDefinition(query) => (Some(&query.name), 255),
            Properties::AccountPolicy(policy) => (Some(&policy.policy_name), 256),
            Properties::LogsDestination(destination) => (Some(&destination.destination_name), 512),
            Properties::Stream(stream) => (stream.name.as_ref(), 128),
            Properties::Function(function) => (function.function_name.as_ref(), 64),
            Properties::Role(role) => (role.role_name.as_ref(), 64),
            Properties::ManagedPolicy(policy) => (policy.managed_policy_name.as_ref(), 128),
            Properties::Topic(topic) => (topic.topic_name.as_ref(), 256),
            Properties::SlackChannel(channel) => (Some(&channel.configuration_name), 128),
            Properties::TeamsChannel(channel) => (Some(&channel.configuration_name), 128),
            Properties::Queue(queue) => (queue.queue_name.as_ref(), 80),
            Properties::Table(table) => (table.table_name.as_ref(), 255),
            Properties::Bucket(bucket) => (bucket.bucket_name.as_ref(), 63),
            Properties::Alias(alias) => (Some(&alias.alias_name), 256),
            Properties::Alarm(alarm) => (alarm.alarm_name.as_ref(), 255),
            Properties::CompositeAlarm(alarm) => (alarm.alarm_name.as_ref(), 255),
            Properties::AlarmMuteRule(rule) => (rule.name.as_ref(), 255),
            Properties::LogAlarm(alarm) => (alarm.alarm_name.as_ref(), 255),
            Properties::Dashboard(dashboard) => (dashboard.dashboard_name.as_ref(), 255),
            Properties::Schedule(schedule) => (schedule.name.as_ref(), 64),
            Properties::Parameter(parameter) => (parameter.name.as_ref(), 1011),
            Properties::ServiceLevelObjective(objective) => (Some(&objective.name), 128),
            Properties::Permission(_)
            | Properties::EventInvokeConfig(_)
            | Properties::EventSourceMapping(_)
            | Properties::Subscription(_)
            | Properties::TopicPolicy(_)
            | Properties::QueuePolicy(_)
            | Properties::BucketPolicy(_)
            | Properties::Key(_)
            | Properties::Other { .. } => return None,
        };
        Some(Naming { given, max })
    }
}

impl<'a> Resolver<'a> {
    /// The properties of a resource of the template.
    pub(super) fn properties(self, logical_id: &str) -> Result<&'a Properties, Unknown> {
        let resource = self.template.resources.get(logical_id);
        resource.map(|resource| &resource.properties).ok_or_else(|| Unknown::Name(logical_id.to_owned()))
    }

    pub(super) fn name_of(self, logical_id: &str, depth: u32) -> Result<String, Unknown> {
        let properties = self.properties(logical_id)?;
        let unknown = || Unknown::Reference { logical_id: logical_id.to_owned(), type_name: properties.type_name().to_owned() };
        let Some(naming) = Naming::of(properties) else {
            return self.untyped_name(properties, depth)?.ok_or_else(unknown);
        };
        let given = match naming.given {
            Some(expr) => self.optional_text(expr, depth)?,
            None => None,
        };
        Ok(given.unwrap_or_else(|| {
            let name = made_up::name(&self.environment.stack_name, logical_id, naming.max);
            match properties {
                Properties::Bucket(_) => name.to_lowercase(),
                _ => name,
            }
        }))
    }

    /// The name given to a resource of a kind in [`NAMED_BY_REFERENCE`].
    fn untyped_name(self, properties: &Properties, depth: u32) -> Result<Option<String>, Unknown> {
        let Properties::Other { type_name, properties } = properties else {
            return Ok(None);
        };
        let property = NAMED_BY_REFERENCE.into_iter().find(|(kind, _)| kind == type_name);
        let Some(given) = property.and_then(|(_, property)| properties.get(property)) else {
            return Ok(None);
        };
        match Expr::from_json(given.clone()) {
            Ok(expr) => self.optional_text(&expr, depth),
            Err(_) => Ok(None),
        }
    }
}
