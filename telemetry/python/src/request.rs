//! A request as the middleware sees it pass: what is kept of it, and the line at its end.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use pyo3::{
    intern,
    prelude::*,
    types::{PyBool, PyBytes, PyDict, PyList, PyMapping, PyString},
};
use skywarden_telemetry::{
    Entry, Record, message_key,
    record::{Failure, Level},
    request::{
        ErrorFacts, Facts, Ids, Observer as _, Outcome, Scope, ids, level,
        told::{BodyText, bounded},
    },
    settings::{Requests, Settings},
};

use crate::{
    clock::{self, Began},
    context::{Around, Context, Work},
    incoming::{self, Incoming, Media},
    invocation::{self, Invocation},
    pipeline::Lines,
    text::{self, Text},
};

/// Who tells of requests.
pub(crate) const LOGGER: &str = "skywarden.request";

/// A request, from its beginning to its line.
#[pyclass(frozen, subclass, module = "skywarden._native")]
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) work: Arc<Work>,
    #[pyo3(get)]
    context: Py<Context>,
    began: Began,
    /// No line while it succeeds.
    quiet: bool,
    /// Locked for moments, and never while Python runs.
    seen: Mutex<Seen>,
}

/// What has been seen of it.
#[derive(Debug, Default)]
struct Seen {
    facts: Facts,
    response: Progress,
    client_gone: bool,
    trailers: bool,
    request_bytes: u64,
    response_bytes: u64,
    /// The bodies' beginnings, when they are told.
    request_body: Option<BodyText>,
    response_body: Option<BodyText>,
}

/// How far the response is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
enum Progress {
    /// Nothing has been sent.
    #[default]
    Awaited,
    /// Its status has been sent.
    Started,
    /// Its last byte has been sent.
    Complete,
}

/// A member of a scope or message.
pub(crate) fn member<'py>(message: &Bound<'py, PyAny>, name: &Bound<'py, PyString>) -> Option<Bound<'py, PyAny>> {
    if let Ok(dict) = message.cast::<PyDict>() { dict.get_item(name).ok().flatten() } else { message.cast::<PyMapping>().ok()?.get_item(name).ok() }
}

fn text_of(value: Option<Bound<'_, PyAny>>) -> Option<String> {
    Some(text::owned(value?.cast::<PyString>().ok()?))
}

fn status_of(message: &Bound<'_, PyAny>) -> Option<u16> {
    member(message, intern!(message.py(), "status"))?.extract().ok()
}

fn flag(message: &Bound<'_, PyAny>, name: &Bound<'_, PyString>) -> bool {
    member(message, name).is_some_and(|value| value.cast_exact::<PyBool>().map_or_else(|_| value.is_truthy().unwrap_or(false), PyBoolMethods::is_true))
}

/// The path as it was asked for.
fn path_of(scope: &Bound<'_, PyAny>) -> Option<String> {
    let py = scope.py();
    if let Some(raw) = member(scope, intern!(py, "raw_path"))
        && let Ok(raw) = raw.cast::<PyBytes>()
        // Some servers leave the query in.
        && let Some(path) = raw.as_bytes().split(|byte| *byte == b'?').next()
        && !path.is_empty()
    {
        return Some(bounded(path));
    }
    text_of(member(scope, intern!(py, "path"))).map(|path| bounded(path.as_bytes()))
}

fn client_of(scope: &Bound<'_, PyAny>) -> Option<String> {
    let client = member(scope, intern!(scope.py(), "client"))?;
    if client.is_none() {
        return None;
    }
    text_of(client.get_item(0).ok())
}

impl Request {
    /// A request that begins.
    pub(crate) fn begin(py: Python<'_>, facts: Facts, ids: Ids, invocation: Option<&Invocation<'_>>, incoming: Incoming<'_>) -> PyResult<Self> {
        let lines = Lines::current();
        let settings = lines.writer.settings();
        let capacity = settings.buffer.map_or(0, |buffer| buffer.bytes);
        let mut own = skywarden_telemetry::record::Parts::new(lines.writer.encoder().limits());
        lines.writer.encoder().ids(&mut own, &ids);
        if let Some(invocation) = invocation {
            invocation::parts(&mut own, lines.writer.encoder().limits(), invocation);
        }
        let cold_start = invocation.is_some_and(|invocation| invocation.cold_start);
        if invocation.is_none_or(|invocation| invocation.is_request) {
            lines.writer.begin(cold_start);
        } else if cold_start {
            lines.writer.count_cold_start();
        }
        let quiet = facts.path.as_deref().is_some_and(|path| settings.requests.is_quiet(path));
        let path = facts.path.filter(|_| settings.requests.paths);
        let everything = ids.trace_id.is_of_share(settings.sampling.debug_requests);
        let body = incoming.body(settings.requests.body_bytes);
        let facts = Facts { path, request_headers: incoming.told, ..facts };
        let work = Arc::new(Work::new(lines, Scope::of(ids, everything, capacity), own));
        let context = Context { work: Some(Arc::clone(&work)), bound: Arc::default() };
        let seen = Mutex::new(Seen { facts, request_body: body, ..Seen::default() });
        Ok(Self { work, context: Py::new(py, context)?, began: Began::now(), quiet, seen })
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settings(&self) -> &Settings {
        self.work.lines.writer.settings()
    }

    /// Milliseconds since the beginning.
    fn milliseconds(&self) -> f64 {
        self.began.milliseconds()
    }

    /// What is told at the end, complete but for the route.
    fn facts(&self, outcome: Option<Outcome>) -> Facts {
        let mut seen = self.seen();
        let mut facts = std::mem::take(&mut seen.facts);
        facts.duration_ms = self.milliseconds();
        facts.request_bytes = Some(seen.request_bytes);
        facts.response_bytes = facts.status_code.map(|_| seen.response_bytes);
        facts.request_body = seen.request_body.take().and_then(BodyText::into_text);
        facts.response_body = seen.response_body.take().and_then(BodyText::into_text);
        facts.outcome = match outcome {
            _ if seen.client_gone => Outcome::ClientDisconnect,
            Some(outcome) => outcome,
            None => Outcome::Answered,
        };
        facts
    }

    /// Writes the line, unless it is not wanted.
    fn tell(&self, facts: &Facts, more: impl FnOnce(&mut Entry<'_>)) {
        const MESSAGE: &str = "request";
        let writer = &self.work.lines.writer;
        writer.end(facts);
        let requests = &self.settings().requests;
        let level = level(facts, requests.slow);
        let succeeded = level <= Level::Info && facts.status_code.is_some();
        if !requests.lines || (self.quiet && succeeded) {
            return;
        }
        let around = Around::of(Some(Arc::clone(&self.work)), None);
        let record = Record { level, logger: LOGGER, place: None, at: None, message_key: message_key(MESSAGE) };
        around.with(|parts| {
            writer.log(&record, parts, around.scope(), |entry| {
                entry.message_text(MESSAGE);
                entry.http(facts);
                more(entry);
            });
        });
    }
}

fn outcome_of(word: Option<&str>) -> Option<Outcome> {
    [Outcome::ClientDisconnect, Outcome::Timeout, Outcome::Cancelled, Outcome::Upgrade].into_iter().find(|outcome| outcome.as_str() == word && word.is_some())
}

/// What is known of a request at its beginning.
pub(crate) fn facts_of(scope: &Bound<'_, PyAny>, incoming: &Incoming<'_>, requests: &Requests) -> Facts {
    Facts {
        method: text_of(member(scope, intern!(scope.py(), "method"))).map_or(Cow::Borrowed("GET"), Cow::Owned),
        path: path_of(scope),
        client_ip: incoming.client(client_of(scope).as_deref(), requests),
        user_agent: incoming.user_agent(),
        ..Facts::default()
    }
}

#[pymethods]
impl Request {
    /// A request begins: an ASGI scope of type `http` or `websocket`.
    #[new]
    #[pyo3(signature = (scope, /))]
    fn new(py: Python<'_>, scope: &Bound<'_, PyAny>) -> PyResult<Self> {
        let lines = Lines::current();
        let requests = &lines.writer.settings().requests;
        let headers = member(scope, intern!(py, "headers"));
        let incoming = headers.map_or_else(Incoming::default, |headers| Incoming::read(&headers, requests));
        let known = if requests.accept_ids { incoming.ids() } else { ids::Incoming::default() };
        let ids = Ids::new(&known, clock::ids());
        let facts = facts_of(scope, &incoming, requests);
        Self::begin(py, facts, ids, None, incoming)
    }

    /// Id of the request.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.work.request_id()
    }

    /// Whether the response has begun.
    #[getter]
    fn started(&self) -> bool {
        self.seen().response != Progress::Awaited
    }

    /// Whether the client went away before the response was complete.
    #[getter]
    fn client_gone(&self) -> bool {
        self.seen().client_gone
    }

    /// A message the application receives.
    #[pyo3(signature = (message, /))]
    fn received(&self, message: &Bound<'_, PyAny>) {
        let py = message.py();
        let Some(kind) = member(message, intern!(py, "type")) else { return };
        let Ok(kind) = kind.cast::<PyString>() else { return };
        match kind.to_str() {
            Ok("http.request") => {
                let body = member(message, intern!(py, "body"));
                let Some(body) = body.as_ref().and_then(|body| body.cast::<PyBytes>().ok()) else { return };
                let mut seen = self.seen();
                seen.request_bytes += body.as_bytes().len() as u64;
                if let Some(kept) = &mut seen.request_body {
                    kept.take(body.as_bytes());
                }
            }
            Ok("http.disconnect") => self.disconnected(),
            _ => {}
        }
    }

    /// A message that begins the response: the one to send instead, which has the request's id among its headers.
    #[pyo3(signature = (message, /))]
    fn start<'py>(&self, message: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = message.py();
        let headers = PyList::empty(py);
        let mut has_id = false;
        if let Some(given) = member(message, intern!(py, "headers"))
            && !given.is_none()
        {
            for header in given.try_iter()? {
                headers.append(header?)?;
            }
        }
        let requests = &self.settings().requests;
        let mut told = Vec::new();
        let mut media = Media::default();
        incoming::each(headers.as_any(), |name, value| {
            has_id |= name.eq_ignore_ascii_case(ids::REQUEST_ID.as_bytes());
            media.look(name, value);
            incoming::tell(&mut told, &requests.response_headers, name, value);
        });
        // An application that has set one knows why.
        if !has_id && let Some(id) = self.work.request_id() {
            headers.append((PyBytes::new(py, ids::REQUEST_ID.as_bytes()), PyBytes::new(py, id.as_bytes())))?;
        }
        let status = status_of(message);
        let trailers = flag(message, intern!(py, "trailers"));
        {
            let mut seen = self.seen();
            seen.response = Progress::Started;
            seen.trailers = trailers;
            seen.facts.response_headers = told;
            seen.response_body = media.body(requests.body_bytes);
            // What is sent to a client that has gone is no answer.
            if !seen.client_gone {
                seen.facts.status_code = status;
            }
        }
        // The application may send the same message again for the next request: it is left as it is.
        let copy = message.cast::<PyDict>()?.copy()?;
        copy.set_item(intern!(py, "headers"), headers)?;
        Ok(copy.into_any())
    }

    /// A message with a part of the response's body; whether it is the last of the response.
    #[pyo3(signature = (message, /))]
    fn body(&self, message: &Bound<'_, PyAny>) -> bool {
        let py = message.py();
        let body = member(message, intern!(py, "body"));
        let bytes = body.as_ref().and_then(|body| body.cast::<PyBytes>().ok());
        // Other kinds of bytes are rare: their length is enough.
        let length = bytes.map_or_else(|| body.as_ref().and_then(|body| body.len().ok()).unwrap_or(0), |bytes| bytes.as_bytes().len());
        let more = flag(message, intern!(py, "more_body"));
        let mut seen = self.seen();
        seen.response_bytes += length as u64;
        if let (Some(bytes), Some(kept)) = (bytes, &mut seen.response_body) {
            kept.take(bytes.as_bytes());
        }
        let last = !more && !seen.trailers;
        if last {
            seen.response = Progress::Complete;
        }
        last
    }

    /// Another message of the response; whether it is the last.
    #[pyo3(signature = (message, /))]
    fn other(&self, message: &Bound<'_, PyAny>) -> bool {
        let py = message.py();
        let Some(kind) = member(message, intern!(py, "type")) else { return false };
        let Ok(kind) = kind.cast::<PyString>() else { return false };
        let last = match kind.to_str() {
            Ok("http.response.trailers") => !flag(message, intern!(py, "more_trailers")),
            Ok("http.response.pathsend") => true,
            Ok("http.response.zerocopysend") => !flag(message, intern!(py, "more_body")),
            _ => false,
        };
        if last {
            self.seen().response = Progress::Complete;
        }
        last
    }

    /// The client has gone.
    fn disconnected(&self) {
        let mut seen = self.seen();
        // After the last byte that is what clients do.
        seen.client_gone |= seen.response != Progress::Complete;
    }

    /// What went wrong.
    #[pyo3(signature = (kind, message, stack, /))]
    fn error(&self, kind: Text<'_>, message: Text<'_>, stack: Option<Text<'_>>) {
        let error = ErrorFacts { kind: kind.into_owned(), message: message.into_owned(), stack: stack.map(Text::into_owned) };
        self.seen().facts.error = Some(error);
    }

    /// A line of its own about an error.
    #[pyo3(signature = (text, kind, message, stack, /))]
    fn log_error(&self, text: Text<'_>, kind: Text<'_>, message: Text<'_>, stack: Option<Text<'_>>) {
        let around = Around::of(Some(Arc::clone(&self.work)), None);
        let record = Record { level: Level::Error, logger: LOGGER, place: None, at: None, message_key: message_key(&text) };
        around.with(|parts| {
            self.work.lines.writer.log(&record, parts, around.scope(), |entry| {
                entry.message_text(&text);
                entry.failure(&Failure { kind: Some(&kind), message: Some(&&*message), stack: stack.as_deref() });
            });
        });
    }

    /// The request has ended: its line.
    #[pyo3(signature = (route, outcome, /))]
    fn finish(&self, route: Option<Text<'_>>, outcome: Option<&str>) {
        let mut facts = self.facts(outcome_of(outcome));
        facts.route = route.map(Text::into_owned);
        self.tell(&facts, |_| {});
    }

    /// A websocket has ended: its line, with how it was closed and what went over it (messages and bytes received, messages and bytes sent).
    #[pyo3(signature = (route, status, code, reason, traffic, outcome, /))]
    fn finish_socket(
        &self,
        route: Option<Text<'_>>,
        status: Option<u16>,
        code: Option<u16>,
        reason: Option<Text<'_>>,
        traffic: (u64, u64, u64, u64),
        outcome: Option<&str>,
    ) {
        let mut facts = self.facts(outcome_of(outcome));
        facts.route = route.map(Text::into_owned);
        facts.status_code = status;
        let (received, received_bytes, sent, sent_bytes) = traffic;
        facts.request_bytes = Some(received_bytes);
        facts.response_bytes = Some(sent_bytes);
        self.tell(&facts, |entry| {
            entry.field("websocket", |out| {
                out.begin_object();
                if let Some(code) = code {
                    out.key("close_code");
                    out.u64(u64::from(code));
                }
                if let Some(reason) = &reason {
                    out.key("close_reason");
                    out.str(reason);
                }
                out.key("messages_received");
                out.u64(received);
                out.key("messages_sent");
                out.u64(sent);
                out.end_object();
            });
        });
    }

    /// An invocation of a Lambda function has ended: its line.
    #[pyo3(signature = (http, route, status, bytes, memory, /))]
    fn finish_invocation(&self, http: bool, route: Option<Text<'_>>, status: Option<u16>, bytes: Option<u64>, memory: Option<u64>) {
        let mut facts = self.facts(None);
        if http {
            facts.route = route.map(Text::into_owned);
            facts.status_code = status;
            facts.request_bytes = None;
            facts.response_bytes = bytes;
            self.tell(&facts, |_| {});
        } else {
            self.tell_invocation(&facts, memory);
        }
    }
}
