//! Issues from outside: one end state for every order, what is told, bounds, the stored form.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

mod bounds;
mod life;
mod order;
mod seen;
mod stored;
