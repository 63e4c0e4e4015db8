//! Lines that were lost: how many they are, and the line that says so.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

/// Renders the line that tells how many lines were lost. How such a line looks is not the outputs' business, so they are given it.
#[derive(Clone)]
pub struct LostLine(Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>);

impl LostLine {
    /// A line made by `render` from the number of lines lost. Nothing is told when it gives nothing. It is called by an output that is about to write, so it
    /// must not log.
    pub fn new(render: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self(Arc::new(render))
    }

    /// The line, with its line end. A panic inside gives nothing: telling of a loss must not cause another.
    pub(super) fn render(&self, lost: u64) -> Vec<u8> {
        let mut line = catch_unwind(AssertUnwindSafe(|| (self.0)(lost))).unwrap_or_default();
        if line.last().is_some_and(|last| *last != b'\n') {
            line.push(b'\n');
        }
        line
    }
}

impl fmt::Debug for LostLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LostLine")
    }
}

/// How many lines these are; the last counts without its line end as well.
pub(super) fn count(lines: &[u8]) -> u64 {
    let pieces = lines.split(|byte| *byte == b'\n').count();
    let after_the_last_end = usize::from(lines.last().is_none_or(|last| *last == b'\n'));
    (pieces - after_the_last_end) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_with_and_without_its_end() {
        assert_eq!(count(b""), 0);
        assert_eq!(count(b"\n"), 1);
        assert_eq!(count(b"a\nb\n"), 2);
        assert_eq!(count(b"a\nb"), 2);
    }

    #[test]
    fn the_line_gets_its_end_and_a_panic_gives_no_line() {
        assert_eq!(LostLine::new(|lost| format!("{lost} lost").into_bytes()).render(3), b"3 lost\n");
        assert_eq!(LostLine::new(|lost| format!("{lost} lost\n").into_bytes()).render(3), b"3 lost\n");
        assert_eq!(LostLine::new(|_| Vec::new()).render(3), b"");
        assert_eq!(LostLine::new(|_| panic!("no line")).render(3), b"");
    }
}
