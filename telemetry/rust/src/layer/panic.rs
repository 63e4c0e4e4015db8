//! Panics as lines.

use std::{backtrace::Backtrace, panic::PanicHookInfo};

/// What lines of a panic have as the type of their error.
pub(super) const PANIC: &str = "panic";

/// From now on a panic is written as an ERROR line with its backtrace, in the spans it happens in, and no longer to standard error. The line has
/// left the process before unwinding begins, as far as the output can.
pub fn report_panics() {
    std::panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let message = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("a value that is no text");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let stack = format!("thread '{}' panicked at {place}:\n{message}\n{}", thread.name().unwrap_or("unnamed"), Backtrace::force_capture());
    tracing::error!(target: "skywarden::panic", error_type = PANIC, error = message, error.stack = stack, panicked_at = place, "panic");
}
