//! One log line of schema 1.0.

use std::fmt;

use serde::{Serialize, ser::SerializeMap as _};
use serde_json::Value;
use tracing::{
    Level,
    field::{Field, Visit},
};

/// Version of the record schema.
pub(crate) const SCHEMA: &str = "1.0";

/// A line, in the order it is written.
#[derive(Serialize)]
pub(crate) struct Line<'a> {
    pub(crate) timestamp: String,
    pub(crate) level: &'static str,
    pub(crate) severity_number: u8,
    pub(crate) message: &'a str,
    pub(crate) service: &'a str,
    pub(crate) environment: &'a str,
    pub(crate) version: &'a str,
    pub(crate) logger: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<ErrorObject<'a>>,
    pub(crate) schema: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fields: Option<&'a Fields>,
}

/// The shallow error object of the schema.
#[derive(Serialize)]
pub(crate) struct ErrorObject<'a> {
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    pub(crate) kind: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) message: &'a str,
}

/// Level word and OpenTelemetry severity number.
pub(crate) const fn level(level: Level) -> (&'static str, u8) {
    match level {
        Level::ERROR => ("ERROR", 17),
        Level::WARN => ("WARNING", 13),
        Level::INFO => ("INFO", 9),
        Level::DEBUG | Level::TRACE => ("DEBUG", 5),
    }
}

/// What an event carries: message, error, and any other field, the last of equal names.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) message: String,
    pub(crate) error: String,
    pub(crate) error_type: String,
    others: Vec<(&'static str, Value)>,
}

impl Fields {
    /// The other fields, when there are any.
    pub(crate) fn others(&self) -> Option<&Self> {
        (!self.others.is_empty()).then_some(self)
    }

    fn set(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            ("error", Value::String(text)) => self.error = text,
            ("error_type", Value::String(text)) => self.error_type = text,
            (name, value) => match self.others.iter_mut().find(|(known, _)| *known == name) {
                Some((_, slot)) => *slot = value,
                None => self.others.push((name, value)),
            },
        }
    }
}

impl Serialize for Fields {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.others.len()))?;
        for (name, value) in &self.others {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, Value::from(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, Value::from(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.set(field, Value::from(value.to_string()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, Value::from(format!("{value:?}")));
    }
}
