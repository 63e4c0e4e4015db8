//! What is attached to the log group: metric filters and subscription filters.

use skywarden_cloudformation::{
    Expr, Resource, Template,
    logs::{FilterDimension, MetricFilter, MetricTransformation, SubscriptionFilter},
};

use super::log_group::behind;
use crate::{
    emit::{arn, ids, project::Project},
    model::{MetricEngine, MetricPlan, MetricValue, NativeFilter, Service, Subscription},
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
        let id = format!("Subscription{}", subscription.function.logical());
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
    let function = subscription.function;
    Resource::new(SubscriptionFilter {
        filter_name: Some(project.names.function(function).into()),
        ..SubscriptionFilter::new(service.log_group.name.clone(), Expr::sub(arn::function(project.names, function)), subscription.pattern.clone())
    })
}

/// A filter's name may hold anything but `:` and `*`.
fn filter_name(text: &str) -> String {
    text.replace([':', '*'], "-")
}
