//! The shape of a JSON document: keys and types. Values are data of others and stay where they are.

use std::fmt::Write as _;

use serde_json::Value;

/// Levels that are told.
const MAX_DEPTH: usize = 3;

/// Keys told of one object.
const MAX_KEYS: usize = 10;

/// Longest key that is told, bytes.
const MAX_KEY_BYTES: usize = 40;

/// Most digits of a key that is told: names have few, numbers of people and hashes have many.
const MAX_KEY_DIGITS: usize = 2;

/// The shape, for example `{Records: [{Sns: {Message: string}}]}`. Of a list the first element stands for all.
pub fn of(value: &Value) -> String {
    let mut shape = String::new();
    write(value, 0, &mut shape);
    shape
}

fn write(value: &Value, depth: usize, into: &mut String) {
    match value {
        Value::Null => into.push_str("null"),
        Value::Bool(_) => into.push_str("boolean"),
        Value::Number(_) => into.push_str("number"),
        Value::String(_) => into.push_str("string"),
        Value::Array(_) if depth == MAX_DEPTH => into.push_str("list"),
        Value::Object(_) if depth == MAX_DEPTH => into.push_str("object"),
        Value::Array(list) => {
            into.push('[');
            if let Some(first) = list.first() {
                write(first, depth + 1, into);
            }
            into.push(']');
        }
        Value::Object(map) => {
            into.push('{');
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            for (place, (key, value)) in members.into_iter().take(MAX_KEYS).enumerate() {
                if place > 0 {
                    into.push_str(", ");
                }
                into.push_str(shown(key));
                into.push_str(": ");
                write(value, depth + 1, into);
            }
            if map.len() > MAX_KEYS {
                let _ = write!(into, ", {} more", map.len() - MAX_KEYS);
            }
            into.push('}');
        }
    }
}

/// A key that reads like a name. Any other may be data: an address, a token, a line of a log.
fn shown(key: &str) -> &str {
    let is_name = key.len() <= MAX_KEY_BYTES
        && key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && key.bytes().filter(u8::is_ascii_digit).count() <= MAX_KEY_DIGITS;
    if is_name { key } else { "?" }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_and_types_are_told_and_values_are_not() {
        let event = json!({"Records": [{"s3": {"object": {"key": "secret"}}}, 1], "version": 0, "detail": null, "4111 1111": true, "a@b.c": ""});
        assert_eq!(of(&event), "{?: boolean, Records: [{s3: object}], ?: string, detail: null, version: number}");
        assert_eq!(of(&json!("secret")), "string");
    }

    #[test]
    fn a_shape_is_bounded() {
        let key = |at: u32| format!("{}{}", "k".repeat(30), char::from_digit(at, 36).unwrap_or('k'));
        let wide: Value = (10..36).map(|at| (key(at), json!([[[[]]]]))).collect::<serde_json::Map<_, _>>().into();
        let mut deep = wide;
        for _ in 0..6 {
            deep = json!({"in": deep.clone(), "list": [deep]});
        }
        assert!(of(&deep).len() < MAX_KEYS.pow(3) * (MAX_KEY_BYTES + 20));
    }
}
