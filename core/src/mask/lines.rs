//! A stream of lines: like single lines, but a private key that is written over several of them is masked to its end.

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
}
