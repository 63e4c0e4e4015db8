//! A validator of the JSON Schema keywords the schema of messages uses; any other keyword is a mistake of the schema.

use serde_json::Value;

/// Keywords that say something to people and restrict nothing here.
const NOTES: [&str; 7] = ["$schema", "$id", "$defs", "title", "description", "format", "examples"];

/// Each place where a document is not as its schema says.
pub(super) fn mistakes(schema: &Value, document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, document, "$", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    let members = value.as_object();
    for (keyword, rule) in schema.as_object().unwrap() {
        let ok = match keyword.as_str() {
            note if NOTES.contains(&note) => true,
            "$ref" => {
                let target = root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap();
                check(root, target, value, place, found);
                true
            }
            "type" => match rule {
                Value::Array(kinds) => kinds.iter().any(|kind| is_of_type(kind.as_str().unwrap(), value)),
                kind => is_of_type(kind.as_str().unwrap(), value),
            },
            "const" => rule == value,
            "enum" => rule.as_array().unwrap().contains(value),
            "pattern" => value.as_str().is_none_or(|text| regex::Regex::new(rule.as_str().unwrap()).unwrap().is_match(text)),
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "required" => members.is_none_or(|members| rule.as_array().unwrap().iter().all(|name| members.contains_key(name.as_str().unwrap()))),
            "properties" => {
                for (name, value) in members.into_iter().flatten() {
                    if let Some(rule) = rule.get(name) {
                        check(root, rule, value, &format!("{place}.{name}"), found);
                    }
                }
                true
            }
            "additionalProperties" => {
                assert_eq!(rule, &Value::Bool(false));
                members.into_iter().flatten().all(|(name, _)| schema["properties"].get(name).is_some())
            }
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, item, &format!("{place}[{number}]"), found);
                }
                true
            }
            "oneOf" => {
                let fits = rule.as_array().unwrap().iter().filter(|rule| {
                    let mut inner = Vec::new();
                    check(root, rule, value, place, &mut inner);
                    inner.is_empty()
                });
                fits.count() == 1
            }
            other => panic!("the schema has the keyword {other}, which this validator does not know"),
        };
        if !ok {
            found.push(format!("{place}: {keyword}"));
        }
    }
}

fn is_of_type(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("there is no type {other}"),
    }
}
