//! Locks of the outputs: a panic elsewhere does not close them, and some are not waited for without bound.

use std::{
    sync::{Mutex, MutexGuard, PoisonError, TryLockError},
    thread,
    time::Duration,
};

use super::deadline::Deadline;

/// Pause between two tries.
const PAUSE: Duration = Duration::from_millis(1);

/// Takes the lock. What it guards is whole after each step, so a panic of another holder does not matter.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the lock if it is free now.
pub(super) fn lock_if_free<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// Takes the lock, or gives up after `within`: its holder may wait for a reader of a pipe.
pub(super) fn lock_within<T>(mutex: &Mutex<T>, within: Duration) -> Option<MutexGuard<'_, T>> {
    let deadline = Deadline::after(within);
    loop {
        if let Some(guard) = lock_if_free(mutex) {
            return Some(guard);
        }
        thread::sleep(PAUSE.min(deadline.wait()?));
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn a_held_lock_is_given_up_and_a_poisoned_one_is_taken() {
        let mutex = Mutex::new(1);
        let held = lock(&mutex);
        assert!(lock_if_free(&mutex).is_none());
        assert!(lock_within(&mutex, Duration::from_millis(3)).is_none());
        drop(held);
        catch_unwind(AssertUnwindSafe(|| {
            let _held = lock(&mutex);
            panic!("poison");
        }))
        .unwrap_err();
        assert!(mutex.is_poisoned());
        assert_eq!(*lock(&mutex), 1);
        assert_eq!(lock_within(&mutex, Duration::ZERO).map(|value| *value), Some(1));
    }
}
