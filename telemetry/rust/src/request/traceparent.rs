//! The header `traceparent` (W3C Trace Context, level 2).

use super::{
    hex::{Text, number},
    trace::{SpanId, TraceId},
};

/// Length of a header of version 00.
const BYTES: usize = 55;

/// Longest header that is read. Versions later than 00 may have more to say.
const MAX_BYTES: usize = 256;

/// The flags a caller may hand on: sampled, and random trace id. The others must be sent as zero.
const KNOWN_FLAGS: u8 = 0x03;

/// Set when the caller may have recorded the trace.
pub(super) const SAMPLED: u8 = 0x01;

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traceparent {
    /// Trace.
    pub trace_id: TraceId,
    /// The caller's span.
    pub parent_id: SpanId,
    /// Flags, of which only the known ones are set.
    pub flags: u8,
}

impl Traceparent {
    /// Reads the header. Versions later than 00 are read as far as they agree with it, as the specification asks.
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let (fields, rest) = text.split_at_checked(BYTES)?;
        let version = number(&fields[..2], 2, false)?;
        let rest_fits = if version == 0 { rest.is_empty() } else { matches!(rest.first(), None | Some(b'-')) };
        if version == 0xff || !rest_fits || [fields[2], fields[35], fields[52]] != *b"---" {
            return None;
        }
        let flags = number(&fields[53..], 2, false)?;
        Some(Self {
            trace_id: TraceId::parse(&fields[3..35])?,
            parent_id: SpanId::parse(&fields[36..52], false)?,
            flags: u8::try_from(flags).ok()? & KNOWN_FLAGS,
        })
    }

    /// The header, in version 00.
    pub fn header(&self) -> String {
        let mut text = String::with_capacity(BYTES);
        text.push_str("00-");
        text.push_str(self.trace_id.text().as_str());
        text.push('-');
        text.push_str(self.parent_id.text().as_str());
        text.push('-');
        text.push_str(Text::<2>::flags(self.flags).as_str());
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn the_specification_s_example_is_read() {
        let read = Traceparent::parse(HEADER.as_bytes()).unwrap();
        assert_eq!(read.trace_id.text().as_str(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(read.parent_id.text().as_str(), "b7ad6b7169203331");
        assert_eq!((read.flags, read.header().as_str()), (SAMPLED, HEADER));
    }

    #[test]
    fn later_versions_are_read_and_written_as_00() {
        for later in [
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-brings",
            "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-f9",
        ] {
            assert_eq!(Traceparent::parse(later.as_bytes()).unwrap().header(), HEADER, "{later}");
        }
    }

    #[test]
    fn unknown_flags_are_not_handed_on() {
        let read = Traceparent::parse(b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff").unwrap();
        assert_eq!(read.flags, 3);
    }

    #[test]
    fn malformed_ones_are_refused() {
        let long = format!("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-{}", "x".repeat(MAX_BYTES));
        for text in [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 ",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
            "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            &long,
        ] {
            assert_eq!(Traceparent::parse(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(trace in 1_u128.., span in 1_u64.., flags in 0_u8..=KNOWN_FLAGS) {
            let written = Traceparent { trace_id: TraceId::new(trace).unwrap(), parent_id: SpanId::new(span).unwrap(), flags };
            prop_assert_eq!(Traceparent::parse(written.header().as_bytes()), Some(written));
        }

        #[test]
        fn garbage_is_refused_or_read_to_something_well_formed(text in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some(read) = Traceparent::parse(&text) {
                prop_assert_eq!(Traceparent::parse(read.header().as_bytes()), Some(read));
            }
        }

        #[test]
        fn one_byte_off_never_panics(at in 0_usize..55, byte in any::<u8>()) {
            let mut text = HEADER.as_bytes().to_vec();
            text[at] = byte;
            if let Some(read) = Traceparent::parse(&text) {
                prop_assert_eq!(Traceparent::parse(read.header().as_bytes()), Some(read));
            }
        }
    }
}
