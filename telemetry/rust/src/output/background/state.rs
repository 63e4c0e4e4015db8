//! The worker, and what producers do with it.

use std::{
    fmt, io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use super::{
    super::{LostLine, Output, Urgency, deadline::Deadline, lock::lock, lost},
    queue::{Queue, Worker},
};
use crate::settings;

/// How long the worker lets lines gather after a write. So long no line wakes it, and that bounds its calls to the output as well. Waking once a
/// millisecond took a fifth of what a busy ASGI service spent on its lines.
const GATHER: Duration = Duration::from_millis(5);

/// Starts a worker.
type Start = fn(Arc<State>) -> io::Result<()>;

/// What producers and the worker share. A child process gets another one.
pub(super) struct State {
    inner: Arc<dyn Output>,
    settings: settings::Background,
    lost_line: LostLine,
    start: Start,
    queue: Mutex<Queue>,
    /// There is work for the worker.
    work: Condvar,
    /// The worker has done something that somebody waits for.
    progress: Condvar,
}

impl fmt::Debug for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("State").field("inner", &self.inner).field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl State {
    pub(super) fn new(inner: Arc<dyn Output>, settings: settings::Background, lost_line: LostLine) -> Self {
        Self { inner, settings, lost_line, start: start_thread, queue: Mutex::new(Queue::new()), work: Condvar::new(), progress: Condvar::new() }
    }

    /// The same, with workers started otherwise.
    #[cfg(test)]
    pub(super) fn started_by(self, start: Start) -> Self {
        Self { start, ..self }
    }

    /// As if somebody had waited in vain.
    #[cfg(test)]
    pub(super) fn pretend_stall(&self) {
        lock(&self.queue).note_stall();
    }

    /// Threads that wait for the worker.
    #[cfg(test)]
    pub(super) fn watchers(&self) -> usize {
        lock(&self.queue).watchers
    }

    #[cfg(test)]
    pub(super) fn has_worker(&self) -> bool {
        lock(&self.queue).worker != Worker::Absent
    }

    #[cfg(test)]
    pub(super) fn while_locked(&self, work: impl FnOnce()) {
        let _queue = lock(&self.queue);
        work();
    }

    /// Takes lines, or counts them as lost.
    pub(super) fn take(self: &Arc<Self>, lines: &[u8], urgency: Urgency) {
        if lines.is_empty() {
            return;
        }
        let cap = self.settings.buffer_bytes;
        let mut queue = lock(&self.queue);
        let mut deadline = None;
        if !queue.fits(lines.len(), cap) {
            if urgency > Urgency::Normal {
                let deadline = *deadline.insert(Deadline::after(self.settings.wait));
                queue = self.wait(queue, deadline, |queue| queue.fits(lines.len(), cap));
            }
            if !queue.fits(lines.len(), cap) {
                queue.lose(lost::count(lines));
                return;
            }
        }
        let mark = queue.push(lines, urgency);
        if queue.worker == Worker::Absent {
            queue = self.start(queue);
        }
        if urgency == Urgency::Now {
            let deadline = deadline.unwrap_or_else(|| Deadline::after(self.settings.wait));
            drop(self.wait(queue, deadline, |queue| queue.has_reached(mark)));
        } else if queue.needs_waking(cap) {
            queue.worker = Worker::Awake;
            drop(queue);
            self.work.notify_one();
        }
    }

    /// Waits until everything taken has been written, and the other output has written it.
    pub(super) fn flush(self: &Arc<Self>, within: Duration) -> bool {
        let deadline = Deadline::after(within);
        let mut queue = lock(&self.queue);
        let mark = queue.mark();
        // A loss that no later line would tell of is told now.
        if queue.has_work() && queue.worker == Worker::Absent {
            queue = self.start(queue);
        }
        queue = self.wait_in_any_case(queue, deadline, |queue| queue.has_reached(mark));
        let written = queue.has_reached(mark);
        drop(queue);
        written && self.inner.flush(deadline.left())
    }

    /// Ends the worker when all is written; waits for that.
    pub(super) fn close(self: &Arc<Self>, within: Duration) {
        lock(&self.queue).closing = true;
        self.flush(within);
        // With nothing to flush it may be asleep still.
        let mut queue = lock(&self.queue);
        if queue.worker != Worker::Absent {
            queue.worker = Worker::Awake;
            drop(queue);
            self.work.notify_one();
        }
    }

    pub(super) fn lost(&self) -> u64 {
        lock(&self.queue).lost()
    }

    /// Waits for the worker, unless it is known to be stuck.
    fn wait<'q>(&'q self, mut queue: MutexGuard<'q, Queue>, deadline: Deadline, done: impl Fn(&Queue) -> bool) -> MutexGuard<'q, Queue> {
        if queue.is_stalled() {
            self.wake(&mut queue);
            return queue;
        }
        let before = queue.written();
        queue = self.wait_in_any_case(queue, deadline, &done);
        if !done(&queue) && queue.written() == before && !queue.is_of_worker() {
            queue.note_stall();
        }
        queue
    }

    fn wait_in_any_case<'q>(&'q self, mut queue: MutexGuard<'q, Queue>, deadline: Deadline, done: impl Fn(&Queue) -> bool) -> MutexGuard<'q, Queue> {
        queue.watchers += 1;
        self.wake(&mut queue);
        // The worker itself comes here when the output it writes to logs something. It cannot wait for itself.
        while !queue.is_of_worker() && !done(&queue) {
            let Some(left) = deadline.wait() else {
                break;
            };
            queue = self.progress.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        queue.watchers -= 1;
        queue
    }

    fn wake(&self, queue: &mut Queue) {
        if queue.needs_waking(self.settings.buffer_bytes) {
            queue.worker = Worker::Awake;
            self.work.notify_one();
        }
    }

    /// Starts the worker; when no thread can be had, writes in this one.
    fn start<'q>(self: &'q Arc<Self>, mut queue: MutexGuard<'q, Queue>) -> MutexGuard<'q, Queue> {
        queue.worker = Worker::Awake;
        if (self.start)(Arc::clone(self)).is_err() {
            queue.worker = Worker::Absent;
            while queue.has_work() {
                queue = self.write(queue);
            }
        }
        queue
    }

    /// What the worker does until it is told to end.
    fn work(&self) {
        let mut queue = lock(&self.queue);
        queue.thread = Some(thread::current().id());
        loop {
            while !queue.has_work() {
                if queue.closing {
                    queue.worker = Worker::Absent;
                    return;
                }
                queue.worker = Worker::Asleep;
                queue = self.work.wait_while(queue, |queue| queue.worker == Worker::Asleep).unwrap_or_else(PoisonError::into_inner);
            }
            queue = self.write(queue);
            if !queue.is_pressing(self.settings.buffer_bytes) {
                queue.worker = Worker::Gathering;
                let gathering = self.work.wait_timeout_while(queue, GATHER, |queue| queue.worker == Worker::Gathering);
                queue = gathering.unwrap_or_else(PoisonError::into_inner).0;
                queue.worker = Worker::Awake;
            }
        }
    }

    /// Writes what is waiting, without the lock.
    fn write<'q>(&'q self, mut queue: MutexGuard<'q, Queue>) -> MutexGuard<'q, Queue> {
        let mut batch = queue.take();
        drop(queue);
        // A panic of the output must not end logging.
        let written = catch_unwind(AssertUnwindSafe(|| {
            if batch.untold > 0 {
                batch.bytes.extend_from_slice(&self.lost_line.render(batch.untold));
            }
            if !batch.bytes.is_empty() {
                self.inner.write(&batch.bytes, batch.urgency);
            }
        }));
        let mut queue = lock(&self.queue);
        queue.put_back(batch, written.is_ok());
        if queue.watchers > 0 {
            self.progress.notify_all();
        }
        queue
    }
}

fn start_thread(state: Arc<State>) -> io::Result<()> {
    thread::Builder::new().name("skywarden-log".to_owned()).spawn(move || state.work()).map(drop)
}
