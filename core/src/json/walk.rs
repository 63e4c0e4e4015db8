//! One pass over a document for all selectors of a set.

use super::raw::Raw;
use super::scan::Scanner;
use super::set::Scratch;
use super::trie::{Node, ROOT, Trie};
use super::wildcard_walk::wildcard_walk;

/// Keys of one object that can be told apart by a bit each: more than a record's names and the paths of many rules.
const BITS: usize = 512;

/// Reads `json`, which must be exactly one object, and notes in `scratch` what the selectors of `trie` find in it. False when it is not.
pub(super) fn walk(trie: &Trie, json: &str, scratch: &mut Scratch) -> bool {
    scratch.clear(trie.slots());
    if !trie.has_wildcards() {
        let mut walk = Walk { trie, json, scanner: Scanner::new(json), slots: &mut scratch.slots };
        match walk.document() {
            Outcome::Read => return true,
            Outcome::NotOneObject => return false,
            Outcome::Repeated => scratch.clear(trie.slots()),
        }
    }
    wildcard_walk(trie, json, scratch)
}

/// How a document was read.
enum Outcome {
    Read,
    NotOneObject,
    /// A key somebody asked for comes twice in one object: rare, and left to the walk that keeps more books.
    Repeated,
}

/// The usual case: no `*`, so that one node describes a value, and no key twice, so that every find stays.
struct Walk<'t, 'a, 's> {
    trie: &'t Trie,
    json: &'a str,
    scanner: Scanner<'a>,
    slots: &'s mut [Raw],
}

impl<'t> Walk<'t, '_, '_> {
    fn document(&mut self) -> Outcome {
        if self.scanner.peek() != Some(b'{') {
            return Outcome::NotOneObject;
        }
        match self.object(self.trie.node(ROOT), 0) {
            Some(true) if self.scanner.at_end() => Outcome::Read,
            Some(false) => Outcome::Repeated,
            _ => Outcome::NotOneObject,
        }
    }

    /// Reads one value that `node` describes. Recursion is bounded by the longest selector, since a value no node describes is skipped. False:
    /// a key came twice; none: this is not JSON.
    fn value(&mut self, node: &'t Node, depth: u32) -> Option<bool> {
        let first = self.scanner.peek()?;
        let start = self.scanner.offset();
        let raw = match first {
            b'{' if node.enters_objects() => {
                if !self.object(node, depth)? {
                    return Some(false);
                }
                Raw::object(start, self.scanner.offset())?
            }
            b'[' if node.enters_arrays() => {
                if !self.array(node, depth)? {
                    return Some(false);
                }
                Raw::array(start, self.scanner.offset())?
            }
            _ => self.scanner.value(depth)?,
        };
        if let Some(slot) = node.slot() {
            self.slots[slot.index] = raw;
        }
        Some(true)
    }

    fn object(&mut self, node: &'t Node, depth: u32) -> Option<bool> {
        if !self.scanner.open(b'}', depth)? {
            return Some(true);
        }
        let mut met = [0_u128; BITS / 128];
        loop {
            let key = self.scanner.key()?.text(self.json)?;
            let found = match key.plain() {
                Some(key) => node.key(key),
                None => node.key(&key.decode()),
            };
            match found {
                None => {
                    self.scanner.value(depth + 1)?;
                }
                Some((number, child)) => {
                    let (word, bit) = (number / 128, 1_u128 << (number % 128));
                    if number >= BITS || met[word] & bit != 0 {
                        return Some(false);
                    }
                    met[word] |= bit;
                    if !self.value(self.trie.node(child), depth + 1)? {
                        return Some(false);
                    }
                }
            }
            if !self.scanner.more(b'}')? {
                return Some(true);
            }
        }
    }

    fn array(&mut self, node: &'t Node, depth: u32) -> Option<bool> {
        if !self.scanner.open(b']', depth)? {
            return Some(true);
        }
        for index in 0.. {
            match node.index(index) {
                Some(child) => {
                    if !self.value(self.trie.node(child), depth + 1)? {
                        return Some(false);
                    }
                }
                None => {
                    self.scanner.value(depth + 1)?;
                }
            }
            if !self.scanner.more(b']')? {
                break;
            }
        }
        Some(true)
    }
}
