//! Handing the ids of the current request on to other services.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::current;

/// Adds the ids of the current request to the headers of a call to another service: `x-request-id`, `traceparent`, `x-amzn-trace-id`, and `tracestate`
/// and `x-correlation-id` where the request has them. A header that is there already stays. Outside a request nothing is added.
pub fn inject(headers: &mut HeaderMap) {
    let Some(scope) = current() else { return };
    for (name, value) in scope.headers() {
        let name = HeaderName::from_static(name);
        // Ids are well formed; a value that fits no header is better left out than the call.
        if !headers.contains_key(&name)
            && let Ok(value) = HeaderValue::from_str(value)
        {
            headers.insert(name, value);
        }
    }
}

/// The headers that [`inject`] adds: `client.get(url).headers(request::headers())`.
pub fn headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    inject(&mut headers);
    headers
}

#[cfg(test)]
mod tests {
    use super::{super::Scope, *};

    #[test]
    fn headers_are_added_unless_they_are_there() {
        let _entered =
            Scope::new(vec![("x-request-id", "r-1".to_owned()), ("traceparent", "00-a".to_owned()), ("tracestate", "bad\n".to_owned())], false, 0).enter();
        let mut map = HeaderMap::new();
        map.insert("traceparent", HeaderValue::from_static("mine"));
        inject(&mut map);
        assert_eq!((map.len(), &map["x-request-id"], &map["traceparent"]), (2, &HeaderValue::from_static("r-1"), &HeaderValue::from_static("mine")));
        assert_eq!(headers().len(), 2);
    }

    #[test]
    fn outside_a_request_nothing_is_added() {
        assert!(headers().is_empty());
    }
}
