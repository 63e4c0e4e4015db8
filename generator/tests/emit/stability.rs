//! A service that comes or goes moves nothing of another service and nothing between stacks.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use skywarden_generator::emit::Stack;

use crate::config::{Assembly, emitted, with_services};

/// Templates of the services by stack name.
fn services(assembly: &Assembly) -> BTreeMap<&str, String> {
    assembly.services.iter().map(|stack| (stack.name.as_str(), stack.template.to_json().unwrap())).collect()
}

/// Logical ids of a stack with the type of each.
fn ids(stack: &Stack) -> BTreeMap<&str, &str> {
    stack.template.resources.iter().map(|(id, resource)| (id.as_str(), resource.type_name())).collect()
}

fn assert_grown(before: &Assembly, after: &Assembly) {
    let (old, new) = (services(before), services(after));
    for (name, template) in &old {
        assert_eq!(Some(template), new.get(name), "{name}");
    }
    let (old, new) = (ids(&before.shared), ids(&after.shared));
    for (id, kind) in &old {
        assert_eq!(Some(kind), new.get(id), "{id}");
    }
    assert_eq!(before.shared.name, after.shared.name);
}

#[test]
fn from_one_service_to_two_to_a_hundred_to_a_thousand_nothing_moves() {
    // Neither in the order of their names nor against it.
    let all: Vec<u16> = (0..1000_u32).map(|number| u16::try_from((number * 377 + 5) % 1000).unwrap()).collect();
    let grown: Vec<Assembly> = [1, 2, 100, 1000].map(|count| emitted(&with_services(&all[..count]))).into();
    let services = |assembly: &Assembly| assembly.services.iter().filter(|stack| stack.name.contains("-service-")).count();
    assert_eq!(grown.iter().map(services).collect::<Vec<_>>(), [1, 2, 100, 1000]);
    for pair in grown.windows(2) {
        assert_grown(&pair[0], &pair[1]);
    }
}

#[test]
fn the_shared_stack_grows_by_no_resource_with_a_service() {
    let one = emitted(&with_services(&[1]));
    let thirty = emitted(&with_services(&(1..=30).collect::<Vec<_>>()));
    assert_eq!(ids(&one.shared), ids(&thirty.shared));
}

#[test]
fn the_order_of_the_config_does_not_show() {
    let forth = emitted(&with_services(&[3, 1, 2]));
    let back = emitted(&with_services(&[2, 1, 3]));
    assert_eq!((forth.shared, forth.services, forth.plan), (back.shared, back.services, back.plan));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn services_inserted_anywhere_change_no_other(
        kept in prop::collection::btree_set(0_u16..500, 1..8),
        added in prop::collection::btree_set(0_u16..500, 1..5),
    ) {
        let few: Vec<_> = kept.iter().copied().collect();
        let many: Vec<_> = kept.union(&added).copied().collect::<BTreeSet<_>>().into_iter().collect();
        assert_grown(&emitted(&with_services(&few)), &emitted(&with_services(&many)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn services_inserted_among_many_change_no_other(
        count in prop::sample::select(vec![2_usize, 100, 300]),
        seed in any::<u16>(),
        added in prop::collection::btree_set(1000_u16..2000, 1..5),
    ) {
        let few: Vec<u16> = (0..count).map(|number| u16::try_from(number * 7 % 1000).unwrap()).collect();
        let mut many = few.clone();
        for (place, number) in added.iter().enumerate() {
            many.insert((usize::from(seed) + place * 31) % (many.len() + 1), *number);
        }
        assert_grown(&emitted(&with_services(&few)), &emitted(&with_services(&many)));
    }
}
