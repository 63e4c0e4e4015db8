//! `skywarden redact`

use std::{borrow::Cow, collections::BTreeMap, fmt::Write as _, process::ExitCode};

use skywarden_core::{
    mask::{self, Masker},
    plan::Masking,
};

use crate::{
    args::{ConfigArgs, MessageFormat, RedactArgs},
    lines::{self, MAX_LINE_BYTES},
    project::{self, reason},
    terminal::{Failed, Printer, warn},
};

/// What was masked.
#[derive(Default)]
struct Counts {
    lines: u64,
    changed: u64,
    /// How often, by the name of the entity or the user's pattern.
    places: BTreeMap<String, u64>,
}

/// Prints the lines masked.
pub(crate) fn run(args: &RedactArgs) -> Result<ExitCode, Failed> {
    let masker = masker(args)?;
    let mut lines = lines::open(&args.file)?;
    let mut stream = mask::Lines::new(&masker);
    let mut out = Printer::new();
    let mut counts = Counts::default();
    loop {
        if lines.may_wait() && !out.flush() {
            break;
        }
        let next = lines.next_raw().map_err(|error| Failed::Because(format!("cannot read on in {}: {}", args.file.display(), reason(&error))))?;
        let Some(line) = next else {
            break;
        };
        let line = stream.mask(line, &mut |name| counts.add(name));
        counts.lines += 1;
        counts.changed += u64::from(matches!(line, Cow::Owned(_)));
        if !out.raw(&line) {
            break;
        }
    }
    out.flush();
    if lines.cut() > 0 {
        warn(&format!("{} lines are longer than {MAX_LINE_BYTES} bytes; what is behind was left out", lines.cut()));
    }
    if args.stats {
        warn(&counts.text());
    }
    Ok(ExitCode::SUCCESS)
}

/// The built-in rules, and those of the config when one is named.
fn masker(args: &RedactArgs) -> Result<Masker, Failed> {
    let masking = if args.configs.is_empty() {
        Masking::default()
    } else {
        project::read(&ConfigArgs { configs: args.configs.clone(), templates: None, message_format: MessageFormat::Text })?.masking
    };
    Masker::new(&masking).map_err(|error| Failed::Because(error.to_string()))
}

impl Counts {
    fn add(&mut self, name: &str) {
        match self.places.get_mut(name) {
            Some(count) => *count += 1,
            None => {
                self.places.insert(name.to_owned(), 1);
            }
        }
    }

    /// A row for each name, then the lines.
    fn text(&self) -> String {
        let mut text = String::new();
        let width = self.places.keys().map(|name| name.chars().count()).max().unwrap_or_default();
        for (name, count) in &self.places {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:width$}  {count}");
        }
        let _ = write!(text, "{} of {} lines changed", self.changed, self.lines);
        text
    }
}
