//! The request in an access line, `GET /orders/42?page=2 HTTP/1.1`, and the line uvicorn writes around one.

use std::borrow::Cow;

use super::columns::quoted;
use crate::record::Http;

/// Method and path. The path is without its query; of an absolute URL it is what follows the host.
pub(super) fn read(request: &str) -> Option<(&str, &str)> {
    let mut words = request.split(' ');
    let method = words.next().filter(|method| is_method(method))?;
    let target = words.next()?;
    words.next().filter(|protocol| protocol.starts_with("HTTP/") || protocol.starts_with('-'))?;
    Some((method, path(target)))
}

/// The path of a target or URL.
pub(in crate::record) fn path(target: &str) -> &str {
    let local = match target.split_once("://") {
        Some((_, rest)) if !target.starts_with('/') => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        _ => target,
    };
    local.split(['?', '#']).next().unwrap_or(local)
}

/// A method as HTTP spells them: upper-case letters, perhaps a dash. Source: RFC 9110, section 9, and the IANA registry.
fn is_method(word: &str) -> bool {
    (3..=17).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
}

/// A status code.
pub(in crate::record) fn status(text: &str) -> Option<u16> {
    text.parse().ok().filter(|status| (100..600).contains(status))
}

/// uvicorn's `172.17.0.1:54321 - "GET /orders HTTP/1.1" 200 OK`, behind its level. Source: `uvicorn.logging.AccessFormatter`.
pub(super) fn in_message(message: &str) -> Option<Http<'_>> {
    let (client, rest) = message.split_once(" - \"")?;
    if client.contains(' ') {
        return None;
    }
    let (request, after) = quoted(message.get(message.len() - rest.len() - 1..)?)?;
    let (method, path) = read(request)?;
    let status_code = status(after.split_whitespace().next()?)?;
    let address = client.rsplit_once(':').map_or(client, |(address, _)| address);
    Some(Http {
        method: Some(Cow::Borrowed(method)),
        path: Some(Cow::Borrowed(path)),
        status_code: Some(status_code),
        client_ip: (!address.is_empty()).then_some(Cow::Borrowed(address)),
        ..Http::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_host_and_query() {
        assert_eq!(read("GET https://shop.example.com:443/a/b?x=1 HTTP/2.0"), Some(("GET", "/a/b")));
        assert_eq!(read("GET /login?next=https://x/y HTTP/1.1"), Some(("GET", "/login")));
        assert_eq!(read("GET http://shop.example.com HTTP/1.1"), Some(("GET", "/")));
        assert_eq!(read("- http://shop:80- -"), None);
        assert_eq!(read("\\x16\\x03\\x01"), None);
        assert_eq!(read("get / HTTP/1.1"), None);
    }

    #[test]
    fn uvicorn_lines_tell_the_request() {
        let http = in_message("10.0.0.7:5123 - \"POST /orders?x=1 HTTP/1.1\" 201 Created").unwrap();
        assert_eq!((http.path.as_deref(), http.status_code, http.client_ip.as_deref()), (Some("/orders"), Some(201), Some("10.0.0.7")));
        assert!(in_message("he said - \"GET / HTTP/1.1\" 200").is_none());
    }
}
