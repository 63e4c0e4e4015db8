//! Invocations of a Lambda function.

use std::sync::Arc;

use pyo3::prelude::*;
use skywarden_telemetry::{
    Record, message_key,
    record::{Failure, Key, Level, Parts},
    request::{Facts, Ids, ids},
    settings::Limits,
};

use crate::{
    clock,
    context::Around,
    incoming::Incoming,
    pipeline::Lines,
    request::{LOGGER, Request, facts_of, member},
};

/// What Lambda says of an invocation.
#[derive(Debug)]
pub(crate) struct Invocation<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) cold_start: bool,
    /// Whether it is an HTTP request.
    pub(crate) is_request: bool,
}

/// Adds what lines say of an invocation.
pub(crate) fn parts(parts: &mut Parts, limits: &Limits, invocation: &Invocation<'_>) {
    if let Some(id) = invocation.id {
        parts.top(Key::FunctionRequestId, limits, |out| out.str(id));
    }
    parts.top(Key::ColdStart, limits, |out| out.bool(invocation.cold_start));
}

/// An invocation begins; `scope` is the HTTP request it came by, as ASGI calls its parts, when it came by one.
#[pyfunction]
#[pyo3(signature = (scope, id, xray, cold_start, /))]
pub(crate) fn begin_invocation(py: Python<'_>, scope: Option<&Bound<'_, PyAny>>, id: Option<&str>, xray: Option<&str>, cold_start: bool) -> PyResult<Request> {
    let lines = Lines::current();
    let requests = &lines.writer.settings().requests;
    let incoming =
        scope.and_then(|scope| member(scope, pyo3::intern!(py, "headers"))).map_or_else(Incoming::default, |headers| Incoming::read(&headers, requests));
    // Lambda's own word, unlike a header, can be trusted.
    let xray = xray.map(str::as_bytes);
    let came = incoming.ids();
    let known = if requests.accept_ids { ids::Incoming { xray: xray.or(came.xray), ..came } } else { ids::Incoming { xray, ..ids::Incoming::default() } };
    let ids = Ids::new(&known, clock::ids());
    let facts = scope.map_or_else(Facts::default, |scope| facts_of(scope, &incoming, requests));
    Request::begin(py, facts, ids, Some(&Invocation { id, cold_start, is_request: scope.is_some() }), incoming)
}

impl Request {
    /// The end of an invocation that was no HTTP request: its line.
    pub(crate) fn tell_invocation(&self, facts: &Facts, memory: Option<u64>) {
        const MESSAGE: &str = "invocation";
        let around = Around::of(Some(Arc::clone(&self.work)), None);
        let level = if facts.error.is_some() { Level::Error } else { Level::Info };
        let record = Record { level, logger: LOGGER, place: None, at: None, message_key: message_key(MESSAGE) };
        around.with(|parts| {
            self.work.lines.writer.log(&record, parts, around.scope(), |entry| {
                entry.message_text(MESSAGE);
                entry.field("duration_ms", |out| out.f64((facts.duration_ms * 1e3).round() / 1e3));
                if let Some(memory) = memory {
                    entry.field("memory_limit_mb", |out| out.u64(memory));
                }
                if let Some(error) = &facts.error {
                    entry.failure(&Failure { kind: Some(&error.kind), message: Some(&error.message), stack: error.stack.as_deref() });
                }
            });
        });
    }
}
