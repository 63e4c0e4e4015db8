//! Ids of traces and spans.

use std::fmt;

use super::hex::{Text, number};

/// A W3C trace id, never zero; X-Ray's is the same 128 bits in another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceId(u128);

/// A W3C span id, never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpanId(u64);

impl TraceId {
    /// From 128 bits; none for zero, which stands for an invalid id.
    pub const fn new(bits: u128) -> Option<Self> {
        if bits == 0 { None } else { Some(Self(bits)) }
    }

    /// From random bits: zero, which random bits hardly ever are, becomes one.
    pub(super) const fn from_random(bits: u128) -> Self {
        Self(if bits == 0 { 1 } else { bits })
    }

    /// From 32 lower-case hexadecimal digits.
    pub fn parse(text: &[u8]) -> Option<Self> {
        number(text, 32, false).and_then(Self::new)
    }

    /// From X-Ray's form, `1-` and 8 and 24 hexadecimal digits.
    pub fn parse_xray(text: &[u8]) -> Option<Self> {
        let rest = text.strip_prefix(b"1-")?;
        let (seconds, random) = rest.split_at_checked(8)?;
        let seconds = number(seconds, 8, true)?;
        let random = number(random.strip_prefix(b"-")?, 24, true)?;
        Self::new(seconds << 96 | random)
    }

    /// The 128 bits.
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// Whether the trace is one of a share, 0 to 1, of all. Its random bits decide, so that services with the same share choose the same traces.
    pub fn is_of_share(self, share: f64) -> bool {
        // W3C Trace Context, level 2: the last 56 bits of a trace id are random.
        const RANDOM: u64 = (1 << 56) - 1;
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a share needs no more than the 53 bits of a double")]
        let point = (self.0 as u64 & RANDOM) as f64 / (RANDOM as f64 + 1.0);
        point < share
    }

    /// 32 hexadecimal digits.
    pub fn text(self) -> Text<32> {
        Text::hexadecimal(self.0)
    }

    /// X-Ray's form.
    pub fn xray_text(self) -> Text<35> {
        xray_text(&self.text())
    }
}

/// X-Ray's form of an id with these digits.
pub(super) fn xray_text(digits: &Text<32>) -> Text<35> {
    let mut text = Text::dashes();
    text.set(0, b'1');
    text.put(2, &digits.as_bytes()[..8]);
    text.put(11, &digits.as_bytes()[8..]);
    text
}

impl SpanId {
    /// From 64 bits; none for zero, which stands for an invalid id.
    pub const fn new(bits: u64) -> Option<Self> {
        if bits == 0 { None } else { Some(Self(bits)) }
    }

    /// From random bits: zero, which random bits hardly ever are, becomes one.
    pub(super) const fn from_random(bits: u64) -> Self {
        Self(if bits == 0 { 1 } else { bits })
    }

    /// From 16 hexadecimal digits, lower-case ones only unless `any_case`.
    pub(super) fn parse(text: &[u8], any_case: bool) -> Option<Self> {
        number(text, 16, any_case).and_then(|bits| u64::try_from(bits).ok()).and_then(Self::new)
    }

    /// 16 hexadecimal digits.
    pub fn text(self) -> Text<16> {
        Text::hexadecimal(u128::from(self.0))
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(formatter)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_the_same_id() {
        let id = TraceId::parse_xray(b"1-5759e988-bd862e3fe1be46a994272793").unwrap();
        assert_eq!(id.text().as_str(), "5759e988bd862e3fe1be46a994272793");
        assert_eq!(id.xray_text().as_str(), "1-5759e988-bd862e3fe1be46a994272793");
        assert_eq!(TraceId::parse(id.text().as_str().as_bytes()), Some(id));
        assert_eq!(TraceId::parse_xray(b"1-5759E988-BD862E3FE1BE46A994272793"), Some(id));
    }

    #[test]
    fn the_share_of_traces_is_kept() {
        let count = |share: f64| (0..4_000).filter(|_| TraceId::new(crate::request::unique()).unwrap().is_of_share(share)).count();
        assert_eq!(count(0.0), 0);
        assert_eq!(count(1.0), 4_000);
        let some = count(0.25);
        assert!((700..1_300).contains(&some), "{some} of 4,000");
    }

    #[test]
    fn what_is_no_trace_id_is_none() {
        for text in ["", "1-", "1-5759e988", "2-5759e988-bd862e3fe1be46a994272793", "1-5759e988-bd862e3fe1be46a99427279", "1-00000000-000000000000000000000000"]
        {
            assert_eq!(TraceId::parse_xray(text.as_bytes()), None, "{text}");
        }
        assert_eq!(TraceId::parse(b"00000000000000000000000000000000"), None);
        assert_eq!(TraceId::parse(b"5759E988BD862E3FE1BE46A994272793"), None);
        assert_eq!(SpanId::parse(b"0000000000000000", false), None);
        assert_eq!(SpanId::parse(b"1", false), None);
    }
}
