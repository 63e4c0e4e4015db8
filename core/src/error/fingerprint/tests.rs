use std::borrow::Cow;

use super::*;
use crate::record::Level;

fn fault(kind: &'static str, message: &'static str, stack: &'static str) -> Fault<'static> {
    Fault {
        kind: Cow::Borrowed(kind),
        message: Cow::Borrowed(message),
        stack: Cow::Borrowed(stack),
        exceptions: crate::error::trace::read(stack),
        fingerprint: None,
        code: None,
        status: None,
        platform: None,
        level: Level::Error,
        request_line_only: false,
        will_retry: false,
    }
}

const STACK: &str = "  File \"/var/task/a.py\", line 3, in f\n    g()\n  File \"/var/task/b.py\", line 9, in g\n    boom";
const MOVED: &str = "  File \"/opt/build/a.py\", line 30, in f\n    g()\n  File \"/opt/build/b.py\", line 91, in g\n    boom";

#[test]
fn line_numbers_paths_and_ids_do_not_matter() {
    let one = group(&fault("KeyError", "'a1'", STACK), "s");
    let two = group(&fault("KeyError", "'b2'", MOVED), "s");
    assert_eq!(one.fingerprint, two.fingerprint);
}

#[test]
fn another_cause_from_the_same_helper_is_another_issue() {
    let one = group(&fault("RuntimeError", "no stock", STACK), "s");
    let two = group(&fault("RuntimeError", "no route", STACK), "s");
    assert_ne!(one.fingerprint, two.fingerprint);
}

#[test]
fn the_explanation_is_of_the_same_fingerprint_and_in_order() {
    let fault = fault("RuntimeError", "no stock of item 17", STACK);
    let explained = explain(&fault, "s");
    assert_eq!(explained.grouping, group(&fault, "s"));
    let shown: Vec<_> = explained.parts.iter().map(|part| format!("{} {}", part.name, part.value)).collect();
    assert_eq!(shown, ["type RuntimeError", "frame b|g", "frame a|f", "message no stock of item *"]);
    let shown: Vec<_> = explained.coarse_parts.iter().map(|part| format!("{} {}", part.name, part.value)).collect();
    assert_eq!(shown, ["type RuntimeError", "frame b|g"]);
}
