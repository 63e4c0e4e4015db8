//! Lines in a row: like single lines, but a private key that is written over several of them is masked to its end; and a stream of bytes cut
//! into such lines, with bounded memory.

use std::borrow::Cow;

use super::{Found, MASK, Masker, pem};

/// Masks the lines of one stream in their order.
#[derive(Debug)]
pub struct Lines<'m> {
    masker: &'m Masker,
    inside_key: bool,
}

impl<'m> Lines<'m> {
    /// The beginning of a stream.
    pub fn new(masker: &'m Masker) -> Self {
        Self { masker, inside_key: false }
    }

    /// The next line, with its line end or without it; a line end stays as it is. `seen` is told of each place that was masked.
    pub fn mask<'t>(&mut self, line: &'t [u8], seen: &mut impl FnMut(&str)) -> Cow<'t, [u8]> {
        if self.inside_key && pem::goes_on(line) {
            self.inside_key = !pem::closes(line);
            let content = line.trim_ascii_end().len();
            if content == 0 {
                return Cow::Borrowed(line);
            }
            return Cow::Owned([MASK.as_bytes(), line.get(content..).unwrap_or_default()].concat());
        }
        self.inside_key = self.masker.masks_private_keys() && pem::opens(line);
        let end = line.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let (content, end) = line.split_at(line.len() - end);
        match self.masker.mask_each(content, &mut |found: &Found<'_>| seen(found.name)) {
            Cow::Borrowed(_) => Cow::Borrowed(line),
            Cow::Owned(mut masked) => {
                masked.extend_from_slice(end);
                Cow::Owned(masked)
            }
        }
    }
}

/// Longest line of a [`Stream`] that is masked as a whole, in bytes: CloudWatch Logs takes events of 1 MiB at most.
pub const MAX_LINE_BYTES: usize = 1024 * 1024;

/// How far back from its end a line that is too long is cut at a blank or comma, so that no word is cut in two.
const CUT_SEARCH: usize = 64 * 1024;

/// Masks a stream of bytes that comes in chunks of any size. Holds at most one line of [`MAX_LINE_BYTES`] and one chunk.
#[derive(Debug)]
pub struct Stream<'m> {
    lines: Lines<'m>,
    /// The beginning of a line whose end has not come.
    pending: Vec<u8>,
    cuts: u64,
}

impl<'m> Stream<'m> {
    /// The beginning of a stream.
    pub fn new(masker: &'m Masker) -> Self {
        Self { lines: Lines::new(masker), pending: Vec::new(), cuts: 0 }
    }

    /// Takes the next chunk and appends to `out` what is complete, masked. `seen` is told of each place that was masked.
    pub fn push(&mut self, mut chunk: &[u8], out: &mut Vec<u8>, seen: &mut impl FnMut(&str)) {
        while let Some(end) = memchr::memchr(b'\n', chunk) {
            let (line, rest) = chunk.split_at(end + 1);
            chunk = rest;
            if self.pending.is_empty() && line.len() <= MAX_LINE_BYTES {
                out.extend_from_slice(&self.lines.mask(line, seen));
            } else {
                self.hold(line, out, seen);
                self.finish(out, seen);
            }
        }
        self.hold(chunk, out, seen);
    }

    /// Ends the stream, or its last line: appends what was held back.
    pub fn finish(&mut self, out: &mut Vec<u8>, seen: &mut impl FnMut(&str)) {
        let line = std::mem::take(&mut self.pending);
        if !line.is_empty() {
            out.extend_from_slice(&self.lines.mask(&line, seen));
        }
    }

    /// How often a line was longer than [`MAX_LINE_BYTES`] and had to be masked in pieces: what lay across a cut may have passed.
    pub const fn cuts(&self) -> u64 {
        self.cuts
    }

    fn hold(&mut self, mut bytes: &[u8], out: &mut Vec<u8>, seen: &mut impl FnMut(&str)) {
        loop {
            let (fits, rest) = bytes.split_at(bytes.len().min(MAX_LINE_BYTES - self.pending.len()));
            self.pending.extend_from_slice(fits);
            bytes = rest;
            if bytes.is_empty() {
                return;
            }
            let tail = self.pending.len() - CUT_SEARCH;
            let gap = self.pending.get(tail..).and_then(|tail| tail.iter().rposition(|byte| matches!(byte, b' ' | b',' | b';' | b'\t')));
            let kept = self.pending.split_off(gap.map_or(self.pending.len(), |gap| tail + gap + 1));
            self.cuts += 1;
            self.finish(out, seen);
            self.pending = kept;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Masking;

    #[test]
    fn a_key_over_several_lines_is_masked_to_its_end_and_no_further() {
        let masker = Masker::new(&Masking::default()).unwrap();
        let mut lines = Lines::new(&masker);
        let mut seen = Vec::new();
        let input = [
            "loading\r\n",
            "key: -----BEGIN RSA PRIVATE KEY-----\r\n",
            "MIIEow==\r\n",
            "\r\n",
            "-----END RSA PRIVATE KEY-----\n",
            "deadbeef\n",
            "to ann@example.com",
        ];
        let output: Vec<_> =
            input.iter().map(|line| String::from_utf8(lines.mask(line.as_bytes(), &mut |name| seen.push(name.to_owned())).into_owned()).unwrap()).collect();
        assert_eq!(output, ["loading\r\n", "key: ***\r\n", "***\r\n", "\r\n", "***\n", "deadbeef\n", "to ***"]);
        assert_eq!(seen, ["private-key", "email-address"]);
    }

    #[test]
    fn a_key_that_breaks_off_hides_no_other_lines() {
        let masker = Masker::new(&Masking::default()).unwrap();
        let mut lines = Lines::new(&masker);
        let mut mask = |line: &str| String::from_utf8(lines.mask(line.as_bytes(), &mut |_| ()).into_owned()).unwrap();
        mask("-----BEGIN PRIVATE KEY-----");
        assert_eq!(mask("2026-11-23 INFO request done"), "2026-11-23 INFO request done");
        assert_eq!(mask("deadbeef"), "deadbeef");
    }

    #[test]
    fn chunks_of_any_size_give_the_same_stream() {
        let masker = Masker::new(&Masking::default()).unwrap();
        let input = "to ann@example.com\r\n\n{\"password\":\"x\"}\n-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nlast bob@example.org";
        let expected = "to ***\r\n\n{\"password\":\"***\"}\n***\n***\n***\nlast ***";
        for size in 1..=input.len() {
            let (mut stream, mut out) = (Stream::new(&masker), Vec::new());
            for chunk in input.as_bytes().chunks(size) {
                stream.push(chunk, &mut out, &mut |_| ());
            }
            stream.finish(&mut out, &mut |_| ());
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{size}");
        }
    }

    #[test]
    fn a_line_at_the_bound_is_whole_and_a_longer_one_is_cut_between_words() {
        let masker = Masker::new(&Masking::default()).unwrap();
        let secret = " ann@example.com";
        for more in [0, 1] {
            let line = format!("{}{secret}", "x".repeat(MAX_LINE_BYTES - secret.len() + more));
            let (mut stream, mut out) = (Stream::new(&masker), Vec::new());
            stream.push(line.as_bytes(), &mut out, &mut |_| ());
            stream.finish(&mut out, &mut |_| ());
            assert_eq!(stream.cuts(), more as u64);
            assert!(out.ends_with(b"x ***") && out.len() == line.len() - secret.len() + 4);
        }
        let (mut stream, mut out) = (Stream::new(&masker), Vec::new());
        let endless = vec![b'y'; 3 * MAX_LINE_BYTES];
        stream.push(&endless, &mut out, &mut |_| ());
        stream.finish(&mut out, &mut |_| ());
        assert_eq!((out, stream.cuts()), (endless, 2));
    }
}
