//! Files: which one is read, and what becomes of those that cannot be.

use std::fs;

use skywarden_telemetry::settings::{Code, Environment, MAX_FILE_BYTES, Settings};

use crate::told;

fn codes(builder: skywarden_telemetry::settings::SettingsBuilder) -> Vec<Code> {
    builder.read().findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn the_working_directory_is_looked_at_when_nobody_names_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let service = |pairs: &[(&str, &str)]| {
        let environment = Environment::from_pairs(pairs.iter().copied()).in_directory(directory.path());
        Settings::builder().environment(environment).build().unwrap().service.name
    };
    assert_eq!(service(&[]), "");
    fs::write(path("skywarden-telemetry.yml"), "service: yml").unwrap();
    assert_eq!(service(&[]), "yml");
    fs::write(path("skywarden-telemetry.yaml"), "service: yaml").unwrap();
    assert_eq!(service(&[]), "yaml");
    fs::write(path("skywarden-telemetry.toml"), "service = \"toml\"").unwrap();
    assert_eq!(service(&[]), "toml");
    fs::write(path("named.yaml"), "service: named").unwrap();
    let named = path("named.yaml");
    assert_eq!(service(&[("SKYWARDEN_LOG_CONFIG", named.to_str().unwrap())]), "named");

    fs::write(path("code.toml"), "version = \"code\"").unwrap();
    let environment = Environment::default().in_directory(directory.path());
    let by_code = Settings::builder().file(path("code.toml")).environment(environment).build().unwrap();
    assert_eq!((by_code.service.name.as_str(), by_code.service.version.as_str()), ("", "code"));
}

#[test]
fn without_an_environment_no_file_is_looked_for() {
    assert_eq!(Settings::builder().build().unwrap(), Settings::builder().environment(Environment::default()).build().unwrap());
}

#[test]
fn a_file_that_cannot_be_read_is_a_mistake() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    assert_eq!(codes(Settings::builder().file(path("missing.toml"))), [Code::UnreadableFile]);
    assert_eq!(codes(Settings::builder().file(directory.path().to_owned())), [Code::UnreadableFile]);
    assert_eq!(codes(Settings::builder().environment(Environment::from_pairs([("SKYWARDEN_LOG_CONFIG", "/nowhere/a.toml")]))), [Code::UnreadableFile]);
    fs::write(path("bytes.toml"), b"a = 1\nservice = \"\xff\"").unwrap();
    let reading = Settings::builder().file(path("bytes.toml")).read();
    assert!(told(&reading).contains("the file is not UTF-8 (line 2)"), "{}", told(&reading));
    fs::write(path("settings.json"), "{}").unwrap();
    assert_eq!(codes(Settings::builder().file(path("settings.json"))), [Code::UnknownForm]);
}

#[test]
fn size_holds_at_its_limit() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.toml");
    for (bytes, expected) in [(MAX_FILE_BYTES, vec![]), (MAX_FILE_BYTES + 1, vec![Code::TooLarge])] {
        let text = format!("service = \"a\"\n#{}", " ".repeat(bytes - 15));
        assert_eq!(text.len(), bytes);
        fs::write(&path, &text).unwrap();
        assert_eq!(codes(Settings::builder().file(&path)), expected);
        assert_eq!(codes(Settings::builder().file_text("a.toml", text)), expected);
    }
}

#[test]
fn the_extension_tells_the_form_in_any_case() {
    for (name, text) in [("A.TOML", "service = \"a\""), ("a.Yml", "service: a"), ("dir.toml/a.yaml", "service: a")] {
        assert_eq!(Settings::builder().file_text(name, text).build().unwrap().service.name, "a", "{name}");
    }
}
