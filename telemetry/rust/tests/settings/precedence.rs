//! Code outweighs the environment, the environment the file, the file the defaults: for every key.

use skywarden_telemetry::settings::{Environment, KEYS, Settings, SettingsBuilder};

use crate::{
    clean,
    form::{Tree, other, plain, variable},
};

#[test]
fn each_key_of_a_weightier_layer_counts() {
    for key in KEYS {
        let context = Tree::context(key);
        let (light, heavy) = (key.example.to_owned(), other(key));
        let file = |builder: SettingsBuilder, value: &str| builder.file_text("telemetry.toml", context.with(key, value).toml());
        let environment = |builder: SettingsBuilder, value: &str| match variable(key) {
            Some(name) => builder.environment(Environment::from_pairs([(name, plain(value))])),
            None => builder,
        };
        let code = |builder: SettingsBuilder, value: &str| builder.layer_json("code", &context.with(key, value).json());
        let begin = Settings::builder;

        let lighter = clean(file(begin(), &light));
        let heavier = clean(file(begin(), &heavy));
        assert_ne!(lighter, heavier, "{}: {light} and {heavy} are the same", key.path);
        if variable(key).is_some() {
            assert_eq!(clean(environment(file(begin(), &light), &heavy)), heavier, "{}: the environment outweighs the file", key.path);
            assert_eq!(clean(environment(file(begin(), &heavy), &light)), lighter, "{}: the environment outweighs the file", key.path);
            assert_eq!(clean(code(environment(file(begin(), &light), &light), &heavy)), heavier, "{}: code outweighs both", key.path);
        }
        assert_eq!(clean(code(file(begin(), &light), &heavy)), heavier, "{}: code outweighs the file", key.path);
        assert_eq!(clean(file(code(begin(), &light), &heavy)), lighter, "{}: whatever the order of the calls", key.path);
        assert_eq!(clean(code(code(begin(), &light), &heavy)), heavier, "{}: of two layers of code the later counts", key.path);
        assert_eq!(clean(file(file(begin(), &light), &heavy)), heavier, "{}: of two files the later counts", key.path);
    }
}

#[test]
fn maps_are_merged_and_lists_are_replaced() {
    let settings = clean(
        Settings::builder()
            .file_text("a.toml", "[levels]\na = \"DEBUG\"\nb = \"DEBUG\"\n[metrics.dimensions]\nA = \"1\"\nB = \"1\"\n[mask]\nkeys = [\"x\", \"y\"]\n")
            .environment(Environment::from_pairs([
                ("SKYWARDEN_LOG", "b=error"),
                ("SKYWARDEN_METRICS_DIMENSIONS", "B=2,C=2"),
                ("SKYWARDEN_LOG_MASK_KEYS", "z"),
            ])),
    );
    assert_eq!(settings.levels.to_string(), "INFO,a=DEBUG,b=ERROR");
    let dimensions: Vec<_> = settings.metrics.dimensions.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(dimensions, [("A", "1"), ("B", "2"), ("C", "2")]);
    assert_eq!(settings.masking.unwrap().keys, ["z"]);
}

#[test]
fn a_value_that_is_refused_does_not_count_and_what_lies_below_does() {
    let reading = Settings::builder()
        .file_text("a.toml", "format = \"pretty\"\n[limits]\nfields = 7\n")
        .environment(Environment::from_pairs([("SKYWARDEN_LOG_LIMITS_FIELDS", "0"), ("SKYWARDEN_LOG_FORMAT", "jsn")]))
        .read();
    assert_eq!(reading.findings.len(), 2);
    assert_eq!(reading.settings.limits.fields, 7);
    assert_eq!(reading.settings.format, skywarden_telemetry::settings::Format::Pretty);
}

#[test]
fn a_section_is_switched_on_by_the_weightiest_layer_that_speaks_of_it() {
    let with = |file: &str, variable: (&str, &str)| clean(Settings::builder().file_text("a.toml", file).environment(Environment::from_pairs([variable])));
    assert_eq!(with("buffer = true", ("SKYWARDEN_LOG_BUFFER", "off")).buffer, None);
    assert_eq!(with("buffer = false", ("SKYWARDEN_LOG_BUFFER_BYTES", "2KiB")).buffer.unwrap().bytes, 2_048);
    assert_eq!(with("buffer = { bytes = \"2KiB\", enabled = false }", ("SKYWARDEN_LOG_BUFFER", "1")).buffer.unwrap().bytes, 2_048);
    assert_eq!(with("mask = false", ("SKYWARDEN_LOG_MASK_KEYS", "a")).masking.unwrap().keys, ["a"]);
    assert_eq!(with("mask = { keys = [\"a\"] }", ("SKYWARDEN_LOG_MASK", "false")).masking, None);
    let stays_off =
        clean(Settings::builder().environment(Environment::from_pairs([("SKYWARDEN_LOG_BUFFER", "false"), ("SKYWARDEN_LOG_BUFFER_BYTES", "2KiB")])));
    assert_eq!(stays_off.buffer, None);
}
