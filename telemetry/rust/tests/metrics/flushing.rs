//! When lines are written, and by whom.

use std::{
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use jiff::Timestamp;
use skywarden_telemetry::{
    metrics::{Complaint, Flusher, Metrics},
    output::{Output, Urgency},
};

use crate::{metrics, now};

/// Keeps what is written, with the name of the thread that wrote it.
#[derive(Debug, Default)]
struct Kept {
    writes: Mutex<Vec<(String, Option<String>)>>,
    written: Condvar,
}

impl Output for Kept {
    fn write(&self, lines: &[u8], urgency: Urgency) {
        assert_eq!(urgency, Urgency::Normal);
        let by = thread::current().name().map(str::to_owned);
        self.writes.lock().unwrap().push((String::from_utf8(lines.to_vec()).unwrap(), by));
        self.written.notify_all();
    }

    fn flush(&self, _: Duration) -> bool {
        true
    }

    fn lost(&self) -> u64 {
        0
    }

    fn after_fork(&self) {}
}

impl Kept {
    /// Waits for so many writes.
    fn wait_for(&self, writes: usize) -> Vec<(String, Option<String>)> {
        let guard = self.writes.lock().unwrap();
        let (guard, waited) = self.written.wait_timeout_while(guard, Duration::from_mins(1), |kept| kept.len() < writes).unwrap();
        assert!(!waited.timed_out(), "{guard:?}");
        guard.clone()
    }

    fn count(&self) -> usize {
        self.writes.lock().unwrap().len()
    }
}

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap()
}

fn epoch() -> Timestamp {
    at(0)
}

/// A clock on which every look is a minute later.
fn fast() -> Timestamp {
    static LOOKS: AtomicI64 = AtomicI64::new(0);
    at(LOOKS.fetch_add(1, Ordering::Relaxed) * 60_000)
}

fn flusher(metrics: &Metrics, output: &Arc<Kept>, seconds: u64, clock: fn() -> Timestamp) -> Flusher {
    Flusher::new(metrics.clone(), Arc::<Kept>::clone(output), Duration::from_secs(seconds), clock, |_| {})
}

#[test]
fn it_is_due_once_just_before_the_end_of_each_interval() {
    let flusher = flusher(&metrics(), &Arc::default(), 60, epoch);
    let due = |milliseconds: i64| flusher.due(at(milliseconds));
    assert_eq!([due(0), due(58_999), due(59_000), due(59_000), due(118_999)], [false, false, true, false, false]);
    assert_eq!([due(119_100), due(119_200), due(178_999), due(179_000)], [true, false, false, true]);
    // A long pause is one interval; a clock set back does not silence it.
    assert_eq!([due(1_000_000), due(1_000_001), due(1_019_000)], [true, false, true]);
    assert_eq!([due(5_000), due(58_999), due(59_000)], [false, false, true]);
}

#[test]
fn short_intervals_end_a_tenth_early_and_none_is_shorter_than_a_second() {
    let flusher = flusher(&metrics(), &Arc::default(), 0, epoch);
    assert_eq!([flusher.due(at(899)), flusher.due(at(900)), flusher.due(at(1_899)), flusher.due(at(1_900))], [false, true, false, true]);
}

#[test]
fn lines_are_written_together_and_nothing_writes_nothing() {
    let (metrics, output) = (metrics(), Arc::<Kept>::default());
    let flusher = flusher(&metrics, &output, 60, now);
    flusher.flush(now());
    assert_eq!(output.count(), 0);
    metrics.count("Orders", 1.0, &[]);
    metrics.count("Orders", 1.0, &[("Zone", "a")]);
    flusher.flush(now());
    let written = output.wait_for(1).remove(0).0;
    assert_eq!((written.matches('\n').count(), written.ends_with("}\n")), (2, true), "{written}");
    assert_eq!(crate::reading::read(&written.lines().map(str::to_owned).collect::<Vec<_>>()).documents, 2);
}

#[test]
fn complaints_are_handed_on_once() {
    let (metrics, output) = (metrics(), Arc::<Kept>::default());
    let told = Arc::new(Mutex::new(Vec::<Complaint>::new()));
    let tell = Arc::clone(&told);
    let flusher = Flusher::new(metrics.clone(), output, Duration::from_mins(1), now, move |complaint| tell.lock().unwrap().push(complaint));
    metrics.count("", 1.0, &[]);
    flusher.flush(now());
    metrics.count("", 1.0, &[]);
    flusher.flush(now());
    assert_eq!(told.lock().unwrap().len(), 1);
}

#[test]
fn a_thread_writes_when_it_is_due_and_is_one() {
    let (metrics, output) = (metrics(), Arc::<Kept>::default());
    let flusher = flusher(&metrics, &output, 60, fast);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| flusher.start());
        }
    });
    for writes in 1..4 {
        metrics.count("Orders", 1.0, &[]);
        let kept = output.wait_for(writes);
        assert_eq!((kept.len(), kept[writes - 1].1.as_deref()), (writes, Some("skywarden-metrics")));
    }
}

#[test]
fn what_is_left_is_written_at_the_end_with_or_without_a_thread() {
    for started in [false, true] {
        let (metrics, output) = (metrics(), Arc::<Kept>::default());
        let flusher = flusher(&metrics, &output, 60, now);
        if started {
            flusher.start();
        }
        metrics.count("Orders", 1.0, &[]);
        assert_eq!(output.count(), 0, "the clock stands still");
        drop(flusher);
        assert_eq!(output.count(), 1);
        assert_eq!(Arc::strong_count(&output), 1, "nobody is left to write");
    }
}

#[test]
fn a_child_process_starts_a_thread_of_its_own() {
    let (metrics, output) = (metrics(), Arc::<Kept>::default());
    let flusher = flusher(&metrics, &output, 60, now);
    flusher.start();
    metrics.count("Orders", 1.0, &[]);
    flusher.after_fork();
    flusher.flush(now());
    assert_eq!(output.count(), 0, "what the parent gathered is the parent's to write");
    flusher.start();
    metrics.count("Orders", 2.0, &[]);
    drop(flusher);
    assert!(output.wait_for(1)[0].0.contains(r#""Orders":2}"#));
}
