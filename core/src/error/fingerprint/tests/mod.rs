//! What goes into a fingerprint, part by part.

mod difference;
mod golden;
mod invariance;
mod made;

use std::borrow::Cow;

use self::made::{chain, plain, thrown, with_stack};
use super::*;
use crate::{envelope::LogEvent, error::detect::detect, record::Record};

fn shown(parts: &[Part]) -> Vec<String> {
    parts.iter().map(|part| format!("{} {}", part.name, part.value)).collect()
}

#[test]
fn the_explanation_is_of_the_same_fingerprint_and_in_order() {
    let fault = thrown("RuntimeError", "no stock of item 17", &["b|g", "-lib|run", "a|f"]);
    let explained = explain(&fault, "s");
    assert_eq!(explained.grouping, group(&fault, "s"));
    assert_eq!(shown(&explained.parts), ["type RuntimeError", "frame b|g", "frame a|f", "message no stock of item *"]);
    assert_eq!(shown(&explained.coarse_parts), ["type RuntimeError", "frame b|g"]);
}

#[test]
fn the_root_cause_comes_first_and_its_message_counts() {
    let fault = chain(&[("OSError", "disk 7 is full", &["store|write"]), ("shop.SaveError", "cannot save order 12", &["store|save", "api|post"])]);
    assert_eq!(
        shown(&explain(&fault, "s").parts),
        ["type OSError", "frame store|write", "type shop.SaveError", "frame store|save", "frame api|post", "message disk * is full"]
    );
}

#[test]
fn without_frames_the_types_and_messages_of_a_chain_count() {
    let fault = chain(&[("OSError", "disk 7 is full", &[]), ("shop.SaveError", "cannot save order 12", &[])]);
    let explained = explain(&fault, "s");
    assert_eq!(shown(&explained.parts), ["type OSError", "type shop.SaveError", "message cannot save order *", "message disk * is full"]);
    assert_eq!(shown(&explained.coarse_parts), ["type OSError", "message cannot save order"]);
}

#[test]
fn frames_of_libraries_count_only_when_there_are_no_others() {
    let fault = thrown("KeyError", "'x'", &["-lib|get", "-lib|run"]);
    assert_eq!(shown(&explain(&fault, "s").parts), ["type KeyError", "frame lib|get", "frame lib|run"]);
}

#[test]
fn helpers_that_throw_for_others_are_no_place() {
    let fault = thrown("shop.StockError", "no stock of item 17", &["!errors|throw_error", "stock|take"]);
    assert_eq!(shown(&explain(&fault, "s").parts), ["type shop.StockError", "frame stock|take", "message no stock of item *"]);
    let alone = thrown("shop.StockError", "no stock of item 17", &["!errors|throw_error"]);
    assert_eq!(shown(&explain(&alone, "s").parts)[1], "frame errors|throw_error");
}

#[test]
fn a_recursion_counts_once_however_deep_it_went() {
    let frames = |times: usize| [&["tree|visit", "tree|walk"].repeat(times)[..], &["api|get"]].concat();
    let shallow = thrown("KeyError", "'x'", &frames(2));
    assert_eq!(shown(&explain(&shallow, "s").parts), ["type KeyError", "frame tree|visit", "frame tree|walk", "frame api|get"]);
    assert_eq!(group(&shallow, "s"), group(&thrown("KeyError", "'x'", &frames(9)), "s"));
    let overflows = [["tree|visit", "tree|walk"].repeat(16), ["tree|walk", "tree|visit"].repeat(16)];
    let [one, two] = overflows.map(|frames| group(&thrown("java.lang.StackOverflowError", "", &frames), "s"));
    assert_eq!(one, two);
}

#[test]
fn the_frames_nearest_the_throw_count_up_to_the_bound() {
    let names: Vec<String> = (0..MAX_FRAMES + 8).map(|index| format!("m|f{}", "x".repeat(index))).collect();
    let frames: Vec<&str> = names.iter().map(String::as_str).collect();
    let explained = explain(&thrown("KeyError", "'x'", &frames), "s");
    assert_eq!(explained.parts.iter().filter(|part| part.name == "frame").count(), MAX_FRAMES);
    assert_eq!(explained.grouping, group(&thrown("KeyError", "'x'", &frames[..MAX_FRAMES]), "s"));
    assert_ne!(explained.grouping, group(&thrown("KeyError", "'x'", &frames[..MAX_FRAMES - 1]), "s"));
}

#[test]
fn exceptions_count_up_to_the_bound() {
    let names: Vec<String> = (0..=MAX_EXCEPTIONS).map(|index| format!("E{}", "x".repeat(index))).collect();
    let all: Vec<(&str, &str, &[&str])> = names.iter().map(|name| (name.as_str(), "", ["m|f"].as_slice())).collect();
    let types = explain(&chain(&all), "s").parts.iter().filter(|part| part.name == "type").count();
    assert_eq!(types, MAX_EXCEPTIONS);
}

#[test]
fn a_fingerprint_of_the_records_own_wins() {
    let lines = [
        r#"{"level":"ERROR","message":"a","error":{"type":"KeyError","message":"x","fingerprint":" checkout-502 "}}"#,
        r#"{"level":"ERROR","message":"b","error.fingerprint":"checkout-502","error":{"type":"ValueError","message":"y"}}"#,
        r#"{"level":"ERROR","message":"b","error":{"type":"ValueError","message":"y","fingerprint":"checkout-503"}}"#,
        r#"{"level":"ERROR","message":"b","error":{"type":"ValueError","message":"y","hash":"0a0b","fingerprint":""}}"#,
        r#"{"level":"ERROR","message":"b","error":{"type":"ValueError","message":"y"}}"#,
    ];
    let events = lines.map(|line| LogEvent { id: Cow::Borrowed("1"), timestamp: 0, message: Cow::Borrowed(line) });
    let explained = events.each_ref().map(|event| explain(&detect(&Record::parse(event)).unwrap(), "s"));
    assert_eq!(shown(&explained[0].parts), ["fingerprint checkout-502"]);
    assert_eq!(explained[0].grouping.fingerprint, explained[1].grouping.fingerprint);
    assert_ne!(explained[1].grouping.fingerprint, explained[2].grouping.fingerprint);
    // The related ones are still found by what the error is.
    assert_eq!(explained[1].grouping.coarse, explained[4].grouping.coarse);
    // The hash other writers add, and an empty fingerprint, change nothing.
    assert_eq!(explained[3].grouping, explained[4].grouping);
}

#[test]
fn a_fingerprint_of_the_records_own_is_bounded_and_so_is_a_code() {
    let own = |length: usize| {
        let text = "é".repeat(length);
        group(&Fault { fingerprint: Some(Cow::Owned(text)), ..plain("E", "m") }, "s").fingerprint
    };
    assert_eq!(own(MAX_OWN / 2), own(MAX_OWN));
    assert_ne!(own(MAX_OWN / 2 - 1), own(MAX_OWN));
    let code = |code: String| group(&Fault { code: Some(Cow::Owned(code)), ..plain("E", "m") }, "s").fingerprint;
    let none = code(String::new());
    assert_ne!(code("A".repeat(MAX_CODE)), none);
    assert_eq!(code("A".repeat(MAX_CODE + 1)), none);
    assert_ne!(code("4".repeat(MAX_CODE_DIGITS)), none);
    assert_eq!(code("ORD-8812-0117".to_owned()), none);
}

#[test]
fn related_issues_share_what_is_told_before_the_variable_part() {
    for (template, expected) in [
        ("Failed to process order *: connection refused", "Failed to process order"),
        ("cannot save: disk is full", "cannot save:"),
        ("* is missing", "* is missing"),
        ("one two three four five", "one two three four"),
        ("", ""),
    ] {
        assert_eq!(head(template), expected);
    }
}

#[test]
fn a_failed_request_is_grouped_by_its_route() {
    let fault = |message| group(&Fault { request_line_only: true, ..plain("ServerError", message) }, "s");
    assert_eq!(fault("GET /orders/17 answered with status 502"), fault("GET /orders/18 answered with status 502"));
    assert_ne!(fault("GET /orders/{id} answered with status 502"), fault("GET /carts/{id} answered with status 502"));
}

#[test]
fn a_record_may_name_the_type_its_stack_does_not() {
    let stack = "  File \"/var/task/a.py\", line 3, in f\n    g()\n  File \"/var/task/b.py\", line 9, in g\n    boom";
    assert_eq!(shown(&explain(&with_stack("KeyError", "'a1'", stack), "s").parts), ["type KeyError", "frame b|g", "frame a|f"]);
}
