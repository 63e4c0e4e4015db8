//! The layer of the environment: each variable becomes the key it stands for.

use std::{collections::BTreeMap, path::PathBuf};

use skywarden_document::{Entry, Node, Span, Spanned, Value, closest};

use super::{
    catalogue::{CONFIG, FILE, KEYS, Key, LEVEL_SYNONYM, OUTPUT_PREFIX, PREFIX},
    environment::{Environment, Value as Variable},
    finding::Code,
    findings::{Findings, Mistake},
    raw::{Raw, RawOutput},
    source::Kind,
};

/// Highest index of an output in a variable.
const MAX_INDEX: usize = 15;

/// What our own variables say.
pub(super) fn read(environment: &Environment, findings: &mut Findings) -> Raw {
    let names: BTreeMap<String, &Key> = KEYS.iter().filter_map(|key| Some((key.variable()?, key))).collect();
    let mut root = Vec::new();
    let mut changes: BTreeMap<usize, Vec<Entry>> = BTreeMap::new();
    let mut file = None;
    for (name, variable) in environment.iter().filter(|(name, _)| name.starts_with(PREFIX)) {
        let text = match variable {
            Variable::Text(text) => text,
            Variable::Unusable(reason) => {
                // Only ours are told of: what else begins so is somebody else's.
                if name == CONFIG || name == FILE || names.contains_key(name) || indexed(name, &names).is_some() {
                    let source = findings.source(Kind::Variable, name, "");
                    findings.push(Mistake::error(Code::Unusable, "", Span::whole(source), *reason).hint("give a short text"));
                }
                continue;
            }
        };
        if name == CONFIG {
            continue;
        }
        let node = |findings: &mut Findings| {
            let source = findings.source(Kind::Variable, name, text);
            let start = text.len() - text.trim_start().len();
            Node { value: Value::Untyped(text.trim().to_owned()), span: Span { source, start, end: text.trim_end().len() } }
        };
        if name == FILE {
            let node = node(findings);
            file = Some(Spanned::new(PathBuf::from(text.trim()), node.span));
        } else if let Some(key) = names.get(name) {
            insert(&mut root, key.path, node(findings));
        } else if let Some((index, key)) = indexed(name, &names) {
            let node = node(findings);
            if index > MAX_INDEX {
                let message = format!("there are at most {} outputs", MAX_INDEX + 1);
                findings.push(Mistake::error(Code::OutOfRange, "outputs", node.span, message).hint("indexes begin with 0"));
            } else {
                insert(changes.entry(index).or_default(), key.path.strip_prefix("outputs[].").unwrap_or(key.path), node);
            }
        } else {
            note_unknown(name, &names, findings);
        }
    }
    let mut raw = map(root).map(|root| Raw::read(&root, findings)).unwrap_or_default();
    raw.outputs.file = file;
    for (index, entries) in changes {
        if let Some(node) = map(entries) {
            raw.outputs.changes.insert(index, RawOutput::read(&node, index, findings));
        }
    }
    raw.outputs.check_changes(findings);
    raw
}

/// Index and key of `SKYWARDEN_LOG_OUTPUTS_1_LEVEL`.
fn indexed<'k>(name: &str, names: &BTreeMap<String, &'k Key>) -> Option<(usize, &'k Key)> {
    let (index, rest) = name.strip_prefix(OUTPUT_PREFIX)?.split_once('_')?;
    let digits = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    let key = names.get(&format!("{OUTPUT_PREFIX}<n>_{rest}"))?;
    // An index too long for a number is out of range as well.
    digits.then(|| (index.parse().unwrap_or(usize::MAX), *key))
}

/// Puts a value where its path leads, making the maps on the way.
fn insert(entries: &mut Vec<Entry>, path: &str, node: Node) {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(rest) = rest else {
        entries.push(Entry { key: Spanned::new(name.to_owned(), node.span), value: node });
        return;
    };
    let found = entries.iter().position(|entry| entry.key.value == name);
    let index = found.unwrap_or_else(|| {
        entries.push(Entry { key: Spanned::new(name.to_owned(), node.span), value: Node { value: Value::Map(Vec::new()), span: node.span } });
        entries.len() - 1
    });
    if let Some(Entry { value: Node { value: Value::Map(inner), .. }, .. }) = entries.get_mut(index) {
        insert(inner, rest, node);
    }
}

fn map(entries: Vec<Entry>) -> Option<Node> {
    let span = entries.first()?.key.span;
    Some(Node { value: Value::Map(entries), span })
}

/// Warns of a variable that looks like a misspelt one of ours. It may be another program's, so it is no error.
fn note_unknown(name: &str, names: &BTreeMap<String, &Key>, findings: &mut Findings) {
    let own = ["SKYWARDEN_LOG_", "SKYWARDEN_REQUESTS_", "SKYWARDEN_METRICS_"];
    // Beginnings in common say nothing of how much alike two names are.
    let begins = own.iter().find(|own| name.starts_with(**own)).copied().unwrap_or(PREFIX);
    let known: Vec<&str> = names.keys().map(String::as_str).chain([CONFIG, FILE]).filter(|known| known.starts_with(begins)).collect();
    let meant = if name == LEVEL_SYNONYM.0 {
        Some(LEVEL_SYNONYM.1)
    } else {
        let ends: Vec<&str> = known.iter().filter_map(|known| known.strip_prefix(begins)).collect();
        let typed = name.strip_prefix(begins).unwrap_or(name);
        closest(typed, ends.iter().copied()).and_then(|end| known.iter().find(|known| known.strip_prefix(begins) == Some(end)).copied())
    };
    if meant.is_none() && begins == PREFIX {
        return;
    }
    let source = findings.source(Kind::Variable, name, "");
    let mistake = Mistake::warning(Code::UnknownVariable, "", Span::whole(source), "this variable is not known and is not looked at");
    findings.push(mistake.hint(meant.map_or_else(|| "delete it".to_owned(), |meant| format!("did you mean `{meant}`?"))));
}
