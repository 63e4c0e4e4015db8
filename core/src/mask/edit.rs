//! Edits: the places of a line to be masked, and putting the mask there.

use std::ops::Range;

use super::{MASK, entity::Entity};

/// Why a place is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A built-in entity.
    Entity(Entity),
    /// The user's pattern of this index.
    Pattern(usize),
}

/// One place to mask.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    /// Bytes of the line.
    pub(super) place: Range<usize>,
    /// Why.
    pub(super) reason: Reason,
    /// What is written around the mask: a bare JSON number becomes a string.
    pub(super) quote: Vec<u8>,
}

/// Sorts the edits, joins those that overlap, and drops those that mask what is masked already.
pub(super) fn settle(line: &[u8], mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.retain(|edit| !edit.place.is_empty());
    // Of two that begin at the same place the longer one knows better what it is.
    edits.sort_by_key(|edit| (edit.place.start, std::cmp::Reverse(edit.place.end)));
    let mut settled: Vec<Edit> = Vec::with_capacity(edits.len());
    for mut edit in edits {
        widen(line, &mut edit.place);
        match settled.last_mut() {
            Some(last) if edit.place.start < last.place.end => last.place.end = last.place.end.max(edit.place.end),
            _ => settled.push(edit),
        }
    }
    settled.retain(|edit| !is_masked(line.get(edit.place.clone()).unwrap_or_default()));
    settled
}

/// Never cuts a character in two.
fn widen(line: &[u8], place: &mut Range<usize>) {
    let continues = |at: usize| line.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    place.end = place.end.min(line.len());
    while place.start > 0 && continues(place.start) {
        place.start -= 1;
    }
    while continues(place.end) {
        place.end += 1;
    }
}

/// Whether a text is a mask already: stars only, or a labelled mask.
pub(super) fn is_masked(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text);
    let stars = text.len() >= MASK.len() && text.iter().all(|byte| *byte == b'*');
    let label = || {
        let inner = text.strip_prefix(MASK.as_bytes())?.strip_suffix(MASK.as_bytes())?;
        Entity::from_name(std::str::from_utf8(inner).ok()?)
    };
    stars || label().is_some()
}

/// The line with each place replaced by what `mask` gives for it. The edits are settled.
pub(super) fn apply<'m>(line: &[u8], edits: &[Edit], mask: impl Fn(Reason) -> &'m [u8]) -> Vec<u8> {
    let mut masked = Vec::with_capacity(line.len() + 8 * edits.len());
    let mut at = 0;
    for edit in edits {
        masked.extend_from_slice(line.get(at..edit.place.start).unwrap_or_default());
        for piece in [&edit.quote[..], mask(edit.reason), &edit.quote[..]] {
            masked.extend_from_slice(piece);
        }
        at = edit.place.end;
    }
    masked.extend_from_slice(line.get(at..).unwrap_or_default());
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(place: Range<usize>) -> Edit {
        Edit { place, reason: Reason::Entity(Entity::Secret), quote: Vec::new() }
    }

    #[test]
    fn overlaps_are_joined_and_characters_stay_whole() {
        let line = "abcdé fgh ***".as_bytes();
        let settled = settle(line, vec![edit(8..9), edit(0..2), edit(1..5), edit(11..14), edit(3..3)]);
        let places: Vec<_> = settled.iter().map(|edit| edit.place.clone()).collect();
        assert_eq!(places, [0..6, 8..9]);
        assert_eq!(apply(line, &settled, |_| b"***"), "*** f***h ***".as_bytes());
    }

    #[test]
    fn stars_and_labels_are_masks() {
        for masked in ["***", "********", "***email-address***", "\"***\""] {
            assert!(is_masked(masked.as_bytes()), "{masked}");
        }
        for open in ["**", "", "***hunter2***", "a***", "***hunter2"] {
            assert!(!is_masked(open.as_bytes()), "{open}");
        }
    }
}
