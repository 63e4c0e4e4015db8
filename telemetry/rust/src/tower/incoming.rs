//! The headers of a request the middleware looks at, found in one pass: each look-up by name costs as much as passing over a dozen.

use http::HeaderMap;

use crate::request::ids;

/// Header proxies add addresses to.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Headers of an incoming request, each the first of its name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Incoming<'r> {
    /// As they came.
    ids: ids::Incoming<'r>,
    /// Whether there are several `traceparent`: they contradict each other (W3C Trace Context: none is valid then).
    several_traceparents: bool,
    /// Whether there are several `tracestate`: they are one list.
    several_tracestates: bool,
    pub(super) user_agent: Option<&'r [u8]>,
    /// Whether a proxy has added addresses.
    pub(super) forwarded: bool,
}

impl<'r> Incoming<'r> {
    pub(super) fn read(headers: &'r HeaderMap) -> Self {
        let mut incoming = Self::default();
        let ids = &mut incoming.ids;
        for (name, value) in headers {
            let value = value.as_bytes();
            match name.as_str() {
                ids::REQUEST_ID => ids.request_id = ids.request_id.or(Some(value)),
                ids::CORRELATION_ID => ids.correlation_id = ids.correlation_id.or(Some(value)),
                ids::TRACEPARENT => incoming.several_traceparents |= ids.traceparent.replace(value).is_some(),
                ids::TRACESTATE if ids.tracestate.is_some() => incoming.several_tracestates = true,
                ids::TRACESTATE => ids.tracestate = Some(value),
                ids::XRAY => ids.xray = ids.xray.or(Some(value)),
                "user-agent" => incoming.user_agent = incoming.user_agent.or(Some(value)),
                FORWARDED_FOR => incoming.forwarded = true,
                _ => {}
            }
        }
        incoming
    }

    /// What came of ids; several `tracestate` are joined in `joined`.
    pub(super) fn ids<'i>(&self, headers: &HeaderMap, joined: &'i mut Vec<u8>) -> ids::Incoming<'i>
    where
        'r: 'i,
    {
        let traceparent = self.ids.traceparent.filter(|_| !self.several_traceparents);
        if !self.several_tracestates {
            return ids::Incoming { traceparent, ..self.ids };
        }
        *joined = headers.get_all(ids::TRACESTATE).iter().map(http::HeaderValue::as_bytes).collect::<Vec<_>>().join(&b',');
        ids::Incoming { traceparent, tracestate: Some(joined), ..self.ids }
    }

    /// The addresses proxies have added, in the order they came.
    pub(super) fn forwarded_for(headers: &HeaderMap) -> impl DoubleEndedIterator<Item = &[u8]> {
        headers.get_all(FORWARDED_FOR).iter().map(http::HeaderValue::as_bytes)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_first_of_each_name_counts_and_lists_are_joined() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-request-id", "r-1"),
            ("x-request-id", "r-2"),
            ("tracestate", "a=1"),
            ("accept", "*/*"),
            ("tracestate", "b=2"),
            ("traceparent", "one"),
            ("x-amzn-trace-id", "x-1"),
            ("user-agent", "test/1"),
            ("x-forwarded-for", "10.0.0.1"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let incoming = Incoming::read(&headers);
        let mut joined = Vec::new();
        let ids = incoming.ids(&headers, &mut joined);
        assert_eq!((ids.request_id, ids.correlation_id, ids.xray), (Some(&b"r-1"[..]), None, Some(&b"x-1"[..])));
        assert_eq!((ids.traceparent, ids.tracestate), (Some(&b"one"[..]), Some(&b"a=1,b=2"[..])));
        assert_eq!((incoming.user_agent, incoming.forwarded), (Some(&b"test/1"[..]), true));
        headers.append("traceparent", HeaderValue::from_static("two"));
        assert_eq!(Incoming::read(&headers).ids(&headers, &mut joined).traceparent, None);
    }
}
