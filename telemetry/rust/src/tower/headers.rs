//! Headers that are told.

use http::{HeaderMap, HeaderName, HeaderValue};

pub(super) use crate::request::told::bounded;
use crate::request::told::{MASKED, is_secret_header, join};

/// The chosen headers that are there, by name; several of one name joined by `, `, as HTTP reads them.
pub(super) fn chosen(headers: &HeaderMap, names: &[HeaderName]) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for name in names {
        let mut values = headers.get_all(name).iter();
        let Some(first) = values.next() else { continue };
        let mut value = text_of(name, first);
        for next in values {
            join(&mut value, if next.is_sensitive() { MASKED.as_bytes() } else { next.as_bytes() });
        }
        told.push((name.as_str().to_owned(), value));
    }
    told
}

fn text_of(name: &HeaderName, value: &HeaderValue) -> String {
    if is_secret_header(name.as_str()) || value.is_sensitive() { MASKED.to_owned() } else { bounded(value.as_bytes()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::told::MAX_BYTES;

    fn told(values: &[(&'static str, &[u8])], names: &[&'static str]) -> Vec<(String, String)> {
        let mut headers = HeaderMap::new();
        for (name, value) in values {
            headers.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        chosen(&headers, &names.iter().map(|name| HeaderName::from_static(name)).collect::<Vec<_>>())
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn only_chosen_headers_are_told_and_several_are_joined() {
        let values: [(_, &[u8]); 3] = [("accept", b"a"), ("x-other", b"no"), ("accept", b"b")];
        assert_eq!(told(&values, &["accept", "x-absent"]), [pair("accept", "a, b")]);
    }

    #[test]
    fn secrets_are_not_told_even_when_chosen() {
        for name in ["authorization", "proxy-authorization", "cookie", "set-cookie"] {
            assert_eq!(told(&[(name, b"Bearer abc"), (name, b"def")], &[name]), [pair(name, "***")]);
        }
        let mut value = HeaderValue::from_static("abc");
        value.set_sensitive(true);
        let headers = HeaderMap::from_iter([(HeaderName::from_static("x-key"), value)]);
        assert_eq!(chosen(&headers, &[HeaderName::from_static("x-key")]), [pair("x-key", "***")]);
    }

    #[test]
    fn values_are_bounded_and_may_be_no_text() {
        assert_eq!(told(&[("a", b"caf\xe9")], &["a"]), [pair("a", "caf\u{fffd}")]);
        assert_eq!(told(&[("a", &[b'x'; MAX_BYTES])], &["a"])[0].1, "x".repeat(MAX_BYTES));
        let long = &told(&[("a", &[b'x'; MAX_BYTES + 1])], &["a"])[0].1;
        assert!(long.len() == MAX_BYTES && long.ends_with("x…"), "{long}");
        let many = [("a", [b'x'; 700].as_slice()); 9];
        assert!(told(&many, &["a"])[0].1.len() <= MAX_BYTES);
    }
}
