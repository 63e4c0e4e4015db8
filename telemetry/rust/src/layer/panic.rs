//! Panics as lines.

use std::{backtrace::Backtrace, panic::PanicHookInfo};

use super::backtrace;
use crate::{
    request::{ErrorFacts, panic},
    telemetry::PANIC,
};

/// From now on a panic is written as an ERROR line with its backtrace, in the spans it happens in, and no longer to standard error. The line has
/// left the process before unwinding begins, as far as the output can. A panic that ends a request is told by the line of the request alone.
pub fn report_panics() {
    std::panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    let message = panic::message(info.payload());
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let stack = format!(
        "thread '{}' panicked at {place}:\n{message}\n{}",
        thread.name().unwrap_or("unnamed"),
        backtrace::relevant(&Backtrace::force_capture().to_string())
    );
    let error = ErrorFacts { kind: PANIC.to_owned(), message: message.to_owned(), stack: Some(stack) };
    // The line of a request that panics tells of it, and is as urgent.
    if let Err(error) = panic::leave(error, tell) {
        tell(&error);
    }
}

fn tell(error: &ErrorFacts) {
    tracing::error!(target: "skywarden::panic", error_type = error.kind, error = error.message, error.stack = error.stack, "panic");
}
