//! Handing the facts of a request to the layer that writes them.
//!
//! A `tracing` event carries only numbers and texts. The facts stand beside it for as long as it is dispatched: our layer reads them and leaves the
//! event's fields alone; any other subscriber sees ordinary fields, which are looked up here only when one asks for them.

use std::cell::RefCell;

use super::{Facts, memory};

thread_local! {
    static CURRENT: RefCell<Option<Box<Facts>>> = const { RefCell::new(None) };
}

/// Tells of the facts: while `tell` runs, [`read`] and [`take_if_current`] on this thread have them.
pub fn with<R>(facts: impl Into<Box<Facts>>, tell: impl FnOnce() -> R) -> R {
    struct Clear;
    impl Drop for Clear {
        fn drop(&mut self) {
            if let Some(facts) = take() {
                memory::give_facts(facts);
            }
        }
    }
    // At the end of a thread nothing can be kept: then the event's own fields have to do.
    let _ = CURRENT.try_with(|current| current.replace(Some(facts.into())));
    let _clear = Clear;
    tell()
}

/// Looks at the facts that are being told of, if any are.
pub fn read<R>(look: impl FnOnce(&Facts) -> R) -> Option<R> {
    CURRENT.try_with(|current| current.try_borrow().ok()?.as_deref().map(look)).ok().flatten()
}

/// Takes the facts that are being told of, if any are. Whoever asks after that finds none: [`read`] leaves them to others.
pub fn take_if_current() -> Option<Facts> {
    take().map(|facts| *facts)
}

fn take() -> Option<Box<Facts>> {
    CURRENT.try_with(|current| current.try_borrow_mut().ok()?.take()).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_there_while_they_are_told_and_then_gone() {
        assert_eq!(take_if_current(), None);
        let facts = Facts { method: "GET".into(), ..Facts::default() };
        with(facts.clone(), || {
            assert_eq!(read(|facts| facts.method.clone()), Some("GET".into()));
            assert_eq!(read(|_| take_if_current()), Some(None), "not while somebody looks");
            assert_eq!(take_if_current(), Some(facts));
            assert_eq!(read(|_| ()), None);
        });
        with(Facts::default(), || ());
        assert_eq!(read(|_| ()), None);
    }

    #[test]
    fn facts_do_not_outlive_a_panic() {
        assert!(std::panic::catch_unwind(|| with(Facts::default(), || panic!("no"))).is_err());
        assert_eq!(take_if_current(), None);
    }
}
