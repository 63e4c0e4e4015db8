//! `skywarden filter explain`

use std::{fmt::Write as _, process::ExitCode};

use skywarden_core::pattern::{
    PatternKind,
    explain::{Explanation, Statement, Usage},
};

use super::mistake;
use crate::{
    args::FilterExplainArgs,
    terminal::{Failed, say, without_commands},
};

/// Puts a pattern in words.
pub(crate) fn run(args: &FilterExplainArgs) -> Result<ExitCode, Failed> {
    let explanation = mistake::parse(&args.pattern)?.explain();
    if args.json {
        say(&serde_json::to_string_pretty(&explanation).map_err(|error| Failed::Because(error.to_string()))?);
    } else {
        say(&text(&args.pattern, &explanation));
    }
    Ok(ExitCode::SUCCESS)
}

fn text(pattern: &str, explanation: &Explanation) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let kind = match explanation.kind {
        PatternKind::All => "the empty pattern",
        PatternKind::Terms => "a pattern of terms",
        PatternKind::Json => "a JSON pattern",
        PatternKind::Delimited => "a space-delimited pattern",
    };
    let flat: String = pattern.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let _ = writeln!(text, "{}\n{kind}\n", without_commands(&flat));
    statement(&explanation.statement, 0, &mut text);
    if !explanation.reads.is_empty() {
        let _ = writeln!(text, "\nreads  {}", explanation.reads.join(", "));
    }
    let quotas = &explanation.quotas;
    let of = |usage: Usage, what: &str| format!("{} of {} {what}", usage.used, usage.limit);
    let quotas = [of(quotas.characters, "characters"), of(quotas.regexes, "regular expressions"), of(quotas.wildcard_selectors, "wildcard selectors")];
    let blank = if explanation.reads.is_empty() { "\n" } else { "" };
    let _ = writeln!(text, "{blank}uses   {}", quotas.join(", "));
    for trap in &explanation.traps {
        let _ = write!(text, "\nbeware ({}): {}\n  hint: {}\n", trap.code, trap.message, trap.hint);
    }
    text
}

fn statement(one: &Statement, depth: usize, text: &mut String) {
    let bullet = if depth == 0 { "" } else { "- " };
    let _ = writeln!(text, "{:indent$}{bullet}{}", "", one.text, indent = depth * 2);
    for part in &one.parts {
        statement(part, depth + 1, text);
    }
}
