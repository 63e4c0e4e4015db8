//! The layer for HTTP clients: hands the ids of the current request on to the services that are called on its behalf.

mod headers_mut;
mod layer;
mod service;

pub use headers_mut::HeadersMut;
pub use layer::PropagateLayer;
pub use service::Propagate;
