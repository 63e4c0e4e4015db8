//! Places: the frames of a fault that say where it was thrown, with what a compiler or a build made of their names taken off.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::name::{clean, clean_type};
use crate::error::{
    detect::Fault,
    trace::{Exception, Role},
};

/// Most frames that count, over all exceptions, nearest the throw.
pub const MAX_FRAMES: usize = 32;

/// Most exceptions of a chain that count, the root cause first.
pub const MAX_EXCEPTIONS: usize = 8;

/// Longest cycle of frames that counts once when it repeats.
const MAX_CYCLE: usize = 4;

/// Endings of the types of a stack that ran over: where in its cycle it did is chance.
const OVERFLOWS: [&str; 5] = ["StackOverflowError", "StackOverflowException", "RecursionError", "SystemStackError", "InternalError: too much recursion"];

/// A frame as it counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place<'a> {
    pub(super) module: Cow<'a, str>,
    pub(super) function: Cow<'a, str>,
}

/// An exception with the places that count.
#[derive(Clone, Debug)]
pub(super) struct Thrown<'a> {
    pub(super) kind: Cow<'a, str>,
    pub(super) places: SmallVec<[Place<'a>; 8]>,
}

/// The exceptions of a fault, the root cause first, with the frames that count: the application's own when there are any, else all; without
/// wrappers when others are left.
pub(super) fn thrown<'a>(fault: &'a Fault<'_>) -> SmallVec<[Thrown<'a>; 2]> {
    // What was only told beside the others is no cause; it stands behind them.
    let causes = fault.exceptions.iter().position(|exception| exception.role == Role::Suppressed).unwrap_or(fault.exceptions.len());
    let exceptions = fault.exceptions.get(..causes.min(MAX_EXCEPTIONS)).unwrap_or(&fault.exceptions);
    let frames = || exceptions.iter().flat_map(|exception| &exception.frames);
    let own_only = frames().any(|frame| frame.in_app);
    let skip_wrappers = frames().any(|frame| (frame.in_app || !own_only) && !frame.wrapper);
    let mut room = MAX_FRAMES;
    let last = exceptions.len().saturating_sub(1);
    exceptions
        .iter()
        .enumerate()
        .map(|(index, exception)| {
            // A record may name the type of an exception whose stack does not.
            let kind = if exception.kind.is_empty() && index == last { fault.kind.as_ref() } else { exception.kind.as_ref() };
            let places = places(exception, own_only, skip_wrappers, &mut room, is_overflow(kind));
            Thrown { kind: clean_type(kind), places }
        })
        .collect()
}

fn places<'a>(exception: &'a Exception<'_>, own_only: bool, skip_wrappers: bool, room: &mut usize, overflow: bool) -> SmallVec<[Place<'a>; 8]> {
    let mut places: SmallVec<[Place<'a>; 8]> = SmallVec::new();
    for frame in &exception.frames {
        if places.len() >= *room {
            break;
        }
        if (own_only && !frame.in_app) || (skip_wrappers && frame.wrapper) {
            continue;
        }
        places.push(Place { module: clean(&frame.module), function: clean(&frame.function) });
        drop_repeat(&mut places);
    }
    if overflow {
        places.sort();
        places.dedup();
    }
    *room -= places.len();
    places
}

/// Takes the last places off again when they only repeat those before them.
fn drop_repeat(places: &mut SmallVec<[Place<'_>; 8]>) {
    for cycle in 1..=MAX_CYCLE {
        let Some(middle) = places.len().checked_sub(cycle) else { return };
        let Some(start) = middle.checked_sub(cycle) else { return };
        if places.get(start..middle) == places.get(middle..) {
            places.truncate(middle);
            return;
        }
    }
}

fn is_overflow(kind: &str) -> bool {
    OVERFLOWS.iter().any(|name| kind.ends_with(name))
}
