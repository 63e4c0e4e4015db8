//! `skywarden redact` as a person types it.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::fs;

use assert_cmd::Command;

/// Standard output, standard error and exit code.
fn run(arguments: &[&str], input: impl Into<Vec<u8>>) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skywarden"));
    let output = command.arg("redact").args(arguments).env("COLUMNS", "100").env("NO_COLOR", "1").write_stdin(input).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.code().unwrap())
}

#[test]
fn secrets_are_masked_and_everything_else_is_as_it_was() {
    let line = r#"{"user":"ann", "password":"hunter2",  "id":"550e8400-e29b-41d4-a716-446655440000"}"#;
    let (out, errors, code) = run(&[], format!("{line}\nsent to ann@example.com\nfine\n"));
    assert_eq!(
        (out.as_str(), errors.as_str(), code),
        (concat!(r#"{"user":"ann", "password":"***",  "id":"550e8400-e29b-41d4-a716-446655440000"}"#, "\nsent to ***\nfine\n"), "", 0)
    );
}

#[test]
fn counts_go_to_standard_error() {
    let (out, errors, code) = run(&["--stats"], "a@example.com b@example.com\npassword=x\n");
    assert_eq!((out.as_str(), code), ("*** ***\npassword=***\n", 0));
    assert_eq!(errors, "       3  masked\n       2  email-address\n       1  secret\n");
}

#[test]
fn a_key_over_several_lines_is_masked_to_its_end() {
    let (out, _, _) = run(&[], "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\nabcdefghijklmnop==\n-----END RSA PRIVATE KEY-----\nafter\n");
    assert!(!out.contains("MIIE") && !out.contains("abcdefgh"), "{out}");
    assert!(out.ends_with("after\n"), "{out}");
}

#[test]
fn long_lines_and_bytes_that_are_no_text_pass() {
    let long = "x".repeat(1_000_000);
    assert_eq!(run(&["-"], format!("{long} a@example.com\n")).0, format!("{long} ***\n"));
    assert_eq!(run(&[], b"a\xFFb a@example.com".to_vec()).0, "a\u{fffd}b ***\n");
}

#[test]
fn the_config_adds_keys_paths_patterns_and_takes_away() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("skywarden.yaml");
    fs::write(
        &config,
        "project: shop\nservices: { a: { runtime: ecs } }\nroutes: [{ email: a@example.com }]\nmask:\n  keys: [iban]\n  paths: [user.card]\n  patterns: [{ name: customer, regex: 'C-[0-9]{8}', mask: '#customer#' }]\n  also: [ip-address]\n  allow: [email-address]\n",
    )
    .unwrap();
    let config = config.display().to_string();
    let (out, errors, code) = run(
        &["--config", &config, "--stats"],
        "{\"iban\":\"x1\",\"user\":{\"card\":\"y\"}} C-12345678 10.1.2.3 a@example.com\n{\"iban\":\"x1\",\"user\":{\"card\":\"y\"}}\n",
    );
    assert!(out.contains("#customer# *** a@example.com"), "{out}");
    assert!(out.ends_with("{\"iban\":\"***\",\"user\":{\"card\":\"***\"}}\n"), "{out}");
    assert!(errors.contains("1  customer") && errors.contains("1  ip-address"), "{errors}");
    assert_eq!(code, 0);
}

#[test]
fn bad_files_and_bad_configs_are_told() {
    let (_, errors, code) = run(&["no-such-file.log"], "");
    assert_eq!(code, 2);
    assert!(errors.contains("no-such-file.log"), "{errors}");
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("skywarden.yaml");
    fs::write(&config, "project: shop\nservices: { a: { runtime: ecs } }\nroutes: [{ email: a@example.com }]\nmask: { paths: ['a..b'], also: [ip-adress] }\n")
        .unwrap();
    let (out, errors, code) = run(&["--config", &config.display().to_string()], "a@example.com\n");
    assert_eq!((out.as_str(), code), ("", 1));
    assert!(errors.contains("SKY034") && errors.contains("SKY021") && errors.contains("ip-address"), "{errors}");
}
