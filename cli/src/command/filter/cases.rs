//! `skywarden filter test --cases`

use std::{fs, path::Path, process::ExitCode};

use skywarden_core::pattern::cases::{self, Case, Mismatch};

use crate::{
    project::reason,
    terminal::{Failed, Printer},
};

/// Longest part of a message that is shown, in characters.
const MAX_SHOWN: usize = 200;

/// Prints every case that comes out otherwise than recorded, and how many there are.
pub(super) fn run(file: &Path) -> Result<ExitCode, Failed> {
    let hint = "name a JSON array of rows with pattern, message, matches";
    let cannot = |why: &str| Failed::with_hint(format!("cannot read {}: {why}", file.display()), hint);
    let text = fs::read_to_string(file).map_err(|error| cannot(&reason(&error)))?;
    let cases = cases::read(&text).map_err(|error| cannot(&error.to_string()))?;
    let mut out = Printer::new();
    let mut mismatches = 0;
    for (index, case) in cases.iter().enumerate() {
        if let Some(mismatch) = case.mismatch() {
            mismatches += 1;
            print(index, case, &mismatch, &mut out);
        }
    }
    out.line(&format!("{} cases: {} agree, {mismatches} do not", cases.len(), cases.len() - mismatches));
    out.flush();
    Ok(if mismatches == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn print(index: usize, case: &Case, mismatch: &Mismatch, out: &mut Printer) {
    let evidence = case.evidence.as_ref().map(|evidence| format!(" ({evidence})")).unwrap_or_default();
    out.line(&format!("row {index}{evidence}: {}", case.pattern));
    if let Some(message) = &case.message {
        let shown: String = message.chars().take(MAX_SHOWN).collect();
        let more = if shown.len() < message.len() { "…" } else { "" };
        out.line(&format!("    message   {shown:?}{more}"));
    }
    out.line(&format!("    recorded  {}", case.expectation()));
    out.line(&format!("    ours      {mismatch}"));
}
