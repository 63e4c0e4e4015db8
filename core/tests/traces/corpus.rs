//! A folder for each case: `input.txt` is one event, `expected.json` what is told of it.
//!
//! `UPDATE_GOLDEN=1` writes what is told now; the difference is reviewed like code.

use std::{collections::BTreeSet, env, fs, path::PathBuf};

use serde_json::Value;

use crate::reading::{event, faults, lines};

/// Fewest cases there must be: the corpus is what precision and recall are measured on.
const FEWEST_CASES: usize = 90;

/// Cases whose lines, delivered one by one, cannot be told from lines that stand for themselves, and why.
const NOT_REJOINED: [(&str, &str); 5] = [
    ("go-pkg-errors", "the message of the cause stands alone between the line and the frames"),
    ("lambda-exit-status", "Lambda writes it as one event; its second line is a name alone"),
    ("lambda-killed", "Lambda writes it as one event; its second line is a name alone"),
    ("python-asyncio", "a message goes on without any sign"),
    ("python-message-of-several-lines", "a message goes on without any sign"),
];

/// Name and event of every case, in order.
pub(crate) fn cases() -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let input = fs::read_to_string(path.join("input.txt")).unwrap();
            (path.file_name().unwrap().to_string_lossy().into_owned(), input.trim_end_matches('\n').to_owned())
        })
        .collect();
    cases.sort();
    cases
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/traces/cases")
}

#[test]
fn every_case_says_what_stands_beside_it() {
    let update = env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1");
    let cases = cases();
    assert!(cases.len() >= FEWEST_CASES, "{}", cases.len());
    let mut mistakes = Vec::new();
    for (name, input) in &cases {
        let told = faults(&[event(input)]);
        let beside = folder().join(name).join("expected.json");
        if update {
            fs::write(&beside, serde_json::to_string_pretty(&told).unwrap() + "\n").unwrap();
        }
        let expected: Vec<Value> = fs::read_to_string(&beside).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        if told != expected {
            mistakes.push(format!("{name}\n  says     {}\n  expected {}", Value::from(told), Value::from(expected)));
        }
        let others: BTreeSet<String> =
            fs::read_dir(folder().join(name)).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        assert_eq!(others.into_iter().collect::<Vec<_>>(), ["expected.json", "input.txt"], "{name}");
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn every_case_is_exactly_one_error() {
    for (name, input) in cases() {
        assert_eq!(faults(&[event(&input)]).len(), 1, "{name}");
    }
}

#[test]
fn a_trace_whose_lines_came_one_by_one_says_the_same() {
    let mut mistakes = Vec::new();
    for (name, input) in cases() {
        if NOT_REJOINED.iter().any(|(excused, _)| *excused == name) {
            continue;
        }
        let (whole, joined) = (faults(&[event(&input)]), faults(&lines(&input)));
        if whole != joined {
            mistakes.push(format!("{name}\n  whole  {}\n  joined {}", Value::from(whole), Value::from(joined)));
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn traces_among_other_lines_say_the_same() {
    const BEFORE: &str = "2026-11-23T10:00:00.000Z INFO shop: started";
    const AFTER: &str = "2026-11-23T10:00:09.000Z INFO shop: next";
    for (name, input) in cases() {
        if NOT_REJOINED.iter().any(|(excused, _)| *excused == name) {
            continue;
        }
        let text = format!("{BEFORE}\n{input}\n{AFTER}");
        assert_eq!(faults(&lines(&text)), faults(&[event(&input)]), "{name}");
    }
}

#[test]
fn the_same_event_with_other_line_ends_says_the_same() {
    for (name, input) in cases() {
        if input.starts_with('{') {
            continue;
        }
        let with_returns = input.replace('\n', "\r\n");
        let without = |told: Vec<Value>| Value::from(told).to_string().replace("\\r\\n", "\\n");
        assert_eq!(without(faults(&[event(&with_returns)])), without(faults(&[event(&input)])), "{name}");
    }
}
