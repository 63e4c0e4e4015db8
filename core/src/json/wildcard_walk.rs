//! The pass for selectors with `*` and for objects with a key twice: several nodes can describe one value, and a later value can void an earlier.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::raw::Raw;
use super::scan::Scanner;
use super::set::{Found, Scratch};
use super::trie::{Node, ROOT, Trie};

/// As [`super::walk::walk`], for every trie and document.
pub(super) fn wildcard_walk(trie: &Trie, json: &str, scratch: &mut Scratch) -> bool {
    let mut walk = Walk { trie, json, scanner: Scanner::new(json), active: vec![ROOT], seen: Vec::new(), found: Vec::new() };
    if walk.document().is_none() {
        return false;
    }
    for find in walk.found.iter().filter(|find| find.live) {
        let first = &mut scratch.slots[find.slot.index];
        if first.is_absent() {
            *first = find.raw;
        }
    }
    scratch.found = walk.found;
    scratch.found.retain(|find| find.live && find.slot.many);
    true
}

struct Walk<'t, 'a> {
    trie: &'t Trie,
    json: &'a str,
    scanner: Scanner<'a>,
    /// A stack of nodes; the value being read is described by a range at its end. Several, since `*` and a name both apply.
    active: Vec<usize>,
    /// A stack: for each object being read, its members some selector asked for, and what was found below them.
    seen: Vec<Seen>,
    found: Vec<Found>,
}

/// What was found below one member of an object.
struct Seen {
    /// The first node its key led to; different keys of one object lead to different nodes unless a `*` applies.
    node: usize,
    found: Range<usize>,
}

impl<'t, 'a> Walk<'t, 'a> {
    fn document(&mut self) -> Option<()> {
        if self.scanner.peek()? != b'{' {
            return None;
        }
        self.value(0..1, 0)?;
        self.scanner.at_end().then_some(())
    }

    /// Reads one value that the nodes in `here` describe, with `depth` arrays and objects open around it. Recursion is bounded
    /// by the longest selector, since a value no node describes is skipped.
    fn value(&mut self, here: Range<usize>, depth: u32) -> Option<()> {
        if here.is_empty() {
            return self.scanner.skip_value(depth);
        }
        let first = self.scanner.peek()?;
        let start = self.scanner.offset();
        let raw = match first {
            b'{' if self.nodes(here.clone()).any(Node::enters_objects) => {
                self.object(here.clone(), depth)?;
                Raw::object(start, self.scanner.offset())?
            }
            b'[' if self.nodes(here.clone()).any(Node::enters_arrays) => {
                self.array(here.clone(), depth)?;
                Raw::array(start, self.scanner.offset())?
            }
            _ => self.scanner.value(depth)?,
        };
        for at in here {
            if let Some(slot) = self.trie.node(self.active[at]).slot() {
                self.found.push(Found { slot, raw, live: true });
            }
        }
        Some(())
    }

    fn object(&mut self, here: Range<usize>, depth: u32) -> Option<()> {
        if !self.scanner.open(b'}', depth)? {
            return Some(());
        }
        let wildcard = self.nodes(here.clone()).any(|node| node.any().is_some());
        let seen_before = self.seen.len();
        // Under `*` every key is asked for, so members are told apart by key; otherwise by node, which costs no allocation.
        let mut members: BTreeMap<Cow<'a, str>, Range<usize>> = BTreeMap::new();
        loop {
            let key = self.scanner.key()?.text(self.json)?.decode();
            let next = self.enter(here.clone(), |node| node.key(&key).map(|(_, child)| child));
            let found_before = self.found.len();
            self.value(next.clone(), depth + 1)?;
            let found = found_before..self.found.len();
            let earlier = if next.is_empty() {
                None
            } else if wildcard {
                members.insert(key, found)
            } else {
                self.remember(seen_before, self.active[next.start], found)
            };
            // Of duplicate keys the last one counts (observed on CloudWatch), so what an earlier one gave is void.
            for void in earlier.unwrap_or_default() {
                self.found[void].live = false;
            }
            self.active.truncate(next.start);
            if !self.scanner.more(b'}')? {
                self.seen.truncate(seen_before);
                return Some(());
            }
        }
    }

    /// Notes what a member gave; returns what an earlier member of the same key gave.
    fn remember(&mut self, seen_before: usize, node: usize, found: Range<usize>) -> Option<Range<usize>> {
        if let Some(seen) = self.seen[seen_before..].iter_mut().find(|seen| seen.node == node) {
            return Some(std::mem::replace(&mut seen.found, found));
        }
        self.seen.push(Seen { node, found });
        None
    }

    fn array(&mut self, here: Range<usize>, depth: u32) -> Option<()> {
        if !self.scanner.open(b']', depth)? {
            return Some(());
        }
        for index in 0.. {
            let next = self.enter(here.clone(), |node| node.index(index));
            self.value(next.clone(), depth + 1)?;
            self.active.truncate(next.start);
            if !self.scanner.more(b']')? {
                break;
            }
        }
        Some(())
    }

    /// Pushes the nodes a member leads to and returns their range.
    fn enter(&mut self, here: Range<usize>, child: impl Fn(&Node) -> Option<usize>) -> Range<usize> {
        let start = self.active.len();
        for at in here {
            let node = self.trie.node(self.active[at]);
            self.active.extend(child(node).into_iter().chain(node.any()));
        }
        start..self.active.len()
    }

    fn nodes(&self, here: Range<usize>) -> impl Iterator<Item = &'t Node> {
        let trie = self.trie;
        self.active[here].iter().map(move |&at| trie.node(at))
    }
}
