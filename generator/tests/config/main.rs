//! The config as a user meets it: what a file means, and what is said about its mistakes.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod accounts;
mod any_metric;
mod cascade;
mod catalogue;
mod codes;
mod defaults;
mod delivery;
mod documentation;
mod error_rules;
mod example;
mod impact;
mod maintenance;
mod masking;
mod metrics;
mod names;
mod notify;
mod objectives;
mod overlays;
mod pages;
mod properties;
mod real_errors;
mod reference;
mod rendering;
mod shares;
mod support;
mod telemetry;
mod unusual;
