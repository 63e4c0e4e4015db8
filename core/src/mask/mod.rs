//! Masking: what must not leave the function is replaced before it does.
//!
//! One engine for error samples, notifications, residues, our own logs and the application's. Order: names and paths of keys, then values by
//! their form, then what proves the form (check digits, lengths, prefixes). JSON is walked as text, so that a masked line is still JSON and
//! every other byte is as it was; JSON inside strings and URL-encoded text are decoded and masked where they stand. Identifiers that mean no
//! person (UUIDs, hashes, times, prices) pass byte for byte. Masking twice changes nothing more.

mod assignment;
mod aws;
mod byte;
mod card;
mod debug_form;
mod document;
mod edit;
mod email;
mod entity;
mod finder;
mod http_credential;
mod iban;
mod ip;
mod jwt;
mod key;
mod lines;
mod path;
mod pattern;
mod pem;
mod phone;
mod rules;
mod ssn;
mod text;
mod token;
mod trie;
mod url;
mod value;
mod view;

use std::{borrow::Cow, ops::Range};

pub use entity::Entity;
pub use lines::{Lines, MAX_LINE_BYTES, Stream};
pub use path::{KeyPath, MAX_STEPS, PathError};
pub use pattern::{MAX_COMPILED_BYTES, MAX_MASK_BYTES, MAX_PATTERN_BYTES, MAX_PATTERNS, PatternError, UserPattern};
pub use rules::MAX_NAMES;

use crate::plan::{Masking, PlanError};
use edit::Edit;
use finder::Finder;
use rules::Rules;

/// What stands in place of a secret.
pub const MASK: &str = "***";

/// Passes over one line. A mask may end what stood right beside it and so uncover another secret; the first pass nearly always finds all.
const MAX_PASSES: usize = 8;

/// A compiled masker.
#[derive(Clone, Debug)]
pub struct Masker {
    rules: Rules,
}

/// A place that is masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'m> {
    /// Bytes of the text.
    pub place: Range<usize>,
    /// Name of the entity or of the user's pattern.
    pub name: &'m str,
}

impl Masker {
    /// Compiles the built-in rules and the user's.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] when a rule of the user's cannot be used.
    pub fn new(masking: &Masking) -> Result<Self, PlanError> {
        Ok(Self { rules: Rules::compile(masking)? })
    }

    /// The text with everything secret replaced; borrowed when there is nothing to replace.
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.mask_bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            // Edits never cut a character in two, so this borrows.
            Cow::Owned(masked) => Cow::Owned(String::from_utf8(masked).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())),
        }
    }

    /// As [`Self::mask`], for text that may not be UTF-8: what is not passes as it is.
    pub fn mask_bytes<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        self.mask_each(text, &mut |_| ())
    }

    /// As [`Self::mask_bytes`], and tells `seen` of each place. Places of a second pass are those of the text already masked once.
    pub fn mask_each<'t>(&self, text: &'t [u8], seen: &mut impl FnMut(&Found<'_>)) -> Cow<'t, [u8]> {
        let mut masked = Cow::Borrowed(text);
        for _ in 0..MAX_PASSES {
            let edits = self.edits(&masked);
            if edits.is_empty() {
                break;
            }
            for edit in &edits {
                seen(&self.found(edit));
            }
            masked = Cow::Owned(edit::apply(&masked, &edits, |reason| self.rules.mask(reason)));
        }
        masked
    }

    /// What the first pass masks, in the order of the text.
    pub fn find(&self, text: &[u8]) -> Vec<Found<'_>> {
        self.edits(text).iter().map(|edit| self.found(edit)).collect()
    }

    fn edits(&self, text: &[u8]) -> Vec<Edit> {
        let edits = Finder::find(&self.rules, text);
        if edits.is_empty() { edits } else { edit::settle(text, edits) }
    }

    fn found(&self, edit: &Edit) -> Found<'_> {
        Found { place: edit.place.clone(), name: self.rules.name(edit.reason) }
    }

    fn masks_private_keys(&self) -> bool {
        self.rules.is_on(Entity::PrivateKey)
    }
}

#[cfg(test)]
mod tests;
