//! How this crate writes JSON: one-space indent, as CDK does, and a trailing newline.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

/// `value` as pretty JSON text with the given indent and a trailing newline.
///
/// # Errors
/// Only when a map key is not a string, which no type of this crate allows.
pub(crate) fn pretty<T: Serialize>(value: &T, indent: &str) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    pretty_into(&mut bytes, value, indent)?;
    bytes.shrink_to_fit();
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

/// As [`pretty`], behind what is in `bytes`.
pub(crate) fn pretty_into<T: Serialize>(bytes: &mut Vec<u8>, value: &T, indent: &str) -> Result<(), serde_json::Error> {
    let formatter = PrettyFormatter::with_indent(indent.as_bytes());
    value.serialize(&mut Serializer::with_formatter(&mut *bytes, formatter))?;
    bytes.push(b'\n');
    Ok(())
}

/// Whether `value` is written as `{}`. Breaks off at the first member.
pub(crate) fn is_empty_object<T: Serialize>(value: &T) -> bool {
    let mut room = [0; EMPTY_OBJECT.len()];
    let left = room.as_mut_slice();
    // An error is a lack of room.
    let fits = serde_json::to_writer(left, value).is_ok();
    fits && room == EMPTY_OBJECT
}

const EMPTY_OBJECT: [u8; 2] = *b"{}";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_an_object_without_members_is_empty() {
        let found = [json!({}), json!({"a": 1}), json!([]), json!(1), json!("")].map(|value| is_empty_object(&value));
        assert_eq!(found, [true, false, false, false, false]);
    }
}
