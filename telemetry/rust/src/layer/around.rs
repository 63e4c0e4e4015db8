//! The spans around a line. A thread remembers those of its last line: the next one mostly stands in the same, and then needs no look at the
//! registry, no lock, and no merging of one span's fields with the other's.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use smallvec::SmallVec;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    layer::Context,
    registry::{LookupSpan, SpanRef},
};

use super::span::{Seen, SpanContexts};
use crate::{record::Parts, request::Scope};

/// Most spans around an event that need no memory of their own.
const INLINE: usize = 6;

/// Tells the ids of one registry's spans from those of another's: the number of a layer that was added to a subscriber.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Attachment(u64);

impl Attachment {
    /// Another than all before.
    pub(super) fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Relaxed) + 1)
    }

    /// Whether the layer was added to a subscriber at all.
    fn is_known(self) -> bool {
        self.0 != 0
    }
}

/// The spans around a line, the innermost first.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// Whose spans they are, and the id of the innermost; none when they are not to be remembered.
    place: Option<(Attachment, u64)>,
    spans: SmallVec<[Seen; INLINE]>,
    /// What several spans say together.
    merged: Option<Parts>,
    /// Which of the spans is the innermost that works for a request.
    of_request: Option<usize>,
}

thread_local! {
    static LAST: Cell<Option<Box<Around>>> = const { Cell::new(None) };
}

impl Around {
    /// The spans around an event.
    pub(super) fn of<S>(attachment: Attachment, event: &Event<'_>, context: &Context<'_, S>) -> Box<Self>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let mut around = LAST.try_with(Cell::take).ok().flatten().unwrap_or_default();
        let current = if event.is_contextual() { context.current_span().id().map(|id| (attachment, id.into_u64())) } else { None };
        if current.is_some() && around.place == current && around.holds() {
            around.merge();
        } else {
            around.forget();
            let innermost = around.look(attachment, context.event_span(event));
            around.place = current.filter(|(attachment, id)| attachment.is_known() && innermost == Some(*id));
        }
        around
    }

    /// The parts of the spans that say anything, the innermost first.
    pub(super) fn parts(&self) -> SmallVec<[&Parts; INLINE]> {
        match &self.merged {
            Some(merged) => SmallVec::from_slice(&[merged]),
            None => self.said().collect(),
        }
    }

    /// The request they work for.
    pub(super) fn scope(&self) -> Option<&Scope> {
        self.spans.get(self.of_request?).and_then(Seen::scope)
    }

    /// Remembers them for the next line of this thread.
    pub(super) fn keep(mut self: Box<Self>) {
        if self.place.is_none() {
            self.forget();
        }
        // At the end of a thread there is no next line.
        let _ = LAST.try_with(|last| last.set(Some(self)));
    }

    /// Whether what is remembered is still so. The outer spans live as long as the innermost.
    fn holds(&self) -> bool {
        self.spans.first().is_some_and(|innermost| !innermost.is_over()) && self.spans.iter().all(Seen::is_current)
    }

    fn forget(&mut self) {
        self.place = None;
        self.spans.clear();
        self.merged = None;
        self.of_request = None;
    }

    /// Asks the registry, from the innermost span on. Gives that span's id, when it is one of ours.
    fn look<S>(&mut self, attachment: Attachment, mut next: Option<SpanRef<'_, S>>) -> Option<u64>
    where
        S: for<'a> LookupSpan<'a>,
    {
        let mut innermost = None;
        let mut first = true;
        while let Some(span) = next {
            if let Some(known) = span.extensions().get::<SpanContexts>().and_then(|all| all.of(attachment)) {
                if known.scope().is_some() {
                    self.of_request.get_or_insert(self.spans.len());
                }
                self.spans.push(known.seen());
                if first {
                    innermost = Some(span.id().into_u64());
                }
            }
            first = false;
            next = span.parent();
        }
        innermost
    }

    /// Makes one of what several spans say. Done for the second line in them: for a single one it does not pay.
    fn merge(&mut self) {
        if self.merged.is_some() || self.said().nth(1).is_none() {
            return;
        }
        let mut all = self.said();
        let mut merged = all.next().cloned().unwrap_or_default();
        for outer in all {
            merged.add_missing(outer);
        }
        self.merged = Some(merged);
    }

    fn said(&self) -> impl Iterator<Item = &Parts> {
        self.spans.iter().map(Seen::parts).filter(|parts| !parts.is_empty())
    }
}
