//! What is logged, by the macros of `tracing`.

use tracing::{debug, info, info_span, span::EnteredSpan};

use crate::case::Work;

/// Target of the events.
pub(super) const TARGET: &str = "shop::orders::placing";
/// Message.
pub(super) const MESSAGE: &str = "order placed";
/// Fields of the span.
pub(super) const REQUEST_ID: &str = "a78beb7e-0787-40de-af96-0063bc67ba94";
/// As W3C writes it.
pub(super) const TRACE_ID: &str = "6cace4d519d5269512e74f7bfab36728";
/// User.
pub(super) const USER: &str = "u-48213";
/// Tenant.
pub(super) const TENANT: &str = "acme-gmbh";
/// Fields of the event.
pub(super) const AMOUNT: f64 = 129.95;
/// Currency.
pub(super) const CURRENCY: &str = "EUR";

fn lines(count: usize) {
    for _ in 0..count {
        info!(target: TARGET, amount = AMOUNT, currency = CURRENCY, "order placed");
    }
}

/// Lines in spans that stay entered.
fn lines_in(spans: Vec<EnteredSpan>) -> Work {
    Box::new(move |count| {
        // The spans live, and stay entered, as long as this does.
        let _ = &spans;
        lines(count);
        Ok(())
    })
}

/// Lines in a span with four fields.
pub(super) fn in_span() -> Work {
    lines_in(vec![info_span!("request", request_id = REQUEST_ID, trace_id = TRACE_ID, user_id = USER, tenant_id = TENANT).entered()])
}

/// As [`in_span`]; user and tenant have names that no schema knows.
pub(super) fn in_span_of_own_names() -> Work {
    lines_in(vec![info_span!("request", request_id = REQUEST_ID, trace_id = TRACE_ID, user = USER, tenant = TENANT).entered()])
}

/// The four fields in three spans, with fields more in each of the inner ones.
pub(super) fn in_three_spans() -> Work {
    let outer = info_span!("request", request_id = REQUEST_ID, trace_id = TRACE_ID).entered();
    let middle = info_span!("checkout", user_id = USER, tenant_id = TENANT, basket = 17).entered();
    let inner = info_span!("payment", attempt = 1, provider = "bank").entered();
    lines_in(vec![outer, middle, inner])
}

/// A span for each line: what a library does once for a span stands beside what it does for each line.
pub(super) fn span_and_line() -> Work {
    Box::new(|count| {
        for _ in 0..count {
            let _span = info_span!("request", request_id = REQUEST_ID, trace_id = TRACE_ID, user_id = USER, tenant_id = TENANT).entered();
            lines(1);
        }
        Ok(())
    })
}

/// Lines that the level leaves out.
pub(super) fn below_the_level() -> Work {
    Box::new(|count| {
        for number in 0..count {
            debug!(target: TARGET, amount = AMOUNT, currency = CURRENCY, number, "order priced");
        }
        Ok(())
    })
}
