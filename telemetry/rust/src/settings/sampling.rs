//! Which of many like lines are written.

use std::time::Duration;

/// Which of many like lines are written. Lines of level ERROR and above are never left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Of each level and message, so many are written in each [`Self::per`]; none writes all.
    pub first: Option<u64>,
    /// Then every so manyth; 0 none.
    pub then_every: u64,
    /// The time after which counting begins anew.
    pub per: Duration,
    /// Share of requests, 0 to 1, of which everything is written whatever its level.
    pub debug_requests: f64,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { first: None, then_every: 100, per: Duration::from_secs(1), debug_requests: 0.0 }
    }
}
