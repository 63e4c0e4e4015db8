//! Work that a request leaves to other tasks and threads.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use tracing::Span;

use super::{Scope, current};

pin_project! {
    /// A future that works for a request wherever it is polled, and ends there: its lines have the request's ids, its calls the request's headers.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are polled"]
    pub struct InRequest<F> {
        // None once it has been dropped, within the request as well.
        #[pin]
        future: Option<F>,
        scope: Option<Scope>,
        span: Span,
    }

    impl<F> PinnedDrop for InRequest<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _scope = this.scope.as_ref().map(Scope::enter);
            let _span = this.span.enter();
            this.future.set(None);
        }
    }
}

/// Futures that keep their request in tasks of their own: `tokio::spawn(work().in_current_request())`.
pub trait InCurrentRequest: Future + Sized {
    /// The future, bound to the request this thread works for, and to its current span.
    fn in_current_request(self) -> InRequest<Self> {
        InRequest { future: Some(self), scope: current(), span: Span::current() }
    }
}

impl<F: Future> InCurrentRequest for F {}

impl Scope {
    /// The future, bound to this request and to the current span.
    pub fn instrument<F: Future>(&self, future: F) -> InRequest<F> {
        InRequest { future: Some(future), scope: Some(self.clone()), span: Span::current() }
    }
}

impl<F: Future> Future for InRequest<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let _scope = this.scope.as_ref().map(Scope::enter);
        let _span = this.span.enter();
        let Some(future) = this.future.as_mut().as_pin_mut() else { return Poll::Pending };
        let polled = future.poll(context);
        if polled.is_ready() {
            this.future.set(None);
        }
        polled
    }
}

/// A closure bound to the request this thread works for, and to its current span, for thread pools: `spawn_blocking(in_current_request(work))`.
#[must_use = "it gives a closure to call, and calls nothing"]
pub fn in_current_request<R>(work: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let (scope, span) = (current(), Span::current());
    move || {
        let _scope = scope.as_ref().map(Scope::enter);
        span.in_scope(work)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn scope(id: &str) -> Scope {
        Scope::new(vec![("x-request-id", id.to_owned())], false, 0)
    }

    fn id() -> Option<String> {
        current()?.header("x-request-id").map(ToOwned::to_owned)
    }

    #[test]
    fn a_future_keeps_its_request_on_another_thread() {
        let future = {
            let _entered = scope("r-1").enter();
            async { id() }.in_current_request()
        };
        let found = std::thread::spawn(move || {
            let polled = std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop()));
            assert!(current().is_none(), "nothing leaks to the thread");
            polled
        });
        assert_eq!(found.join().unwrap(), Poll::Ready(Some("r-1".to_owned())));
    }

    #[test]
    fn a_closure_keeps_its_request_on_another_thread() {
        let work = {
            let _entered = scope("r-2").enter();
            in_current_request(id)
        };
        assert_eq!(std::thread::spawn(work).join().unwrap().as_deref(), Some("r-2"));
    }

    #[test]
    fn what_a_future_drops_it_drops_within_its_request() {
        struct Last(std::sync::mpsc::Sender<Option<String>>);
        impl Drop for Last {
            fn drop(&mut self) {
                self.0.send(id()).unwrap();
            }
        }
        let (sender, dropped) = std::sync::mpsc::channel();
        let last = Last(sender.clone());
        drop(scope("r-3").instrument(async move {
            let _last = last;
            std::future::pending::<()>().await;
        }));
        assert_eq!(dropped.recv().unwrap().as_deref(), Some("r-3"), "dropped before its end");
        let last = Last(sender);
        let mut done = Box::pin(scope("r-4").instrument(async move { drop(last) }));
        assert!(done.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
        assert_eq!(dropped.recv().unwrap().as_deref(), Some("r-4"), "ended");
        assert!(done.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending(), "polled once too often");
    }
}
