//! The table, and the line at the end.

use std::fmt::Write as _;

use super::{load::Size, run::Ended};

/// One line of progress.
pub fn progress(ended: &Ended) -> String {
    let verdict = &ended.verdict;
    let mut text = format!(
        "{} {:<28} {:>5.1} s  fired {:>3}  events {:>6}  samples {:>6}  issues {:>3} ({:>5})  messages {:>3}  kept {}+{}  in window {}+{}  {} MB",
        if ended.passed() { "ok    " } else { "FAILED" },
        ended.scenario.name,
        ended.took.as_secs_f64(),
        ended.fired,
        verdict.events,
        verdict.samples,
        verdict.issues,
        verdict.occurrences,
        verdict.messages,
        verdict.kept.residues,
        verdict.kept.failed,
        verdict.in_window.0,
        verdict.in_window.1,
        ended.peak_kib / 1024,
    );
    for (kind, list) in [("lost", &verdict.lost), ("doubled", &verdict.doubled), ("wrong", &ended.failures)] {
        for line in list.iter().take(8) {
            let _ = write!(text, "\n         {kind}: {line}");
        }
        if list.len() > 8 {
            let _ = write!(text, "\n         {kind}: and {} more", list.len() - 8);
        }
    }
    text
}

/// The table of the docs, in Markdown.
pub fn table(all: &[Ended], size: Size) -> String {
    let mut text = format!("Load: {} batches of {} events. {}\n\n", size.batches, size.events, summary(all));
    text.push_str(
        "| scenario | what goes wrong | faults | events in | metrics out | issues (occurrences) | messages | residue + failed | in window |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for ended in all {
        let verdict = &ended.verdict;
        let window = verdict.in_window.0 + verdict.in_window.1;
        // A String takes everything.
        let _ = writeln!(
            text,
            "| `{}`{} | {} | {} | {} | {} | {} ({}) | {} | {} + {} | {window} |",
            ended.scenario.name,
            if ended.passed() { "" } else { ", **failed**" },
            ended.scenario.what,
            ended.fired,
            verdict.events,
            verdict.samples,
            verdict.issues,
            verdict.occurrences,
            verdict.messages,
            verdict.kept.residues,
            verdict.kept.failed,
        );
    }
    text
}

/// The last line.
pub fn summary(all: &[Ended]) -> String {
    let sum = |of: fn(&Ended) -> usize| all.iter().map(of).sum::<usize>();
    format!(
        "faults: {} scenarios, lost {}, doubled {}, in-window {}",
        all.len(),
        sum(|ended| ended.verdict.lost.len()),
        sum(|ended| ended.verdict.doubled.len()),
        sum(|ended| ended.verdict.in_window.0 + ended.verdict.in_window.1)
    )
}
