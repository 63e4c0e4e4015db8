//! Metrics, and the namespace made of project, environment and service.

use skywarden_document::{Span, Spanned};

use super::{or, size};
use crate::settings::{
    Metrics, Service,
    finding::Code,
    findings::{Findings, Mistake},
    raw::{RawMetrics, namespace_mistake},
};

pub(super) fn resolve(raw: RawMetrics, project: Option<&Spanned<String>>, service: &Service, findings: &mut Findings) -> Metrics {
    let default = Metrics::default();
    if let (Some(by_route), None) = (raw.by_route.as_ref().filter(|by_route| by_route.value), &raw.builtin) {
        let mistake = Mistake::error(Code::Contradiction, "metrics.by_route", by_route.span, "the built-in metrics are not written");
        findings.push_missing(mistake.hint("add `builtin = true`"));
    }
    let builtin = raw.builtin.as_ref().filter(|builtin| builtin.value).map(|builtin| builtin.span);
    Metrics {
        namespace: match raw.namespace {
            Some(namespace) => namespace.value,
            None => derived(project, service, builtin, findings),
        },
        builtin: builtin.is_some(),
        by_route: builtin.is_some() && or(raw.by_route, default.by_route),
        interval: or(raw.interval, default.interval),
        max_series: raw.max_series.map_or(default.max_series, |series| size(series.value)),
        dimensions: raw.dimensions.into_iter().map(|(name, value)| (name, value.value)).collect(),
    }
}

/// `project/environment/service`, of what is known of it; empty when nothing is.
fn derived(project: Option<&Spanned<String>>, service: &Service, builtin: Option<Span>, findings: &mut Findings) -> String {
    let parts = [("project", project.map_or("", |project| project.value.as_str())), ("environment", &service.environment), ("service", &service.name)];
    let missing: Vec<_> = parts.iter().filter(|(_, part)| part.is_empty()).map(|(name, _)| format!("`{name}`")).collect();
    let namespace = parts.iter().map(|(_, part)| *part).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    if let Some(span) = builtin.filter(|_| !missing.is_empty()) {
        let hint = format!("add {}, or `metrics.namespace`", missing.join(", "));
        let mistake = if namespace.is_empty() {
            Mistake::error(Code::MissingKey, "metrics.namespace", span, "the metrics have no namespace")
        } else {
            let message = format!("the namespace is `{namespace}`, where the alarms of `project/environment/service` do not look");
            Mistake::warning(Code::MissingKey, "metrics.namespace", span, message)
        };
        findings.push_missing(mistake.hint(hint));
    }
    match namespace_mistake(&namespace) {
        Some(reason) if !namespace.is_empty() => {
            if let Some(span) = builtin.or_else(|| project.map(|project| project.span)) {
                let message = format!("`{namespace}`, made of `project`, `environment` and `service`, is no namespace: {reason}");
                findings.push(Mistake::error(Code::BadName, "metrics.namespace", span, message).hint("set `metrics.namespace`"));
            }
            String::new()
        }
        _ => namespace,
    }
}
