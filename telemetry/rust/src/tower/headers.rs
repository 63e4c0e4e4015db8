//! Headers that are told.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::capture::without_torn_end;

/// Longest text of a header that is told, bytes.
const MAX_BYTES: usize = 1024;

/// What stands for a value that is a secret whatever it looks like.
const MASKED: &str = "***";

/// The chosen headers that are there, by name; several of one name joined by `, `, as HTTP reads them.
pub(super) fn chosen(headers: &HeaderMap, names: &[HeaderName]) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for name in names {
        let mut values = headers.get_all(name).iter();
        let Some(first) = values.next() else { continue };
        let mut value = text_of(name, first);
        for next in values.by_ref() {
            if value.len() >= MAX_BYTES || value == MASKED {
                break;
            }
            value.push_str(", ");
            value.push_str(&text_of(name, next));
        }
        told.push((name.as_str().to_owned(), bounded(value.as_bytes())));
    }
    told
}

fn text_of(name: &HeaderName, value: &HeaderValue) -> String {
    let secret = [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE, header::SET_COOKIE].contains(name);
    if secret || value.is_sensitive() { MASKED.to_owned() } else { bounded(value.as_bytes()) }
}

/// The text, cut when it is too long, with an ellipsis for the rest.
pub(super) fn bounded(text: &[u8]) -> String {
    if text.len() <= MAX_BYTES {
        // The strict reader is much quicker than the lossy one, and nearly all is text.
        return str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text).into_owned(), ToOwned::to_owned);
    }
    let mut cut = String::from_utf8_lossy(without_torn_end(&text[..MAX_BYTES - '…'.len_utf8()])).into_owned();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

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
