//! Many functions at once on one thread and a clock of its own: which of them goes on next, and how long each call takes, is drawn from a seed. The same
//! seed gives the same run.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::{Future, poll_fn},
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use jiff::Timestamp;
use skywarden_core::port::PortResult;

use crate::{
    outside::{Calls, World},
    small,
};

/// A call takes one to twenty milliseconds there and as long back.
const SLOWEST_MICROS: u64 = 20_000;

/// Polls of all futures together after which a run counts as endless.
const MAX_POLLS: usize = 5_000_000;

/// A run: time, who sleeps until when, and the draw.
pub(crate) struct Schedule(Arc<State>);

/// The outside of one run.
pub(crate) struct Scheduled(Arc<State>);

struct State {
    now_micros: Mutex<i64>,
    sleepers: Mutex<BTreeMap<(i64, u64), Waker>>,
    draw: Mutex<u64>,
    /// Items of transactions on their way.
    locked: Mutex<BTreeSet<String>>,
    conflicts: Mutex<u64>,
}

impl State {
    fn random(&self, below: u64) -> u64 {
        // SplitMix64.
        let mut state = self.draw.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    fn now(&self) -> i64 {
        *self.now_micros.lock().unwrap()
    }

    async fn sleep(&self, micros: i64) {
        let until = self.now().saturating_add(micros);
        let key = (until, self.random(u64::MAX));
        poll_fn(|context| {
            if self.now() >= until {
                return Poll::Ready(());
            }
            self.sleepers.lock().unwrap().insert(key, context.waker().clone());
            Poll::Pending
        })
        .await;
        self.sleepers.lock().unwrap().remove(&key);
    }
}

/// Wakes one future.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

impl Schedule {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(State {
            now_micros: Mutex::new(small::START_MS * 1000),
            sleepers: Mutex::default(),
            draw: Mutex::new(seed),
            locked: Mutex::default(),
            conflicts: Mutex::default(),
        }))
    }

    pub(crate) fn world(&self) -> Scheduled {
        Scheduled(Arc::clone(&self.0))
    }

    /// Milliseconds since the start.
    pub(crate) fn elapsed_ms(&self) -> i64 {
        self.0.now() / 1000 - small::START_MS
    }

    /// Transactions that met another one on its way.
    pub(crate) fn conflicts(&self) -> u64 {
        *self.0.conflicts.lock().unwrap()
    }

    pub(crate) fn shuffled(&self, mut items: Vec<usize>) -> Vec<usize> {
        for place in (1..items.len()).rev() {
            let other = usize::try_from(self.0.random(u64::try_from(place + 1).unwrap())).unwrap();
            items.swap(place, other);
        }
        items
    }

    /// Runs futures until all are done; gives their outputs in their order.
    pub(crate) fn run<'a, T: 'a, F: Future<Output = T> + 'a>(&self, futures: impl Iterator<Item = F>) -> Vec<T> {
        let mut tasks: Vec<Option<Pin<Box<dyn Future<Output = T> + 'a>>>> = futures.map(|future| Some(Box::pin(future) as _)).collect();
        let woken: Vec<Arc<Woken>> = tasks.iter().map(|_| Arc::new(Woken(AtomicBool::new(true)))).collect();
        let mut outputs: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
        for _ in 0..MAX_POLLS {
            let ready: Vec<usize> = (0..tasks.len()).filter(|&task| tasks[task].is_some() && woken[task].0.load(Relaxed)).collect();
            if ready.is_empty() {
                if tasks.iter().all(Option::is_none) {
                    return outputs.into_iter().map(Option::unwrap).collect();
                }
                // Nobody sleeps: everybody waits for what never comes.
                let ((at, _), waker) = self.0.sleepers.lock().unwrap().pop_first().unwrap();
                *self.0.now_micros.lock().unwrap() = at.max(self.0.now());
                waker.wake();
                continue;
            }
            let chosen = ready[usize::try_from(self.0.random(u64::try_from(ready.len()).unwrap())).unwrap()];
            woken[chosen].0.store(false, Relaxed);
            let waker = Waker::from(Arc::clone(&woken[chosen]));
            let task = tasks[chosen].as_mut().unwrap();
            if let Poll::Ready(output) = task.as_mut().poll(&mut Context::from_waker(&waker)) {
                outputs[chosen] = Some(output);
                tasks[chosen] = None;
            }
        }
        panic!("the run does not end");
    }
}

impl Scheduled {
    async fn travel(&self) {
        let micros = 1_000 + self.0.random(SLOWEST_MICROS - 1_000);
        self.0.sleep(i64::try_from(micros).unwrap()).await;
    }
}

impl Calls for Scheduled {}

impl World for Scheduled {
    async fn call<T: Send>(&self, effect: impl FnOnce() -> PortResult<T> + Send) -> PortResult<T> {
        self.travel().await;
        let answer = effect();
        self.travel().await;
        answer
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.now()).unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(i64::try_from(duration.as_micros()).unwrap()).await;
    }

    /// As DynamoDB: a transaction that meets another one's items on their way is cancelled.
    fn begin(&self, items: &[String]) -> bool {
        let mut locked = self.0.locked.lock().unwrap();
        if items.iter().any(|item| locked.contains(item)) {
            *self.0.conflicts.lock().unwrap() += 1;
            return false;
        }
        locked.extend(items.iter().cloned());
        true
    }

    fn end(&self, items: &[String]) {
        let mut locked = self.0.locked.lock().unwrap();
        for item in items {
            locked.remove(item);
        }
    }
}
