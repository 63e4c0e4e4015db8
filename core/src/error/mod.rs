//! Errors: what is one, which alike belong together, and what kind it is.

pub mod classify;
pub mod detect;
pub mod fingerprint;
mod frames;
pub mod join;
pub mod template;
