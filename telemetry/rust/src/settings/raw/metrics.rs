//! `metrics` as typed.

use std::{collections::BTreeMap, time::Duration};

use skywarden_document::{Node, Span, Spanned, shortened};

use super::{Given, checks, layered};
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
    metrics::Metrics,
    read::{self, Fields},
};

/// Longest name of a dimension (embedded metric format, `DimensionSet`).
const MAX_DIMENSION_NAME: usize = 250;

/// Longest value of a dimension (`PutMetricData`, `Dimension`).
const MAX_DIMENSION_VALUE: usize = 1_024;

layered! {
    /// Metrics in the embedded metric format.
    RawMetrics {
        namespace: Given<String>,
        builtin: Given<bool>,
        by_route: Given<bool>,
        interval: Given<Duration>,
        max_series: Given<u64>,
        dimensions: BTreeMap<String, Spanned<String>>,
    }
}

impl RawMetrics {
    /// What code gives. An empty namespace is not one: it is made of project, environment and service.
    pub(in crate::settings) fn of(metrics: Metrics, span: Span) -> Self {
        Self {
            namespace: Some(metrics.namespace).filter(|namespace| !namespace.is_empty()).map(|namespace| Spanned::new(namespace, span)),
            builtin: Some(Spanned::new(metrics.builtin, span)),
            by_route: Some(Spanned::new(metrics.by_route, span)),
            interval: Some(Spanned::new(metrics.interval, span)),
            max_series: Some(Spanned::new(metrics.max_series as u64, span)),
            dimensions: metrics.dimensions.into_iter().map(|(name, value)| (name, Spanned::new(value, span))).collect(),
        }
    }

    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        let Some(fields) = Fields::open(node, "metrics", findings) else { return Self::default() };
        Self {
            namespace: fields.take("namespace").and_then(|field| read::text(&field, findings)),
            builtin: fields.take("builtin").and_then(|field| read::flag(&field, findings)),
            by_route: fields.take("by_route").and_then(|field| read::flag(&field, findings)),
            interval: fields.take("interval").and_then(|field| read::duration(&field, findings)),
            max_series: fields.take("max_series").and_then(|field| read::count(&field, findings)),
            dimensions: fields.take("dimensions").map(|field| read::pairs(&field, findings)).unwrap_or_default(),
        }
    }

    pub(super) fn check(&mut self, findings: &mut Findings) {
        let refused = self.namespace.as_ref().and_then(|namespace| Some((namespace.span, namespace_mistake(&namespace.value)?, namespace.value.clone())));
        if let Some((span, reason, namespace)) = refused {
            let message = format!("`{}` is no namespace: {reason}", shortened(&namespace));
            findings.push(Mistake::error(Code::BadName, "metrics.namespace", span, message).hint("for example `shop/prod/orders`"));
            self.namespace = None;
        }
        checks::duration(&mut self.interval, "metrics.interval", findings);
        checks::count(&mut self.max_series, "metrics.max_series", findings);
        checks::map(&mut self.dimensions, "metrics.dimensions", findings);
        self.dimensions.retain(|name, value| {
            let reason = dimension_mistake(name, &value.value);
            if let Some(reason) = reason {
                let key = format!("metrics.dimensions.{}", shortened(name));
                findings.push(Mistake::error(Code::BadName, key, value.span, reason).hint("for example `Region = \"eu-west-1\"`"));
            }
            reason.is_none()
        });
    }
}

/// Why a text is no namespace; none when it is one. Source: `PutMetricData`, `Namespace`, and the guide's list of characters.
pub(in crate::settings) fn namespace_mistake(text: &str) -> Option<&'static str> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || " .-_/#:".contains(character);
    if text.is_empty() || text.len() > 255 {
        Some("it has 1 to 255 characters")
    } else if !text.chars().all(allowed) {
        Some("it has letters, digits, `.`, `-`, `_`, `/`, `#`, `:` and spaces only")
    } else if text.starts_with(':') || text.trim() != text {
        Some("it begins with a letter or digit")
    } else if text.starts_with("AWS/") {
        Some("`AWS/` is AWS's own")
    } else {
        None
    }
}

/// Why a dimension cannot be used. Source: `PutMetricData`, `Dimension`.
fn dimension_mistake(name: &str, value: &str) -> Option<&'static str> {
    let printable = |text: &str| text.chars().all(|character| character.is_ascii_graphic() || character == ' ') && !text.trim().is_empty();
    if !printable(name) || name.len() > MAX_DIMENSION_NAME || name.starts_with(':') {
        Some("the name of a dimension has 1 to 250 printable ASCII characters and does not begin with `:`")
    } else if !printable(value) || value.len() > MAX_DIMENSION_VALUE {
        Some("the value of a dimension has 1 to 1024 printable ASCII characters")
    } else {
        None
    }
}
