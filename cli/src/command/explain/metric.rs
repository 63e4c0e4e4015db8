//! `skywarden explain metric`

use std::process::ExitCode;

use skywarden_core::plan::{MetricValueSource, Processing};
use skywarden_generator::{
    model::{MetricEngine, MetricPlan, MetricValue, Service},
    price::{self, MetricPrice},
};

use super::Rows;
use crate::{
    args::ConfigArgs,
    known, project,
    terminal::{Failed, say},
};

/// How a metric is computed, and why that way.
pub(super) fn run(name: &str, config: &ConfigArgs) -> Result<ExitCode, Failed> {
    let model = project::read(config)?;
    let found: Vec<_> = model
        .services
        .iter()
        .flat_map(|service| service.metrics.iter().map(move |metric| (service, metric)))
        .filter(|(_, metric)| metric.name == name)
        .collect();
    if found.is_empty() {
        let mut names: Vec<&str> = model.services.iter().flat_map(|service| &service.metrics).map(|metric| metric.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        return Err(Failed::with_hint(format!("there is no metric {name}"), &known::hint(name, "the metrics", &names)));
    }
    for (service, metric) in found {
        say(&text(service, metric, model.processing));
    }
    Ok(ExitCode::SUCCESS)
}

fn text(service: &Service, metric: &MetricPlan, processing: Processing) -> String {
    let mut rows = Rows::new(&format!("{} of {}", metric.name, service.name), &metric.description);
    let mut row = |name: &str, value: &str| rows.add(name, value);
    row("namespace", &metric.namespace);
    row("unit", &metric.unit);
    row("from", &service.log_group.name);
    let dimensions: Vec<String> = metric.dimensions.iter().map(|dimension| format!("{} = {}", dimension.name, dimension.selector)).collect();
    if !dimensions.is_empty() {
        row("dimensions", &dimensions.join(", "));
    }
    match &metric.engine {
        MetricEngine::Emf => {
            row("computed by", "the service itself, with the telemetry library: embedded metrics in its log");
            row("settings", "metrics.builtin: true; project, environment and service as here or metrics.namespace as above; no metrics.dimensions");
        }
        MetricEngine::Native(filter) => {
            row("computed by", "a CloudWatch Logs metric filter");
            row("pattern", &filter.pattern);
            row(
                "value",
                &match &filter.value {
                    MetricValue::Constant(number) => number.to_string(),
                    MetricValue::Selector(selector) => selector.clone(),
                },
            );
        }
        MetricEngine::Extractor(rule) => {
            row(
                "computed by",
                if service.one_function { "error-classifier, whose subscription is the only one of the log group" } else { "metrics-extractor" },
            );
            row("pattern", if rule.pattern.is_empty() { "every line" } else { &rule.pattern });
            row(
                "value",
                &match &rule.value {
                    MetricValueSource::Constant(number) => number.to_string(),
                    MetricValueSource::Selector(selector) => selector.clone(),
                },
            );
            let twice = if processing.metrics_marker || service.one_function {
                "a batch that is delivered twice counts once (processing.metrics_marker)"
            } else {
                "a batch that is delivered twice counts twice: processing.metrics_marker is false"
            };
            row("duplicates", twice);
        }
    }
    row("why", &metric.reason);
    row("costs", &cost(metric));
    rows.0
}

/// What it costs a month.
fn cost(metric: &MetricPlan) -> String {
    let place = format!("({}, {})", price::REGION, price::AS_OF);
    match price::of_metric(metric) {
        MetricPrice::One(price) => format!("{price} a month, less in hours without data {place}"),
        MetricPrice::Each(price) => format!("{price} a month for each combination of dimension values, less in hours without data {place}"),
    }
}
