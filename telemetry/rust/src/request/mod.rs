//! Requests in progress: their ids, what is kept of their quiet lines, and what is told of them at the end.

pub mod client_address;
pub(crate) mod error;
mod facts;
pub mod handoff;
mod hex;
pub mod ids;
#[cfg(feature = "tower")]
mod instrument;
mod level;
pub(crate) mod memory;
mod observer;
pub mod panic;
#[cfg(feature = "tower")]
mod propagate;
mod random;
pub mod request_id;
pub(crate) mod scope;
#[cfg(feature = "tower")]
pub(crate) mod span;
pub mod told;
mod trace;
mod traceparent;
mod xray;

pub use facts::{ErrorFacts, Facts, Outcome};
pub use hex::Text;
pub use ids::Ids;
#[cfg(feature = "tower")]
pub use instrument::{InCurrentRequest, InRequest, in_current_request};
pub use level::level;
pub use observer::Observer;
#[cfg(feature = "tower")]
pub use propagate::{headers, inject};
pub(crate) use random::after_fork;
pub use random::{unique, unique_at};
pub use scope::{Entered, Line, Scope, current};
#[cfg(feature = "tower")]
pub use span::record;
pub use trace::{SpanId, TraceId};
pub use traceparent::Traceparent;
pub use xray::XrayHeader;
