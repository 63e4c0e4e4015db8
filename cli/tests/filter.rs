//! `skywarden filter` as a person types it.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::{fs, path::Path};

use assert_cmd::Command;

const ACCESS: &str = "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /a HTTP/1.0\" 404 1534\r\n::1 - ann [x] \"GET /b\" 200 -\n";

/// Standard output, standard error and exit code.
fn run(arguments: &[&str], input: impl Into<Vec<u8>>) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skywarden"));
    let output = command.arg("filter").args(arguments).env("COLUMNS", "100").env("NO_COLOR", "1").write_stdin(input).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.code().unwrap())
}

#[test]
fn matching_lines_are_printed_and_counted() {
    assert_eq!(run(&["test", "ERROR -DEBUG"], "an ERROR\nDEBUG ERROR\nfine\n"), ("an ERROR\n".into(), String::new(), 0));
    assert_eq!(run(&["test", "-DEBUG", "-", "--count"], "a\nDEBUG\nb"), ("2\n".into(), String::new(), 0));
    assert_eq!(run(&["test", "ERROR", "--invert"], "an ERROR\nfine\n"), ("fine\n".into(), String::new(), 0));
    assert_eq!(run(&["test", "ERROR"], "fine\n"), (String::new(), String::new(), 1));
    assert_eq!(run(&["test", "ERROR", "--count"], ""), ("0\n".into(), String::new(), 1));
    assert_eq!(run(&["test", ""], "a\n\n").0, "a\n\n");
}

#[test]
fn fields_and_samples_stand_below_their_line() {
    let (out, _, code) = run(&["test", "[ip, ..., status, size]", "--value", "$size"], ACCESS);
    assert_eq!(code, 0);
    let expected = "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /a HTTP/1.0\" 404 1534\n    $ip      127.0.0.1\n    $2       -\n    $3       frank\n    \
                    $4       10/Oct/2000:13:25:15 -0700\n    $5       GET /a HTTP/1.0\n    $status  404\n    $size    1534\n    sample 1534\n";
    assert!(out.starts_with(expected), "{out}");
    assert!(out.ends_with("    $size    -\n    no sample: $size is missing or no number\n"), "{out}");
}

#[test]
fn as_json_each_line_is_one_object() {
    let (out, _, code) = run(&["test", "[ip, ..., status=4*, size]", "--value", "$size", "--json"], ACCESS);
    assert_eq!(code, 0);
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["line"], 1);
    assert_eq!(found["fields"]["$status"], "404");
    assert_eq!(found["sample"], 1534.0);
    assert!(out.find("$ip") < out.find("$2") && out.find("$5") < out.find("$status"), "fields keep the order of the line: {out}");
    let (out, ..) = run(&["test", "{ $.a = * }", "--json"], "{\"a\":1}\n");
    assert_eq!(out, "{\"line\":1,\"message\":\"{\\\"a\\\":1}\",\"fields\":{}}\n");
}

#[test]
fn long_lines_and_bad_bytes_are_read() {
    let mut input = b"\xff\xfe ERROR\n".to_vec();
    input.extend(vec![b'x'; 300_000]);
    input.extend(b" ERROR\n");
    let (out, _, code) = run(&["test", "ERROR"], input);
    assert_eq!((out.lines().count(), code), (2, 0));
    assert!(out.starts_with("\u{fffd}\u{fffd} ERROR\n") && out.ends_with("x ERROR\n"));
}

#[test]
fn a_bad_pattern_is_shown_with_its_place() {
    for command in ["test", "explain"] {
        let (out, err, code) = run(&[command, "ok ERR*"], "");
        assert_eq!((out.as_str(), code), ("", 2));
        let expected = "error: `*` cannot stand in an unquoted term (invalid-character)\n  ok ERR*\n        ^\nhint: terms are found inside words as well: leave the `*` out\n\
                        CloudWatch says: Invalid character(s) in term 'ERR*'\n";
        assert_eq!(err, expected);
    }
}

#[test]
fn what_cannot_be_read_ends_with_two() {
    for (arguments, said) in [
        (&["test", "x", "/no/such/file"][..], "hint: name a file"),
        (&["test", "x", "/"], "it is a directory"),
        (&["test", "x", "--value", "$.a"], "hint: write a JSON pattern"),
        (&["test", "--cases", "/no/such/file"], "hint: name a JSON array"),
        (&["test"], "PATTERN"),
    ] {
        let (out, err, code) = run(arguments, "");
        assert_eq!((out.as_str(), code), ("", 2), "{arguments:?}");
        assert!(err.contains(said) && !err.contains("::"), "{err}");
    }
}

#[test]
fn recorded_cases_are_checked() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/tests/fixtures/filter-patterns.json");
    let (out, _, code) = run(&["test", "--cases", fixture.to_str().unwrap()], "");
    assert_eq!(code, 0);
    assert!(out.ends_with(" agree, 0 do not\n") && out.lines().count() == 1, "{out}");

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("cases.json");
    fs::write(&file, r#"[{"pattern":"a","message":"b","matches":true,"evidence":"native","note":1},{"pattern":"a","message":"a","matches":true}]"#).unwrap();
    let (out, _, code) = run(&["test", "--cases", file.to_str().unwrap()], "");
    assert_eq!(code, 1);
    assert_eq!(out, "row 0 (native): a\n    message   \"b\"\n    recorded  matches\n    ours      does not match\n2 cases: 1 agree, 1 do not\n");
    fs::write(&file, "{}").unwrap();
    assert_eq!(run(&["test", "--cases", file.to_str().unwrap()], "").2, 2);
}

#[test]
fn a_pattern_is_put_in_words() {
    let (out, _, code) = run(&["explain", "?a -b"], "");
    assert_eq!(code, 0);
    assert!(out.starts_with("?a -b\na pattern of terms\n\nmatches an event whose text does not contain \"b\"\n\nuses   5 of 1024 characters"), "{out}");
    assert!(out.contains("\nbeware (ignored-optional): `?a` is ignored beside `-b`"), "{out}");
    let (out, ..) = run(&["explain", "{ $.a = 1 && ($.b = 2 || $.c = 3) }"], "");
    assert!(out.contains("all of these hold:\n  - `$.a` is the number 1, or the string \"1\"\n  - at least one of these holds:\n    - `$.b`"), "{out}");
    let (out, ..) = run(&["explain", "--json", "[a, b]"], "");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&json["kind"], &json["traps"][0]["code"]), (&"delimited".into(), &"last-field-takes-rest".into()));
}
