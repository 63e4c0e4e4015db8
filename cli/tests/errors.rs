//! `skywarden fingerprint` and `skywarden explain error` as a person types them.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::Stdio,
};

use assert_cmd::Command;
use serde_json::Value;

const CONFIG: &str = "project: shop
services: { checkout: { runtime: lambda }, mailer: { runtime: ecs, format: { regex: '^%%(?<level>[A-Z]+)%% (?<message>.*)' } } }
routes: [{ email: team@example.com }]
mask: { keys: [customer_name] }
errors:
  rules:
    - { when: { type: PaymentDeclined }, category: business, severity: info, notify: never }
";

const THROTTLED: &str =
    r#"{"level":"ERROR","error":{"type":"ClientError","message":"An error occurred (ThrottlingException) when calling the PutItem operation"}}"#;
const TRACE: &str = "Traceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in handler\n    x()\nKeyError: 'a'";

/// Standard output, standard error and exit code.
fn run(arguments: &[&str], input: impl Into<Vec<u8>>) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skywarden"));
    let output = command.args(arguments).env("COLUMNS", "100").env("NO_COLOR", "1").write_stdin(input).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.code().unwrap())
}

/// The objects of `fingerprint`; fails when it says anything else.
fn verdicts(arguments: &[&str], input: impl Into<Vec<u8>>) -> Vec<Value> {
    let (out, err, code) = run(&[&["fingerprint"], arguments].concat(), input);
    assert_eq!((err.as_str(), code), ("", 0));
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn written(directory: &tempfile::TempDir, name: &str, text: &str) -> String {
    let file = directory.path().join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn every_line_gives_one_object_with_every_key() {
    let found = verdicts(&[], format!("{THROTTLED}\n\nserved 17 orders\r\nserved 18 orders"));
    assert_eq!(found.len(), 4);
    for verdict in &found {
        let keys: Vec<&str> = verdict.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = ["category", "coarse", "fingerprint", "is_error", "rule", "severity", "template", "type"];
        assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>(), expected.iter().collect());
        assert_eq!(verdict["fingerprint"].as_str().unwrap().len(), 32);
    }
    let error = &found[0];
    assert_eq!((&error["is_error"], &error["type"], &error["category"]), (&true.into(), &"ClientError".into(), &"throttling".into()));
    assert_eq!((&error["severity"], &error["rule"]), (&"error".into(), &"throttling".into()));
    for other in &found[1..] {
        assert_eq!(other["is_error"], false);
        assert!(["type", "category", "severity", "rule"].iter().all(|key| other[key].is_null()), "{other}");
    }
    assert_eq!((&found[2]["template"], &found[2]), (&"served * orders".into(), &found[3]));
    assert_eq!(verdicts(&[], "").len(), 0);
}

#[test]
fn an_event_of_several_lines_is_one_in_both_spellings() {
    let by_return = verdicts(&[], format!("{}\n", TRACE.replace('\n', "\r")));
    let by_string = verdicts(&["--jsonl"], format!("{}\n", Value::from(TRACE)));
    assert_eq!(by_return.len(), 1);
    assert_eq!(by_return, by_string);
    assert_eq!((&by_return[0]["type"], &by_return[0]["rule"]), (&"KeyError".into(), &"bug.lookup".into()));
    let as_it_is = verdicts(&["--jsonl"], THROTTLED);
    assert_eq!(as_it_is, verdicts(&[], THROTTLED), "what is no JSON string is the event itself");
}

#[test]
fn explain_adds_what_went_into_the_hash() {
    let found = verdicts(&["--explain", "--jsonl"], Value::from(TRACE).to_string());
    let parts = found[0]["parts"].as_array().unwrap();
    assert!(parts.iter().any(|part| part["name"] == "type" && part["value"] == "KeyError"), "{parts:?}");
    assert!(parts.iter().any(|part| part["name"] == "frame" && part["value"].as_str().unwrap().contains("handler")), "{parts:?}");
}

#[test]
fn a_config_brings_its_rules_its_masking_and_its_forms_of_lines() {
    let directory = tempfile::tempdir().unwrap();
    let config = written(&directory, "skywarden.yaml", CONFIG);
    let declined = r#"{"level":"ERROR","error":{"type":"PaymentDeclined","message":"no"}}"#;
    assert_eq!(verdicts(&[], declined)[0]["category"], "unknown");
    let found = verdicts(&["-c", &config], declined);
    assert_eq!((&found[0]["category"], &found[0]["rule"], &found[0]["severity"]), (&"business".into(), &"user.1".into(), &"info".into()));
    let own = "%%ERROR%% no stock";
    assert_eq!(verdicts(&["-c", &config], own)[0]["is_error"], false);
    assert_eq!(verdicts(&["-c", &config, "--service", "mailer"], own)[0]["template"], "no stock");
    let (out, err, code) = run(&["fingerprint", "-c", &config, "--service", "mail"], own);
    assert_eq!((out.as_str(), code), ("", 2));
    assert!(err.contains("there is no service mail\nhint: the services of the config are: checkout, mailer"), "{err}");
}

#[test]
fn a_directory_of_templates_replaces_a_category_and_its_mistakes_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let rules = |kind: &str| {
        format!(
            "category: cancelled\nseverity: warning\nretry: no\nrules:\n  - id: cancelled\n    types: [{kind}]\n    first_step: Ask.\n    examples: [{{ type: GoneAway }}]\n    counterexamples: [{{ type: KeyError }}]\n"
        )
    };
    written(&directory, "catalogue/errors/cancelled.yaml", &rules("GoneAway"));
    let templates = directory.path().to_str().unwrap();
    let line = r#"{"level":"ERROR","error":{"type":"GoneAway","message":"no"}}"#;
    assert_eq!(verdicts(&["--templates", templates], line)[0]["rule"], "cancelled");
    written(&directory, "catalogue/errors/cancelled.yaml", &rules("KeyError"));
    let (out, err, code) = run(&["fingerprint", "--templates", templates], line);
    assert_eq!((out.as_str(), code), ("", 1));
    assert!(err.contains("SKY061") && err.contains("catalogue/errors/cancelled.yaml:6"), "{err}");
}

#[test]
fn nothing_unmasked_is_printed() {
    let secret = r#"{"level":"ERROR","message":"m","error":{"type":"KeyError","message":"password=hunter2 to ann@example.com"}}"#;
    for arguments in [&["fingerprint", "--explain"][..], &["explain", "error", "-"], &["explain", "error", "-", "--json"]] {
        let (out, _, code) = run(arguments, secret);
        assert!(code == 0 && !out.contains("hunter2") && !out.contains("ann@"), "{out}");
    }
}

#[test]
fn bad_bytes_and_endless_lines_are_lines_too() {
    let mut input = b"\xff\xfe broken\n".to_vec();
    input.extend(vec![b'a'; 5 * 1024 * 1024]);
    input.extend(b"\nlast\n");
    let (out, err, code) = run(&["fingerprint"], input);
    assert_eq!((out.lines().count(), code), (3, 0));
    assert_eq!(err, "1 lines are longer than 4194304 bytes; what is behind was left out\n");
    assert!(out.lines().all(|line| line.len() < 10_000), "a template is bounded");
}

#[test]
fn objects_come_as_lines_are_written_and_a_reader_that_goes_away_is_no_mistake() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_skywarden"));
    let mut child = command.arg("fingerprint").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    stdin.write_all(b"served 17 orders\n").unwrap();
    let mut reader = BufReader::new(stdout);
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    assert!(first.contains("served * orders"), "{first}");
    drop(reader);
    // The command ends by itself once it notices, so from then on nobody takes what is written.
    while stdin.write_all(&b"another line\n".repeat(1_000)).is_ok() {}
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn what_cannot_be_done_is_said_and_ends_with_two() {
    for (arguments, said) in [
        (&["fingerprint", "/no/such/file"][..], "hint: name a file"),
        (&["fingerprint", "/"], "it is a directory"),
        (&["fingerprint", "--config", "/no/such.yaml"], "hint: name the config"),
        (&["fingerprint", "--json"], "--jsonl"),
        (&["explain", "error"], "<LINE>"),
        (&["explain", "error", ""], "there is no log event to explain"),
        (&["explain", "error", "-"], "there is no log event to explain"),
        (&["explain", "error", "x", "--templates", "/no/such"], "hint: check --templates"),
    ] {
        let (out, err, code) = run(arguments, "");
        assert_eq!((out.as_str(), code), ("", 2), "{arguments:?}");
        assert!(err.contains(said) && !err.contains("::"), "{arguments:?}: {err}");
    }
}

#[test]
fn an_explanation_shows_the_evidence_in_words() {
    let (out, err, code) = run(&["explain", "error", THROTTLED, "--service", "checkout"], "");
    assert_eq!((err.as_str(), code), ("", 0));
    for piece in [
        "an error      its level is ERROR",
        "service       checkout",
        "category      throttling",
        "rule          throttling (code ThrottlingException)",
        "severity      error, the higher of warning (the rule's) and error (the level's)",
        "retry         can help",
        "first         Retry with growing, random pauses",
        "lost          dependency (type ClientError)",
        "fingerprint   ",
        "type = ClientError",
    ] {
        assert!(out.contains(piece), "{piece} in:\n{out}");
    }
    let (from_input, ..) = run(&["explain", "error", "-", "--service", "checkout"], THROTTLED);
    assert_eq!(from_input, out);
    let (json, ..) = run(&["explain", "error", THROTTLED, "--json"], "");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["rule"], &json["evidence"][0], &json["lost"][0]["rule"]),
        (&"throttling".into(), &"code ThrottlingException".into(), &"dependency".into())
    );
}

#[test]
fn an_explanation_names_the_users_rule_and_what_is_no_error() {
    let directory = tempfile::tempdir().unwrap();
    let config = written(&directory, "skywarden.yaml", CONFIG);
    let (out, _, code) = run(&["explain", "error", r#"{"level":"ERROR","error":{"type":"a.PaymentDeclined"}}"#, "-c", &config], "");
    assert_eq!(code, 0);
    assert!(out.contains("user.1 of the config") && out.contains("notify        never"), "{out}");
    let (out, _, code) = run(&["explain", "error", "finished with Error: 0"], "");
    assert!(code == 0 && out.starts_with("no error      it has no level"), "{out}");
    let (out, ..) = run(&["explain", "error", "\u{1b}[31mred \u{7}bell \u{202e}turned"], "");
    assert!(!out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "log text does not act on a terminal: {out:?}");
}
