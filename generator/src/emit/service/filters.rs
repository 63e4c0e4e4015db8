//! What is attached to the log group: metric filters and subscription filters.

use skywarden_cloudformation::{
    Expr, Resource, Template,
    logs::{Distribution, FilterDimension, MetricFilter, MetricTransformation, SubscriptionFilter},
};

use super::log_group::behind;
use crate::{
    emit::{arn, ids, project::Project},
    model::{Destination, MetricEngine, MetricPlan, MetricValue, NativeFilter, Service, Subscription, names::Function},
};

/// Adds a metric filter for each native metric and the subscription filters.
pub(super) fn add(template: &mut Template, project: &Project<'_>, service: &Service) {
    for metric in &service.metrics {
        if let MetricEngine::Native(filter) = &metric.engine {
            let resource = metric_filter(project, service, metric, filter);
            template.add(ids::of_pascal("Metric", &metric.name), behind(service, resource));
        }
    }
    for subscription in &service.subscriptions {
        let id = format!("Subscription{}", function(subscription.destination).logical());
        template.add(id, behind(service, subscription_filter(project, service, subscription)));
    }
}

fn metric_filter(project: &Project<'_>, service: &Service, metric: &MetricPlan, filter: &NativeFilter) -> Resource {
    let value = match &filter.value {
        MetricValue::Constant(number) => number.to_string(),
        MetricValue::Selector(selector) => selector.clone(),
    };
    let transformation = MetricTransformation {
        // CloudWatch Logs refuses a default value together with dimensions.
        default_value: filter.default_value.filter(|_| metric.dimensions.is_empty()).map(Into::into),
        dimensions: metric.dimensions.iter().map(|dimension| FilterDimension::new(dimension.name.clone(), dimension.selector.clone())).collect(),
        unit: Some(metric.unit.clone().into()),
        ..MetricTransformation::new(metric.name.clone(), metric.namespace.clone(), value)
    };
    Resource::new(MetricFilter {
        filter_name: Some(filter_name(&format!("{}-{}", project.names.prefix(), metric.name)).into()),
        ..MetricFilter::new(service.log_group.name.clone(), filter.pattern.clone(), vec![transformation])
    })
}

fn subscription_filter(project: &Project<'_>, service: &Service, subscription: &Subscription) -> Resource {
    let names = project.names;
    let destination = match subscription.destination {
        Destination::Function(function) => arn::function(names, function),
        Destination::Stream => arn::stream(&names.stream()),
        Destination::CrossAccount => arn::destination_of_project(&names.destination()),
    };
    let filter = SubscriptionFilter {
        filter_name: Some(names.function(function(subscription.destination)).into()),
        ..SubscriptionFilter::new(service.log_group.name.clone(), Expr::sub(destination), subscription.pattern.clone())
    };
    Resource::new(match subscription.destination {
        Destination::Function(_) => filter,
        Destination::Stream => SubscriptionFilter {
            // By name, not by export, as the key's.
            role_arn: Some(Expr::from(format!("{{{{resolve:ssm:{}}}}}", names.stream_role_parameter()))),
            // A batch is known by its contents: it does not matter in which shard it lies, and a busy log stream must not fill one.
            distribution: Some(Distribution::Random.into()),
            ..filter
        },
        // The destination has a role of its own.
        Destination::CrossAccount => SubscriptionFilter { distribution: Some(Distribution::Random.into()), ..filter },
    })
}

/// The function a filter is named for. The filter to the stream has the place of error-classifier's: a log group has room for two, and CloudFormation makes
/// what is new before it deletes what is old, so that another filter would find no room.
const fn function(destination: Destination) -> Function {
    match destination {
        Destination::Function(function) => function,
        Destination::Stream | Destination::CrossAccount => Function::ErrorClassifier,
    }
}

/// A filter's name may hold anything but `:` and `*`.
fn filter_name(text: &str) -> String {
    text.replace([':', '*'], "-")
}
