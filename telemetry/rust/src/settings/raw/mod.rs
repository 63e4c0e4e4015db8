//! What one layer says, as typed and checked value by value; layers are laid over each other key by key.
//!
//! Lists are replaced as a whole, maps are merged by their keys. A value that was refused counts as not given, so that what lies below still counts.

mod buffer;
mod checks;
mod levels;
mod limits;
mod mask;
mod metrics;
mod output;
mod requests;
mod sampling;

use std::collections::BTreeMap;

pub(super) use buffer::RawBuffer;
pub(super) use levels::RawLevels;
pub(super) use limits::RawLimits;
pub(super) use mask::RawMasking;
pub(super) use metrics::{RawMetrics, namespace_mistake};
pub(super) use output::{RawBackground, RawDestination, RawOutput, RawOutputs};
pub(super) use requests::RawRequests;
pub(super) use sampling::RawSampling;

use skywarden_document::{Node, Span, Spanned};

use super::{
    Format, Profile,
    findings::Findings,
    read::{self, Fields},
};

/// A value that may not have been given.
pub(super) type Given<T> = Option<Spanned<T>>;

/// Something of a layer that can be laid over the same of another.
pub(super) trait Layer {
    /// What counts of both; `self` outweighs.
    #[must_use]
    fn over(self, below: Self) -> Self;
}

impl<T> Layer for Option<Spanned<T>> {
    fn over(self, below: Self) -> Self {
        self.or(below)
    }
}

impl Layer for Option<Span> {
    fn over(self, below: Self) -> Self {
        self.or(below)
    }
}

impl<K: Ord, T> Layer for BTreeMap<K, Spanned<T>> {
    fn over(self, mut below: Self) -> Self {
        below.extend(self);
        below
    }
}

/// A struct whose fields are laid over each other one by one.
macro_rules! layered {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        pub(in crate::settings) struct $name {
            $($(#[$field_meta])* pub(in crate::settings) $field: $kind,)*
        }

        impl $crate::settings::raw::Layer for $name {
            fn over(self, below: Self) -> Self {
                Self { $($field: self.$field.over(below.$field),)* }
            }
        }
    };
}
use layered;

layered! {
    /// What one layer says.
    Raw {
        project: Given<String>,
        service: Given<String>,
        environment: Given<String>,
        version: Given<String>,
        levels: RawLevels,
        format: Given<Format>,
        profile: Given<Profile>,
        location: Given<bool>,
        limits: RawLimits,
        mask: RawMasking,
        outputs: RawOutputs,
        sampling: RawSampling,
        buffer: RawBuffer,
        requests: RawRequests,
        metrics: RawMetrics,
    }
}

/// Words of [`Format`].
pub(super) const FORMATS: &[(&str, Format)] = &[("json", Format::Json), ("pretty", Format::Pretty), ("auto", Format::Auto)];

/// Words of [`Profile`].
pub(super) const PROFILES: &[(&str, Profile)] =
    &[("standard", Profile::Standard), ("powertools", Profile::Powertools), ("lambda", Profile::Lambda), ("otel", Profile::Otel)];

impl Raw {
    /// Reads and checks what a file, the environment or a map of code says.
    pub(super) fn read(root: &Node, findings: &mut Findings) -> Self {
        let Some(fields) = Fields::open(root, "", findings) else {
            return Self::default();
        };
        let mut raw = Self {
            project: fields.take("project").and_then(|field| read::text(&field, findings)),
            service: fields.take("service").and_then(|field| read::text(&field, findings)),
            environment: fields.take("environment").and_then(|field| read::text(&field, findings)),
            version: fields.take("version").and_then(|field| read::text(&field, findings)),
            levels: RawLevels::read(&fields, findings),
            format: fields.take("format").and_then(|field| read::word(&field, FORMATS, findings)),
            profile: fields.take("profile").and_then(|field| read::word(&field, PROFILES, findings)),
            location: fields.take("location").and_then(|field| read::flag(&field, findings)),
            limits: fields.section("limits").map(|node| RawLimits::read(node, findings)).unwrap_or_default(),
            mask: fields.section("mask").map(|node| RawMasking::read(node, findings)).unwrap_or_default(),
            outputs: fields.take("outputs").map(|field| RawOutputs::read(&field, findings)).unwrap_or_default(),
            sampling: fields.section("sampling").map(|node| RawSampling::read(node, findings)).unwrap_or_default(),
            buffer: fields.section("buffer").map(|node| RawBuffer::read(node, findings)).unwrap_or_default(),
            requests: fields.section("requests").map(|node| RawRequests::read(node, findings)).unwrap_or_default(),
            metrics: fields.section("metrics").map(|node| RawMetrics::read(node, findings)).unwrap_or_default(),
        };
        raw.check(findings);
        raw
    }

    /// Checks every value against its bounds, and takes out what is refused.
    pub(super) fn check(&mut self, findings: &mut Findings) {
        checks::name(&mut self.project, "project", findings);
        checks::name(&mut self.service, "service", findings);
        checks::name(&mut self.environment, "environment", findings);
        checks::name(&mut self.version, "version", findings);
        self.levels.check(findings);
        self.limits.check(findings);
        self.mask.check(findings);
        self.outputs.check(findings);
        self.sampling.check(findings);
        self.buffer.check(findings);
        self.requests.check(findings);
        self.metrics.check(findings);
    }
}
