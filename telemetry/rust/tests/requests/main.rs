//! Requests through the middleware: real servers on the loopback interface, real connections, and what is told of them.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

mod allocations;
mod bodies;
mod client;
mod concurrency;
mod connection;
mod disconnects;
mod endings;
mod ids;
#[cfg(feature = "lambda")]
mod lambda;
mod lines;
mod matrix;
mod observed;
#[cfg(feature = "axum")]
mod routes;
mod scripted;
mod server;
mod told;
