//! Facts on their way from the middleware to the layer.
//!
//! The event that ends a request carries the main facts as fields, which any subscriber can read. Our layer takes the whole of them from here,
//! without formatting and parsing them again.

use std::cell::RefCell;

use super::Facts;

thread_local! {
    static FACTS: RefCell<Option<Facts>> = const { RefCell::new(None) };
}

/// Calls with facts handed over; what is not taken is dropped.
pub fn with(facts: Facts, call: impl FnOnce()) {
    let before = FACTS.try_with(|slot| slot.replace(Some(facts))).ok().flatten();
    call();
    let _ = FACTS.try_with(|slot| slot.replace(before));
}

/// Whether there are facts to take.
pub(crate) fn is_current() -> bool {
    FACTS.try_with(|slot| slot.borrow().is_some()).unwrap_or(false)
}

/// Takes the facts.
pub(crate) fn take() -> Option<Facts> {
    FACTS.try_with(RefCell::take).ok().flatten()
}
