//! YAML to a tree, by the events of serde-saphyr's parser, which carry places.

mod scalar;
mod syntax;

use std::collections::BTreeMap;

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, ScanError, Tag, options};

use crate::{Entry, Limits, MistakeKind, Node, Reading, Span, Spanned, Value, shortened};

/// Reads one YAML document. A mistake of syntax ends it, but what was read before is kept, so that other mistakes show up in the same run.
pub fn parse_yaml(source: usize, text: &str, limits: Limits) -> Reading {
    if let Some(reading) = Reading::of_too_many_bytes(source, text, limits) {
        return reading;
    }
    let reading = Reading::default();
    let mut builder = Builder { source, text, limits, stack: Vec::new(), anchors: BTreeMap::new(), nodes: 0, kept: Weight::default(), copied: 0, reading };
    if let Err((excess, place)) = builder.run() {
        builder.too_large(excess, place);
    }
    let mut reading = builder.reading;
    reading.root = reading.root.filter(|node| node.value != Value::Null);
    reading
}

/// A collection whose end has not been read yet.
enum Frame {
    List { items: Vec<Node>, start: usize, anchor: usize },
    Map { entries: Vec<Entry>, keys: BTreeMap<String, Span>, key: Key, start: usize, anchor: usize },
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

/// What a tree costs.
#[derive(Clone, Copy, Default)]
struct Weight {
    nodes: usize,
    /// Of keys and scalars.
    bytes: usize,
    /// Collections inside each other.
    depth: usize,
}

/// What there is too much of.
#[derive(Clone, Copy)]
enum Excess {
    Values,
    Depth,
    /// Of what anchors and aliases repeat.
    Copies,
}

struct Builder<'t> {
    source: usize,
    text: &'t str,
    limits: Limits,
    stack: Vec<Frame>,
    anchors: BTreeMap<usize, (Node, Weight)>,
    /// Values of the tree.
    nodes: usize,
    /// What is kept for aliases: anchors inside each other keep the same values again.
    kept: Weight,
    /// Bytes that aliases wrote out: a long text has as many again for each.
    copied: usize,
    reading: Reading,
}

impl Builder<'_> {
    /// Reads the document, until there is too much in it.
    fn run(&mut self) -> Result<(), (Excess, Span)> {
        let options = options! {
            emit_comments: false,
            flow_nesting_limit: self.limits.depth,
            block_nesting_limit: self.limits.depth,
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
            let fits = match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        self.reading.note(MistakeKind::SecondDocument, place, "a second YAML document starts here", "remove the `---`");
                        break;
                    }
                    Ok(())
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.check_tag(tag.as_deref(), place);
                    let forced = tag.as_deref().is_some_and(|tag| tag.core_suffix() == Some("str"));
                    let value = if style == ScalarStyle::Plain && !forced { scalar::plain(&text) } else { Value::Text(text.into_owned()) };
                    self.place(Node { value, span: place }, anchor)
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.check_tag(tag.as_deref(), place);
                    self.open(Frame::List { items: Vec::new(), start: range.start, anchor })
                }
                Event::MappingStart(_, anchor, tag) => {
                    self.check_tag(tag.as_deref(), place);
                    self.open(Frame::Map { entries: Vec::new(), keys: BTreeMap::new(), key: Key::Awaited, start: range.start, anchor })
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
                Event::Alias(anchor) => self.alias(anchor, place),
                _ => Ok(()),
            };
            fits.map_err(|excess| (excess, place))?;
        }
        // After a mistake of syntax the open collections end where the file could no longer be read.
        let end = self.text.trim_end().len();
        while !self.stack.is_empty() {
            self.close(self.text.len()).map_err(|excess| (excess, Span::in_line(self.source, self.text, end, end)))?;
        }
        Ok(())
    }

    /// Begins a collection.
    fn open(&mut self, frame: Frame) -> Result<(), Excess> {
        self.stack.push(frame);
        within(self.stack.len(), self.limits.depth, Excess::Depth)
    }

    /// Ends the innermost collection.
    fn close(&mut self, end: usize) -> Result<(), Excess> {
        let (value, start, anchor) = match self.stack.pop() {
            Some(Frame::List { items, start, anchor }) => (Value::List(items), start, anchor),
            Some(Frame::Map { entries, start, anchor, .. }) => (Value::Map(entries), start, anchor),
            None => return Ok(()),
        };
        let span = Span::in_line(self.source, self.text, start, end);
        self.place(Node { value, span }, anchor)
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, mut node: Node, anchor: usize) -> Result<(), Excess> {
        self.nodes += 1;
        if anchor != 0 {
            self.keep(anchor, &node)?;
        }
        match self.stack.last_mut() {
            None => self.reading.root = Some(node),
            Some(Frame::List { items, .. }) => items.push(node),
            Some(Frame::Map { entries, keys, key, .. }) => match std::mem::replace(key, Key::Awaited) {
                Key::Refused => {}
                Key::Read(name) => {
                    // Nothing has no place of its own: point at the key it belongs to.
                    if node.value == Value::Null && node.span.start == node.span.end {
                        node.span = name.span;
                    }
                    entries.push(Entry { key: name, value: node });
                }
                Key::Awaited => *key = read_key(keys, &node, &mut self.reading),
            },
        }
        within(self.nodes, self.limits.values, Excess::Values)
    }

    /// Keeps what an anchor names.
    fn keep(&mut self, anchor: usize, node: &Node) -> Result<(), Excess> {
        let weight = weight(node);
        self.kept.nodes += weight.nodes;
        self.kept.bytes += weight.bytes;
        within(self.kept.nodes, self.limits.values, Excess::Copies)?;
        within(self.kept.bytes, self.limits.bytes, Excess::Copies)?;
        self.anchors.insert(anchor, (node.clone(), weight));
        Ok(())
    }

    /// Writes out what an alias names.
    fn alias(&mut self, anchor: usize, place: Span) -> Result<(), Excess> {
        if let Some((node, weight)) = self.anchors.get(&anchor) {
            self.nodes += weight.nodes;
            self.copied += weight.bytes;
            within(self.nodes, self.limits.values, Excess::Values)?;
            within(self.copied, self.limits.bytes, Excess::Copies)?;
            within(self.stack.len() + weight.depth, self.limits.depth, Excess::Depth)?;
            let node = node.clone();
            return self.place(node, 0);
        }
        self.reading.note(MistakeKind::Syntax, place, "this alias refers to the value it is inside of", "write the value out");
        // Its place must not stay empty: the next key would be taken for its value.
        self.place(Node { value: Value::Text(String::new()), span: place }, 0)
    }

    fn too_large(&mut self, excess: Excess, place: Span) {
        let Limits { bytes, values, depth } = self.limits;
        let message = match excess {
            Excess::Values => format!("more than {values} values, aliases written out"),
            Excess::Depth => format!("more than {depth} values inside each other, aliases written out"),
            Excess::Copies => format!("anchors and aliases repeat more than {bytes} bytes or {values} values"),
        };
        self.reading.note(MistakeKind::TooManyValues, place, message, "use fewer aliases (`*name`), or give less in one document");
        self.reading.incomplete = true;
        self.reading.root = None;
    }

    fn check_tag(&mut self, tag: Option<&Tag>, place: Span) {
        if tag.is_some_and(|tag| tag.core_suffix().is_none()) {
            self.reading.note(MistakeKind::Syntax, place, "YAML tags (`!name`) have no meaning here", "remove the tag");
        }
    }

    fn syntax_error(&mut self, error: &ScanError) {
        let offset = error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len());
        let length = self.text.get(offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        // At the end of the file the last line with text says more than the empty one after it.
        let offset = if length == 0 { self.text.trim_end().len() } else { offset };
        let span = Span::in_line(self.source, self.text, offset, offset + length);
        let (message, hint) = syntax::explain(error);
        self.reading.note(MistakeKind::Syntax, span, message, hint);
        self.reading.incomplete = true;
    }
}

const fn within(count: usize, limit: usize, excess: Excess) -> Result<(), Excess> {
    if count <= limit { Ok(()) } else { Err(excess) }
}

/// A key, unless it is no scalar or there already.
fn read_key(keys: &mut BTreeMap<String, Span>, node: &Node, reading: &mut Reading) -> Key {
    let Some(text) = node.scalar() else {
        let message = format!("a key is a word, found {}", node.found());
        reading.note(MistakeKind::KeyIsNoWord, node.span, message, "a text that starts with `{`, `[` or `*` needs quotes");
        return Key::Refused;
    };
    if let Some(first) = keys.get(text) {
        let message = format!("the key `{}` is written twice", shortened(text));
        reading.note(MistakeKind::DuplicateKey { first: Some(*first) }, node.span, message, "keep one of them");
        return Key::Refused;
    }
    keys.insert(text.to_owned(), node.span);
    Key::Read(Spanned::new(text.to_owned(), node.span))
}

/// What a tree costs. The recursion is no deeper than a document may be.
fn weight(node: &Node) -> Weight {
    let mut sum = Weight { nodes: 1, ..Weight::default() };
    let mut add = |key: usize, value: &Node| {
        let inner = weight(value);
        sum.nodes += inner.nodes;
        sum.bytes += inner.bytes + key;
        sum.depth = sum.depth.max(inner.depth);
    };
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| add(0, item)),
        Value::Map(entries) => entries.iter().for_each(|entry| add(entry.key.value.len(), &entry.value)),
        _ => return Weight { bytes: node.scalar().map_or(0, str::len), ..sum },
    }
    sum.depth += 1;
    sum
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    const LIMITS: Limits = Limits { bytes: 64 * 1024, values: 10_000, depth: 32 };

    fn read(text: &str) -> Reading {
        parse_yaml(0, text, LIMITS)
    }

    fn kinds(text: &str) -> Vec<MistakeKind> {
        read(text).mistakes.iter().map(|mistake| mistake.kind).collect()
    }

    fn entries(reading: &Reading) -> &[Entry] {
        let Some(Node { value: Value::Map(entries), .. }) = &reading.root else { panic!("a map: {reading:?}") };
        entries
    }

    #[test]
    fn aliases_are_written_out_and_bounded() {
        let reading = read("a: &x { k: 1 }\nb: *x\n");
        assert_eq!(reading.mistakes, []);
        assert_eq!(entries(&reading)[0].value.value, entries(&reading)[1].value.value);

        let mut bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
        for level in 1..12 {
            let previous = format!("*a{}", level - 1);
            writeln!(bomb, "a{level}: &a{level} [{}]", [previous.as_str(); 10].join(",")).unwrap();
        }
        let reading = read(&bomb);
        assert!(reading.root.is_none() && reading.incomplete);
        assert_eq!(kinds(&bomb), [MistakeKind::TooManyValues]);
    }

    #[test]
    fn a_long_text_is_not_written_out_any_number_of_times() {
        let text = |length: usize, times: usize| format!("a: &a {}\nb: [{}]\n", "x".repeat(length), vec!["*a"; times].join(","));
        assert_eq!(kinds(&text(LIMITS.bytes / 16, 16)), []);
        assert_eq!(kinds(&text(LIMITS.bytes / 16, 17)), [MistakeKind::TooManyValues]);
        // Keys are text as well.
        let keys = |length: usize, times: usize| format!("a: &a {{ ? {} : 1 }}\nb: [{}]\n", "x".repeat(length), vec!["*a"; times].join(","));
        assert_eq!(kinds(&keys(LIMITS.bytes / 16, 17)), [MistakeKind::TooManyValues]);
    }

    #[test]
    fn anchors_inside_each_other_do_not_keep_a_text_any_number_of_times() {
        let anchored = |anchors: usize, inner: String| (0..anchors).fold(inner, |text, index| format!("[&a{index} {text}]"));
        let nested = |anchors: usize, length: usize| anchored(anchors, "x".repeat(length));
        assert_eq!(kinds(&nested(LIMITS.depth, 1_000)), []);
        assert_eq!(kinds(&nested(LIMITS.depth, LIMITS.bytes / 16)), [MistakeKind::TooManyValues]);
        let values = |anchors: usize, values: usize| anchored(anchors, format!("[{}]", vec!["1"; values].join(",")));
        assert_eq!(kinds(&values(LIMITS.depth - 1, 100)), []);
        assert_eq!(kinds(&values(LIMITS.depth - 1, 1_000)), [MistakeKind::TooManyValues]);
    }

    #[test]
    fn aliases_nest_no_deeper_than_brackets() {
        let chain = |links: usize| {
            let mut text = "a0: &a0 [1]\n".to_owned();
            for link in 1..links {
                writeln!(text, "a{link}: &a{link} [*a{}]", link - 1).unwrap();
            }
            text
        };
        // The map of the whole is one level.
        assert_eq!(kinds(&chain(LIMITS.depth - 1)), []);
        assert_eq!(kinds(&chain(LIMITS.depth)), [MistakeKind::TooManyValues]);
    }

    #[test]
    fn size_depth_and_number_hold_at_their_limits() {
        let padded = |length: usize| format!("a: 1 #{}", " ".repeat(length - 6));
        assert_eq!(kinds(&padded(LIMITS.bytes)), []);
        assert_eq!(kinds(&padded(LIMITS.bytes + 1)), [MistakeKind::TooManyBytes]);
        assert!(read(&padded(LIMITS.bytes + 1)).root.is_none());
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(kinds(&nested(LIMITS.depth)), []);
        assert_eq!(kinds(&nested(LIMITS.depth + 1)), [MistakeKind::Syntax]);
        // The parser counts brackets and indentation apart.
        let mixed = |depth: usize| format!("- [{}]", nested(depth - 2));
        assert_eq!(kinds(&mixed(LIMITS.depth)), []);
        assert_eq!(kinds(&mixed(LIMITS.depth + 1)), [MistakeKind::TooManyValues]);
        let listed = |nodes: usize| format!("[{}]", vec!["1"; nodes - 1].join(","));
        assert_eq!(kinds(&listed(LIMITS.values)), []);
        assert_eq!(kinds(&listed(LIMITS.values + 1)), [MistakeKind::TooManyValues]);
    }

    #[test]
    fn what_stands_before_a_mistake_of_syntax_is_kept() {
        let reading = read("project: shop\nservices:\n  a: { runtime: ecs\n");
        assert!(reading.incomplete);
        assert_eq!(entries(&reading)[0].key.value, "project");
        assert_eq!(reading.mistakes.iter().map(|mistake| mistake.kind).collect::<Vec<_>>(), [MistakeKind::Syntax]);
    }

    #[test]
    fn a_key_that_is_written_twice_is_told_with_its_first_place_and_the_first_value_stays() {
        let text = "a: 1\nb: { c: 1, \"c\": 2 }\na: 3\n";
        let reading = read(text);
        let told: Vec<_> = reading.mistakes.iter().map(|mistake| (mistake.kind, &text[mistake.span.start..mistake.span.end])).collect();
        let first = |start: usize| MistakeKind::DuplicateKey { first: Some(Span { source: 0, start, end: start + 1 }) };
        assert_eq!(told, [(first(text.find('c').unwrap()), "\"c\""), (first(0), "a")]);
        assert_eq!(entries(&reading)[0].value.scalar(), Some("1"));
        assert!(!reading.incomplete);
    }

    #[test]
    fn more_mistakes_than_are_kept_are_counted() {
        let reading = read(&"a: 1\n".repeat(crate::MAX_MISTAKES + 6));
        assert_eq!((reading.mistakes.len(), reading.more), (crate::MAX_MISTAKES, 5));
    }

    #[test]
    fn nothing_is_no_tree_and_no_mistake() {
        for text in ["", "# nothing\n", "---\n", "~", "\u{feff}"] {
            assert_eq!(read(text), Reading::default(), "{text:?}");
        }
    }
}
