//! Log lines of schema 1.0: what one says, and how it is written.
//!
//! Nothing here knows `tracing` or Python: a line is a message and [`Parts`], and the parts of the spans or contexts it stands in. Parts are
//! serialised and masked once, when they are set; a line copies them.

mod encoder;
mod escape;
mod failure;
mod http;
mod parts;
mod pretty;
mod timestamp;
mod value;

pub(crate) use encoder::Draft;
pub use encoder::{Encoder, Event, Place};
pub use failure::Failure;
pub use parts::Parts;
pub use pretty::Pretty;
pub use skywarden_core::schema::{HttpKey, Key, Level};
pub use value::ValueWriter;
