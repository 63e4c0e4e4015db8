//! Where a setting was given: a file, a variable of the environment or code, and the bytes in it.

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A file.
    File,
    /// A variable of the environment.
    Variable,
    /// Code.
    Code,
}

/// Something settings come from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) kind: Kind,
    /// Path, name of the variable, or what the code calls itself.
    pub(super) name: String,
    /// Content of the file or the variable; empty for code.
    pub(super) text: String,
}

/// A place in one of the sources: a byte range inside one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    /// Index of the source.
    pub(super) source: usize,
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
}

impl Span {
    /// A source as a whole.
    pub(super) const fn whole(source: usize) -> Self {
        Self { source, start: 0, end: 0 }
    }

    /// A span cut at the end of its first line: a caret under one line says enough.
    pub(super) fn in_line(source: usize, text: &str, start: usize, end: usize) -> Self {
        let start = floor_boundary(text, start);
        let end = floor_boundary(text, end).max(start);
        let piece = text.get(start..end).unwrap_or_default();
        let length = piece.find(['\n', '\r']).unwrap_or(piece.len());
        let length = piece.get(..length).unwrap_or_default().trim_end().len();
        Self { source, start, end: start + length }
    }
}

/// The last character boundary at or before `index`.
pub(super) fn floor_boundary(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

/// A value and where it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spanned<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

impl<T> Spanned<T> {
    pub(super) const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// Another value at the same place.
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

/// Line and column, both from 1, columns counted in characters.
pub(super) fn position(text: &str, offset: usize) -> (usize, usize) {
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
        assert_eq!(position("é: x", "é: ".len()), (1, 4));
        assert_eq!(position("é", 1), (1, 1));
        assert_eq!(position("a", 99), (1, 2));
    }

    #[test]
    fn a_span_ends_with_its_line_and_on_characters() {
        assert_eq!(Span::in_line(0, "ab  \ncd", 0, 7), Span { source: 0, start: 0, end: 2 });
        assert_eq!(Span::in_line(0, "é", 1, 2), Span { source: 0, start: 0, end: 2 });
        assert_eq!(Span::in_line(0, "a", 5, 9), Span { source: 0, start: 1, end: 1 });
    }
}
