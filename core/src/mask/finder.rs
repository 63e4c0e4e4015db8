//! The finder: one pass over one line, collecting what is to be masked.

use std::ops::Range;

use super::{
    edit::{Edit, Reason},
    entity::Entity,
    rules::Rules,
    trie::Reached,
    view::View,
};

/// How many times a line is decoded in a row: JSON in a string in a string, URL-encoded twice.
pub(super) const MAX_LEVELS: u8 = 4;

/// What is known of the line so far.
#[derive(Debug)]
pub(super) struct Finder<'m> {
    pub(super) rules: &'m Rules,
    pub(super) edits: Vec<Edit>,
    /// A stack of trie nodes: the value being read is described by a range at its end.
    pub(super) reached: Reached,
    /// How many arrays and objects are open, over all levels.
    pub(super) depth: u32,
    /// The nodes that lead to the string being read: paths go on in a document inside it.
    pub(super) inherited: Range<usize>,
    /// How many more times a brace in text is tried as the beginning of a JSON document.
    pub(super) tries: u32,
    /// Which of the user's patterns can match in this line at all.
    pub(super) patterns: u64,
}

/// How many braces of one line that turn out to begin no JSON are tried: each costs a look at the rest of the line.
const MAX_TRIES: u32 = 16;

impl<'m> Finder<'m> {
    /// Reads a line.
    pub(super) fn find(rules: &'m Rules, line: &[u8]) -> Vec<Edit> {
        let patterns = rules.patterns.possible(line);
        let mut finder = Finder { rules, edits: Vec::new(), reached: Reached::new(), inherited: 0..0, depth: 0, tries: MAX_TRIES, patterns };
        let view = View::line(line);
        // A line that is a JSON string is read as one; an object or array is read where it begins, whatever stands around it.
        if !finder.string_line(view) {
            finder.text(view, b"");
        }
        finder.edits
    }

    /// Notes a place of a view to be masked. Gives its end.
    pub(super) fn mask(&mut self, view: View<'_>, range: Range<usize>, entity: Entity) -> usize {
        let end = range.end;
        if self.rules.is_on(entity) {
            self.note(view, range, Reason::Entity(entity), false);
        }
        end
    }

    /// Notes a place, with quotes to be written around it or not.
    pub(super) fn note(&mut self, view: View<'_>, range: Range<usize>, reason: Reason, quotes: bool) {
        let place = view.in_line(range.start)..view.in_line(range.end);
        let quote = if quotes { view.quote() } else { Vec::new() };
        self.edits.push(Edit { place, reason, quote });
    }
}
