//! The body of a response.

use std::{
    fmt::{Debug, Display},
    pin::Pin,
    task::{Context, Poll},
};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::exchange::Exchange;

pin_project! {
    /// The body of a response of a [`RequestService`](super::RequestService): the service's own, handed on as it comes.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        // None when there was none, and once it has been dropped, within the request's span as well.
        #[pin]
        inner: Option<B>,
        // None once the request has been told of.
        exchange: Option<Box<Exchange>>,
    }

    impl<B> PinnedDrop for ResponseBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // Dropped before its end, the exchange tells of that itself.
            if let Some(mut exchange) = this.exchange.take() {
                let _inside = exchange.enter();
                this.inner.set(None);
            }
        }
    }
}

impl<B> ResponseBody<B> {
    pub(super) fn new(inner: B, exchange: Box<Exchange>) -> Self {
        Self { inner: Some(inner), exchange: Some(exchange) }
    }

    pub(super) const fn transparent(inner: B) -> Self {
        Self { inner: Some(inner), exchange: None }
    }

    pub(super) const fn empty() -> Self {
        Self { inner: None, exchange: None }
    }
}

impl<B> Body for ResponseBody<B>
where
    B: Body,
    B::Error: Debug + Display + 'static,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let Some(mut inner) = this.inner.as_pin_mut() else { return Poll::Ready(None) };
        let Some(exchange) = this.exchange.as_mut() else { return inner.poll_frame(context) };
        let polled = {
            let inside = exchange.enter();
            inside.catch(|| {
                let polled = inner.as_mut().poll_frame(context);
                // Servers ask no further after trailers, and when the body says that it is at its end.
                let ended = match &polled {
                    Poll::Pending => false,
                    Poll::Ready(Some(Ok(frame))) => frame.is_trailers() || inner.is_end_stream(),
                    Poll::Ready(None | Some(Err(_))) => true,
                };
                (polled, ended)
            })
        };
        match polled {
            Ok((polled, ended)) => {
                match &polled {
                    Poll::Ready(Some(Ok(frame))) => exchange.count(frame),
                    Poll::Ready(Some(Err(error))) => exchange.set_error(crate::request::error::facts(error)),
                    Poll::Ready(None) | Poll::Pending => {}
                }
                if ended && let Some(exchange) = this.exchange.take() {
                    exchange.end();
                }
                polled
            }
            Err(caught) => {
                if let Some(mut exchange) = this.exchange.take() {
                    exchange.set_error(caught.error);
                    exchange.end();
                }
                std::panic::resume_unwind(caught.payload)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
