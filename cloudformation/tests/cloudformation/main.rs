//! Tests of the crate through its public API.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failed expectation is how a test fails")]
#![expect(clippy::needless_pass_by_value, reason = "JSON written in place reads better than a reference to it")]

mod assembly;
mod built;
mod foreign;
mod limits;
mod policy_limits;
mod property_names;
mod resolve;
mod round_trip;
