//! Many selectors, one pass.

use smallvec::SmallVec;

use super::raw::Raw;
use super::selector::Selector;
use super::trie::Trie;
use super::value::Value;
use super::walk::walk;

/// Selectors that are looked up together: the text is read once, whatever their number.
#[derive(Clone, Debug, Default)]
pub struct SelectorSet {
    trie: Trie,
}

/// Collects the selectors of a [`SelectorSet`].
#[derive(Clone, Debug, Default)]
pub struct SelectorSetBuilder {
    trie: Trie,
}

/// Where a set files what one selector finds; only valid with the set whose builder gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    pub(super) index: usize,
    /// Whether its selector has a wildcard, so that there can be several finds.
    pub(super) many: bool,
}

impl Slot {
    /// Its place among the slots of its set, from 0.
    pub(crate) fn index(self) -> usize {
        self.index
    }

    /// Whether its selector has a wildcard.
    #[inline]
    pub fn finds_several(self) -> bool {
        self.many
    }
}

/// Memory of a look-up, to be used again from line to line: [`SelectorSet::read`] then allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// The first find of each slot. Inline for the few selectors of a filter pattern.
    pub(super) slots: SmallVec<[Raw; 8]>,
    /// Every find of the slots with a wildcard.
    pub(super) found: Vec<Found>,
}

/// What the selectors of a set found in one text.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a, 's> {
    text: &'a str,
    slots: &'s [Raw],
    found: &'s [Found],
}

/// One find, in document order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) slot: Slot,
    pub(super) raw: Raw,
    /// False once a later duplicate key has replaced it.
    pub(super) live: bool,
}

impl Scratch {
    pub(super) fn clear(&mut self, slots: usize) {
        // Filling is quicker than growing anew, and the next line nearly always has the same set.
        self.slots.truncate(slots);
        self.slots.fill(Raw::default());
        self.slots.resize(slots, Raw::default());
        self.found.clear();
    }
}

impl SelectorSet {
    /// Starts an empty set.
    pub fn builder() -> SelectorSetBuilder {
        SelectorSetBuilder::default()
    }

    /// The set of just these steps.
    pub(super) fn from_trie(trie: Trie) -> Self {
        Self { trie }
    }

    /// Looks every selector up. None when `json` is not exactly one JSON object (an array, text around it, nesting deeper than
    /// [`super::MAX_DEPTH`]). Of duplicate keys the last one counts.
    pub fn read<'a, 's>(&self, json: &'a str, scratch: &'s mut Scratch) -> Option<Values<'a, 's>> {
        if !walk(&self.trie, json, scratch) {
            return None;
        }
        Some(Values { text: json, slots: &scratch.slots, found: &scratch.found })
    }

    /// What the only selector of a set finds first.
    pub(super) fn find<'a>(&self, json: &'a str) -> Option<Value<'a>> {
        let mut scratch = Scratch::default();
        self.read(json, &mut scratch)?;
        scratch.slots.first()?.value(json)
    }
}

impl SelectorSetBuilder {
    /// Adds a selector; the same selector twice gets the same slot.
    pub fn add(&mut self, selector: &Selector) -> Slot {
        self.trie.insert(selector.steps())
    }

    /// The finished set.
    pub fn build(self) -> SelectorSet {
        SelectorSet { trie: self.trie }
    }
}

impl<'a, 's> Values<'a, 's> {
    /// The first value found for a slot, in document order.
    #[inline]
    pub fn first(&self, slot: Slot) -> Option<Value<'a>> {
        self.slots.get(slot.index)?.value(self.text)
    }

    /// The marks of all slots that something was found for, together; `marks` are those of the slots, in order.
    pub(crate) fn marks(&self, marks: &[u64]) -> u64 {
        self.slots.iter().zip(marks).fold(0, |together, (raw, mark)| if raw.is_absent() { together } else { together | mark })
    }

    /// Every value found for a slot, in document order; several only when its selector has a wildcard.
    pub fn all(&self, slot: Slot) -> impl Iterator<Item = Value<'a>> + use<'a, 's> {
        let text = self.text;
        let single = if slot.many { None } else { self.first(slot) };
        let several = if slot.many { self.found } else { &[] };
        single.into_iter().chain(several.iter().filter(move |find| find.slot == slot).filter_map(move |find| find.raw.value(text)))
    }

    /// The text that was read.
    pub fn text(&self) -> &'a str {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What each selector finds, as the raw text of numbers.
    fn numbers<'a>(selectors: &[&str], json: &'a str) -> Option<Vec<Vec<&'a str>>> {
        let mut builder = SelectorSet::builder();
        let slots: Vec<Slot> = selectors.iter().map(|text| builder.add(&Selector::parse(text).unwrap())).collect();
        let mut scratch = Scratch::default();
        let set = builder.build();
        let values = set.read(json, &mut scratch)?;
        let of = |slot: &Slot| {
            values
                .all(*slot)
                .map(|value| match value {
                    Value::Number(lexeme) => lexeme,
                    other => panic!("{other:?}"),
                })
                .collect()
        };
        Some(slots.iter().map(of).collect())
    }

    #[test]
    fn names_indexes_and_wildcards_apply_at_once() {
        let json = r#"{"a":{"x":1,"y":2},"b":{"x":3},"list":[4,[5,6],{"x":7}]}"#;
        let found = numbers(&["$.a.x", "$.*.x", "$.a.*", "$.list[0]", "$.list[1][*]", "$.list[*].x", "$.absent"], json);
        let expected: Vec<Vec<&str>> = vec![vec!["1"], vec!["1", "3"], vec!["1", "2"], vec!["4"], vec!["5", "6"], vec!["7"], vec![]];
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn a_value_and_what_is_inside_it_can_both_be_asked_for() {
        let mut builder = SelectorSet::builder();
        let outer = builder.add(&Selector::parse("$.a").unwrap());
        let inner = builder.add(&Selector::parse("$.a.b").unwrap());
        let mut scratch = Scratch::default();
        let values = builder.build().read(r#"{"a": {"b" : "\u0041"} }"#, &mut scratch).map(|values| (values.first(outer), values.first(inner)));
        let expected = (Some(Value::Object(r#"{"b" : "\u0041"}"#)), Some(Value::String("A".into())));
        assert_eq!(values, Some(expected));
    }

    #[test]
    fn the_last_duplicate_voids_all_below_the_earlier_one() {
        assert_eq!(numbers(&["$.a.b", "$.a.c"], r#"{"a":{"b":1,"c":2},"a":{"b":3}}"#), Some(vec![vec!["3"], vec![]]));
        assert_eq!(numbers(&["$.a.b"], r#"{"a":{"b":1},"\u0061":null}"#), Some(vec![vec![]]));
        assert_eq!(numbers(&["$.*", "$.k"], r#"{"k":1,"l":2,"k":3,"k":4}"#), Some(vec![vec!["2", "4"], vec!["4"]]));
        assert_eq!(numbers(&["$.list[*].a"], r#"{"list":[{"a":1,"a":2},{"a":3}]}"#), Some(vec![vec!["2", "3"]]));
        assert_eq!(numbers(&["$.a.b", "$.z"], r#"{"a":{"b":1},"z":9,"a":{},"a":{"b":5}}"#), Some(vec![vec!["5"], vec!["9"]]));
    }

    #[test]
    fn only_one_whole_object_is_searched() {
        for text in ["", "[{\"a\":1}]", "1", "{\"a\":1} x", "{\"a\":1}{}", "{\"a\":1,\"b\":}", "{\"a\":1", "text {\"a\":1}"] {
            assert_eq!(numbers(&["$.a"], text), None, "{text}");
        }
        assert_eq!(numbers(&["$.a"], " \n{\"a\":1}\t "), Some(vec![vec!["1"]]));
        assert_eq!(numbers(&["$.a"], "{}"), Some(vec![vec![]]));
    }

    #[test]
    fn the_same_selector_shares_a_slot() {
        let mut builder = SelectorSet::builder();
        let plain = builder.add(&Selector::parse("$.a.b").unwrap());
        let other = builder.add(&Selector::parse("$.a.c").unwrap());
        let quoted = builder.add(&Selector::parse("$.a['b']").unwrap());
        assert_eq!(plain, quoted);
        assert_ne!(plain, other);
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf =
            prop_oneof![Just(serde_json::Value::Null), any::<bool>().prop_map(Into::into), any::<i32>().prop_map(Into::into), ".{0,4}".prop_map(Into::into)];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::btree_map("[a-c]", inner, 0..4).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        /// One pass over text agrees with walking a parsed tree.
        #[test]
        fn agrees_with_a_tree(root in prop::collection::btree_map("[a-c]", any_json(), 0..4), path in prop::collection::vec(0_u8..7, 1..5)) {
            let tree: serde_json::Value = root.into_iter().collect();
            let mut selector = String::from("$");
            let mut expected = vec![tree.clone()];
            for step in path {
                let down: Box<dyn Fn(serde_json::Value) -> Vec<serde_json::Value>> = match step {
                    0..3 => {
                        let key = ["a", "b", "c"][usize::from(step)];
                        selector.extend([".", key]);
                        Box::new(move |value| value.get(key).cloned().into_iter().collect())
                    }
                    3..6 => {
                        let index = usize::from(step - 3);
                        selector.push_str([".[0]", ".[1]", ".[2]"][index]);
                        Box::new(move |value| value.get(index).cloned().into_iter().collect())
                    }
                    _ => {
                        selector += ".*";
                        Box::new(|value| match value {
                            serde_json::Value::Array(elements) => elements,
                            serde_json::Value::Object(members) => members.into_iter().map(|(_, value)| value).collect(),
                            _ => Vec::new(),
                        })
                    }
                };
                expected = expected.into_iter().flat_map(down).collect();
            }
            let text = tree.to_string();
            let mut builder = SelectorSet::builder();
            let slot = builder.add(&Selector::parse(&selector).unwrap());
            let mut scratch = Scratch::default();
            let set = builder.build();
            let values = set.read(&text, &mut scratch).unwrap();
            let raw = |value: Value<'_>| match value {
                Value::Null => "null".into(),
                Value::Bool(flag) => flag.to_string(),
                Value::Number(raw) | Value::Array(raw) | Value::Object(raw) => raw.to_owned(),
                Value::String(text) => serde_json::to_string(&text).unwrap(),
            };
            let found: Vec<String> = values.all(slot).map(raw).collect();
            let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            prop_assert_eq!(found, expected, "{} in {}", selector, text);
        }
    }
}
