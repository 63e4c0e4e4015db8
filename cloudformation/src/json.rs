//! How this crate writes JSON: one-space indent, as CDK does, and a trailing newline.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

/// `value` as pretty JSON text with the given indent and a trailing newline.
///
/// # Errors
/// Only when a map key is not a string, which no type of this crate allows.
pub(crate) fn pretty<T: Serialize>(value: &T, indent: &str) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(indent.as_bytes());
    value.serialize(&mut Serializer::with_formatter(&mut bytes, formatter))?;
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}
