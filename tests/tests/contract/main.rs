//! The contract between who writes lines and who reads them: every line the telemetry library writes, in Rust and in Python, is read by core with
//! nothing lost, and passes the published JSON Schema.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says by a panic what went wrong")]

mod rust_lines;

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::Command,
};

use jsonschema::Validator;
use serde_json::Value;
use skywarden_e2e::contract::{lost, lost_metrics};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn schema() -> Validator {
    let text = std::fs::read_to_string(root().join("docs/src/reference/log-record-1.0.schema.json")).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// How many log records and how many lines of metrics were held against the contract.
#[derive(Debug, Default)]
struct Held {
    records: usize,
    metrics: usize,
}

/// Holds lines against the contract. `standard`: in profile `standard`, which the JSON Schema describes.
fn hold<'a>(lines: impl Iterator<Item = &'a str>, schema: &Validator, standard: bool) -> Held {
    let mut held = Held::default();
    for line in lines {
        if let Some(lost) = lost_metrics(line).unwrap() {
            assert_eq!(lost, Vec::<String>::new(), "of the metrics in {line}");
            held.metrics += 1;
            continue;
        }
        assert_eq!(lost(line).unwrap(), Vec::<String>::new(), "of {line}");
        if standard {
            let value: Value = serde_json::from_str(line).unwrap();
            let mistakes: Vec<String> = schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert_eq!(mistakes, Vec::<String>::new(), "of {line}");
        }
        held.records += 1;
    }
    held
}

/// What the lines of a corpus show together: every key at the top, and every one of `http` and `error`.
fn keys<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for line in lines {
        let value: Value = serde_json::from_str(line).unwrap();
        for (name, value) in value.as_object().unwrap() {
            keys.push(name.clone());
            if ["http", "error"].contains(&name.as_str()) {
                keys.extend(value.as_object().unwrap().keys().map(|inner| format!("{name}.{inner}")));
            }
        }
    }
    keys.sort();
    keys.dedup();
    keys
}

/// Every key the schema names, those of `http` and `error` with their object's name.
fn every_key() -> Vec<String> {
    use skywarden_core::schema::{ErrorKey, HttpKey, Key};
    let http = HttpKey::ALL.iter().map(|key| format!("http.{}", key.as_str()));
    let error = ErrorKey::ALL.iter().map(|key| format!("error.{}", key.as_str()));
    let mut keys: Vec<String> = Key::ALL.iter().map(|key| key.as_str().to_owned()).chain(http).chain(error).collect();
    keys.sort();
    keys
}

#[test]
fn lines_of_the_example_s_day_keep_the_contract() {
    let file = std::fs::File::open(root().join("examples/shop/logs/shop-2026-11-20.jsonl.gz")).unwrap();
    #[expect(clippy::disallowed_types, reason = "a committed file of known size")]
    let reader = BufReader::new(flate2::read::MultiGzDecoder::new(file));
    let messages: Vec<String> = reader
        .lines()
        .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap()["message"].as_str().unwrap().to_owned())
        // What other programs wrote is between them.
        .filter(|message| message.contains(r#","schema":"1.0""#) || message.starts_with(r#"{"_aws":"#))
        .collect();
    let held = hold(messages.iter().map(String::as_str), &schema(), true);
    assert!(held.records > 40_000 && held.metrics > 200, "{held:?}");
}

#[test]
fn lines_of_the_rust_library_keep_the_contract_in_every_profile() {
    use skywarden_telemetry::settings::Profile;
    let schema = schema();
    for profile in [Profile::Standard, Profile::Powertools, Profile::Lambda, Profile::Otel] {
        let lines = rust_lines::lines(profile);
        let held = hold(lines.iter().map(String::as_str), &schema, profile == Profile::Standard);
        assert!(held.records >= 40 && held.metrics >= 4, "{held:?}");
        if profile == Profile::Standard {
            let written = keys(lines.iter().map(String::as_str));
            let never: Vec<_> = every_key().into_iter().filter(|key| !written.contains(key) && !["cold_start", "error.hash"].contains(&key.as_str())).collect();
            assert_eq!(never, Vec::<String>::new(), "the corpus has no line with these keys");
        }
    }
}

#[test]
fn lines_of_the_python_package_keep_the_contract() {
    let Some(python) = std::env::var_os("SKYWARDEN_CONTRACT_PYTHON") else {
        panic!("SKYWARDEN_CONTRACT_PYTHON is not set\nhint: run it with `cargo xtask test --only contract`, which builds the package");
    };
    let output = Command::new(python).arg(root().join("tests/contract/python_lines.py")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let held = hold(text.lines(), &schema(), true);
    assert!(held.records >= 40 && held.metrics >= 4, "{held:?}");
    let written = keys(text.lines());
    let never: Vec<_> = every_key().into_iter().filter(|key| !written.contains(key) && key != "error.hash").collect();
    assert_eq!(never, Vec::<String>::new(), "the corpus has no line with these keys");
}
