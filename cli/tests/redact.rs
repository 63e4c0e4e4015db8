//! `skywarden redact` as a person types it.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::{
    fs,
    io::{Read as _, Write as _},
    path::Path,
    process::Stdio,
};

use assert_cmd::Command;
use skywarden_core::mask::Entity;

const CONFIG: &str = r"project: shop
services: { checkout: { runtime: lambda } }
routes: [{ email: team@example.com }]
mask:
  keys: [customer_name]
  paths: [user.card]
  patterns: [{ name: customer-number, regex: 'CUST-[0-9]{4}', mask: 'CUST_***' }]
  also: [ip-address]
  allow: [phone-number]
";

/// Standard output, standard error and exit code.
fn run_bytes(arguments: &[&str], input: impl Into<Vec<u8>>) -> (Vec<u8>, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skywarden"));
    let output = command.arg("redact").args(arguments).env("COLUMNS", "100").env("NO_COLOR", "1").write_stdin(input).output().unwrap();
    (output.stdout, String::from_utf8(output.stderr).unwrap(), output.status.code().unwrap())
}

fn run(arguments: &[&str], input: impl Into<Vec<u8>>) -> (String, String, i32) {
    let (out, err, code) = run_bytes(arguments, input);
    (String::from_utf8(out).unwrap(), err, code)
}

fn written(directory: &tempfile::TempDir, name: &str, text: &str) -> String {
    let file = directory.path().join(name);
    fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn lines_are_masked_and_every_other_byte_stays() {
    let input = "to ann@example.com\r\n\n  {\"password\" : \"hunter2\"}\tok\n9f1c2c1e-52b3-4e4c-9d0e-0a4b8f2f6f10 took 12.5ms";
    let expected = "to ***\r\n\n  {\"password\" : \"***\"}\tok\n9f1c2c1e-52b3-4e4c-9d0e-0a4b8f2f6f10 took 12.5ms";
    assert_eq!(run(&[], input), (expected.into(), String::new(), 0));
    assert_eq!(run(&["-"], input).0, expected);
    assert_eq!(run(&["-"], expected).0, expected, "masking twice changes nothing more");
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(run(&[&written(&directory, "app.log", input)], "").0, expected);
    assert_eq!(run(&[], ""), (String::new(), String::new(), 0));
}

#[test]
fn a_private_key_over_several_lines_is_masked_to_its_end() {
    let input = "key -----BEGIN RSA PRIVATE KEY-----\nMIIEow+/\nabcd==\n-----END RSA PRIVATE KEY-----\ndeadbeef\n";
    assert_eq!(run(&["--stats"], input), ("key ***\n***\n***\n***\ndeadbeef\n".into(), "private-key  1\n4 of 5 lines changed\n".into(), 0));
}

#[test]
fn a_config_adds_its_own_rules() {
    let directory = tempfile::tempdir().unwrap();
    let config = written(&directory, "skywarden.yaml", CONFIG);
    let input = "CUST-1234 10.1.2.3 ann@example.com\n{\"customer_name\":\"Ann\",\"user\":{\"card\":1},\"phone\":\"+14155552671\"}\n";
    let expected = "CUST_*** *** ***\n{\"customer_name\":\"***\",\"user\":{\"card\":\"***\"},\"phone\":\"+14155552671\"}\n";
    let stats = "customer-number  1\nemail-address    1\nip-address       1\nsecret           2\n2 of 2 lines changed\n";
    assert_eq!(run(&["--config", &config, "--stats"], input), (expected.into(), stats.into(), 0));
    let overlay = written(&directory, "prod.yaml", "mask: { labels: true, allow: [email-address] }\n");
    let (out, ..) = run(&["-c", &config, "-c", &overlay], "CUST-1234 10.1.2.3 ann@example.com\n");
    assert_eq!(out, "CUST_*** ***ip-address*** ann@example.com\n");
    let (out, ..) = run(&[], input);
    assert!(out.starts_with("CUST-1234 10.1.2.3 ***\n") && out.contains("\"Ann\""), "without a config only the built-in rules hold: {out}");
}

#[test]
fn a_config_with_mistakes_masks_nothing_and_tells_them_all() {
    let directory = tempfile::tempdir().unwrap();
    let config = written(&directory, "bad.yaml", &CONFIG.replace("CUST-[0-9]{4}", "CUST-([0-9]{4}").replace("ip-address", "ip-adress"));
    let (out, err, code) = run(&["--config", &config], "to ann@example.com\n");
    assert_eq!((out.as_str(), code), ("", 1));
    assert!(err.contains("SKY034") && err.contains("SKY021") && err.contains("did you mean `ip-address`?"), "{err}");
}

#[test]
fn what_cannot_be_read_ends_with_two() {
    for (arguments, said) in [
        (&["/no/such/file"][..], "hint: name a file"),
        (&["/"], "it is a directory"),
        (&["--config", "/no/such.yaml"], "hint: name the config"),
        (&["--statistics"], "--stats"),
    ] {
        let (out, err, code) = run(arguments, "");
        assert_eq!((out.as_str(), code), ("", 2), "{arguments:?}");
        assert!(err.contains(said) && !err.contains("::"), "{err}");
    }
}

#[test]
fn long_lines_and_bad_bytes_pass_but_for_their_secrets() {
    let mut input = b"\xff\xfe to ann@example.com \xff\n".to_vec();
    let mut expected = b"\xff\xfe to *** \xff\n".to_vec();
    let long = "some words ".repeat(100_000);
    input.extend(format!("{long}password=hunter2\nlast").bytes());
    expected.extend(format!("{long}password=***\nlast").bytes());
    let (out, err, code) = run_bytes(&[], input);
    assert!(out == expected, "{} bytes, expected {}", out.len(), expected.len());
    assert_eq!((err.as_str(), code), ("", 0));
}

#[test]
fn of_a_line_beyond_the_bound_the_end_is_left_out_and_told() {
    let mut input = vec![b' '; 5 * 1024 * 1024];
    input.extend(b"password=hunter2\nto ann@example.com\n");
    let (out, err, code) = run_bytes(&[], input);
    assert_eq!(out.len(), 4 * 1024 * 1024 + "\nto ***\n".len());
    assert!(out.ends_with(b" \nto ***\n"));
    assert_eq!((err.as_str(), code), ("1 lines are longer than 4194304 bytes; what is behind was left out\n", 0));
}

#[test]
fn lines_come_as_they_are_written_and_a_reader_that_goes_away_is_no_mistake() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_skywarden"));
    let mut child = command.arg("redact").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    stdin.write_all(b"to ann@example.com\n").unwrap();
    let mut first = [0; 7];
    stdout.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"to ***\n");
    drop(stdout);
    // The command ends by itself once it notices, so from then on nobody takes what is written.
    while stdin.write_all(&b"another line\n".repeat(1_000)).is_ok() {}
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn the_page_on_masking_lists_every_kind_of_data() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/masking.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).take(Entity::ALL.len()).collect();
    let expected: Vec<String> = Entity::ALL
        .iter()
        .map(|entity| format!("| `{entity}` | {} | {} |", entity.summary().trim_end_matches('.'), if entity.on_by_default() { "masked" } else { "passes" }))
        .collect();
    assert_eq!(rows, expected);
}
