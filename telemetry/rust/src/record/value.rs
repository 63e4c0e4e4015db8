//! One value of the user's, written as JSON within bounds.

use std::fmt::{self, Write as _};

use super::escape::{Escaper, escape, escape_bounded};
use crate::settings::Limits;

/// What stands in place of an object or a list that lies too deep.
const TOO_DEEP: &[u8] = "\"…[too deep]\"".as_bytes();

/// What stands for the rest of a list or an object that is too long.
const TOO_LONG: &[u8] = "\"…[too long]\"".as_bytes();

/// Writes one value. Calls must nest as JSON does: a value, or an object of keys each followed by a value, or a list of items each followed by a
/// value. What lies beyond a bound is left out, and told in its place: whatever is written, the result is one JSON value.
#[derive(Debug)]
pub struct ValueWriter<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
    limits: &'o Limits,
    /// Values that may still be written: Logs Insights finds each as a field.
    leaves: &'o mut usize,
    dropped: &'o mut u64,
    depth: usize,
    /// Whether the object or list open at each depth has had an element; a bit each.
    begun: u64,
    /// Whether the object or list open at each depth had something left out; a bit each.
    cut: u64,
    /// Objects and lists open inside one that is left out.
    muted: usize,
    /// The next value is left out.
    mute_next: bool,
}

/// Deepest nesting, whatever the settings say: `begun` has so many bits.
const MAX_DEPTH: usize = 63;

impl<'o> ValueWriter<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>, limits: &'o Limits, leaves: &'o mut usize, dropped: &'o mut u64) -> Self {
        let start = out.len();
        Self { out, start, limits, leaves, dropped, depth: 0, begun: 0, cut: 0, muted: 0, mute_next: false }
    }

    /// Whether what is written now counts; a caller may save itself the work when it does not.
    pub const fn is_muted(&self) -> bool {
        self.muted > 0 || self.mute_next
    }

    /// Whether a value is to be written, and counts it.
    fn leaf(&mut self) -> bool {
        if self.mute_next {
            self.mute_next = false;
            return false;
        }
        if self.muted > 0 {
            return false;
        }
        *self.leaves = self.leaves.saturating_sub(1);
        true
    }

    fn room(&self) -> usize {
        self.limits.value_bytes.saturating_sub(self.out.len() - self.start)
    }

    /// `null`.
    pub fn null(&mut self) {
        if self.leaf() {
            self.out.extend_from_slice(b"null");
        }
    }

    /// `true` or `false`.
    pub fn bool(&mut self, value: bool) {
        if self.leaf() {
            self.out.extend_from_slice(if value { b"true" } else { b"false" });
        }
    }

    /// What is one JSON value already, within the bounds.
    pub(super) fn raw(&mut self, json: &[u8]) {
        if self.leaf() {
            self.out.extend_from_slice(json);
        }
    }

    /// A signed number.
    pub fn i64(&mut self, value: i64) {
        if self.leaf() {
            self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
        }
    }

    /// An unsigned number.
    pub fn u64(&mut self, value: u64) {
        if self.leaf() {
            self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
        }
    }

    /// A signed number of 128 bits; readers that take numbers as doubles lose digits of it.
    pub fn i128(&mut self, value: i128) {
        if self.leaf() {
            self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
        }
    }

    /// An unsigned number of 128 bits; readers that take numbers as doubles lose digits of it.
    pub fn u128(&mut self, value: u128) {
        if self.leaf() {
            self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
        }
    }

    /// A number; one that JSON has no form for becomes the text `NaN`, `Infinity` or `-Infinity`.
    pub fn f64(&mut self, value: f64) {
        if !self.leaf() {
            return;
        }
        if value.is_finite() {
            self.out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
        } else {
            let text = if value.is_nan() {
                "\"NaN\""
            } else if value > 0.0 {
                "\"Infinity\""
            } else {
                "\"-Infinity\""
            };
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    /// A whole number given in decimal digits, for those too large for any type; what is no such number, or has more than 100 digits, becomes a
    /// text.
    pub fn digits(&mut self, text: &str) {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let number = matches!(digits.len(), 1..=100) && digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
        if !number {
            self.str(text);
        } else if self.leaf() {
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    /// A text; one that is too long is cut and says how much is missing.
    pub fn str(&mut self, text: &str) {
        if self.leaf() {
            let room = self.room();
            self.out.push(b'"');
            escape_bounded(self.out, text, room);
            self.out.push(b'"');
        }
    }

    /// What is formatted, as a text. Formatting ends at the bound, and a panic in it costs this value only.
    pub fn display(&mut self, value: &dyn fmt::Display) {
        self.formatted(format_args!("{value}"));
    }

    /// As [`Self::display`], by `Debug`.
    pub fn debug(&mut self, value: &dyn fmt::Debug) {
        self.formatted(format_args!("{value:?}"));
    }

    fn formatted(&mut self, arguments: fmt::Arguments<'_>) {
        if self.leaf() {
            let room = self.room();
            self.out.push(b'"');
            format_bounded(self.out, arguments, room);
            self.out.push(b'"');
        }
    }

    /// Begins an object.
    pub fn begin_object(&mut self) {
        self.begin(b'{');
    }

    /// Begins a list.
    pub fn begin_array(&mut self) {
        self.begin(b'[');
    }

    fn begin(&mut self, open: u8) {
        if self.muted > 0 || self.mute_next {
            self.mute_next = false;
            self.muted += 1;
            return;
        }
        if self.depth >= self.limits.depth.min(MAX_DEPTH) {
            self.out.extend_from_slice(TOO_DEEP);
            *self.leaves = self.leaves.saturating_sub(1);
            self.muted = 1;
            return;
        }
        self.depth += 1;
        self.begun &= !(1 << self.depth);
        self.cut &= !(1 << self.depth);
        self.out.push(open);
    }

    /// Ends an object.
    pub fn end_object(&mut self) {
        self.end(b'}');
    }

    /// Ends a list.
    pub fn end_array(&mut self) {
        self.end(b']');
    }

    fn end(&mut self, close: u8) {
        if self.muted > 0 {
            self.muted -= 1;
            return;
        }
        if self.cut & (1 << self.depth) != 0 {
            self.comma();
            if close == b'}' {
                self.out.extend_from_slice("\"…\":".as_bytes());
            }
            self.out.extend_from_slice(TOO_LONG);
        }
        self.out.push(close);
        self.depth = self.depth.saturating_sub(1);
    }

    fn comma(&mut self) {
        if self.follows() {
            self.out.push(b',');
        }
    }

    /// Whether another element stands before the next one.
    fn follows(&mut self) -> bool {
        let follows = self.begun & (1 << self.depth) != 0;
        self.begun |= 1 << self.depth;
        follows
    }

    /// Whether an element may follow; when it may not, its value is left out.
    fn has_room(&mut self) -> bool {
        if self.muted > 0 {
            return false;
        }
        if *self.leaves == 0 || self.room() == 0 {
            *self.dropped += 1;
            self.cut |= 1 << self.depth;
            self.mute_next = true;
            return false;
        }
        true
    }

    /// As [`Self::has_room`], with the comma before the element.
    fn element(&mut self) -> bool {
        let room = self.has_room();
        if room {
            self.comma();
        }
        room
    }

    /// The key of the next value of an object.
    pub fn key(&mut self, key: &str) {
        if self.element() {
            let room = self.room();
            self.out.push(b'"');
            escape_bounded(self.out, key, room);
            self.out.extend_from_slice(b"\":");
        }
    }

    /// As [`Self::key`], for a name of the schema with what stands around it, as [`HttpKey::member`](super::HttpKey::member) gives it.
    pub(super) fn member(&mut self, member: &'static str) {
        if self.has_room() {
            let begin = usize::from(!self.follows());
            self.out.extend_from_slice(&member.as_bytes()[begin..]);
        }
    }

    /// Before each value of a list.
    pub fn item(&mut self) {
        self.element();
    }

    /// Anything that serde can serialise; what fails to becomes a text that says so.
    pub fn serialize(&mut self, value: &(impl serde::Serialize + ?Sized)) {
        if self.is_muted() {
            self.null();
            return;
        }
        match serde_json::to_value(value) {
            Ok(value) => self.json(&value),
            Err(error) => self.str(&format!("…[cannot be serialised: {error}]")),
        }
    }

    /// A JSON value.
    pub fn json(&mut self, value: &serde_json::Value) {
        match value {
            serde_json::Value::Null => self.null(),
            serde_json::Value::Bool(value) => self.bool(*value),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(value), _, _) => self.i64(value),
                (None, Some(value), _) => self.u64(value),
                (None, None, value) => self.f64(value.unwrap_or(f64::NAN)),
            },
            serde_json::Value::String(text) => self.str(text),
            serde_json::Value::Array(items) => {
                self.begin_array();
                for item in items {
                    self.item();
                    self.json(item);
                }
                self.end_array();
            }
            serde_json::Value::Object(members) => {
                self.begin_object();
                for (key, value) in members {
                    self.key(key);
                    self.json(value);
                }
                self.end_object();
            }
        }
    }
}

/// Appends what is formatted, escaped, at most `most` bytes and a note.
pub(super) fn format_bounded(out: &mut Vec<u8>, arguments: fmt::Arguments<'_>, most: usize) {
    if let Some(text) = arguments.as_str() {
        escape_bounded(out, text, most);
        return;
    }
    let start = out.len();
    let mut escaper = Escaper::new(out, most);
    // Formatting is the user's code: the log of an application must not end it.
    let formatted = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| escaper.write_fmt(arguments).is_ok()));
    escaper.finish();
    if formatted.is_err() {
        out.truncate(start);
        escape(out, "…[formatting it panicked]");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn written(limits: &Limits, leaves: usize, write: impl FnOnce(&mut ValueWriter<'_>)) -> (Value, usize, u64) {
        let (mut out, mut leaves, mut dropped) = (Vec::new(), leaves, 0);
        write(&mut ValueWriter::new(&mut out, limits, &mut leaves, &mut dropped));
        let value = serde_json::from_slice(&out).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&out)));
        (value, leaves, dropped)
    }

    #[test]
    fn numbers_that_json_has_no_form_for_are_texts() {
        let limits = Limits::default();
        let of = |write: fn(&mut ValueWriter<'_>)| written(&limits, 9, write).0;
        assert_eq!(of(|value| value.f64(f64::NAN)), json!("NaN"));
        assert_eq!(of(|value| value.f64(f64::NEG_INFINITY)), json!("-Infinity"));
        assert_eq!(of(|value| value.f64(0.1)), json!(0.1));
        assert_eq!(of(|value| value.digits("0123")), json!("0123"));
        assert_eq!(of(|value| value.digits("-7")), json!(-7));
        let mut out = Vec::new();
        ValueWriter::new(&mut out, &limits, &mut 1, &mut 0).digits("123456789012345678901234567890");
        assert_eq!(out, b"123456789012345678901234567890");
    }

    #[test]
    fn what_lies_too_deep_or_is_too_much_is_told_in_its_place() {
        let limits = Limits { depth: 2, ..Limits::default() };
        let deep = json!({"a": {"b": {"c": 1}, "d": 2}});
        assert_eq!(written(&limits, 9, |value| value.json(&deep)).0, json!({"a": {"b": "…[too deep]", "d": 2}}));
        let many = json!([1, 2, 3, 4]);
        assert_eq!(written(&limits, 2, |value| value.json(&many)), (json!([1, 2, "…[too long]"]), 0, 2));
        let limits = Limits { value_bytes: 10, ..Limits::default() };
        let long = json!({"a": "0123456789abcdef", "b": 1});
        assert_eq!(written(&limits, 9, |value| value.json(&long)).0, json!({"a": "01234…[11 bytes more]", "…": "…[too long]"}));
    }

    #[test]
    fn a_panic_while_formatting_costs_the_value_only() {
        struct Bad;
        impl fmt::Debug for Bad {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                std::panic::resume_unwind(Box::new("no"))
            }
        }
        assert_eq!(written(&Limits::default(), 9, |value| value.debug(&Bad)).0, json!("…[formatting it panicked]"));
    }

    #[test]
    fn formatting_ends_at_the_bound() {
        struct Endless<'c>(&'c std::cell::Cell<u32>);
        impl fmt::Display for Endless<'_> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                loop {
                    self.0.set(self.0.get() + 1);
                    formatter.write_str("again and ")?;
                }
            }
        }
        let limits = Limits { value_bytes: 25, ..Limits::default() };
        let calls = std::cell::Cell::new(0);
        let (value, ..) = written(&limits, 9, |value| value.display(&Endless(&calls)));
        assert_eq!(value, json!("again and again and…[cut]"));
        assert_eq!(calls.get(), 3);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
            "[a-z\"\\\\é\n]{0,20}".prop_map(Value::from)
        ];
        leaf.prop_recursive(6, 60, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::btree_map("[a-z\"]{0,4}", inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect()))
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_within_any_bounds_is_json(value in any_json(), depth in 0_usize..5, value_bytes in 0_usize..200, leaves in 1_usize..20) {
            let limits = Limits { value_bytes, depth, ..Limits::default() };
            written(&limits, leaves, |writer| writer.json(&value));
        }

        #[test]
        fn a_value_within_the_bounds_is_read_back(value in any_json()) {
            let (read, ..) = written(&Limits::default(), 1_000, |writer| writer.json(&value));
            prop_assert_eq!(read, value);
        }
    }
}
