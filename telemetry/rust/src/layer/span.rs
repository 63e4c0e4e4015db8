//! What a span says, kept with it.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{
        AtomicBool, AtomicU64,
        Ordering::{Acquire, Release},
    },
};

use smallvec::{SmallVec, smallvec};
use tracing::Metadata;

use super::around::Attachment;
use crate::{record::Parts, request::Scope};

/// What a span says to each layer of one subscriber: they may differ in what they mask and in how much they take.
#[derive(Debug)]
pub(super) struct SpanContexts(SmallVec<[(Attachment, SpanContext); 1]>);

impl SpanContexts {
    /// What it says to the first.
    pub(super) fn new(attachment: Attachment, context: SpanContext) -> Self {
        Self(smallvec![(attachment, context)])
    }

    /// What it says to another. Of layers that cannot be told apart the last counts.
    pub(super) fn add(&mut self, attachment: Attachment, context: SpanContext) {
        self.0.retain(|(known, _)| *known != attachment);
        self.0.push((attachment, context));
    }

    /// What it says to that layer.
    pub(super) fn of(&self, attachment: Attachment) -> Option<&SpanContext> {
        self.0.iter().find(|(known, _)| *known == attachment).map(|(_, context)| context)
    }
}

/// What a span says, as its extensions hold it. When they let it go, the span is over.
#[derive(Debug)]
pub(super) struct SpanContext(Arc<Said>);

/// What a span says.
#[derive(Debug)]
pub(super) struct Said {
    /// Its fields, serialised and masked, as they were when it began.
    first: Parts,
    /// Its fields since others were added. Lines hold on to them while they are written, so that no lock is held then.
    later: Mutex<Option<Arc<Parts>>>,
    /// How often fields were added.
    changes: AtomicU64,
    over: AtomicBool,
    scope: Option<Scope>,
}

/// What a span said at a moment.
#[derive(Debug)]
pub(super) struct Seen {
    said: Arc<Said>,
    changes: u64,
    later: Option<Arc<Parts>>,
}

impl SpanContext {
    /// A span with its fields, and the request it works for.
    pub(super) fn new(parts: Parts, scope: Option<Scope>) -> Self {
        Self(Arc::new(Said { first: parts, later: Mutex::default(), changes: AtomicU64::new(0), over: AtomicBool::new(false), scope }))
    }

    /// The request it works for.
    pub(super) fn scope(&self) -> Option<&Scope> {
        self.0.scope.as_ref()
    }

    /// Adds fields; of equal names the new ones win.
    pub(super) fn add(&self, mut parts: Parts) {
        let mut later = self.0.later.lock().unwrap_or_else(PoisonError::into_inner);
        parts.add_missing(later.as_deref().unwrap_or(&self.0.first));
        *later = Some(Arc::new(parts));
        self.0.changes.fetch_add(1, Release);
    }

    /// What it says now.
    pub(super) fn seen(&self) -> Seen {
        // Counted before it is read: what changes in between is then seen as a change.
        let changes = self.0.changes.load(Acquire);
        // Most spans are as they began, and then there is nothing to lock.
        let later = if changes == 0 { None } else { self.0.later.lock().unwrap_or_else(PoisonError::into_inner).clone() };
        Seen { said: self.0.clone(), changes, later }
    }
}

impl Drop for SpanContext {
    fn drop(&mut self) {
        self.0.over.store(true, Release);
    }
}

impl Seen {
    /// What it said.
    pub(super) fn parts(&self) -> &Parts {
        self.later.as_deref().unwrap_or(&self.said.first)
    }

    /// Whether the span still says this.
    pub(super) fn is_current(&self) -> bool {
        self.said.changes.load(Acquire) == self.changes
    }

    /// Whether the span is over: another may have its id by now.
    pub(super) fn is_over(&self) -> bool {
        self.said.over.load(Acquire)
    }
}

/// A number of the callsite: its metadata is a static, so its place in memory tells it from others.
pub(super) fn callsite_key(metadata: &Metadata<'_>) -> u64 {
    std::ptr::from_ref(metadata).addr() as u64
}
