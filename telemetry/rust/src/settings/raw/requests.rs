//! `requests` as typed.

use std::time::Duration;

use skywarden_document::{Node, Span, Spanned, shortened};

use super::{Given, checks, layered};
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
    read::{self, Fields},
    requests::Requests,
};

/// Longest of the paths and names of headers.
const MAX_TEXT_BYTES: usize = 1_024;

layered! {
    /// What is told of requests.
    RawRequests {
        lines: Given<bool>,
        quiet_paths: Given<Vec<Spanned<String>>>,
        slow: Given<Option<Duration>>,
        request_headers: Given<Vec<Spanned<String>>>,
        response_headers: Given<Vec<Spanned<String>>>,
        accept_ids: Given<bool>,
        trusted_proxies: Given<u64>,
        paths: Given<bool>,
        body: Given<Option<u64>>,
    }
}

impl RawRequests {
    /// What code gives.
    pub(in crate::settings) fn of(requests: Requests, span: Span) -> Self {
        let texts = |texts: Vec<String>| Some(Spanned::new(texts.into_iter().map(|text| Spanned::new(text, span)).collect(), span));
        Self {
            lines: Some(Spanned::new(requests.lines, span)),
            quiet_paths: texts(requests.quiet_paths),
            slow: Some(Spanned::new(requests.slow, span)),
            request_headers: texts(requests.request_headers),
            response_headers: texts(requests.response_headers),
            accept_ids: Some(Spanned::new(requests.accept_ids, span)),
            trusted_proxies: Some(Spanned::new(requests.trusted_proxies as u64, span)),
            paths: Some(Spanned::new(requests.paths, span)),
            body: Some(Spanned::new(Some(requests.body_bytes as u64), span)),
        }
    }

    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        let Some(fields) = Fields::open(node, "requests", findings) else { return Self::default() };
        Self {
            lines: fields.take("lines").and_then(|field| read::flag(&field, findings)),
            quiet_paths: fields.take("quiet_paths").and_then(|field| read::texts(&field, findings)),
            slow: fields.take("slow").and_then(|field| read::off_or(&field, findings, read::duration)),
            request_headers: fields.take("request_headers").and_then(|field| read::texts(&field, findings)),
            response_headers: fields.take("response_headers").and_then(|field| read::texts(&field, findings)),
            accept_ids: fields.take("accept_ids").and_then(|field| read::flag(&field, findings)),
            trusted_proxies: fields.take("trusted_proxies").and_then(|field| read::count(&field, findings)),
            paths: fields.take("paths").and_then(|field| read::flag(&field, findings)),
            body: fields.take("body").and_then(|field| read::off_or(&field, findings, read::size)),
        }
    }

    pub(super) fn check(&mut self, findings: &mut Findings) {
        checks::list(&mut self.quiet_paths, "requests.quiet_paths", findings, is_quiet_path);
        checks::off_or(&mut self.slow, "requests.slow", findings, checks::duration);
        checks::list(&mut self.request_headers, "requests.request_headers", findings, is_header);
        checks::list(&mut self.response_headers, "requests.response_headers", findings, is_header);
        checks::count(&mut self.trusted_proxies, "requests.trusted_proxies", findings);
        checks::off_or(&mut self.body, "requests.body", findings, checks::size);
    }
}

fn is_quiet_path(path: &mut Spanned<String>, key: &str, findings: &mut Findings) -> bool {
    let text = path.value.as_str();
    let body = text.strip_suffix('*').unwrap_or(text);
    let (message, hint) = if !text.starts_with('/') {
        ("does not begin with `/`", "for example `/health`")
    } else if body.contains('*') {
        ("has a `*` that is not at its end", "for example `/internal/*`")
    } else if text.len() > MAX_TEXT_BYTES {
        ("is too long", "at most 1024 bytes")
    } else {
        return true;
    };
    findings.push(Mistake::error(Code::BadPath, key, path.span, format!("`{}` {message}", shortened(text))).hint(hint));
    false
}

/// A header's name, which is lowered. Source: RFC 9110, 5.6.2, token.
fn is_header(name: &mut Spanned<String>, key: &str, findings: &mut Findings) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !name.value.is_empty() && name.value.len() <= MAX_TEXT_BYTES && name.value.bytes().all(token) {
        name.value.make_ascii_lowercase();
        return true;
    }
    let message = format!("`{}` is no name of a header", shortened(&name.value));
    findings.push(Mistake::error(Code::BadName, key, name.span, message).hint("for example `x-client`"));
    false
}
