//! `skywarden fingerprint`

use std::{borrow::Cow, process::ExitCode};

use crate::{
    args::FingerprintArgs,
    examination,
    lines::{self, MAX_LINE_BYTES},
    project::reason,
    terminal::{Failed, Printer, warn},
};

/// Prints a verdict for each event.
pub(crate) fn run(args: &FingerprintArgs) -> Result<ExitCode, Failed> {
    let examiner = examination::examiner(&args.rules)?;
    let mut lines = lines::open(&args.file)?;
    let mut out = Printer::new();
    loop {
        if lines.may_wait() && !out.flush() {
            break;
        }
        let next = lines.next().map_err(|error| Failed::Because(format!("cannot read on in {}: {}", args.file.display(), reason(&error))))?;
        let Some(line) = next else {
            break;
        };
        let event = if args.jsonl { unquoted(&line.text) } else { line.text };
        let verdict = examiner.verdict(&event, args.explain);
        let json = serde_json::to_string(&verdict).map_err(|error| Failed::Because(error.to_string()))?;
        if !out.line(&json) {
            break;
        }
    }
    out.flush();
    if lines.cut() > 0 {
        warn(&format!("{} lines are longer than {MAX_LINE_BYTES} bytes; what is behind was left out", lines.cut()));
    }
    Ok(ExitCode::SUCCESS)
}

/// The text of a JSON string; anything else is the event itself.
fn unquoted(line: &str) -> Cow<'_, str> {
    match serde_json::from_str::<String>(line) {
        Ok(event) => Cow::Owned(event),
        Err(_) => Cow::Borrowed(line),
    }
}
