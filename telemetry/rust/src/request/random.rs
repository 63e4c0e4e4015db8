//! Randomness for ids.

use std::{
    cell::RefCell,
    hash::{BuildHasher as _, RandomState},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use jiff::Timestamp;

/// Makes ids that do not repeat.
///
/// The keys are random for the process. A process that is forked or restored from a snapshot (Lambda `SnapStart`) has the keys and the counter of
/// its origin: each id takes in the process id and the time in nanoseconds as well.
#[derive(Clone)]
struct Generator {
    keys: [u64; 2],
    counter: u64,
}

impl Default for Generator {
    fn default() -> Self {
        // What the standard library seeds its hash maps with is random.
        let keys = RandomState::new();
        Self { keys: [keys.hash_one(1), keys.hash_one(2)], counter: 0 }
    }
}

impl Generator {
    /// Both halves are one to one with the counter at one time in one process, and the whole with all three.
    fn next(&mut self, process: u32, now: Timestamp) -> u128 {
        self.counter = self.counter.wrapping_add(1);
        let [of_time, of_count] = self.keys;
        // Wraps around after centuries.
        let time = now.as_second().cast_unsigned().wrapping_mul(1_000_000_000).wrapping_add(u64::from(now.subsec_nanosecond().unsigned_abs()));
        let low = scattered(of_count ^ (u64::from(process).rotate_right(24) ^ self.counter));
        let high = scattered(scattered(of_time ^ time) ^ low);
        u128::from(high) << 64 | u128::from(low)
    }
}

/// The bits scattered, one to one (the finisher of `SplitMix64`).
pub(super) const fn scattered(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

thread_local! {
    static GENERATOR: RefCell<Generator> = RefCell::default();
}

/// The process id; zero until it was asked for. Each time would be a system call for each request.
static PROCESS: AtomicU32 = AtomicU32::new(0);

fn process() -> u32 {
    match PROCESS.load(Relaxed) {
        0 => after_fork(),
        known => known,
    }
}

/// To be called in a child process after `fork`. Gives the process id.
pub(crate) fn after_fork() -> u32 {
    let id = std::process::id();
    PROCESS.store(id, Relaxed);
    id
}

/// 128 bits for ids: unique, not secret.
pub fn unique() -> u128 {
    unique_at(Timestamp::now())
}

/// As [`unique`], for who knows the time.
pub fn unique_at(now: Timestamp) -> u128 {
    let process = process();
    let made = GENERATOR.try_with(|generator| generator.try_borrow_mut().ok().map(|mut generator| generator.next(process, now)));
    // At the end of a thread: keys of its own for one id.
    made.ok().flatten().unwrap_or_else(|| Generator::default().next(process, now))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_do_not_repeat_within_and_across_threads() {
        let made: Vec<_> = (0..4).map(|_| std::thread::spawn(|| (0..5_000).map(|_| unique()).collect::<Vec<_>>())).collect();
        let ids: HashSet<u128> = made.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(ids.len(), 20_000);
        let halves: HashSet<u64> = ids.iter().map(|id| (id >> 64) as u64).collect();
        assert_eq!(halves.len(), 20_000, "each half is random by itself");
    }

    #[test]
    fn copies_of_a_process_make_ids_of_their_own() {
        let origin = Generator { counter: 7, ..Generator::default() };
        let copy = |process, nanosecond| origin.clone().next(process, Timestamp::new(1, nanosecond).unwrap());
        assert_eq!(copy(1, 5), copy(1, 5));
        assert_ne!(copy(1, 5), copy(2, 5));
        assert_ne!(copy(1, 5), copy(1, 6));
        assert_eq!((process(), after_fork()), (std::process::id(), std::process::id()));
    }
}
