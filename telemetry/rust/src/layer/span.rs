//! What a span says, kept with it.

use std::sync::Arc;

use smallvec::SmallVec;
use tracing::Metadata;

use crate::{record::Parts, request::Scope};

/// Kept in the extensions of a span.
#[derive(Debug)]
pub(super) struct SpanContext {
    /// Its fields, serialised and masked. Events hold on to them while they are written, so that no lock is held then.
    pub(super) parts: Arc<Parts>,
    /// The request it works for.
    pub(super) scope: Option<Scope>,
}

/// Most spans around an event that need no memory of their own.
const INLINE: usize = 6;

/// The parts of the spans around an event, the innermost first.
pub(super) struct Around(SmallVec<[Arc<Parts>; INLINE]>);

impl Around {
    pub(super) fn new() -> Self {
        Self(SmallVec::new())
    }

    pub(super) fn push(&mut self, parts: Arc<Parts>) {
        self.0.push(parts);
    }

    /// Calls with references to them.
    pub(super) fn with(&self, call: impl FnOnce(&[&Parts])) {
        let references: SmallVec<[&Parts; INLINE]> = self.0.iter().map(AsRef::as_ref).collect();
        call(&references);
    }
}

/// A number of the callsite: its metadata is a static, so its place in memory tells it from others.
pub(super) fn callsite_key(metadata: &Metadata<'_>) -> u64 {
    std::ptr::from_ref(metadata).addr() as u64
}
