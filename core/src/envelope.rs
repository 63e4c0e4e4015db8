//! The envelope CloudWatch Logs puts around the events it delivers to a subscription: base64 of gzip of JSON.
//!
//! Facts: the size of a delivered batch is not documented, so the inflated size is bounded here and nowhere else; a Kinesis record may hold
//! several gzip members; `CONTROL_MESSAGE` is a reachability probe; account-level subscriptions add fields we do not know, which are passed over.

use std::{borrow::Cow, io::Read as _};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::Deserialize;

/// Most bytes one envelope may inflate to. An asynchronous invocation carries at most 1 MB, which inflates to some 20 MB of ordinary log
/// text; four times that still fits the function's memory.
pub const MAX_INFLATED_BYTES: usize = 64 * 1024 * 1024;

/// Padding is optional: producers other than CloudWatch Logs leave it out.
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// Why an envelope cannot be read. It never holds text of the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not base64.
    #[error("the batch is not base64")]
    NotBase64,
    /// Not gzip, or damaged.
    #[error("the batch is not gzip or is damaged")]
    NotGzip,
    /// Inflates to more than [`MAX_INFLATED_BYTES`].
    #[error("the batch inflates to more than {limit} bytes")]
    TooLarge {
        /// The bound.
        limit: usize,
    },
    /// Not the JSON of a subscription batch.
    #[error("the batch is not a log subscription message (line {line}, column {column})")]
    NotABatch {
        /// Line of the inflated JSON, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
}

impl EnvelopeError {
    /// Stable code for logs and metrics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotBase64 => "batch-not-base64",
            Self::NotGzip => "batch-not-gzip",
            Self::TooLarge { .. } => "batch-too-large",
            Self::NotABatch { .. } => "batch-not-a-batch",
        }
    }
}

/// What an envelope holds.
#[derive(Debug)]
pub enum Payload<'a> {
    /// Log events.
    Data(LogBatch<'a>),
    /// A reachability probe: nothing to do.
    Control,
}

/// One delivered batch: events of one stream of one log group.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogBatch<'a> {
    #[serde(borrow)]
    message_type: Cow<'a, str>,
    /// AWS account that owns the log group.
    #[serde(borrow, default)]
    pub owner: Cow<'a, str>,
    /// Log group name.
    #[serde(borrow, default)]
    pub log_group: Cow<'a, str>,
    /// Log stream name.
    #[serde(borrow, default)]
    pub log_stream: Cow<'a, str>,
    /// Events, as delivered.
    #[serde(borrow, default)]
    pub log_events: Vec<LogEvent<'a>>,
}

/// One log event.
#[derive(Clone, Debug, Deserialize)]
pub struct LogEvent<'a> {
    /// Unique id given by CloudWatch Logs.
    #[serde(borrow, default)]
    pub id: Cow<'a, str>,
    /// Time of the event, milliseconds since 1970.
    #[serde(default)]
    pub timestamp: i64,
    /// The line.
    #[serde(borrow, default)]
    pub message: Cow<'a, str>,
}

/// An envelope as it arrives.
#[derive(Clone, Copy, Debug)]
pub enum Sealed<'a> {
    /// `awslogs.data` of a direct subscription: base64 of gzip.
    Base64(&'a str),
    /// A Kinesis record, whose base64 the event's own shape has taken off: gzip.
    Gzip(&'a [u8]),
}

/// Decodes base64 and gzip, bounded. Invalid UTF-8 is replaced, so that one bad line does not cost its neighbours.
///
/// # Errors
/// [`EnvelopeError`], without any text of the batch.
pub fn inflate(sealed: Sealed<'_>) -> Result<String, EnvelopeError> {
    match sealed {
        Sealed::Base64(data) => inflate_bytes(&BASE64.decode(data.trim()).map_err(|_| EnvelopeError::NotBase64)?, MAX_INFLATED_BYTES),
        Sealed::Gzip(bytes) => inflate_bytes(bytes, MAX_INFLATED_BYTES),
    }
}

/// Inflates gzip bytes (one member or several) to text of at most `limit` bytes.
///
/// # Errors
/// [`EnvelopeError::NotGzip`] or [`EnvelopeError::TooLarge`].
pub fn inflate_bytes(compressed: &[u8], limit: usize) -> Result<String, EnvelopeError> {
    #[expect(clippy::disallowed_types, reason = "this is the capped reader every other place must use")]
    let reader = flate2::bufread::MultiGzDecoder::new(compressed);
    let mut inflated = Vec::with_capacity(compressed.len().saturating_mul(4).min(limit));
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(bound).read_to_end(&mut inflated).map_err(|_| EnvelopeError::NotGzip)?;
    if inflated.len() > limit {
        return Err(EnvelopeError::TooLarge { limit });
    }
    Ok(String::from_utf8(inflated).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

impl<'a> Payload<'a> {
    /// Reads the inflated JSON. Strings without escapes are borrowed from `text`.
    ///
    /// # Errors
    /// [`EnvelopeError::NotABatch`].
    pub fn parse(text: &'a str) -> Result<Self, EnvelopeError> {
        let batch: LogBatch<'a> = serde_json::from_str(text).map_err(|error| EnvelopeError::NotABatch { line: error.line(), column: error.column() })?;
        match batch.message_type.as_ref() {
            "CONTROL_MESSAGE" => Ok(Self::Control),
            "DATA_MESSAGE" => Ok(Self::Data(batch)),
            _ => Err(EnvelopeError::NotABatch { line: 1, column: 1 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_batch_round_trips_and_borrows_what_has_no_escape() {
        let json = r#"{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","subscriptionFilters":["f"],
            "policyLevel":"ACCOUNT","logEvents":[{"id":"a","timestamp":5,"message":"plain"},{"id":"b","timestamp":6,"message":"a \"q\""}]}"#;
        let text = inflate(Sealed::Base64(&BASE64.encode(gzip(json.as_bytes())))).unwrap();
        let Payload::Data(batch) = Payload::parse(&text).unwrap() else { panic!("not data") };
        assert_eq!(batch.log_group, "g");
        assert!(matches!(batch.log_events[0].message, Cow::Borrowed("plain")));
        assert_eq!(batch.log_events[1].message, "a \"q\"");
    }

    #[test]
    fn unpadded_base64_and_several_gzip_members_are_read() {
        let mut bytes = gzip(br#"{"messageType":"CONTROL_"#);
        bytes.extend(gzip(br#"MESSAGE","logEvents":[]}"#));
        let encoded = BASE64.encode(bytes);
        let text = inflate(Sealed::Base64(encoded.trim_end_matches('='))).unwrap();
        assert!(matches!(Payload::parse(&text).unwrap(), Payload::Control));
    }

    #[test]
    fn bad_input_is_named_and_never_quoted() {
        assert_eq!(inflate(Sealed::Base64("%%%")), Err(EnvelopeError::NotBase64));
        assert_eq!(inflate(Sealed::Base64(&BASE64.encode(b"secret text"))), Err(EnvelopeError::NotGzip));
        let error = Payload::parse("{\"messageType\":\"SECRET\"}").unwrap_err();
        assert!(!error.to_string().contains("SECRET"));
    }

    #[test]
    fn the_inflated_size_is_bounded_at_the_byte() {
        let bytes = gzip(&[b'a'; 100]);
        assert_eq!(inflate_bytes(&bytes, 100).unwrap().len(), 100);
        assert_eq!(inflate_bytes(&bytes, 99), Err(EnvelopeError::TooLarge { limit: 99 }));
    }

    #[test]
    fn invalid_utf8_does_not_lose_the_batch() {
        let mut json = br#"{"messageType":"DATA_MESSAGE","logEvents":[{"id":"a","timestamp":1,"message":"x"#.to_vec();
        json.push(0xff);
        json.extend(br#""},{"id":"b","timestamp":2,"message":"good"}]}"#);
        let text = inflate_bytes(&gzip(&json), 1000).unwrap();
        let Payload::Data(batch) = Payload::parse(&text).unwrap() else { panic!("not data") };
        assert_eq!(batch.log_events[1].message, "good");
    }
}
