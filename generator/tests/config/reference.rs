//! The page of all keys has the keys there are.

use std::{collections::BTreeSet, fs, path::Path};

use skywarden_generator::config::{Code, Loaded};

use crate::support::load;

/// A key that is none, nor near one: what is said of it lists those there are.
const NONE: &str = "zzzzzzzzzzzz";

/// Every table of the page by its heading, a config with [`NONE`] where its keys stand, and what is said of it before the key.
const TABLES: [(&str, &str, &str); 9] = [
    ("The file", "zzzzzzzzzzzz: 1", "the config"),
    ("`defaults`", "defaults: { zzzzzzzzzzzz: 1 }", "`defaults`"),
    ("`services.NAME`", "services: { a: { runtime: ecs, zzzzzzzzzzzz: 1 } }", "service `a`"),
    ("`metrics`", "metrics: [{ name: A, from: a, zzzzzzzzzzzz: 1 }]", "a metric"),
    ("`metrics.alarm`", "metrics: [{ name: A, from: a, alarm: { above: 1, zzzzzzzzzzzz: 1 } }]", "`alarm`"),
    ("`alarms`", "alarms: [{ name: a, zzzzzzzzzzzz: 1 }]", "an alarm"),
    ("`errors`", "errors: { zzzzzzzzzzzz: 1 }", "`errors`"),
    ("`routes`", "routes: [{ zzzzzzzzzzzz: 1 }]", "a route"),
    ("`delivery`", "delivery: { zzzzzzzzzzzz: 1 }", "`delivery`"),
];

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/reference/config.md")).unwrap()
}

/// The words between backticks of a text, each once.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The keys in the first column of the table under a heading.
fn on_the_page(page: &str, heading: &str) -> BTreeSet<String> {
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section.lines().filter_map(|line| line.strip_prefix("| `")).flat_map(|row| quoted(&format!("`{}", row.split(" | ").next().unwrap()))).collect()
}

fn known(loaded: &Loaded, of: &str) -> BTreeSet<String> {
    let message = format!("{of} has no key `{NONE}`");
    let said = loaded.diagnostics.iter().find(|diagnostic| diagnostic.code == Code::UnknownKey && diagnostic.message == message).unwrap();
    quoted(said.hint.as_deref().unwrap().strip_prefix("known keys here: ").unwrap())
}

#[test]
fn every_table_has_all_keys_and_no_others() {
    let page = page();
    for (heading, config, of) in TABLES {
        assert_eq!(on_the_page(&page, heading), known(&load(&[config]), of), "{heading}");
    }
    let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(headings, TABLES.map(|(heading, ..)| heading), "each table is compared");
}

#[test]
fn the_keys_of_rules_and_notifications_are_named_in_their_rows() {
    let page = page();
    for (key, config, of) in [
        ("rules", "errors: { rules: [{ zzzzzzzzzzzz: 1 }] }", "an error rule"),
        ("notify", "errors: { notify: { zzzzzzzzzzzz: 1 } }", "`errors.notify`"),
        ("alarms", "services: { a: { runtime: ecs, alarms: { zzzzzzzzzzzz: 1 } } }", "`alarms` of service `a`"),
        ("log_group", "services: { a: { runtime: ecs, log_group: { zzzzzzzzzzzz: 1 } } }", "`log_group`"),
    ] {
        let named: BTreeSet<String> = page.lines().filter(|line| line.starts_with(&format!("| `{key}` "))).flat_map(words).collect();
        let missing: Vec<String> = known(&load(&[config]), of).into_iter().filter(|key| !named.contains(key)).collect();
        assert_eq!(missing, [""; 0], "{key}");
    }
}

/// The words of a text: what stands in `{ name: …, existing: true }` counts as well.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(str::to_owned).collect()
}
