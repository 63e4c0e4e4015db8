//! `impact:` among the alarms as typed: one composite alarm that tells for its parts.

use skywarden_core::severity::Severity;
use skywarden_document::{Node, Span, Spanned};

use super::{
    alarm::{SEVERITIES, SEVERITY, Silence, silence},
    is_off, is_on,
};
use crate::config::{
    findings::Findings,
    read::{self, Expected, Fields},
};

/// The impact alarm switched off or on, or changed.
#[derive(Debug)]
pub(crate) enum RawImpact {
    /// `off`.
    Off,
    /// `on`, or a map of settings.
    On(Box<RawImpactSettings>, Span),
}

/// What an impact alarm can be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawImpactSettings {
    /// The alarms it tells for, as the config calls them.
    pub(crate) of: Option<Spanned<Vec<Spanned<String>>>>,
    pub(crate) severity: Option<Spanned<Severity>>,
    pub(crate) silenced: Option<Spanned<Silence>>,
    /// Whether the parts tell people as well.
    pub(crate) loud: Option<bool>,
    /// Services behind this one; empty for `off`.
    pub(crate) unless: Option<Vec<Spanned<String>>>,
    pub(crate) deploying: Option<Deploying>,
}

/// Whether deployments hold it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deploying {
    /// They do not.
    No,
    /// They do, for so many minutes each.
    Minutes(u32),
}

impl RawImpact {
    pub(super) fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        if is_off(node) {
            return Some(Self::Off);
        }
        if is_on(node) {
            return Some(Self::On(Box::default(), node.span));
        }
        let expected = Expected { what: "`on`, `off` or a map", example: "impact: { of: [error_rate, latency] }" };
        let mut fields = Fields::open(node, "alarm `impact`", &expected, findings)?;
        let part = Expected { what: "an alarm of the service", example: "of: [error_rate, latency]" };
        let service = Expected { what: "the name of a service", example: "unless: [payments]" };
        let parts = Expected { what: "`quiet` or `loud`", example: "parts: quiet" };
        let settings = RawImpactSettings {
            of: fields.take("of").map(|node| Spanned::new(read::one_or_many(node, findings, |item, findings| read::text(item, &part, findings)), node.span)),
            severity: fields.take("severity").and_then(|node| read::word(node, &SEVERITIES, &SEVERITY, findings)),
            silenced: fields.take("silenced").and_then(|node| silence(node, findings)),
            loud: fields.take("parts").and_then(|node| read::word(node, &[("quiet", false), ("loud", true)], &parts, findings)).map(|loud| loud.value),
            unless: fields
                .take("unless")
                .map(|node| if is_off(node) { Vec::new() } else { read::one_or_many(node, findings, |item, findings| read::text(item, &service, findings)) }),
            deploying: fields.take("deploying").and_then(|node| {
                if is_off(node) { Some(Deploying::No) } else { read::deploying(node, findings).map(|minutes| Deploying::Minutes(minutes.value)) }
            }),
        };
        let span = fields.span();
        fields.finish(findings);
        Some(Self::On(Box::new(settings), span))
    }
}

impl RawImpactSettings {
    /// Minutes a deployment takes, when one holds it back.
    pub(crate) fn deploying_minutes(&self) -> Option<u32> {
        match self.deploying? {
            Deploying::No => None,
            Deploying::Minutes(minutes) => Some(minutes),
        }
    }

    /// These settings, and where they say nothing those of others.
    pub(crate) fn or(&self, others: &Self) -> Self {
        Self {
            of: self.of.clone().or_else(|| others.of.clone()),
            severity: self.severity.clone().or_else(|| others.severity.clone()),
            silenced: self.silenced.clone().or_else(|| others.silenced.clone()),
            loud: self.loud.or(others.loud),
            unless: self.unless.clone().or_else(|| others.unless.clone()),
            deploying: self.deploying.or(others.deploying),
        }
    }
}
