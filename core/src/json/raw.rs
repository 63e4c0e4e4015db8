//! Where a value stands in its text: what a walk notes, before anybody asks for the value itself.

use super::text::RawText;
use super::value::Value;

/// One value, as a range of the text it was found in. 12 bytes, no lifetime, so that a walk's memory can be used again for the next line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Raw {
    start: u32,
    end: u32,
    kind: Kind,
}

/// What kind of value it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing was found.
    #[default]
    Absent,
    Null,
    True,
    False,
    Number,
    /// The range is what stands between the quotes.
    String,
    /// As [`Kind::String`], with a backslash in it.
    EscapedString,
    Array,
    Object,
}

impl Raw {
    /// A range of the text; none beyond 4 GB, where no log line is.
    #[inline]
    pub(super) fn new(kind: Kind, start: usize, end: usize) -> Option<Self> {
        Some(Self { start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()?, kind })
    }

    /// What stands between the quotes of a string.
    #[inline]
    pub(super) fn string(start: usize, end: usize, escaped: bool) -> Option<Self> {
        Self::new(if escaped { Kind::EscapedString } else { Kind::String }, start, end)
    }

    /// What stands between the quotes of the string this is.
    #[inline]
    pub(super) fn text(self, text: &str) -> Option<RawText<'_>> {
        Some(RawText::new(text.get(self.start as usize..self.end as usize)?, self.kind == Kind::EscapedString))
    }

    /// An object, from its opening brace past its closing one.
    pub(super) fn object(start: usize, end: usize) -> Option<Self> {
        Self::new(Kind::Object, start, end)
    }

    /// An array, from its opening bracket past its closing one.
    pub(super) fn array(start: usize, end: usize) -> Option<Self> {
        Self::new(Kind::Array, start, end)
    }

    #[inline]
    pub(super) fn is_absent(self) -> bool {
        self.kind == Kind::Absent
    }

    /// The value, out of the text it was found in; none when nothing was found.
    #[inline]
    pub(super) fn value(self, text: &str) -> Option<Value<'_>> {
        let lexeme = text.get(self.start as usize..self.end as usize)?;
        Some(match self.kind {
            Kind::Absent => return None,
            Kind::Null => Value::Null,
            Kind::True => Value::Bool(true),
            Kind::False => Value::Bool(false),
            Kind::Number => Value::Number(lexeme),
            Kind::String => Value::String(RawText::new(lexeme, false).decode()),
            Kind::EscapedString => Value::String(RawText::new(lexeme, true).decode()),
            Kind::Array => Value::Array(lexeme),
            Kind::Object => Value::Object(lexeme),
        })
    }
}
