//! A world in which one call, or all from one on, goes wrong.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use jiff::Timestamp;
use skywarden_core::port::{Clock as _, Failure, PortError, PortResult};
use skywarden_simulator::memory::MemoryClock;

use crate::outside::{Calls, World};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// The function dies while the call is on its way.
    Dies,
    /// Nobody answers.
    Silence,
    /// The answer says nothing of what became of it.
    Ambiguous,
}

/// Which call goes wrong, and how.
pub(crate) struct Fate {
    clock: Arc<MemoryClock>,
    calls: AtomicUsize,
    wrong: Wrong,
    first: usize,
    last: usize,
    takes_effect: bool,
    dead: AtomicBool,
}

impl Fate {
    pub(crate) fn fine(clock: Arc<MemoryClock>) -> Self {
        Self::from(clock, Wrong::Dies, usize::MAX, false)
    }

    /// One call goes wrong, with or without taking effect.
    pub(crate) fn at(clock: Arc<MemoryClock>, wrong: Wrong, call: usize, takes_effect: bool) -> Self {
        Self { last: call, ..Self::from(clock, wrong, call, takes_effect) }
    }

    /// Every call from one on goes wrong.
    pub(crate) fn from(clock: Arc<MemoryClock>, wrong: Wrong, first: usize, takes_effect: bool) -> Self {
        Self { clock, calls: AtomicUsize::new(0), wrong, first, last: usize::MAX, takes_effect, dead: AtomicBool::new(false) }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Relaxed)
    }

    pub(crate) fn happened(&self) -> bool {
        self.calls() > self.first
    }

    /// Lambda starts another one.
    pub(crate) fn restart(&self) {
        self.dead.store(false, Relaxed);
    }
}

impl Calls for Fate {}

impl World for Fate {
    async fn call<T: Send>(&self, effect: impl FnOnce() -> PortResult<T> + Send) -> PortResult<T> {
        if self.dead.load(Relaxed) {
            return pending().await;
        }
        let call = self.calls.fetch_add(1, Relaxed);
        if !(self.first..=self.last).contains(&call) {
            return effect();
        }
        if self.takes_effect {
            let _nobody_hears_it = effect();
        }
        match self.wrong {
            Wrong::Silence => pending().await,
            Wrong::Dies => {
                self.dead.store(true, Relaxed);
                pending().await
            }
            Wrong::Ambiguous => Err(PortError { failure: Failure::Ambiguous, operation: "test", code: "timeout".to_owned(), message: "no answer".to_owned() }),
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// For a dead function no time passes.
    async fn sleep(&self, duration: Duration) {
        if self.dead.load(Relaxed) {
            pending::<()>().await;
        }
        self.clock.sleep(duration).await;
    }
}
