//! The span of a request.

use std::fmt;

use tracing::{Span, field::Empty};

use super::invocation::Invocation;
use crate::request::{Ids, Text};

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
        // Written out when somebody asks: our layer has the ids at hand.
        trace_id = %ids.trace_id,
        span_id = %ids.span_id,
        trace_flags = %Shown(|| Text::<2>::flags(ids.trace_flags)),
        xray_trace_id = %Shown(|| ids.xray_root.xray_text()),
        function_request_id = invocation.map(|invocation| invocation.request_id),
        cold_start = invocation.map(|invocation| invocation.cold_start),
        user_id = Empty,
        tenant_id = invocation.and_then(|invocation| invocation.tenant_id),
    )
}

/// A text that is made when it is shown.
struct Shown<F>(F);

impl<F: Fn() -> T, T: fmt::Display> fmt::Display for Shown<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)().fmt(formatter)
    }
}
