//! The config as a user meets it: what a file means, and what is said about its mistakes.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod cascade;
mod catalogue;
mod codes;
mod defaults;
mod delivery;
mod error_rules;
mod example;
mod masking;
mod metrics;
mod notify;
mod properties;
mod real_errors;
mod rendering;
mod shares;
mod support;
mod telemetry;
mod unusual;
