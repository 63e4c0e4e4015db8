//! Views: a piece of the line as it is meant, each byte knowing its place in the line as it is written.
//!
//! What is inside a JSON string or URL-encoded is decoded, searched, and masked where it stands in the line: what is not masked keeps its bytes.

use std::ops::Range;

/// A text to search.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    /// The text as meant.
    pub(super) text: &'a [u8],
    place: Place<'a>,
    writing: Writing,
}

#[derive(Clone, Copy, Debug)]
enum Place<'a> {
    /// The text is a piece of the line that begins there.
    From(usize),
    /// For each byte, and for the end, the offset in the line.
    Table(&'a [u32]),
}

/// How a view is written in the line: one layer for each string or URL it lies in, the innermost first.
#[derive(Clone, Copy, Debug, Default)]
struct Writing {
    /// Two bits a layer; none is the line itself. Decoding ends long before there are more than fit.
    layers: u64,
    /// How many times the line was decoded to get here.
    decoded: u8,
}

const JSON: u64 = 1;
const PERCENT: u64 = 2;

impl Writing {
    const fn inside(self, layer: u64) -> Self {
        Self { layers: self.layers << 2 | layer, decoded: self.decoded }
    }

    const fn decoded(self) -> Self {
        Self { decoded: self.decoded + 1, ..self }
    }

    /// A quotation mark as the line writes it.
    fn quote(self) -> Vec<u8> {
        let mut written = vec![b'"'];
        let mut layers = self.layers;
        while layers != 0 {
            let percent = layers & 3 == PERCENT;
            written = written
                .iter()
                .flat_map(|byte| match byte {
                    b'"' if percent => &b"%22"[..],
                    b'"' => b"\\\"",
                    b'\\' if percent => b"%5C",
                    b'\\' => b"\\\\",
                    other => std::slice::from_ref(other),
                })
                .copied()
                .collect();
            layers >>= 2;
        }
        written
    }
}

/// A decoded text.
#[derive(Debug)]
pub(super) struct Decoded {
    text: Vec<u8>,
    table: Vec<u32>,
    writing: Writing,
}

impl<'a> View<'a> {
    /// The line itself.
    pub(super) fn line(text: &'a [u8]) -> Self {
        Self { text, place: Place::From(0), writing: Writing::default() }
    }

    /// A piece of this view.
    pub(super) fn part(self, range: Range<usize>) -> Self {
        let place = match self.place {
            Place::From(start) => Place::From(start + range.start),
            Place::Table(table) => Place::Table(table.get(range.start..=range.end).unwrap_or_default()),
        };
        Self { text: super::byte::slice(self.text, range), place, ..self }
    }

    /// Where a byte of the view, or its end, is in the line.
    pub(super) fn in_line(self, at: usize) -> usize {
        match self.place {
            Place::From(start) => start + at,
            Place::Table(table) => table.get(at).map_or(usize::MAX, |place| *place as usize),
        }
    }

    /// How many times the line was decoded to get here.
    pub(super) fn level(self) -> u8 {
        self.writing.decoded
    }

    /// How a quotation mark of this view is written in the line.
    pub(super) fn quote(self) -> Vec<u8> {
        self.writing.quote()
    }

    /// The inside of a JSON string that has no escapes.
    pub(super) fn string(self, inner: Range<usize>) -> Self {
        let writing = self.writing.inside(JSON);
        Self { writing, ..self.part(inner) }
    }

    /// The inside of a JSON string with its escapes undone. What is no escape stays as it is.
    pub(super) fn unescape(self) -> Decoded {
        self.decode(self.writing.inside(JSON).decoded(), b'\\', escape)
    }

    /// URL-encoded text decoded. `+` stays: only in a form does it mean a blank, and nothing is told apart by it.
    pub(super) fn percent_decode(self) -> Decoded {
        self.decode(self.writing.inside(PERCENT).decoded(), b'%', |rest| Some((char_bytes(percent(rest)?), 3)))
    }

    fn decode(self, writing: Writing, mark: u8, read: impl Fn(&[u8]) -> Option<(Piece, usize)>) -> Decoded {
        let mut decoded = Decoded { text: Vec::with_capacity(self.text.len()), table: Vec::with_capacity(self.text.len() + 1), writing };
        let mut at = 0;
        while let Some(&byte) = self.text.get(at) {
            let (piece, length) = (byte == mark).then(|| read(self.text.get(at..)?)).flatten().unwrap_or((char_bytes(byte), 1));
            for byte in piece.bytes() {
                decoded.push(*byte, self.in_line(at));
            }
            at += length;
        }
        decoded.table.push(offset(self.in_line(at)));
        decoded
    }
}

impl Decoded {
    /// The text to search.
    pub(super) fn view(&self) -> View<'_> {
        View { text: &self.text, place: Place::Table(&self.table), writing: self.writing }
    }

    fn push(&mut self, byte: u8, place: usize) {
        self.text.push(byte);
        self.table.push(offset(place));
    }
}

/// Lines are far shorter than 4 GiB; one that is not is masked to its end rather than in the wrong place.
fn offset(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// The one to four bytes an escape stands for.
#[derive(Clone, Copy)]
struct Piece {
    bytes: [u8; 4],
    length: usize,
}

impl Piece {
    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

fn char_bytes(byte: u8) -> Piece {
    Piece { bytes: [byte, 0, 0, 0], length: 1 }
}

/// The byte that `%XX` stands for.
fn percent(rest: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*rest.get(at)?).to_digit(16);
    u8::try_from(digit(1)? << 4 | digit(2)?).ok()
}

/// What a JSON escape at the beginning of `rest` stands for, and its length.
fn escape(rest: &[u8]) -> Option<(Piece, usize)> {
    let byte = match rest.get(1)? {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'f' => 12,
        b'u' => return code_point(rest),
        other @ (b'"' | b'\\' | b'/') => *other,
        _ => return None,
    };
    Some((char_bytes(byte), 2))
}

fn code_point(rest: &[u8]) -> Option<(Piece, usize)> {
    let unit = |at: usize| -> Option<u32> {
        let digits = std::str::from_utf8(rest.get(at..at + 4)?).ok()?;
        (digits.bytes().all(|digit| digit.is_ascii_hexdigit())).then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let high = unit(2)?;
    let paired = || {
        let low = unit(8).filter(|low| rest.get(6..8) == Some(b"\\u") && (0xDC00..0xE000).contains(low))?;
        char::from_u32(0x1_0000 + ((high.checked_sub(0xD800)? & 0x3FF) << 10) + (low - 0xDC00))
    };
    let (meant, length) = match char::from_u32(high) {
        Some(meant) => (meant, 6),
        None => paired().map_or((char::REPLACEMENT_CHARACTER, 6), |meant| (meant, 12)),
    };
    let mut bytes = [0; 4];
    let length_meant = meant.encode_utf8(&mut bytes).len();
    Some((Piece { bytes, length: length_meant }, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_decoded_byte_knows_where_it_is_written() {
        let line = br#"a\n\u00e9\"%40z"#;
        let once = View::line(line).unescape();
        let view = once.view();
        assert_eq!(view.text, "a\né\"%40z".as_bytes());
        let places: Vec<_> = (0..=view.text.len()).map(|at| view.in_line(at)).collect();
        assert_eq!(places, [0, 1, 3, 3, 9, 11, 12, 13, 14, 15]);
        assert_eq!(view.quote(), b"\\\"");
        let twice = view.percent_decode();
        assert_eq!(twice.view().text, "a\né\"@z".as_bytes());
        assert_eq!((twice.view().in_line(5), twice.view().in_line(6), twice.view().level()), (11, 14, 2));
        assert_eq!(twice.view().part(5..6).in_line(1), 14);
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [r"\x41", r"\u12g4", "100%", "%4", "%zz", r"\"] {
            assert_eq!(View::line(text.as_bytes()).unescape().view().text, text.as_bytes(), "{text}");
            assert_eq!(View::line(text.as_bytes()).percent_decode().view().text, text.as_bytes(), "{text}");
        }
        assert_eq!(View::line(br"\ud83d\ude00\ud83d").unescape().view().text, "😀\u{fffd}".as_bytes());
    }

    #[test]
    fn a_quote_is_written_as_deep_as_it_lies() {
        let first = View::line(b"x").unescape();
        let second = first.view().unescape();
        assert_eq!(first.view().quote(), br#"\""#);
        assert_eq!(second.view().quote(), br#"\\\""#);
        assert_eq!(second.view().percent_decode().view().quote(), b"%22");
        assert_eq!(View::line(b"x").percent_decode().view().string(0..1).quote(), b"%5C%22");
    }
}
