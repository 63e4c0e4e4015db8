//! YAML to a tree, by the events of serde-saphyr's parser, which carry places.

use std::collections::BTreeMap;

use serde_saphyr::granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Tag, options};

use super::{MAX_DEPTH, MAX_NODES};
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
    source::{Kind, Span, Spanned},
    tree::{Entry, Node, Value, shortened},
};

/// Reads a YAML file. A mistake of syntax ends it, but what was read before is kept, so that other mistakes show up in the same run.
pub(in crate::settings) fn yaml(name: &str, text: &str, findings: &mut Findings) -> Option<Node> {
    let source = findings.source(Kind::File, name, text);
    let mut builder = Builder { source, text, stack: Vec::new(), anchors: BTreeMap::new(), nodes: 0, root: None, too_large: false, findings };
    builder.run();
    let Builder { root, too_large, .. } = builder;
    // An empty file sets nothing, as an empty TOML file does.
    root.filter(|node| node.value != Value::Null && !too_large)
}

/// A collection whose end has not been read yet.
enum Frame {
    List { items: Vec<Node>, start: usize, anchor: usize },
    Map { entries: Vec<Entry>, key: Key, start: usize, anchor: usize },
}

/// What a map waits for.
enum Key {
    /// The next node is a key.
    Awaited,
    /// The next node is the value of this key.
    Read(Spanned<String>),
    /// The next node is the value of a key that was refused.
    Refused,
}

struct Builder<'t, 'f> {
    source: usize,
    text: &'t str,
    stack: Vec<Frame>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    root: Option<Node>,
    too_large: bool,
    findings: &'f mut Findings,
}

impl Builder<'_, '_> {
    fn run(&mut self) {
        let options = options! {
            emit_comments: false,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        let mut documents = 0;
        for event in Parser::new_from_str_with_options(self.text, options) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    self.syntax_error(&error);
                    break;
                }
            };
            let range = span.byte_range().unwrap_or(self.text.len()..self.text.len());
            let place = Span::in_line(self.source, self.text, range.start, range.end);
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        let mistake = Mistake::error(Code::Syntax, "", place, "a second YAML document starts here");
                        self.findings.push(mistake.hint("remove the `---`"));
                        break;
                    }
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.check_tag(tag.as_deref(), place);
                    let forced = tag.as_deref().is_some_and(|tag| tag.core_suffix() == Some("str"));
                    let value = if style == ScalarStyle::Plain && !forced { plain(&text) } else { Value::Text(text.into_owned()) };
                    self.place(Node { value, span: place }, anchor);
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.check_tag(tag.as_deref(), place);
                    self.stack.push(Frame::List { items: Vec::new(), start: range.start, anchor });
                }
                Event::MappingStart(_, anchor, tag) => {
                    self.check_tag(tag.as_deref(), place);
                    self.stack.push(Frame::Map { entries: Vec::new(), key: Key::Awaited, start: range.start, anchor });
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
                Event::Alias(anchor) => self.alias(anchor, place),
                _ => {}
            }
            if self.nodes > MAX_NODES {
                let mistake = Mistake::error(Code::TooLarge, "", place, format!("more than {MAX_NODES} values, aliases written out"));
                self.findings.push(mistake.hint("settings are a few keys"));
                self.too_large = true;
                break;
            }
        }
        // After a mistake of syntax the open collections end where the file could no longer be read.
        while !self.stack.is_empty() {
            self.close(self.text.len());
        }
    }

    /// Ends the innermost collection.
    fn close(&mut self, end: usize) {
        let (value, start, anchor) = match self.stack.pop() {
            Some(Frame::List { items, start, anchor }) => (Value::List(items), start, anchor),
            Some(Frame::Map { entries, start, anchor, .. }) => (Value::Map(entries), start, anchor),
            None => return,
        };
        let span = Span::in_line(self.source, self.text, start, end);
        self.place(Node { value, span }, anchor);
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, mut node: Node, anchor: usize) {
        self.nodes += 1;
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Frame::List { items, .. }) => items.push(node),
            Some(Frame::Map { entries, key, .. }) => match std::mem::replace(key, Key::Awaited) {
                Key::Refused => {}
                Key::Read(name) => {
                    // Nothing has no place of its own: point at the key it belongs to.
                    if node.value == Value::Null && node.span.start == node.span.end {
                        node.span = name.span;
                    }
                    entries.push(Entry { key: name, value: node });
                }
                Key::Awaited => {
                    *key = read_key(entries, &node, self.findings);
                }
            },
        }
    }

    fn alias(&mut self, anchor: usize, place: Span) {
        if let Some(node) = self.anchors.get(&anchor).cloned() {
            self.nodes += size(&node);
            self.place(node, 0);
            return;
        }
        let mistake = Mistake::error(Code::Syntax, "", place, "this alias refers to the value it is inside of");
        self.findings.push(mistake.hint("write the value out"));
        // Its place must not stay empty: the next key would be taken for its value.
        self.place(Node { value: Value::Text(String::new()), span: place }, 0);
    }

    fn check_tag(&mut self, tag: Option<&Tag>, place: Span) {
        if tag.is_some_and(|tag| tag.core_suffix().is_none()) {
            let mistake = Mistake::error(Code::Syntax, "", place, "YAML tags (`!name`) have no meaning here");
            self.findings.push(mistake.hint("remove the tag"));
        }
    }

    fn syntax_error(&mut self, error: &ScanError) {
        let offset = error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len());
        let length = self.text.get(offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        // At the end of the file the last line with text says more than the empty one after it.
        let offset = if length == 0 { self.text.trim_end().len() } else { offset };
        let span = Span::in_line(self.source, self.text, offset, offset + length);
        let (message, hint) = explain(error);
        self.findings.push(Mistake::error(Code::Syntax, "", span, message).hint(hint));
        self.findings.mark_incomplete();
    }
}

/// A key, unless it is no scalar or there already.
fn read_key(entries: &[Entry], node: &Node, findings: &mut Findings) -> Key {
    let Some(text) = node.scalar() else {
        let mistake = Mistake::error(Code::WrongType, "", node.span, format!("a key is a word, found {}", node.found()));
        findings.push(mistake.hint("a text that starts with `{`, `[` or `*` needs quotes"));
        return Key::Refused;
    };
    if let Some(first) = entries.iter().find(|entry| entry.key.value == text) {
        let mistake = Mistake::error(Code::DuplicateKey, "", node.span, format!("the key `{}` is written twice", shortened(text)));
        findings.push(mistake.first(first.key.span).hint("keep one of them"));
        return Key::Refused;
    }
    Key::Read(Spanned::new(text.to_owned(), node.span))
}

/// Number of nodes in a tree. The recursion is shallow: each level of nesting by aliases costs as many nodes as it is deep.
fn size(node: &Node) -> usize {
    match &node.value {
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Map(entries) => 1 + entries.iter().map(|entry| size(&entry.value)).sum::<usize>(),
        _ => 1,
    }
}

/// What a plain scalar means in YAML 1.2's core schema. Octal and hexadecimal integers and `.inf` stay text: no setting takes them.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let numeric = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    match text.parse::<f64>() {
        Ok(value) if numeric && value.is_finite() => Value::Number { lexeme: text.to_owned(), value },
        _ => Value::Text(text.to_owned()),
    }
}

/// Our words for the mistakes people make; the parser's own for the rest.
fn explain(error: &ScanError) -> (String, &'static str) {
    let (message, hint) = match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => ("a tab is used where YAML wants spaces", "indent with spaces"),
        ErrorKind::UnclosedQuotedScalar => ("a quote is opened and never closed", "close it with the same kind of quote"),
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofImplicitFlowMapping => ("a bracket is opened and never closed", "close it, or quote the value if it is a text"),
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
            ("a comma or a closing bracket is missing", "add it, or quote the value if it is a text")
        }
        ErrorKind::UnknownAnchor => ("this alias (`*name`) has no anchor (`&name`) before it", "quote the text if no alias is meant"),
        ErrorKind::InvalidIndentation | ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedBlockSequenceEntry => {
            ("the indentation does not fit the lines above", "keys of the same map start in the same column")
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("this line does not fit here", "write `key: value` with a space after the colon, and quote a text that holds `: `")
        }
        ErrorKind::UnexpectedCharacter { .. } => ("a text cannot start with this character", "quote the text"),
        ErrorKind::RecursionLimitExceeded => ("the values are nested too deeply", "no setting needs more than a few levels"),
        _ => return (format!("not valid YAML: {}", error.info()), "check quotes, brackets and the indentation of this line"),
    };
    (message.to_owned(), hint)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn read(text: &str) -> (Option<Node>, Findings) {
        let mut findings = Findings::default();
        let node = yaml("telemetry.yaml", text, &mut findings);
        (node, findings)
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let number = |lexeme: &str, value| Value::Number { lexeme: lexeme.to_owned(), value };
        assert_eq!(plain("5"), number("5", 5.0));
        assert_eq!(plain("-1.50"), number("-1.50", -1.5));
        for text in ["5%", "14d", "off", "inf", "nan", "1e999", "0x10", "None"] {
            assert_eq!(plain(text), Value::Text(text.to_owned()));
        }
    }

    #[test]
    fn aliases_are_written_out_and_bounded() {
        let (node, findings) = read("a: &x { k: 1 }\nb: *x\n");
        assert!(findings.finish().0.is_empty());
        let Some(Node { value: Value::Map(entries), .. }) = node else { panic!("a map") };
        assert_eq!(entries[0].value.value, entries[1].value.value);

        let mut bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
        for level in 1..12 {
            let previous = format!("*a{}", level - 1);
            writeln!(bomb, "a{level}: &a{level} [{}]", [previous.as_str(); 10].join(",")).unwrap();
        }
        let (node, findings) = read(&bomb);
        assert!(node.is_none());
        assert_eq!(findings.finish().0.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::TooLarge]);
    }

    #[test]
    fn depth_and_number_hold_at_their_limits() {
        let errors = |text: &str| !read(text).1.finish().0.is_empty();
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!errors(&nested(MAX_DEPTH)));
        assert!(errors(&nested(MAX_DEPTH + 1)));
        let listed = |nodes: usize| format!("[{}]", vec!["1"; nodes - 1].join(","));
        assert!(!errors(&listed(MAX_NODES)));
        assert!(errors(&listed(MAX_NODES + 1)));
    }

    #[test]
    fn what_stands_before_a_mistake_of_syntax_is_kept() {
        let (node, findings) = read("service: orders\noutputs:\n  - { to: stdout\n");
        assert_eq!(findings.finish().0.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::Syntax]);
        let Some(Node { value: Value::Map(entries), .. }) = node else { panic!("a map") };
        assert_eq!(entries[0].key.value, "service");
    }
}
