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
use crate::request::ErrorFacts;

pin_project! {
    /// The response of a [`RequestService`](super::RequestService).
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        // None once it has been dropped, within the request's span as well.
        #[pin]
        inner: Option<F>,
        // None when another layer tells of the request, and once the response is there.
        exchange: Option<Box<Exchange>>,
        // A panic before there was a future, which the exchange knows of.
        panicked: bool,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // Dropped with its response not there yet, the exchange tells of that itself.
            if let Some(mut exchange) = this.exchange.take() {
                let _inside = exchange.enter();
                this.inner.set(None);
            }
        }
    }
}

impl<F> ResponseFuture<F> {
    pub(super) const fn new(inner: Option<F>, exchange: Box<Exchange>) -> Self {
        Self { inner, exchange: Some(exchange), panicked: false }
    }

    pub(super) fn panicked(error: ErrorFacts, mut exchange: Box<Exchange>) -> Self {
        exchange.set_error(error);
        Self { inner: None, exchange: Some(exchange), panicked: true }
    }

    pub(super) const fn transparent(inner: F) -> Self {
        Self { inner: Some(inner), exchange: None, panicked: false }
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
        let Some(exchange) = this.exchange.as_mut() else {
            // Another layer tells of the request, or it is polled again after its end.
            let Some(inner) = this.inner.as_pin_mut() else { return Poll::Pending };
            return inner.poll(context).map_ok(|response| response.map(ResponseBody::transparent));
        };
        let answer = if *this.panicked {
            None
        } else {
            let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Pending };
            let inside = exchange.enter();
            let polled = inside.catch(|| inner.poll(context));
            if matches!(polled, Ok(Poll::Pending)) {
                return Poll::Pending;
            }
            this.inner.set(None);
            drop(inside);
            match polled {
                Ok(Poll::Ready(answer)) => Some(answer),
                Ok(Poll::Pending) => return Poll::Pending,
                Err(caught) => {
                    exchange.set_error(caught.error);
                    None
                }
            }
        };
        let Some(exchange) = this.exchange.take() else { return Poll::Pending };
        Poll::Ready(match answer {
            Some(Ok(response)) => Ok(exchange.answered(response)),
            Some(Err(error)) => {
                exchange.failed(&error);
                Err(error)
            }
            None => Ok(internal_server_error(exchange)),
        })
    }
}

/// The answer to a request whose service panicked.
fn internal_server_error<R: Body>(mut exchange: Box<Exchange>) -> Response<ResponseBody<R>> {
    let mut response = Response::new(ResponseBody::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    exchange.respond(&mut response);
    exchange.end();
    response
}
