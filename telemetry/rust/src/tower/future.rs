//! The future of a response.

use std::{
    fmt::{Debug, Display},
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Response, StatusCode};
use http_body::Body;
use pin_project_lite::pin_project;

use super::{ResponseBody, exchange::Exchange};
use crate::request::{ErrorFacts, panic};

pin_project! {
    /// The response of a [`RequestService`](super::RequestService).
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        // None once it has been dropped, within the request's span as well.
        #[pin]
        inner: Option<F>,
        // None when another layer tells of the request, and once the response is there.
        exchange: Option<Box<Exchange>>,
        // A panic before there was a future.
        panicked: Option<ErrorFacts>,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // Dropped with its response not there yet, the exchange tells of that itself.
            if let Some(mut exchange) = this.exchange.take() {
                if let Some(error) = this.panicked.take() {
                    exchange.set_error(error);
                }
                let _inside = exchange.enter();
                this.inner.set(None);
            }
        }
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(inner: F, exchange: Box<Exchange>) -> Self {
        Self { inner: Some(inner), exchange: Some(exchange), panicked: None }
    }

    pub(super) const fn transparent(inner: F) -> Self {
        Self { inner: Some(inner), exchange: None, panicked: None }
    }

    pub(super) fn panicked(error: ErrorFacts, exchange: Box<Exchange>) -> Self {
        Self { inner: None, exchange: Some(exchange), panicked: Some(error) }
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Body,
    E: Debug + Display + 'static,
{
    type Output = Result<Response<ResponseBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let polled = {
            let _inside = this.exchange.as_ref().map(|exchange| exchange.enter());
            match (this.panicked.take(), this.inner.as_mut().as_pin_mut()) {
                (Some(error), _) => Err(error),
                // Polled again after its end.
                (None, None) => return Poll::Pending,
                (None, Some(inner)) if this.exchange.is_none() => return inner.poll(context).map_ok(|response| response.map(ResponseBody::transparent)),
                (None, Some(inner)) => {
                    let work = || inner.poll(context);
                    let polled = match this.exchange.as_ref() {
                        Some(exchange) => exchange.catch(work),
                        None => panic::catch(work),
                    };
                    if !matches!(polled, Ok(Poll::Pending)) {
                        this.inner.set(None);
                    }
                    polled.map_err(|caught| caught.error)
                }
            }
        };
        if matches!(polled, Ok(Poll::Pending)) {
            return Poll::Pending;
        }
        let Some(exchange) = this.exchange.take() else { return Poll::Pending };
        Poll::Ready(match polled {
            Ok(Poll::Ready(Ok(response))) => Ok(exchange.answered(response)),
            Ok(Poll::Ready(Err(error))) => {
                exchange.failed(&error);
                Err(error)
            }
            Ok(Poll::Pending) => return Poll::Pending,
            Err(error) => Ok(internal_server_error(exchange, error)),
        })
    }
}

/// The answer to a request whose service panicked.
fn internal_server_error<R: Body>(mut exchange: Box<Exchange>, error: ErrorFacts) -> Response<ResponseBody<R>> {
    let mut response = Response::new(ResponseBody::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    exchange.set_error(error);
    exchange.respond(&mut response);
    exchange.end();
    response
}
