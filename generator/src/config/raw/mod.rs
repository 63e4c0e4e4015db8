//! The config as it was typed: every value with its place, nothing decided yet.
//!
//! Reading reports every mistake that can be seen in one value alone; what needs two values is `resolve`'s.

pub(in crate::config) mod alarm;
mod delivery;
mod error_rule;
mod errors;
mod impact;
mod maintenance;
mod mask;
mod metric;
mod named_alarm;
mod notify;
mod objective;
mod processing;
mod route;
mod service;

pub(crate) use alarm::{RawAlarm, RawAlarms, RawCommon, RawMetricAlarm, Silence, Threshold, Toggle};
pub(crate) use delivery::{RawDelivery, RawShards, Through};
pub(crate) use error_rule::RawErrorRule;
pub(crate) use errors::RawErrors;
pub(crate) use impact::{RawImpact, RawImpactSettings};
pub(crate) use maintenance::RawMaintenance;
pub(crate) use mask::RawMasking;
pub(crate) use metric::{RawMetric, RawValue};
pub(crate) use named_alarm::{MetricName, RawNamedAlarm};
pub(crate) use notify::RawNotify;
pub(crate) use objective::{RawEvents, RawIndicator, RawObjective, RawObjectiveDefaults, Told};
pub(crate) use processing::RawProcessing;
pub(crate) use route::RawRoute;
pub(crate) use service::RawService;

use std::collections::BTreeMap;

use skywarden_document::{Node, Span, Spanned, Value};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        read::{self, Expected, Fields},
    },
    model::{Architecture, Encryption, NamePattern},
};

/// The whole config.
#[derive(Debug)]
pub(crate) struct RawConfig {
    pub(crate) project: Option<Spanned<String>>,
    pub(crate) environment: Option<Spanned<String>>,
    pub(crate) region: Option<Spanned<String>>,
    pub(crate) account: Option<Spanned<String>>,
    pub(crate) owner: Option<Spanned<String>>,
    pub(crate) defaults: RawDefaults,
    pub(crate) services: Vec<RawService>,
    /// Where each service is among them.
    places: BTreeMap<String, usize>,
    pub(crate) metrics: Vec<RawMetric>,
    pub(crate) alarms: Vec<RawNamedAlarm>,
    pub(crate) alarm_names: Option<NamePattern>,
    pub(crate) errors: RawErrors,
    pub(crate) routes: Vec<RawRoute>,
    /// Where routes are, or would be.
    pub(crate) routes_span: Span,
    pub(crate) overview: Option<Spanned<bool>>,
    pub(crate) maintenance: Vec<RawMaintenance>,
    pub(crate) mask: RawMasking,
    pub(crate) processing: RawProcessing,
    pub(crate) delivery: RawDelivery,
}

/// What holds for every service that does not say otherwise.
#[derive(Debug, Default)]
pub(crate) struct RawDefaults {
    pub(crate) retention: Option<Spanned<u32>>,
    pub(crate) architecture: Option<Spanned<Architecture>>,
    pub(crate) encryption: Option<Spanned<Encryption>>,
    pub(crate) alarms: RawAlarms,
    pub(crate) objectives: RawObjectiveDefaults,
}

/// Source: tag values have at most 256 characters.
const MAX_OWNER: usize = 256;

impl RawConfig {
    /// Reads a merged config; `None` when it is no map at all.
    pub(crate) fn read(root: &Node, findings: &mut Findings) -> Option<Self> {
        let expected = Expected { what: "a config with keys such as `project` and `services`", example: "project: shop" };
        let mut fields = Fields::open(root, "the config", &expected, findings)?;
        let project = fields.require("project", "project: shop", findings);
        let project = project.and_then(|node| read::project_name(node, findings));
        let environment = fields.take("environment").and_then(|node| read::environment_name(node, findings));
        let region = fields.take("region").and_then(|node| read::region(node, findings));
        let account = fields.take("account").and_then(|node| read::account(node, findings));
        let owner = fields.take("owner").and_then(|node| owner(node, findings));
        let defaults = fields.take("defaults").map(|node| RawDefaults::read(node, findings)).unwrap_or_default();
        let services = fields.require("services", "services: { checkout: { runtime: lambda } }", findings);
        let services = services.map(|node| service::services(node, findings)).unwrap_or_default();
        let metrics = fields.take("metrics").map(|node| metric::metrics(node, findings)).unwrap_or_default();
        let alarms = fields.take("alarms").map(|node| named_alarm::alarms(node, findings)).unwrap_or_default();
        let alarm_names = fields.take("names").and_then(|node| alarm_names(node, findings));
        let errors = fields.take("errors").map(|node| RawErrors::read(node, findings)).unwrap_or_default();
        let routes_node = fields.take("routes");
        let routes = routes_node.map(|node| route::routes(node, findings)).unwrap_or_default();
        let overview = fields.take("dashboards").and_then(|node| overview(node, findings));
        let maintenance = fields.take("maintenance").map(|node| maintenance::windows(node, findings)).unwrap_or_default();
        let mask = fields.take("mask").map(|node| RawMasking::read(node, findings)).unwrap_or_default();
        let processing = fields.take("processing").map(|node| RawProcessing::read(node, findings)).unwrap_or_default();
        let delivery = fields.take("delivery").map(|node| RawDelivery::read(node, findings)).unwrap_or_default();
        let routes_span = routes_node.map_or(fields.span(), |node| node.span);
        fields.finish(findings);
        Some(Self {
            project,
            environment,
            region,
            account,
            owner,
            defaults,
            places: services.iter().enumerate().map(|(place, service)| (service.name.value.clone(), place)).collect(),
            services,
            metrics,
            alarms,
            alarm_names,
            errors,
            routes,
            routes_span,
            overview,
            maintenance,
            mask,
            processing,
            delivery,
        })
    }

    /// The service of a name.
    pub(crate) fn service(&self, name: &str) -> Option<&RawService> {
        self.services.get(*self.places.get(name)?)
    }
}

impl RawDefaults {
    fn read(node: &Node, findings: &mut Findings) -> Self {
        let expected = Expected { what: "the defaults as a map", example: "defaults: { retention: 30d }" };
        let Some(mut fields) = Fields::open(node, "`defaults`", &expected, findings) else {
            return Self::default();
        };
        let defaults = Self {
            retention: fields.take("retention").and_then(|node| read::retention(node, findings)),
            architecture: fields.take("architecture").and_then(|node| architecture(node, findings)),
            encryption: fields.take("encryption").and_then(|node| read::encryption_key(node, findings)),
            alarms: fields.take("alarms").map(|node| RawAlarms::read(node, "`defaults`", findings)).unwrap_or_default(),
            objectives: fields.take("slo").map(|node| RawObjectiveDefaults::read(node, findings)).unwrap_or_default(),
        };
        fields.finish(findings);
        defaults
    }
}

fn architecture(node: &Node, findings: &mut Findings) -> Option<Spanned<Architecture>> {
    const ALL: [(&str, Architecture); 2] = [(Architecture::Arm64.as_str(), Architecture::Arm64), (Architecture::X86_64.as_str(), Architecture::X86_64)];
    let expected = Expected { what: "a Lambda architecture", example: "architecture: arm64" };
    read::word(node, &ALL, &expected, findings)
}

/// The owner becomes a tag: AWS allows letters, digits, spaces and `_ . : / = + - @`.
fn owner(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "the owning team", example: "owner: team-checkout" };
    let owner = read::text(node, &expected, findings)?;
    let letters = owner.value.chars().all(|c| c.is_alphanumeric() || " _.:/=+-@".contains(c));
    if letters && owner.value.chars().count() <= MAX_OWNER {
        return Some(owner);
    }
    let message = "the owner becomes a tag, and a tag cannot hold this text";
    let hint = "use at most 256 letters, digits, spaces and `_ . : / = + - @`";
    findings.push(Finding::error(Code::BadName, owner.span, message).hint(hint));
    None
}

fn alarm_names(node: &Node, findings: &mut Findings) -> Option<NamePattern> {
    let expected = Expected { what: "patterns of names as a map", example: "names: { alarms: '{project}-{environment}-{service}-{alarm}' }" };
    let mut fields = Fields::open(node, "`names`", &expected, findings)?;
    let pattern = fields.take("alarms").and_then(|node| read::name_pattern(node, findings));
    fields.finish(findings);
    pattern
}

fn overview(node: &Node, findings: &mut Findings) -> Option<Spanned<bool>> {
    let expected = Expected { what: "the dashboards as a map", example: "dashboards: { overview: true }" };
    let mut fields = Fields::open(node, "`dashboards`", &expected, findings)?;
    let flag = Expected { what: "`true` or `false`", example: "overview: false" };
    let overview = fields.take("overview").and_then(|node| read::boolean(node, &flag, findings));
    fields.finish(findings);
    overview
}

/// Whether a node says `on`.
fn is_on(node: &Node) -> bool {
    matches!(&node.value, Value::Bool(true)) || matches!(&node.value, Value::Text(text) if text == "on")
}

/// Whether a node says `off`.
fn is_off(node: &Node) -> bool {
    matches!(&node.value, Value::Bool(false)) || matches!(&node.value, Value::Text(text) if text == "off")
}
