//! Several config files become one: maps merge key by key, scalars and lists of a later file replace, `null` removes.
//!
//! Every value keeps the place it was typed at, so that a diagnostic points into the file it came from.

use skywarden_document::{Entry, Node, Value};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
};

/// Lays `over` on `base`.
pub(crate) fn merge(base: Node, over: Node, findings: &mut Findings) -> Node {
    match (base.value, over.value) {
        (Value::Map(mut entries), Value::Map(changes)) => {
            for change in changes {
                apply(&mut entries, change, findings);
            }
            Node { value: Value::Map(entries), span: base.span }
        }
        (_, value) => Node { value, span: over.span },
    }
}

fn apply(entries: &mut Vec<Entry>, change: Entry, findings: &mut Findings) {
    let found = entries.iter().position(|entry| entry.key.value == change.key.value);
    match (found, &change.value.value) {
        (Some(index), Value::Null) => {
            entries.remove(index);
        }
        (None, Value::Null) => {
            let message = format!("`{}: null` removes a key, but the files before have no such key here", change.key.value);
            let finding = Finding::warning(Code::NullRemoves, change.key.span, message);
            findings.push(finding.hint("check the spelling, or delete the line"));
        }
        (Some(index), _) => {
            // Taken out and put back in the same place: the order of the base is kept.
            let entry = entries.remove(index);
            let value = merge(entry.value, change.value, findings);
            entries.insert(index, Entry { key: entry.key, value });
        }
        (None, Value::Map(_)) => {
            // A new map is laid on an empty one, so that a `null` inside it means the same at every depth.
            let empty = Node { value: Value::Map(Vec::new()), span: change.value.span };
            let value = merge(empty, change.value, findings);
            entries.push(Entry { key: change.key, value });
        }
        (None, _) => entries.push(change),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{findings::Findings, yaml};

    fn merged(base: &str, over: &str) -> (Node, Findings<'static>) {
        let mut findings = Findings::default();
        let base = yaml::parse(0, "base.yaml", base, yaml::File::Config, &mut findings).unwrap();
        let over = yaml::parse(1, "prod.yaml", over, yaml::File::Overlay, &mut findings).unwrap();
        let node = merge(base, over, &mut findings);
        (node, findings)
    }

    fn flow(node: &Node) -> String {
        match &node.value {
            Value::Null => "null".to_owned(),
            Value::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                let entries: Vec<_> = entries.iter().map(|entry| format!("{}: {}", entry.key.value, flow(&entry.value))).collect();
                format!("{{{}}}", entries.join(", "))
            }
            _ => node.scalar().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn maps_merge_and_everything_else_replaces() {
        let (node, _) = merged("a: { x: 1, y: [1, 2] }\nb: 1", "a: { y: [3], z: { q: 1 } }\nc: 2");
        assert_eq!(flow(&node), "{a: {x: 1, y: [3], z: {q: 1}}, b: 1, c: 2}");
    }

    #[test]
    fn null_removes_and_says_so_when_there_is_nothing_to_remove() {
        let (node, findings) = merged("a: { x: 1, y: 2 }", "a: { x: null, z: null }\nn: { m: null }");
        assert_eq!(flow(&node), "{a: {y: 2}, n: {}}");
        let diagnostics = findings.into_diagnostics();
        let codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect();
        assert_eq!(codes, ["null-removes-nothing", "null-removes-nothing"]);
    }

    #[test]
    fn a_merged_value_keeps_the_file_it_was_typed_in() {
        let (node, _) = merged("a: { x: 1, y: 2 }", "a: { x: 3 }");
        let Value::Map(root) = &node.value else { panic!("a map") };
        let Value::Map(inner) = &root[0].value.value else { panic!("a map") };
        assert_eq!((inner[0].value.span.source, inner[1].value.span.source), (1, 0));
    }
}
