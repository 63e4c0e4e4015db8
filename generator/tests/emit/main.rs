//! The emitting half of the generator as a whole: config text in, stacks and files out.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a broken test should stop where it breaks")]

mod access;
mod assembly;
mod config;
mod delivery;
mod directory;
mod limits;
mod plan;
mod receivers;
mod security;
mod stability;
