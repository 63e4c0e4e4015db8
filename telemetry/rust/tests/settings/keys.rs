//! Every key of the catalogue: read in every form, and its default.

use std::fs;

use skywarden_telemetry::settings::{Environment, KEYS, Key, Kind, Settings};

use crate::{
    clean,
    form::{Tree, plain, variable},
    told, toml, yaml,
};

fn from_toml(tree: &Tree) -> Settings {
    clean(Settings::builder().file_text("telemetry.toml", tree.toml()))
}

fn from_variable(key: &Key, value: &str, context: &Tree) -> Option<Settings> {
    let environment = Environment::from_pairs([(variable(key)?, plain(value))]);
    Some(clean(Settings::builder().file_text("telemetry.toml", context.toml()).environment(environment)))
}

#[test]
fn each_key_means_the_same_in_every_form_and_changes_something() {
    for key in KEYS {
        let context = Tree::context(key);
        let tree = context.with(key, key.example);
        let settings = from_toml(&tree);
        assert_ne!(settings, from_toml(&context), "{} has no effect", key.path);
        assert_eq!(clean(Settings::builder().file_text("telemetry.yml", tree.yaml())), settings, "{} in YAML", key.path);
        assert_eq!(clean(Settings::builder().layer_json("configure()", &tree.json())), settings, "{} in code", key.path);
        if let Some(from_variable) = from_variable(key, key.example, &context) {
            assert_eq!(from_variable, settings, "{} in the environment", key.path);
        } else {
            assert!(key.path.starts_with("mask.patterns"), "{} has no variable", key.path);
        }
    }
}

#[test]
fn each_default_is_what_holds_when_nothing_is_said() {
    let said_otherwise = ["outputs[].background.enabled", "outputs[].format", "mask.patterns[].mask", "metrics.namespace"];
    for key in KEYS.iter().filter(|key| !key.default.is_empty() && !said_otherwise.contains(&key.path)) {
        let context = Tree::context(key);
        let value =
            if matches!(key.kind, Kind::Flag | Kind::Count { .. }) && key.default != "off" { key.default.to_owned() } else { format!("\"{}\"", key.default) };
        assert_eq!(from_toml(&context.with(key, &value)), from_toml(&context), "{} = {value}", key.path);
    }
    // Those that say their default in words.
    let output = |background: &str| from_toml_text(&format!("outputs = [{{ to = \"stdout\"{background} }}]")).outputs.remove(0).background;
    assert_eq!(output(""), output(", background = true"));
    assert_eq!(from_toml_text("project = \"a\"\nenvironment = \"b\"\nservice = \"c\"").metrics.namespace, "a/b/c");
}

fn from_toml_text(text: &str) -> Settings {
    clean(Settings::builder().file_text("telemetry.toml", text))
}

#[test]
fn off_takes_the_place_of_each_value_that_may_be_none() {
    for key in KEYS.iter().filter(|key| key.kind.may_be_off() || key.path == "outputs[].rotate.every") {
        let context = Tree::context(key);
        let absent = from_toml(&context);
        for off in ["\"off\"", "false"] {
            assert_eq!(from_toml(&context.with(key, off)), absent, "{} = {off}", key.path);
        }
        let on = context.with(key, key.example);
        if let Some(switched_off) = from_variable(key, "\"off\"", &on) {
            assert_eq!(switched_off, absent, "{} switched off by its variable", key.path);
        }
    }
}

#[test]
fn bounds_hold_at_their_ends() {
    for key in KEYS {
        let (good, bad): (Vec<String>, Vec<String>) = match key.kind {
            Kind::Count { least, most, .. } => (
                vec![least.to_string(), most.to_string()],
                vec![(most + 1).to_string(), (least.wrapping_sub(1).min(most * 2)).to_string(), u64::MAX.to_string()],
            ),
            Kind::Size { least, most, .. } => (
                vec![least.to_string(), most.to_string()],
                [Some(most + 1), least.checked_sub(1), Some(u64::MAX)].into_iter().flatten().map(|bytes| bytes.to_string()).collect(),
            ),
            Kind::Duration { least, most, .. } => (
                vec![format!("\"{}ns\"", least.as_nanos()), format!("\"{}ns\"", most.as_nanos())],
                [Some(most.as_nanos() + 1), least.as_nanos().checked_sub(1)].into_iter().flatten().map(|time| format!("\"{time}ns\"")).collect(),
            ),
            _ => continue,
        };
        let mut context = Tree::context(key);
        if key.path == "limits.value" {
            context.set("limits.line", "\"1MiB\"");
        }
        for value in good {
            assert_eq!(told(&toml(&context.with(key, &value).toml())), "", "{} = {value}", key.path);
        }
        for value in bad {
            let reading = toml(&context.with(key, &value).toml());
            assert_eq!(reading.findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(), ["out-of-range"], "{} = {value}", key.path);
            assert_eq!(reading.settings, from_toml(&context), "{} = {value}", key.path);
        }
    }
}

#[test]
fn a_whole_file_means_the_same_in_toml_and_yaml() {
    let read = |name: &str| fs::read_to_string(format!("{}/tests/settings/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (from_toml, from_yaml) = (toml(&read("all.toml")), yaml(&read("all.yaml")));
    assert_eq!((told(&from_toml), told(&from_yaml)), (String::new(), String::new()));
    assert_eq!(from_toml.settings, from_yaml.settings);
    insta::assert_debug_snapshot!("all", from_toml.settings);
    for key in KEYS {
        let name = key.path.rsplit('.').next().unwrap().trim_end_matches("[]");
        // `enabled` is said by describing the section.
        assert!(name == "enabled" || read("all.toml").contains(name), "{} is not in the fixture", key.path);
    }
}

#[test]
fn a_file_that_says_nothing_changes_nothing() {
    for reading in [toml(""), toml("# nothing\n"), yaml(""), yaml("---\n"), yaml("# nothing\n"), toml("\u{feff}")] {
        assert_eq!(told(&reading), "");
        assert_eq!(reading.settings, clean(Settings::builder()));
    }
}
