//! What waits to be written.

use std::{
    mem,
    thread::{self, ThreadId},
};

use super::super::{Urgency, lost};

/// So many waiting bytes are written without waiting for more.
const BATCH_BYTES: usize = 64 * 1024;

/// Memory kept for the next lines however few there are.
const KEPT_BYTES: usize = 64 * 1024;

/// What the worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worker {
    /// There is none.
    Absent,
    /// It writes, or is about to look for lines.
    Awake,
    /// It lets lines gather for a moment, and looks by itself after it.
    Gathering,
    /// It sleeps until it is woken.
    Asleep,
}

/// What is guarded by the lock. Two buffers change places: producers fill one while the worker writes the other.
#[derive(Debug)]
pub(super) struct Queue {
    waiting: Vec<u8>,
    /// The other buffer, empty, while the worker does not have it.
    spare: Vec<u8>,
    /// The most urgent of what is waiting.
    urgency: Urgency,
    /// Bytes being written.
    in_flight: usize,
    /// Bytes taken since the start.
    taken: u64,
    /// Bytes written, or lost by a panic of the output, since the start.
    written: u64,
    /// What had been written when somebody waited in vain.
    stalled_at: Option<u64>,
    /// Lines lost since the start.
    lost: u64,
    /// Those not told of.
    untold: u64,
    /// Those told of.
    told: u64,
    /// The output panicked: a loss alone is no reason to try it again.
    shunned: bool,
    /// Threads that wait for what the worker does.
    pub(super) watchers: usize,
    pub(super) worker: Worker,
    pub(super) thread: Option<ThreadId>,
    /// Nobody will add lines any more.
    pub(super) closing: bool,
}

/// A point in the stream of lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    taken: u64,
    lost: u64,
}

/// What the worker takes to write.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) bytes: Vec<u8>,
    pub(super) urgency: Urgency,
    /// Lines lost that it has to tell of.
    pub(super) untold: u64,
    /// Bytes of it that were taken from producers.
    taken: usize,
}

impl Queue {
    pub(super) const fn new() -> Self {
        Self {
            waiting: Vec::new(),
            spare: Vec::new(),
            urgency: Urgency::Normal,
            in_flight: 0,
            taken: 0,
            written: 0,
            stalled_at: None,
            lost: 0,
            untold: 0,
            told: 0,
            shunned: false,
            watchers: 0,
            worker: Worker::Absent,
            thread: None,
            closing: false,
        }
    }

    /// Whether so many bytes fit below the cap. Lines longer than the cap itself are taken when they are alone.
    pub(super) const fn fits(&self, bytes: usize, cap: usize) -> bool {
        let waiting = self.waiting.len() + self.in_flight;
        waiting == 0 || waiting.saturating_add(bytes) <= cap
    }

    /// Takes lines; the mark that is reached when they have been written.
    pub(super) fn push(&mut self, lines: &[u8], urgency: Urgency) -> Mark {
        self.waiting.extend_from_slice(lines);
        self.urgency = self.urgency.max(urgency);
        self.taken += lines.len() as u64;
        self.shunned = false;
        Mark { taken: self.taken, lost: 0 }
    }

    /// Counts lines as lost.
    pub(super) fn lose(&mut self, lines: u64) {
        self.lost += lines;
        self.untold += lines;
    }

    /// Whether the worker has to be woken for what is waiting: seldom, since that costs more than all the rest.
    pub(super) fn needs_waking(&self, cap: usize) -> bool {
        match self.worker {
            Worker::Asleep => true,
            Worker::Gathering => self.is_pressing(cap),
            Worker::Awake | Worker::Absent => false,
        }
    }

    /// Whether what is waiting is to be written without letting more gather.
    pub(super) fn is_pressing(&self, cap: usize) -> bool {
        self.urgency > Urgency::Normal || self.watchers > 0 || self.closing || self.waiting.len() >= BATCH_BYTES.min(cap / 2)
    }

    /// Whether there is something to write and nobody is writing.
    pub(super) const fn has_work(&self) -> bool {
        self.in_flight == 0 && (!self.waiting.is_empty() || self.untold > 0 && !self.shunned)
    }

    /// Takes all that is waiting.
    pub(super) fn take(&mut self) -> Batch {
        let bytes = mem::replace(&mut self.waiting, mem::take(&mut self.spare));
        let taken = bytes.len();
        self.in_flight = taken;
        Batch { bytes, urgency: mem::replace(&mut self.urgency, Urgency::Normal), untold: mem::take(&mut self.untold), taken }
    }

    /// The batch has been dealt with; lines of one that was not written are lost.
    pub(super) fn put_back(&mut self, mut batch: Batch, written: bool) {
        if written {
            self.told += batch.untold;
        } else {
            let lines = batch.bytes.get(..batch.taken).map_or(0, lost::count);
            self.lose(lines);
            self.untold += batch.untold;
            self.shunned = true;
        }
        self.in_flight = 0;
        self.written += batch.taken as u64;
        // A rush leaves large buffers behind; they are given back when they are not needed.
        if batch.bytes.len() < batch.bytes.capacity() / 4 {
            batch.bytes.shrink_to(KEPT_BYTES.max(batch.bytes.len()));
        }
        batch.bytes.clear();
        self.spare = batch.bytes;
    }

    /// The mark of everything up to now, with what was lost.
    pub(super) const fn mark(&self) -> Mark {
        Mark { taken: self.taken, lost: self.lost }
    }

    /// Whether everything up to the mark has been written and told. A loss that the output panics on is not waited for.
    pub(super) const fn has_reached(&self, mark: Mark) -> bool {
        self.written >= mark.taken && (self.told >= mark.lost || self.shunned)
    }

    /// Bytes dealt with since the start.
    pub(super) const fn written(&self) -> u64 {
        self.written
    }

    /// Somebody waited in vain.
    pub(super) const fn note_stall(&mut self) {
        self.stalled_at = Some(self.written);
    }

    /// Whether somebody waited in vain and nothing has been written since.
    pub(super) fn is_stalled(&self) -> bool {
        self.stalled_at == Some(self.written)
    }

    /// Whether this thread is the worker.
    pub(super) fn is_of_worker(&self) -> bool {
        self.thread == Some(thread::current().id())
    }

    pub(super) const fn lost(&self) -> u64 {
        self.lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAP: usize = 100;

    #[test]
    fn what_is_being_written_counts_until_it_is() {
        let mut queue = Queue::new();
        queue.push(&[b'x'; 60], Urgency::Normal);
        let batch = queue.take();
        assert!(queue.fits(40, CAP));
        assert!(!queue.fits(41, CAP));
        queue.push(&[b'x'; 40], Urgency::Normal);
        assert!(!queue.fits(1, CAP));
        queue.put_back(batch, true);
        assert!(queue.fits(60, CAP));
    }

    #[test]
    fn lines_longer_than_the_cap_are_taken_alone() {
        let mut queue = Queue::new();
        assert!(queue.fits(CAP + 1, CAP));
        queue.push(b"x", Urgency::Normal);
        assert!(!queue.fits(CAP + 1, CAP));
    }

    #[test]
    fn only_a_sleeping_worker_is_woken_for_a_quiet_line() {
        let mut queue = Queue::new();
        queue.push(b"x\n", Urgency::Normal);
        let woken = |queue: &mut Queue, worker| {
            queue.worker = worker;
            queue.needs_waking(CAP)
        };
        assert!(woken(&mut queue, Worker::Asleep));
        assert!(!woken(&mut queue, Worker::Gathering));
        assert!(!woken(&mut queue, Worker::Awake));
        queue.push(b"x\n", Urgency::Soon);
        assert!(woken(&mut queue, Worker::Gathering));
        assert!(!woken(&mut queue, Worker::Awake));
    }

    #[test]
    fn a_gathering_worker_is_woken_when_the_buffer_fills_or_somebody_waits() {
        let mut queue = Queue { worker: Worker::Gathering, ..Queue::new() };
        queue.push(&[b'x'; 49], Urgency::Normal);
        assert!(!queue.needs_waking(CAP));
        queue.push(b"\n", Urgency::Normal);
        assert!(queue.needs_waking(CAP));
        assert!(!queue.needs_waking(10 * CAP));
        queue.watchers = 1;
        assert!(queue.needs_waking(10 * CAP));
    }

    #[test]
    fn the_urgency_is_that_of_the_most_urgent_line_and_is_forgotten_with_it() {
        let mut queue = Queue::new();
        queue.push(b"x\n", Urgency::Now);
        queue.push(b"x\n", Urgency::Normal);
        let batch = queue.take();
        assert_eq!(batch.urgency, Urgency::Now);
        queue.put_back(batch, true);
        queue.push(b"x\n", Urgency::Normal);
        assert_eq!(queue.take().urgency, Urgency::Normal);
    }

    #[test]
    fn buffers_shrink_after_a_rush() {
        let mut queue = Queue::new();
        queue.push(&vec![b'x'; 1 << 20], Urgency::Normal);
        let rush = queue.take();
        queue.put_back(rush, true);
        for _ in 0..4 {
            queue.push(b"x\n", Urgency::Normal);
            let batch = queue.take();
            queue.put_back(batch, true);
        }
        assert!(queue.waiting.capacity() + queue.spare.capacity() <= 2 * KEPT_BYTES + 2);
    }
}
