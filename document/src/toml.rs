//! TOML to a tree.

use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use crate::{BYTE_ORDER_MARK, Entry, Limits, MistakeKind, Node, Reading, Span, Spanned, Value, shortened};

/// Most mistakes of syntax that are told: behind the first few they are most likely the same one.
const MAX_SYNTAX: usize = 5;

/// Most mistakes of syntax that are looked at.
const MAX_ERRORS: usize = 100;

/// Reads a TOML document. What can be read beside mistakes of syntax is kept, so that other mistakes show up in the same run. An empty document is an empty
/// map.
pub fn parse_toml(source: usize, text: &str, limits: Limits) -> Reading {
    if let Some(reading) = Reading::of_too_many_bytes(source, text, limits) {
        return reading;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut tree = Tree { source, text, limits, nodes: 0, too_large: false };
    let root = Node { value: Value::Map(tree.entries(table.get_ref(), 0)), span: Span::whole(source) };
    let mut reading = Reading { incomplete: !errors.is_empty() || tree.too_large, ..Reading::default() };
    let mut lines = Vec::new();
    for error in errors.iter().take(MAX_ERRORS) {
        let spoilt = tree.spoilt_by(error);
        // What follows on the same line is made of what could not be read.
        if !lines.contains(&spoilt) {
            if lines.len() < MAX_SYNTAX {
                tree.note(error, &mut reading);
            }
            lines.push(spoilt);
        }
    }
    if tree.too_large {
        let message = format!("more than {} values, or more than {} inside each other", limits.values, limits.depth);
        reading.note(MistakeKind::TooManyValues, Span::whole(source), message, "give less in one document");
    } else {
        reading.root = Some(without_lines(root, &lines));
    }
    reading
}

struct Tree<'t> {
    source: usize,
    text: &'t str,
    limits: Limits,
    nodes: usize,
    too_large: bool,
}

impl Tree<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::in_line(self.source, self.text, range.start, range.end)
    }

    fn entries(&mut self, table: &DeTable<'_>, depth: usize) -> Vec<Entry> {
        let entry = |(key, value): (&toml::Spanned<toml::de::DeString<'_>>, &toml::Spanned<DeValue<'_>>)| {
            let span = self.span(key.span());
            Entry { key: Spanned::new(key.get_ref().to_string(), span), value: self.node(value, depth + 1) }
        };
        table.iter().map(entry).collect()
    }

    fn node(&mut self, value: &toml::Spanned<DeValue<'_>>, depth: usize) -> Node {
        let span = self.span(value.span());
        self.nodes += 1;
        if self.nodes > self.limits.values || depth > self.limits.depth {
            self.too_large = true;
            return Node { value: Value::Null, span };
        }
        let typed = || self.text.get(value.span()).unwrap_or_default().to_owned();
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(value) => Value::Bool(*value),
            DeValue::Integer(integer) => {
                let number = i128::from_str_radix(integer.as_str(), integer.radix());
                #[expect(clippy::cast_precision_loss, reason = "the value is only compared with small numbers; the digits are kept")]
                number.map_or_else(|_| Value::Text(typed()), |number| Value::Number { lexeme: number.to_string(), value: number as f64 })
            }
            DeValue::Float(float) => match float.as_str().parse::<f64>() {
                Ok(value) if value.is_finite() => Value::Number { lexeme: float.as_str().to_owned(), value },
                _ => Value::Text(typed()),
            },
            // A date may be meant as a version.
            DeValue::Datetime(_) => Value::Text(typed()),
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.node(item, depth + 1)).collect()),
            DeValue::Table(table) => Value::Map(self.entries(table, depth)),
        };
        Node { value, span }
    }

    fn place_of(&self, error: &Error) -> Span {
        let range = error.span().unwrap_or(self.text.len()..self.text.len());
        // At the end of the file the last line with text says more than the empty one after it.
        let start = if range.start >= self.text.len() { self.text.trim_end().len() } else { range.start };
        // A line ends before either of the two characters that Windows ends it with.
        let bytes = self.text.as_bytes();
        let start = if start > 0 && bytes.get(start - 1..=start) == Some(b"\r\n") { start - 1 } else { start };
        self.span(start..range.end.max(start + 1))
    }

    /// The bytes that a mistake of syntax spoils.
    fn spoilt_by(&self, error: &Error) -> Range<usize> {
        let start = self.place_of(error).start;
        let line_start = self.text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let line_end = self.text.get(start..).and_then(|behind| behind.find('\n')).map_or(self.text.len(), |at| start + at);
        let line = self.text.get(line_start..line_end).unwrap_or_default();
        // What stands below a header that cannot be read belongs to nothing.
        let below = self.text.get(line_end..).unwrap_or_default();
        let end = if is_header(line) { below.find("\n[").map_or(self.text.len(), |at| line_end + at) } else { line_end };
        line_start..end + 1
    }

    /// Our words for the mistakes people make; the parser's own for the rest.
    fn note(&self, error: &Error, reading: &mut Reading) {
        let span = self.place_of(error);
        let message = error.message();
        if message == "duplicate key" {
            let typed = self.text.get(span.start..span.end).unwrap_or_default();
            let kind = MistakeKind::DuplicateKey { first: None };
            return reading.note(kind, span, format!("the key `{}` is written twice", shortened(typed)), "keep one");
        }
        let value = self.value_at(span.start);
        let (message, hint) = match value {
            Some("") => ("a value is missing".to_owned(), "give one, or delete the key".to_owned()),
            Some(word) if word.starts_with(char::is_alphabetic) => {
                (format!("`{}` is a text without quotes", shortened(word)), format!("write `\"{}\"`", shortened(word)))
            }
            Some(word) if word.starts_with(|character: char| character.is_ascii_digit()) => {
                (format!("`{}` is no number", shortened(word)), format!("if a text is meant, quote it: `\"{}\"`", shortened(word)))
            }
            _ if message.starts_with("key with no value") => {
                ("this line is no `key = value`".to_owned(), "keys and values have `=` between, and `[section]` begins a section".to_owned())
            }
            _ if message.starts_with("unclosed") => ("a bracket is opened and never closed".to_owned(), "close it".to_owned()),
            _ if message.starts_with("invalid basic string") || message.starts_with("invalid literal string") => {
                ("a quote is opened and never closed".to_owned(), "close it".to_owned())
            }
            _ => (format!("not valid TOML: {message}"), "texts are in double quotes, and `[section]` begins a section".to_owned()),
        };
        reading.note(MistakeKind::Syntax, span, message, hint);
    }

    /// The bare word that a mistake is in, when it stands where a value is expected; empty where there is none.
    fn value_at(&self, at: usize) -> Option<&str> {
        let line_start = self.text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
        let before = self.text.get(line_start..at)?;
        let expected = before.rfind(['=', '[', ','])?;
        // A header is no list.
        if is_header(before) {
            return None;
        }
        let begun = before.get(expected + 1..)?;
        let start = line_start + expected + 1 + (begun.len() - begun.trim_start().len());
        let rest = self.text.get(start..)?;
        let end = rest.find(|character: char| character.is_whitespace() || "#,]}=\"'".contains(character)).unwrap_or(rest.len());
        let word = rest.get(..end)?;
        // A quote that follows tells of a text, and the mistake is in it.
        let is_bare = start + end >= at && !rest.get(end..)?.starts_with(['"', '\'', '=']);
        is_bare.then_some(word).filter(|word| !word.is_empty() || before.trim_end().ends_with('='))
    }
}

/// Whether a line, or what stands before a place in it, begins a section.
fn is_header(line: &str) -> bool {
    line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line).trim_start().starts_with('[')
}

/// A tree without the entries that begin on these lines: there the parser may have made up what it could not read.
fn without_lines(node: Node, lines: &[Range<usize>]) -> Node {
    let value = match node.value {
        Value::Map(entries) => {
            let good =
                entries.into_iter().filter(|entry| !lines.iter().any(|line| line.contains(&entry.key.span.start) || line.contains(&entry.value.span.start)));
            Value::Map(good.map(|entry| Entry { value: without_lines(entry.value, lines), key: entry.key }).collect())
        }
        Value::List(items) => Value::List(items.into_iter().map(|item| without_lines(item, lines)).collect()),
        other => other,
    };
    Node { value, span: node.span }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { bytes: 64 * 1024, values: 1_000, depth: 8 };

    fn read(text: &str) -> Reading {
        parse_toml(0, text, LIMITS)
    }

    fn kinds(text: &str) -> Vec<MistakeKind> {
        read(text).mistakes.iter().map(|mistake| mistake.kind).collect()
    }

    fn entries(node: &Node) -> &[Entry] {
        let Value::Map(entries) = &node.value else { panic!("a map: {node:?}") };
        entries
    }

    #[test]
    fn values_keep_their_digits_and_their_places() {
        let text = "a = 1_000\nb = 0xff\nc = 1.50\nd = 'x'\ne = [true, inf]\nf = 2026-01-02\n";
        let reading = read(text);
        assert_eq!(reading.mistakes, []);
        let root = reading.root.unwrap();
        let number = |lexeme: &str, value| Value::Number { lexeme: lexeme.to_owned(), value };
        let values: Vec<_> = entries(&root).iter().map(|entry| entry.value.value.clone()).collect();
        assert_eq!(values[..4], [number("1000", 1000.0), number("255", 255.0), number("1.50", 1.5), Value::Text("x".to_owned())]);
        let Value::List(items) = &values[4] else { panic!("a list") };
        assert_eq!(items.iter().map(|item| item.value.clone()).collect::<Vec<_>>(), [Value::Bool(true), Value::Text("inf".to_owned())]);
        assert_eq!(values[5], Value::Text("2026-01-02".to_owned()));
        let place = entries(&root)[1].value.span;
        assert_eq!(&text[place.start..place.end], "0xff");
    }

    #[test]
    fn what_can_be_read_beside_mistakes_is_kept() {
        let reading = read("a = b\nc = 1\n[d\ne = 2\n[f]\ng = 3\n[h]\ni = 4\n");
        assert!(reading.incomplete);
        assert_eq!(reading.mistakes.iter().map(|mistake| mistake.kind).collect::<Vec<_>>(), [MistakeKind::Syntax, MistakeKind::Syntax]);
        let root = reading.root.unwrap();
        // For the parser the section behind a header that cannot be read begins with that header.
        assert_eq!(entries(&root).iter().map(|entry| entry.key.value.as_str()).collect::<Vec<_>>(), ["c", "h"]);
    }

    #[test]
    fn a_key_that_is_written_twice_is_a_mistake_of_its_own() {
        assert_eq!(kinds("a = 1\na = 2\n[b]\n[b]\n"), [MistakeKind::DuplicateKey { first: None }; 2]);
    }

    #[test]
    fn few_mistakes_of_syntax_are_told() {
        assert_eq!(kinds(&"a = b\n".repeat(500)).len(), MAX_SYNTAX);
    }

    #[test]
    fn size_depth_and_number_hold_at_their_limits() {
        let padded = |length: usize| format!("a = 1 #{}", " ".repeat(length - 7));
        assert_eq!(kinds(&padded(LIMITS.bytes)), []);
        assert_eq!(kinds(&padded(LIMITS.bytes + 1)), [MistakeKind::TooManyBytes]);
        let nested = |depth: usize| format!("a = {}1{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(kinds(&nested(LIMITS.depth - 1)), []);
        assert_eq!(kinds(&nested(LIMITS.depth)), [MistakeKind::TooManyValues]);
        let listed = |values: usize| format!("a = [{}]", vec!["1"; values - 1].join(","));
        assert_eq!(kinds(&listed(LIMITS.values)), []);
        assert_eq!(kinds(&listed(LIMITS.values + 1)), [MistakeKind::TooManyValues]);
        let reading = read(&listed(LIMITS.values + 1));
        assert!(reading.root.is_none() && reading.incomplete);
    }

    #[test]
    fn nothing_is_an_empty_map() {
        for text in ["", "# nothing\n", "\u{feff}"] {
            let reading = read(text);
            assert_eq!((reading.mistakes, reading.root.map(|root| root.value)), (Vec::new(), Some(Value::Map(Vec::new()))), "{text:?}");
        }
    }
}
