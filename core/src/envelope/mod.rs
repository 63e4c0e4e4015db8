//! The envelope CloudWatch Logs puts around the events it delivers to a subscription: base64 of gzip of JSON.
//!
//! Facts: the size of a delivered batch is not documented, so the inflated size is bounded here and nowhere else; a Kinesis record may hold
//! several gzip members; `CONTROL_MESSAGE` is a reachability probe; account-level subscriptions add fields we do not know, which are passed over.

mod inflate;
mod scan;

use std::{borrow::Cow, ops::Range};

pub use inflate::{Inflated, inflate, inflate_bytes};

/// Most bytes one envelope may inflate to. An asynchronous invocation carries at most 1 MB, which inflates to some 20 MB of ordinary log
/// text; four times that still fits the function's memory.
pub const MAX_INFLATED_BYTES: usize = 64 * 1024 * 1024;

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
    #[error("the batch is not a log subscription message (byte {offset})")]
    NotABatch {
        /// Byte of the inflated JSON at which it is not, from 0.
        offset: usize,
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
#[derive(Debug)]
pub struct LogBatch<'a> {
    /// AWS account that owns the log group.
    pub owner: Cow<'a, str>,
    /// Log group name.
    pub log_group: Cow<'a, str>,
    /// Log stream name.
    pub log_stream: Cow<'a, str>,
    /// Events, as delivered.
    pub log_events: Vec<LogEvent<'a>>,
    /// Events whose text was not UTF-8; what could not be read in it became U+FFFD.
    pub repaired: usize,
}

/// One log event.
#[derive(Clone, Debug)]
pub struct LogEvent<'a> {
    /// Unique id given by CloudWatch Logs.
    pub id: Cow<'a, str>,
    /// Time of the event, milliseconds since 1970.
    pub timestamp: i64,
    /// The line.
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

impl<'a> Payload<'a> {
    /// Reads the inflated JSON. Everything is borrowed from it, escapes undone in place.
    ///
    /// # Errors
    /// [`EnvelopeError::NotABatch`].
    pub fn parse(inflated: &'a mut Inflated) -> Result<Self, EnvelopeError> {
        let bytes = inflated.take();
        let layout = scan::read(bytes).map_err(|offset| EnvelopeError::NotABatch { offset })?;
        let bytes: &'a [u8] = bytes;
        let text = |range: Range<usize>| {
            let bytes = bytes.get(range).unwrap_or_default();
            // The lossy reader goes byte by byte; this one does not, and nearly always succeeds.
            std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
        };
        match text(layout.message_type).as_ref() {
            "CONTROL_MESSAGE" => return Ok(Self::Control),
            "DATA_MESSAGE" => {}
            _ => return Err(EnvelopeError::NotABatch { offset: 0 }),
        }
        let mut repaired = 0;
        let log_events = layout
            .events
            .into_iter()
            .map(|event| {
                let message = text(event.message);
                repaired += usize::from(matches!(message, Cow::Owned(_)));
                LogEvent { id: text(event.id), timestamp: event.timestamp, message }
            })
            .collect();
        let (owner, log_group, log_stream) = (text(layout.owner), text(layout.log_group), text(layout.log_stream));
        Ok(Self::Data(LogBatch { owner, log_group, log_stream, log_events, repaired }))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use proptest::prelude::*;

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
        let mut inflated = inflate(Sealed::Base64(&STANDARD.encode(gzip(json.as_bytes())))).unwrap();
        let Payload::Data(batch) = Payload::parse(&mut inflated).unwrap() else { panic!("not data") };
        assert_eq!((batch.owner.as_ref(), batch.log_group.as_ref(), batch.log_stream.as_ref()), ("1", "g", "s"));
        let events: Vec<_> = batch.log_events.iter().map(|event| (event.id.as_ref(), event.timestamp, event.message.as_ref())).collect();
        assert_eq!(events, [("a", 5, "plain"), ("b", 6, "a \"q\"")]);
        assert!(batch.log_events.iter().all(|event| matches!(event.message, Cow::Borrowed(_))));
        assert_eq!(batch.repaired, 0);
    }

    #[test]
    fn unpadded_base64_and_several_gzip_members_are_read() {
        let mut bytes = gzip(br#"{"messageType":"CONTROL_"#);
        bytes.extend(gzip(br#"MESSAGE","logEvents":[]}"#));
        let encoded = STANDARD.encode(bytes);
        let mut inflated = inflate(Sealed::Base64(encoded.trim_end_matches('='))).unwrap();
        assert!(matches!(Payload::parse(&mut inflated).unwrap(), Payload::Control));
    }

    #[test]
    fn bad_input_is_named_and_never_quoted() {
        assert_eq!(inflate(Sealed::Base64("%%%")), Err(EnvelopeError::NotBase64));
        assert_eq!(inflate(Sealed::Base64(&STANDARD.encode(b"secret text"))), Err(EnvelopeError::NotGzip));
        let error = Payload::parse(&mut Inflated::from("{\"messageType\":\"SECRET\"}")).unwrap_err();
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
        let mut inflated = inflate_bytes(&gzip(&json), 1000).unwrap();
        let Payload::Data(batch) = Payload::parse(&mut inflated).unwrap() else { panic!("not data") };
        assert_eq!((batch.log_events[0].message.as_ref(), batch.log_events[1].message.as_ref(), batch.repaired), ("x\u{fffd}", "good", 1));
    }

    #[test]
    fn damaged_and_lying_gzip_is_refused_and_padding_is_not() {
        let good = gzip(b"{\"messageType\":\"CONTROL_MESSAGE\"}");
        let mut padded = good.clone();
        padded.extend([0; 7]);
        assert_eq!(inflate_bytes(&padded, 100).unwrap().len(), 33);
        for cut in 0..good.len() {
            assert_eq!(inflate_bytes(&good[..cut], 100), Err(EnvelopeError::NotGzip), "{cut}");
        }
        for from_end in 1..=8 {
            let mut wrong_sum = good.clone();
            let at = wrong_sum.len() - from_end;
            wrong_sum[at] ^= 0x55;
            assert_eq!(inflate_bytes(&wrong_sum, 100), Err(EnvelopeError::NotGzip), "{from_end}");
        }
        let mut tail = good;
        tail.extend(b"more");
        assert_eq!(inflate_bytes(&tail, 100), Err(EnvelopeError::NotGzip));
    }

    #[test]
    fn a_small_batch_that_inflates_without_end_is_cut_off() {
        let bomb = gzip(&vec![b' '; 10_000_000]);
        assert!(bomb.len() < 100_000);
        assert_eq!(inflate_bytes(&bomb, 1_000_000), Err(EnvelopeError::TooLarge { limit: 1_000_000 }));
    }

    fn events(json: &str) -> Result<Vec<(String, i64, String)>, EnvelopeError> {
        let mut inflated = Inflated::from(json);
        match Payload::parse(&mut inflated)? {
            Payload::Data(batch) => {
                Ok(batch.log_events.into_iter().map(|event| (event.id.into_owned(), event.timestamp, event.message.into_owned())).collect())
            }
            Payload::Control => Ok(Vec::new()),
        }
    }

    #[test]
    fn fields_of_unexpected_types_cost_themselves_only() {
        let json = r#" { "logEvents" : [ {"message":null,"timestamp":"12","id":7,"x":[{}]}, {} , {"message":{"a":"\u0041"},"timestamp":1.5e3},
            {"timestamp":true,"message":"\ud83d!"} ] , "messageType":"DATA_MESSAGE", "owner":null, "more":{"deep":[[]]} } "#;
        let expected = [("7", 12, ""), ("", 0, ""), ("", 1500, r#"{"a":"\u0041"}"#), ("", 0, "\u{fffd}!")];
        assert_eq!(events(json).unwrap(), expected.map(|(id, at, message)| (id.to_owned(), at, message.to_owned())));
        assert_eq!(events(r#"{"messageType":"DATA_MESSAGE","logEvents":null}"#).unwrap(), []);
    }

    #[test]
    fn a_timestamp_of_any_length_is_read() {
        for (written, milliseconds) in
            [("999999999999999999", 999_999_999_999_999_999), ("9223372036854775807", i64::MAX), ("9999999999999999999", 0), ("99999999999999999999", 0)]
        {
            let json = format!(r#"{{"messageType":"DATA_MESSAGE","logEvents":[{{"timestamp":{written},"id":"1","message":"x"}}]}}"#);
            assert_eq!(events(&json).unwrap(), [("1".to_owned(), milliseconds, "x".to_owned())], "{written}");
        }
    }

    #[test]
    fn what_is_no_batch_is_refused_with_a_place() {
        for (json, offset) in [
            ("", 0),
            ("[]", 0),
            ("{}", 0),
            (r#"{"messageType":"DATA_MESSAGE"} x"#, 31),
            (r#"{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1"},]}"#, 54),
            (r#"{"messageType":"DATA_MESSAGE","logEvents":{}}"#, 42),
            (r#"{"messageType":"DATA_MESSAGE","logEvents":["x"]}"#, 43),
        ] {
            assert_eq!(events(json), Err(EnvelopeError::NotABatch { offset }), "{json}");
        }
        assert!(events(&format!(r#"{{"messageType":"DATA_MESSAGE","x":{}{}}}"#, "[".repeat(200), "]".repeat(200))).is_err());
    }

    #[test]
    fn a_line_of_a_megabyte_is_a_line() {
        let line = "x\"".repeat(500_000);
        let json = format!(r#"{{"messageType":"DATA_MESSAGE","logEvents":[{{"id":"1","timestamp":1,"message":{}}}]}}"#, serde_json::to_string(&line).unwrap());
        assert_eq!(events(&json).unwrap(), [("1".to_owned(), 1, line)]);
    }

    proptest! {
        #[test]
        fn any_batch_round_trips(
            written in prop::collection::vec((".{0,8}", any::<i64>(), any::<String>()), 0..6),
            group in ".{0,10}",
        ) {
            let list: Vec<_> = written.iter().map(|(id, at, message)| serde_json::json!({ "id": id, "timestamp": at, "message": message })).collect();
            let json = serde_json::json!({ "messageType": "DATA_MESSAGE", "logGroup": group, "logEvents": list, "policyLevel": "ACCOUNT" });
            for text in [json.to_string(), serde_json::to_string_pretty(&json).unwrap()] {
                prop_assert_eq!(events(&text).unwrap(), written.clone());
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = inflate_bytes(&bytes, 1000);
            let _ = Payload::parse(&mut inflate_bytes(&gzip(&bytes), 1000).unwrap());
        }
    }
}
