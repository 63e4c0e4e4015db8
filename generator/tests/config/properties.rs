//! What holds for every config, and for every text that is none.

use std::{collections::BTreeSet, fmt::Write};

use proptest::prelude::*;
use skywarden_generator::config::{Format, Level, Loaded, render};

use crate::support::load;

const SHOP: &str = include_str!("../../../examples/shop/skywarden.yaml");

/// Every promise about what loading gives, whatever it was given.
fn check(loaded: &Loaded) {
    let failed = loaded.diagnostics.iter().any(|diagnostic| diagnostic.severity == Level::Error);
    assert_eq!(loaded.model.is_none(), failed);
    for diagnostic in &loaded.diagnostics {
        let Some(source) = loaded.sources.iter().find(|source| source.path == diagnostic.file) else { continue };
        let span = diagnostic.span;
        let piece = source.text.get(span.start..span.end);
        assert!(piece.is_some_and(|piece| !piece.contains('\n')), "{diagnostic:?}");
    }
    for format in [Format::Text { color: true, width: 80 }, Format::Json, Format::Github] {
        let text = render(&loaded.diagnostics, &loaded.sources, format);
        assert!(!text.contains("Failed to read contents"), "{text}");
    }
}

/// A piece of YAML that means something here, to get further than random characters do.
fn token() -> impl Strategy<Value = String> {
    let words = [
        "project",
        "services",
        "runtime",
        "lambda",
        "metrics",
        "name",
        "from",
        "where",
        "value",
        "by",
        "limit",
        "alarm",
        "alarms",
        "names",
        "metric",
        "AWS/SQS NumberOfMessagesSent",
        "drain",
        "queue",
        "query",
        "'filter a like /x/ | stats count(*) by b'",
        "'{service}-{alarm}'",
        "above",
        "for",
        "errors",
        "rules",
        "when",
        "routes",
        "severity",
        "email",
        "$.x",
        "'{ $.a = 1 }'",
        "5%",
        "30d",
        "3 of 5 minutes",
        ": ",
        "- ",
        "\n",
        "\n  ",
        "{",
        "}",
        "[",
        "]",
        ",",
        "null",
        "off",
        "true",
        "1e999",
        "-1",
        "\"",
        "'",
        "&a ",
        "*a",
        "<<",
        "---\n",
        "|\n",
        "!x ",
        "\t",
        "#",
        "é",
        "\u{feff}",
        "\0",
    ];
    prop_oneof![3 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&load(&[&String::from_utf8_lossy(&bytes)]));
    }

    #[test]
    fn no_sequence_of_tokens_makes_it_panic(tokens in proptest::collection::vec(token(), 0..60), over in proptest::collection::vec(token(), 0..20)) {
        check(&load(&[&tokens.concat(), &over.concat()]));
    }

    #[test]
    fn no_change_of_a_good_config_makes_it_panic(at in 0..SHOP.len(), length in 0usize..40, insert in token()) {
        let start = (0..=at).rev().find(|index| SHOP.is_char_boundary(*index)).unwrap_or(0);
        let end = (start + length..=SHOP.len()).find(|index| SHOP.is_char_boundary(*index)).unwrap_or(SHOP.len());
        check(&load(&[&format!("{}{insert}{}", &SHOP[..start], &SHOP[end..])]));
    }

    #[test]
    fn services_do_not_touch_each_other(
        few in proptest::collection::btree_map("[a-z][a-z0-9]{0,6}", 0..SERVICES.len(), 1..4),
        more in proptest::collection::btree_map("[a-z][a-z0-9]{0,6}", 0..SERVICES.len(), 0..8),
    ) {
        // `null` is no name in YAML, the others are taken.
        let free = |name: &&String| !["null", "overview", "skywarden"].contains(&name.as_str());
        let few: Vec<_> = few.iter().filter(|(name, _)| free(name)).collect();
        prop_assume!(!few.is_empty());
        let names: BTreeSet<_> = few.iter().map(|(name, _)| name.as_str()).collect();
        let added = more.iter().filter(|(name, _)| free(name) && !names.contains(name.as_str()));
        let all: Vec<_> = added.chain(few.iter().copied()).collect();
        let before = load(&[&config(&few)]).model.unwrap();
        let after = load(&[&config(&all)]).model.unwrap();
        prop_assert!(after.services.is_sorted_by(|a, b| a.name < b.name));
        for service in &before.services {
            let same = after.services.iter().find(|other| other.name == service.name).unwrap();
            prop_assert_eq!(format!("{service:?}"), format!("{same:?}"));
        }
        prop_assert_eq!(format!("{:?}", before.own_alarms), format!("{:?}", after.own_alarms));
    }
}

const SERVICES: [&str; 5] = [
    "{ runtime: lambda }",
    "{ runtime: ecs, alarms: { latency: { above: 2s } } }",
    "{ runtime: ec2, format: text }",
    "{ runtime: external, log_group: { existing: true } }",
    "{ runtime: apprunner, retention: 7d, encryption: customer }",
];

/// A config of these services, each with a metric of its own.
fn config(services: &[(&String, &usize)]) -> String {
    let mut text = "project: shop\nservices:\n".to_owned();
    for (name, kind) in services {
        writeln!(text, "  {name}: {}", SERVICES[**kind]).unwrap();
    }
    text.push_str("metrics:\n");
    for (name, _) in services {
        writeln!(text, "  - {{ name: Orders, from: {name}, where: ordered, alarm: {{ above: 5 }} }}").unwrap();
    }
    text.push_str("routes:\n  - { email: team@example.com }\n");
    text
}
