//! `sampling` as typed.

use std::time::Duration;

use skywarden_document::{Node, Span, Spanned};

use super::{Given, checks, layered};
use crate::settings::{
    findings::Findings,
    read::{self, Fields},
    sampling::Sampling,
};

layered! {
    /// Which of many like lines are written.
    RawSampling {
        first: Given<Option<u64>>,
        then: Given<u64>,
        per: Given<Duration>,
        debug_requests: Given<f64>,
    }
}

impl RawSampling {
    /// What code gives.
    pub(in crate::settings) fn of(sampling: Sampling, span: Span) -> Self {
        Self {
            first: Some(Spanned::new(sampling.first, span)),
            then: Some(Spanned::new(sampling.then_every, span)),
            per: Some(Spanned::new(sampling.per, span)),
            debug_requests: Some(Spanned::new(sampling.debug_requests, span)),
        }
    }

    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        let Some(fields) = Fields::open(node, "sampling", findings) else { return Self::default() };
        Self {
            first: fields.take("first").and_then(|field| read::off_or(&field, findings, read::count)),
            then: fields.take("then").and_then(|field| read::count(&field, findings)),
            per: fields.take("per").and_then(|field| read::duration(&field, findings)),
            debug_requests: fields.take("debug_requests").and_then(|field| read::share(&field, findings)),
        }
    }

    pub(super) fn check(&mut self, findings: &mut Findings) {
        checks::off_or(&mut self.first, "sampling.first", findings, checks::count);
        checks::count(&mut self.then, "sampling.then", findings);
        checks::duration(&mut self.per, "sampling.per", findings);
        checks::share(&mut self.debug_requests, "sampling.debug_requests", findings);
    }
}
