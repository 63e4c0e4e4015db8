//! Reading lines into records: compiled once for a log group, one pass over each line.

use std::{borrow::Cow, sync::LazyLock};

use super::{
    Form, Record,
    format::LineFormat,
    json::Known,
    text::{self, TextLine},
};
use crate::{
    envelope::LogEvent,
    json::{Scratch, Selector, SelectorSet, SelectorSetBuilder, Slot, Value, Values},
    pattern::{BoundPattern, FilterPattern},
};

/// Reads without a form of one's own and without further paths.
static STANDARD: LazyLock<Reader> = LazyLock::new(|| Reader::new(None));

/// Reads the lines of one log group.
#[derive(Debug)]
pub struct Reader {
    set: SelectorSet,
    known: Known,
    format: Option<LineFormat>,
}

impl Reader {
    /// A reader of records; with `format`, of lines in a form of their own as well.
    pub fn new(format: Option<LineFormat>) -> Self {
        let mut set = SelectorSet::builder();
        let known = Known::add_to(&mut set);
        Self { set: set.build(), known, format }
    }

    /// The reader of a log group of which nothing is known.
    pub fn standard() -> &'static Self {
        &STANDARD
    }

    /// Reads one event. Every line gives a record. `scratch` is memory to be used again for the next one.
    pub fn read<'a>(&self, event: &'a LogEvent<'_>, scratch: &mut Scratch) -> Record<'a> {
        let raw = event.message.as_ref();
        let (form, fields) = if let Some(values) = self.set.read(raw, scratch) {
            (Form::Json, self.known.fields(values))
        } else {
            let mut fields = match &self.format {
                Some(format) => text::read_as(raw, format),
                None => text::read(raw),
            };
            fields.timestamp_ms = fields.timestamp_ms.or_else(|| text::timestamp_near(raw, event.timestamp));
            (Form::Text, fields)
        };
        Record { id: event.id.as_ref(), timestamp_ms: event.timestamp, raw, form, fields }
    }
}

/// Reads of each line only what was asked for beforehand: filter patterns and fields by path, all in one pass.
#[derive(Debug)]
pub struct PathReader {
    set: SelectorSet,
    format: Option<LineFormat>,
}

/// Collects what a [`PathReader`] is asked for.
#[derive(Debug, Default)]
pub struct PathReaderBuilder {
    set: SelectorSetBuilder,
}

/// A field by path, for the reader whose builder gave it.
#[derive(Clone, Debug)]
pub struct Path {
    slot: Slot,
    text: Box<str>,
}

impl PathReader {
    /// Asks for nothing yet.
    pub fn builder() -> PathReaderBuilder {
        PathReaderBuilder::default()
    }

    /// One line, not read yet.
    pub fn line<'a, 's>(&'s self, message: &'a str, scratch: &'s mut Scratch) -> Line<'a, 's> {
        Line { reader: self, message, json: Json::Unread(scratch), text: None }
    }
}

impl PathReaderBuilder {
    /// Asks for the field at a path, a JSON selector. In a line that is not JSON the path is looked for as `text::TextLine::field` says.
    pub fn path(&mut self, selector: &Selector) -> Path {
        Path { slot: self.set.add(selector), text: selector.as_str().into() }
    }

    /// Asks for what a pattern tests.
    pub fn pattern(&mut self, pattern: &FilterPattern) -> BoundPattern {
        pattern.bind(&mut self.set)
    }

    /// The finished reader; `format` is the form of the lines, when they have one of their own.
    pub fn build(self, format: Option<LineFormat>) -> PathReader {
        PathReader { set: self.set.build(), format }
    }
}

/// A line that is read once, and only when something is asked of it.
#[derive(Debug)]
pub struct Line<'a, 's> {
    reader: &'s PathReader,
    message: &'a str,
    json: Json<'a, 's>,
    text: Option<TextLine<'a>>,
}

#[derive(Debug)]
enum Json<'a, 's> {
    Unread(&'s mut Scratch),
    Read(Option<Values<'a, 's>>),
}

impl<'a, 's> Line<'a, 's> {
    /// Whether a pattern matches the line.
    #[inline]
    pub fn matches(&mut self, pattern: &BoundPattern) -> bool {
        let values = if pattern.reads_json() { self.values() } else { None };
        pattern.matches(self.message, values)
    }

    /// The value at a path; of a line that is not JSON always a string.
    #[inline]
    pub fn field(&mut self, path: &Path) -> Option<Value<'a>> {
        match self.values() {
            Some(values) => values.first(path.slot),
            None => self.text_field(path).map(Value::String),
        }
    }

    fn text_field(&mut self, path: &Path) -> Option<Cow<'a, str>> {
        if let Some(format) = &self.reader.format {
            return text::field_as(self.message, format, &path.text);
        }
        self.text.get_or_insert_with(|| TextLine::recognise(self.message)).field(&path.text)
    }

    fn values(&mut self) -> Option<Values<'a, 's>> {
        if let Json::Read(values) = self.json {
            return values;
        }
        let Json::Unread(scratch) = std::mem::replace(&mut self.json, Json::Read(None)) else {
            return None;
        };
        let values = self.reader.set.read(self.message, scratch);
        self.json = Json::Read(values);
        values
    }
}
