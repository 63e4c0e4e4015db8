//! Panics as lines.

use std::{backtrace::Backtrace, panic::PanicHookInfo};

use super::{REQUEST_TARGET, backtrace};
use crate::{
    request::{ErrorFacts, panic},
    telemetry::PANIC,
};

/// Target of the lines that tell of panics.
pub(super) const PANIC_TARGET: &str = "skywarden::panic";

/// From now on a panic is written as an ERROR line with its backtrace, in the spans it happens in, and no longer to standard error. The line has
/// left the process before unwinding begins, as far as the output can. A panic that ends a request is told by the line of the request alone, unless
/// the process ends with it (`panic = "abort"`).
///
/// It takes the place of the panic hook there was. That one is called where nobody wants the line: outside of all subscribers, and where the levels
/// leave ERROR out.
pub fn report_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let unwinds = cfg!(not(panic = "abort"));
        if !report(info, unwinds) {
            before(info);
        }
    }));
}

/// Tells of a panic, or leaves that to its request; false when nobody wants to hear of it.
fn report(info: &PanicHookInfo<'_>, unwinds: bool) -> bool {
    let by_request = unwinds && tracing::enabled!(target: REQUEST_TARGET, tracing::Level::ERROR) && panic::is_watched();
    let by_itself = tracing::enabled!(target: PANIC_TARGET, tracing::Level::ERROR);
    if !by_request && !by_itself {
        return false;
    }
    let error = facts(info);
    // The line of a request that panics tells of it, and is as urgent.
    let left = if by_request { panic::leave(error, tell) } else { Err(error) };
    if let Err(error) = left {
        tell(&error);
    }
    true
}

fn facts(info: &PanicHookInfo<'_>) -> ErrorFacts {
    let message = panic::message(info.payload());
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let stack = format!(
        "thread '{}' panicked at {place}:\n{message}\n{}",
        thread.name().unwrap_or("unnamed"),
        backtrace::relevant(&Backtrace::force_capture().to_string())
    );
    ErrorFacts { kind: PANIC.to_owned(), message: message.to_owned(), stack: Some(stack) }
}

fn tell(error: &ErrorFacts) {
    let (file, line) = error.stack.as_deref().and_then(place_in).unzip();
    tracing::error!(
        target: PANIC_TARGET,
        error_type = error.kind,
        error = error.message,
        error.stack = error.stack,
        log.file = file,
        log.line = line,
        "panic"
    );
}

/// File and line that the first line of a stack of ours names.
fn place_in(stack: &str) -> Option<(&str, u32)> {
    let (_, place) = stack.lines().next()?.split_once("' panicked at ")?;
    let (place, _column) = place.strip_suffix(':')?.rsplit_once(':')?;
    let (file, line) = place.rsplit_once(':')?;
    Some((file, line.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::{
        panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
        sync::{Arc, Mutex},
    };

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::{
        Telemetry,
        settings::{Levels, Settings},
    };

    /// One test for all: the hook is the process's.
    #[test]
    fn a_panic_is_told_wherever_it_ends() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hook = take_hook();
        let hearing = Arc::clone(&heard);
        let me = std::thread::current().id();
        set_hook(Box::new(move |info| {
            if std::thread::current().id() == me {
                let unwinds = !panic::message(info.payload()).contains("abort");
                hearing.lock().unwrap().push(report(info, unwinds));
            }
        }));
        let run = |levels: &str, inside: bool, message: &'static str| {
            let settings = Settings { levels: Levels::parse(levels).unwrap(), location: true, ..Settings::default() };
            let (telemetry, logged) = Telemetry::capture(settings).unwrap();
            let subscriber = tracing_subscriber::registry().with(telemetry.layer());
            let caught = tracing::subscriber::with_default(subscriber, || {
                let work = || std::panic::panic_any(message);
                if inside { panic::catch(work).map_err(|caught| caught.error.stack.is_some()) } else { catch_unwind(AssertUnwindSafe(work)).map_err(|_| false) }
            });
            (heard.lock().unwrap().pop().unwrap(), logged.values(), caught.unwrap_err())
        };
        let (told, lines, _) = run("info", false, "alone");
        assert!(told && lines.len() == 1, "{lines:?}");
        assert_eq!((&lines[0]["error"]["message"], &lines[0]["logger"]), (&"alone".into(), &PANIC_TARGET.into()));
        let location = lines[0]["location"].as_str().unwrap();
        assert!(location.contains("panic.rs:") && location != format!("{}:{}", file!(), line!()), "{location}");
        assert!(lines[0]["error"]["stack"].as_str().unwrap().contains(&format!("panicked at {location}:")), "the place of the panic: {location}");
        assert_eq!(run("info", true, "left to the request"), (true, Vec::new(), true));
        let (told, lines, _) = run("info", true, "abort inside a request");
        assert!(told && lines.len() == 1, "the request's line will not come: {lines:?}");
        let (told, lines, with_stack) = run("info,skywarden::request=off", true, "a request without a line");
        assert!(told && lines.len() == 1 && !with_stack, "{lines:?}");
        for levels in ["off", "critical"] {
            let (told, lines, _) = run(levels, false, "nobody wants it");
            assert!(!told && lines.is_empty(), "{levels} {lines:?}");
        }
        assert!(catch_unwind(|| std::panic::panic_any("no subscriber")).is_err());
        assert_eq!(heard.lock().unwrap().pop(), Some(false));
        set_hook(hook);
    }

    #[test]
    fn the_place_is_what_the_stack_begins_with() {
        assert_eq!(place_in("thread 'a' panicked at src/main.rs:12:5:\nm\n"), Some(("src/main.rs", 12)));
        for other in ["", "thread 'a' panicked at :\nm", "Caused by: x", "thread 'a' panicked at src/main.rs:\n"] {
            assert_eq!(place_in(other), None, "{other}");
        }
    }
}
