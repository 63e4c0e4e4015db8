//! Files, directories and disks that are not what a command needs.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::{
    fs::{self, File},
    path::Path,
    process::Stdio,
};

use assert_cmd::Command;

const SMALL: &str = "project: shop\nservices:\n  checkout: { runtime: lambda }\nroutes:\n  - { email: oncall@example.com }\n";

fn project() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("skywarden.yaml"), SMALL).unwrap();
    directory
}

/// Standard output, standard error and exit code.
fn run(arguments: &[&str], directory: &Path) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skywarden"));
    let output = command.args(arguments).env("COLUMNS", "100").current_dir(directory).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.code().unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_a_full_disk_does_not_take_is_a_failure_and_not_a_short_file() {
    let project = project();
    fs::write(project.path().join("app.log"), "ERROR x\n".repeat(100_000)).unwrap();
    for arguments in [
        ["redact", "app.log"].as_slice(),
        &["fingerprint", "app.log"],
        &["filter", "test", "ERROR", "app.log"],
        &["filter", "explain", "ERROR"],
        &["explain", "service", "checkout"],
        &["generate"],
    ] {
        // Linux's device that is always full.
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_skywarden"));
        let child = command.args(arguments).current_dir(project.path()).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
        assert!(err.contains("error: cannot write to standard output: ") && !err.contains("os error"), "{arguments:?}: {err}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let project = project();
    fs::write(project.path().join("app.log"), "ERROR x\n".repeat(100_000)).unwrap();
    for arguments in [["redact", "app.log"].as_slice(), &["explain", "service", "checkout"]] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_skywarden"));
        let mut child = command.args(arguments).current_dir(project.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn every_config_that_cannot_be_read_is_named() {
    let project = project();
    let (_, err, code) = run(&["generate", "-c", "skywarden.yaml", "-c", "prod.yaml", "-c", ".", "-c", "prod-us.yaml"], project.path());
    assert_eq!(code, 2);
    let expected = "error: cannot read prod.yaml: there is no such file\ncannot read .: it is a directory\ncannot read prod-us.yaml: there is no such file\n\
        hint: name the config with --config FILE\n";
    assert_eq!(err, expected);
}

#[test]
fn a_directory_of_templates_that_is_a_file_is_told_so() {
    let project = project();
    let (_, err, code) = run(&["generate", "--templates", "skywarden.yaml"], project.path());
    assert_eq!((err.as_str(), code), ("error: cannot read skywarden.yaml: it is no directory\nhint: check --templates\n", 2));
}

#[test]
fn what_editors_and_systems_leave_beside_templates_is_passed_over() {
    let project = project();
    fs::create_dir_all(project.path().join("wording/messages")).unwrap();
    fs::write(project.path().join("wording/.DS_Store"), [0xff, 0]).unwrap();
    fs::write(project.path().join("wording/messages/.subject.txt.swp"), [0xff, 0]).unwrap();
    let (_, err, code) = run(&["generate", "--templates", "wording"], project.path());
    assert_eq!((err.as_str(), code), ("", 0));
}

#[test]
fn a_strange_file_in_the_assembly_is_to_be_moved_since_generate_leaves_it() {
    let project = project();
    assert_eq!(run(&["generate"], project.path()).2, 0);
    fs::write(project.path().join("cdk-out/note.txt"), "mine").unwrap();
    let (_, err, code) = run(&["generate", "--check"], project.path());
    assert_eq!(code, 1);
    assert!(err.contains("cdk-out/note.txt: not part of the assembly") && err.contains("hint: move away"), "{err}");
    assert!(!err.contains("run `skywarden generate`"), "it would leave the file: {err}");
    fs::remove_file(project.path().join("cdk-out/shop-prod-skywarden.template.json")).unwrap();
    let (_, err, _) = run(&["generate", "--check"], project.path());
    assert!(err.contains("move away") && err.contains("run `skywarden generate`"), "{err}");
}

#[test]
fn a_mistake_in_a_template_of_the_user_is_told_with_the_path_of_that_file() {
    let project = project();
    for (path, text) in [
        ("messages/sms.txt", "{{ headlyne }}"),
        ("alarms/error_rate.txt", "{{ servize }}"),
        ("catalogue/errors/cancelled.yaml", "category: cancelled\n"),
        ("catalogue/metrics.yaml", "- x\n"),
    ] {
        let file = project.path().join("wording").join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        fs::write(project.path().join("alarm.yaml"), "alarms: [{ name: a, metric: AWS/SQS X, statistic: Sum, above: 1 }]\n").unwrap();
        let (_, err, code) = run(&["generate", "-c", "skywarden.yaml", "-c", "alarm.yaml", "--templates", "wording"], project.path());
        assert_eq!(code, 1, "{err}");
        assert!(err.contains(&format!("wording/{path}")) && !err.contains("templates/"), "{err}");
        fs::remove_file(&file).unwrap();
    }
}

#[test]
fn a_file_of_the_output_that_cannot_be_written_is_named_without_an_error_number() {
    let project = project();
    let (_, err, code) = run(&["generate"], project.path());
    assert_eq!(code, 0, "{err}");
    fs::remove_file(project.path().join("cdk-out/shop-prod-skywarden.template.json")).unwrap();
    fs::create_dir_all(project.path().join("cdk-out/shop-prod-skywarden.template.json/x")).unwrap();
    let (_, err, code) = run(&["generate"], project.path());
    assert!(code == 2 && err.contains("shop-prod-skywarden.template.json: it is a directory\nhint: ") && !err.contains("os error"), "{code} {err}");
}
