//! Grouping: from a message to its template and a hash, beside other ways to do that, and from a line of a log to its fingerprint.

use std::{cell::RefCell, collections::BTreeSet, fmt::Write as _, hint::black_box, rc::Rc};

use anyhow::Context as _;
use regex::Regex;
use serde::Serialize;
use skywarden_core::{
    envelope::LogEvent,
    error::{detect::detect, fingerprint::group, template::template},
    json::Scratch,
    record::Reader,
};
use xxhash_rust::xxh3::xxh3_128;

use crate::{
    child::{Remote, Server},
    measure::{Candidate, Local, Summary},
    messages::{Dice, Messages, filled},
};

/// Name of the candidate for messages that [`crate::goals`] looks at.
pub const TEMPLATE_NAME: &str = "ours, template and hash of a message";

/// Name of the candidate for whole lines that [`crate::goals`] looks at.
pub const WHOLE_NAME: &str = "ours, JSON line with 20 frames to fingerprint";

/// Frames of a stack.
const FRAMES: usize = 20;

/// Lines with a stack measured in one run.
const LINES: usize = 200;

/// Different errors among them.
const ERRORS: usize = 8;

/// The usual way: what is variable as an alternation of patterns, by the `regex` crate.
const PATTERNS: [&str; 10] = [
    r"[a-z][a-z0-9+.-]*://[^\s,;)\]}]+",
    r"[\w.+-]+@[\w-]+\.[\w.-]+",
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
    r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d+)?",
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?Z?",
    r"(?:/[\w.@%+-]+){2,}",
    r"0x[0-9a-fA-F]+",
    r"\b[0-9a-fA-F]{16,}\b",
    r"\b\w*_-?\d\w*",
    r"[-+]?\b\d+(?:\.\d+)?(?:ms|s|[KMG]?B)?\b",
];

/// One measured candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupingRow {
    /// CPU time per message or line.
    pub cpu: Summary,
    /// Messages or lines a second on one core, by the median.
    pub per_second: f64,
    /// Into how many groups it puts them.
    pub groups: usize,
}

/// Rows of what was measured; `groups` are in the order of the candidates.
pub fn rows(measured: Vec<Summary>, groups: &[usize]) -> Vec<GroupingRow> {
    let row = |(cpu, &groups): (Summary, &usize)| GroupingRow { per_second: 1e9 / cpu.median_ns, cpu, groups };
    measured.into_iter().zip(groups).map(row).collect()
}

/// What is measured.
#[expect(missing_debug_implementations, reason = "closures have none")]
pub struct Cases<'a> {
    /// The candidates.
    pub candidates: Vec<Box<dyn Candidate + 'a>>,
    /// Into how many groups each puts what it is given.
    pub groups: Vec<usize>,
}

/// What is measured, with the number of groups each finds.
///
/// # Errors
/// Ours finds other groups than there are, or another program fails.
pub fn cases<'a>(messages: &'a Messages, drain: Option<&Rc<RefCell<Server>>>) -> anyhow::Result<Cases<'a>> {
    let lines = &messages.lines;
    let mut candidates: Vec<Box<dyn Candidate + 'a>> = Vec::new();
    let mut groups = Vec::new();
    let found = messages.groups(template);
    anyhow::ensure!(messages.forms.is_none_or(|forms| forms == found), "ours puts messages of {:?} forms into {found} groups", messages.forms);
    groups.push(found);
    candidates.push(Box::new(Local::new(TEMPLATE_NAME, lines.len(), move || Ok(hashed(lines, template)))));
    let regex = Regex::new(&PATTERNS.map(|pattern| format!("(?:{pattern})")).join("|"))?;
    let masked = move |line: &str| regex.replace_all(line, "*").into_owned();
    groups.push(messages.groups(&masked));
    candidates.push(Box::new(Local::new("an alternation of ten regular expressions, and hash", lines.len(), move || Ok(hashed(lines, &masked)))));
    if let Some(server) = drain {
        for (name, pipeline) in [("drain3 with its usual settings", "drain3"), ("drain3 with the masks of its example", "drain3-masked")] {
            let remote = Remote::new(server, name, pipeline, lines.len());
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of groups")]
            groups.push(*remote.answer()?.get("groups").context("drain3 tells no groups")? as usize);
            candidates.push(Box::new(remote));
        }
    }
    for (name, stack) in [(WHOLE_NAME, python as fn(usize, &mut Dice) -> String), ("ours, the same with a stack of Java", java)] {
        let lines = stacked(stack);
        let found = lines.iter().map(|line| whole(line, &mut Scratch::default())).collect::<anyhow::Result<BTreeSet<_>>>()?.len();
        anyhow::ensure!(found == ERRORS, "{name}: {found} groups of {ERRORS} errors");
        groups.push(found);
        let mut scratch = Scratch::default();
        candidates.push(Box::new(Local::new(name, lines.len(), move || {
            let mut length = 0;
            for line in &lines {
                length += whole(black_box(line), &mut scratch)?.len();
            }
            Ok(length)
        })));
    }
    Ok(Cases { candidates, groups })
}

/// Hashes the template of each message.
fn hashed(lines: &[String], template: impl Fn(&str) -> String) -> usize {
    for line in lines {
        black_box(xxh3_128(template(black_box(line)).as_bytes()));
    }
    lines.len()
}

/// From a line to its fingerprint.
fn whole(line: &str, scratch: &mut Scratch) -> anyhow::Result<String> {
    let event = LogEvent { id: "1".into(), timestamp: 0, message: line.into() };
    let record = Reader::standard().read(&event, scratch);
    let fault = detect(&record).context("a line is not taken for an error")?;
    Ok(group(&fault, "shop").fingerprint.as_str().to_owned())
}

/// Lines of JSON with a stack.
fn stacked(stack: fn(usize, &mut Dice) -> String) -> Vec<String> {
    let mut dice = Dice::new(11);
    let line = |index: usize| {
        let error = index % ERRORS;
        let id = filled("{u}", &mut dice);
        let message = filled("stock of item {n} is gone since {d}", &mut dice);
        serde_json::json!({
            "timestamp": "2026-11-23T02:57:56.002Z", "level": "ERROR", "logger": "shop.orders", "service": "orders-api", "request_id": id,
            "message": "order failed", "error": {"type": format!("shop.errors.Stock{}Error", ["A", "B", "C", "D", "E", "F", "G", "H"][error]), "message": message, "stack": stack(error, &mut dice)},
        })
        .to_string()
    };
    (0..LINES).map(line).collect()
}

fn python(error: usize, dice: &mut Dice) -> String {
    let mut stack = String::from("Traceback (most recent call last):\n");
    for frame in 0..FRAMES {
        let (home, module) = if frame % 3 == 0 { ("/var/task/shop", "orders") } else { ("/var/lang/lib/python3.12/site-packages/starlette", "routing") };
        let _ = write!(stack, "  File \"{home}/{module}_{}.py\", line {}, in ", ["a", "b", "c"][frame % 3], dice.below(900) + 1);
        let _ = writeln!(stack, "handle_{}\n    return await call(request, {})", ["read", "write", "check", "send"][(frame + error) % 4], dice.below(90));
    }
    let _ = write!(stack, "shop.errors.Stock{}Error: stock of item {} is gone", ["A", "B", "C", "D", "E", "F", "G", "H"][error], dice.below(99_999));
    stack
}

fn java(error: usize, dice: &mut Dice) -> String {
    let mut stack = format!("shop.errors.Stock{}Error: stock of item {} is gone", ["A", "B", "C", "D", "E", "F", "G", "H"][error], dice.below(99_999));
    for frame in 0..FRAMES {
        let class = if frame % 3 == 0 { "com.shop.orders.Orders" } else { "java.base/java.util.concurrent.ThreadPoolExecutor" };
        let method = ["read", "write", "check", "send"][(frame + error) % 4];
        let _ = write!(stack, "\n\tat {class}.{method}({}.java:{})", class.rsplit('.').next().unwrap_or(class), dice.below(900) + 1);
    }
    stack
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_candidate_finds_the_groups_there_are() {
        let messages = Messages::generated();
        let Cases { candidates, groups } = cases(&messages, None).unwrap();
        assert_eq!(candidates.len(), groups.len());
        assert_eq!((Some(groups[0]), &groups[2..]), (messages.forms, [ERRORS, ERRORS].as_slice()));
        assert!(groups[1] >= groups[0], "the alternation finds fewer groups than there are: {}", groups[1]);
    }

    #[test]
    fn every_stack_holds_its_frames() {
        let mut dice = Dice::new(1);
        assert_eq!(python(0, &mut dice).matches("  File ").count(), FRAMES);
        assert_eq!(java(0, &mut dice).matches("\tat ").count(), FRAMES);
    }
}
