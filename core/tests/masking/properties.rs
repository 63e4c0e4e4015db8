//! What holds for every text whatever is in it.

use proptest::prelude::*;
use serde_json::Value;
use skywarden_core::{
    mask::Masker,
    plan::{MaskPattern, Masking},
};

/// Everything switched on, with rules of the user's of every kind.
fn masker() -> Masker {
    let masking = Masking {
        keys: vec!["name".to_owned()],
        paths: vec!["a.b".to_owned(), "**.c".to_owned(), "l[1]".to_owned()],
        patterns: vec![MaskPattern { name: "customer".to_owned(), regex: r"C-\d+".to_owned(), mask: None }],
        also: vec!["ip-address".to_owned()],
        ..Masking::default()
    };
    Masker::new(&masking).unwrap()
}

/// The keys of a value and the shape around them, without the values; a string that is JSON itself counts as its shape.
pub(crate) fn keys(value: &Value) -> String {
    match value {
        Value::Object(members) => format!("{{{}}}", members.iter().map(|(key, value)| format!("{key}:{}", keys(value))).collect::<Vec<_>>().join(",")),
        Value::Array(items) => format!("[{}]", items.iter().map(keys).collect::<Vec<_>>().join(",")),
        Value::String(text) if text.starts_with(['{', '[']) => serde_json::from_str(text).map_or_else(|_| "-".to_owned(), |inner| keys(&inner)),
        _ => "-".to_owned(),
    }
}

/// Pieces of text that recognisers begin or end with.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => r#"[a-zA-Z0-9 =:;,.@/+%{}\[\]"'\\<>()&?*_-]{0,6}"#,
        1 => ".{0,4}",
        1 => "[0-9]{1,19}",
        3 => proptest::sample::select(vec![
            "password", "token=", "Authorization: Bearer ", "Cookie: a=b; ", "eyJhbGciOiJIUzI1NiJ9.", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "ann@example.com", "://u:p@h",
            "4111 1111 1111 1111", "4111111111111111", "DE89370400440532013000", "+1 (415) 555-2671", "123-45-6789", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "%40", "%3D", "%22",
            "\\u0040", "\\n", "\\\"", "{\"", "\":\"", "\"}", "***", "ghp_1234567890abcdef1234567890abcdef1234", "?sig=", "203.0.113.7", "2001:db8::1", "C-17", "--password ", "<secret>", "</",
        ]).prop_map(str::to_owned),
    ]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(fragment(), 0..12).prop_map(|fragments| fragments.concat())
}

/// A JSON value with strings that are texts, or JSON again.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text().prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let key = prop_oneof![
            Just("password".to_owned()),
            Just("a".to_owned()),
            Just("b".to_owned()),
            Just("l".to_owned()),
            Just("name".to_owned()),
            Just("phone".to_owned()),
            "[a-z.\"]{0,4}"
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key, inner.clone()), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
            inner.prop_map(|value| Value::from(value.to_string())),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_masking_twice_changes_nothing(text in text()) {
        let masker = masker();
        let once = masker.mask(&text);
        let twice = masker.mask(&once);
        prop_assert_eq!(&twice, &once, "{}", text);
    }

    #[test]
    fn bytes_that_are_no_text_pass_beside_what_is_masked(mut bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let masker = Masker::new(&Masking::default()).unwrap();
        masker.mask_bytes(&bytes);
        bytes.extend_from_slice(b" password=hunter2\xff");
        let masked = masker.mask_bytes(&bytes).into_owned();
        prop_assert!(!masked.windows(7).any(|seven| seven == b"hunter2"));
    }

    #[test]
    fn json_stays_json_with_the_same_keys(value in json()) {
        let masker = masker();
        // A number by itself is a line of text.
        let value = if value.is_number() { Value::from(vec![value]) } else { value };
        let text = value.to_string();
        let masked = masker.mask(&text);
        let after: Value = serde_json::from_str(&masked).map_err(|error| TestCaseError::fail(format!("{error}: {masked}")))?;
        // A nested text may be cut by a mask; the document itself never is.
        let outer = |value: &Value| match value { Value::Object(members) => members.keys().cloned().collect(), _ => Vec::new() };
        prop_assert_eq!(outer(&value), outer(&after), "{}", text);
        prop_assert_eq!(masker.mask(&masked), &masked[..], "{}", text);
    }

    #[test]
    fn what_is_not_masked_is_as_it_was(value in json()) {
        let masker = masker();
        let text = value.to_string().replace('*', "x");
        let mut rest = text.as_str();
        let masked = masker.mask(&text).into_owned();
        // Every byte of the output that is no mask comes from the input, in its order.
        for piece in masked.split("***") {
            let piece = piece.trim_matches('"').trim_matches('\\').trim_matches('"');
            let at = rest.find(piece);
            prop_assert!(at.is_some(), "{} not in {}", piece, text);
            rest = &rest[at.unwrap_or(0) + piece.len()..];
        }
    }

    #[test]
    fn benign_identifiers_pass_wherever_they_stand(uuid in "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", epoch in 1_600_000_000_000_000_000_u64..1_900_000_000_000_000_000, hash in "[0-9a-f]{40}", price in 0_u32..1_000_000) {
        let masker = Masker::new(&Masking::default()).unwrap();
        for divisor in [1, 1_000, 1_000_000, 1_000_000_000] {
            let line = format!(r#"{{"id":"{uuid}","at":{},"ref":"order {} of {hash} for {}.{:02} EUR","hash":"{hash}"}}"#, epoch / divisor, epoch / divisor, price / 100, price % 100);
            prop_assert_eq!(masker.mask(&line), &line[..]);
            let line = format!("{uuid} {} {hash} {price}", epoch / divisor);
            prop_assert_eq!(masker.mask(&line), &line[..]);
        }
    }
}

#[test]
fn a_number_that_is_masked_is_a_text_in_json_and_a_mask_by_itself() {
    let masker = masker();
    for (line, expected) in [("6286063510093934603", "***"), ("[6286063510093934603]", r#"["***"]"#), (r#"{"a":6286063510093934603}"#, r#"{"a":"***"}"#)] {
        assert_eq!(masker.mask(line), expected);
    }
}

#[test]
fn hostile_nesting_and_length_end_in_reasonable_time() {
    let masker = masker();
    for text in [
        "[".repeat(300_000),
        "{\"a\":".repeat(60_000),
        "{\"".repeat(100_000),
        "\\\"".repeat(100_000),
        "%25".repeat(100_000),
        "a@".repeat(100_000),
        "://".repeat(100_000),
        "password=".repeat(30_000),
    ] {
        let once = masker.mask(&text).into_owned();
        assert_eq!(masker.mask(&once), once);
    }
    let deep = format!("{}{}", "[".repeat(127), "]".repeat(127));
    assert_eq!(masker.mask(&deep), deep);
}
