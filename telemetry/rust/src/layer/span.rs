//! What a span says, kept with it.

use std::{
    cell::RefCell,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{Acquire, Release},
        },
    },
};

use smallvec::{SmallVec, smallvec};
use tracing::Metadata;

use super::around::Attachment;
use crate::{record::Parts, request::Scope, settings::Limits};

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

/// What a span says, as its extensions hold it. When they let it go, the span is over, and there is none any more.
#[derive(Debug)]
pub(super) struct SpanContext(Option<Arc<Said>>);

/// What a span says.
#[derive(Debug, Default)]
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

/// Most spans a thread keeps the memory of.
const KEPT: usize = 32;

/// A span that said more than this has its memory given back.
const KEPT_BYTES: usize = 4 * 1024;

thread_local! {
    /// Memory of spans that are over, for the next ones: making it anew costs a span a fifth of its time.
    static SPARE: RefCell<Vec<Arc<Said>>> = const { RefCell::new(Vec::new()) };
}

impl Said {
    /// Nothing yet, and nobody else has it.
    fn blank() -> Arc<Self> {
        SPARE.try_with(|spare| spare.try_borrow_mut().ok()?.pop()).ok().flatten().unwrap_or_default()
    }

    /// Keeps the memory of a span that is over, when nobody looks at it any more.
    fn recycle(mut said: Arc<Self>) {
        let Some(unused) = Arc::get_mut(&mut said).filter(|unused| unused.first.capacity() <= KEPT_BYTES) else { return };
        // Each by itself: the fields, which are most of it, stay where they are.
        unused.later = Mutex::default();
        unused.changes = AtomicU64::default();
        unused.over = AtomicBool::default();
        unused.scope = None;
        // At the end of a thread it is given back.
        let _ = SPARE.try_with(|spare| {
            if let Ok(mut spare) = spare.try_borrow_mut()
                && spare.len() < KEPT
            {
                spare.push(said);
            }
        });
    }
}

impl SpanContext {
    /// A span with the fields that `fill` sets, and the request it works for.
    pub(super) fn new(limits: &Limits, scope: Option<Scope>, fill: impl FnOnce(&mut Parts, Option<&Scope>)) -> Self {
        let mut said = Said::blank();
        if let Some(blank) = Arc::get_mut(&mut said) {
            blank.first.clear(limits);
            fill(&mut blank.first, scope.as_ref());
            blank.scope = scope;
        }
        Self(Some(said))
    }

    /// The request it works for.
    pub(super) fn scope(&self) -> Option<&Scope> {
        self.0.as_ref()?.scope.as_ref()
    }

    /// Adds fields; of equal names the new ones win.
    pub(super) fn add(&self, mut parts: Parts) {
        let Some(said) = &self.0 else { return };
        let mut later = said.later.lock().unwrap_or_else(PoisonError::into_inner);
        parts.add_missing(later.as_deref().unwrap_or(&said.first));
        *later = Some(Arc::new(parts));
        said.changes.fetch_add(1, Release);
    }

    /// What it says now.
    pub(super) fn seen(&self) -> Seen {
        let said = self.0.clone().unwrap_or_default();
        // Counted before it is read: what changes in between is then seen as a change.
        let changes = said.changes.load(Acquire);
        // Most spans are as they began, and then there is nothing to lock.
        let later = if changes == 0 { None } else { said.later.lock().unwrap_or_else(PoisonError::into_inner).clone() };
        Seen { said, changes, later }
    }
}

impl Drop for SpanContext {
    fn drop(&mut self) {
        if let Some(said) = self.0.take() {
            said.over.store(true, Release);
            Said::recycle(said);
        }
    }
}

impl Seen {
    /// What it said.
    pub(super) fn parts(&self) -> &Parts {
        self.later.as_deref().unwrap_or(&self.said.first)
    }

    /// The request it works for.
    pub(super) fn scope(&self) -> Option<&Scope> {
        self.said.scope.as_ref()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn context(limits: &Limits, scope: Option<Scope>, name: &str) -> SpanContext {
        SpanContext::new(limits, scope, |parts, _| parts.field(name, limits, |value| value.bool(true)))
    }

    fn text(seen: &Seen) -> String {
        let mut out = Vec::new();
        seen.parts().write_whole(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_memory_of_a_span_that_is_over_holds_nothing_of_it() {
        let limits = Limits::default();
        let first = context(&limits, Some(Scope::new(Vec::new(), false, 0)), "first");
        let mut more = Parts::new(&limits);
        more.field("more", &limits, |value| value.bool(true));
        first.add(more);
        let place = first.0.as_ref().map(Arc::as_ptr);
        drop(first);
        let second = context(&limits, None, "second");
        assert_eq!(second.0.as_ref().map(Arc::as_ptr), place, "the memory is used again");
        let seen = second.seen();
        assert_eq!(text(&seen), r#","fields":{"second":true}"#);
        assert!(seen.is_current() && !seen.is_over() && second.scope().is_none());
    }

    #[test]
    fn what_somebody_still_looks_at_is_left_alone() {
        let limits = Limits::default();
        let first = context(&limits, None, "first");
        let seen = first.seen();
        drop(first);
        let second = context(&limits, None, "second");
        assert!(seen.is_over());
        assert_eq!((text(&seen), text(&second.seen())), (r#","fields":{"first":true}"#.to_owned(), r#","fields":{"second":true}"#.to_owned()));
    }

    #[test]
    fn memory_that_is_kept_is_bounded() {
        let limits = Limits::default();
        drop(SpanContext::new(&limits, None, |parts, _| parts.field("a", &limits, |value| value.str(&"x".repeat(2 * KEPT_BYTES)))));
        let spans: Vec<_> = (0..2 * KEPT).map(|_| context(&limits, None, "a")).collect();
        drop(spans);
        let kept = SPARE.with_borrow(|spare| (spare.len(), spare.iter().map(|said| said.first.capacity()).max()));
        assert!(kept.0 == KEPT && kept.1 <= Some(KEPT_BYTES), "{kept:?}");
    }
}
