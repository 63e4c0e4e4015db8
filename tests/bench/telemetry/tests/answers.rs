//! Every case of the Rust side starts and writes a line that is equal to the others', and a line that is not is found out.

use std::{collections::BTreeSet, path::Path};

use skywarden_bench::measure::Candidate as _;
use skywarden_bench_telemetry::{
    case::{Case, check_lines},
    line,
    python::PythonSuite,
    sink::Destination,
    suite::Suite,
};

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_bench-telemetry"))
}

#[test]
fn every_case_of_a_suite_writes_an_equal_line_wherever_it_goes() {
    for (suite, to) in [(Suite::Line, Destination::Nowhere), (Suite::Line, Destination::DevNull), (Suite::Axum, Destination::Nowhere)] {
        for case in suite.cases() {
            let mut running = case.start(program(), suite, to, 3).unwrap_or_else(|error| panic!("{} {to:?}: {error:#}", case.name));
            assert_eq!(running.line_bytes > 0, case.expected.is_some(), "{}", case.name);
            assert_eq!(running.remote.run(2).unwrap().len(), 2);
        }
    }
}

#[test]
fn a_case_that_does_not_write_what_it_should_is_not_measured() {
    // The line of a request has no amount.
    let wrong = Case { expected: line::CASES[0].expected, ..*Suite::Axum.named("ours").unwrap() };
    let error = wrong.start(program(), Suite::Axum, Destination::Nowhere, 1).unwrap_err().to_string();
    assert!(error.starts_with("ours wrote a line that is not equal to the others'"), "{error}");
    let silent = Case { expected: line::CASES[0].expected, ..*Suite::Axum.named("bare router").unwrap() };
    assert_eq!(silent.start(program(), Suite::Axum, Destination::Nowhere, 1).unwrap_err().to_string(), "bare router wrote no line");
    let error = check_lines("quiet", None, &["a line\n".to_owned()]).unwrap_err().to_string();
    assert_eq!(error, "quiet wrote a line: a line\n");
    assert!(Suite::Line.named("nobody").is_err());
}

#[test]
fn names_tell_cases_apart() {
    let suites = [Suite::Line, Suite::Axum].map(|suite| suite.cases().iter().map(|case| case.name).collect::<Vec<_>>());
    let python = PythonSuite::ALL.map(|suite| suite.cases().iter().map(|case| case.name).collect::<Vec<_>>());
    for names in suites.iter().chain(&python) {
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    }
}
