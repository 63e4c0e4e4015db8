//! Bounds of a line.

/// Bounds of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most fields of the user's; what is over is counted in `dropped_fields`. Logs Insights finds at most 200 in a line.
    pub fields: usize,
    /// Longest text of one value, bytes; what is longer is cut and says so.
    pub value_bytes: usize,
    /// Longest line, bytes.
    pub line_bytes: usize,
    /// Most objects and lists inside each other.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { fields: 150, value_bytes: 32 * 1024, line_bytes: 256 * 1024, depth: 8 }
    }
}
