//! `skywarden filter test`

use std::process::ExitCode;

use serde::{Serialize, Serializer};
use skywarden_core::pattern::{FilterPattern, MetricValue};

use super::mistake;
use crate::{
    args::FilterTestArgs,
    lines::{self, Line, MAX_LINE_BYTES},
    project::reason,
    terminal::{Failed, Printer, warn},
};

/// What a line printed with `--json` holds.
#[derive(Serialize)]
struct Found<'l> {
    line: u64,
    message: &'l str,
    #[serde(serialize_with = "in_order")]
    fields: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Sample::not_asked")]
    sample: Sample,
}

/// What a line adds to the metric.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
enum Sample {
    /// No metric value was given.
    NotAsked,
    /// What the value found is missing or no number.
    Missing,
    Number(f64),
}

impl Sample {
    fn of(value: Option<&MetricValue>, pattern: &FilterPattern, message: &str) -> Self {
        match value {
            None => Self::NotAsked,
            Some(value) => value.extract(pattern, message).map_or(Self::Missing, Self::Number),
        }
    }

    fn not_asked(&self) -> bool {
        matches!(self, Self::NotAsked)
    }
}

/// Prints what matches.
pub(super) fn run(args: &FilterTestArgs) -> Result<ExitCode, Failed> {
    let pattern = mistake::parse(args.pattern.as_deref().unwrap_or_default())?;
    let value = args.value.as_deref().map(|text| value(text, &pattern)).transpose()?;
    let mut lines = lines::open(&args.file)?;
    let mut out = Printer::new();
    let mut found: u64 = 0;
    loop {
        if lines.may_wait() && !out.flush() {
            break;
        }
        let next = lines.next().map_err(|error| Failed::Because(format!("cannot read on in {}: {}", args.file.display(), reason(&error))))?;
        let Some(line) = next else {
            break;
        };
        if pattern.matches(&line.text) == args.invert {
            continue;
        }
        found += 1;
        if !args.count && !print(&line, &pattern, value.as_ref(), args.json, &mut out)? {
            break;
        }
    }
    if args.count {
        out.line(&found.to_string());
    }
    out.flush();
    if lines.cut() > 0 {
        warn(&format!("{} lines are longer than {MAX_LINE_BYTES} bytes and were read only so far", lines.cut()));
    }
    Ok(if found > 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn value(text: &str, pattern: &FilterPattern) -> Result<MetricValue, Failed> {
    let value = MetricValue::parse(text).and_then(|value| value.check(pattern).map(|()| value));
    value.map_err(|error| Failed::with_hint(format!("--value {text}: {error}"), error.hint()))
}

/// Prints one line and what is in it. False when nobody reads any more.
fn print(line: &Line<'_>, pattern: &FilterPattern, value: Option<&MetricValue>, json: bool, out: &mut Printer) -> Result<bool, Failed> {
    let fields = pattern.extract(&line.text).unwrap_or_default();
    let sample = Sample::of(value, pattern, &line.text);
    if json {
        let found = Found { line: line.number, message: &line.text, fields, sample };
        let text = serde_json::to_string(&found).map_err(|error| Failed::Because(error.to_string()))?;
        return Ok(out.line(&text));
    }
    let mut reads_on = out.line(&line.text);
    let width = fields.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (name, text) in &fields {
        reads_on = reads_on && out.line(&format!("    {name:width$}  {text}"));
    }
    match (sample, value) {
        (Sample::Number(number), _) => reads_on = reads_on && out.line(&format!("    sample {number}")),
        (Sample::Missing, Some(value)) => reads_on = reads_on && out.line(&format!("    no sample: {value} is missing or no number")),
        _ => {}
    }
    Ok(reads_on)
}

/// Fields as an object, in the order of the line.
fn in_order<S: Serializer>(fields: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(fields.iter().map(|(name, text)| (name, text)))
}
