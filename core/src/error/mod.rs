//! Errors: what is one, which alike belong together, and what kind it is.

pub mod classify;
pub mod detect;
pub mod fingerprint;
pub mod join;
pub mod template;
pub mod trace;
pub mod verdict;
