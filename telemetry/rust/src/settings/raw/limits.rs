//! `limits` as typed.

use skywarden_document::{Node, Span, Spanned};

use super::{Given, checks, layered};
use crate::settings::{
    findings::Findings,
    limits::Limits,
    read::{self, Fields},
};

layered! {
    /// Bounds of a line.
    RawLimits {
        fields: Given<u64>,
        value: Given<u64>,
        line: Given<u64>,
        depth: Given<u64>,
    }
}

impl RawLimits {
    /// What code gives.
    pub(in crate::settings) fn of(limits: Limits, span: Span) -> Self {
        let given = |number: usize| Some(Spanned::new(number as u64, span));
        Self { fields: given(limits.fields), value: given(limits.value_bytes), line: given(limits.line_bytes), depth: given(limits.depth) }
    }

    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        let Some(fields) = Fields::open(node, "limits", findings) else { return Self::default() };
        Self {
            fields: fields.take("fields").and_then(|field| read::count(&field, findings)),
            value: fields.take("value").and_then(|field| read::size(&field, findings)),
            line: fields.take("line").and_then(|field| read::size(&field, findings)),
            depth: fields.take("depth").and_then(|field| read::count(&field, findings)),
        }
    }

    pub(super) fn check(&mut self, findings: &mut Findings) {
        checks::count(&mut self.fields, "limits.fields", findings);
        checks::size(&mut self.value, "limits.value", findings);
        checks::size(&mut self.line, "limits.line", findings);
        checks::count(&mut self.depth, "limits.depth", findings);
    }
}
