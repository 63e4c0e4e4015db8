//! Headers of an incoming request, read in one pass.

use pyo3::{
    prelude::*,
    types::{PyBytes, PyList, PyTuple},
};
use skywarden_telemetry::{
    request::{
        client_address, ids,
        told::{BodyText, MASKED, bounded, is_secret_header, is_text, join},
    },
    settings::Requests,
};

/// Most headers that are looked at: servers have bounds of their own.
const MAX_HEADERS: usize = 512;

/// What the headers say. Bytes are Python's own: nothing is copied that is not kept.
#[derive(Debug, Default)]
pub(crate) struct Incoming<'py> {
    request_id: Option<Bound<'py, PyBytes>>,
    correlation_id: Option<Bound<'py, PyBytes>>,
    traceparent: Option<Bound<'py, PyBytes>>,
    /// Several of them contradict each other (W3C Trace Context: none is valid then).
    traceparents: usize,
    /// Several of them are one list in pieces.
    tracestate: Option<Vec<u8>>,
    xray: Option<Bound<'py, PyBytes>>,
    user_agent: Option<Bound<'py, PyBytes>>,
    forwarded: Vec<Bound<'py, PyBytes>>,
    /// Those that are told, by lower-case name.
    pub(crate) told: Vec<(String, String)>,
    /// What the body is.
    media: Media<'py>,
}

/// What a body is, as far as headers say it.
#[derive(Debug, Default)]
pub(crate) struct Media<'py> {
    content_type: Option<Bound<'py, PyBytes>>,
    content_encoding: Option<Bound<'py, PyBytes>>,
}

impl<'py> Media<'py> {
    /// Looks at a header.
    pub(crate) fn look(&mut self, name: &[u8], value: &Bound<'py, PyBytes>) {
        // All other names have other lengths or begin otherwise.
        if name.len() == 12 && name.eq_ignore_ascii_case(b"content-type") {
            self.content_type = Some(value.clone());
        } else if name.len() == 16 && name.eq_ignore_ascii_case(b"content-encoding") {
            self.content_encoding = Some(value.clone());
        }
    }

    /// Keeps the beginning of the body, when it is text and there is room for it.
    pub(crate) fn body(&self, limit: usize) -> Option<BodyText> {
        let of = |value: &Option<Bound<'py, PyBytes>>| value.as_ref().map(|value| value.as_bytes().to_vec());
        (limit > 0 && is_text(of(&self.content_type).as_deref(), of(&self.content_encoding).as_deref())).then(|| BodyText::new(limit))
    }
}

impl<'py> Incoming<'py> {
    /// Reads the headers of a scope.
    pub(crate) fn read(headers: &Bound<'py, PyAny>, settings: &Requests) -> Self {
        let mut incoming = Self::default();
        each(headers, |name, value| {
            let first = |slot: &mut Option<Bound<'py, PyBytes>>| {
                slot.get_or_insert_with(|| value.clone());
            };
            match name {
                b"x-request-id" => first(&mut incoming.request_id),
                b"x-correlation-id" => first(&mut incoming.correlation_id),
                b"traceparent" => {
                    incoming.traceparents += 1;
                    first(&mut incoming.traceparent);
                }
                b"tracestate" => match &mut incoming.tracestate {
                    Some(list) => {
                        list.push(b',');
                        list.extend_from_slice(value.as_bytes());
                    }
                    none => *none = Some(value.as_bytes().to_vec()),
                },
                b"x-amzn-trace-id" => first(&mut incoming.xray),
                b"user-agent" => first(&mut incoming.user_agent),
                b"x-forwarded-for" if settings.trusted_proxies > 0 => incoming.forwarded.push(value.clone()),
                _ => {}
            }
            if settings.body_bytes > 0 {
                incoming.media.look(name, value);
            }
            tell(&mut incoming.told, &settings.request_headers, name, value);
        });
        incoming
    }

    /// What there is of ids.
    pub(crate) fn ids(&self) -> ids::Incoming<'_> {
        fn of<'a>(value: Option<&'a Bound<'_, PyBytes>>) -> Option<&'a [u8]> {
            value.map(PyBytesMethods::as_bytes)
        }
        ids::Incoming {
            request_id: of(self.request_id.as_ref()),
            correlation_id: of(self.correlation_id.as_ref()),
            traceparent: of(self.traceparent.as_ref().filter(|_| self.traceparents == 1)),
            tracestate: self.tracestate.as_deref(),
            xray: of(self.xray.as_ref()),
        }
    }

    /// User agent.
    pub(crate) fn user_agent(&self) -> Option<String> {
        self.user_agent.as_ref().map(|value| bounded(value.as_bytes()))
    }

    /// Keeps the beginning of the body, when it is text and there is room for it.
    pub(crate) fn body(&self, limit: usize) -> Option<BodyText> {
        self.media.body(limit)
    }

    /// The client's address, by the proxies in front of the service or as the server has it.
    pub(crate) fn client(&self, peer: Option<&str>, settings: &Requests) -> Option<String> {
        let values = self.forwarded.iter().map(PyBytesMethods::as_bytes);
        let address = client_address::forwarded(values, settings.trusted_proxies).unwrap_or_else(|| client_address::address(peer?.as_bytes()));
        address.map(|address| address.to_string())
    }
}

/// Adds a header to those that are told, if it is one of them.
pub(crate) fn tell(told: &mut Vec<(String, String)>, chosen: &[String], name: &[u8], value: &Bound<'_, PyBytes>) {
    let Some(name) = chosen.iter().find(|chosen| chosen.as_bytes().eq_ignore_ascii_case(name)) else { return };
    match told.iter_mut().find(|(known, _)| known == name) {
        Some((_, values)) => join(values, value.as_bytes()),
        None if is_secret_header(name) => told.push((name.clone(), MASKED.to_owned())),
        None => told.push((name.clone(), bounded(value.as_bytes()))),
    }
}

/// Calls with each header of a list of pairs of bytes; what is no such pair is passed over.
pub(crate) fn each<'py>(headers: &Bound<'py, PyAny>, mut call: impl FnMut(&[u8], &Bound<'py, PyBytes>)) {
    let mut pair = |pair: &Bound<'py, PyAny>| {
        let (name, value) =
            if let Ok(pair) = pair.cast_exact::<PyTuple>() { (pair.get_item(0), pair.get_item(1)) } else { (pair.get_item(0), pair.get_item(1)) };
        if let (Ok(name), Ok(value)) = (name, value)
            && let (Ok(name), Ok(value)) = (name.cast::<PyBytes>(), value.cast::<PyBytes>())
        {
            call(name.as_bytes(), value);
        }
    };
    if let Ok(list) = headers.cast::<PyList>() {
        list.iter().take(MAX_HEADERS).for_each(|item| pair(&item));
    } else if let Ok(items) = headers.try_iter() {
        items.take(MAX_HEADERS).map_while(Result::ok).for_each(|item| pair(&item));
    }
}
