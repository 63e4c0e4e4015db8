//! One file a command.

pub(crate) mod demo;
pub(crate) mod explain;
pub(crate) mod filter;
pub(crate) mod fingerprint;
pub(crate) mod generate;
pub(crate) mod issues;
pub(crate) mod package;
pub(crate) mod redact;
pub(crate) mod redrive;
pub(crate) mod verify;
