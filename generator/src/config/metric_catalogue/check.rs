//! Whether AWS publishes what an alarm looks at: an alarm on a metric that does not exist is silent for ever.

use skywarden_document::{Span, closest, shortened};

use super::{Dimension, Known, MetricCatalogue};
use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read,
};

/// What an alarm looks at, with the places it was typed at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looked<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    pub(crate) span: Span,
    pub(crate) dimensions: &'a [(String, String)],
    pub(crate) dimensions_span: Span,
    /// The key the dimensions are under: `of`.
    pub(crate) key: &'a str,
    /// The statistic, with its place when it was typed.
    pub(crate) statistic: Option<(&'a str, Span)>,
    /// The unit that was typed.
    pub(crate) unit: Option<(&'a str, Span)>,
    /// The Region the alarm is in.
    pub(crate) region: &'a str,
}

/// Reports what AWS never publishes so.
pub(crate) fn check(looked: &Looked<'_>, catalogue: &MetricCatalogue, findings: &mut Findings) {
    let Some(namespace) = catalogue.namespaces.get(looked.namespace) else {
        // Their names are too short to tell a slip from another service: only the case and the `AWS/` are looked at.
        let bare = |name: &str| name.to_ascii_lowercase().trim_start_matches("aws/").to_owned();
        if let Some(known) = catalogue.namespaces.keys().find(|known| bare(known) == bare(looked.namespace)) {
            unlisted(looked, &format!("there is no namespace `{}` among those of AWS that are listed", shortened(looked.namespace)), known, findings);
        }
        return;
    };
    if let Some(region) = namespace.region.as_deref().filter(|region| *region != looked.region) {
        let message = format!("the metrics of {} are in {region} alone, and this alarm is in {}", looked.namespace, looked.region);
        let hint = format!("put the alarm into a config of its own with `region: {region}`");
        findings.push(Finding::error(Code::NeverPublished, looked.span, message).hint(hint));
    }
    let Some(known) = namespace.metrics.get(looked.name) else {
        if let Some(close) = slip(looked.name, namespace.metrics.keys().map(String::as_str)) {
            unlisted(looked, &format!("there is no `{}` among the metrics of {} that are listed", shortened(looked.name), looked.namespace), close, findings);
        }
        return;
    };
    check_dimensions(looked, known, findings);
    if let Some((statistic, span)) = looked.statistic.filter(|(statistic, _)| !known.percentiles && read::is_percentile(statistic)) {
        let message = format!("AWS sends only sums of {}, of which there is no {statistic}", looked.name);
        findings.push(Finding::error(Code::BadStatistic, span, message).hint(format!("use `{}`", known.statistic)));
    }
    if let Some((unit, span)) = looked.unit.filter(|(unit, _)| *unit != known.unit) {
        let message = format!("{} is in {}, not in {unit}", looked.name, known.unit);
        findings.push(Finding::error(Code::BadUnit, span, message).hint("delete the line: the unit of this metric is known"));
    }
}

/// The listed name that was meant, when the typed one looks like a slip: AWS has many that differ in a digit (`HTTPCode_ELB_3XX_Count`) or a word.
fn slip<'k>(typed: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let first = |text: &str| text.chars().next().map(|first| first.to_ascii_lowercase());
    closest(typed, known.filter(|known| known.len().abs_diff(typed.len()) <= 2 && digits(known) == digits(typed) && first(known) == first(typed)))
}

fn unlisted(looked: &Looked<'_>, message: &str, meant: &str, findings: &mut Findings) {
    findings.push(
        Finding::warning(Code::UnlistedMetric, looked.span, message).hint(format!("did you mean `{meant}`? If not, this is a metric Skywarden takes as it is")),
    );
}

fn check_dimensions(looked: &Looked<'_>, known: &Known, findings: &mut Findings) {
    let fits = |set: &Vec<Dimension>| {
        set.len() == looked.dimensions.len()
            && set.iter().all(|due| looked.dimensions.iter().any(|(name, value)| *name == due.name && due.value.as_ref().is_none_or(|due| due == value)))
    };
    if known.sets.iter().any(fits) {
        return;
    }
    let given: Vec<&str> = looked.dimensions.iter().map(|(name, _)| name.as_str()).collect();
    let message = match given.as_slice() {
        [] => format!("AWS never publishes {} without dimensions", looked.name),
        names => format!("AWS never publishes {} by {}", looked.name, shortened(&names.join(" and "))),
    };
    let all = || known.sets.iter().flatten().map(|dimension| dimension.name.as_str());
    // `Queue` is far from `QueueName` in letters, and is meant all the same.
    let part = |name: &str| all().find(|known| known.to_ascii_lowercase().contains(&name.to_ascii_lowercase()));
    let misspelt = given.iter().find(|name| all().all(|known| known != **name)).and_then(|name| closest(name, all()).or_else(|| part(name)));
    let sets: Vec<String> = known.sets.iter().map(|set| words(set)).collect();
    let meant = misspelt.map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
    let published = match sets.as_slice() {
        [one] if one == "no dimension" => format!("leave `{}` out: there is only one of it, for the whole account and Region", looked.key),
        _ => format!("it is published by {}: write `{}: {{ NAME: VALUE }}` with one of these", sets.join("; by "), looked.key),
    };
    let requests = if known.sets.iter().flatten().any(|dimension| dimension.name == "FilterId") {
        "; request metrics of a bucket exist once a metrics filter is configured on it, and `FilterId` is the filter's id"
    } else {
        ""
    };
    let hint = format!("{meant}{published}{requests}");
    findings.push(Finding::error(Code::NeverPublished, looked.dimensions_span, message).hint(hint));
}

/// `LoadBalancer and TargetGroup`.
fn words(set: &[Dimension]) -> String {
    let name = |dimension: &Dimension| match &dimension.value {
        Some(value) => format!("{} (always {value})", dimension.name),
        None => dimension.name.clone(),
    };
    if set.is_empty() { "no dimension".to_owned() } else { set.iter().map(name).collect::<Vec<_>>().join(" and ") }
}
