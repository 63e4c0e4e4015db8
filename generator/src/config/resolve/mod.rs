//! From what was typed to what is meant: defaults filled in, names checked against each other, an engine chosen for every metric.

mod account;
mod advice;
mod alarm;
mod builtin;
mod delivery;
mod error_rules;
mod errors;
mod impact;
mod line_paths;
mod maintenance;
mod mask;
mod messages;
mod metric;
mod metric_alarm;
mod named_alarm;
mod notify;
mod objective;
mod own;
mod route;
mod service;
mod subscription;
mod threshold;

use skywarden_cloudformation::limits::FUNCTION_NAME_CHARACTERS;
use skywarden_core::plan::{Processing, TaxonomyRule};

use crate::{
    config::{
        Templates,
        code::Code,
        findings::{Finding, Findings},
        metric_catalogue::MetricCatalogue,
        raw::{RawConfig, RawObjectiveDefaults},
    },
    model::{
        Alarm, Architecture, Delivery, Encryption, Model,
        names::{Function, Names},
    },
};
use account::Account;
use advice::Advice;

/// Environment when none is given.
const DEFAULT_ENVIRONMENT: &str = "prod";
/// Region when none is given; templates are region-agnostic, so it only affects links.
const DEFAULT_REGION: &str = "us-east-1";
/// Retention in days when none is given: long enough for a month's review, short enough not to surprise on the bill.
const DEFAULT_RETENTION_DAYS: u32 = 30;

/// What every part needs to know of the project.
struct Project<'a> {
    names: Names,
    name: String,
    environment: String,
    retention_days: u32,
    encryption: Encryption,
    objectives: RawObjectiveDefaults,
    delivery: Delivery,
    account: Account,
    advice: Advice<'a>,
}

/// What is known beside the config.
pub(super) struct Known<'a> {
    pub(super) templates: &'a Templates,
    pub(super) taxonomy: Vec<TaxonomyRule>,
    pub(super) metrics: &'a MetricCatalogue,
}

/// Builds the model. With errors among the findings it is not meant to be used: what could not be read has its default.
pub(super) fn resolve(raw: &RawConfig, known: Known<'_>, findings: &mut Findings) -> Model {
    let Known { templates, taxonomy, metrics } = known;
    // A project without a name is an error already; the rest is still checked, under a name nobody will see.
    let project = raw.project.as_ref().map_or("project", |name| name.value.as_str());
    let environment = raw.environment.as_ref().map_or(DEFAULT_ENVIRONMENT, |name| name.value.as_str());
    let names = Names::new(project, environment).with_alarms(raw.alarm_names.clone().unwrap_or_default());
    check_prefix(raw, &names, findings);
    let mut project = Project {
        names: names.clone(),
        name: project.to_owned(),
        environment: environment.to_owned(),
        retention_days: raw.defaults.retention.as_ref().map_or(DEFAULT_RETENTION_DAYS, |days| days.value),
        encryption: raw.defaults.encryption.as_ref().map_or(Encryption::Customer, |encryption| encryption.value.clone()),
        objectives: raw.defaults.objectives.clone(),
        delivery: delivery::delivery(&raw.delivery, raw.processing.metrics_marker.as_ref(), findings),
        account: Account::new(raw, findings),
        advice: Advice::new(templates),
    };
    let region = raw.region.as_ref().map_or(DEFAULT_REGION, |region| region.value.as_str());
    let mut services = service::services(raw, &mut project, findings);
    let alarms = named_alarm::alarms(raw, &mut services, &named_alarm::Around { metrics, region }, &mut project, findings);
    impact::composites(raw, &mut services, &mut project, findings);
    project.delivery.senders = delivery::senders(raw, &services, findings);
    maintenance::assign(raw, &mut services, findings);
    let own_alarms = own::alarms(&mut project, findings);
    delivery::check_except(raw, &project.delivery, &services, &names, findings);
    service::check_alarm_names(raw, &services, &own_alarms, &alarms, findings);
    let errors = errors::policy(raw, &taxonomy, findings);
    let routes = route::routes(raw, findings);
    let of_project: Vec<&Alarm> = own_alarms.iter().chain(&alarms).collect();
    route::check_coverage(raw, &routes, &services, &of_project, &errors, &taxonomy, findings);
    Model {
        names,
        project: project.name,
        environment: project.environment,
        region: region.to_owned(),
        account: project.account.own,
        owner: raw.owner.as_ref().map(|owner| owner.value.clone()).unwrap_or_default(),
        architecture: raw.defaults.architecture.as_ref().map_or(Architecture::Arm64, |architecture| architecture.value),
        retention_days: project.retention_days,
        services,
        routes,
        alarms,
        own_alarms,
        delivery: project.delivery,
        errors,
        taxonomy,
        overview_dashboard: raw.overview.as_ref().is_none_or(|overview| overview.value),
        masking: mask::masking(&raw.mask, findings),
        messages: messages::messages(templates, findings),
        processing: Processing { metrics_marker: raw.processing.metrics_marker.as_ref().map_or(Processing::default().metrics_marker, |marker| marker.value) },
    }
}

/// Every physical name starts with project and environment; the functions' names are the shortest of their limits.
fn check_prefix(raw: &RawConfig, names: &Names, findings: &mut Findings) {
    let longest = Function::ALL.iter().map(|function| names.function(*function)).max_by_key(String::len).unwrap_or_default();
    let Some(place) = raw.environment.as_ref().or(raw.project.as_ref()) else { return };
    if longest.len() > FUNCTION_NAME_CHARACTERS {
        let message = format!("`{longest}` would have {} characters, a function's name has at most {FUNCTION_NAME_CHARACTERS}", longest.len());
        let hint = format!("shorten `project` or `environment` by {}", longest.len() - FUNCTION_NAME_CHARACTERS);
        findings.push(Finding::error(Code::AwsLimit, place.span, message).hint(hint));
    }
}
