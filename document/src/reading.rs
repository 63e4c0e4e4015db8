//! What parsing a document gives: as much of the tree as could be read, and the mistakes.

use crate::{Node, Span};

/// Most mistakes kept of one document: what is behind is most likely the same mistake again.
pub const MAX_MISTAKES: usize = 100;

/// How large a document may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the text. No more than as many are copied by YAML's aliases.
    pub bytes: usize,
    /// Values, aliases written out.
    pub values: usize,
    /// Values inside each other, aliases written out.
    pub depth: usize,
}

/// What a document gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The tree; none when there is nothing in the document, or too much.
    pub root: Option<Node>,
    /// What is wrong, in the order of reading; at most [`MAX_MISTAKES`].
    pub mistakes: Vec<Mistake>,
    /// How many more mistakes there are.
    pub more: usize,
    /// Whether a part of the document could not be read: what seems to be missing may be in it.
    pub incomplete: bool,
}

/// One mistake of a document itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What kind of mistake it is.
    pub kind: MistakeKind,
    /// Where it is.
    pub span: Span,
    /// What is wrong; lower-case, no full stop.
    pub message: String,
    /// What to do about it, as far as that can be said of any document.
    pub hint: String,
}

/// The kinds of mistakes that a document can have whatever it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MistakeKind {
    /// It is not valid, or uses what has no meaning here.
    Syntax,
    /// A second document begins in the same text.
    SecondDocument,
    /// A key is written twice in one map.
    DuplicateKey {
        /// Where it stands first, when that is known.
        first: Option<Span>,
    },
    /// A key is nothing, a list or a map.
    KeyIsNoWord,
    /// The text has too many bytes.
    TooManyBytes,
    /// There are too many values, or too many inside each other.
    TooManyValues,
}

#[cfg(any(feature = "toml", feature = "yaml"))]
impl Reading {
    /// Notes a mistake.
    pub(crate) fn note(&mut self, kind: MistakeKind, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        if self.mistakes.len() < MAX_MISTAKES {
            self.mistakes.push(Mistake { kind, span, message: message.into(), hint: hint.into() });
        } else {
            self.more += 1;
        }
    }

    /// What a text that is too long gives; none of it is looked at.
    pub(crate) fn of_too_many_bytes(source: usize, text: &str, limits: Limits) -> Option<Self> {
        if text.len() <= limits.bytes {
            return None;
        }
        let mut reading = Self { incomplete: true, ..Self::default() };
        let message = format!("more than {} bytes", limits.bytes);
        reading.note(MistakeKind::TooManyBytes, Span::whole(source), message, "give less in one document");
        Some(reading)
    }
}
