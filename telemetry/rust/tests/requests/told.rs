//! What was told: a `tracing` layer that keeps events with the fields of their spans.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Condvar, LazyLock, Mutex},
    time::{Duration, Instant},
};

use skywarden_telemetry::request::{self, Facts, handoff};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    filter::filter_fn,
    layer::{Context, SubscriberExt as _},
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};

/// An event.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) level: tracing::Level,
    pub(crate) target: String,
    /// Its own fields.
    pub(crate) fields: BTreeMap<String, String>,
    /// The fields of its spans, the inner outweighing the outer.
    pub(crate) context: BTreeMap<String, String>,
    /// What lay beside it.
    pub(crate) facts: Option<Facts>,
    /// Id of the request the thread worked for.
    pub(crate) scope: Option<String>,
    /// Id of the request the thread worked for when the innermost span began.
    pub(crate) scope_of_span: Option<String>,
}

impl Told {
    pub(crate) fn message(&self) -> &str {
        &self.fields["message"]
    }

    pub(crate) fn facts(&self) -> &Facts {
        self.facts.as_ref().expect("a request's line has its facts beside it")
    }

    fn is_of(&self, id: &str) -> bool {
        self.context.get("request_id").is_some_and(|known| known == id)
    }

    fn is_line(&self) -> bool {
        self.target == "skywarden::request"
    }
}

static TOLD: LazyLock<(Mutex<Vec<Told>>, Condvar)> = LazyLock::new(|| {
    // What libraries say among themselves is of no interest.
    let ours = filter_fn(|metadata| metadata.target().starts_with("skywarden") || metadata.target().starts_with("requests"));
    tracing_subscriber::registry().with(Keep.with_filter(ours)).init();
    (Mutex::default(), Condvar::new())
});

/// Begins to keep what is told in this process; each test looks for ids of its own.
pub(crate) fn start() {
    LazyLock::force(&TOLD);
}

/// Longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for so many lines with the id of a request.
fn wait_for(id: &str, count: usize) -> Vec<Told> {
    let (told, more) = &*TOLD;
    let deadline = Instant::now() + PATIENCE;
    let mut guard = told.lock().unwrap();
    loop {
        let lines: Vec<_> = guard.iter().filter(|told| told.is_line() && told.is_of(id)).cloned().collect();
        if lines.len() >= count {
            return lines;
        }
        let left = deadline.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "{} of {count} lines for {id}", lines.len());
        guard = more.wait_timeout(guard, left).unwrap().0;
    }
}

/// Waits for the line of a request without holding up the runtime.
pub(crate) async fn line_soon(id: &str) -> Told {
    lines_soon(id, 1).await.remove(0)
}

/// Waits for so many lines with the id of a request without holding up the runtime.
pub(crate) async fn lines_soon(id: &str, count: usize) -> Vec<Told> {
    let id = id.to_owned();
    tokio::task::spawn_blocking(move || wait_for(&id, count)).await.unwrap()
}

/// All lines of a request so far.
pub(crate) fn lines(id: &str) -> Vec<Told> {
    TOLD.0.lock().unwrap().iter().filter(|told| told.is_line() && told.is_of(id)).cloned().collect()
}

/// The one line of a request whose exchange is over.
pub(crate) fn only_line(id: &str) -> Told {
    let mut lines = lines(id);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    lines.remove(0)
}

/// Events of a request other than its line, so far.
pub(crate) fn events(id: &str) -> Vec<Told> {
    TOLD.0.lock().unwrap().iter().filter(|told| !told.is_line() && told.is_of(id)).cloned().collect()
}

/// Events with this message, so far.
pub(crate) fn with_message(message: &str) -> Vec<Told> {
    TOLD.0.lock().unwrap().iter().filter(|told| told.fields.get("message").is_some_and(|known| known == message)).cloned().collect()
}

struct Keep;

struct OfSpan {
    fields: BTreeMap<String, String>,
    scope: Option<String>,
}

fn scope() -> Option<String> {
    request::current()?.header("x-request-id").map(ToOwned::to_owned)
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Keep {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        context.span(id).unwrap().extensions_mut().insert(OfSpan { fields: fields.0, scope: scope() });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        context.span(id).unwrap().extensions_mut().get_mut::<OfSpan>().unwrap().fields.append(&mut fields.0);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let (mut of_spans, mut scope_of_span) = (BTreeMap::new(), None);
        for span in context.event_scope(event).into_iter().flat_map(tracing_subscriber::registry::Scope::from_root) {
            let extensions = span.extensions();
            let of_span = extensions.get::<OfSpan>().unwrap();
            of_spans.extend(of_span.fields.clone());
            scope_of_span.clone_from(&of_span.scope);
        }
        let facts = handoff::take_if_current();
        let (level, target) = (*event.metadata().level(), event.metadata().target().to_owned());
        TOLD.0.lock().unwrap().push(Told { level, target, fields: fields.0, context: of_spans, facts, scope: scope(), scope_of_span });
        TOLD.1.notify_all();
    }
}

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}
