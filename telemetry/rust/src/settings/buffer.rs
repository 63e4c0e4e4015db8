//! Quiet lines of a request, kept for the case that it fails.

use std::time::Duration;

use super::LevelFilter;

/// What is kept of a request's quiet lines, and written when it fails: an ERROR line, a status of 500 or above, or a slow answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buffer {
    /// Lines from this level on are kept, up to the level that is written anyway.
    pub level: LevelFilter,
    /// Most bytes kept of one request; the oldest lines go first.
    pub bytes: usize,
    /// Answers slower than this write what was kept.
    pub slow: Duration,
}

impl Default for Buffer {
    fn default() -> Self {
        Self { level: LevelFilter::Debug, bytes: 20 * 1024, slow: Duration::from_secs(5) }
    }
}
