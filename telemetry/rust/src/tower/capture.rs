//! Keeping the beginning of a body while it streams by.

use std::io::IoSlice;

use http::{HeaderMap, HeaderValue, header};

use crate::request::told::{BodyText, is_text};

/// The beginning of a body.
#[derive(Debug)]
pub(super) struct Capture(BodyText);

impl Capture {
    /// Keeps up to `limit` bytes of a body with these headers; none when it is nothing to be read.
    pub(super) fn new(limit: usize, headers: &HeaderMap) -> Option<Self> {
        let header = |name| headers.get(name).map(HeaderValue::as_bytes);
        (limit > 0 && is_text(header(header::CONTENT_TYPE), header(header::CONTENT_ENCODING))).then(|| Self(BodyText::new(limit)))
    }

    /// Keeps what there is room for.
    pub(super) fn take<D: bytes::Buf>(&mut self, data: &D) {
        // More pieces than that in one frame are rare; what they hold is told to be left out.
        let mut pieces = [IoSlice::new(&[]); 16];
        let count = data.chunks_vectored(&mut pieces);
        let mut seen = 0;
        for piece in pieces.iter().take(count) {
            self.0.take(piece);
            seen += piece.len();
        }
        if seen < data.remaining() {
            self.0.left_out();
        }
    }

    /// What was kept, none when there was nothing; an ellipsis stands for what was left out.
    pub(super) fn into_text(self) -> Option<String> {
        self.0.into_text()
    }
}

/// Bytes a piece of a body holds.
pub(super) fn remaining<D: bytes::Buf>(data: &D) -> u64 {
    data.remaining() as u64
}

#[cfg(test)]
mod tests {
    use bytes::{Buf, Bytes};

    use super::*;

    fn headers(media_type: &str, encoding: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(media_type).unwrap());
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_str(encoding).unwrap());
        }
        headers
    }

    fn kept(limit: usize, pieces: &[&[u8]]) -> Option<String> {
        let mut capture = Capture::new(limit, &headers("text/plain", None)).unwrap();
        for piece in pieces {
            capture.take(&Bytes::copy_from_slice(piece));
        }
        capture.into_text()
    }

    #[test]
    fn only_text_is_kept() {
        for media_type in ["text/html; charset=utf-8", "application/json", "Application/Problem+JSON", "application/x-www-form-urlencoded", "image/svg+xml"] {
            assert!(Capture::new(1, &headers(media_type, None)).is_some(), "{media_type}");
            assert!(Capture::new(1, &headers(media_type, Some("gzip"))).is_none(), "{media_type}");
            assert!(Capture::new(1, &headers(media_type, Some("identity"))).is_some(), "{media_type}");
            assert!(Capture::new(0, &headers(media_type, None)).is_none(), "{media_type}");
        }
        for media_type in ["application/octet-stream", "image/png", "multipart/form-data; boundary=text/plain", ""] {
            assert!(Capture::new(1, &headers(media_type, None)).is_none(), "{media_type}");
        }
        assert!(Capture::new(1, &HeaderMap::new()).is_none());
    }

    #[test]
    fn the_bound_is_kept_and_said() {
        assert_eq!(kept(5, &[b"abc", b"de"]).as_deref(), Some("abcde"));
        assert_eq!(kept(5, &[b"abc", b"def", b"g"]).as_deref(), Some("abcde…"));
        assert_eq!(kept(5, &[]), None);
    }

    #[test]
    fn a_character_is_not_cut_in_two() {
        for limit in 1..=4 {
            let expected = if limit == 4 { "a\u{20ac}" } else { "a…" };
            assert_eq!(kept(limit, &["a\u{20ac}".as_bytes()]).as_deref(), Some(expected), "{limit}");
        }
        assert_eq!(kept(3, &[b"a\xff\xfe\xfd"]).as_deref(), Some("a\u{fffd}\u{fffd}…"), "what is no text stays what it is");
    }

    #[test]
    fn all_pieces_of_a_frame_are_kept() {
        let mut capture = Capture::new(100, &headers("text/plain", None)).unwrap();
        capture.take(&Bytes::from_static(b"ab").chain(Bytes::from_static(b"cd")));
        assert_eq!(capture.into_text().as_deref(), Some("abcd"));
    }
}
