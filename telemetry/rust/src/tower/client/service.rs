//! The service.

use std::task::{Context, Poll};

use tower_service::Service;

use super::HeadersMut;
use crate::request::inject;

/// A client that hands the ids of the current request on, see [`PropagateLayer`](super::PropagateLayer).
#[derive(Clone, Debug)]
pub struct Propagate<S> {
    inner: S,
}

impl<S> Propagate<S> {
    /// The client `inner`, with ids.
    pub const fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S, R> Service<R> for Propagate<S>
where
    R: HeadersMut,
    S: Service<R>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: R) -> Self::Future {
        inject(request.headers_mut());
        self.inner.call(request)
    }
}
