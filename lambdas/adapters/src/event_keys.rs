//! The keys of an event, for the error that says it is unknown. Lambda shows errors and keeps them: nothing that could be a secret is in one.

use serde_json::Value;
use skywarden_core::{mask::Masker, plan::Masking};

/// Most keys an error names.
const MAX_KEYS: usize = 10;

/// Most characters of each.
const MAX_KEY: usize = 40;

/// The keys of an event in words. One that is no plain word, or that masking would touch, is a question mark.
pub fn shown_keys(event: &Value) -> String {
    let plain = |key: &str| key.len() <= MAX_KEY && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let masker = Masker::new(&Masking::default()).ok();
    let harmless = |key: &str| plain(key) && masker.as_ref().is_some_and(|masker| masker.find(key.as_bytes()).is_empty());
    match event {
        Value::Object(map) => map.keys().take(MAX_KEYS).map(|key| if harmless(key) { key } else { "?" }).collect::<Vec<_>>().join(", "),
        Value::Null => "none, it is null".to_owned(),
        _ => "none, it is no object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_keys_are_named_and_others_are_not() {
        let odd = json!({"password=hunter2": 1, "AKIACANARYQ9ZX7PL4TK": 2, "detail-type": 3, "a\nb": 4, "x".repeat(41): 5});
        let mut shown: Vec<String> = shown_keys(&odd).split(", ").map(str::to_owned).collect();
        shown.sort();
        assert_eq!(shown, ["?", "?", "?", "?", "detail-type"]);
        assert_eq!(shown_keys(&json!(["secret"])), "none, it is no object");
        let many: serde_json::Map<String, Value> = (0..20).map(|number| (format!("k{number}"), json!(1))).collect();
        assert_eq!(shown_keys(&Value::Object(many)).split(", ").count(), MAX_KEYS);
    }
}
