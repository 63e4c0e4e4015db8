//! Randomness for ids.

use std::{
    cell::RefCell,
    hash::{BuildHasher as _, Hasher as _, RandomState},
};

use jiff::Timestamp;

struct Generator {
    keys: RandomState,
    counter: u64,
}

thread_local! {
    static GENERATOR: RefCell<Generator> = RefCell::new(Generator { keys: RandomState::new(), counter: 0 });
}

/// 128 bits for ids: unique, not secret.
///
/// The keys are random for the process. A process that is forked or restored from a snapshot (Lambda `SnapStart`) has the keys and the counter of
/// its origin: each id takes in the process id and the time in nanoseconds as well.
pub fn unique() -> u128 {
    let from = |generator: &mut Generator| {
        generator.counter = generator.counter.wrapping_add(1);
        let mut hasher = generator.keys.build_hasher();
        hasher.write_u64(generator.counter);
        hasher.write_u32(std::process::id());
        hasher.write_i128(Timestamp::now().as_nanosecond());
        let high = hasher.finish();
        hasher.write_u8(1);
        u128::from(high) << 64 | u128::from(hasher.finish())
    };
    GENERATOR.try_with(|generator| generator.try_borrow_mut().ok().map(|mut generator| from(&mut generator))).ok().flatten().unwrap_or_else(|| {
        // The thread is at its end: keys of its own for one id.
        from(&mut Generator { keys: RandomState::new(), counter: 0 })
    })
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
}
