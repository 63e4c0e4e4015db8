//! What a line says beside its message: context keys, error, request and fields, each an entry already in JSON.

use skywarden_core::mask::Masker;
use smallvec::SmallVec;

use super::{escape::escape_bounded, value::ValueWriter};
use crate::{
    record::Key,
    request::{Ids, Text},
    settings::Limits,
};

/// Longest name of a field.
const MAX_NAME_BYTES: usize = 256;

/// Entries of a line, a span or a context. Of equal names the last wins; a name is never there twice.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    top: Entries<Key>,
    fields: Entries<()>,
    leaves: usize,
    dropped: u64,
}

/// Pieces `,"name":value`, one behind the other, and where each is.
#[derive(Clone, Debug)]
struct Entries<K> {
    text: Vec<u8>,
    places: SmallVec<[Placed<K>; 8]>,
}

#[derive(Clone, Copy, Debug)]
struct Placed<K> {
    key: K,
    start: u32,
    /// End of the name; it begins behind a comma and a quotation mark.
    name_end: u32,
    end: u32,
}

impl<K> Default for Entries<K> {
    fn default() -> Self {
        Self { text: Vec::new(), places: SmallVec::new() }
    }
}

/// Room made for the first entry: growing to it in steps costs a span more than its fields.
const FIRST_BYTES: usize = 192;

/// Room for the ids of a request, beside the two that may be given.
const IDS_BYTES: usize = 224;

impl<K: Copy> Entries<K> {
    fn make_room(&mut self) {
        if self.text.capacity() == 0 {
            self.text.reserve(FIRST_BYTES);
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.places.clear();
    }

    fn piece(&self, place: &Placed<K>) -> &[u8] {
        self.text.get(place.start as usize..place.end as usize).unwrap_or_default()
    }

    fn name(&self, place: &Placed<K>) -> &[u8] {
        self.text.get(place.start as usize + 2..place.name_end as usize).unwrap_or_default()
    }

    /// Takes an entry out.
    fn remove(&mut self, index: usize) {
        let gone = self.places.remove(index);
        self.text.drain(gone.start as usize..gone.end as usize);
        let length = gone.end - gone.start;
        for place in &mut self.places[index..] {
            place.start -= length;
            place.name_end -= length;
            place.end -= length;
        }
    }

    /// Replaces each entry by what `change` makes of it.
    fn rebuild(&mut self, mut change: impl FnMut(&[u8], &mut Vec<u8>)) {
        let mut text = Vec::with_capacity(self.text.len());
        for index in 0..self.places.len() {
            let place = self.places[index];
            let start = text.len();
            change(self.piece(&place), &mut text);
            let moved = offset(start);
            self.places[index] = Placed { key: place.key, start: moved, name_end: place.name_end - place.start + moved, end: offset(text.len()) };
        }
        self.text = text;
    }
}

impl Entries<Key> {
    /// Appends an entry with a text in which nothing has to be escaped. `begin` is everything before it. Of arrays the length is known, and they are
    /// copied without a call.
    fn put(&mut self, key: Key, begin: impl AsRef<[u8]>, text: impl AsRef<[u8]>) {
        let (begin, text) = (begin.as_ref(), text.as_ref());
        let start = offset(self.text.len());
        self.text.extend_from_slice(begin);
        self.text.extend_from_slice(text);
        self.text.push(b'"');
        self.places.push(Placed { key, start, name_end: start + offset(begin.len() - "\":\"".len()), end: offset(self.text.len()) });
    }
}

/// Lines are far shorter than 4 GiB: every value is bounded.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Parts {
    /// Nothing, with room for as many fields as the limits allow.
    pub fn new(limits: &Limits) -> Self {
        Self { leaves: limits.fields, ..Self::default() }
    }

    /// Empties it and keeps its memory.
    pub fn clear(&mut self, limits: &Limits) {
        self.top.clear();
        self.fields.clear();
        self.leaves = limits.fields;
        self.dropped = 0;
    }

    /// Bytes of memory it holds on to.
    pub fn capacity(&self) -> usize {
        self.top.text.capacity() + self.fields.text.capacity()
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.top.places.is_empty() && self.fields.places.is_empty()
    }

    /// Whether a key at the top is set.
    pub fn has(&self, key: Key) -> bool {
        self.top.places.iter().any(|place| place.key == key)
    }

    /// Sets a key at the top of the line.
    pub fn top(&mut self, key: Key, limits: &Limits, write: impl FnOnce(&mut ValueWriter<'_>)) {
        // What stands at the top is known and few: it does not count as the user's.
        let (mut leaves, mut dropped) = (usize::MAX, 0);
        self.top_raw(key, |out| write(&mut ValueWriter::new(out, limits, &mut leaves, &mut dropped)));
        self.dropped += dropped;
    }

    /// Sets a key at the top to an object or whatever else `write` appends, which must be one JSON value.
    pub(super) fn top_raw(&mut self, key: Key, write: impl FnOnce(&mut Vec<u8>)) {
        if let Some(index) = self.top.places.iter().position(|place| place.key == key) {
            self.top.remove(index);
        }
        self.top.make_room();
        let start = offset(self.top.text.len());
        self.top.text.extend_from_slice(b",\"");
        self.top.text.extend_from_slice(key.as_str().as_bytes());
        let name_end = offset(self.top.text.len());
        self.top.text.extend_from_slice(b"\":");
        write(&mut self.top.text);
        self.top.places.push(Placed { key, start, name_end, end: offset(self.top.text.len()) });
    }

    /// Sets the ids of a request, in parts that say nothing yet. Ids are well formed: nothing in them has to be escaped, and none is long.
    pub(super) fn ids(&mut self, ids: &Ids) {
        // Room for all at once: a span of a request costs little more than this.
        self.top.text.reserve(IDS_BYTES + ids.request_id.len() + ids.correlation_id.as_ref().map_or(0, String::len));
        self.top.put(Key::RequestId, b",\"request_id\":\"", ids.request_id.as_bytes());
        if let Some(id) = &ids.correlation_id {
            self.top.put(Key::CorrelationId, b",\"correlation_id\":\"", id.as_bytes());
        }
        let (trace_id, xray_trace_id) = ids.trace_texts();
        self.top.put(Key::TraceId, b",\"trace_id\":\"", trace_id.as_bytes());
        self.top.put(Key::SpanId, b",\"span_id\":\"", ids.span_id.text().as_bytes());
        self.top.put(Key::TraceFlags, b",\"trace_flags\":\"", Text::<2>::flags(ids.trace_flags).as_bytes());
        self.top.put(Key::XrayTraceId, b",\"xray_trace_id\":\"", xray_trace_id.as_bytes());
    }

    /// Sets a field: at the top when its name is one of the context keys, else under `fields`. A value that a context key does not have stands under
    /// `fields` as well: other tools look for the key at the top and trust what they find. One that says nothing, an empty text or `null`, is left out there.
    pub fn field(&mut self, name: &str, limits: &Limits, write: impl FnOnce(&mut ValueWriter<'_>)) {
        match Key::context(name) {
            Some(key) => {
                self.top(key, limits, write);
                self.put_misfit_below(key, limits);
            }
            None => self.user_field(name, limits, write),
        }
    }

    /// Puts the entry that was set last under `fields` when its key has no such values.
    fn put_misfit_below(&mut self, key: Key, limits: &Limits) {
        let json = self.value(key).unwrap_or_default();
        if key.takes(json) {
            return;
        }
        let json = json.to_vec();
        self.top.remove(self.top.places.len() - 1);
        if !matches!(&json[..], b"" | b"null" | b"\"\"") {
            self.user_field(key.as_str(), limits, |value| value.raw(&json));
        }
    }

    fn user_field(&mut self, name: &str, limits: &Limits, write: impl FnOnce(&mut ValueWriter<'_>)) {
        self.fields.make_room();
        let start = self.fields.text.len();
        self.fields.text.extend_from_slice(b",\"");
        // Logs Insights keeps names that begin with @ for itself.
        match name.strip_prefix('@') {
            Some(rest) => {
                self.fields.text.push(b'_');
                escape_bounded(&mut self.fields.text, rest, MAX_NAME_BYTES);
            }
            None if name.is_empty() => self.fields.text.push(b'_'),
            None => escape_bounded(&mut self.fields.text, name, MAX_NAME_BYTES),
        }
        let name_end = self.fields.text.len();
        if let Some(index) = self.position(start + 2..name_end) {
            let written = self.fields.text.split_off(start);
            self.fields.remove(index);
            let start = self.fields.text.len();
            self.fields.text.extend_from_slice(&written);
            let name_end = self.fields.text.len();
            self.write_value(start, name_end, limits, write);
        } else if self.leaves == 0 {
            self.fields.text.truncate(start);
            self.dropped += 1;
        } else {
            self.write_value(start, name_end, limits, write);
        }
    }

    /// The entry whose name is what is written there.
    fn position(&self, name: std::ops::Range<usize>) -> Option<usize> {
        let name = self.fields.text.get(name)?;
        self.fields.places.iter().position(|place| self.fields.name(place) == name)
    }

    fn write_value(&mut self, start: usize, name_end: usize, limits: &Limits, write: impl FnOnce(&mut ValueWriter<'_>)) {
        self.fields.text.extend_from_slice(b"\":");
        let begin = self.fields.text.len();
        write(&mut ValueWriter::new(&mut self.fields.text, limits, &mut self.leaves, &mut self.dropped));
        if self.fields.text.len() == begin {
            self.fields.text.extend_from_slice(b"null");
        }
        self.fields.places.push(Placed { key: (), start: offset(start), name_end: offset(name_end), end: offset(self.fields.text.len()) });
    }

    /// Takes a field or a context key away.
    pub fn remove(&mut self, name: &str) {
        if let Some(key) = Key::context(name) {
            if let Some(index) = self.top.places.iter().position(|place| place.key == key) {
                self.top.remove(index);
            }
        } else if let Some(index) = self.fields.places.iter().position(|place| self.fields.name(place) == name.as_bytes()) {
            self.fields.remove(index);
            self.leaves += 1;
        }
    }

    /// Everything of `other` that is not here by name.
    pub fn add_missing(&mut self, other: &Self) {
        for place in &other.top.places {
            if !self.has(place.key) {
                append(&mut self.top, other.top.piece(place), place, place.key);
            }
        }
        for place in &other.fields.places {
            if self.fields.places.iter().all(|known| self.fields.name(known) != other.fields.name(place)) {
                append(&mut self.fields, other.fields.piece(place), place, ());
                self.leaves = self.leaves.saturating_sub(1);
            }
        }
        self.dropped += other.dropped;
    }

    /// The value of a key at the top, as JSON.
    pub(super) fn value(&self, key: Key) -> Option<&[u8]> {
        let place = self.top.places.iter().find(|place| place.key == key)?;
        self.top.text.get(place.name_end as usize + 2..place.end as usize)
    }

    /// Masks every entry by itself.
    pub(super) fn mask(&mut self, masker: &Masker) {
        let mut document = Vec::new();
        self.top.rebuild(|piece, into| masked(masker, b"{", piece, b"}", &mut document, into));
        self.fields.rebuild(|piece, into| masked(masker, b"{\"fields\":{", piece, b"}}", &mut document, into));
    }

    /// Appends what it says as the rest of an object that is open and has a member; for looking whether there is anything to mask.
    pub(crate) fn write_whole(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.top.text);
        if let Some(first) = self.fields.text.get(1..) {
            out.extend_from_slice(b",\"fields\":{");
            out.extend_from_slice(first);
            out.push(b'}');
        }
    }

    /// How long [`Self::write_whole`] is at most.
    pub(super) const fn whole_bytes(&self) -> usize {
        self.top.text.len() + self.fields.text.len() + 16
    }

    /// How many fields were left out.
    pub(super) const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How many fields there may still be.
    pub(super) const fn leaves(&self) -> usize {
        self.leaves
    }

    /// Appends the keys at the top that are not among `seen`, and adds them.
    pub(super) fn write_top(&self, out: &mut Vec<u8>, seen: &mut u32) {
        let mine = self.top.places.iter().fold(0, |bits, place| bits | place.key.bit());
        if mine & *seen == 0 {
            out.extend_from_slice(&self.top.text);
        } else {
            for place in self.top.places.iter().filter(|place| place.key.bit() & *seen == 0) {
                out.extend_from_slice(self.top.piece(place));
            }
        }
        *seen |= mine;
    }

    /// Appends the fields that none of `before` has, as `,"name":value`, while there are `leaves` left and the line stays below `most` bytes. Gives
    /// how many were left out.
    pub(super) fn write_fields(&self, out: &mut Vec<u8>, before: &[&Self], leaves: &mut usize, most: usize) -> u64 {
        let others = before.iter().all(|parts| parts.fields.places.is_empty());
        let count = self.fields.places.len();
        if others && count <= *leaves && out.len() + self.fields.text.len() <= most {
            out.extend_from_slice(&self.fields.text);
            *leaves -= count;
            return 0;
        }
        let mut dropped = 0;
        for place in &self.fields.places {
            let name = self.fields.name(place);
            if before.iter().any(|parts| parts.fields.places.iter().any(|known| parts.fields.name(known) == name)) {
                continue;
            }
            let piece = self.fields.piece(place);
            if *leaves == 0 || out.len() + piece.len() > most {
                dropped += 1;
                continue;
            }
            *leaves -= 1;
            out.extend_from_slice(piece);
        }
        dropped
    }
}

fn append<K: Copy>(entries: &mut Entries<K>, piece: &[u8], place: &Placed<K>, key: K) {
    let start = offset(entries.text.len());
    entries.text.extend_from_slice(piece);
    entries.places.push(Placed { key, start, name_end: place.name_end - place.start + start, end: offset(entries.text.len()) });
}

/// Appends an entry as it is masked inside a document of its own.
fn masked(rules: &Masker, open: &[u8], piece: &[u8], close: &[u8], document: &mut Vec<u8>, into: &mut Vec<u8>) {
    document.clear();
    document.extend_from_slice(open);
    document.extend_from_slice(piece.get(1..).unwrap_or_default());
    document.extend_from_slice(close);
    let masked = rules.mask_bytes(document);
    into.push(b',');
    // A mask stands inside a value: what is around it stays.
    into.extend_from_slice(masked.get(open.len()..masked.len() - close.len()).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(parts: &Parts) -> String {
        let mut out = Vec::new();
        parts.write_whole(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn context_keys_stand_at_the_top_and_the_writers_own_names_do_not() {
        let limits = Limits::default();
        let mut parts = Parts::new(&limits);
        for name in ["request_id", "level", "@timestamp", "", "a\"b"] {
            parts.field(name, &limits, |value| value.str("x"));
        }
        assert_eq!(texts(&parts), r#","request_id":"x","fields":{"level":"x","_timestamp":"x","_":"x","a\"b":"x"}"#);
    }

    #[test]
    fn a_context_key_with_a_value_it_does_not_have_is_a_field() {
        let limits = Limits::default();
        let mut parts = Parts::new(&limits);
        parts.field("trace_id", &limits, |value| value.str("bad"));
        parts.field("user_id", &limits, |value| value.f64(1.5));
        parts.field("request_id", &limits, |value| value.str("r-1"));
        parts.field("request_id", &limits, |value| value.str(""));
        let nothing = |value: &mut ValueWriter<'_>| value.null();
        parts.field("tenant_id", &limits, nothing);
        parts.field("cold_start", &limits, |value| value.bool(true));
        assert_eq!(texts(&parts), r#","cold_start":true,"fields":{"trace_id":"bad","user_id":1.5}"#);
    }

    #[test]
    fn the_last_of_equal_names_wins_and_stands_once() {
        let limits = Limits::default();
        let mut parts = Parts::new(&limits);
        for (name, value) in [("a", 1), ("user_id", 1), ("b", 2), ("a", 3), ("user_id", 9), ("c", 4), ("b", 5)] {
            parts.field(name, &limits, |writer| writer.i64(value));
        }
        assert_eq!(texts(&parts), r#","user_id":9,"fields":{"a":3,"c":4,"b":5}"#);
        parts.remove("c");
        parts.remove("user_id");
        assert_eq!(texts(&parts), r#","fields":{"a":3,"b":5}"#);
    }

    #[test]
    fn fields_over_the_bound_are_counted() {
        let limits = Limits { fields: 2, ..Limits::default() };
        let mut parts = Parts::new(&limits);
        for name in ["a", "b", "c", "a"] {
            parts.field(name, &limits, |writer| writer.bool(true));
        }
        assert_eq!((texts(&parts).as_str(), parts.dropped()), (r#","fields":{"b":true,"a":true}"#, 1));
    }

    #[test]
    fn masking_keeps_names_and_places() {
        let limits = Limits::default();
        let mut parts = Parts::new(&limits);
        parts.field("password", &limits, |writer| writer.str("hunter2"));
        parts.field("note", &limits, |writer| writer.str("mail ann@example.com now"));
        parts.field("user_id", &limits, |writer| writer.str("bob@example.com"));
        parts.mask(&Masker::new(&skywarden_core::plan::Masking::default()).unwrap());
        assert_eq!(texts(&parts), r#","user_id":"***","fields":{"password":"***","note":"mail *** now"}"#);
        parts.field("note", &limits, |writer| writer.str("x"));
        assert_eq!(texts(&parts), r#","user_id":"***","fields":{"password":"***","note":"x"}"#);
    }
}
