//! The Lambda invocation a request came by.

/// The invocation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Invocation<'a> {
    /// Lambda's id of it.
    pub(super) request_id: &'a str,
    /// Header of its X-Ray trace.
    pub(super) xray: Option<&'a str>,
    /// Tenant, of a function with tenant isolation.
    pub(super) tenant_id: Option<&'a str>,
    /// Whether it is the first of its process.
    pub(super) cold_start: bool,
}

/// The invocation, as `lambda_http` leaves it in the extensions.
#[cfg(feature = "lambda")]
pub(super) fn of(extensions: &http::Extensions) -> Option<Invocation<'_>> {
    let context = extensions.get::<lambda_runtime::Context>()?;
    Some(Invocation {
        request_id: &context.request_id,
        xray: context.xray_trace_id.as_deref(),
        tenant_id: context.tenant_id.as_deref(),
        cold_start: is_cold_start(),
    })
}

#[cfg(not(feature = "lambda"))]
pub(super) const fn of(_: &http::Extensions) -> Option<Invocation<'_>> {
    None
}

/// Whether this is the first invocation of the process, and the one that waited for its start: not where the process was started beforehand.
#[cfg(feature = "lambda")]
fn is_cold_start() -> bool {
    use std::sync::atomic::{AtomicBool, Ordering};
    static SEEN: AtomicBool = AtomicBool::new(false);
    let first = !SEEN.load(Ordering::Relaxed) && !SEEN.swap(true, Ordering::Relaxed);
    first && std::env::var_os("AWS_LAMBDA_INITIALIZATION_TYPE").is_none_or(|kind| kind != "provisioned-concurrency")
}
