//! Writes lines.

use std::fmt;

use jiff::Timestamp;
use skywarden_core::{
    mask::Masker,
    plan::{Masking, PlanError},
    schema::SCHEMA,
};

use super::{
    Failure,
    escape::{escape, escape_bounded},
    parts::Parts,
    timestamp,
    value::format_bounded,
};
use crate::{
    record::{Key, Level},
    request::Ids,
    settings::{Limits, Profile, Service, Settings},
};

/// Shortest bound of a line: below it not even what every line says would fit.
pub(crate) const MIN_LINE_BYTES: usize = 4 * 1024;

/// What CloudWatch takes as one event, bytes (`PutLogEvents`, 1 MB less its overhead of 26).
pub(crate) const MAX_LINE_BYTES: usize = 1_048_550;

/// What is the same for all lines of a process, ready to be copied.
#[derive(Clone, Debug)]
pub struct Encoder {
    /// `,"service":…,"environment":…,"version":…` and what the profile calls them.
    head: Vec<u8>,
    limits: Limits,
    profile: Profile,
    masker: Option<Masker>,
    /// Whether the built-in rules alone mask, which leave ids that were made as they are.
    masks_by_default: bool,
}

/// What a line says of itself, beside message and parts.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// When.
    pub at: Timestamp,
    /// Level.
    pub level: Level,
    /// Logger or target.
    pub logger: &'a str,
    /// Where in the source.
    pub place: Option<Place<'a>>,
    /// Whether it stands for more lines like it.
    pub sampled: bool,
    /// Whether it is kept back at first.
    pub buffered: bool,
}

/// A place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// File.
    pub file: &'a str,
    /// Line, from 1.
    pub line: u32,
}

/// Memory of a line in the making, kept from line to line.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// The message, escaped.
    message: Vec<u8>,
    /// What the event itself says.
    pub(crate) parts: Parts,
    document: Vec<u8>,
    pub(crate) line: Vec<u8>,
}

/// More memory than this is given back after a line that needed it.
const KEPT_BYTES: usize = 64 * 1024;

impl Draft {
    /// Begins a line.
    pub(crate) fn begin(&mut self, encoder: &Encoder) {
        if self.line.capacity() > KEPT_BYTES {
            *self = Self::default();
        }
        self.message.clear();
        self.line.clear();
        self.parts.clear(encoder.limits());
    }

    /// Whether there is no message yet.
    pub(crate) fn has_no_message(&self) -> bool {
        self.message.is_empty()
    }

    /// Sets the message.
    pub(crate) fn message(&mut self, encoder: &Encoder, message: fmt::Arguments<'_>) {
        self.message.clear();
        format_bounded(&mut self.message, message, encoder.limits.value_bytes);
    }

    /// Sets the message.
    pub(crate) fn message_text(&mut self, encoder: &Encoder, message: &str) {
        self.message.clear();
        escape_bounded(&mut self.message, message, encoder.limits.value_bytes);
    }

    /// Masks what the event itself says; what it stands in was masked when it was set.
    fn mask(&mut self, rules: &Masker) {
        const OPEN: &[u8] = b"{\"message\":\"";
        self.document.clear();
        self.document.extend_from_slice(OPEN);
        self.document.extend_from_slice(&self.message);
        self.document.push(b'"');
        self.parts.write_whole(&mut self.document);
        self.document.push(b'}');
        if matches!(rules.mask_bytes(&self.document), std::borrow::Cow::Borrowed(_)) {
            return;
        }
        self.document.clear();
        self.document.extend_from_slice(OPEN);
        self.document.extend_from_slice(&self.message);
        self.document.extend_from_slice(b"\"}");
        let masked = rules.mask_bytes(&self.document);
        let inside = masked.get(OPEN.len()..masked.len() - 2).unwrap_or_default();
        self.message.clear();
        self.message.extend_from_slice(inside);
        self.parts.mask(rules);
    }
}

impl Encoder {
    /// For a process.
    ///
    /// # Errors
    /// [`PlanError::Invalid`] for a masking rule that cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, PlanError> {
        let line_bytes = settings.limits.line_bytes.clamp(MIN_LINE_BYTES, MAX_LINE_BYTES);
        // A message, and message and stack of an error, always fit into a line together.
        let value_bytes = settings.limits.value_bytes.min(line_bytes / 4);
        Ok(Self {
            head: head(&settings.service, settings.profile),
            limits: Limits { value_bytes, line_bytes, ..settings.limits },
            profile: settings.profile,
            masker: settings.masking.as_ref().map(Masker::new).transpose()?,
            masks_by_default: settings.masking.as_ref().is_some_and(masks_by_default),
        })
    }

    /// Bounds of its lines.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sets the error of a line.
    pub fn failure(&self, parts: &mut Parts, failure: &Failure<'_>) {
        parts.top_raw(Key::Error, |out| failure.write(out, &self.limits, self.profile));
    }

    /// Sets the ids of a request in parts that say nothing yet, masked: what a client gave as its id may be anything.
    pub fn ids(&self, parts: &mut Parts, ids: &Ids) {
        parts.ids(ids);
        if ids.given || !self.masks_by_default {
            self.seal(parts);
        }
    }

    /// Masks parts that lines will stand in. To be called once, after they are set.
    pub fn seal(&self, parts: &mut Parts) {
        if let Some(masker) = self.masker.as_ref().filter(|_| !parts.is_empty()) {
            const OPEN: &[u8] = b"{\"\":0";
            let mut document = Vec::with_capacity(OPEN.len() + parts.whole_bytes() + 1);
            document.extend_from_slice(OPEN);
            parts.write_whole(&mut document);
            document.push(b'}');
            if matches!(masker.mask_bytes(&document), std::borrow::Cow::Owned(_)) {
                parts.mask(masker);
            }
        }
    }

    /// Writes the line of an event into `draft.line`, with its line end. `around` are the parts it stands in, the innermost first; what is nearer
    /// wins.
    pub(crate) fn write(&self, draft: &mut Draft, event: &Event<'_>, around: &[&Parts]) {
        if let Some(masker) = &self.masker {
            draft.mask(masker);
        }
        let Draft { message, parts, line, .. } = draft;
        line.clear();
        line.extend_from_slice(b"{\"timestamp\":\"");
        timestamp::write(line, event.at);
        line.extend_from_slice(level(event.level));
        if self.profile == Profile::Otel {
            line.extend_from_slice(b"\"severity_text\":\"");
            line.extend_from_slice(event.level.as_str().as_bytes());
            line.extend_from_slice(b"\",");
        }
        line.extend_from_slice(b"\"message\":\"");
        line.extend_from_slice(message);
        line.push(b'"');
        line.extend_from_slice(&self.head);
        line.extend_from_slice(b",\"logger\":\"");
        escape_bounded(line, event.logger, self.limits.value_bytes);
        line.push(b'"');
        if let Some(place) = event.place {
            line.extend_from_slice(b",\"location\":\"");
            escape_bounded(line, place.file, self.limits.value_bytes);
            line.push(b':');
            line.extend_from_slice(itoa::Buffer::new().format(place.line).as_bytes());
            line.push(b'"');
        }
        let mut seen = 0;
        parts.write_top(line, &mut seen);
        for outer in around {
            outer.write_top(line, &mut seen);
        }
        if self.profile == Profile::Lambda {
            request_id(line, parts, around);
        }
        if event.sampled {
            line.extend_from_slice(b",\"sampled\":true");
        }
        if event.buffered {
            line.extend_from_slice(b",\"buffered\":true");
        }
        line.extend_from_slice(b",\"schema\":\"");
        line.extend_from_slice(SCHEMA.as_bytes());
        line.push(b'"');
        let dropped = self.fields(line, parts, around);
        if dropped > 0 {
            line.extend_from_slice(b",\"dropped_fields\":");
            line.extend_from_slice(itoa::Buffer::new().format(dropped).as_bytes());
        }
        line.extend_from_slice(b"}\n");
    }

    /// Appends `fields`, when there are any, and gives how many were left out.
    fn fields(&self, line: &mut Vec<u8>, parts: &Parts, around: &[&Parts]) -> u64 {
        /// What may follow the fields.
        const RESERVE: usize = 48;
        const OPEN: &[u8] = b",\"fields\":";
        let most = self.limits.line_bytes.saturating_sub(RESERVE);
        let before = line.len();
        line.extend_from_slice(OPEN);
        let first = line.len();
        let mut leaves = self.limits.fields;
        let mut dropped = parts.dropped() + parts.write_fields(line, &[], &mut leaves, most);
        leaves = leaves.min(parts.leaves());
        let mut inner: smallvec::SmallVec<[&Parts; 6]> = smallvec::smallvec![parts];
        for outer in around {
            dropped += outer.dropped() + outer.write_fields(line, &inner, &mut leaves, most);
            inner.push(outer);
        }
        match line.get_mut(first) {
            // The comma before the first entry is where the object begins.
            Some(comma) => {
                *comma = b'{';
                line.push(b'}');
            }
            None => line.truncate(before),
        }
        dropped
    }
}

/// Whether there are none but the built-in rules. Entities that pass, and labels, do not make them mask more.
const fn masks_by_default(masking: &Masking) -> bool {
    masking.keys.is_empty() && masking.paths.is_empty() && masking.patterns.is_empty() && masking.also.is_empty()
}

/// From the end of the time to the message.
const fn level(level: Level) -> &'static [u8] {
    match level {
        Level::Debug => b"\",\"level\":\"DEBUG\",\"severity_number\":5,",
        Level::Info => b"\",\"level\":\"INFO\",\"severity_number\":9,",
        Level::Warning => b"\",\"level\":\"WARNING\",\"severity_number\":13,",
        Level::Error => b"\",\"level\":\"ERROR\",\"severity_number\":17,",
        Level::Critical => b"\",\"level\":\"CRITICAL\",\"severity_number\":21,",
    }
}

fn head(service: &Service, profile: Profile) -> Vec<u8> {
    let mut head = Vec::new();
    let names: [(&str, &str, &str); 3] = [
        ("service", "service.name", &service.name),
        ("environment", "deployment.environment.name", &service.environment),
        ("version", "service.version", &service.version),
    ];
    for (name, otel, value) in names.into_iter().filter(|(_, _, value)| !value.is_empty()) {
        for name in [Some(name), (profile == Profile::Otel).then_some(otel)].into_iter().flatten() {
            head.extend_from_slice(b",\"");
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b"\":\"");
            escape(&mut head, value);
            head.push(b'"');
        }
    }
    head
}

/// Lambda calls the id of the invocation `requestId`.
fn request_id(line: &mut Vec<u8>, parts: &Parts, around: &[&Parts]) {
    let id = [Key::FunctionRequestId, Key::RequestId].into_iter().find_map(|key| std::iter::once(&parts).chain(around).find_map(|parts| parts.value(key)));
    if let Some(id) = id {
        line.extend_from_slice(b",\"requestId\":");
        line.extend_from_slice(id);
    }
}

#[cfg(test)]
mod tests {
    use skywarden_core::schema::severity_number;

    use super::*;
    use crate::request::{
        SpanId,
        ids::{Incoming, Source},
    };

    #[test]
    fn given_ids_are_masked_and_made_ones_only_when_the_user_says_so() {
        let ids = |request_id: Option<&str>| {
            let incoming = Incoming { request_id: request_id.map(str::as_bytes), ..Incoming::default() };
            // A span id of digits alone that is the number of a card.
            Ids { span_id: SpanId::new(0x4111_1111_1111_1111).unwrap(), ..Ids::new(&incoming, Source::default()) }
        };
        let written = |masking: Option<Masking>, ids: &Ids| {
            let mut out = Vec::new();
            let encoder = Encoder::new(&Settings { masking, ..Settings::default() }).unwrap();
            let mut parts = Parts::new(encoder.limits());
            encoder.ids(&mut parts, ids);
            parts.write_whole(&mut out);
            String::from_utf8(out).unwrap()
        };
        let made = ids(None);
        let all = written(None, &made);
        assert_eq!(all.matches("\":\"").count(), 5, "{all}");
        assert!(all.starts_with(&format!(
            r#","request_id":"{}","trace_id":"{}","span_id":"4111111111111111","trace_flags":"01""#,
            made.request_id,
            made.trace_id.text()
        )));
        assert_eq!(written(Some(Masking::default()), &made), all);
        let by_key = Masking { keys: vec!["trace_id".to_owned()], ..Masking::default() };
        assert!(written(Some(by_key), &made).contains(r#""trace_id":"***""#));
        let given = ids(Some("ann@example.com"));
        assert!(written(None, &given).contains("ann@example.com"));
        assert!(written(Some(Masking::default()), &given).contains(r#""request_id":"***""#));
    }

    #[test]
    fn words_and_numbers_of_levels_are_the_schemas() {
        for each in [Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical] {
            let expected = format!("\",\"level\":\"{}\",\"severity_number\":{},", each.as_str(), severity_number(each));
            assert_eq!(String::from_utf8_lossy(level(each)), expected);
        }
    }
}
