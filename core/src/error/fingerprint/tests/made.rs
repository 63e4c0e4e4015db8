//! Faults made for tests, without a stack's text, so that what is tested is the fingerprint and not the reading of traces.

use std::borrow::Cow;

use crate::{
    error::{
        detect::Fault,
        trace::{self, Exception, Frame},
    },
    record::PlatformFailure,
};

/// A fault with nothing but a type and a message.
pub(super) fn plain<'a>(kind: &'a str, message: &'a str) -> Fault<'a> {
    Fault { kind: Cow::Borrowed(kind), message: Cow::Borrowed(message), ..Fault::default() }
}

/// A fault with a stack's text.
pub(super) fn with_stack<'a>(kind: &'a str, message: &'a str, stack: &'a str) -> Fault<'a> {
    Fault { stack: Cow::Borrowed(stack), exceptions: trace::read(stack), ..plain(kind, message) }
}

/// A fault of one exception with these frames, nearest the throw first.
pub(super) fn thrown<'a>(kind: &'a str, message: &'a str, frames: &[&'a str]) -> Fault<'a> {
    Fault { exceptions: vec![exception(kind, message, frames)], ..plain(kind, message) }
}

/// A fault of several exceptions, the root cause first; the last is what the record names.
pub(super) fn chain<'a>(exceptions: &[(&'a str, &'a str, &[&'a str])]) -> Fault<'a> {
    let (kind, message, _) = exceptions.last().copied().unwrap();
    Fault { exceptions: exceptions.iter().map(|(kind, message, frames)| exception(kind, message, frames)).collect(), ..plain(kind, message) }
}

/// A failure of the platform.
pub(super) fn platform<'a>(failure: PlatformFailure, kind: &'a str, message: &'a str) -> Fault<'a> {
    Fault { platform: Some(failure), ..plain(kind, message) }
}

/// An exception; a frame is `module|function`, with a `-` before those of libraries, and a `!` before those that only raise for others.
fn exception<'a>(kind: &'a str, message: &'a str, frames: &[&'a str]) -> Exception<'a> {
    let frames = frames.iter().map(|frame| {
        let (module, function) = frame.trim_start_matches(['-', '!']).split_once('|').unwrap();
        Frame { module: Cow::Borrowed(module), function: Cow::Borrowed(function), in_app: !frame.starts_with('-'), wrapper: frame.starts_with('!') }
    });
    Exception { kind: Cow::Borrowed(kind), message: Cow::Borrowed(message), frames: frames.collect(), ..Exception::default() }
}
