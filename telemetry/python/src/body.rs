//! The beginning of a body, kept while it passes.

/// The beginning of a body that is text.
#[derive(Debug, Default)]
pub(crate) struct BodyText {
    bytes: Vec<u8>,
    cut: bool,
    is_text: bool,
    encoded: bool,
}

impl BodyText {
    /// A header of the message the body belongs to: whether it is text at all is told there.
    pub(crate) fn header(&mut self, name: &[u8], value: &[u8]) {
        if name.eq_ignore_ascii_case(b"content-type") {
            self.is_text = is_text(value);
        } else if name.eq_ignore_ascii_case(b"content-encoding") {
            self.encoded = value != b"identity";
        }
    }

    /// Keeps of the next piece what there is room for.
    pub(crate) fn take(&mut self, piece: &[u8], most: usize) {
        if most == 0 || !self.is_text || self.encoded {
            return;
        }
        let room = most.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(piece.get(..room).unwrap_or(piece));
        self.cut |= piece.len() > room;
    }

    /// What was kept, when there is any.
    pub(crate) fn take_text(&mut self) -> Option<String> {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes.is_empty() {
            return None;
        }
        let whole = if self.cut { without_torn_end(&bytes) } else { &bytes };
        let mut text = String::from_utf8_lossy(whole).into_owned();
        if self.cut {
            text.push('…');
        }
        Some(text)
    }
}

/// Without a character of which only the beginning is there. What is no text stays as it is.
fn without_torn_end(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => bytes.get(..error.valid_up_to()).unwrap_or(bytes),
        _ => bytes,
    }
}

fn is_text(media_type: &[u8]) -> bool {
    const ENDS: [&[u8]; 9] = [b"+json", b"+xml", b"/json", b"/xml", b"/x-www-form-urlencoded", b"/javascript", b"/graphql", b"/x-ndjson", b"/yaml"];
    let media_type = media_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii().to_ascii_lowercase();
    media_type.starts_with(b"text/") || ENDS.iter().any(|end| media_type.ends_with(end))
}
