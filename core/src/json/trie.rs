//! The steps of many selectors as one tree, so that a document is walked once for all of them.

use super::selector::Step;
use super::set::Slot;

/// Index of the root in [`Trie::node`].
pub(super) const ROOT: usize = 0;

/// A tree of selector steps; equal selectors end at the same node.
#[derive(Clone, Debug)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    slots: usize,
}

/// Where one step of some selector leads.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Sorted by key.
    keys: Vec<(String, usize)>,
    /// Sorted by index.
    indexes: Vec<(usize, usize)>,
    any: Option<usize>,
    slot: Option<Slot>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], slots: 0 }
    }
}

impl Trie {
    /// Adds one selector's steps and returns where its finds will be filed.
    pub(super) fn insert(&mut self, steps: &[Step]) -> Slot {
        let mut at = ROOT;
        for step in steps {
            at = self.child(at, step);
        }
        let next = Slot(self.slots);
        let slot = *self.nodes[at].slot.get_or_insert(next);
        self.slots += usize::from(slot == next);
        slot
    }

    fn child(&mut self, at: usize, step: &Step) -> usize {
        let next = self.nodes.len();
        let node = &mut self.nodes[at];
        let child = match step {
            Step::Any => *node.any.get_or_insert(next),
            Step::Key(key) => match node.keys.binary_search_by(|(known, _)| known.as_str().cmp(key)) {
                Ok(found) => node.keys[found].1,
                Err(place) => {
                    node.keys.insert(place, (key.clone(), next));
                    next
                }
            },
            Step::Index(index) => match node.indexes.binary_search_by_key(index, |(known, _)| *known) {
                Ok(found) => node.indexes[found].1,
                Err(place) => {
                    node.indexes.insert(place, (*index, next));
                    next
                }
            },
        };
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }

    pub(super) fn node(&self, at: usize) -> &Node {
        &self.nodes[at]
    }
}

impl Node {
    pub(super) fn key(&self, key: &str) -> Option<usize> {
        let found = self.keys.binary_search_by(|(known, _)| known.as_str().cmp(key)).ok()?;
        self.keys.get(found).map(|(_, child)| *child)
    }

    pub(super) fn index(&self, index: usize) -> Option<usize> {
        let found = self.indexes.binary_search_by_key(&index, |(known, _)| *known).ok()?;
        self.indexes.get(found).map(|(_, child)| *child)
    }

    pub(super) fn any(&self) -> Option<usize> {
        self.any
    }

    pub(super) fn slot(&self) -> Option<Slot> {
        self.slot
    }

    /// Whether some selector goes on into an object found here.
    pub(super) fn enters_objects(&self) -> bool {
        !self.keys.is_empty() || self.any.is_some()
    }

    /// Whether some selector goes on into an array found here.
    pub(super) fn enters_arrays(&self) -> bool {
        !self.indexes.is_empty() || self.any.is_some()
    }
}
