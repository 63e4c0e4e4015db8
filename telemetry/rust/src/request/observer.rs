//! Watching requests come and go.

use std::fmt;

use super::Facts;

/// Sees every request begin and end, whether or not a line tells of it: what request metrics are made from. Each `begin` has exactly one `end`,
/// perhaps on another thread.
pub trait Observer: Send + Sync + fmt::Debug {
    /// A request begins; `cold_start` when it is the first of a Lambda function's process.
    fn begin(&self, cold_start: bool);

    /// A request has ended.
    fn end(&self, facts: &Facts);
}
