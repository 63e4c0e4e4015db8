//! The steps of many selectors as one tree, so that a document is walked once for all of them.

use super::equal::equal;
use super::selector::Step;
use super::set::Slot;

/// Index of the root in [`Trie::node`].
pub(super) const ROOT: usize = 0;

/// A tree of selector steps; equal selectors end at the same node.
#[derive(Clone, Debug)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    slots: usize,
    wildcards: bool,
}

/// Where one step of some selector leads.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    keys: Keys,
    /// Sorted by index.
    indexes: Vec<(usize, usize)>,
    any: Option<usize>,
    slot: Option<Slot>,
}

/// The keys of one node. Every key of every line is looked up here, and most are none of ours.
#[derive(Clone, Debug, Default)]
struct Keys {
    /// Key and child node.
    entries: Vec<(Box<str>, usize)>,
    /// A hash table with open addressing: number of the entry plus one, zero for nothing. Its size is a power of two, at least twice the entries.
    table: Vec<u32>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], slots: 0, wildcards: false }
    }
}

impl Trie {
    /// Adds one selector's steps and returns where its finds will be filed.
    pub(super) fn insert(&mut self, steps: &[Step]) -> Slot {
        let mut at = ROOT;
        for step in steps {
            at = self.child(at, step);
        }
        let many = steps.contains(&Step::Any);
        self.wildcards |= many;
        let next = Slot { index: self.slots, many };
        let slot = *self.nodes[at].slot.get_or_insert(next);
        self.slots += usize::from(slot == next);
        slot
    }

    fn child(&mut self, at: usize, step: &Step) -> usize {
        let next = self.nodes.len();
        let node = &mut self.nodes[at];
        let child = match step {
            Step::Any => *node.any.get_or_insert(next),
            Step::Key(key) => node.keys.get_or_insert(key, next),
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

    #[inline]
    pub(super) fn node(&self, at: usize) -> &Node {
        &self.nodes[at]
    }

    /// How many different selectors there are.
    pub(super) fn slots(&self) -> usize {
        self.slots
    }

    /// Whether some selector has a `*`.
    pub(super) fn has_wildcards(&self) -> bool {
        self.wildcards
    }
}

impl Node {
    /// The number of a key among those of this node, and the node it leads to.
    #[inline]
    pub(super) fn key(&self, key: &str) -> Option<(usize, usize)> {
        self.keys.get(key)
    }

    pub(super) fn index(&self, index: usize) -> Option<usize> {
        let found = self.indexes.binary_search_by_key(&index, |(known, _)| *known).ok()?;
        self.indexes.get(found).map(|(_, child)| *child)
    }

    pub(super) fn any(&self) -> Option<usize> {
        self.any
    }

    #[inline]
    pub(super) fn slot(&self) -> Option<Slot> {
        self.slot
    }

    /// Whether some selector goes on into an object found here.
    #[inline]
    pub(super) fn enters_objects(&self) -> bool {
        !self.keys.entries.is_empty() || self.any.is_some()
    }

    /// Whether some selector goes on into an array found here.
    #[inline]
    pub(super) fn enters_arrays(&self) -> bool {
        !self.indexes.is_empty() || self.any.is_some()
    }
}

impl Keys {
    fn get_or_insert(&mut self, key: &str, next: usize) -> usize {
        if let Some((_, child)) = self.get(key) {
            return child;
        }
        self.entries.push((key.into(), next));
        let size = (self.entries.len() * 2).next_power_of_two();
        self.table = vec![0; size];
        for (number, (key, _)) in self.entries.iter().enumerate() {
            let mut at = hash(key) & (size - 1);
            while self.table[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.table[at] = u32::try_from(number + 1).unwrap_or(u32::MAX);
        }
        next
    }

    #[inline]
    fn get(&self, key: &str) -> Option<(usize, usize)> {
        let mask = self.table.len().checked_sub(1)?;
        let mut at = hash(key) & mask;
        loop {
            let number = (*self.table.get(at)? as usize).checked_sub(1)?;
            let (known, child) = self.entries.get(number)?;
            if equal(known, key) {
                return Some((number, *child));
            }
            at = (at + 1) & mask;
        }
    }
}

/// Length, first, middle and last byte: enough to tell field names apart, and nearly free.
#[inline]
fn hash(key: &str) -> usize {
    let bytes = key.as_bytes();
    let at = |index: usize| usize::from(bytes.get(index).copied().unwrap_or(0));
    let length = bytes.len();
    let mixed = length ^ at(0).wrapping_mul(0x9E5) ^ at(length / 2).wrapping_mul(0x6D1F) ^ at(length.wrapping_sub(1)).wrapping_mul(0x2_3A35);
    mixed ^ (mixed >> 7)
}
