//! Many paths as one trie, walked along with the JSON text: each place of the text is described by the nodes it has reached.

use smallvec::SmallVec;

use super::path::{KeyPath, Step};

/// A node by its index.
type NodeId = u16;

/// A stack of nodes; what most lines need of it lies beside the rest of the finder, so that a line without a secret allocates nothing.
pub(super) type Reached = SmallVec<[NodeId; 32]>;

/// Most nodes; paths beyond it are refused.
pub(super) const MAX_NODES: usize = 4_096;

const ROOT: NodeId = 0;

/// The paths of one masker.
#[derive(Clone, Debug, Default)]
pub(super) struct Trie {
    nodes: Vec<Node>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    members: Vec<(Vec<u8>, NodeId)>,
    items: Vec<(usize, NodeId)>,
    any: Option<NodeId>,
    /// The node behind `**`, which stays where it is whatever comes.
    deep: Option<NodeId>,
    stays: bool,
    end: bool,
}

impl Trie {
    /// The trie of the paths; `None` when they are too many.
    pub(super) fn new(paths: &[KeyPath]) -> Option<Self> {
        let mut trie = Self::default();
        if paths.is_empty() {
            return Some(trie);
        }
        trie.nodes.push(Node::default());
        for path in paths {
            let mut at = usize::from(ROOT);
            for step in &path.steps {
                at = usize::from(trie.child(at, step)?);
            }
            trie.nodes[at].end = true;
        }
        Some(trie)
    }

    fn child(&mut self, at: usize, step: &Step) -> Option<NodeId> {
        let node = &self.nodes[at];
        let known = match step {
            Step::Member(name) => node.members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, child)| *child),
            Step::Item(index) => node.items.iter().find(|(known, _)| known == index).map(|(_, child)| *child),
            Step::Any => node.any,
            Step::Deep => node.deep,
        };
        if known.is_some() {
            return known;
        }
        let child = NodeId::try_from(self.nodes.len()).ok().filter(|_| self.nodes.len() < MAX_NODES)?;
        self.nodes.push(Node { stays: *step == Step::Deep, ..Node::default() });
        let node = &mut self.nodes[at];
        match step {
            Step::Member(name) => node.members.push((name.clone(), child)),
            Step::Item(index) => node.items.push((*index, child)),
            Step::Any => node.any = Some(child),
            Step::Deep => node.deep = Some(child),
        }
        Some(child)
    }

    /// Whether there are no paths.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Adds the node where every path begins.
    pub(super) fn begin(&self, reached: &mut Reached) {
        if !self.is_empty() {
            let fresh = reached.len();
            self.reach(ROOT, reached, fresh);
        }
    }

    /// Adds the nodes a member leads to from `reached[from..to]`. A key with dots in it is also read as several steps.
    pub(super) fn member(&self, reached: &mut Reached, from: usize, to: usize, key: &[u8]) {
        self.step(reached, from, to, key);
        if key.contains(&b'.') {
            let mut states = Reached::from_slice(&reached[from..to]);
            for name in key.split(|byte| *byte == b'.') {
                let end = states.len();
                self.step(&mut states, 0, end, name);
                states.drain(..end);
            }
            reached.extend(states);
        }
    }

    fn step(&self, reached: &mut Reached, from: usize, to: usize, name: &[u8]) {
        let fresh = reached.len();
        for at in from..to {
            let state = reached[at];
            let node = &self.nodes[usize::from(state)];
            if node.stays {
                self.reach(state, reached, fresh);
            }
            for (_, child) in node.members.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)) {
                self.reach(*child, reached, fresh);
            }
            if let Some(child) = node.any {
                self.reach(child, reached, fresh);
            }
        }
    }

    /// Adds the nodes an item leads to from `reached[from..to]`. Lists are transparent: the nodes of the list hold for its items too.
    pub(super) fn item(&self, reached: &mut Reached, from: usize, to: usize, index: usize) {
        let fresh = reached.len();
        for at in from..to {
            let state = reached[at];
            let node = &self.nodes[usize::from(state)];
            self.reach(state, reached, fresh);
            for (_, child) in node.items.iter().filter(|(known, _)| *known == index) {
                self.reach(*child, reached, fresh);
            }
            if let Some(child) = node.any {
                self.reach(child, reached, fresh);
            }
        }
    }

    /// Whether a path ends at one of the nodes.
    pub(super) fn ends(&self, reached: &[NodeId]) -> bool {
        reached.iter().any(|state| self.nodes[usize::from(*state)].end)
    }

    /// Adds a node, and what `**` adds behind it, unless it is among `reached[fresh..]` already: the nodes reached are never more than there are.
    fn reach(&self, state: NodeId, reached: &mut Reached, fresh: usize) {
        if reached[fresh..].contains(&state) {
            return;
        }
        reached.push(state);
        if let Some(deep) = self.nodes[usize::from(state)].deep {
            self.reach(deep, reached, fresh);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(paths: &[&str], keys: &[&str]) -> bool {
        let paths: Vec<_> = paths.iter().map(|path| KeyPath::parse(path).unwrap()).collect();
        let trie = Trie::new(&paths).unwrap();
        let mut reached = Reached::new();
        trie.begin(&mut reached);
        for key in keys {
            let end = reached.len();
            match key.parse() {
                Ok(index) => trie.item(&mut reached, 0, end, index),
                Err(_) => trie.member(&mut reached, 0, end, key.as_bytes()),
            }
            reached.drain(..end);
        }
        trie.ends(&reached)
    }

    #[test]
    fn paths_lead_where_they_say() {
        let paths = ["user.card", "**.ssn", "items[1].x", "any.*.y", "list.z"];
        for keys in [
            &["user", "card"][..],
            &["USER", "Card"],
            &["ssn"],
            &["a", "b", "SSN"],
            &["a", "0", "ssn"],
            &["items", "1", "x"],
            &["any", "q", "y"],
            &["list", "0", "1", "z"],
            &["user.card"],
            &["deep.er", "ssn"],
        ] {
            assert!(hits(&paths, keys), "{keys:?}");
        }
        for keys in [&["card"][..], &["x", "user", "card"], &["user"], &["items", "0", "x"], &["any", "y"], &["user", "cards"], &["assn"]] {
            assert!(!hits(&paths, keys), "{keys:?}");
        }
    }

    #[test]
    fn too_many_nodes_are_refused() {
        let paths: Vec<_> = (0..MAX_NODES).map(|number| KeyPath::parse(&format!("k{number}")).unwrap()).collect();
        assert!(Trie::new(&paths[1..]).is_some());
        assert!(Trie::new(&paths).is_none());
    }
}
