//! The span of a request.

use tracing::{Span, field::Empty};

use super::invocation::Invocation;
use crate::request::Ids;

/// The target of the span and of the event of a request.
macro_rules! target {
    () => {
        "skywarden::request"
    };
}
pub(super) use target;

/// A span with the ids. It is at level ERROR so that no filter leaves it out: a line at any level needs them.
pub(super) fn of(ids: &Ids, invocation: Option<&Invocation<'_>>) -> Span {
    tracing::error_span!(
        target: target!(),
        "request",
        request_id = ids.request_id.as_str(),
        correlation_id = ids.correlation_id.as_deref(),
        trace_id = ids.trace_id.text().as_str(),
        span_id = ids.span_id.text().as_str(),
        trace_flags = crate::request::Text::<2>::flags(ids.trace_flags).as_str(),
        xray_trace_id = ids.xray_root.xray_text().as_str(),
        function_request_id = invocation.map(|invocation| invocation.request_id),
        cold_start = invocation.map(|invocation| invocation.cold_start),
        user_id = Empty,
        tenant_id = invocation.and_then(|invocation| invocation.tenant_id),
    )
}
