//! The delivery guarantees: what happens to every effect when functions die, calls fail or never answer, and deliveries are repeated, reordered and
//! concurrent. `docs/src/concepts/delivery.md` names these tests.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a broken fixture must fail the test")]

mod classifier;
mod combined;
mod contention;
mod cost;
mod deadlines;
mod erasure;
mod extractor;
mod fate;
mod logs;
mod notifier;
mod outside;
mod page;
mod schedule;
#[path = "../small/mod.rs"]
mod small;
