//! `skywarden redact`

use std::{collections::BTreeMap, process::ExitCode};

use skywarden_core::{
    mask::{Lines, Masker},
    plan::Masking,
};

use crate::{
    args::{ConfigArgs, RedactArgs},
    lines::{self, MAX_LINE_BYTES},
    project::{self, reason},
    terminal::{Failed, Printer, warn},
};

/// Prints the lines with what is secret masked.
pub(crate) fn run(args: &RedactArgs) -> Result<ExitCode, Failed> {
    let masker = Masker::new(&masking(args)?).map_err(|error| Failed::Because(error.to_string()))?;
    let mut lines = lines::open(&args.file)?;
    let mut masked_lines = Lines::new(&masker);
    let mut out = Printer::new();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    loop {
        if lines.may_wait() && !out.flush() {
            break;
        }
        let next = lines.next().map_err(|error| Failed::Because(format!("cannot read on in {}: {}", args.file.display(), reason(&error))))?;
        let Some(line) = next else {
            break;
        };
        let masked = masked_lines.mask(line.text.as_bytes(), &mut |name| *counts.entry(name.to_owned()).or_default() += 1);
        if !out.line(&String::from_utf8_lossy(&masked)) {
            break;
        }
    }
    out.flush();
    if lines.cut() > 0 {
        warn(&format!("{} lines are longer than {MAX_LINE_BYTES} bytes and lost their end", lines.cut()));
    }
    if args.stats {
        let total: u64 = counts.values().sum();
        let rows: String = counts.iter().map(|(name, count)| format!("\n{count:>8}  {name}")).collect();
        warn(&format!("{total:>8}  masked{rows}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// The built-in rules, and those of the config when one is named.
fn masking(args: &RedactArgs) -> Result<Masking, Failed> {
    if args.configs.is_empty() {
        return Ok(Masking::default());
    }
    let config = ConfigArgs { configs: args.configs.clone(), templates: None, message_format: args.message_format };
    Ok(project::read(&config)?.masking)
}
