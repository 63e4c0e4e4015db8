//! `skywarden issues` and `skywarden verify` as a person types them: over the issues of a replay, and where AWS is not as it should be.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    thread,
};

use assert_cmd::Command;
use serde_json::{Value, json};

const CONFIG: &str = "project: shop
services: { checkout: { runtime: lambda, runbook: 'https://wiki.example.com/checkout' }, mailer: { runtime: ecs } }
routes: [{ email: oncall@example.com }]
errors: { rules: [{ when: { type: PaymentDeclined }, category: business, severity: info, notify: never }] }
";

/// 20 November 2026, 12:00 UTC.
const NOON_MS: i64 = 1_795_176_000_000;

/// A project with a log of half an hour.
fn project() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("skywarden.yaml"), CONFIG).unwrap();
    let mut log = String::new();
    let mut id = 0;
    let mut event = |minute: i64, group: &str, message: &Value| {
        id += 1;
        let event = json!({"group": group, "stream": "s1", "id": format!("{id:056}"), "timestamp": NOON_MS + minute * 60_000, "message": message.to_string()});
        writeln!(log, "{event}").unwrap();
    };
    let lost = |user: &str, version: &str| {
        json!({"level": "ERROR", "message": "cart lost", "version": version, "user_id": user, "request_id": "r-17",
            "error": {"type": "CartLost", "message": format!("cart of {user}@example.com is gone \u{1b}[31m"), "stack": "Traceback (most recent call last):\n  File \"/var/task/cart.py\", line 3, in get\n    x()\nCartLost: gone"}})
    };
    for minute in 0..6 {
        event(minute * 5, "/aws/lambda/shop-checkout", &lost(&format!("user{minute}"), if minute < 3 { "1.0.0" } else { "1.1.0" }));
    }
    event(26, "/aws/lambda/shop-checkout", &json!({"level": "ERROR", "message": "m", "error": {"type": "PaymentDeclined", "message": "no money"}}));
    event(27, "/ecs/shop-mailer", &json!({"level": "CRITICAL", "message": "m", "error": {"type": "RelayGone", "message": "no relay at 10.0.0.1"}}));
    event(30, "/ecs/shop-mailer", &json!({"level": "INFO", "message": "fine"}));
    fs::write(directory.path().join("log.jsonl"), log).unwrap();
    directory
}

/// Standard output, standard error and exit code.
fn run_with(arguments: &[&str], project: &tempfile::TempDir, environment: &[(&str, &str)]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skywarden"));
    for name in ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_WEB_IDENTITY_TOKEN_FILE"] {
        command.env_remove(name);
    }
    command.env("COLUMNS", "100").env("NO_COLOR", "1").env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", project.path());
    let output = command.args(arguments).envs(environment.iter().copied()).current_dir(project.path()).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    for rusty in ["panicked", "unwrap", "Err(", "Some(", "SdkError", "DispatchFailure", "RUST_BACKTRACE", "\u{1b}"] {
        assert!(!out.contains(rusty) && !err.contains(rusty), "{rusty} in: {out}{err}");
    }
    (out, err, output.status.code().unwrap())
}

/// Over the issues of the replay.
fn run(arguments: &[&str], project: &tempfile::TempDir) -> (String, String, i32) {
    run_with(&[arguments, &["--logs", "log.jsonl"]].concat(), project, &[])
}

fn document(arguments: &[&str], project: &tempfile::TempDir) -> Value {
    let (out, err, code) = run(&[arguments, &["--json"]].concat(), project);
    assert_eq!(code, 0, "{out}{err}");
    serde_json::from_str(&out).unwrap()
}

fn fingerprint(kind: &str, project: &tempfile::TempDir) -> String {
    let list = document(&["issues", "list", "--state", "all"], project);
    list["issues"].as_array().unwrap().iter().find(|issue| issue["type"] == kind).unwrap()["fingerprint"].as_str().unwrap().to_owned()
}

#[test]
fn the_list_shows_what_needs_attention_and_the_rest_when_asked() {
    let project = project();
    let (out, err, code) = run(&["issues", "list"], &project);
    assert_eq!((err.as_str(), code), ("", 0));
    insta::assert_snapshot!("list", out);
    let kinds = |arguments: &[&str]| -> Vec<String> {
        let list = document(&[&["issues", "list"], arguments].concat(), &project);
        list["issues"].as_array().unwrap().iter().map(|issue| issue["type"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&["--state", "all"]), ["RelayGone", "PaymentDeclined", "CartLost"]);
    assert_eq!(kinds(&["--sort", "count"]), ["CartLost", "RelayGone"]);
    assert_eq!(kinds(&["--severity", "critical"]), ["RelayGone"]);
    assert_eq!(kinds(&["--state", "open", "--category", "business"]), ["PaymentDeclined"]);
    assert_eq!(kinds(&["--service", "checkout", "--text", "cart of"]), ["CartLost"]);
    assert_eq!(kinds(&["--since", "5m"]), ["RelayGone"]);
    assert_eq!(kinds(&["--assigned", "nobody", "--limit", "1"]), ["RelayGone"]);
    let (out, _, code) = run(&["issues", "list", "--state", "regressed"], &project);
    assert_eq!((out.trim(), code), ("no issue is like that; `--state all` shows every state", 1));
    let other = json!({"group": "/other", "stream": "s", "id": "1", "timestamp": NOON_MS, "message": "ERROR x"});
    fs::write(project.path().join("other.jsonl"), format!("{other}\n")).unwrap();
    let (out, err, code) = run_with(&["issues", "list", "--logs", "other.jsonl"], &project, &[]);
    assert_eq!((out.trim(), code), ("there are no issues", 1));
    assert!(err.contains("no error in 1 events") && err.contains("/ecs/shop-mailer"), "{err}");
}

#[test]
fn an_issue_is_shown_with_all_that_is_known_and_nothing_that_steers_the_terminal() {
    let project = project();
    let (out, err, code) = run(&["issues", "show", &fingerprint("CartLost", &project)[..8]], &project);
    assert_eq!((err.as_str(), code), ("", 0));
    assert!(!out.contains("@example.com"), "{out}");
    insta::assert_snapshot!("show", out);
    let document = document(&["issues", "show", &fingerprint("CartLost", &project)], &project);
    insta::assert_snapshot!("show-document", serde_json::to_string_pretty(&document).unwrap());
}

#[test]
fn what_would_be_done_to_the_issues_of_a_replay_is_said_and_left_undone() {
    let project = project();
    let (cart, relay) = (fingerprint("CartLost", &project), fingerprint("RelayGone", &project));
    let mut said = String::new();
    for arguments in [
        vec!["resolve", &cart, &relay, "--in-version", "1.2.0"],
        vec!["ignore", &cart, "--until", "2026-12-24"],
        vec!["ignore", &cart, "--until-count", "100"],
        vec!["ignore", &cart, "--until-escalating"],
        vec!["reopen", &cart],
        vec!["assign", &cart, "--to", "Bob"],
        vec!["assign", &cart, "--nobody"],
        vec!["merge", &relay, "--into", &cart],
        vec!["forget", &cart],
        vec!["forget", "--all", &cart],
    ] {
        let (out, err, code) = run(&[&["issues"], arguments.as_slice(), &["--as", "Ann"]].concat(), &project);
        assert_eq!((err.trim(), code), ("the issues are those of a replay: nothing was changed anywhere", 0), "{arguments:?}");
        writeln!(said, "$ {}\n{out}", arguments.join(" ")).unwrap();
    }
    insta::assert_snapshot!("changes", said);
    let done = document(&["issues", "resolve", &cart, "--as", "Ann"], &project);
    assert_eq!((&done["replayed"], &done["changes"][0]["changed"], &done["changes"][0]["issue"]["state"]), (&true.into(), &true.into(), &"resolved".into()));
    let state = document(&["issues", "list", "--state", "all"], &project)["issues"][2]["state"].clone();
    assert_eq!(state, "new", "the next replay begins anew");
}

#[test]
fn what_is_not_there_or_must_not_be_is_refused_with_a_hint() {
    let project = project();
    let cart = fingerprint("CartLost", &project);
    let mut said = String::new();
    for arguments in
        [vec!["show", "0000000"], vec!["show", "nonsense"], vec!["resolve", &cart, "ffff"], vec!["merge", &cart, "--into", &cart], vec!["unmerge", &cart]]
    {
        let (_, err, code) = run(&[&["issues"], arguments.as_slice()].concat(), &project);
        assert_eq!(code, 1, "{arguments:?}: {err}");
        writeln!(said, "$ {}\n{err}", arguments.join(" ")).unwrap();
    }
    insta::assert_snapshot!("refused", said.replace(&cart, "CART").replace(&cart[..8], "CART"));
}

#[test]
fn a_wrong_option_is_a_matter_of_usage() {
    let project = project();
    for (arguments, says) in [
        (vec!["issues", "list", "--status", "open"], "unexpected argument '--status'"),
        (vec!["issues", "list", "--state", "closed"], "possible values"),
        (vec!["issues", "resolve"], "<ISSUE>"),
        (vec!["issues", "ignore", "abcd", "--until", "7d", "--until-escalating"], "cannot be used with"),
        (vec!["issues", "assign", "abcd"], "--to"),
        // As a script gives them whose variable is not set.
        (vec!["issues", "assign", "abcd", "--to", ""], "a value is required for '--to <NAME>'"),
        (vec!["issues", "resolve", "abcd", "--in-version", ""], "a value is required for '--in-version <VERSION>'"),
        (vec!["issues", "list", "--limit", "0"], "0 is not in 1..="),
        (vec!["issues", "list", "--since", "yesterday", "--logs", "log.jsonl"], "hint: write 24h, 7d"),
        (vec!["issues", "ignore", "abcd", "--until", "2020-01-01", "--logs", "log.jsonl"], "is over already"),
        (vec!["issues", "list", "--logs", "nowhere"], "there is no such file"),
        (vec!["issues", "list", "--logs", "."], "log.jsonl"),
        (vec!["verify", "--timeout", "soon"], "--timeout soon"),
        (vec!["verify", "--service", "shipping"], "the services of the config are: checkout, mailer"),
    ] {
        let (out, err, code) = run_with(&arguments, &project, &[]);
        if arguments.contains(&".") {
            assert_eq!(code, 0, "a directory is replayed: {err}");
        } else {
            assert!(code == 2 && err.contains(says), "{arguments:?}: {code} {out}{err}");
        }
    }
}

#[test]
fn without_config_credentials_or_connection_it_is_said_which() {
    let empty = tempfile::tempdir().unwrap();
    let (_, err, code) = run_with(&["issues", "list"], &empty, &[]);
    assert!(code == 2 && err.contains("cannot read skywarden.yaml"), "{err}");
    let project = project();
    fs::write(project.path().join("wrong.yaml"), "project: shop\nservice: {}\n").unwrap();
    let (_, err, code) = run_with(&["issues", "list", "-c", "wrong.yaml"], &project, &[]);
    assert!(code == 2 && err.contains("service"), "mistakes in the config are no empty list: {err}");
    for command in [&["issues", "list"][..], &["verify"]] {
        let (_, err, code) = run_with(command, &project, &[]);
        assert!(code == 2 && err.contains("there are no AWS credentials") && err.contains("hint: set AWS_PROFILE"), "{err}");
        let refused = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:1")];
        let (_, err, code) = run_with(command, &project, &refused);
        assert!(code == 2 && err.contains("no connection to AWS") && err.contains("AWS_ENDPOINT_URL"), "{err}");
    }
}

/// Credentials as people have them.
#[test]
fn profiles_of_single_sign_on_and_of_programs_are_read() {
    let project = project();
    let directory = project.path().join(".aws");
    fs::create_dir(&directory).unwrap();
    let answer = project.path().join("answer.json");
    fs::write(&answer, r#"{"Version":1,"AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":"s"}"#).unwrap();
    let config = format!(
        "[profile staff]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n\n\
         [sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n\n\
         [profile program]\ncredential_process = cat {}\n\n[profile broken]\ncredential_process = cat /nowhere/at/all\n",
        answer.display()
    );
    fs::write(directory.join("config"), config).unwrap();
    for (profile, said) in [
        ("staff", "there are no AWS credentials: failed to load the cached SSO token"),
        ("broken", "there are no AWS credentials: Error retrieving credentials: external process exited"),
        ("other", "hint: they are looked for as AWS_PROFILE says: `other` must be a profile of ~/.aws/config; with IAM Identity Center run `aws sso login`"),
        ("program", "no connection to AWS"),
    ] {
        let (_, err, code) = run_with(&["issues", "list"], &project, &[("AWS_PROFILE", profile), ("AWS_ENDPOINT_URL", "http://127.0.0.1:1")]);
        assert!(code == 2 && err.contains(said), "{profile}: {err}");
    }
}

/// A server that answers every request so, on a port of its own.
fn aws_that_says(code: &'static str, message: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            reader.take(length).read_to_end(&mut Vec::new()).unwrap();
            let body = json!({"__type": code, "message": message}).to_string();
            let head =
                format!("HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    });
    address
}

#[test]
fn what_aws_refuses_is_said_with_the_way_out() {
    let project = project();
    for (code, message, says, hint) in [
        (
            "com.amazonaws.dynamodb.v20120810#AccessDeniedException",
            "User: arn:aws:iam::1:user/ann is not authorized",
            "access denied for dynamodb:Query: User: arn:aws:iam::1:user/ann is not authorized",
            "attach the policy in the output IssuesPolicyArn of the stack shop-prod-skywarden",
        ),
        (
            "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
            "Requested resource not found",
            "there is no table shop-prod-issues in eu-central-1",
            "deploy the stack shop-prod-skywarden there first",
        ),
        (
            "com.amazon.coral.validate#ValidationException",
            "The table does not have the specified index: issues",
            "the table shop-prod-issues has no index of issues",
            "deploy the stack shop-prod-skywarden of this version",
        ),
        ("com.amazon.coral.service#UnrecognizedClientException", "The security token is invalid", "AWS does not accept the credentials", "log in again"),
    ] {
        let endpoint = aws_that_says(code, message);
        let environment = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_ENDPOINT_URL", endpoint.as_str())];
        let (_, err, code) = run_with(&["issues", "list", "--region", "eu-central-1"], &project, &environment);
        assert!(code == 2 && err.contains(says) && err.contains(hint), "{err}");
    }
}
