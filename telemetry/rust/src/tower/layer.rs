//! The layer.

use std::{
    marker::PhantomData,
    sync::Arc,
    time::{Duration, Instant},
};

use tower_layer::Layer;

use super::{Counted, Declared, Framework, RequestService, config::Config};
use crate::{
    request::{Observer, ids::Source},
    settings::Requests,
};

/// Gives each request its ids, a span that carries them, and one line at its end. See the [module](super).
///
/// `P` says whether the body of a request is looked at: [`Declared`] or [`Counted`].
#[derive(Debug)]
pub struct RequestLayer<P = Declared> {
    config: Arc<Config>,
    bodies: PhantomData<fn() -> P>,
}

impl RequestLayer {
    /// A layer by the settings. It keeps no quiet lines, observes nothing, and chooses no requests to be debugged.
    pub fn new(settings: Requests) -> Self {
        Self { config: Arc::new(Config::new(settings)), bodies: PhantomData }
    }
}

impl<P> RequestLayer<P> {
    /// Counts, and tells where that is set, what is read of a request's body. The service then sees bodies of type
    /// [`RequestBody`](super::RequestBody), which axum takes and a function of one fixed type of request does not.
    #[must_use]
    pub fn count_request_bodies(self) -> RequestLayer<Counted> {
        RequestLayer { config: self.config, bodies: PhantomData }
    }

    /// Keeps up to so many bytes of each request's quiet lines.
    #[must_use]
    pub fn buffer(self, bytes: usize) -> Self {
        self.with(|config| config.buffer_bytes = bytes)
    }

    /// Writes everything of this share of requests, 0 to 1, whatever its level.
    #[must_use]
    pub fn debug_share(self, share: f64) -> Self {
        self.with(|config| config.debug_share = share)
    }

    /// The time-out of a layer outside this one: a request that is dropped without an answer so long after its start is told as `timeout`, at ERROR.
    #[must_use]
    pub fn deadline(self, after: Duration) -> Self {
        self.with(|config| config.deadline = Some(after))
    }

    /// Finds routes, paths and peers another way than [`Framework::default`].
    #[must_use]
    pub fn framework(self, framework: Framework) -> Self {
        self.with(|config| config.framework = framework)
    }

    /// Lets requests be watched.
    #[must_use]
    pub fn observer(self, observer: Arc<dyn Observer>) -> Self {
        self.with(|config| config.observer = Some(observer))
    }

    /// Takes durations from this clock.
    #[must_use]
    pub fn clock(self, clock: fn() -> Instant) -> Self {
        self.with(|config| config.clock = clock)
    }

    /// Makes ids from this source.
    #[must_use]
    pub fn ids(self, source: Source) -> Self {
        self.with(|config| config.ids = source)
    }

    fn with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(Arc::make_mut(&mut self.config));
        self
    }
}

impl<P> Clone for RequestLayer<P> {
    fn clone(&self) -> Self {
        Self { config: Arc::clone(&self.config), bodies: PhantomData }
    }
}

impl<S, P> Layer<S> for RequestLayer<P> {
    type Service = RequestService<S, P>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestService::new(inner, Arc::clone(&self.config))
    }
}
