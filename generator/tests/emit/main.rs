//! The emitting half of the generator as a whole: config text in, stacks and files out.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a broken test should stop where it breaks")]

mod access;
mod accounts;
mod any_metric;
mod assembly;
mod config;
mod delivery;
mod directory;
mod environments;
mod impact;
mod limits;
mod names;
mod objectives;
mod plan;
mod receivers;
mod security;
mod stability;
