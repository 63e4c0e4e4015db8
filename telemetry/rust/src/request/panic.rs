//! Panics while a request is worked on.
//!
//! The middleware catches them and tells of them in the request's own line. The process's panic hook, which alone knows the place and the stack,
//! hands them over with [`leave`] and writes no line itself, so that a panic is told once.

use std::{
    any::Any,
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::ErrorFacts;

/// The error type of a panic.
pub const KIND: &str = "panic";

/// How the hook tells of a panic that no request tells of.
pub type Tell = fn(&ErrorFacts);

#[derive(Default)]
struct Watch {
    /// How many requests are worked on by this thread inside each other.
    depth: usize,
    /// Boxed, so that looking for it costs no more than a pointer.
    left: Option<Box<(ErrorFacts, Tell)>>,
}

thread_local! {
    static WATCH: RefCell<Watch> = const { RefCell::new(Watch { depth: 0, left: None }) };
}

/// A panic that was caught.
pub struct Caught {
    /// What is told of it.
    pub error: ErrorFacts,
    /// What it carried.
    pub payload: Box<dyn Any + Send>,
}

/// For the process's panic hook: leaves what it knows of a panic to the request this thread works for. When the panic turns out to be caught
/// further inside, by the application itself, `tell` is called with it. Gives the panic back when no request is worked on.
///
/// # Errors
///
/// With the panic itself, for the hook to tell.
pub fn leave(error: ErrorFacts, tell: Tell) -> Result<(), ErrorFacts> {
    let mut error = Some(error);
    let _ = WATCH.try_with(|watch| {
        let Ok(mut watch) = watch.try_borrow_mut() else { return };
        if watch.depth > 0
            && let Some(error) = error.take()
        {
            let before = watch.left.replace(Box::new((error, tell)));
            drop(watch);
            tell_of(before);
        }
    });
    error.map_or(Ok(()), Err)
}

/// Whether a request that tells of its panic is worked on by this thread.
pub fn is_watched() -> bool {
    WATCH.try_with(|watch| watch.try_borrow().is_ok_and(|watch| watch.depth > 0)).unwrap_or(false)
}

/// Runs `work` and catches its panic, for a request that has no line to tell of it: the panic hook does so at once.
///
/// # Errors
///
/// With the panic.
pub fn catch_untold<R>(work: impl FnOnce() -> R) -> Result<R, Caught> {
    let before = WATCH.try_with(|watch| watch.try_borrow_mut().map_or(0, |mut watch| std::mem::take(&mut watch.depth))).unwrap_or(0);
    let done = catch_unwind(AssertUnwindSafe(work));
    let _ = WATCH.try_with(|watch| watch.try_borrow_mut().map(|mut watch| watch.depth = before));
    done.map_err(|payload| Caught { error: plain(&*payload), payload })
}

/// Runs `work` and catches its panic.
///
/// # Errors
///
/// With the panic.
pub fn catch<R>(work: impl FnOnce() -> R) -> Result<R, Caught> {
    let _ = WATCH.try_with(|watch| watch.try_borrow_mut().map(|mut watch| watch.depth += 1));
    // What the panic leaves half done is dropped, never used again.
    let done = catch_unwind(AssertUnwindSafe(work));
    let left = WATCH.try_with(|watch| {
        let mut watch = watch.try_borrow_mut().ok()?;
        watch.depth = watch.depth.saturating_sub(1);
        watch.left.take()
    });
    let left = left.ok().flatten();
    match done {
        Ok(value) => {
            tell_of(left);
            Ok(value)
        }
        Err(payload) => {
            let error = left.map_or_else(|| plain(&*payload), |left| left.0);
            Err(Caught { error, payload })
        }
    }
}

/// The text a panic carries.
pub fn message(payload: &(dyn Any + Send)) -> &str {
    payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("panic without a message")
}

/// What is known of a panic without the hook.
fn plain(payload: &(dyn Any + Send)) -> ErrorFacts {
    ErrorFacts { kind: KIND.to_owned(), message: message(payload).to_owned(), stack: None }
}

fn tell_of(left: Option<Box<(ErrorFacts, Tell)>>) {
    if let Some(left) = left {
        let (error, tell) = *left;
        tell(&error);
    }
}

impl std::fmt::Debug for Caught {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Caught").field("error", &self.error).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn error(message: &str) -> ErrorFacts {
        ErrorFacts { kind: KIND.to_owned(), message: message.to_owned(), stack: Some("at main.rs:1".to_owned()) }
    }

    #[test]
    fn a_caught_panic_says_what_it_carried() {
        let text = String::from("seven");
        assert_eq!(catch(|| panic!("number {text}")).unwrap_err().error.message, "number seven");
        assert_eq!(catch(|| panic!("plain")).unwrap_err().error, ErrorFacts { kind: KIND.to_owned(), message: "plain".to_owned(), stack: None });
        assert_eq!(catch(|| std::panic::panic_any(7)).unwrap_err().error.message, "panic without a message");
        assert_eq!(catch(|| 7).unwrap(), 7);
    }

    #[test]
    fn what_the_hook_leaves_is_told_by_the_request() {
        assert_eq!(leave(error("none watches"), |_| ()), Err(error("none watches")));
        let caught = catch(|| {
            leave(error("left"), |_| panic!("told twice")).unwrap();
            panic!("carried");
        });
        assert_eq!(caught.unwrap_err().error, error("left"));
        assert_eq!(leave(error("none watches any more"), |_| ()), Err(error("none watches any more")));
    }

    #[test]
    fn a_panic_the_application_catches_itself_is_told_as_usual() {
        static TOLD: AtomicU64 = AtomicU64::new(0);
        let tell: Tell = |error| {
            assert!(error.message.starts_with("inner"));
            TOLD.fetch_add(1, Ordering::Relaxed);
        };
        catch(|| {
            leave(error("inner 1"), tell).unwrap();
            leave(error("inner 2"), tell).unwrap();
            assert_eq!(TOLD.load(Ordering::Relaxed), 1, "the second shows that the first was caught");
        })
        .unwrap();
        assert_eq!(TOLD.load(Ordering::Relaxed), 2);
    }
}
