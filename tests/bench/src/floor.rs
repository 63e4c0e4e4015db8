//! The floor: the fastest pipeline we know how to build, with none of our semantics.
//!
//! base64 with SIMD, libdeflate into a buffer of the size gzip's trailer names, an envelope scan that takes the shape of AWS's JSON for granted
//! and unescapes in place, and each message into a typed, borrowed struct by sonic-rs. No bound, no several members, no rules, no aggregation.
//! Each of the first two stages can be the library the product uses instead, which shows what that choice costs.

use std::{borrow::Cow, io::Read as _};

use anyhow::Context as _;
use base64::Engine as _;
use base64_simd::AsOut as _;
use memchr::{memchr, memchr2, memmem};
use serde::Deserialize;

use crate::{answer::Answer, fields::FieldTotals, pipeline::Pipeline};

/// Who decodes base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base64 {
    /// The `base64-simd` crate.
    Simd,
    /// The `base64` crate.
    Plain,
}

/// Who inflates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gunzip {
    /// libdeflate, in C.
    Libdeflate,
    /// flate2 with zlib-rs, in Rust.
    ZlibRs,
}

/// The floor and its variants.
#[expect(missing_debug_implementations, reason = "libdeflate's decompressor has none")]
pub struct Floor {
    base64: Base64,
    gunzip: Gunzip,
    decompressor: libdeflater::Decompressor,
    compressed: Vec<u8>,
    inflated: Vec<u8>,
    events: Vec<EventSpan>,
    totals: FieldTotals,
}

/// One event of the envelope: its time and where its unescaped message lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct EventSpan {
    timestamp_ms: i64,
    start: usize,
    end: usize,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    level: Cow<'a, str>,
    #[serde(borrow)]
    path: Cow<'a, str>,
    #[serde(borrow)]
    service: Cow<'a, str>,
    status: u16,
    duration_ms: f64,
    #[serde(borrow, default)]
    error: Option<Failure<'a>>,
}

#[derive(Deserialize)]
struct Failure<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    message: Cow<'a, str>,
    #[serde(borrow)]
    stack: Cow<'a, str>,
}

impl Floor {
    /// A floor with these libraries.
    pub fn new(base64: Base64, gunzip: Gunzip) -> Self {
        Self {
            base64,
            gunzip,
            decompressor: libdeflater::Decompressor::new(),
            compressed: Vec::new(),
            inflated: Vec::new(),
            events: Vec::new(),
            totals: FieldTotals::default(),
        }
    }

    /// Decodes into the buffer and gives how many bytes of it are the answer.
    fn decode(&mut self, data: &[u8]) -> anyhow::Result<usize> {
        grow(&mut self.compressed, data.len());
        match self.base64 {
            Base64::Simd => Ok(base64_simd::STANDARD.decode(data, self.compressed.as_mut_slice().as_out())?.len()),
            Base64::Plain => Ok(base64::engine::general_purpose::STANDARD.decode_slice(data, &mut self.compressed)?),
        }
    }

    /// Inflates the first `length` bytes decoded and gives the inflated length.
    fn inflate(&mut self, length: usize) -> anyhow::Result<usize> {
        let gzip = self.compressed.get(..length).context("no data")?;
        let trailer = gzip.last_chunk::<4>().context("not gzip")?;
        let inflated = usize::try_from(u32::from_le_bytes(*trailer))?;
        grow(&mut self.inflated, inflated);
        match self.gunzip {
            Gunzip::Libdeflate => Ok(self.decompressor.gzip_decompress(gzip, &mut self.inflated)?),
            Gunzip::ZlibRs => {
                let into = self.inflated.get_mut(..inflated).context("no room")?;
                let mut decoder = flate2::bufread::GzDecoder::new(gzip);
                decoder.read_exact(into)?;
                // The end has to be seen for the checksum to be compared.
                anyhow::ensure!(decoder.read(&mut [0])? == 0, "more data than the trailer names");
                Ok(inflated)
            }
        }
    }
}

impl Pipeline for Floor {
    fn process(&mut self, payload: &[u8]) -> anyhow::Result<()> {
        let start = memmem::find(payload, b"\"data\":\"").context("no data")? + 8;
        let data = payload.get(start..).context("no data")?;
        let data = data.get(..memchr(b'"', data).context("no end")?).context("no end")?;
        let compressed = self.decode(data)?;
        let inflated = self.inflate(compressed)?;
        let inner = self.inflated.get_mut(..inflated).context("no inner message")?;
        scan(inner, &mut self.events).context("not a subscription message")?;
        let mut totals = FieldTotals::default();
        for event in &self.events {
            // From bytes, sonic-rs checks UTF-8 itself: as fast as one check of the whole, and nothing has to be taken on trust.
            let message: Message<'_> = sonic_rs::from_slice(inner.get(event.start..event.end).context("no message")?)?;
            totals.add_line(f64::from(message.status), message.duration_ms);
            totals.add_text(message.level.len() + message.path.len() + message.service.len());
            if let Some(error) = &message.error {
                totals.add_error(error.kind.len() + error.message.len() + error.stack.len());
            }
        }
        self.totals = totals;
        Ok(())
    }

    fn answer(&self) -> Answer {
        self.totals.answer()
    }
}

/// Makes a buffer at least this long. It is cleared only where it grows: once, and not for every batch.
fn grow(buffer: &mut Vec<u8>, length: usize) {
    if buffer.len() < length {
        buffer.resize(length, 0);
    }
}

/// Finds the events and unescapes each message where it stands. Keys may come in any order, but the shape is taken for granted:
/// `"logEvents":[` of flat objects, `timestamp` before `message`. None when the text ends early.
fn scan(bytes: &mut [u8], events: &mut Vec<EventSpan>) -> Option<()> {
    const EVENTS: &[u8] = b"\"logEvents\":[";
    events.clear();
    let mut at = memmem::find(bytes, EVENTS)? + EVENTS.len();
    loop {
        match bytes.get(at)? {
            b']' => return Some(()),
            b'"' => {
                let key = at + 1;
                let end = key + memchr(b'"', bytes.get(key..)?)?;
                let (first, length) = (*bytes.get(key)?, end - key);
                at = end + 1;
                while matches!(bytes.get(at)?, b':' | b' ') {
                    at += 1;
                }
                if first == b't' && length == "timestamp".len() {
                    let mut timestamp_ms = 0;
                    while let digit @ b'0'..=b'9' = *bytes.get(at)? {
                        timestamp_ms = timestamp_ms * 10 + i64::from(digit - b'0');
                        at += 1;
                    }
                    events.push(EventSpan { timestamp_ms, start: 0, end: 0 });
                } else if first == b'm' && length == "message".len() {
                    let start = at + 1;
                    let (end, next) = unescape(bytes, start)?;
                    let event = events.last_mut()?;
                    (event.start, event.end) = (start, end);
                    at = next;
                } else if *bytes.get(at)? == b'"' {
                    at += 2 + memchr(b'"', bytes.get(at + 1..)?)?;
                } else {
                    at += 1;
                }
            }
            _ => at += 1,
        }
    }
}

/// Unescapes the JSON string whose text begins at `start`, in place. Gives the end of the unescaped text and the place behind the closing quote.
fn unescape(bytes: &mut [u8], start: usize) -> Option<(usize, usize)> {
    let (mut read, mut write) = (start, start);
    loop {
        let run = memchr2(b'"', b'\\', bytes.get(read..)?)?;
        if write != read {
            bytes.copy_within(read..read + run, write);
        }
        read += run;
        write += run;
        if bytes[read] == b'"' {
            return Some((write, read + 1));
        }
        let escaped = *bytes.get(read + 1)?;
        read += 2;
        bytes[write] = match escaped {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'u' => {
                let (character, next) = code_point(bytes, read)?;
                read = next;
                // Six bytes of escape or more give at most four of UTF-8: the text never overtakes its source.
                write += character.encode_utf8(&mut bytes[write..]).len();
                continue;
            }
            other => other,
        };
        write += 1;
    }
}

/// The character of `\uXXXX`, or of a pair of them, whose digits begin at `at`, and the place behind it.
fn code_point(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let unit = |at: usize| u16::from_str_radix(std::str::from_utf8(bytes.get(at..at + 4)?).ok()?, 16).ok();
    let first = unit(at)?;
    if bytes.get(at + 4..at + 6) == Some(b"\\u")
        && let Some(second) = unit(at + 6)
        && let Some(Ok(character)) = char::decode_utf16([first, second]).next()
        && (0xd800..0xdc00).contains(&first)
    {
        return Some((character, at + 10));
    }
    Some((char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER), at + 4))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// What the scan finds: times and messages.
    fn scanned(text: &str) -> Option<Vec<(i64, String)>> {
        let mut bytes = text.as_bytes().to_vec();
        let mut events = Vec::new();
        scan(&mut bytes, &mut events)?;
        Some(events.iter().map(|event| (event.timestamp_ms, String::from_utf8(bytes[event.start..event.end].to_vec()).unwrap())).collect())
    }

    #[test]
    fn messages_are_what_serde_json_reads() {
        let lines = ["plain", "", r#"{"a":"b\\n\"c\""}"#, "line\nbreak\ttab\r\u{8}\u{c}", "ümlaut / \u{1f600} \\ end\\", "\u{1}\u{7f}"];
        let events: Vec<Value> = lines.iter().enumerate().map(|(at, line)| json!({"id": at.to_string(), "timestamp": at, "message": line})).collect();
        let text = json!({"messageType": "DATA_MESSAGE", "logEvents": events}).to_string();
        // serde_json puts `message` before `timestamp` unless told otherwise; AWS does not.
        let text = lines.iter().enumerate().fold(text, |text, (at, line)| {
            let line = serde_json::to_string(line).unwrap();
            text.replace(&format!(r#""id":"{at}","message":{line},"timestamp":{at}"#), &format!(r#""id":"{at}","timestamp":{at},"message":{line}"#))
        });
        let expected: Vec<(i64, String)> = lines.iter().zip(0..).map(|(line, at)| (at, (*line).to_owned())).collect();
        assert_eq!(scanned(&text).unwrap(), expected);
    }

    #[test]
    fn escaped_characters_outside_the_first_plane_and_lone_halves_are_read() {
        let text = r#"{"logEvents":[{"timestamp":7,"message":"\u00e9 \ud83d\ude00 \ud83d! \ude00\u0041"}]}"#;
        assert_eq!(scanned(text).unwrap(), [(7, "\u{e9} \u{1f600} \u{fffd}! \u{fffd}A".to_owned())]);
    }

    #[test]
    fn a_text_that_ends_early_is_refused() {
        let text = r#"{"logEvents":[{"id":"1","timestamp":7,"message":"ab\n"}]}"#;
        for end in 0..text.len() - 1 {
            assert_eq!(scanned(&text[..end]), None, "{}", &text[..end]);
        }
        assert!(scanned(text).is_some());
    }
}
