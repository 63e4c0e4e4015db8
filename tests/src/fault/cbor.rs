//! Reads the CBOR in which CloudWatch is called, apart from the code that writes it.

use anyhow::Context as _;
use serde_json::{Map, Value};

/// One data item, as JSON; a time is its number of seconds.
pub(super) fn read(bytes: &[u8]) -> anyhow::Result<Value> {
    Reader { bytes, at: 0 }.item()?.context("an end where an item should be")
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> anyhow::Result<[u8; N]> {
        let taken = self.bytes.get(self.at..self.at + N).and_then(|bytes| bytes.try_into().ok()).context("CBOR that breaks off")?;
        self.at += N;
        Ok(taken)
    }

    /// `None`: the end of an item of unknown length.
    fn item(&mut self) -> anyhow::Result<Option<Value>> {
        let [head] = self.take::<1>()?;
        let (major, low) = (head >> 5, head & 0x1F);
        if major == 7 {
            return Ok(match low {
                20 => Some(Value::Bool(false)),
                21 => Some(Value::Bool(true)),
                22 | 23 => Some(Value::Null),
                25 => Some(half(u16::from_be_bytes(self.take()?)).into()),
                26 => Some(f64::from(f32::from_be_bytes(self.take()?)).into()),
                27 => Some(f64::from_be_bytes(self.take()?).into()),
                31 => None,
                other => anyhow::bail!("CBOR of kind 7/{other}"),
            });
        }
        let length = match low {
            0..=23 => Some(u64::from(low)),
            24 => Some(u64::from(self.take::<1>()?[0])),
            25 => Some(u64::from(u16::from_be_bytes(self.take()?))),
            26 => Some(u64::from(u32::from_be_bytes(self.take()?))),
            27 => Some(u64::from_be_bytes(self.take()?)),
            31 => None,
            other => anyhow::bail!("CBOR of length {other}"),
        };
        Ok(Some(match major {
            0 => length.context("a number without a value")?.into(),
            1 => (-1 - i64::try_from(length.context("a number without a value")?)?).into(),
            3 => self.text(length)?.into(),
            4 => self.list(length)?.into(),
            5 => self.map(length)?.into(),
            6 => self.item()?.context("a tag without an item")?,
            other => anyhow::bail!("CBOR of kind {other}"),
        }))
    }

    fn text(&mut self, length: Option<u64>) -> anyhow::Result<String> {
        let Some(length) = length else {
            let mut whole = String::new();
            while let Some(part) = self.item()? {
                whole.push_str(part.as_str().context("a text in parts that are none")?);
            }
            return Ok(whole);
        };
        let end = self.at + usize::try_from(length)?;
        let text = std::str::from_utf8(self.bytes.get(self.at..end).context("a text that breaks off")?)?.to_owned();
        self.at = end;
        Ok(text)
    }

    fn list(&mut self, length: Option<u64>) -> anyhow::Result<Vec<Value>> {
        let mut list = Vec::new();
        while length.is_none_or(|length| (list.len() as u64) < length) {
            match self.item()? {
                Some(item) => list.push(item),
                None => break,
            }
        }
        Ok(list)
    }

    fn map(&mut self, length: Option<u64>) -> anyhow::Result<Map<String, Value>> {
        let mut map = Map::new();
        let mut read = 0;
        while length.is_none_or(|length| read < length) {
            let Some(key) = self.item()? else { break };
            let value = self.item()?.context("a key without a value")?;
            map.insert(key.as_str().context("a key that is no text")?.to_owned(), value);
            read += 1;
        }
        Ok(map)
    }
}

/// A number of 16 bits.
fn half(bits: u16) -> f64 {
    let fraction_bits = bits & 0x3FF;
    let fraction = f64::from(fraction_bits);
    let exponent = i32::from((bits >> 10) & 0x1F);
    let size = match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction_bits == 0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1.0 + fraction / 1024.0) * 2_f64.powi(exponent - 15),
    };
    if bits & 0x8000 == 0 { size } else { -size }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_the_protocol_uses_is_read() {
        // {_ "a": [1, -2, 1.5, 1.5 (half), true, null], "b": 1(1000), "c": "xy" }
        let bytes = [
            &[0xBF, 0x61, b'a', 0x86, 0x01, 0x21, 0xFB][..],
            &1.5_f64.to_be_bytes(),
            &[0xF9, 0x3E, 0x00, 0xF5, 0xF6, 0x61, b'b', 0xC1, 0x19, 0x03, 0xE8, 0x61, b'c', 0x7F, 0x61, b'x', 0x61, b'y', 0xFF, 0xFF],
        ]
        .concat();
        assert_eq!(read(&bytes).unwrap(), json!({"a": [1, -2, 1.5, 1.5, true, null], "b": 1000, "c": "xy"}));
        assert!(read(&bytes[..bytes.len() - 1]).is_err());
    }
}
