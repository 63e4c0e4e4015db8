//! Reading one value: each reader takes a field, notes what is wrong with it and gives the value with its place.

mod duration;
mod fields;
mod list;
mod number;
mod scalar;
mod share;
mod size;

pub(super) use duration::{duration, duration_text};
pub(super) use fields::{Field, Fields};
pub(super) use list::{destinations, pairs, texts};
pub(super) use number::{Unreadable, decimal};
pub(super) use scalar::{count, flag, level, off_or, text, word};
pub(super) use share::{share, share_of};
pub(super) use size::{size, size_text};
