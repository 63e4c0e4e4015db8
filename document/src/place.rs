//! Places in the texts that values come from.

/// What some editors write before the first line of a file. It belongs to no line, so no column is counted for it.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// A place in one of the sources: a byte range inside one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Index of the source; the reader keeps the list.
    pub source: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A source as a whole.
    pub const fn whole(source: usize) -> Self {
        Self { source, start: 0, end: 0 }
    }

    /// A span cut at the end of its first line: a caret under one line says enough, a box around a whole section hides the file.
    pub fn in_line(source: usize, text: &str, start: usize, end: usize) -> Self {
        let start = floor_boundary(text, start);
        let end = floor_boundary(text, end).max(start);
        let piece = text.get(start..end).unwrap_or_default();
        let length = piece.bytes().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(piece.len());
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

/// A value and where it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value with its place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// Another value at the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

/// Line and column of a byte, both from 1, columns counted in characters; a [`BYTE_ORDER_MARK`] counts as none.
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..floor_boundary(text, offset)).unwrap_or_default();
    let before = before.strip_prefix(BYTE_ORDER_MARK).unwrap_or(before);
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
        assert_eq!(position("a\r\nb", 3), (2, 1));
        assert_eq!(position("é: x", "é: ".len()), (1, 4));
        assert_eq!(position("é", 1), (1, 1));
        assert_eq!(position("a", 99), (1, 2));
        assert_eq!(position("a\n", 99), (2, 1));
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        assert_eq!(position("\u{feff}a: b", 0), (1, 1));
        assert_eq!(position("\u{feff}a: b", '\u{feff}'.len_utf8()), (1, 1));
        assert_eq!(position("\u{feff}a: b", "\u{feff}a: ".len()), (1, 4));
        assert_eq!(position("\u{feff}a\nb", "\u{feff}a\n".len()), (2, 1));
        // Anywhere else it is a character like any other.
        assert_eq!(position("a\u{feff}b", "a\u{feff}".len()), (1, 3));
    }

    #[test]
    fn a_span_never_leaves_its_line_and_never_splits_a_character() {
        let text = "key: é  \nnext: 1";
        assert_eq!(Span::in_line(0, text, 5, 12), Span { source: 0, start: 5, end: 7 });
        assert_eq!(Span::in_line(0, text, 6, 6), Span { source: 0, start: 5, end: 5 });
        assert_eq!(Span::in_line(0, "ab  \r\ncd", 0, 8), Span { source: 0, start: 0, end: 2 });
        assert_eq!(Span::in_line(0, "a", 5, 9), Span { source: 0, start: 1, end: 1 });
    }
}
