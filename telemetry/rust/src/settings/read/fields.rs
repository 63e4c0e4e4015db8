//! Reading a map: each key is asked for by name, and what is not in the catalogue is an unknown key.

use skywarden_document::{Entry, Node, Span, Value, closest, listed, shortened};

use crate::settings::{
    catalogue::{self, Key},
    finding::Code,
    findings::{Findings, Mistake},
};

/// A value that was given for a key.
#[derive(Clone, Debug)]
pub(in crate::settings) struct Field<'n> {
    pub(in crate::settings) node: &'n Node,
    pub(in crate::settings) key: &'static Key,
    /// Its path with indexes: `outputs[1].to`.
    pub(in crate::settings) path: String,
}

impl Field<'_> {
    /// How the key may be written, where this one stands.
    pub(super) fn example(&self) -> String {
        if let Value::Untyped(_) = self.node.value { self.key.example_value() } else { format!("{} = {}", self.key.name(), self.key.example) }
    }
}

/// A map being read.
#[derive(Debug)]
pub(in crate::settings) struct Fields<'n> {
    /// Path with indexes; empty for the file itself.
    path: String,
    span: Span,
    entries: &'n [Entry],
}

impl<'n> Fields<'n> {
    /// Starts reading, and notes every key that is not in the catalogue; none when the node is no map (which is noted).
    pub(in crate::settings) fn open(node: &'n Node, path: impl Into<String>, findings: &mut Findings) -> Option<Self> {
        let path = path.into();
        let Value::Map(entries) = &node.value else {
            let example = catalogue::section(&path).map_or("", |section| section.example);
            let message = format!("expected a map, found {}", node.found());
            findings.push(Mistake::error(Code::WrongType, path, node.span, message).hint(format!("for example `{example}`")));
            return None;
        };
        let fields = Self { path, span: node.span, entries };
        fields.note_unknown(findings);
        Some(fields)
    }

    /// Where the map is.
    pub(in crate::settings) const fn span(&self) -> Span {
        self.span
    }

    /// Whether nothing is in it, good or not.
    pub(in crate::settings) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key.
    pub(in crate::settings) fn take(&self, name: &str) -> Option<Field<'n>> {
        let node = self.section(name)?;
        let path = self.join(name);
        catalogue::key(&path).map(|key| Field { node, key, path })
    }

    /// The value of a required key; noted when it is missing.
    pub(in crate::settings) fn require(&self, name: &str, findings: &mut Findings) -> Option<Field<'n>> {
        let field = self.take(name);
        if field.is_none() {
            let example = catalogue::key(&self.join(name)).map_or("", |key| key.example);
            let mistake = Mistake::error(Code::MissingKey, &self.path, self.span, format!("`{name}` is missing"));
            findings.push_missing(mistake.hint(format!("add `{name} = {example}`")));
        }
        field
    }

    /// The node of a section.
    pub(in crate::settings) fn section(&self, name: &str) -> Option<&'n Node> {
        self.entries.iter().find(|entry| entry.key.value == name).map(|entry| &entry.value)
    }

    /// The path of a name in this map.
    pub(in crate::settings) fn join(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn note_unknown(&self, findings: &mut Findings) {
        let known = catalogue::names(&self.path);
        for entry in self.entries {
            let key = entry.key.value.as_str();
            if known.contains(&key) || findings.is_full() {
                continue;
            }
            let hint = match closest(key, known.iter().copied()) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("known here: {}", listed(known.iter().copied())),
            };
            let place = if self.path.is_empty() { String::new() } else { format!(" in {}", self.path) };
            let message = format!("unknown key `{}`{place}", shortened(key));
            findings.push(Mistake::error(Code::UnknownKey, self.join(key), entry.key.span, message).hint(hint));
        }
    }
}
