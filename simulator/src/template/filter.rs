//! Metric filters and subscription filters of a template.

use skywarden_cloudformation::{
    Resolver,
    logs::{MetricFilter as MetricFilterResource, MetricTransformation, SubscriptionFilter as SubscriptionFilterResource},
};
use skywarden_core::{
    json::Selector,
    pattern::{FilterPattern, MetricValue},
};

use crate::{
    replay::{DimensionSource, MetricFilter, SubscriptionFilter},
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
    let destination = text("DestinationArn", &filter.destination_arn)?;
    let function =
        function_name(&destination).ok_or_else(|| Reason::other(format!("destination `{destination}` is not a function; only functions are simulated")))?;
    Ok(SubscriptionFilter {
        name: resolver.at(id, "FilterName").optional(filter.filter_name.as_ref())?.unwrap_or_else(|| id.to_owned()),
        log_group: text("LogGroupName", &filter.log_group_name)?,
        pattern: pattern(&text("FilterPattern", &filter.filter_pattern)?)?,
        function,
    })
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
    fn the_name_of_a_function_is_read_from_its_arn() {
        let name = function_name("arn:aws:lambda:eu-west-1:123456789012:function:shop-prod-error-classifier:live");
        assert_eq!(name.as_deref(), Some("shop-prod-error-classifier"));
        for other in ["arn:aws:kinesis:eu-west-1:123456789012:stream/logs", "arn:aws:lambda:eu-west-1:1:layer:x", "shop", ""] {
            assert_eq!(function_name(other), None, "{other}");
        }
    }
}
