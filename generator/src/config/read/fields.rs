//! Reading a map: each key is asked for by name, and what nobody asked for is an unknown key.

use skywarden_document::{Entry, Node, Span, Value, closest, listed, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{Expected, scalar::wrong_type},
};

/// A map being read.
pub(crate) struct Fields<'n> {
    /// What the map is, for messages: ``service `checkout` ``.
    place: String,
    span: Span,
    entries: &'n [Entry],
    known: Vec<&'static str>,
    /// Required keys that are not there, with an example of each.
    missing: Vec<(&'static str, String)>,
}

impl<'n> Fields<'n> {
    /// Starts reading; `None` when the node is no map (which is reported).
    pub(crate) fn open(node: &'n Node, place: impl Into<String>, expected: &Expected, findings: &mut Findings) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            wrong_type(node, expected, findings);
            return None;
        };
        Some(Self { place: place.into(), span: node.span, entries, known: Vec::new(), missing: Vec::new() })
    }

    /// Where the map is.
    pub(crate) const fn span(&self) -> Span {
        self.span
    }

    /// The value of an optional key.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// The value of a required key. When it is missing [`Self::finish`] reports it, unless it is there and misspelt.
    pub(crate) fn require(&mut self, key: &'static str, example: &str, findings: &Findings) -> Option<&'n Node> {
        let node = self.take(key);
        if node.is_none() && !findings.is_incomplete() {
            self.missing.push((key, example.to_owned()));
        }
        node
    }

    /// Ends reading: reports every key nobody asked for, and every required one that is not there.
    pub(crate) fn finish(self, findings: &mut Findings) {
        let mut missing = self.missing;
        for entry in self.entries {
            let key = entry.key.value.as_str();
            if self.known.contains(&key) {
                continue;
            }
            let hint = if key == "<<" {
                "merge keys are not read; give the common part as another --config file or write it out".to_owned()
            } else {
                match closest(key, self.known.iter().copied()) {
                    Some(word) => {
                        // One mistake, told once.
                        missing.retain(|(key, _)| *key != word);
                        format!("did you mean `{word}`?")
                    }
                    None => format!("known keys here: {}", listed(self.known.iter().copied())),
                }
            };
            let message = format!("{} has no key `{}`", self.place, shortened(key));
            findings.push(Finding::error(Code::UnknownKey, entry.key.span, message).hint(hint));
        }
        for (key, example) in missing {
            let message = format!("{} needs `{key}`", self.place);
            findings.push(Finding::error(Code::MissingKey, self.span, message).hint(format!("add `{example}`")));
        }
    }
}
