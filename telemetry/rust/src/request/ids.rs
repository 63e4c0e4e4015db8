//! The ids of a request: those that came with it, as far as they are well formed, and made ones for the rest.

use std::fmt;

use jiff::Timestamp;

use super::{
    hex::Text,
    memory,
    random::scattered,
    request_id::{uuid_v7, well_formed},
    trace::{SpanId, TraceId, xray_text},
    traceparent::{SAMPLED, Traceparent},
    xray::XrayHeader,
};

/// Longest `tracestate` that is handed on, bytes (W3C Trace Context: at least 512 must be possible).
const MAX_TRACESTATE_BYTES: usize = 512;

/// Header of the request's id.
pub const REQUEST_ID: &str = "x-request-id";
/// Header of the id of the chain of requests.
pub const CORRELATION_ID: &str = "x-correlation-id";
/// Header of the W3C trace.
pub const TRACEPARENT: &str = "traceparent";
/// Header of what tracing systems add to the W3C trace.
pub const TRACESTATE: &str = "tracestate";
/// Header of the X-Ray trace.
pub const XRAY: &str = "x-amzn-trace-id";

/// Headers of an incoming request that hold ids, as they came; none where a header is absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Incoming<'a> {
    /// [`REQUEST_ID`].
    pub request_id: Option<&'a [u8]>,
    /// [`CORRELATION_ID`].
    pub correlation_id: Option<&'a [u8]>,
    /// [`TRACEPARENT`].
    pub traceparent: Option<&'a [u8]>,
    /// [`TRACESTATE`].
    pub tracestate: Option<&'a [u8]>,
    /// [`XRAY`].
    pub xray: Option<&'a [u8]>,
}

/// Where the ids that have to be made come from.
#[derive(Clone, Copy)]
pub struct Source {
    /// Time, for ids that sort by it.
    pub now: fn() -> Timestamp,
    /// 128 bits that do not repeat, at that time.
    pub random: fn(Timestamp) -> u128,
}

/// The ids of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ids {
    /// Id of the request: the caller's, or a UUID of version 7.
    pub request_id: String,
    /// Id of the chain of requests, when the caller gave one.
    pub correlation_id: Option<String>,
    /// Trace: the caller's, or a new one whose first 32 bits are the time, as X-Ray has them.
    pub trace_id: TraceId,
    /// The caller's span.
    pub parent_id: Option<SpanId>,
    /// Our own span, always a new one.
    pub span_id: SpanId,
    /// W3C trace flags. A new trace counts as sampled: otherwise services further down would by their usual settings record none of it.
    pub trace_flags: u8,
    /// What tracing systems added to the caller's trace.
    pub tracestate: Option<String>,
    /// The trace in X-Ray. Another one than [`Self::trace_id`] when both came: load balancers make their own.
    pub xray_root: TraceId,
    /// What X-Ray is told of sampling; none leaves the decision to it.
    pub xray_sampled: Option<bool>,
    /// Other fields of the X-Ray header, to be handed on.
    pub xray_other: String,
    /// Whether the id of the request or that of the chain was given, and may be any text that is well formed.
    pub given: bool,
}

impl Default for Source {
    fn default() -> Self {
        Self { now: Timestamp::now, random: super::random::unique_at }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Source").finish_non_exhaustive()
    }
}

impl Ids {
    /// Takes over what is well formed of the incoming ids, derives the one trace form from the other, and makes the rest.
    pub fn new(incoming: &Incoming<'_>, source: Source) -> Self {
        let traceparent = incoming.traceparent.and_then(Traceparent::parse);
        let xray = incoming.xray.and_then(XrayHeader::parse);
        let now = (source.now)();
        let random = (source.random)(now);
        // Ids of one request may be computed from each other: they are unique, not secret.
        let [high, low] = [(random >> 64) as u64, low_half(random)];
        let trace_id = traceparent.map(|header| header.trace_id).or(xray.as_ref().map(|header| header.root)).unwrap_or_else(|| {
            let seconds = u128::try_from(now.as_second()).unwrap_or_default();
            let random = (u128::from(scattered(high)) << 64 | u128::from(scattered(low))) & (u128::MAX >> 32);
            TraceId::from_random(seconds << 96 | random)
        });
        let by_xray = xray.as_ref().and_then(|header| header.sampled);
        let trace_flags = traceparent.map_or(if by_xray == Some(false) { 0 } else { SAMPLED }, |header| header.flags);
        let request_id = incoming.request_id.and_then(well_formed);
        let correlation_id = incoming.correlation_id.and_then(well_formed);
        Self {
            given: request_id.is_some() || correlation_id.is_some(),
            request_id: request_id.map_or_else(|| made(now, random), ToOwned::to_owned),
            correlation_id: correlation_id.map(ToOwned::to_owned),
            trace_id,
            parent_id: traceparent.map(|header| header.parent_id).or(xray.as_ref().and_then(|header| header.parent)),
            span_id: SpanId::from_random(scattered(high ^ scattered(low))),
            trace_flags,
            tracestate: traceparent.and(incoming.tracestate).and_then(tracestate).map(ToOwned::to_owned),
            xray_root: xray.as_ref().map_or(trace_id, |header| header.root),
            xray_sampled: by_xray.or_else(|| traceparent.map(|header| header.flags & SAMPLED != 0)),
            xray_other: xray.map(|header| header.other).unwrap_or_default(),
        }
    }

    /// The trace and the trace in X-Ray as text. Mostly they are one, and then its digits are written once.
    pub(crate) fn trace_texts(&self) -> (Text<32>, Text<35>) {
        let digits = self.trace_id.text();
        let xray = if self.xray_root == self.trace_id { xray_text(&digits) } else { self.xray_root.xray_text() };
        (digits, xray)
    }

    /// Headers for calls to other services on behalf of the request, with our span as the caller's.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let Self { trace_id, span_id, .. } = *self;
        let traceparent = Traceparent { trace_id, parent_id: span_id, flags: self.trace_flags };
        let xray = XrayHeader { root: self.xray_root, parent: Some(span_id), sampled: self.xray_sampled, other: self.xray_other.clone() };
        let mut headers = Vec::with_capacity(5);
        headers.push((REQUEST_ID, self.request_id.clone()));
        headers.push((TRACEPARENT, traceparent.header()));
        headers.push((XRAY, xray.header()));
        headers.extend(self.tracestate.clone().map(|value| (TRACESTATE, value)));
        headers.extend(self.correlation_id.clone().map(|value| (CORRELATION_ID, value)));
        headers
    }
}

fn made(now: Timestamp, random: u128) -> String {
    let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or_default();
    memory::copy(uuid_v7(milliseconds, random).as_str())
}

fn tracestate(text: &[u8]) -> Option<&str> {
    let fits = !text.is_empty() && text.len() <= MAX_TRACESTATE_BYTES && text.iter().all(|byte| matches!(byte, b' '..=b'~'));
    std::str::from_utf8(text).ok().filter(|_| fits)
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is asked for")]
const fn low_half(bits: u128) -> u64 {
    bits as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const TRACEPARENT_VALUE: &[u8] = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const XRAY_VALUE: &[u8] = b"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a:1";

    fn source() -> Source {
        Source { now: || Timestamp::from_second(0x5759_e988).unwrap(), random: |_| 0x1234_5678_9abc_def0_0fed_cba9_8765_4321 }
    }

    fn header<'a>(headers: &'a [(&'static str, String)], name: &str) -> Option<&'a str> {
        headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn without_incoming_ids_all_are_made() {
        let ids = Ids::new(&Incoming::default(), source());
        let headers = ids.headers();
        assert_eq!(ids.request_id, "01553738-3b40-7ef0-8fed-cba987654321");
        assert!(ids.trace_id.text().as_str().starts_with("5759e988"), "the time first, as X-Ray has it");
        assert_eq!((ids.trace_flags, ids.xray_sampled, ids.parent_id, ids.xray_root), (1, None, None, ids.trace_id));
        assert_eq!(header(&headers, TRACEPARENT).unwrap(), format!("00-{}-{}-01", ids.trace_id.text(), ids.span_id.text()));
        assert_eq!(header(&headers, XRAY).unwrap(), format!("Root={};Parent={}", ids.trace_id.xray_text(), ids.span_id.text()));
        assert_eq!(headers.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [REQUEST_ID, TRACEPARENT, XRAY]);
    }

    #[test]
    fn a_w3c_trace_gives_the_x_ray_one() {
        let ids = Ids::new(&Incoming { traceparent: Some(TRACEPARENT_VALUE), tracestate: Some(b"vendor=1,other=2"), ..Incoming::default() }, source());
        let headers = ids.headers();
        assert_eq!(ids.xray_root.xray_text().as_str(), "1-0af76519-16cd43dd8448eb211c80319c");
        assert_eq!(ids.parent_id.unwrap().text().as_str(), "b7ad6b7169203331");
        assert_ne!(Some(ids.span_id), ids.parent_id);
        assert!(header(&headers, XRAY).unwrap().ends_with(";Sampled=1"));
        assert_eq!(header(&headers, TRACESTATE), Some("vendor=1,other=2"));
    }

    #[test]
    fn an_x_ray_trace_gives_the_w3c_one() {
        let ids = Ids::new(&Incoming { xray: Some(XRAY_VALUE), tracestate: Some(b"vendor=1"), ..Incoming::default() }, source());
        let headers = ids.headers();
        assert_eq!(ids.parent_id.unwrap().text().as_str(), "53995c3f42cd8ad8");
        assert_eq!(header(&headers, TRACEPARENT).unwrap(), format!("00-5759e988bd862e3fe1be46a994272793-{}-00", ids.span_id.text()));
        assert!(header(&headers, XRAY).unwrap().ends_with(";Sampled=0;Lineage=a:1"));
        assert_eq!(header(&headers, TRACESTATE), None, "belongs to a traceparent");
    }

    #[test]
    fn both_traces_go_on_side_by_side() {
        let xray = b"Root=1-5759e988-bd862e3fe1be46a994272793";
        let ids = Ids::new(&Incoming { traceparent: Some(TRACEPARENT_VALUE), xray: Some(xray), ..Incoming::default() }, source());
        let headers = ids.headers();
        assert!(header(&headers, TRACEPARENT).unwrap().starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
        assert!(header(&headers, XRAY).unwrap().starts_with("Root=1-5759e988-bd862e3fe1be46a994272793;Parent="));
        assert!(header(&headers, XRAY).unwrap().ends_with(";Sampled=1"));
        assert_eq!(ids.parent_id.unwrap().text().as_str(), "b7ad6b7169203331");
    }

    #[test]
    fn what_is_malformed_is_as_if_it_had_not_come() {
        let malformed = Incoming {
            request_id: Some(b"a\r\nSet-Cookie: b"),
            correlation_id: Some(b"<script>"),
            traceparent: Some(b"00-0-0-0"),
            tracestate: Some(b"vendor=1"),
            xray: Some(b"Root=7"),
        };
        assert_eq!(Ids::new(&malformed, source()), Ids::new(&Incoming::default(), source()));
    }

    #[test]
    fn a_tracestate_is_bounded_and_printable() {
        let state =
            |text: &[u8]| Ids::new(&Incoming { traceparent: Some(TRACEPARENT_VALUE), tracestate: Some(text), ..Incoming::default() }, source()).tracestate;
        assert!(state(&[b'a'; MAX_TRACESTATE_BYTES]).is_some());
        assert!(state(&[b'a'; MAX_TRACESTATE_BYTES + 1]).is_none());
        assert!(state(b"a=\x07").is_none() && state(b"").is_none());
    }

    #[test]
    fn made_ids_do_not_repeat() {
        let ids: Vec<_> = (0..2_000).map(|_| Ids::new(&Incoming::default(), Source::default())).collect();
        assert_eq!(ids.iter().map(|ids| &ids.request_id).collect::<HashSet<_>>().len(), 2_000);
        assert_eq!(ids.iter().map(|ids| ids.trace_id).collect::<HashSet<_>>().len(), 2_000);
        assert_eq!(ids.iter().map(|ids| ids.span_id).collect::<HashSet<_>>().len(), 2_000);
    }
}
