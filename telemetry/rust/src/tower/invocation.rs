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

#[cfg(all(test, feature = "lambda"))]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_invocation_of_a_process_is_a_cold_start() {
        let mut extensions = http::Extensions::new();
        assert!(of(&extensions).is_none());
        let mut context = lambda_runtime::Context::default();
        context.request_id = "i-1".to_owned();
        extensions.insert(context);
        let found: Vec<_> = (0..3).map(|_| of(&extensions).unwrap()).map(|invocation| (invocation.request_id, invocation.cold_start)).collect();
        assert_eq!(found, [("i-1", true), ("i-1", false), ("i-1", false)]);
    }
}
