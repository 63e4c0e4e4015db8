//! Writing by a thread of its own.

mod queue;
mod state;
#[cfg(test)]
mod tests;

use std::{mem, sync::Arc, time::Duration};

use arc_swap::ArcSwap;

use super::{LostLine, Output, Urgency};
use crate::settings;
use state::State;

/// Longest wait for what was taken when a [`Background`] is dropped.
const DROP_WAIT: Duration = Duration::from_secs(2);

/// Takes lines into memory; a thread of its own writes them to another output, so that a slow one does not hold up the application.
///
/// What is lost, and when, is stated on [`settings::Background`]: nothing while there is room. A [`Urgency::Normal`] line that finds none is dropped.
/// [`Urgency::Soon`] and [`Urgency::Now`] wait for room, and `Now` waits until it is written, both at most [`settings::Background::wait`]. When such a
/// wait was in vain and the other output has not moved since, the next one does not wait again: an output that hangs holds up the application once
/// and not at every ERROR. How many lines were lost is told in a line of its own as soon as there is room.
///
/// Lines wait at most five milliseconds for others to be written with; ERROR and above do not. The thread is started by the first line, and again by the first
/// one after a `fork`. Dropping waits until all is written, at most two seconds.
#[derive(Debug)]
pub struct Background {
    inner: Arc<dyn Output>,
    settings: settings::Background,
    lost_line: LostLine,
    state: ArcSwap<State>,
}

impl Background {
    /// Writes to `inner` from a thread of its own.
    pub fn new(inner: Arc<dyn Output>, settings: settings::Background, lost_line: LostLine) -> Self {
        let state = ArcSwap::from_pointee(State::new(Arc::clone(&inner), settings, lost_line.clone()));
        Self { inner, settings, lost_line, state }
    }
}

impl Output for Background {
    fn write(&self, lines: &[u8], urgency: Urgency) {
        self.state.load().take(lines, urgency);
    }

    fn flush(&self, within: Duration) -> bool {
        self.state.load_full().flush(within)
    }

    fn lost(&self) -> u64 {
        self.state.load().lost() + self.inner.lost()
    }

    fn after_fork(&self) {
        self.inner.after_fork();
        let new = State::new(Arc::clone(&self.inner), self.settings, self.lost_line.clone());
        // A thread of the parent may have had the lock and left what is behind it half changed: it is never touched again, and never freed.
        mem::forget(self.state.swap(Arc::new(new)));
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.state.load_full().close(DROP_WAIT);
    }
}
