//! Where lines go.
//!
//! An [`Output`] takes whole lines and never gives an error back: an application does not stop because its log cannot be written. What is lost is
//! counted, and told in a line of its own once lines can be written again.

mod append;
mod background;
mod capture;
mod clock;
mod console;
mod deadline;
mod failure;
#[cfg(feature = "file")]
mod file;
mod lock;
mod lost;
mod open;

use std::{fmt, time::Duration};

pub use background::Background;
pub use capture::Capture;
pub use clock::Clock;
pub use console::Console;
pub use failure::{OutputError, OutputFailure};
#[cfg(feature = "file")]
pub use file::LogFile;
pub use lost::LostLine;
pub use open::open;

/// How soon a line must have left the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// When there is time.
    Normal,
    /// At once, without waiting for it: ERROR.
    Soon,
    /// Before the call returns, as far as a bounded wait allows: CRITICAL, a panic.
    Now,
}

/// Takes log lines.
pub trait Output: Send + Sync + fmt::Debug {
    /// Takes one or more whole lines, the last with its line end as well. Never fails and never waits without bound.
    fn write(&self, lines: &[u8], urgency: Urgency);

    /// Waits until everything taken has been written, at most so long; false when it has not.
    fn flush(&self, within: Duration) -> bool;

    /// Lines lost since the start.
    fn lost(&self) -> u64;

    /// Called in a child process after `fork`: threads are gone, locks may be held for ever. What the parent had taken is the parent's to write.
    fn after_fork(&self);
}
