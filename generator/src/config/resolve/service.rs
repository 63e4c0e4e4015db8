//! Services: their log groups, metrics, alarms and subscriptions.

use std::collections::BTreeMap;

use skywarden_cloudformation::limits::{ALARM_NAME_CHARACTERS, METRIC_FILTERS};
use skywarden_core::{
    metric::name::ServiceMetric,
    pattern::{FilterPattern, quota::MAX_REGEX_PATTERNS_PER_LOG_GROUP},
    plan::LogFormat,
};
use skywarden_document::{Span, Spanned, closest, shortened};

use super::{Project, account, alarm, alarm::Watched, builtin, metric::Metric, metric_alarm, objective, subscription};
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawAlarms, RawConfig, RawMetric, RawService},
    },
    model::{Alarm, AlarmKind, LogGroup, MetricEngine, Runtime, Service, names::logical_id},
};

/// Names Skywarden gives to things beside services: its own namespace and the overview dashboard.
const RESERVED_SERVICES: [&str; 2] = ["overview", "skywarden"];
/// Last parts of names that built-in alarms have.
const RESERVED_ALARMS: [&str; 4] = ["error-rate", "error-lines", "latency", "no-logs"];
/// Metrics of every service, and of those with request lines.
const RESERVED_METRICS: [ServiceMetric; 4] = [ServiceMetric::Requests, ServiceMetric::ServerErrors, ServiceMetric::RequestDuration, ServiceMetric::ErrorLines];

/// Every service, in the order of their names.
pub(super) fn services(raw: &RawConfig, project: &mut Project<'_>, findings: &mut Findings) -> Vec<Service> {
    for metric in &raw.metrics {
        if let Some(from) = &metric.from {
            unknown_service(from, raw, findings);
        }
    }
    let mut sorted: Vec<&RawService> = raw.services.iter().collect();
    sorted.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    let mut metrics: BTreeMap<&str, Vec<&RawMetric>> = BTreeMap::new();
    for metric in &raw.metrics {
        if let Some(from) = &metric.from {
            metrics.entry(&from.value).or_default().push(metric);
        }
    }
    let mut groups: BTreeMap<String, Span> = BTreeMap::new();
    let mut services = Vec::new();
    for service in sorted {
        if RESERVED_SERVICES.contains(&service.name.value.as_str()) {
            let message = format!("`{}` is a name Skywarden gives itself", service.name.value);
            findings.push(Finding::error(Code::ReservedName, service.name.span, message).hint("call the service something else"));
        }
        let own = metrics.get(service.name.value.as_str()).map_or(&[][..], Vec::as_slice);
        let resolved = resolve(service, own, &raw.defaults.alarms, project, findings);
        let place = service.log_group.name.as_ref().map_or(service.name.span, |name| name.span);
        if let Some(first) = groups.get(&resolved.log_group.name) {
            let message = format!("two services have the log group `{}`", shortened(&resolved.log_group.name));
            let finding = Finding::error(Code::DuplicateLogGroup, place, message).related(*first, "first service");
            findings.push(finding.hint("give each service its own `log_group`, or make them one service"));
        } else {
            groups.insert(resolved.log_group.name.clone(), place);
        }
        services.push(resolved);
    }
    services
}

/// Reports a name that is no service of the config.
pub(super) fn unknown_service(name: &Spanned<String>, raw: &RawConfig, findings: &mut Findings) {
    if raw.service(&name.value).is_some() || findings.is_incomplete() {
        return;
    }
    let known = || raw.services.iter().map(|service| service.name.value.as_str());
    let hint = match closest(&name.value, known()) {
        Some(service) => format!("did you mean `{service}`?"),
        None => format!("services of this config: {}", known().collect::<Vec<_>>().join(", ")),
    };
    let message = format!("there is no service `{}`", shortened(&name.value));
    findings.push(Finding::error(Code::UnknownService, name.span, message).hint(hint));
}

fn resolve(raw: &RawService, own: &[&RawMetric], general: &RawAlarms, project: &mut Project<'_>, findings: &mut Findings) -> Service {
    let name = raw.name.value.clone();
    let runtime = raw.runtime.as_ref().map_or(Runtime::External, |runtime| runtime.value);
    let format = raw.format.as_ref().map_or(LogFormat::Json, |format| format.value.clone());
    let http = http(raw, &format, findings);
    let telemetry = telemetry(raw, &format, findings);
    let log_group = log_group(raw, runtime, project, findings);
    let namespace = project.names.namespace(&name);
    let runbook = raw.runbook.as_ref().map(|runbook| runbook.value.clone()).unwrap_or_default();
    let watched = Watched { name: &name, namespace: &namespace, log_group: &log_group.name, runbook: &runbook, http, telemetry };
    let mut metrics = builtin::metrics(&namespace, builtin::Kind { runtime, format: &format, http, telemetry });
    let mut alarms = alarm::alarms(&raw.alarms, general, &watched, project, findings);
    let mut taken = Taken::new(telemetry);
    let mut watched_metrics = Vec::new();
    for metric in own {
        let Some(resolved) = Metric::new(metric, &format, findings) else { continue };
        let place = metric.name.as_ref().map_or(metric.span, |name| name.span);
        if !taken.take(&resolved.name, place, findings) {
            continue;
        }
        metrics.push(resolved.plan(&namespace, &log_group));
        let Some(raw_alarm) = &metric.alarm else { continue };
        let total = resolved.total();
        let watched_name = total.as_ref().unwrap_or(&resolved).name.clone();
        if let Some(total) = &total
            && taken.take(&total.name, place, findings)
        {
            metrics.push(total.plan(&namespace, &log_group));
        }
        watched_metrics.push((raw_alarm, resolved, watched_name));
    }
    let counted = objective::Counted { format: &format, log_group: &log_group, silenced: raw.alarms.common.or(&general.common).silenced() };
    let burning = objective::resolve(&raw.objectives, &watched, &counted, &mut metrics, &mut taken, project, findings);
    // Once all metrics are known: an alarm may be on a share of another one.
    let among = metric_alarm::Among { service: &watched, metrics: &metrics, common: raw.alarms.common.or(&general.common) };
    for (raw_alarm, metric, watched_name) in watched_metrics {
        alarms.extend(metric_alarm::alarm(raw_alarm, &metric, &watched_name, &among, project, findings));
    }
    alarms.extend(burning.alarms);
    let account = project.account.of(raw, &project.delivery, findings);
    account::check_metrics(raw, own, &metrics, account.as_deref(), findings);
    let around = subscription::Around { format: &format, delivery: &project.delivery, is_elsewhere: account.is_some() };
    let listeners = subscription::listeners(raw, &metrics, around, findings);
    let service = Service {
        name: raw.name.value.clone(),
        runtime,
        account,
        format,
        http,
        telemetry,
        namespace: namespace.clone(),
        subscriptions: listeners.subscriptions,
        existing_subscriptions: subscription::existing(raw),
        one_function: listeners.one_function,
        metrics,
        alarms,
        composites: burning.composites,
        objectives: burning.objectives,
        after: Vec::new(),
        maintenance: Vec::new(),
        alarm_stacks: raw.alarm_stacks.as_ref().and_then(|stacks| u32::try_from(stacks.value).ok()).unwrap_or(0),
        runbook: runbook.clone(),
        log_group,
    };
    check_filters(&service, raw.name.span, findings);
    service
}

/// Whether there are request lines; they are JSON.
fn http(raw: &RawService, format: &LogFormat, findings: &mut Findings) -> bool {
    let json = format.is_json();
    let Some(http) = &raw.http else { return json };
    if http.value && !json {
        let message = format!("the format of service `{}` is {}, and request lines are JSON", raw.name.value, format.as_str());
        findings.push(Finding::error(Code::NotApplicable, http.span, message).hint("set `format: json` or `http: false`"));
    }
    http.value
}

/// Whether the telemetry library writes the metrics; its lines are JSON.
fn telemetry(raw: &RawService, format: &LogFormat, findings: &mut Findings) -> bool {
    let Some(telemetry) = &raw.telemetry else { return false };
    if telemetry.value && !format.is_json() {
        let message = format!("the format of service `{}` is {}, and the telemetry library writes JSON", raw.name.value, format.as_str());
        let hint = "set `format: json` if the service logs with the library, or leave `telemetry` out";
        findings.push(Finding::error(Code::NotApplicable, telemetry.span, message).hint(hint));
    }
    telemetry.value
}

fn log_group(raw: &RawService, runtime: Runtime, project: &Project<'_>, findings: &mut Findings) -> LogGroup {
    let existing = raw.log_group.existing.as_ref().is_some_and(|existing| existing.value);
    if existing {
        let settings = [("retention", raw.retention.as_ref().map(|days| days.span)), ("encryption", raw.encryption.as_ref().map(|encryption| encryption.span))];
        for (key, span) in settings {
            if let Some(span) = span {
                let message = format!("`{key}` has no effect on a log group that exists already");
                let finding = Finding::warning(Code::NoEffect, span, message);
                findings.push(finding.hint("set it where the log group is created, or let Skywarden create it (`existing: false`)"));
            }
        }
    }
    LogGroup {
        name: raw.log_group.name.as_ref().map_or_else(|| default_log_group(runtime, &project.name, &raw.name.value), |name| name.value.clone()),
        existing,
        retention_days: raw.retention.as_ref().map_or(project.retention_days, |days| days.value),
        encryption: raw.encryption.as_ref().map_or_else(|| project.encryption.clone(), |encryption| encryption.value.clone()),
    }
}

/// Where each runtime writes when nobody says otherwise.
fn default_log_group(runtime: Runtime, project: &str, service: &str) -> String {
    match runtime {
        Runtime::Lambda => format!("/aws/lambda/{project}-{service}"),
        Runtime::Ecs => format!("/ecs/{project}-{service}"),
        Runtime::Ec2 => format!("/ec2/{project}-{service}"),
        Runtime::AppRunner => format!("/aws/apprunner/{project}-{service}"),
        Runtime::External => format!("/{project}/{service}"),
    }
}

/// Metric names of one service. Compared as logical ids, so that `order_value` and `OrderValue` do not end up as one resource.
pub(super) struct Taken {
    first: BTreeMap<String, Span>,
    /// Whether the names of the telemetry library's metrics are taken as well.
    telemetry: bool,
}

impl Taken {
    const fn new(telemetry: bool) -> Self {
        Self { first: BTreeMap::new(), telemetry }
    }

    /// Whether the name is free; reported when it is not.
    pub(super) fn take(&mut self, name: &str, place: Span, findings: &mut Findings) -> bool {
        let id = logical_id(&[name]);
        let is = |word: &str| logical_id(&[word]) == id;
        let owner = if RESERVED_METRICS.iter().any(|metric| is(metric.as_str())) || RESERVED_ALARMS.into_iter().any(is) {
            Some("every service has")
        } else {
            // The alarm on lost lines is called as its metric.
            (self.telemetry && ServiceMetric::ALL.iter().any(|metric| is(metric.as_str()))).then_some("a service with `telemetry: true` has")
        };
        if let Some(owner) = owner {
            let message = format!("`{name}` is the name of a metric or alarm {owner}");
            findings.push(Finding::error(Code::ReservedName, place, message).hint("call the metric something else"));
            return false;
        }
        if let Some(first) = self.first.get(&id) {
            let message = format!("the service has a metric `{name}` already");
            let finding = Finding::error(Code::DuplicateMetric, place, message).related(*first, "first metric");
            findings.push(finding.hint("call one of them something else; `NAMEAll` is taken by a metric with `by` and `alarm`, and `-` and `_` do not count"));
            return false;
        }
        self.first.insert(id, place);
        true
    }
}

/// Reports a log group with more filters than AWS allows.
fn check_filters(service: &Service, place: Span, findings: &mut Findings) {
    let native = service.metrics.iter().filter_map(|metric| match &metric.engine {
        MetricEngine::Native(filter) => Some(filter.pattern.as_str()),
        MetricEngine::Extractor(_) | MetricEngine::Emf => None,
    });
    let native: Vec<&str> = native.collect();
    if native.len() > METRIC_FILTERS {
        let message = format!("service `{}` has {} metric filters, a log group has at most {METRIC_FILTERS}", service.name, native.len());
        let finding = Finding::error(Code::AwsLimit, place, message);
        findings.push(finding.hint("join metrics that differ in one value by a dimension (`by`), or give some a `limit`: metrics-extractor computes those"));
    }
    let patterns = native.into_iter().chain(service.subscriptions.iter().map(|subscription| subscription.pattern.as_str()));
    // An expression stands between two `%`.
    let with_regex = patterns.filter(|pattern| pattern.contains('%') && FilterPattern::parse(pattern).is_ok_and(|pattern| pattern.regex_count() > 0)).count();
    if with_regex > MAX_REGEX_PATTERNS_PER_LOG_GROUP {
        let message =
            format!("service `{}` has {with_regex} filters with regular expressions, a log group has at most {MAX_REGEX_PATTERNS_PER_LOG_GROUP}", service.name);
        findings.push(Finding::error(Code::AwsLimit, place, message).hint("write some of them with `*` or with several terms"));
    }
}

/// Owners of alarms beside the services, which cannot be called so.
const SKYWARDEN: &str = "Skywarden itself";
const PROJECT: &str = "the project";

/// Reports two alarms with the same name: names are joined by a pattern, so `a` with `b-c` and `a-b` with `c` would meet. And names that are too long.
pub(super) fn check_alarm_names(raw: &RawConfig, services: &[Service], own: &[Alarm], of_project: &[Alarm], findings: &mut Findings) {
    let mut names: BTreeMap<&str, &str> = own.iter().map(|alarm| (alarm.name.as_str(), SKYWARDEN)).collect();
    let places = |service: &str| raw.service(service).map(|raw| raw.name.span);
    let typed = |alarm: &Alarm| match &alarm.kind {
        AlarmKind::Named(name) => raw.alarms.iter().filter_map(|alarm| alarm.name.as_ref()).find(|typed| typed.value == *name).map(|typed| typed.span),
        _ => None,
    };
    let of_project = of_project.iter().map(|alarm| (alarm.name.as_str(), PROJECT, typed(alarm)));
    let of_services = services.iter().flat_map(|service| {
        let composites = service.composites.iter().map(|composite| (composite.name.as_str(), None));
        let alarms = service.alarms.iter().map(|alarm| (alarm.name.as_str(), typed(alarm)));
        composites.chain(alarms).map(|(name, place)| (name, service.name.as_str(), place.or_else(|| places(&service.name))))
    });
    for (name, owner, place) in of_project.chain(of_services) {
        let Some(place) = place else { continue };
        if name.chars().count() > ALARM_NAME_CHARACTERS {
            let message = format!("`{}` would have {} characters, an alarm's name has at most {ALARM_NAME_CHARACTERS}", shortened(name), name.chars().count());
            findings.push(Finding::error(Code::AwsLimit, place, message).hint("shorten the name, or the pattern under `names`"));
        }
        let Some(other) = names.insert(name, owner) else { continue };
        let message = match (other, owner) {
            _ if other == owner => format!("service `{owner}` would have two alarms named `{name}`"),
            (SKYWARDEN | PROJECT, _) | (_, SKYWARDEN | PROJECT) => {
                format!("{} and {} would both have an alarm named `{name}`", owner_words(other), owner_words(owner))
            }
            _ => format!("services `{other}` and `{owner}` would both have an alarm named `{name}`"),
        };
        findings.push(Finding::error(Code::DuplicateAlarm, place, message).hint("rename the service, the metric or the alarm"));
    }
}

fn owner_words(owner: &str) -> String {
    if matches!(owner, SKYWARDEN | PROJECT) { owner.to_owned() } else { format!("service `{owner}`") }
}
