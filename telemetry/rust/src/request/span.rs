//! The span of a request, to record fields from wherever in the request.

use std::sync::{
    OnceLock,
    atomic::{
        AtomicU64,
        Ordering::{Acquire, Release},
    },
};

use tracing::{
    Dispatch, Metadata, Span, Value,
    dispatcher::get_default,
    span::{Id, Record},
};

use super::current;

/// What the spans of all requests are, which have one callsite; none before the first.
static METADATA: OnceLock<&'static Metadata<'static>> = OnceLock::new();

/// The span of a request by its name: it is not kept open by this.
#[derive(Debug)]
pub(crate) struct RequestSpan {
    dispatch: Dispatch,
    /// Zero before the span is opened, and once the request has come to its end.
    id: AtomicU64,
}

impl RequestSpan {
    /// A span that this thread's subscriber will be asked for.
    pub(super) fn to_come() -> Self {
        Self { dispatch: get_default(Dispatch::clone), id: AtomicU64::new(0) }
    }

    /// Says which it is; nothing when no subscriber wants it.
    pub(super) fn open(&self, span: &Span) {
        if let (Some(id), Some(metadata)) = (span.id(), span.metadata()) {
            METADATA.get_or_init(|| metadata);
            self.id.store(id.into_u64(), Release);
        }
    }

    /// Says that the request is over.
    pub(super) fn end(&self) {
        self.id.store(0, Release);
    }

    pub(super) fn record(&self, name: &str, value: &dyn Value) -> bool {
        let id = self.id.load(Acquire);
        let Some(fields) = METADATA.get().filter(|_| id != 0).map(|metadata| metadata.fields()) else { return false };
        let Some(field) = fields.field(name) else { return false };
        self.dispatch.record(&Id::from_u64(id), &Record::new(&fields.value_set(&[(&field, Some(value))])));
        true
    }
}

/// Records a field of the span of the current request, see [`Scope::record`](super::Scope::record); false outside of requests as well.
///
/// ```
/// # use skywarden_telemetry::request;
/// #[derive(Debug)]
/// struct User {
///     id: String,
/// }
///
/// fn authorised(user: &User) {
///     request::record("user_id", user.id.as_str());
/// }
/// ```
pub fn record(name: &str, value: impl Value) -> bool {
    current().is_some_and(|scope| scope.record(name, value))
}
