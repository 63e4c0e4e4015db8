//! Config files as read by the caller, and places inside them.

/// A file as read by the caller: the config module itself touches no file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Path as it is shown to people.
    pub path: String,
    /// Content.
    pub text: String,
}

/// A place in one of the sources: a byte range inside one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    /// Index of the source.
    pub(crate) source: usize,
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
}

impl Span {
    /// A span cut at the end of its first line: a caret under one line says enough, a box around a whole section hides the file.
    pub(crate) fn in_line(source: usize, text: &str, start: usize, end: usize) -> Self {
        let start = floor_boundary(text, start);
        let end = floor_boundary(text, end).max(start);
        let piece = text.get(start..end).unwrap_or_default();
        let length = piece.find(['\n', '\r']).unwrap_or(piece.len());
        let length = piece.get(..length).unwrap_or_default().trim_end().len();
        Self { source, start, end: start + length }
    }
}

/// The last character boundary at or before `index`.
fn floor_boundary(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

/// A value and where it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spanned<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it came from.
    pub(crate) span: Span,
}

impl<T> Spanned<T> {
    /// A value with its place.
    pub(crate) const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// Line and column, both from 1, columns counted in characters.
pub(crate) fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..floor_boundary(text, offset)).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |index| index + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_characters_and_lines_from_one() {
        assert_eq!(position("", 0), (1, 1));
        assert_eq!(position("a\nb", 2), (2, 1));
        assert_eq!(position("é: x", 4), (1, 4));
        assert_eq!(position("a\n", 99), (2, 1));
    }

    #[test]
    fn a_span_never_leaves_its_line_and_never_splits_a_character() {
        let text = "key: é  \nnext: 1";
        assert_eq!(Span::in_line(0, text, 5, 12), Span { source: 0, start: 5, end: 7 });
        assert_eq!(Span::in_line(0, text, 6, 6), Span { source: 0, start: 5, end: 5 });
    }
}
