//! The service.

use std::{
    fmt::{Debug, Display},
    marker::PhantomData,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::{Declared, RequestBodies, ResponseBody, ResponseFuture, config::Config, exchange::Exchange};
use crate::request::Scope;

/// A service whose requests are told of, see [`RequestLayer`](super::RequestLayer).
#[derive(Debug)]
pub struct RequestService<S, P = Declared> {
    inner: S,
    config: Arc<Config>,
    bodies: PhantomData<fn() -> P>,
}

impl<S, P> RequestService<S, P> {
    pub(super) const fn new(inner: S, config: Arc<Config>) -> Self {
        Self { inner, config, bodies: PhantomData }
    }
}

impl<S: Clone, P> Clone for RequestService<S, P> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), config: Arc::clone(&self.config), bodies: PhantomData }
    }
}

impl<S, P, B, R> Service<Request<B>> for RequestService<S, P>
where
    P: RequestBodies,
    B: Body,
    S: Service<Request<P::Body<B>>, Response = Response<R>>,
    S::Error: Debug + Display + 'static,
    R: Body,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if let Some(scope) = request.extensions().get::<Scope>() {
            if let Some(route) = (self.config.framework.route)(request.extensions()) {
                scope.set_route(route);
            }
            return ResponseFuture::transparent(self.inner.call(P::wrap(request, None)));
        }
        let watch = P::watch(self.config.settings.body_bytes, request.headers());
        let mut exchange = Exchange::begin(&self.config, &mut request, watch.clone());
        // Lent to the work and left there by it: moved in and out they would be copied at each step.
        let (mut request, mut future) = (Some(P::wrap(request, watch)), None);
        let called = {
            let inside = exchange.enter();
            inside.catch(|| future = request.take().map(|request| self.inner.call(request)))
        };
        match called {
            Ok(()) => ResponseFuture::new(future, exchange),
            Err(caught) => ResponseFuture::panicked(caught.error, exchange),
        }
    }
}
