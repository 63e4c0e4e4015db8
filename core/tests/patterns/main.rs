//! Filter patterns from outside: recorded cases, agreement with slow matchers written independently, explanations.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

mod any_text;
mod delimited;
mod explained;
mod json;
mod naive;
mod recorded;
mod terms;
