//! Reading a log line by line in bounded memory.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufRead as _, BufReader, Read},
    path::Path,
};

use crate::{project::reason, terminal::Failed};

/// Longest line that is kept, in bytes. CloudWatch Logs takes events of at most 1 MB; what is longer can be no event.
pub(crate) const MAX_LINE_BYTES: usize = 4 * 1024 * 1024;

/// A log as lines. Bytes that are not UTF-8 become replacement characters.
pub(crate) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
    number: u64,
    cut: u64,
}

/// One line.
pub(crate) struct Line<'l> {
    /// Counted from 1.
    pub(crate) number: u64,
    /// Without its line ending.
    pub(crate) text: Cow<'l, str>,
}

/// Opens a file, or standard input for `-`.
pub(crate) fn open(path: &Path) -> Result<Lines<Box<dyn Read>>, Failed> {
    if path.as_os_str() == "-" {
        return Ok(Lines::new(Box::new(io::stdin().lock())));
    }
    let cannot =
        |why: &str| Failed::with_hint(format!("cannot read {}: {why}", path.display()), "name a file with one log event a line, or `-` for standard input");
    if path.is_dir() {
        return Err(cannot("it is a directory"));
    }
    let file = File::open(path).map_err(|error| cannot(&reason(&error)))?;
    Ok(Lines::new(Box::new(file)))
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader: BufReader::with_capacity(1 << 16, reader), line: Vec::new(), number: 0, cut: 0 }
    }

    /// Whether the next line may have to be waited for.
    pub(crate) fn may_wait(&self) -> bool {
        !self.reader.buffer().contains(&b'\n')
    }

    /// How many lines were longer than [`MAX_LINE_BYTES`] and lost their end.
    pub(crate) fn cut(&self) -> u64 {
        self.cut
    }

    /// The next line as it stands in the log, its line ending included; none at the end. A line that lost its end has a line ending again.
    pub(crate) fn next_raw(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        let bound = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
        if self.reader.by_ref().take(bound).read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.line.len() == MAX_LINE_BYTES && self.line.last() != Some(&b'\n') {
            let skipped = self.reader.skip_until(b'\n')?;
            self.cut += u64::from(skipped > 1);
            if skipped > 0 {
                self.line.push(b'\n');
            }
        }
        Ok(Some(&self.line))
    }

    /// The next line; none at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        if self.next_raw()?.is_none() {
            return Ok(None);
        }
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        }
        if self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        Ok(Some(Line { number: self.number, text: String::from_utf8_lossy(&self.line) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<String> {
        let mut lines = Lines::new(bytes);
        let mut texts = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            assert_eq!(line.number, texts.len() as u64 + 1);
            texts.push(line.text.into_owned());
        }
        texts
    }

    #[test]
    fn line_endings_go_and_bad_bytes_are_replaced() {
        assert_eq!(read(b"a\r\n\nb\xffc\n d"), ["a", "", "b\u{fffd}c", " d"]);
        assert!(read(b"").is_empty());
        assert_eq!(read(b"\n"), [""]);
    }

    #[test]
    fn raw_lines_are_the_log_byte_for_byte() {
        let log = b"a\r\n\nb\xffc\n d";
        let mut lines = Lines::new(&log[..]);
        let mut read = Vec::new();
        while let Some(line) = lines.next_raw().unwrap() {
            assert!(line.ends_with(b"\n") || line == b" d");
            read.extend_from_slice(line);
        }
        assert_eq!(read, log);
    }

    #[test]
    fn a_line_too_long_loses_its_end_and_only_that() {
        for (extra, cut) in [(0, 0), (1, 0), (2, 1), (100, 1)] {
            let mut bytes = vec![b'a'; MAX_LINE_BYTES - 1 + extra];
            bytes.extend(b"\nnext\n");
            let mut lines = Lines::new(&*bytes);
            let first = lines.next().unwrap().unwrap().text.len();
            assert_eq!(first, (MAX_LINE_BYTES - 1 + extra).min(MAX_LINE_BYTES), "{extra}");
            assert_eq!(lines.next().unwrap().unwrap().text, "next");
            assert_eq!(lines.cut(), cut, "{extra}");
        }
    }
}
