//! A proxy between the functions and AWS that does to a call what a network, a service or a power cut may do to it, at a call of choice and before or
//! after the call took effect, and that remembers every call.

mod answer;
mod call;
mod cbor;
mod partial;
mod proxy;
mod record;
mod rule;

pub use call::Service;
pub use proxy::Proxy;
pub use record::{Call, Put, Record};
pub use rule::{Calls, Effect, Fault, Rule};
