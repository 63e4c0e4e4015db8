//! Names that are none, typed at a project with few and with many.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

use std::{fmt::Write as _, fs};

use assert_cmd::Command;

/// A project of so many services, its alarms named by a pattern with spaces.
fn project(services: usize) -> tempfile::TempDir {
    let mut config =
        "project: shop\nnames: { alarms: '{project}/{environment}: {service} {alarm}' }\nroutes: [{ email: team@example.com }]\nservices:\n".to_owned();
    for number in 1..=services {
        writeln!(config, "  checkout-{number}: {{ runtime: ecs, slo: [{{ availability: 99.9% }}] }}").unwrap();
    }
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("skywarden.yaml"), config).unwrap();
    directory
}

/// Standard output, standard error and exit code.
fn run(arguments: &[&str], directory: &tempfile::TempDir) -> (String, String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_skywarden")).args(arguments).current_dir(directory.path()).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.code().unwrap())
}

#[test]
fn a_misspelt_name_is_answered_with_the_one_that_was_meant_and_not_with_hundreds() {
    let project = project(120);
    for (arguments, meant) in [
        (["explain", "service", "chekout-7"].as_slice(), "did you mean checkout-7?"),
        (&["explain", "metric", "RequestDuraton"], "did you mean RequestDuration?"),
        (&["explain", "slo", "availabilty"], "did you mean availability?"),
        (&["explain", "alarm", "latncy"], "did you mean latency?"),
        (&["explain", "alarm", "checkout-7 latncy"], "did you mean checkout-7 latency?"),
        (&["explain", "error", "x", "-c", "skywarden.yaml", "--service", "chekout-7"], "did you mean checkout-7?"),
        (&["verify", "--service", "chekout-7"], "did you mean checkout-7?"),
    ] {
        let (_, err, code) = run(arguments, &project);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(err.contains(meant) && err.len() < 1_200, "{arguments:?}: {err}");
    }
    let (_, err, _) = run(&["explain", "alarm", "x"], &project);
    assert!(err.contains(" and ") && err.contains(" more; `skywarden explain service`") && err.len() < 1_200, "{err}");
}

#[test]
fn the_end_of_an_alarms_name_is_enough_whatever_pattern_it_is_made_by() {
    let project = project(12);
    for (name, found) in [("checkout-1 latency", 1), ("latency", 12), ("shop/prod: checkout-1 error-rate", 1), ("error_rate", 12), ("1 latency", 1)] {
        let (out, err, code) = run(&["explain", "alarm", name], &project);
        assert_eq!((out.matches("fires when").count(), code), (found, 0), "{name}: {out}{err}");
    }
    // Not from within a word.
    let (_, err, code) = run(&["explain", "alarm", "tency"], &project);
    assert_eq!(code, 2, "{err}");
}
