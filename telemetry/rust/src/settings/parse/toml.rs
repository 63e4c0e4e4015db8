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

    /// The bytes of the line of a mistake of syntax, and what is told of it.
    fn syntax(&self, error: &Error) -> (Range<usize>, Mistake) {
        let range = error.span().unwrap_or(self.text.len()..self.text.len());
        // At the end of the file the last line with text says more than the empty one after it.
        let start = if range.start >= self.text.len() { self.text.trim_end().len() } else { range.start };
        let span = self.span(start..range.end.max(start + 1));
        let (code, hint) = match error.message() {
            "duplicate key" => (Code::DuplicateKey, "keep one, or write `[[outputs]]` for each item of a list"),
            _ => (Code::Syntax, "texts are in double quotes, and `[section]` begins a section"),
        };
        let message = if code == Code::DuplicateKey {
            format!("the key `{}` is written twice", shortened(self.text.get(span.start..span.end).unwrap_or_default()))
        } else {
            format!("not valid TOML: {}", error.message())
        };
        let line_start = self.text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let line_end = self.text.get(span.start..).and_then(|behind| behind.find('\n')).map_or(self.text.len(), |at| span.start + at);
        (line_start..line_end, Mistake::error(code, "", span, message).hint(hint))
    }
}

/// A tree without the entries that begin on these lines: there the parser may have made up what it could not read.
fn without_lines(node: Node, lines: &[Range<usize>]) -> Node {
    let value = match node.value {
        Value::Map(entries) => {
            let good = entries.into_iter().filter(|entry| !lines.iter().any(|line| line.contains(&entry.key.span.start)));
            Value::Map(good.map(|entry| Entry { value: without_lines(entry.value, lines), key: entry.key }).collect())
        }
        Value::List(items) => Value::List(items.into_iter().map(|item| without_lines(item, lines)).collect()),
        other => other,
    };
    Node { value, span: node.span }
}
