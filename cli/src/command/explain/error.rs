//! `skywarden explain error`

use std::{
    borrow::Cow,
    io::{self, Read as _},
    process::ExitCode,
};

use crate::{
    args::ExplainErrorArgs,
    examination,
    lines::MAX_LINE_BYTES,
    project::reason,
    terminal::{Failed, say, warn, without_commands},
};

/// Says why an event is what it is.
pub(crate) fn run(args: &ExplainErrorArgs) -> Result<ExitCode, Failed> {
    let event = if args.line == "-" { standard_input()? } else { Cow::Borrowed(args.line.as_str()) };
    if event.trim().is_empty() {
        return Err(Failed::with_hint("there is no log event to explain", "give it in quotes, or give `-` and write it to standard input"));
    }
    let explanation = examination::examiner(&args.rules)?.explain(&event);
    if args.json {
        say(&serde_json::to_string_pretty(&explanation).map_err(|error| Failed::Because(error.to_string()))?);
    } else {
        // Log text is data: a terminal must not act on what is in it.
        for line in explanation.to_text().lines() {
            say(&without_commands(line));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// One event from standard input, bounded; bytes that are not UTF-8 become replacement characters.
fn standard_input() -> Result<Cow<'static, str>, Failed> {
    let bound = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    io::stdin().lock().take(bound + 1).read_to_end(&mut bytes).map_err(|error| Failed::Because(format!("cannot read standard input: {}", reason(&error))))?;
    if bytes.len() > MAX_LINE_BYTES {
        bytes.truncate(MAX_LINE_BYTES);
        warn(&format!("the event is longer than {MAX_LINE_BYTES} bytes; what is behind was left out"));
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Cow::Owned(text.trim_end_matches(['\r', '\n']).to_owned()))
}
