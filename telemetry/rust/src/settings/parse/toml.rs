//! TOML to a tree.

use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use super::{MAX_DEPTH, MAX_NODES};
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
    source::{Kind, Span, Spanned},
    tree::{Entry, Node, Value, shortened},
};

/// Most mistakes of syntax that are told: behind the first few they are most likely the same one.
const MAX_SYNTAX: usize = 5;

/// Most mistakes of syntax that are looked at.
const MAX_ERRORS: usize = 100;

/// Reads a TOML file. What can be read beside mistakes of syntax is kept, so that other mistakes show up in the same run.
pub(in crate::settings) fn toml(name: &str, text: &str, findings: &mut Findings) -> Option<Node> {
    let source = findings.source(Kind::File, name, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut tree = Tree { source, text, nodes: 0, too_large: false };
    let root = Node { value: Value::Map(tree.entries(table.get_ref(), 0)), span: Span::whole(source) };
    let too_large = tree.too_large;
    if !errors.is_empty() {
        findings.mark_incomplete();
    }
    let mut lines = Vec::new();
    for error in errors.iter().take(MAX_ERRORS) {
        let mistake = tree.syntax(error);
        // What follows on the same line is made of what could not be read.
        if !lines.contains(&mistake.0) {
            if lines.len() < MAX_SYNTAX {
                findings.push(mistake.1);
            }
            lines.push(mistake.0);
        }
    }
    if too_large {
        let message = format!("more than {MAX_NODES} values, or more than {MAX_DEPTH} inside each other");
        findings.push(Mistake::error(Code::TooLarge, "", Span::whole(source), message).hint("settings are a few keys"));
        return None;
    }
    Some(without_lines(root, &lines))
}

struct Tree<'t> {
    source: usize,
    text: &'t str,
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
        if self.nodes > MAX_NODES || depth > MAX_DEPTH {
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

    /// The bytes that a mistake of syntax spoils, and what is told of it.
    fn syntax(&self, error: &Error) -> (Range<usize>, Mistake) {
        let range = error.span().unwrap_or(self.text.len()..self.text.len());
        // At the end of the file the last line with text says more than the empty one after it.
        let start = if range.start >= self.text.len() { self.text.trim_end().len() } else { range.start };
        let span = self.span(start..range.end.max(start + 1));
        let (code, message, hint) = self.explain(error, span);
        let line_start = self.text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let line_end = self.text.get(span.start..).and_then(|behind| behind.find('\n')).map_or(self.text.len(), |at| span.start + at);
        let line = self.text.get(line_start..line_end).unwrap_or_default();
        // What stands below a header that cannot be read belongs to nothing.
        let below = self.text.get(line_end..).unwrap_or_default();
        let end = if line.trim_start().starts_with('[') { below.find("\n[").map_or(self.text.len(), |at| line_end + at) } else { line_end };
        (line_start..end + 1, Mistake::error(code, "", span, message).hint(hint))
    }

    /// Our words for the mistakes people make; the parser's own for the rest.
    fn explain(&self, error: &Error, span: Span) -> (Code, String, String) {
        let typed = self.text.get(span.start..span.end).unwrap_or_default();
        let message = error.message();
        if message == "duplicate key" {
            let hint = if matches!(typed, "outputs" | "patterns") { "write each of them as `[[outputs]]` or `[[mask.patterns]]`" } else { "keep one" };
            return (Code::DuplicateKey, format!("the key `{}` is written twice", shortened(typed)), hint.to_owned());
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
        (Code::Syntax, message, hint)
    }

    /// The bare word that a mistake is in, when it stands where a value is expected; empty where there is none.
    fn value_at(&self, at: usize) -> Option<&str> {
        let line_start = self.text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
        let before = self.text.get(line_start..at)?;
        let expected = before.rfind(['=', '[', ','])?;
        // A header is no list.
        if before.trim_start().starts_with('[') {
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
