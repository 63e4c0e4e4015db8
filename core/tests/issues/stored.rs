//! The stored form: a golden document, and documents of other versions.

use std::{env, fs};

use skywarden_core::issue::{Action, Ignore, Issue, merge};

use crate::seen::{DAY, Desk, HOUR, Seen, at, burst, fingerprint};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/issue/format-2.json");

/// An issue with something in every field.
fn whole() -> Issue {
    let mut desk = Desk::default();
    let user = |second: i64, user: &str, version: &str| {
        let id = u32::try_from(second).unwrap();
        Seen { id, user: user.to_owned(), ..Seen::in_version(second, version) }
    };
    desk.see(&[user(0, "ann", "1.0.0"), user(HOUR, "bob", "1.1.0"), user(8 * DAY, "", "0a1b2c3")]);
    desk.see(&[Seen { service: "catalog".to_owned(), ..user(8 * DAY + HOUR, "ann", "") }]);
    desk.see(&(0..13).map(|minor| user(8 * DAY + 2 * HOUR + minor, "ann", &format!("0.{minor}"))).collect::<Vec<_>>());
    desk.see(&vec![Seen { id: 7, ..Seen::at(8 * DAY + 3 * HOUR) }; 40]);
    let assigned = desk.issue().act(&Action::Assign { to: "bob".to_owned() }, "ann", at(9 * DAY)).unwrap().0;
    let ignored = assigned.act(&Action::Ignore(Ignore::UntilEscalating), "ann", at(9 * DAY)).unwrap().0;
    let mut other = Desk::default();
    other.see(&burst(DAY, 2));
    let into = Issue { fingerprint: fingerprint(2), ..other.issue().clone() };
    let merged = merge(&into, &ignored, at(9 * DAY)).unwrap().into;
    Issue { merged_into: Some(fingerprint(3)), ..merged }
}

#[test]
fn the_stored_form_is_pinned() {
    let text = serde_json::to_string_pretty(&whole()).unwrap() + "\n";
    if env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::write(GOLDEN, &text).unwrap();
    }
    let golden = fs::read_to_string(GOLDEN).unwrap();
    assert_eq!(text, golden, "another form needs another ISSUE_FORMAT; UPDATE_GOLDEN=1 writes it anew");
    assert_eq!(Issue::parse(&golden).unwrap(), whole());
}

#[test]
fn an_issue_of_another_format_is_refused_by_name() {
    let first = r#"{"format":1,"fingerprint":"00000000000000000000000000000001","version":1,"state":"open","count":1}"#;
    assert_eq!(Issue::parse(first).unwrap_err().code(), "issue-format");
    assert_eq!(Issue::parse(r#"{"format":3,"novelty":true}"#).unwrap_err().to_string(), "a stored issue has format 3, this version reads 2");
    for text in ["", "{}", r#"{"format":2}"#] {
        assert_eq!(Issue::parse(text).unwrap_err().code(), "issue-unreadable", "{text}");
    }
}
