//! When what was gathered is written.

use std::{
    fmt,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use jiff::Timestamp;

use super::{Complaint, Metrics};
use crate::output::{Output, Urgency};

/// Name of the thread.
const THREAD: &str = "skywarden-metrics";

/// The shortest interval, milliseconds: CloudWatch keeps nothing finer than a second.
const MIN_INTERVAL_MS: i64 = 1_000;

/// How long before the end of an interval its metrics are written, milliseconds, or a tenth of a short interval. Documents have the time they are
/// written at: a minute's metrics land in their own minute, and a thread that wakes late by a moment does not leave one minute without.
const EARLY_MS: i64 = 1_000;

/// Writes what was gathered, once an interval.
///
/// On a server [`Self::start`] lets a thread do it. Where a process stands still between its tasks, as on Lambda, [`Self::flush`] is called at the end of
/// each. Whatever is left is written when this is dropped.
#[derive(Debug)]
pub struct Flusher {
    shared: Arc<Shared>,
    /// Set once the thread was asked for, whether or not it could be started.
    thread: ArcSwapOption<Thread>,
}

struct Shared {
    metrics: Metrics,
    output: Arc<dyn Output>,
    tell: Box<dyn Fn(Complaint) + Send + Sync>,
    clock: fn() -> Timestamp,
    interval_ms: i64,
    /// Milliseconds since 1970.
    next_ms: AtomicI64,
}

#[derive(Debug, Default)]
struct Thread {
    stopped: Mutex<bool>,
    wake: Condvar,
    running: Mutex<Option<JoinHandle<()>>>,
}

impl Flusher {
    /// Writes to `output`, at the end of each `interval` of the day, 1 second at least. Complaints are handed to `tell`, once each.
    pub fn new(
        metrics: Metrics,
        output: Arc<dyn Output>,
        interval: Duration,
        clock: fn() -> Timestamp,
        tell: impl Fn(Complaint) + Send + Sync + 'static,
    ) -> Self {
        let interval_ms = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX).clamp(MIN_INTERVAL_MS, i64::MAX / 4);
        let next_ms = AtomicI64::new(end_of_interval(clock().as_millisecond(), interval_ms));
        let shared = Shared { metrics, output, tell: Box::new(tell), clock, interval_ms, next_ms };
        Self { shared: Arc::new(shared), thread: ArcSwapOption::empty() }
    }

    /// Whether it is time to write; true once an interval, for one caller.
    pub fn due(&self, now: Timestamp) -> bool {
        self.shared.due(now)
    }

    /// Writes what was gathered, and tells what went wrong.
    pub fn flush(&self, now: Timestamp) {
        self.shared.flush(now);
    }

    /// Lets a thread write from now on. Cheap when there is one already; one that cannot be started is not tried again.
    pub fn start(&self) {
        if self.thread.load().is_some() {
            return;
        }
        let thread = Arc::new(Thread::default());
        if self.thread.compare_and_swap(&None::<Arc<Thread>>, Some(Arc::clone(&thread))).is_some() {
            // Another thread was quicker.
            return;
        }
        let (shared, inside) = (Arc::clone(&self.shared), Arc::clone(&thread));
        let running = thread::Builder::new().name(THREAD.to_owned()).spawn(move || inside.run(&shared));
        *thread.running.lock().unwrap_or_else(PoisonError::into_inner) = running.ok();
    }

    /// To be called in a child process after `fork`, where the thread is gone: [`Self::start`] makes another. What the parent gathered is the parent's to
    /// write.
    pub fn after_fork(&self) {
        // A thread of the parent cannot be joined or let go here, and its locks may be held for ever.
        std::mem::forget(self.thread.swap(None));
        self.shared.metrics.after_fork();
    }
}

impl Drop for Flusher {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.swap(None) {
            thread.stop();
        }
        self.shared.flush((self.shared.clock)());
    }
}

impl Thread {
    fn run(&self, shared: &Shared) {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        while !*stopped {
            let now = (shared.clock)();
            if shared.due(now) {
                drop(stopped);
                shared.flush(now);
                stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
            } else {
                stopped = self.wake.wait_timeout(stopped, shared.until_due(now)).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }

    fn stop(&self) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.wake.notify_all();
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(running) = running.filter(|running| running.thread().id() != thread::current().id()) {
            // It ends without a result; a panic of an output is not ours to pass on.
            let _ = running.join();
        }
    }
}

impl Shared {
    fn due(&self, now: Timestamp) -> bool {
        let now = now.as_millisecond();
        let next = self.next_ms.load(Ordering::Relaxed);
        // A clock that was set back would leave the metrics unwritten for so long.
        let set_back = next.saturating_sub(now) > self.interval_ms;
        if now < next && !set_back {
            return false;
        }
        let after = end_of_interval(now, self.interval_ms);
        self.next_ms.compare_exchange(next, after, Ordering::Relaxed, Ordering::Relaxed).is_ok() && !set_back
    }

    fn until_due(&self, now: Timestamp) -> Duration {
        let wait = self.next_ms.load(Ordering::Relaxed).saturating_sub(now.as_millisecond());
        Duration::from_millis(wait.clamp(1, self.interval_ms).unsigned_abs())
    }

    fn flush(&self, now: Timestamp) {
        let lines = self.metrics.drain(now);
        if !lines.is_empty() {
            let mut bytes = Vec::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
            for line in lines {
                bytes.extend_from_slice(line.as_bytes());
                bytes.push(b'\n');
            }
            self.output.write(&bytes, Urgency::Normal);
        }
        self.metrics.complaints().into_iter().for_each(&self.tell);
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Shared").field("output", &self.output).field("interval_ms", &self.interval_ms).finish_non_exhaustive()
    }
}

/// The next time to write: a little before the end of an interval, of those that divide time since 1970.
const fn end_of_interval(now_ms: i64, interval_ms: i64) -> i64 {
    let early = if interval_ms / 10 < EARLY_MS { interval_ms / 10 } else { EARLY_MS };
    let intervals = (now_ms + early).div_euclid(interval_ms);
    intervals.saturating_add(1).saturating_mul(interval_ms) - early
}
