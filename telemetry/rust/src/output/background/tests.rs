//! The loss policy, the waits and the worker, on outputs that do what the test says.

use std::{
    io,
    sync::{Condvar, Mutex, Weak},
    thread,
};

use super::{
    super::{Capture, lock::lock},
    *,
};

/// Long enough never to pass in a test that works.
const LONG: Duration = Duration::from_hours(1);

/// Takes lines only while it is open.
#[derive(Debug, Default)]
struct Gate {
    door: Mutex<Door>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Door {
    open: bool,
    entered: usize,
    batches: Vec<(String, Urgency)>,
    flushes: usize,
}

impl Gate {
    fn open(&self) {
        lock(&self.door).open = true;
        self.changed.notify_all();
    }

    /// Waits until so many batches have come to the door.
    fn wait_for_batches(&self, batches: usize) {
        drop(self.changed.wait_while(lock(&self.door), |door| door.entered < batches).unwrap());
    }

    fn written(&self) -> String {
        lock(&self.door).batches.iter().map(|(lines, _)| lines.as_str()).collect()
    }
}

impl Output for Gate {
    fn write(&self, lines: &[u8], urgency: Urgency) {
        let mut door = lock(&self.door);
        door.entered += 1;
        self.changed.notify_all();
        // What a child process writes is not held up, so that one test can stand for two processes.
        door = self.changed.wait_while(door, |door| !door.open && !lines.starts_with(b"child")).unwrap();
        door.batches.push((String::from_utf8(lines.to_vec()).unwrap(), urgency));
    }

    fn flush(&self, _: Duration) -> bool {
        lock(&self.door).flushes += 1;
        true
    }

    fn lost(&self) -> u64 {
        100
    }

    fn after_fork(&self) {}
}

fn lost_line() -> LostLine {
    LostLine::new(|lost| format!("lost {lost}").into_bytes())
}

fn background(inner: Arc<dyn Output>, buffer_bytes: usize, wait: Duration) -> Background {
    Background::new(inner, settings::Background { buffer_bytes, wait }, lost_line())
}

/// A closed gate with a background before it, whose worker has taken the line `first` and stands at the gate with it.
fn stuck(buffer_bytes: usize, wait: Duration) -> (Arc<Gate>, Background) {
    let gate = Arc::new(Gate::default());
    let background = background(gate.clone(), buffer_bytes, wait);
    background.write(b"first\n", Urgency::Normal);
    gate.wait_for_batches(1);
    (gate, background)
}

/// Waits until so many threads wait for the worker.
fn wait_for_watchers(background: &Background, watchers: usize) {
    while background.state.load().watchers() != watchers {
        thread::yield_now();
    }
}

#[test]
fn what_was_taken_is_written_in_order_and_a_flush_waits_for_it() {
    let capture = Capture::new();
    let background = background(Arc::new(capture.clone()), 1_000, LONG);
    background.write(b"", Urgency::Now);
    background.write(b"one\ntwo\n", Urgency::Normal);
    background.write(b"three\n", Urgency::Soon);
    assert!(background.flush(LONG));
    assert_eq!(capture.lines(), ["one", "two", "three"]);
    assert_eq!(background.lost(), 0);
}

#[test]
fn quiet_lines_without_room_are_dropped_counted_and_told() {
    let (gate, background) = stuck(17, LONG);
    background.write(b"0123456789\n", Urgency::Normal);
    background.write(b"no room\nat all\n", Urgency::Normal);
    background.write(b"\n", Urgency::Normal);
    assert_eq!(background.lost(), 100 + 3, "6 bytes are being written and 11 wait: no room for one more");
    gate.open();
    assert!(background.flush(LONG));
    assert_eq!(gate.written(), "first\n0123456789\nlost 3\n");
    background.write(b"later\n", Urgency::Now);
    assert!(gate.written().ends_with("lost 3\nlater\n"), "told once");
}

#[test]
fn exactly_the_cap_has_room() {
    let (gate, background) = stuck(16, LONG);
    background.write(b"012345678\n", Urgency::Normal);
    assert_eq!(background.lost(), 100);
    gate.open();
    assert!(background.flush(LONG));
    assert_eq!(gate.written(), "first\n012345678\n");
}

#[test]
fn a_loss_is_told_although_nothing_else_waits() {
    let (gate, background) = stuck(6, LONG);
    background.write(b"dropped\n", Urgency::Normal);
    gate.open();
    gate.wait_for_batches(2);
    assert!(background.flush(LONG));
    drop(background);
    assert_eq!(gate.written(), "first\nlost 1\n");
}

#[test]
fn a_line_longer_than_the_cap_is_taken_alone() {
    let capture = Capture::new();
    let background = background(Arc::new(capture.clone()), 4, LONG);
    background.write(b"longer than four\n", Urgency::Now);
    assert_eq!(capture.lines(), ["longer than four"]);
}

#[test]
fn errors_wait_for_room() {
    let (gate, background) = stuck(8, LONG);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| background.write(b"error\n", Urgency::Soon));
        wait_for_watchers(&background, 1);
        background.write(b"quiet\n", Urgency::Normal);
        assert!(!waiting.is_finished());
        gate.open();
        waiting.join().unwrap();
    });
    assert!(background.flush(LONG));
    assert!(gate.written().contains("error\n"));
    assert!(!gate.written().contains("quiet\n"));
    assert_eq!(background.lost(), 100 + 1);
}

#[test]
fn errors_are_dropped_after_the_wait() {
    let (gate, background) = stuck(8, Duration::from_millis(2));
    background.write(b"error\n", Urgency::Soon);
    background.write(b"critical\n", Urgency::Now);
    assert_eq!(background.lost(), 100 + 2);
    gate.open();
    assert!(background.flush(LONG));
    assert_eq!(gate.written(), "first\nlost 2\n");
}

#[test]
fn an_output_that_hangs_is_waited_for_once_until_it_moves() {
    let (gate, background) = stuck(8, LONG);
    background.state.load().pretend_stall();
    // Both would wait for an hour otherwise.
    background.write(b"error\n", Urgency::Soon);
    background.write(b"critical\n", Urgency::Now);
    assert_eq!(background.lost(), 100 + 2);
    gate.open();
    assert!(background.flush(LONG));
    background.write(b"critical\n", Urgency::Now);
    assert!(gate.written().ends_with("critical\n"), "it has moved, so it is waited for again");
}

#[test]
fn critical_lines_return_when_they_are_written() {
    let (gate, background) = stuck(1_000, LONG);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| background.write(b"critical\n", Urgency::Now));
        wait_for_watchers(&background, 1);
        assert!(!waiting.is_finished());
        gate.open();
        waiting.join().unwrap();
        assert_eq!(lock(&gate.door).batches, [("first\n".to_owned(), Urgency::Normal), ("critical\n".to_owned(), Urgency::Now)]);
    });
}

#[test]
fn critical_lines_do_not_wait_longer_than_set_and_are_written_later() {
    let (gate, background) = stuck(1_000, Duration::from_millis(2));
    background.write(b"critical\n", Urgency::Now);
    assert_eq!(gate.written(), "");
    gate.open();
    assert!(background.flush(LONG));
    assert_eq!(gate.written(), "first\ncritical\n");
    assert_eq!(background.lost(), 100);
}

#[test]
fn the_longest_wait_there_is_can_be_set() {
    let (gate, background) = stuck(8, Duration::MAX);
    thread::scope(|scope| {
        scope.spawn(|| background.write(b"critical\n", Urgency::Now));
        wait_for_watchers(&background, 1);
        gate.open();
    });
    assert!(background.flush(Duration::MAX));
    assert_eq!(gate.written(), "first\ncritical\n");
}

#[test]
fn a_flush_gives_up_and_flushes_the_other_output_when_it_does_not() {
    let (gate, background) = stuck(1_000, LONG);
    assert!(!background.flush(Duration::ZERO));
    assert!(!background.flush(Duration::from_millis(2)));
    assert_eq!(lock(&gate.door).flushes, 0);
    gate.open();
    assert!(background.flush(LONG));
    assert_eq!(lock(&gate.door).flushes, 1);
}

#[test]
fn a_flush_before_the_first_line_starts_no_thread() {
    let background = background(Arc::new(Capture::new()), 1_000, LONG);
    assert!(background.flush(LONG));
    assert!(!background.state.load().has_worker());
}

#[test]
fn dropping_writes_everything_and_ends_the_worker() {
    let capture = Capture::new();
    let background = background(Arc::new(capture.clone()), 1_000_000, LONG);
    for number in 0..1_000 {
        background.write(format!("{number}\n").as_bytes(), Urgency::Normal);
    }
    let state = Arc::downgrade(&background.state.load_full());
    drop(background);
    assert_eq!(capture.lines().len(), 1_000);
    // The worker holds the state as long as it lives.
    while Weak::strong_count(&state) > 0 {
        thread::yield_now();
    }
}

#[test]
fn many_producers_lose_tear_and_reorder_nothing() {
    let capture = Capture::new();
    let background = background(Arc::new(capture.clone()), 64 * 1024 * 1024, LONG);
    thread::scope(|scope| {
        for producer in 0..8 {
            let background = &background;
            scope.spawn(move || {
                for number in 0..2_000 {
                    let urgency = if number % 97 == 0 { Urgency::Soon } else { Urgency::Normal };
                    background.write(format!("{producer} {number} {}\n", "x".repeat(number % 300)).as_bytes(), urgency);
                }
            });
        }
    });
    assert!(background.flush(LONG));
    assert_eq!(background.lost(), 0);
    let mut next = [0; 8];
    for line in capture.lines() {
        let mut parts = line.split(' ');
        let producer: usize = parts.next().unwrap().parse().unwrap();
        let number: usize = parts.next().unwrap().parse().unwrap();
        assert_eq!(number, next[producer]);
        assert_eq!(parts.next().unwrap(), "x".repeat(number % 300));
        next[producer] += 1;
    }
    assert_eq!(next, [2_000; 8]);
}

#[test]
fn above_the_cap_every_line_is_written_or_counted() {
    let capture = Capture::new();
    let background = background(Arc::new(capture.clone()), 200, LONG);
    thread::scope(|scope| {
        for producer in 0..4 {
            let background = &background;
            scope.spawn(move || {
                for number in 0..2_000 {
                    background.write(format!("{producer} {number}\n").as_bytes(), Urgency::Normal);
                }
            });
        }
    });
    assert!(background.flush(LONG));
    let lost = background.lost();
    drop(background);
    let (told, lines): (Vec<String>, Vec<String>) = capture.lines().into_iter().partition(|line| line.starts_with("lost "));
    let told: u64 = told.iter().map(|line| line["lost ".len()..].parse::<u64>().unwrap()).sum();
    assert_eq!(lines.len() as u64 + lost, 8_000);
    assert_eq!(told, lost);
}

/// Panics on lines that say so; before that it may log.
#[derive(Debug, Default)]
struct Panicking {
    capture: Capture,
    logger: Mutex<Weak<Background>>,
}

impl Output for Panicking {
    fn write(&self, lines: &[u8], urgency: Urgency) {
        if lines.starts_with(b"panic") {
            // As a panic hook does, in the thread that panics.
            if let Some(logger) = lock(&self.logger).upgrade() {
                logger.write(b"it panicked\n", Urgency::Now);
                assert!(!logger.flush(LONG));
            }
            panic!("told to");
        }
        self.capture.write(lines, urgency);
    }

    fn flush(&self, within: Duration) -> bool {
        self.capture.flush(within)
    }

    fn lost(&self) -> u64 {
        0
    }

    fn after_fork(&self) {}
}

#[test]
fn a_panic_of_the_output_loses_the_batch_and_does_not_end_logging() {
    let inner = Arc::new(Panicking::default());
    let background = background(inner.clone(), 1_000, LONG);
    background.write(b"panic\nsecond\n", Urgency::Now);
    assert_eq!(background.lost(), 2);
    background.write(b"after\n", Urgency::Now);
    assert!(background.flush(LONG));
    assert_eq!(inner.capture.lines(), ["after", "lost 2"]);
}

#[test]
fn an_output_that_logs_does_not_wait_for_itself() {
    let inner = Arc::new(Panicking::default());
    let background = Arc::new(background(inner.clone(), 1_000, LONG));
    *lock(&inner.logger) = Arc::downgrade(&background);
    background.write(b"panic\n", Urgency::Now);
    assert!(background.flush(LONG));
    background.write(b"after\n", Urgency::Now);
    assert_eq!(inner.capture.lines(), ["it panicked", "lost 1", "after"]);
}

#[test]
fn without_a_thread_the_call_itself_writes() {
    let capture = Capture::new();
    let background = background(Arc::new(capture.clone()), 1_000, LONG);
    let state = State::new(Arc::new(capture.clone()), background.settings, lost_line());
    background.state.store(Arc::new(state.started_by(|_| Err(io::ErrorKind::WouldBlock.into()))));
    background.write(b"one\n", Urgency::Normal);
    assert_eq!(capture.lines(), ["one"]);
    background.write(b"two\n", Urgency::Now);
    assert_eq!(capture.lines(), ["one", "two"]);
    assert!(background.flush(LONG));
}

#[test]
fn a_child_process_writes_with_a_worker_of_its_own() {
    let (gate, background) = stuck(12, LONG);
    background.write(b"second\n", Urgency::Normal);
    assert_eq!(background.lost(), 100 + 1, "the parent's loss");
    let parent = background.state.load_full();
    // A thread of the parent holds the lock, and in the child nobody will ever give it back.
    parent.while_locked(|| {
        background.after_fork();
        assert_eq!(background.lost(), 100);
        background.write(b"child\n", Urgency::Now);
        assert_eq!(gate.written(), "child\n", "what the parent had taken is the parent's to write");
        assert!(background.flush(LONG));
    });
    gate.open();
    assert!(parent.flush(LONG));
    assert_eq!(gate.written(), "child\nfirst\nlost 1\n");
}
