//! The layer for `tracing`, from the macros to the written lines.
#![cfg(feature = "layer")]
#![expect(clippy::unwrap_used, reason = "tests")]

mod context;
mod events;
mod levels;
mod lines;
mod remembered;
mod requests;
