//! Reading `catalogue/metrics.yaml`.

use std::collections::BTreeMap;

use skywarden_core::metric::UNITS;
use skywarden_document::{Node, Span, Value};

use super::{Dimension, Known, MetricCatalogue, Namespace};
use crate::config::{
    Source,
    code::Code,
    findings::{Finding, Findings},
    read::{self, Expected, Fields},
    yaml,
};

/// Longest time between two points of a metric that is listed: a day.
const LONGEST_EVERY_MINUTES: u32 = 1_440;

/// Reads the catalogue; every mistake in it is reported.
pub(crate) fn read(index: usize, source: &Source, findings: &mut Findings) -> MetricCatalogue {
    let Some(root) = yaml::parse(index, &source.path, &source.text, yaml::File::Catalogue, findings) else { return MetricCatalogue::default() };
    let namespaces = entries(&root, findings).iter().filter_map(|(name, node)| Some(((*name).to_owned(), namespace(node, findings)?))).collect();
    MetricCatalogue { namespaces }
}

fn refuse(span: Span, message: &str, hint: &str, findings: &mut Findings) {
    findings.push(Finding::error(Code::BadCatalogue, span, message).hint(hint));
}

/// The entries of a map by name; none, and reported, when it is none.
fn entries<'n>(node: &'n Node, findings: &mut Findings) -> Vec<(&'n str, &'n Node)> {
    let Value::Map(entries) = &node.value else {
        refuse(node.span, "expected metrics by name", "write `AWS/SQS: { dimensions: [QueueName], metrics: { NumberOfMessagesSent: Count Sum } }`", findings);
        return Vec::new();
    };
    entries.iter().map(|entry| (entry.key.value.as_str(), &entry.value)).collect()
}

fn namespace(node: &Node, findings: &mut Findings) -> Option<Namespace> {
    let expected = Expected { what: "a namespace as a map", example: "AWS/SQS: { dimensions: [QueueName], metrics: {} }" };
    let mut fields = Fields::open(node, "a namespace", &expected, findings)?;
    let region = fields.take("region").and_then(|node| read::region(node, findings)).map(|region| region.value);
    let sets = fields.require("dimensions", "dimensions: [QueueName]", findings).map(|node| sets(node, findings)).unwrap_or_default();
    let metrics = fields.require("metrics", "metrics: { NumberOfMessagesSent: Count Sum }", findings);
    let metrics = metrics.map(|node| entries(node, findings)).unwrap_or_default();
    fields.finish(findings);
    let metrics: BTreeMap<_, _> = metrics.into_iter().filter_map(|(name, node)| Some((name.to_owned(), known(node, &sets, findings)?))).collect();
    Some(Namespace { region, metrics })
}

fn known(node: &Node, sets_of_all: &[Vec<Dimension>], findings: &mut Findings) -> Option<Known> {
    if let Some(text) = node.text() {
        let (unit, statistic) = is(text, node.span, findings)?;
        return Some(Known { unit, statistic, sets: sets_of_all.to_vec(), percentiles: true, every_seconds: None });
    }
    let expected = Expected { what: "a unit and a statistic, or a map with them", example: "NumberOfMessagesSent: Count Sum" };
    let mut fields = Fields::open(node, "a metric", &expected, findings)?;
    let flag = Expected { what: "`true` or `false`", example: "percentiles: false" };
    let own = fields.take("dimensions").map(|node| sets(node, findings));
    let percentiles = fields.take("percentiles").and_then(|node| {
        // `no` is a text in YAML 1.2 and the word people use.
        if node.scalar() == Some("no") { Some(false) } else { read::boolean(node, &flag, findings).map(|flag| flag.value) }
    });
    let every = fields.take("every").and_then(|node| read::minutes(node, "every: 1 day", "a metric cannot come every", LONGEST_EVERY_MINUTES, findings));
    let is = fields.require("is", "is: Count Sum", findings).and_then(|node| is(node.text().unwrap_or_default(), node.span, findings));
    fields.finish(findings);
    let (unit, statistic) = is?;
    let sets = own.unwrap_or_else(|| sets_of_all.to_vec());
    Some(Known { unit, statistic, sets, percentiles: percentiles.unwrap_or(true), every_seconds: every.map(|minutes| minutes.value * 60) })
}

/// `Count Sum`.
fn is(text: &str, span: Span, findings: &mut Findings) -> Option<(String, String)> {
    let parts = text.split_once(' ').map(|(unit, statistic)| (unit, statistic.trim()));
    let parts = parts.filter(|(unit, _)| UNITS.contains(unit));
    let statistic = parts.and_then(|(unit, statistic)| Some((unit, statistic.parse::<skywarden_core::statistics::Statistic>().ok()?)));
    let Some((unit, statistic)) = statistic else {
        refuse(span, "a metric is a unit of CloudWatch and a statistic", "for example `Milliseconds p99`", findings);
        return None;
    };
    Some((unit.to_owned(), statistic.to_string()))
}

/// `[none, QueueName, "LoadBalancer, TargetGroup", "DistributionId, Region=Global"]`.
fn sets(node: &Node, findings: &mut Findings) -> Vec<Vec<Dimension>> {
    let expected = Expected { what: "a list of sets of dimensions", example: "dimensions: [TableName, 'TableName, Operation']" };
    let one = Expected { what: "the names of dimensions, joined by commas", example: "'TableName, Operation'" };
    read::each(node, &expected, findings, |node, findings| {
        let text = read::text(node, &one, findings)?;
        if text.value == "none" {
            return Some(Vec::new());
        }
        let dimension = |text: &str| match text.split_once('=') {
            Some((name, value)) => Dimension { name: name.trim().to_owned(), value: Some(value.trim().to_owned()) },
            None => Dimension { name: text.trim().to_owned(), value: None },
        };
        Some(text.value.split(',').map(dimension).collect())
    })
}
