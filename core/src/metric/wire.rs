//! A PutMetricData request as it goes over the wire: CBOR, compressed with gzip.
//!
//! The same bytes the AWS SDK for Rust sends (protocol `rpc-v2-cbor`, request compression at gzip's default level, bodies from 10,240 bytes on), so
//! that a request can be measured without the SDK.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;

use super::Datum;

/// CBOR major types, in the upper three bits of a head.
const UNSIGNED: u8 = 0x00;
const TEXT: u8 = 0x60;
const ARRAY: u8 = 0x80;

/// Bytes of a number: a head and eight bytes.
const NUMBER_BYTES: usize = 9;

/// Size of a request in bytes as the SDK sends it, compressed (bodies below 10,240 bytes it sends as they are, and they fit either way).
pub fn compressed_bytes(namespace: &str, data: &[Datum]) -> usize {
    let body = body(namespace, data);
    let mut encoder = GzEncoder::new(Count(0), Compression::default());
    // Counting cannot fail; if it could, a size that fits nowhere would be the safe answer.
    let written = encoder.write_all(&body).and_then(|()| encoder.finish());
    written.map_or(usize::MAX, |count| count.0)
}

/// Size of a request's body before compression, without its data.
pub(super) const fn envelope_bytes(namespace: &str) -> usize {
    // The open map and its end, two keys, the namespace and an array of up to 65,535 data.
    2 + text_bytes("Namespace".len()) + text_bytes(namespace.len()) + text_bytes("MetricData".len()) + head_bytes(u16::MAX as usize)
}

/// Size of a datum in a body before compression.
pub(super) fn datum_bytes(datum: &Datum) -> usize {
    let dimensions: usize = datum.dimensions.iter().map(|(name, value)| dimension_bytes(name.len(), value.len())).sum();
    fixed_bytes(datum.name.len(), datum.unit.len())
        + head_bytes(datum.dimensions.len())
        + dimensions
        + 2 * (head_bytes(datum.values.len()) + NUMBER_BYTES * datum.values.len())
        + head_bytes(usize::from(datum.resolution_seconds))
}

/// All of a datum whose size does not depend on its lists.
pub(super) const fn fixed_bytes(name: usize, unit: usize) -> usize {
    // The open map and its end, and a time of one tag and one number.
    2 + text_bytes("MetricName".len())
        + text_bytes(name)
        + text_bytes("Dimensions".len())
        + text_bytes("Timestamp".len())
        + 1
        + NUMBER_BYTES
        + text_bytes("Values".len())
        + text_bytes("Counts".len())
        + text_bytes("Unit".len())
        + text_bytes(unit)
        + text_bytes("StorageResolution".len())
}

/// One dimension, from the bytes of its name and its value.
pub(super) const fn dimension_bytes(name: usize, value: usize) -> usize {
    2 + text_bytes("Name".len()) + text_bytes(name) + text_bytes("Value".len()) + text_bytes(value)
}

const fn text_bytes(length: usize) -> usize {
    head_bytes(length) + length
}

/// A head with its number.
pub(super) const fn head_bytes(number: usize) -> usize {
    match number {
        0..=23 => 1,
        24..=0xFF => 2,
        0x100..=0xFFFF => 3,
        0x1_0000..=0xFFFF_FFFF => 5,
        _ => 9,
    }
}

/// The body before compression.
fn body(namespace: &str, data: &[Datum]) -> Vec<u8> {
    let size = envelope_bytes(namespace) + data.iter().map(datum_bytes).sum::<usize>();
    let mut body = Body(Vec::with_capacity(size));
    body.open();
    body.text("Namespace");
    body.text(namespace);
    body.text("MetricData");
    body.head(ARRAY, data.len());
    for datum in data {
        body.datum(datum);
    }
    body.close();
    body.0
}

/// CBOR being written.
struct Body(Vec<u8>);

impl Body {
    fn datum(&mut self, datum: &Datum) {
        self.open();
        self.text("MetricName");
        self.text(&datum.name);
        self.text("Dimensions");
        self.head(ARRAY, datum.dimensions.len());
        for (name, value) in &datum.dimensions {
            self.open();
            self.text("Name");
            self.text(name);
            self.text("Value");
            self.text(value);
            self.close();
        }
        self.text("Timestamp");
        self.time(datum.at);
        self.text("Values");
        self.head(ARRAY, datum.values.len());
        for value in &datum.values {
            self.number(value.value);
        }
        self.text("Counts");
        self.head(ARRAY, datum.values.len());
        for value in &datum.values {
            self.number(value.count);
        }
        self.text("Unit");
        self.text(&datum.unit);
        self.text("StorageResolution");
        self.head(UNSIGNED, usize::from(datum.resolution_seconds));
        self.close();
    }

    /// A map whose length is not told.
    fn open(&mut self) {
        self.0.push(0xBF);
    }

    fn close(&mut self) {
        self.0.push(0xFF);
    }

    fn text(&mut self, text: &str) {
        self.head(TEXT, text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn number(&mut self, number: f64) {
        self.0.push(0xFB);
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    /// Seconds since 1970, tagged as such.
    fn time(&mut self, at: Timestamp) {
        self.0.push(0xC1);
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of this millennium are far below 2^53")]
        let seconds = at.as_millisecond() as f64 / 1000.0;
        self.number(seconds);
    }

    /// Major type and number, in the fewest bytes; the number's last bytes are what `to_be_bytes` ends with.
    fn head(&mut self, major: u8, number: usize) {
        let bytes = (number as u64).to_be_bytes();
        let last = |count: usize| bytes.get(8 - count..).unwrap_or_default();
        match head_bytes(number) {
            1 => self.0.push(major | bytes[7]),
            2 => self.put(major | 0x18, last(1)),
            3 => self.put(major | 0x19, last(2)),
            5 => self.put(major | 0x1A, last(4)),
            _ => self.put(major | 0x1B, last(8)),
        }
    }

    fn put(&mut self, head: u8, number: &[u8]) {
        self.0.push(head);
        self.0.extend_from_slice(number);
    }
}

/// Counts what is written to it.
struct Count(usize);

impl std::io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metric::ValueCount;

    #[test]
    fn a_body_is_written_byte_for_byte() {
        let datum = Datum {
            name: "m".to_owned(),
            unit: "None".to_owned(),
            dimensions: vec![("d".to_owned(), "x".repeat(24))],
            at: Timestamp::from_millisecond(1_500).unwrap(),
            resolution_seconds: 60,
            values: vec![ValueCount { value: 1.0, count: 2.0 }],
        };
        let mut expected = vec![0xBF];
        expected.extend(b"\x69Namespace\x61n\x6aMetricData\x81\xBF\x6aMetricName\x61m\x6aDimensions\x81\xBF\x64Name\x61d\x65Value\x78\x18");
        expected.extend([b'x'; 24]);
        expected.extend(b"\xFF\x69Timestamp\xC1\xFB\x3F\xF8\0\0\0\0\0\0\x66Values\x81\xFB\x3F\xF0\0\0\0\0\0\0\x66Counts\x81\xFB\x40\0\0\0\0\0\0\0");
        expected.extend(b"\x64Unit\x64None\x71StorageResolution\x18\x3C\xFF\xFF");
        assert_eq!(body("n", &[datum]), expected);
    }

    #[test]
    fn heads_take_the_fewest_bytes_at_every_boundary() {
        let head = |number| {
            let mut body = Body(Vec::new());
            body.head(UNSIGNED, number);
            body.0
        };
        assert_eq!([head(0), head(23)], [[0], [23]]);
        assert_eq!([head(24), head(255)], [[24, 24], [24, 255]]);
        assert_eq!([head(256), head(65_535)], [[25, 1, 0], [25, 255, 255]]);
        assert_eq!(head(65_536), [26, 0, 1, 0, 0]);
    }

    proptest! {
        #[test]
        fn the_size_is_told_without_writing(
            namespace in ".{0,300}",
            name in ".{1,40}",
            dimensions in prop::collection::vec((".{1,30}", ".{1,300}"), 0..30),
            values in 0_usize..151,
            resolution_seconds in prop::sample::select(vec![1_u8, 60]),
        ) {
            let value = ValueCount { value: 0.1, count: 1.0 };
            let at = Timestamp::UNIX_EPOCH;
            let datum = Datum { name, unit: "Terabytes/Second".to_owned(), dimensions, at, resolution_seconds, values: vec![value; values] };
            let data = vec![datum; 3];
            // The head of the array is counted as three bytes and takes one here.
            let told = envelope_bytes(&namespace) + data.iter().map(datum_bytes).sum::<usize>() - 2;
            prop_assert_eq!(body(&namespace, &data).len(), told);
        }
    }
}
