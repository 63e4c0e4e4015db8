//! Whatever the text: a tree within its limits or mistakes, never a panic, and every place lies in its text.

#![cfg(all(feature = "toml", feature = "yaml"))]

use proptest::prelude::*;
use skywarden_document::{Limits, MAX_MISTAKES, MistakeKind, Node, Reading, Span, Value, closest, parse_toml, parse_yaml, position, shortened};

/// So small that random text reaches them.
const LIMITS: Limits = Limits { bytes: 200, values: 40, depth: 5 };

/// What documents are made of, to get further than random characters do.
const PIECES: [&str; 41] = [
    "a", "b", "key", "word", "5", "-1", "1.5", "1e999", "true", "null", "off", "é", "a: ", "b: ", "? ", "- ", "  ", "\n", "\r\n", "\r", "\t", ",", "=", "a = ",
    "[", "]", "{", "}", "[a]\n", "[[a]]\n", "\"", "'", "|\n", "#", "---\n", "&a ", "*a", "!x ", "<<", "\u{feff}", "\0",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![6 => prop::sample::select(PIECES.to_vec()).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)], 0..60)
        .prop_map(|pieces| pieces.concat())
}

fn check_span(span: Span, text: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(span.source, 7);
    let piece = text.get(span.start..span.end);
    prop_assert!(piece.is_some_and(|piece| !piece.contains(['\n', '\r'])), "{span:?} in {text:?}");
    let (line, column) = position(text, span.start);
    prop_assert!(line <= text.split('\n').count() && column <= text.chars().count() + 1);
    Ok(())
}

/// Number of values, and of collections inside each other.
fn check_tree(node: &Node, text: &str) -> Result<(usize, usize), TestCaseError> {
    check_span(node.span, text)?;
    let mut nodes = 1;
    let mut depth = 0;
    let mut add = |inner: &Node| {
        let (more, inside) = check_tree(inner, text)?;
        nodes += more;
        depth = depth.max(inside);
        Ok::<_, TestCaseError>(())
    };
    match &node.value {
        Value::List(items) => items.iter().try_for_each(&mut add)?,
        Value::Map(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                check_span(entry.key.span, text)?;
                prop_assert!(entries[..index].iter().all(|earlier| earlier.key.value != entry.key.value), "{} is there twice", entry.key.value);
                add(&entry.value)?;
            }
        }
        Value::Number { value, .. } => prop_assert!(value.is_finite()),
        _ => return Ok((1, 0)),
    }
    Ok((nodes, depth + usize::from(matches!(node.value, Value::List(_) | Value::Map(_)))))
}

fn check(reading: &Reading, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(reading.mistakes.len() <= MAX_MISTAKES && (reading.more == 0 || reading.mistakes.len() == MAX_MISTAKES));
    for mistake in &reading.mistakes {
        check_span(mistake.span, text)?;
        prop_assert!(!mistake.message.is_empty() && !mistake.message.contains('\n') && !mistake.hint.is_empty(), "{mistake:?}");
        if let MistakeKind::DuplicateKey { first: Some(first) } = mistake.kind {
            check_span(first, text)?;
            prop_assert!(first.start < mistake.span.start || text.contains('*'), "{mistake:?}");
        }
    }
    if let Some(root) = &reading.root {
        let (nodes, depth) = check_tree(root, text)?;
        // The map of a TOML document itself is no value of it.
        prop_assert!(nodes <= LIMITS.values + 1 && depth <= LIMITS.depth + 1, "{nodes} values, {depth} inside each other: {text:?}");
        prop_assert!(text.len() <= LIMITS.bytes);
    }
    // Nothing is left out without a word.
    prop_assert!(reading.root.is_some() || !reading.mistakes.is_empty() || !reading.incomplete, "{text:?}");
    Ok(())
}

fn check_both(text: &str) -> Result<(), TestCaseError> {
    check(&parse_yaml(7, text, LIMITS), text)?;
    check(&parse_toml(7, text, LIMITS), text)
}

/// The tree as text, and each mistake with its place.
type Told = (Option<String>, Vec<(String, (usize, usize))>);

/// The values without their places, and the mistakes with the lines and columns they are in.
fn told(reading: &Reading, text: &str) -> Told {
    fn flow(node: &Node) -> String {
        match &node.value {
            Value::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                format!("{{{}}}", entries.iter().map(|entry| format!("{:?}: {}", entry.key.value, flow(&entry.value))).collect::<Vec<_>>().join(", "))
            }
            value => format!("{value:?}"),
        }
    }
    let mistakes = reading.mistakes.iter().map(|mistake| (mistake.message.clone(), position(text, mistake.span.start)));
    (reading.root.as_ref().map(flow), mistakes.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..250), text in any::<String>()) {
        check_both(&String::from_utf8_lossy(&bytes))?;
        check_both(&text)?;
    }

    #[test]
    fn pieces_of_documents_never_panic(text in pieces()) {
        check_both(&text)?;
    }

    #[test]
    fn words_of_any_kind_are_compared(typed in any::<String>(), known in prop::collection::vec(any::<String>(), 0..5)) {
        if let Some(word) = closest(&typed, known.iter().map(String::as_str)) {
            prop_assert!(known.iter().any(|known| known == word));
        }
        prop_assert!(!shortened(&typed).contains('\n') && shortened(&typed).chars().count() <= 41);
    }
}

const YAML: &str = "a: 1\nb: |\n  x\n  y\nc:\n  - d\n  - {e: f}\nc: [1]\ng: \"h";
const TOML: &str = "a = 1\nb = 'x'\nc = ['d', {e = 'f'}]\nc = [1]\ng = h\n[i]\nj = 2\n";

#[test]
fn line_ends_of_either_kind_give_the_same() {
    let limits = Limits { bytes: 1_000, values: 100, depth: 8 };
    let windows = |text: &str| text.replace('\n', "\r\n");
    let yaml = told(&parse_yaml(7, YAML, limits), YAML);
    assert_eq!(yaml.1.len(), 2, "{yaml:?}");
    assert_eq!(told(&parse_yaml(7, &windows(YAML), limits), &windows(YAML)), yaml);
    let toml = told(&parse_toml(7, TOML, limits), TOML);
    assert_eq!(toml.1.len(), 2, "{toml:?}");
    assert_eq!(told(&parse_toml(7, &windows(TOML), limits), &windows(TOML)), toml);
}

#[test]
fn a_byte_order_mark_changes_nothing() {
    let limits = Limits { bytes: 1_000, values: 100, depth: 8 };
    let marked = |text: &str| format!("\u{feff}{text}");
    for yaml in [YAML, "a: 1\na: 2", "{a: 1, a: 2}", "!x a: 1", "a: {"] {
        assert_eq!(told(&parse_yaml(7, &marked(yaml), limits), &marked(yaml)), told(&parse_yaml(7, yaml, limits), yaml), "{yaml:?}");
    }
    for toml in [TOML, "a = b", "a = 1\na = 2", "[a"] {
        assert_eq!(told(&parse_toml(7, &marked(toml), limits), &marked(toml)), told(&parse_toml(7, toml, limits), toml), "{toml:?}");
    }
    // The places are those in the text as it was given.
    let reading = parse_yaml(7, "\u{feff}a: 1", limits);
    let Some(Node { value: Value::Map(entries), .. }) = reading.root else { panic!("a map") };
    assert_eq!(entries[0].key.span, Span { source: 7, start: 3, end: 4 });
}
