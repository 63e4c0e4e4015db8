//! `buffer` as typed.

use std::time::Duration;

use skywarden_document::{Node, Span, Spanned, Value};

use super::{Given, checks, layered};
use crate::settings::{
    buffer::Buffer,
    findings::Findings,
    levels::LevelFilter,
    read::{self, Fields},
};

layered! {
    /// What is kept of a request's quiet lines.
    RawBuffer {
        enabled: Given<bool>,
        level: Given<LevelFilter>,
        bytes: Given<u64>,
        slow: Given<Duration>,
    }
}

impl RawBuffer {
    /// What code gives.
    pub(in crate::settings) fn of(buffer: Option<Buffer>, span: Span) -> Self {
        let enabled = Some(Spanned::new(buffer.is_some(), span));
        let Some(buffer) = buffer else { return Self { enabled, ..Self::default() } };
        Self {
            enabled,
            level: Some(Spanned::new(buffer.level, span)),
            bytes: Some(Spanned::new(buffer.bytes as u64, span)),
            slow: Some(Spanned::new(buffer.slow, span)),
        }
    }

    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        if let Value::Bool(enabled) = node.value {
            return Self { enabled: Some(Spanned::new(enabled, node.span)), ..Self::default() };
        }
        let Some(fields) = Fields::open(node, "buffer", findings) else { return Self::default() };
        Self {
            // What is described is wanted.
            enabled: fields.take("enabled").map_or(Some(Spanned::new(true, fields.span())), |field| read::flag(&field, findings)),
            level: fields.take("level").and_then(|field| read::level(&field, findings)),
            bytes: fields.take("bytes").and_then(|field| read::size(&field, findings)),
            slow: fields.take("slow").and_then(|field| read::duration(&field, findings)),
        }
    }

    pub(super) fn check(&mut self, findings: &mut Findings) {
        checks::size(&mut self.bytes, "buffer.bytes", findings);
        checks::duration(&mut self.slow, "buffer.slow", findings);
    }
}
