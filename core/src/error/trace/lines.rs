//! The lines of a text, within bounds.

use memchr::memchr;

use super::MAX_SCANNED_BYTES;

/// Iterator over the lines of a text without their ends. Of a text longer than [`MAX_SCANNED_BYTES`] the middle is left out, at the ends of lines.
#[derive(Clone, Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    rest: &'a str,
    /// What comes behind the gap.
    tail: Option<&'a str>,
    /// Lambda's Python runtime ends lines with carriage returns, so that they stay one event.
    end: u8,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let end = if memchr(b'\n', text.as_bytes()).is_none() && memchr(b'\r', text.as_bytes()).is_some() { b'\r' } else { b'\n' };
        if text.len() <= MAX_SCANNED_BYTES {
            return Self { text, rest: text, tail: None, end };
        }
        let half = MAX_SCANNED_BYTES / 2;
        let head = cut(text, half);
        // The lines at the gap are torn: neither half says anything.
        let head = head.rfind(char::from(end)).and_then(|at| head.get(..at)).unwrap_or(head);
        let mut from = text.len() - half;
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let tail = text.get(from..).unwrap_or_default();
        let tail = tail.find(char::from(end)).and_then(|at| tail.get(at + 1..)).unwrap_or_default();
        Self { text, rest: head, tail: Some(tail), end }
    }

    /// Where a line, which must be one of these, begins in the text.
    fn start_of(&self, line: &str) -> usize {
        (line.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }

    /// The text from the beginning of one piece to the end of another.
    pub(super) fn between(&self, first: &'a str, last: &'a str) -> &'a str {
        self.text.get(self.start_of(first)..self.start_of(last) + last.len()).unwrap_or(first)
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        while self.rest.is_empty() {
            self.rest = self.tail.take()?;
        }
        let (line, rest) = match memchr(self.end, self.rest.as_bytes()) {
            Some(at) => (self.rest.get(..at)?, self.rest.get(at + 1..)?),
            None => (self.rest, ""),
        };
        self.rest = rest;
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

/// The beginning of a text, at most so many bytes.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text)
}

/// A line without what it is indented with; Lambda's Python runtime indents with no-break spaces.
#[inline]
pub(super) fn unindented(line: &str) -> &str {
    let blank = line.bytes().position(|byte| byte != b' ' && byte != b'\t').unwrap_or(line.len());
    let line = line.get(blank..).unwrap_or_default();
    if line.starts_with('\u{a0}') { line.trim_start() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_they_do_anywhere() {
        assert_eq!(Lines::new("a\r\nb\n\nc").collect::<Vec<_>>(), ["a", "b", "", "c"]);
        assert_eq!(Lines::new("a\rb\r").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(Lines::new("").count(), 0);
    }

    #[test]
    fn of_a_long_text_the_middle_is_left_out() {
        let text = (0..20_000).map(|number| format!("{number:05}é\n")).collect::<Vec<_>>().concat();
        let read: Vec<_> = Lines::new(&text).collect();
        assert!(read.iter().map(|line| line.len() + 1).sum::<usize>() <= MAX_SCANNED_BYTES);
        assert_eq!((read[0], *read.last().unwrap()), ("00000é", "19999é"));
        assert!(read.iter().all(|line| line.len() == 7));
        let exact = "x".repeat(MAX_SCANNED_BYTES);
        assert_eq!(Lines::new(&exact).next().unwrap().len(), MAX_SCANNED_BYTES);
        let longer = "x".repeat(MAX_SCANNED_BYTES + 1);
        assert!(Lines::new(&longer).map(str::len).sum::<usize>() <= MAX_SCANNED_BYTES);
    }

    #[test]
    fn a_piece_from_line_to_line() {
        let lines = Lines::new("ab\ncd\nef");
        let all: Vec<_> = lines.clone().collect();
        assert_eq!(lines.between(all[0], all[1]), "ab\ncd");
    }
}
