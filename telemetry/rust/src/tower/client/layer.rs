//! The layer.

use tower_layer::Layer;

use super::Propagate;

/// Adds the ids of the current request to calls of other services, see [`inject`](crate::request::inject). The current request is the one that the
/// calling thread works for: a buffer or a queue belongs inside this layer, not around it.
#[derive(Clone, Copy, Debug, Default)]
pub struct PropagateLayer;

impl<S> Layer<S> for PropagateLayer {
    type Service = Propagate<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Propagate::new(inner)
    }
}
