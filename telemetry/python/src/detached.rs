//! Outputs that do not hold up Python while they write.

use std::{cell::Cell, sync::Arc, time::Duration};

use pyo3::Python;
use skywarden_telemetry::output::{Output, Urgency};

thread_local! {
    /// Whether this thread holds up the others of Python at the moment.
    static ATTACHED: Cell<bool> = const { Cell::new(false) };
}

/// Says that this thread holds up the others, until it is dropped.
#[derive(Debug)]
struct Holding {
    before: bool,
}

impl Drop for Holding {
    fn drop(&mut self) {
        ATTACHED.set(self.before);
    }
}

/// Calls, as code that Python has called and that other threads of Python wait for.
pub(crate) fn attached<R>(call: impl FnOnce() -> R) -> R {
    let _holding = Holding { before: ATTACHED.replace(true) };
    call()
}

/// Lets other threads of Python run while an output may wait. What only puts lines into memory is not worth the change.
#[derive(Debug)]
pub(crate) struct Detached {
    inner: Arc<dyn Output>,
    /// Whether each write may wait; otherwise those that are urgent.
    waits: bool,
}

impl Detached {
    /// For an output; `waits` when it writes in the call itself.
    pub(crate) fn new(inner: Arc<dyn Output>, waits: bool) -> Self {
        Self { inner, waits }
    }
}

impl Output for Detached {
    fn write(&self, lines: &[u8], urgency: Urgency) {
        let may_wait = self.waits || urgency > Urgency::Normal;
        if may_wait && ATTACHED.get() && Python::try_attach(|py| py.detach(|| self.inner.write(lines, urgency))).is_some() {
            return;
        }
        self.inner.write(lines, urgency);
    }

    fn flush(&self, within: Duration) -> bool {
        self.inner.flush(within)
    }

    fn lost(&self) -> u64 {
        self.inner.lost()
    }

    fn after_fork(&self) {
        self.inner.after_fork();
    }
}
