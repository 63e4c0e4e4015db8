//! What masking never does, whatever the text: fail, break JSON, touch what is no secret, or change its mind.

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::{lines, masker};

/// JSON whose keys name no secret and whose values have the form of none.
fn open_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9999_i64..9999).prop_map(Value::from),
        "[a-z]{0,8}( [a-zé\"\\\\/]{1,6}){0,3}".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("(note|size|colour|state)_[a-z]{1,3}x", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect()))
        ]
    })
}

/// Any text out of pieces that mean something to the masker.
fn suspicious() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,6}",
        "[ =:,;&?{}\\[\\]\"'\\\\<>%@/.-]{1,4}",
        prop::sample::select(vec![
            "password",
            "token",
            "Bearer ",
            "AKIA",
            "-----BEGIN PRIVATE KEY-----",
            "https://",
            "%22",
            "%40",
            "\\\"",
            "***",
            "4111111111111111",
            "eyJ"
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn masking_twice_is_masking_once(text in suspicious()) {
        let masker = masker();
        let once = masker.mask(&text).into_owned();
        prop_assert_eq!(masker.mask(&once), once.as_str());
    }

    #[test]
    fn bytes_that_are_no_text_are_taken_too(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let masker = masker();
        let once = masker.mask_bytes(&bytes).into_owned();
        prop_assert_eq!(masker.mask_bytes(&once).into_owned(), once);
    }

    #[test]
    fn json_stays_json_and_only_its_secrets_change(open in open_json(), secret in "[a-zA-Z0-9]{4,12}[0-9]") {
        let mut record = Map::new();
        record.insert("open".to_owned(), open);
        record.insert("password".to_owned(), Value::from(secret));
        let text = Value::Object(record.clone()).to_string();
        record.insert("password".to_owned(), Value::from("***"));
        let masked: Value = serde_json::from_str(&masker().mask(&text)).unwrap();
        prop_assert_eq!(masked, Value::Object(record));
    }

    #[test]
    fn json_of_any_text_stays_json_with_its_keys(texts in prop::collection::vec(suspicious(), 1..4)) {
        let record: Map<_, _> = texts.iter().enumerate().map(|(index, text)| (format!("note{index}x"), Value::from(text.as_str()))).collect();
        let masked: Map<String, Value> = serde_json::from_str(&masker().mask(&Value::Object(record.clone()).to_string())).unwrap();
        prop_assert!(masked.keys().eq(record.keys()));
    }
}

#[test]
fn every_line_of_the_corpus_is_masked_once_and_for_all_and_json_stays_json() {
    let masker = masker();
    for line in lines() {
        let once = masker.mask(&line.text).into_owned();
        assert_eq!(masker.mask(&once), once, "{:?}", line.text);
        // A line of digits alone is text, although JSON would read it as a number.
        if serde_json::from_str::<Map<String, Value>>(&line.text).is_ok() {
            assert!(serde_json::from_str::<Map<String, Value>>(&once).is_ok(), "{once:?} was {:?}", line.text);
        }
    }
}
