//! Labelled text: a line, and which of its bytes are secret. Wrapping a text keeps its labels in place.

use serde::{Deserialize, Serialize};

/// A secret part of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Span {
    /// Name of the entity.
    pub(crate) entity: String,
    /// First byte.
    pub(crate) start: usize,
    /// Byte behind the last.
    pub(crate) end: usize,
}

/// A text with its secrets; one line of the committed corpus.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Labelled {
    /// The text.
    pub(crate) text: String,
    /// Its secret parts, in order, without overlap; none in a benign line.
    pub(crate) spans: Vec<Span>,
}

impl Labelled {
    /// A text without a secret.
    pub(crate) fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), spans: Vec::new() }
    }

    /// A text that is secret from end to end.
    pub(crate) fn secret(entity: &str, text: &str) -> Self {
        Self::plain("").and_secret(entity, text)
    }

    /// With more text behind.
    pub(crate) fn and(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// With a secret behind.
    pub(crate) fn and_secret(mut self, entity: &str, text: &str) -> Self {
        let start = self.text.len();
        self.text.push_str(text);
        self.spans.push(Span { entity: entity.to_owned(), start, end: self.text.len() });
        self
    }

    /// With text on both sides.
    pub(crate) fn between(self, before: &str, after: &str) -> Self {
        let spans = self.spans.into_iter().map(|span| Span { start: span.start + before.len(), end: span.end + before.len(), ..span }).collect();
        Self { text: format!("{before}{}{after}", self.text), spans }
    }

    /// Each character written as `encode` says; the labels move along.
    pub(crate) fn encoded(&self, encode: impl Fn(char) -> String) -> Self {
        let mut text = String::new();
        // Where each byte of the old text begins in the new one; only those at the beginning of a character are asked for.
        let mut moved = vec![0; self.text.len() + 1];
        for (at, character) in self.text.char_indices() {
            moved[at] = text.len();
            text.push_str(&encode(character));
        }
        moved[self.text.len()] = text.len();
        let spans = self.spans.iter().map(|span| Span { entity: span.entity.clone(), start: moved[span.start], end: moved[span.end] }).collect();
        Self { text, spans }
    }

    /// As one secret of the kind its first label names; unchanged when it has none.
    pub(crate) fn whole(self) -> Self {
        match self.spans.first() {
            Some(first) => Self::secret(&first.entity, &self.text),
            None => self,
        }
    }
}
