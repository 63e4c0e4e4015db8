//! The route, said from inside the router.

use std::task::{Context, Poll};

use http::Request;
use tower_layer::Layer;
use tower_service::Service;

use super::Framework;
use crate::request::Scope;

/// Says the route of a request where it is known, for a [`RequestLayer`](super::RequestLayer) that wraps the whole router and so does not see it:
/// `Router::new().route(..).layer(RouteLayer::default())`. Also for routers that axum is given as a service (`nest_service`).
#[derive(Clone, Copy, Debug, Default)]
pub struct RouteLayer {
    framework: Framework,
}

/// A service that says its route, see [`RouteLayer`].
#[derive(Clone, Debug)]
pub struct RouteService<S> {
    inner: S,
    framework: Framework,
}

impl RouteLayer {
    /// Finds routes this way.
    pub const fn new(framework: Framework) -> Self {
        Self { framework }
    }
}

impl<S> Layer<S> for RouteLayer {
    type Service = RouteService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RouteService { inner, framework: self.framework }
    }
}

impl<S, B> Service<Request<B>> for RouteService<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if let (Some(scope), Some(route)) = (request.extensions().get::<Scope>(), (self.framework.route)(request.extensions())) {
            scope.set_route(route);
        }
        self.inner.call(request)
    }
}
