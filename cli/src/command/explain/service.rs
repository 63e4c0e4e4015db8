//! `skywarden explain service`

use std::process::ExitCode;

use skywarden_cloudformation::limits::SUBSCRIPTION_FILTERS;
use skywarden_core::pattern::{FilterPattern, explain::Statement};
use skywarden_generator::{
    model::{Destination, Encryption, MetricEngine, MetricPlan, Model, Runtime, Service, Subscription, names::Function},
    price::{self, MetricPrice},
};

use super::Rows;
use crate::{
    args::ConfigArgs,
    known, project,
    terminal::{Failed, say},
};

/// All about a service.
pub(super) fn run(name: &str, config: &ConfigArgs) -> Result<ExitCode, Failed> {
    let model = project::read(config)?;
    let Some(service) = model.services.iter().find(|service| service.name == name) else {
        let names: Vec<&str> = model.services.iter().map(|service| service.name.as_str()).collect();
        return Err(Failed::with_hint(format!("there is no service {name}"), &known::hint(name, "the services", &names)));
    };
    say(&text(&model, service));
    Ok(ExitCode::SUCCESS)
}

fn text(model: &Model, service: &Service) -> String {
    let mut rows = Rows::new(&service.name, &format!("{}, its lines are {}", runtime(service.runtime), service.format.as_str()));
    if let Some(account) = &service.account {
        rows.add("account", &elsewhere(model, account));
    }
    rows.add("log group", &log_group(service));
    rows.add("slots", &slots(service));
    for subscription in &service.subscriptions {
        rows.add("filter", &format!("to {}: {}", subscription.destination.as_str(), shown(&subscription.pattern)));
        rows.add("  lines", &words(&subscription.pattern));
        rows.add("  why", &reason(service, subscription));
    }
    if service.account.is_none() && model.delivery.is_account_wide() {
        rows.add("account", &account_wide(model, service));
    }
    for metric in &service.metrics {
        rows.add("metric", &format!("{} by {}, {}: {}", metric.name, engine(service, metric), cost_of_metric(metric), reason_of_metric(metric)));
    }
    for composite in &service.composites {
        rows.add("alarm", &format!("{} ({}, {}): {}", composite.name, composite.severity.as_str(), price::COMPOSITE_ALARM, composite.title));
    }
    for alarm in &service.alarms {
        rows.add("alarm", &format!("{} ({}, {}): {}", alarm.name, alarm.severity.as_str(), price::of_alarm(alarm), alarm.title));
    }
    rows.add("dashboard", &format!("{}, {}", model.names.dashboard(Some(&service.name)), price::DASHBOARD));
    rows.add("stack", &model.names.service_stack(&service.name));
    costs(&mut rows, service);
    rows.0
}

const fn runtime(runtime: Runtime) -> &'static str {
    match runtime {
        Runtime::Lambda => "runs on AWS Lambda",
        Runtime::Ecs => "runs on Amazon ECS",
        Runtime::Ec2 => "runs on Amazon EC2",
        Runtime::AppRunner => "runs on AWS App Runner",
        Runtime::External => "runs elsewhere and writes to CloudWatch Logs",
    }
}

fn log_group(service: &Service) -> String {
    let group = &service.log_group;
    if group.existing {
        return format!("{}, which exists already: how long it keeps its lines and how it encrypts them is its owner's business", group.name);
    }
    let key = match &group.encryption {
        Encryption::Aws => "the key of CloudWatch Logs",
        Encryption::Customer if service.account.is_some() => "the project's key in its account",
        Encryption::Customer => "the project's key",
        Encryption::Key(arn) => arn,
    };
    format!("{}, kept for {} days, encrypted with {key}", group.name, group.retention_days)
}

fn slots(service: &Service) -> String {
    let (others, ours) = (service.existing_subscriptions, service.subscriptions.len());
    let free = SUBSCRIPTION_FILTERS.saturating_sub(others + ours);
    format!("of {SUBSCRIPTION_FILTERS} subscription filters {ours} from here, {others} of others, {free} free")
}

fn shown(pattern: &str) -> String {
    if pattern.is_empty() { "the empty pattern".to_owned() } else { format!("`{pattern}`") }
}

/// A pattern in words, on one line.
fn words(pattern: &str) -> String {
    // What the generator has written is legal.
    FilterPattern::parse(pattern).map_or_else(|error| error.to_string(), |pattern| in_line(&pattern.explain().statement))
}

fn in_line(statement: &Statement) -> String {
    if statement.parts.is_empty() {
        return statement.text.clone();
    }
    let parts: Vec<String> = statement.parts.iter().map(in_line).collect();
    format!("{} ({})", statement.text.trim_end_matches(':'), parts.join("; "))
}

/// Why a log group has this filter.
fn reason(service: &Service, subscription: &Subscription) -> String {
    let computed = computed(service);
    let every_line = subscription.pattern.is_empty();
    match subscription.destination {
        Destination::Function(Function::MetricsExtractor) => format!("it computes {computed}"),
        Destination::Stream | Destination::CrossAccount if computed.is_empty() => {
            "one filter for both functions, which read the whole stream; only errors are looked for in this log".to_owned()
        }
        Destination::Stream | Destination::CrossAccount => {
            format!("one filter for both functions, which read the whole stream: lines that may be errors, and those of {computed}")
        }
        Destination::Function(_) if service.one_function => {
            let joined = if every_line { ", and the patterns of both make no pattern together" } else { "" };
            format!("there is room for one filter, so that error-classifier computes {computed} as well{joined}")
        }
        Destination::Function(_) if every_line => "the lines of a trace behind its first hold no word to look for".to_owned(),
        Destination::Function(_) => "an error has one of these; one line too many costs a little, a missed one is a missed error".to_owned(),
    }
}

/// Names of the metrics a function computes.
fn computed(service: &Service) -> String {
    let computed = service.metrics.iter().filter(|metric| matches!(metric.engine, MetricEngine::Extractor(_)));
    computed.map(|metric| metric.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// What is in which account, for a service of another one.
fn elsewhere(model: &Model, account: &str) -> String {
    let own = model.account.as_deref().unwrap_or("the project's account");
    format!(
        "{account}: its log group, metrics, alarms and dashboard are there. Its lines come to {own} by the destination {}, and its alarms act on the topic {} of {own}",
        model.names.destination(),
        model.names.shared("alarms")
    )
}

/// What the subscription of the whole account does with the service's log.
fn account_wide(model: &Model, service: &Service) -> String {
    match (model.delivery.stream.is_some(), service.one_function) {
        (true, _) => "its own subscription puts every line into the stream, which both functions read".to_owned(),
        (false, true) => format!("its own subscription gives every line to error-classifier, which computes {} as well", computed(service)),
        (false, false) => "its own subscription gives every line to error-classifier".to_owned(),
    }
}

fn engine(service: &Service, metric: &MetricPlan) -> &'static str {
    match metric.engine {
        MetricEngine::Native(_) => "a metric filter",
        MetricEngine::Emf => "the service itself",
        MetricEngine::Extractor(_) if service.one_function => "error-classifier",
        MetricEngine::Extractor(_) => "metrics-extractor",
    }
}

/// Why that engine; which one it is has been said.
fn reason_of_metric(metric: &MetricPlan) -> &str {
    metric.reason.strip_prefix("metrics-extractor computes it: ").unwrap_or(&metric.reason)
}

fn cost_of_metric(metric: &MetricPlan) -> String {
    match price::of_metric(metric) {
        MetricPrice::One(price) => price.to_string(),
        MetricPrice::Each(price) => format!("{price} for each combination of dimension values"),
    }
}

/// What it costs a month though nothing is logged, and what a gigabyte costs.
fn costs(rows: &mut Rows, service: &Service) {
    let price = price::of_service(service);
    let mut parts = vec![format!("metrics {}", price.metrics), format!("alarms {}", price.alarms)];
    if !service.composites.is_empty() {
        parts.push(format!("composite alarms {}", price.composites));
    }
    parts.push(format!("dashboard {}", price.dashboard));
    rows.add("a month", &format!("{} at rest: {}", price.total(), parts.join(", ")));
    if price.by_dimension > 0 {
        let each = price::CUSTOM_METRIC;
        let metrics = if price.by_dimension == 1 { "a metric".to_owned() } else { format!("{} metrics", price.by_dimension) };
        rows.add("", &format!("and {each} for each combination of dimension values of {metrics}: the log says how many there are"));
    }
    rows.add("a gigabyte", &format!("{} to take its lines in, {} for each month they are kept, compressed", price::INGESTION_GB, price::STORAGE_GB));
    rows.add("prices", &format!("{}, {}, without free tiers; metrics cost less in hours without data", price::REGION, price::AS_OF));
}
