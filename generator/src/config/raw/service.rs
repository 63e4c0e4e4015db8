//! `services:` as typed.

use skywarden_cloudformation::limits::SUBSCRIPTION_FILTERS;
use skywarden_core::plan::LogFormat;
use skywarden_document::{Node, Spanned, Value};

use super::objective;
use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        raw::{RawAlarms, RawObjective},
        read::{self, Expected, Fields},
    },
    model::{Encryption, Runtime},
};

/// One service.
#[derive(Debug)]
pub(crate) struct RawService {
    pub(crate) name: Spanned<String>,
    pub(crate) runtime: Option<Spanned<Runtime>>,
    pub(crate) account: Option<Spanned<String>>,
    pub(crate) format: Option<Spanned<LogFormat>>,
    pub(crate) http: Option<Spanned<bool>>,
    pub(crate) telemetry: Option<Spanned<bool>>,
    pub(crate) log_group: RawLogGroup,
    pub(crate) retention: Option<Spanned<u32>>,
    pub(crate) encryption: Option<Spanned<Encryption>>,
    pub(crate) existing_subscriptions: Option<Spanned<u64>>,
    pub(crate) alarm_stacks: Option<Spanned<u64>>,
    pub(crate) runbook: Option<Spanned<String>>,
    pub(crate) alarms: RawAlarms,
    pub(crate) objectives: Vec<RawObjective>,
}

/// Most stacks of the alarms of one service: some ten thousand alarms.
const MAX_ALARM_STACKS: u64 = 20;

/// Where its log is.
#[derive(Debug, Default)]
pub(crate) struct RawLogGroup {
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) existing: Option<Spanned<bool>>,
}

const RUNTIMES: [(&str, Runtime); 5] =
    [("lambda", Runtime::Lambda), ("ecs", Runtime::Ecs), ("ec2", Runtime::Ec2), ("apprunner", Runtime::AppRunner), ("external", Runtime::External)];

/// Every service; one without a usable name is reported and left out.
pub(super) fn services(node: &Node, findings: &mut Findings) -> Vec<RawService> {
    let Value::Map(entries) = &node.value else {
        let message = format!("expected the services by name, found {}", node.found());
        let hint = "write `services: { checkout: { runtime: lambda } }`";
        findings.push(Finding::error(Code::WrongType, node.span, message).hint(hint));
        return Vec::new();
    };
    if entries.is_empty() && !findings.is_incomplete() {
        let finding = Finding::error(Code::MissingKey, node.span, "there is no service to watch");
        findings.push(finding.hint("add one, for example `checkout: { runtime: lambda }`"));
    }
    entries
        .iter()
        .filter_map(|entry| {
            let named = read::service_name(&entry.key.value, entry.key.span, findings);
            let service = RawService::read(&entry.key, &entry.value, findings)?;
            named.then_some(service)
        })
        .collect()
}

impl RawService {
    fn read(name: &Spanned<String>, node: &Node, findings: &mut Findings) -> Option<Self> {
        let expected = Expected { what: "a service as a map", example: "checkout: { runtime: lambda }" };
        let mut fields = Fields::open(node, format!("service `{}`", name.value), &expected, findings)?;
        let runtime = fields.require("runtime", "runtime: lambda", findings);
        let flag = Expected { what: "`true` or `false`", example: "http: false" };
        let library = Expected { what: "`true` or `false`", example: "telemetry: true" };
        let subscriptions = Expected { what: "the number of subscription filters the log group already has", example: "existing_subscriptions: 1" };
        let stacks = Expected { what: "the number of stacks its alarms are spread over", example: "alarm_stacks: 2" };
        let service = Self {
            name: name.clone(),
            runtime: runtime.and_then(|node| read::word(node, &RUNTIMES, &RUNTIME, findings)),
            account: fields.take("account").and_then(|node| read::account(node, findings)),
            format: fields.take("format").and_then(|node| read::log_format(node, findings)),
            http: fields.take("http").and_then(|node| read::boolean(node, &flag, findings)),
            telemetry: fields.take("telemetry").and_then(|node| read::boolean(node, &library, findings)),
            log_group: fields.take("log_group").map(|node| RawLogGroup::read(node, findings)).unwrap_or_default(),
            retention: fields.take("retention").and_then(|node| read::retention(node, findings)),
            encryption: fields.take("encryption").and_then(|node| read::encryption_key(node, findings)),
            existing_subscriptions: fields
                .take("existing_subscriptions")
                .and_then(|node| read::count(node, 0..=SUBSCRIPTION_FILTERS as u64, &subscriptions, findings)),
            alarm_stacks: fields.take("alarm_stacks").and_then(|node| read::count(node, 1..=MAX_ALARM_STACKS, &stacks, findings)),
            runbook: fields.take("runbook").and_then(|node| read::url(node, findings)),
            alarms: fields.take("alarms").map(|node| RawAlarms::read(node, &format!("service `{}`", name.value), findings)).unwrap_or_default(),
            objectives: fields.take("slo").map(|node| objective::objectives(node, findings)).unwrap_or_default(),
        };
        fields.finish(findings);
        Some(service)
    }
}

const RUNTIME: Expected = Expected { what: "a runtime", example: "runtime: lambda" };

impl RawLogGroup {
    /// `log_group: NAME` or `log_group: { name: NAME, existing: true }`.
    fn read(node: &Node, findings: &mut Findings) -> Self {
        if !matches!(node.value, Value::Map(_)) {
            return Self { name: read::log_group_name(node, findings), existing: None };
        }
        let expected = Expected { what: "a log group", example: "log_group: { name: /ecs/catalog, existing: true }" };
        let Some(mut fields) = Fields::open(node, "`log_group`", &expected, findings) else {
            return Self::default();
        };
        let flag = Expected { what: "`true` or `false`", example: "existing: true" };
        let group = Self {
            name: fields.take("name").and_then(|node| read::log_group_name(node, findings)),
            existing: fields.take("existing").and_then(|node| read::boolean(node, &flag, findings)),
        };
        fields.finish(findings);
        group
    }
}
