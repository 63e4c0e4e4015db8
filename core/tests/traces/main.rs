//! Detection: a corpus of traces in every language, what is like an error and is none, and what no text may do.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

mod corpus;
mod look_alikes;
mod measure;
mod properties;
mod reading;
