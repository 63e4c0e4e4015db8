//! Lines that are wanted as a text rather than written: they are put aside for the thread that asked.

use std::{cell::RefCell, time::Duration};

use skywarden_telemetry::output::{Output, Urgency};

thread_local! {
    static ASIDE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Longest memory kept between lines.
const KEPT_BYTES: usize = 64 * 1024;

/// Puts lines aside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot;

impl Slot {
    /// What was put aside while `write` ran, in this thread.
    pub(crate) fn during(write: impl FnOnce()) -> Vec<u8> {
        // What is formatted may itself be formatted for: each has what it asked for.
        let before = ASIDE.with(RefCell::take);
        write();
        ASIDE.with(|aside| aside.replace(if before.capacity() > KEPT_BYTES { Vec::new() } else { before }))
    }
}

impl Output for Slot {
    fn write(&self, lines: &[u8], _: Urgency) {
        ASIDE.with(|aside| aside.borrow_mut().extend_from_slice(lines));
    }

    fn flush(&self, _: Duration) -> bool {
        true
    }

    fn lost(&self) -> u64 {
        0
    }

    fn after_fork(&self) {}
}
