//! Whatever the text: a tree within its limits or mistakes, never a panic, and every place lies in its text.

use proptest::prelude::*;
#[cfg(feature = "toml")]
use skywarden_document::parse_toml;
#[cfg(feature = "yaml")]
use skywarden_document::parse_yaml;
use skywarden_document::{Limits, MAX_MISTAKES, MistakeKind, Node, Reading, Span, Value, closest, position, shortened};

type Parser = fn(usize, &str, Limits) -> Reading;

const PARSERS: &[Parser] = &[
    #[cfg(feature = "toml")]
    parse_toml,
    #[cfg(feature = "yaml")]
    parse_yaml,
];

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

fn check_all(text: &str) -> Result<(), TestCaseError> {
    PARSERS.iter().try_for_each(|parse| check(&parse(7, text, LIMITS), text))
}

/// The values without their places, and the mistakes with the lines and columns they are in.
fn told(reading: &Reading, text: &str) -> (Option<String>, Vec<String>) {
    fn flow(node: &Node) -> String {
        match &node.value {
            Value::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                format!("{{{}}}", entries.iter().map(|entry| format!("{:?}: {}", entry.key.value, flow(&entry.value))).collect::<Vec<_>>().join(", "))
            }
            value => format!("{value:?}"),
        }
    }
    let mistakes = reading.mistakes.iter().map(|mistake| format!("{:?}: {}", position(text, mistake.span.start), mistake.message));
    (reading.root.as_ref().map(flow), mistakes.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..250), text in any::<String>()) {
        check_all(&String::from_utf8_lossy(&bytes))?;
        check_all(&text)?;
    }

    #[test]
    fn pieces_of_documents_never_panic(text in pieces()) {
        check_all(&text)?;
    }

    #[test]
    fn words_of_any_kind_are_compared(typed in any::<String>(), known in prop::collection::vec(any::<String>(), 0..5)) {
        if let Some(word) = closest(&typed, known.iter().map(String::as_str)) {
            prop_assert!(known.iter().any(|known| known == word));
        }
        prop_assert!(!shortened(&typed).contains('\n') && shortened(&typed).chars().count() <= 41);
    }
}

/// As large as the texts below.
const ROOMY: Limits = Limits { bytes: 1_000, values: 100, depth: 8 };

/// Line ends of either kind and a byte order mark give the same values, and mistakes in the same lines and columns.
fn check_forms(parse: Parser, texts: &[&str]) {
    for text in texts {
        let plain = told(&parse(7, text, ROOMY), text);
        for form in [text.replace('\n', "\r\n"), format!("\u{feff}{text}"), format!("\u{feff}{}", text.replace('\n', "\r\n"))] {
            assert_eq!(told(&parse(7, &form, ROOMY), &form), plain, "{form:?}");
        }
    }
}

#[cfg(feature = "yaml")]
#[test]
fn line_ends_and_byte_order_marks_change_nothing_in_yaml() {
    let mixed = "a: 1\nb: |\n  x\n  y\nc:\n  - d\n  - {e: f}\nc: [1]\ng: \"h";
    assert_eq!(parse_yaml(7, mixed, ROOMY).mistakes.len(), 2);
    check_forms(parse_yaml, &[mixed, "", "a: 1\na: 2", "{a: 1, a: 2}", "!x a: 1", "a: {", "? [a]\n: b\n", "a: b\n c: d\n", "a\n---\nb\n"]);
    // The places are those in the text as it was given.
    let reading = parse_yaml(7, "\u{feff}a: 1", ROOMY);
    let Some(Node { value: Value::Map(entries), .. }) = reading.root else { panic!("a map") };
    assert_eq!(entries[0].key.span, Span { source: 7, start: 3, end: 4 });
}

#[cfg(feature = "toml")]
#[test]
fn line_ends_and_byte_order_marks_change_nothing_in_toml() {
    let mixed = "a = 1\nb = 'x'\nc = ['d', {e = 'f'}]\nc = [1]\ng = h\n[i]\nj = 2\n";
    assert_eq!(parse_toml(7, mixed, ROOMY).mistakes.len(), 2);
    check_forms(parse_toml, &[mixed, "", "a = b", "a = 1\na = 2", "[a", "[a\nb = 1\n[c]\nd = 2\n[e]\nf = 3\n", "a =\nb = 1\n", "a = \"b\nc = 1\n"]);
}
