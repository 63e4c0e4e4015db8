//! Where lines go: streams and files that are rotated.

use std::{path::PathBuf, time::Duration};

use super::{Format, LevelFilter};

/// One place where lines go.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputSettings {
    /// Where.
    pub to: Destination,
    /// Lines below this level do not go there.
    pub level: LevelFilter,
    /// How lines look there; none as everywhere.
    pub format: Option<Format>,
    /// Whether a thread of its own writes, so that a slow destination does not hold up the application; none writes in the call itself.
    pub background: Option<Background>,
}

impl OutputSettings {
    /// As a file of settings has it when it says nothing but where: all lines, in the form of all outputs, written by a thread of its own.
    pub fn new(to: Destination) -> Self {
        Self { to, level: LevelFilter::Trace, format: None, background: Some(Background::default()) }
    }
}

/// A destination.
#[derive(Clone, Debug, PartialEq)]
pub enum Destination {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A file that is rotated.
    File(RollingFile),
}

/// A file that is rotated.
#[derive(Clone, Debug, PartialEq)]
pub struct RollingFile {
    /// The file written to; rotated ones lie beside it.
    pub path: PathBuf,
    /// Largest size, bytes; none does not look at it.
    pub max_bytes: Option<u64>,
    /// How often a new file begins, in UTC; none does not look at the time.
    pub every: Option<Every>,
    /// Most rotated files kept.
    pub keep_files: Option<usize>,
    /// How long rotated files are kept.
    pub keep_for: Option<Duration>,
    /// Most bytes of rotated files together.
    pub keep_bytes: Option<u64>,
    /// Whether rotated files are compressed with gzip.
    pub compress: bool,
}

impl RollingFile {
    /// A file that is never rotated, to be changed: `RollingFile { max_bytes: Some(50_000_000), ..RollingFile::new("app.log") }`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), max_bytes: None, every: None, keep_files: None, keep_for: None, keep_bytes: None, compress: false }
    }
}

/// How often a new file begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// At each full minute.
    Minute,
    /// At each full hour.
    Hour,
    /// At midnight UTC.
    Day,
}

/// Writing by a thread of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Background {
    /// Most bytes that wait. When they are full, lines below ERROR are dropped; ERROR and above wait [`Self::wait`] for room, then are dropped.
    pub buffer_bytes: usize,
    /// Longest wait of an ERROR line for room, and of a CRITICAL one until it is written.
    pub wait: Duration,
}

impl Default for Background {
    fn default() -> Self {
        Self { buffer_bytes: 4 * 1024 * 1024, wait: Duration::from_millis(200) }
    }
}
