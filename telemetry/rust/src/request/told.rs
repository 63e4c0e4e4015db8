//! What is told of what passes: texts of headers and the beginnings of bodies, bounded, and the same from every language.

#[cfg(feature = "tower")]
use super::memory;

/// Longest text of a header or a path that is told, bytes.
pub const MAX_BYTES: usize = 1024;

/// What stands for a value that is a secret whatever it looks like.
pub const MASKED: &str = "***";

/// Headers whose values are secrets whatever they look like, lower case.
const SECRET: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// Whether the values of a header are secrets whatever they look like.
pub fn is_secret_header(name: &str) -> bool {
    SECRET.contains(&name)
}

/// The text, cut when it is too long, with an ellipsis for the rest.
pub fn bounded(text: &[u8]) -> String {
    if text.len() <= MAX_BYTES {
        // The strict reader is much quicker than the lossy one, and nearly all is text.
        return str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text).into_owned(), ToOwned::to_owned);
    }
    let mut cut = String::from_utf8_lossy(without_torn_end(&text[..MAX_BYTES - '…'.len_utf8()])).into_owned();
    cut.push('…');
    cut
}

/// Sets a text of a request's facts to this one, [`bounded`].
#[cfg(feature = "tower")]
pub(crate) fn set_bounded(place: &mut Option<String>, text: Option<&str>) {
    match text {
        Some(text) if text.len() > MAX_BYTES => *place = Some(bounded(text.as_bytes())),
        text => memory::set(place, text),
    }
}

/// As [`set_bounded`], of what need not be text.
#[cfg(feature = "tower")]
pub(crate) fn set_bounded_bytes(place: &mut Option<String>, text: Option<&[u8]>) {
    match text.map(str::from_utf8) {
        Some(Err(_)) => *place = text.map(bounded),
        Some(Ok(text)) => set_bounded(place, Some(text)),
        None => set_bounded(place, None),
    }
}

/// Adds a value to a header's; several of one name are joined by `, `, as HTTP reads them.
pub fn join(values: &mut String, next: &[u8]) {
    if values.len() < MAX_BYTES && values != MASKED {
        values.push_str(", ");
        values.push_str(&String::from_utf8_lossy(next));
        if values.len() > MAX_BYTES {
            *values = bounded(values.as_bytes());
        }
    }
}

/// Whether a body is text by its type, and not encoded.
pub fn is_text(content_type: Option<&[u8]>, content_encoding: Option<&[u8]>) -> bool {
    const ENDS: [&[u8]; 9] = [b"+json", b"+xml", b"/json", b"/xml", b"/x-www-form-urlencoded", b"/javascript", b"/graphql", b"/x-ndjson", b"/yaml"];
    if content_encoding.is_some_and(|encoding| encoding != b"identity") {
        return false;
    }
    let media_type = content_type.unwrap_or_default().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii().to_ascii_lowercase();
    media_type.starts_with(b"text/") || ENDS.iter().any(|end| media_type.ends_with(end))
}

/// The beginning of a body, kept while it passes.
#[derive(Debug)]
pub struct BodyText {
    bytes: Vec<u8>,
    limit: usize,
    cut: bool,
}

impl BodyText {
    /// Keeps up to `limit` bytes.
    pub const fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit, cut: false }
    }

    /// Keeps what there is room for.
    pub fn take(&mut self, piece: &[u8]) {
        let room = self.limit - self.bytes.len();
        self.bytes.extend_from_slice(piece.get(..room).unwrap_or(piece));
        self.cut |= piece.len() > room;
    }

    /// Says that more has passed than it was given.
    pub const fn left_out(&mut self) {
        self.cut = true;
    }

    /// What was kept, none when there was nothing; an ellipsis stands for what was left out.
    pub fn into_text(self) -> Option<String> {
        if self.bytes.is_empty() {
            return None;
        }
        let whole = if self.cut { without_torn_end(&self.bytes) } else { &self.bytes };
        let mut text = String::from_utf8_lossy(whole).into_owned();
        if self.cut {
            text.push('…');
        }
        Some(text)
    }
}

/// The bytes without a character that was cut in two.
fn without_torn_end(bytes: &[u8]) -> &[u8] {
    // A character has at most four bytes.
    let start = bytes.iter().rposition(|byte| byte & 0b1100_0000 != 0b1000_0000).unwrap_or(0);
    if bytes.len() - start < 4 && std::str::from_utf8(&bytes[start..]).is_err_and(|error| error.error_len().is_none()) { &bytes[..start] } else { bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_header_are_joined_within_the_bound() {
        let mut values = "a".to_owned();
        join(&mut values, b"b");
        assert_eq!(values, "a, b");
        join(&mut values, "é".repeat(1000).as_bytes());
        assert!(values.len() <= MAX_BYTES && values.ends_with('…'));
        let before = values.clone();
        join(&mut values, b"c");
        assert_eq!(values, before);
        let mut secret = MASKED.to_owned();
        join(&mut secret, b"session=1");
        assert_eq!(secret, MASKED);
    }
}
