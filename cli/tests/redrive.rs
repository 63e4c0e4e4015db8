//! `skywarden redrive` where it cannot work: wrong options, no config, no credentials, no connection.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::fs;

use assert_cmd::Command;

const SMALL: &str =
    "project: shop\nenvironment: prod\nregion: eu-west-1\nservices:\n  checkout: { runtime: lambda }\nroutes:\n  - { email: oncall@example.com }\n";

/// Standard error and exit code, in a directory with a config and an environment without AWS.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (String, i32) {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("skywarden.yaml"), SMALL).unwrap();
    let nowhere = directory.path().join("none");
    let output = Command::new(env!("CARGO_BIN_EXE_skywarden"))
        .arg("redrive")
        .args(arguments)
        .env_clear()
        .env("COLUMNS", "100")
        .env("HOME", &nowhere)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .current_dir(directory.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    for rusty in ["panicked", "unwrap", "Err(", "Some(", "::", "RUST_BACKTRACE"] {
        assert!(!said.contains(rusty), "{rusty} in: {said}");
    }
    (said, output.status.code().unwrap())
}

#[test]
fn wrong_options_are_named() {
    let wrong: [(&[&str], &str); 5] = [
        (&["--function", "checkout"], "[possible values: metrics-extractor, error-classifier, alert-notifier]"),
        (&["--limit", "0"], "invalid value '0' for '--limit <NUMBER>'"),
        (&["--since", "yesterday"], "--since yesterday: this is no time\nhint: write 24h, 7d, a date"),
        (&["--dry"], "unexpected argument '--dry'"),
        (&["--config", "missing.yaml"], "cannot read missing.yaml: there is no such file"),
    ];
    for (arguments, message) in wrong {
        let (said, code) = run(arguments, &[]);
        assert!(code == 2 && said.contains(message), "{arguments:?}: {code} {said}");
    }
}

#[test]
fn without_credentials_nothing_is_called() {
    let (said, code) = run(&["--dry-run"], &[]);
    assert!(code == 2 && said.starts_with("error: there are no AWS credentials") && said.contains("\nhint: set AWS_PROFILE"), "{code} {said}");
}

#[test]
fn without_a_connection_the_region_is_named() {
    let variables = [("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:9")];
    let (said, code) = run(&["--dry-run", "--region", "eu-north-1"], &variables);
    assert!(code == 2 && said.starts_with("error: no connection to AWS in eu-north-1") && said.contains("hint: check the network"), "{code} {said}");
}
