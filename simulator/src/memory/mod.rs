//! The ports of core, in memory: the same answers AWS gives, without AWS.

mod clock;
mod history;
mod issues;
mod ledger;
mod list;
mod publisher;
mod queue;
mod residue;
mod sink;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use clock::MemoryClock;
pub use history::MemoryHistory;
pub use issues::MemoryIssues;
pub use ledger::MemoryLedger;
pub use publisher::{MemoryPublisher, Published};
pub use queue::MemoryQueue;
pub use residue::MemoryResidues;
pub use sink::MemorySink;

/// The contents of a mutex. A panic elsewhere leaves them as they were between two calls: still good.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
