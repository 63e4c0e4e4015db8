//! Look-ups in one JSON object that stays text.
//!
//! A log line is read once and only what somebody asked for is picked out of it: no tree of values is built, numbers keep the
//! digits they were written with (`CloudWatch` compares those), and what nobody asked for is only checked for being JSON.
//! [`Selector`] names a place, [`SelectorSet`] answers many selectors in one pass.

mod equal;
mod in_place;
mod marks;
mod raw;
mod scan;
mod selector;
mod set;
mod text;
mod trie;
mod value;
mod walk;
mod wildcard_walk;

pub(crate) use equal::equal;
pub(crate) use in_place::unescape_in_place;
pub use scan::MAX_DEPTH;
pub(crate) use scan::skip;
pub use selector::{MAX_STEPS, Selector, SelectorError, SelectorErrorKind};
pub use set::{Scratch, SelectorSet, SelectorSetBuilder, Slot, Values};
pub use value::{Elements, Members, Value};
