//! The span of a request, to record fields from wherever in the request.

use tracing::{
    Dispatch, Metadata, Span, Value,
    span::{Id, Record},
};

use super::current;

/// The span of a request by its name: it is not kept open by this.
#[derive(Clone, Debug)]
pub(crate) struct RequestSpan {
    id: Id,
    metadata: &'static Metadata<'static>,
    dispatch: Dispatch,
}

impl RequestSpan {
    /// None when no subscriber wants the span.
    pub(crate) fn of(span: &Span) -> Option<Self> {
        let metadata = span.metadata()?;
        span.with_subscriber(|(id, dispatch)| Self { id: id.clone(), metadata, dispatch: dispatch.clone() })
    }

    pub(super) fn record(&self, name: &str, value: &dyn Value) -> bool {
        let fields = self.metadata.fields();
        let Some(field) = fields.field(name) else { return false };
        self.dispatch.record(&self.id, &Record::new(&fields.value_set(&[(&field, Some(value))])));
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
