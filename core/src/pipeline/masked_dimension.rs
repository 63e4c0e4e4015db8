//! Dimension values as they may leave: a value comes from the log like a sample does, and is masked by the same rules, those about its key included.
//!
//! Done once for each distinct value of a batch, when the requests are made, and never for a line.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::mask::{MASK, Masker};

/// The value of a dimension, masked as it would be where the selector found it.
pub(super) fn masked<'v>(masker: &Masker, selector: &str, value: &'v str) -> Cow<'v, str> {
    let names = names(selector);
    let document = names.iter().rev().fold(json!(value), |inner, name| json!({ *name: inner })).to_string();
    match masker.mask(&document) {
        Cow::Borrowed(_) => Cow::Borrowed(value),
        Cow::Owned(changed) => Cow::Owned(innermost(&changed).unwrap_or_else(|| MASK.to_owned())),
    }
}

/// The names a selector goes through, outermost first; places in lists have none.
fn names(selector: &str) -> Vec<&str> {
    selector.trim_start_matches('$').split(['.', '[', ']']).map(|step| step.trim_matches(['\'', '"'])).filter(|step| is_name(step)).collect()
}

fn is_name(step: &str) -> bool {
    !step.is_empty() && step != "*" && !step.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text inside objects of one member each.
fn innermost(document: &str) -> Option<String> {
    let mut value: Value = serde_json::from_str(document).ok()?;
    loop {
        value = match value {
            Value::Object(members) => members.into_iter().next()?.1,
            Value::String(text) => return Some(text),
            _ => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Masking;

    fn shown(selector: &str, value: &str) -> String {
        let masking = Masking { keys: vec!["customer_name".to_owned()], paths: vec!["user.card".to_owned()], ..Masking::default() };
        masked(&Masker::new(&masking).unwrap(), selector, value).into_owned()
    }

    #[test]
    fn a_value_is_masked_by_its_form_its_key_and_its_path() {
        assert_eq!(shown("$.provider", "ann@example.com"), MASK);
        assert_eq!(shown("$.provider", "mail to ann@example.com"), "mail to ***");
        assert_eq!(shown("$.fields.customer_name", "Ann"), MASK);
        assert_eq!(shown("$.fields['customer_name'][0]", "Ann"), MASK);
        assert_eq!(shown("$.user.card", "7"), MASK);
        assert_eq!(shown("$.token", "abc"), MASK);
    }

    #[test]
    fn ordinary_values_pass() {
        for value in ["EUR", "/orders/{id}", "eu-west-1", "a \"quoted\" word", "500", "", "9f1c2c1e-52b3-4e4c-9d0e-0a4b8f2f6f10"] {
            assert_eq!(shown("$.fields.kind", value), value);
            assert_eq!(shown("$", value), value);
        }
    }
}
