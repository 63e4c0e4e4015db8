//! The layer for `tracing`, from the macros to the written lines.
#![cfg(feature = "layer")]
#![expect(clippy::unwrap_used, reason = "tests")]

#[cfg(feature = "log")]
mod bridge;
mod context;
mod events;
mod levels;
mod lines;
mod remembered;
mod requests;
