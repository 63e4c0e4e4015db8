//! Metric filters and subscription filters of a template, and the streams these lead to.

use std::collections::BTreeSet;

use serde::Deserialize;
use skywarden_cloudformation::{
    Resolver,
    kinesis::Stream as StreamResource,
    lambda::EventSourceMapping,
    logs::{
        AccountPolicy, AccountPolicyType, Destination as LogsDestination, MetricFilter as MetricFilterResource, MetricTransformation,
        SubscriptionFilter as SubscriptionFilterResource,
    },
};
use skywarden_core::{
    json::Selector,
    pattern::{FilterPattern, MetricValue},
};

use crate::{
    replay::{Destination, DimensionSource, LogGroups, MetricFilter, Stream, StreamReader, SubscriptionFilter},
    template::read::Reason,
};

pub(super) fn metric_filter(resolver: Resolver<'_>, id: &str, filter: &MetricFilterResource) -> Result<MetricFilter, Reason> {
    let text = |property, expr| resolver.at(id, property).text(expr);
    let [transformation] = filter.metric_transformations.items() else {
        return Err(Reason::other("a metric filter has exactly one transformation"));
    };
    let pattern = pattern(&text("FilterPattern", &filter.filter_pattern)?)?;
    let value_text = text("MetricValue", &transformation.metric_value)?;
    let value = MetricValue::parse(&value_text)
        .and_then(|value| value.check(&pattern).map(|()| value))
        .map_err(|error| Reason::other(format!("metric value `{value_text}`: {error}; {}", error.hint())))?;
    let default_value = transformation.default_value.as_ref().map(|value| resolver.at(id, "DefaultValue").value(value)).transpose()?;
    Ok(MetricFilter {
        name: resolver.at(id, "FilterName").optional(filter.filter_name.as_ref())?.unwrap_or_else(|| id.to_owned()),
        log_group: text("LogGroupName", &filter.log_group_name)?,
        pattern,
        namespace: text("MetricNamespace", &transformation.metric_namespace)?,
        metric: text("MetricName", &transformation.metric_name)?,
        value,
        default_value: default_value.map(skywarden_cloudformation::Number::get),
        dimensions: dimensions(resolver, id, transformation)?,
        unit: resolver.at(id, "Unit").optional(transformation.unit.as_ref())?.unwrap_or_else(|| "None".to_owned()),
    })
}

fn dimensions(resolver: Resolver<'_>, id: &str, transformation: &MetricTransformation) -> Result<Vec<(String, DimensionSource)>, Reason> {
    let at = resolver.at(id, "Dimensions");
    let mut dimensions = Vec::new();
    for dimension in &transformation.dimensions {
        let (name, source) = (at.text(&dimension.key)?, at.text(&dimension.value)?);
        // `$.name` selects in JSON; `$name` is a field of a space-delimited pattern.
        let source = if source.starts_with("$.") {
            let selector = Selector::parse(&source).map_err(|error| Reason::other(format!("dimension {name}: `{source}`: {error}")))?;
            DimensionSource::Selector(Box::new(selector))
        } else {
            DimensionSource::Field(source)
        };
        dimensions.push((name, source));
    }
    Ok(dimensions)
}

pub(super) fn subscription_filter(resolver: Resolver<'_>, id: &str, filter: &SubscriptionFilterResource) -> Result<SubscriptionFilter, Reason> {
    let text = |property, expr| resolver.at(id, property).text(expr);
    Ok(SubscriptionFilter {
        name: resolver.at(id, "FilterName").optional(filter.filter_name.as_ref())?.unwrap_or_else(|| id.to_owned()),
        log_groups: LogGroups::One(text("LogGroupName", &filter.log_group_name)?),
        pattern: pattern(&text("FilterPattern", &filter.filter_pattern)?)?,
        destination: destination(text("DestinationArn", &filter.destination_arn)?)?,
    })
}

/// The document of an account's subscription.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccountDocument {
    destination_arn: String,
    #[serde(default)]
    filter_pattern: String,
}

pub(super) fn account_policy(resolver: Resolver<'_>, id: &str, policy: &AccountPolicy) -> Result<SubscriptionFilter, Reason> {
    let kind = resolver.at(id, "PolicyType").value(&policy.policy_type)?;
    if kind != AccountPolicyType::SubscriptionFilter {
        return Err(Reason::other(format!("account policies of type {kind} are not simulated")));
    }
    let document = resolver.at(id, "PolicyDocument").text(&policy.policy_document)?;
    let document: AccountDocument = serde_json::from_str(&document).map_err(|error| Reason::other(format!("PolicyDocument: {error}")))?;
    let criteria = resolver.at(id, "SelectionCriteria").optional(policy.selection_criteria.as_ref())?.unwrap_or_default();
    Ok(SubscriptionFilter {
        name: resolver.at(id, "PolicyName").text(&policy.policy_name)?,
        log_groups: LogGroups::AllBut(except(&criteria)?),
        pattern: pattern(&document.filter_pattern)?,
        destination: destination(document.destination_arn)?,
    })
}

/// The log groups a selection leaves out: `LogGroupName NOT IN ["a", "b"]`.
fn except(criteria: &str) -> Result<BTreeSet<String>, Reason> {
    if criteria.trim().is_empty() {
        return Ok(BTreeSet::new());
    }
    let list = criteria.trim().strip_prefix("LogGroupName").and_then(|rest| rest.trim_start().strip_prefix("NOT IN"));
    let names = list.and_then(|list| serde_json::from_str(list.trim()).ok());
    names.ok_or_else(|| Reason::other(format!("SelectionCriteria `{criteria}` is not `LogGroupName NOT IN [\"a\", \"b\"]`")))
}

/// A stream's readers: the event source mappings of Kinesis streams; `None` for those of queues.
pub(super) fn stream_reader(resolver: Resolver<'_>, id: &str, mapping: &EventSourceMapping) -> Result<Option<StreamReader>, Reason> {
    let source = resolver.at(id, "EventSourceArn").optional(mapping.event_source_arn.as_ref())?.unwrap_or_default();
    if !is_stream(&source) {
        return Ok(None);
    }
    let function = resolver.at(id, "FunctionName").text(&mapping.function_name)?;
    let size = mapping.batch_size.as_ref().map(|size| resolver.at(id, "BatchSize").value(size)).transpose()?;
    Ok(Some(StreamReader {
        stream: source,
        function: function_name(&function).unwrap_or(function),
        batch_size: size.and_then(|size| usize::try_from(size).ok()).unwrap_or(STREAM_BATCH),
    }))
}

pub(super) fn stream(resolver: Resolver<'_>, id: &str, stream: &StreamResource) -> Result<Stream, Reason> {
    let shards = stream.shard_count.as_ref().map(|shards| resolver.at(id, "ShardCount").value(shards)).transpose()?;
    Ok(Stream { arn: resolver.arn(id)?, shards: shards.and_then(|shards| usize::try_from(shards).ok()).unwrap_or(ON_DEMAND_SHARDS) })
}

/// Records an event source mapping of a stream takes at once when it does not say (docs: `AWS::Lambda::EventSourceMapping`, `BatchSize`).
const STREAM_BATCH: usize = 100;

/// Shards an on-demand stream begins with (docs: Kinesis, "On-demand mode").
const ON_DEMAND_SHARDS: usize = 4;

fn destination(arn: String) -> Result<Destination, Reason> {
    match function_name(&arn) {
        Some(function) => Ok(Destination::Function(function)),
        // Which stream a destination stands for is known when all templates are read.
        None if is_stream(&arn) || is_destination(&arn) => Ok(Destination::Stream(arn)),
        None => Err(Reason::other(format!("destination `{arn}` is neither a function nor a stream; only these are simulated"))),
    }
}

/// The ARN of a destination, and that of the stream it stands for.
pub(super) fn destination_of_accounts(resolver: Resolver<'_>, id: &str, destination: &LogsDestination) -> Result<(String, String), Reason> {
    Ok((resolver.arn(id)?, resolver.at(id, "TargetArn").text(&destination.target_arn)?))
}

/// Whether it is a destination by which other accounts deliver: `arn:aws:logs:eu-west-1:123456789012:destination:logs`.
fn is_destination(arn: &str) -> bool {
    let mut parts = arn.split(':');
    let [Some("arn"), Some(_), Some("logs"), Some(_), Some(_), Some("destination"), Some(_)] = std::array::from_fn(|_| parts.next()) else { return false };
    true
}

fn is_stream(arn: &str) -> bool {
    let mut parts = arn.split(':');
    let [Some("arn"), Some(_), Some("kinesis"), Some(_), Some(_), Some(stream)] = std::array::from_fn(|_| parts.next()) else { return false };
    stream.starts_with("stream/") && !stream.contains("/consumer/")
}

fn pattern(text: &str) -> Result<FilterPattern, Reason> {
    FilterPattern::parse(text).map_err(|error| Reason::other(format!("filter pattern `{text}`: {error}; {}", error.hint())))
}

/// The name in a function's ARN, without version or alias.
pub(super) fn function_name(arn: &str) -> Option<String> {
    let mut parts = arn.split(':');
    let [Some("arn"), Some(_), Some("lambda"), Some(_), Some(_), Some("function"), Some(name)] = std::array::from_fn(|_| parts.next()) else {
        return None;
    };
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_names_what_it_leaves_out() {
        let names = |criteria: &str| except(criteria).ok().map(|names| names.into_iter().collect::<Vec<_>>().join(" "));
        assert_eq!(names(r#"LogGroupName NOT IN ["/b", "/a"]"#).as_deref(), Some("/a /b"));
        assert_eq!(names(" LogGroupName  NOT IN []").as_deref(), Some(""));
        assert_eq!(names("").as_deref(), Some(""));
        for other in ["LogGroupName IN [\"a\"]", "LogGroupNamePrefix [\"a\"]", "LogGroupName NOT IN [a]"] {
            assert_eq!(names(other), None, "{other}");
        }
    }

    #[test]
    fn the_name_of_a_function_is_read_from_its_arn() {
        let name = function_name("arn:aws:lambda:eu-west-1:123456789012:function:shop-prod-error-classifier:live");
        assert_eq!(name.as_deref(), Some("shop-prod-error-classifier"));
        for other in ["arn:aws:kinesis:eu-west-1:123456789012:stream/logs", "arn:aws:lambda:eu-west-1:1:layer:x", "shop", ""] {
            assert_eq!(function_name(other), None, "{other}");
        }
    }
}
