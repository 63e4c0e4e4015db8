//! A request in progress.

use std::{
    cell::Cell,
    collections::VecDeque,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{
            AtomicBool,
            Ordering::{Acquire, Release},
        },
    },
};

#[cfg(feature = "tower")]
use super::span::RequestSpan;
use super::{Ids, memory};
use crate::record::Level;

/// A request in progress, shared by everything that works for it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Scope(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    ids: Option<Ids>,
    /// Written when somebody asks for them: most requests call no other service.
    headers: OnceLock<Vec<(&'static str, String)>>,
    everything: bool,
    capacity: usize,
    kept: Mutex<Kept>,
    /// Whether a route was said: most requests have none said, and then there is nothing to lock.
    routed: AtomicBool,
    route: Mutex<Option<String>>,
    #[cfg(feature = "tower")]
    span: RequestSpan,
}

#[derive(Debug, Default)]
struct Kept {
    lines: VecDeque<Line>,
    bytes: usize,
    dropped: u64,
}

thread_local! {
    static CURRENT: Cell<Option<Scope>> = const { Cell::new(None) };
}

/// The request this thread works for at the moment.
pub fn current() -> Option<Scope> {
    let look = |current: &Cell<Option<Scope>>| {
        let scope = current.take();
        current.set(scope.clone());
        scope
    };
    CURRENT.try_with(look).ok().flatten()
}

/// A line that was kept back, with its level and its line end.
pub type Line = (Level, Box<[u8]>);

/// While it lives, this thread works for a request; then for the one before.
#[derive(Debug)]
#[must_use = "the thread goes back to the request before when it is dropped"]
pub struct Entered {
    before: Option<Scope>,
}

/// As [`Entered`], for a thread that a scope was lent to.
#[cfg(feature = "tower")]
#[derive(Debug)]
#[must_use = "the thread goes back to the request before when it is dropped"]
pub(crate) struct Lent<'a> {
    scope: &'a Scope,
    spare: &'a mut Option<Scope>,
    before: Option<Scope>,
}

impl Scope {
    /// A request that begins. `headers` are what calls to other services carry on; `everything` writes its lines whatever their level; at most
    /// `capacity` bytes of its quiet lines are kept.
    pub fn new(headers: Vec<(&'static str, String)>, everything: bool, capacity: usize) -> Self {
        Self::made(None, OnceLock::from(headers), everything, capacity)
    }

    /// As [`Self::new`], with the headers of the ids.
    pub fn of(ids: Ids, everything: bool, capacity: usize) -> Self {
        Self::made(Some(ids), OnceLock::new(), everything, capacity)
    }

    fn made(ids: Option<Ids>, headers: OnceLock<Vec<(&'static str, String)>>, everything: bool, capacity: usize) -> Self {
        Self(Arc::new(Inner {
            ids,
            headers,
            everything,
            capacity,
            kept: Mutex::default(),
            routed: AtomicBool::new(false),
            route: Mutex::default(),
            #[cfg(feature = "tower")]
            span: RequestSpan::to_come(),
        }))
    }

    /// Its ids, when it was made [`of`](Self::of) them.
    pub fn ids(&self) -> Option<&Ids> {
        self.0.ids.as_ref()
    }

    /// Headers for calls to other services on behalf of this request: `x-request-id`, `traceparent`, `x-amzn-trace-id`.
    pub fn headers(&self) -> &[(&'static str, String)] {
        self.0.headers.get_or_init(|| self.0.ids.as_ref().map(Ids::headers).unwrap_or_default())
    }

    /// One of [`Self::headers`], by its lower-case name: `x-request-id`.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Says which route the request took, for services with a router of their own. The last one said counts: the innermost router knows most.
    pub fn set_route(&self, route: &str) {
        *self.0.route.lock().unwrap_or_else(PoisonError::into_inner) = Some(route.to_owned());
        self.0.routed.store(true, Release);
    }

    /// Takes the route that was said.
    pub fn take_route(&self) -> Option<String> {
        if !self.0.routed.load(Acquire) {
            return None;
        }
        self.0.route.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Records a field of the request's own span, from whatever span inside of it: `user_id`, `tenant_id` and `correlation_id` then stand in all its
    /// lines from now on, the line at its end included. False when the request is over, and for a field that its span does not have.
    #[cfg(feature = "tower")]
    pub fn record(&self, name: &str, value: impl tracing::Value) -> bool {
        self.0.span.record(name, &value)
    }

    /// Says which span is the request's.
    #[cfg(feature = "tower")]
    pub(crate) fn set_span(&self, span: &tracing::Span) {
        self.0.span.open(span);
    }

    /// Says that the request is over.
    #[cfg(feature = "tower")]
    pub(crate) fn end(&self) {
        self.0.span.end();
    }

    /// Whether its lines are written whatever their level.
    pub fn everything(&self) -> bool {
        self.0.everything
    }

    /// Makes it the request this thread works for.
    pub fn enter(&self) -> Entered {
        Entered { before: CURRENT.try_with(|current| current.replace(Some(self.clone()))).ok().flatten() }
    }

    /// As [`Self::enter`], for who does so several times: `spare` is lent to the thread and comes back from it, so that only the first time counts one
    /// more that holds the scope.
    #[cfg(feature = "tower")]
    pub(crate) fn lend<'a>(&'a self, spare: &'a mut Option<Self>) -> Lent<'a> {
        let lent = spare.take().unwrap_or_else(|| self.clone());
        Lent { before: CURRENT.try_with(|current| current.replace(Some(lent))).ok().flatten(), scope: self, spare }
    }

    /// Keeps a line back, with its line end. The oldest go when there is no room; a line longer than all room is not kept.
    pub fn keep(&self, level: Level, line: &[u8]) {
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if line.len() > self.0.capacity {
            kept.dropped += 1;
            return;
        }
        while kept.bytes + line.len() > self.0.capacity {
            let Some(oldest) = kept.lines.pop_front() else { break };
            kept.bytes -= oldest.1.len();
            kept.dropped += 1;
        }
        kept.bytes += line.len();
        kept.lines.push_back((level, line.into()));
    }

    /// Takes what was kept, in order, and how many lines had no room.
    pub fn take_kept(&self) -> (Vec<Line>, u64) {
        let kept = std::mem::take(&mut *self.0.kept.lock().unwrap_or_else(PoisonError::into_inner));
        (kept.lines.into(), kept.dropped)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(ids) = &mut self.ids {
            memory::give(std::mem::take(&mut ids.request_id));
        }
    }
}

#[cfg(feature = "tower")]
impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let found = CURRENT.try_with(|current| current.replace(self.before.take())).ok().flatten();
        // Another is there when somebody inside did not leave as they came.
        *self.spare = found.filter(|found| Arc::ptr_eq(&found.0, &self.scope.0));
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        // At the end of a thread there is nothing to go back to.
        let _ = CURRENT.try_with(|current| current.replace(self.before.take()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_lines_go_first_and_are_counted() {
        let scope = Scope::new(Vec::new(), false, 6);
        let keep = |lines: &[&str]| lines.iter().for_each(|line| scope.keep(Level::Debug, line.as_bytes()));
        let taken = || {
            let (lines, dropped) = scope.take_kept();
            (lines.iter().map(|(_, line)| String::from_utf8_lossy(line).into_owned()).collect::<String>(), dropped)
        };
        keep(&["a\n", "b\n", "c\n", "d\n", "much too long\n"]);
        assert_eq!(taken(), ("b\nc\nd\n".to_owned(), 2));
        keep(&["e\n"]);
        assert_eq!(taken(), ("e\n".to_owned(), 0));
    }

    #[test]
    fn the_last_route_counts() {
        let scope = Scope::new(vec![("x-request-id", "r-1".to_owned())], false, 0);
        scope.set_route("/api/{*rest}");
        scope.clone().set_route("/api/orders/{id}");
        assert_eq!(scope.take_route().as_deref(), Some("/api/orders/{id}"));
        assert_eq!((scope.header("x-request-id"), scope.header("traceparent")), (Some("r-1"), None));
    }

    #[test]
    fn headers_are_those_of_the_ids() {
        let ids = Ids::new(&crate::request::ids::Incoming::default(), crate::request::ids::Source::default());
        let scope = Scope::of(ids.clone(), false, 0);
        assert_eq!((scope.ids(), scope.headers()), (Some(&ids), ids.headers().as_slice()));
        assert_eq!(scope.header("x-request-id"), Some(ids.request_id.as_str()));
        assert_eq!(Scope::new(Vec::new(), false, 0).ids(), None);
    }

    #[test]
    fn scopes_nest_and_do_not_leak() {
        assert!(current().is_none());
        let outer = Scope::new(Vec::new(), true, 0);
        {
            let _outer = outer.enter();
            {
                let _inner = Scope::new(Vec::new(), false, 0).enter();
                assert!(!current().unwrap().everything());
            }
            assert!(current().unwrap().everything());
        }
        assert!(current().is_none());
    }

    #[cfg(feature = "tower")]
    #[test]
    fn a_lent_scope_comes_back_and_another_s_does_not() {
        let [ours, other] = [1, 2].map(|_| Scope::new(Vec::new(), false, 0));
        let is_current = |scope: &Scope| current().is_some_and(|current| Arc::ptr_eq(&current.0, &scope.0));
        let mut spare = None;
        for _ in 0..2 {
            let lent = ours.lend(&mut spare);
            assert!(is_current(&ours));
            drop(lent);
            assert!(current().is_none());
            assert_eq!(Arc::strong_count(&ours.0), 2, "itself and the spare one");
        }
        let lent = ours.lend(&mut spare);
        let left_open = other.enter();
        drop(lent);
        assert!(current().is_none() && spare.is_none());
        drop(ours.lend(&mut spare));
        assert!(spare.is_some_and(|spare| Arc::ptr_eq(&spare.0, &ours.0)));
        drop(left_open);
        assert!(is_current(&ours), "who leaves late goes back to where they came from");
    }
}
