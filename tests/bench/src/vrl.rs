//! `vrl`, the language Vector transforms events with, doing the same extraction. It waits for questions as [`skywarden_bench::serve`] does.
//!
//! It is given each message bare: decoding, inflating and the envelope are no part of it. It does not aggregate either, so what it extracts is
//! added up here the plain way, which costs little beside it.
#![expect(clippy::print_stderr, reason = "a tool for the terminal")]

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use skywarden_bench::{
    answer::Answer,
    data::Batch,
    fields::FieldTotals,
    pipeline::Pipeline,
    series::{Metric, SeriesSet},
    serve,
};
use vrl::{
    compiler::{Program, TargetValue, TimeZone, compile, runtime::Runtime},
    value::{ObjectMap, Secrets, Value},
};

/// Only parses.
const PARSE: &str = "parse_json!(.message)";

/// Parses and gives what the five metrics need.
const EXTRACT: &str = r#"
line = parse_json!(.message)
error_type = null
if line.level == "ERROR" { error_type = line.error."type" }
{
    "service": line.service,
    "method": line.method,
    "version": line.version,
    "duration_ms": line.duration_ms,
    "bytes_out": line.bytes_out,
    "server_error": int!(line.status) >= 500,
    "error_type": error_type,
}
"#;

#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Wait for questions on standard input.
    Serve {
        /// Directory of the generated batches.
        #[arg(long, value_name = "DIRECTORY")]
        data: PathBuf,
    },
}

fn main() -> ExitCode {
    let Command::Serve { data } = Args::parse().command;
    match serve::serve(&data, open) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn open(name: &str, batch: &Batch) -> anyhow::Result<Box<dyn Pipeline>> {
    match name {
        "parse" => Ok(Box::new(Parse { script: Script::new(PARSE, batch)?, totals: FieldTotals::default() })),
        "extract" => Ok(Box::new(Extract { script: Script::new(EXTRACT, batch)?, series: SeriesSet::default() })),
        _ => anyhow::bail!("there is no pipeline {name} here"),
    }
}

/// A compiled program and the messages it runs on.
struct Script {
    program: Program,
    runtime: Runtime,
    /// Time and message of each event. Copying a message only counts a reference.
    events: Vec<(i64, Value)>,
}

impl Script {
    fn new(source: &str, batch: &Batch) -> anyhow::Result<Self> {
        let compiled = compile(source, &vrl::stdlib::all()).map_err(|errors| anyhow::anyhow!("the program does not compile: {errors:?}"))?;
        let events = batch.events()?.into_iter().map(|event| (event.timestamp, Value::from(event.message))).collect();
        Ok(Self { program: compiled.program, runtime: Runtime::default(), events })
    }

    /// Runs the program on each message and hands over what it gives.
    fn each(&mut self, mut take: impl FnMut(i64, &ObjectMap) -> anyhow::Result<()>) -> anyhow::Result<()> {
        for (timestamp_ms, message) in &self.events {
            let event = ObjectMap::from([("message".into(), message.clone())]);
            let mut target = TargetValue { value: Value::Object(event), metadata: Value::Object(ObjectMap::new()), secrets: Secrets::default() };
            self.runtime.clear();
            let given = self.runtime.resolve(&mut target, &self.program, &TimeZone::default())?;
            take(*timestamp_ms, given.as_object().context("not an object")?)?;
        }
        Ok(())
    }
}

/// Parses each message and reads the fields the floor reads.
struct Parse {
    script: Script,
    totals: FieldTotals,
}

impl Pipeline for Parse {
    fn process(&mut self, _payload: &[u8]) -> anyhow::Result<()> {
        let mut totals = FieldTotals::default();
        self.script.each(|_, line| {
            totals.add_line(number(line, "status")?, number(line, "duration_ms")?);
            totals.add_text(text(line, "level")?.len() + text(line, "path")?.len() + text(line, "service")?.len());
            if let Some(Value::Object(error)) = line.get("error") {
                totals.add_error(text(error, "type")?.len() + text(error, "message")?.len() + text(error, "stack")?.len());
            }
            Ok(())
        })?;
        self.totals = totals;
        Ok(())
    }

    fn answer(&self) -> Answer {
        self.totals.answer()
    }
}

/// Extracts and adds up the five metrics.
struct Extract {
    script: Script,
    series: SeriesSet,
}

impl Pipeline for Extract {
    fn process(&mut self, _payload: &[u8]) -> anyhow::Result<()> {
        let mut series = SeriesSet::default();
        self.script.each(|timestamp_ms, line| {
            let (service, method, version) = (text(line, "service")?, text(line, "method")?, text(line, "version")?);
            series.add(Metric::Requests, [service, method], timestamp_ms, 1.0, 1.0);
            if line.get("server_error").and_then(Value::as_boolean).context("no server_error")? {
                series.add(Metric::ServerErrors, [service, method], timestamp_ms, 1.0, 1.0);
            }
            series.add(Metric::RequestDuration, [service, method], timestamp_ms, number(line, "duration_ms")?, 1.0);
            series.add(Metric::BytesOut, [service, version], timestamp_ms, number(line, "bytes_out")?, 1.0);
            if line.get("error_type").is_some_and(|kind| !kind.is_null()) {
                series.add(Metric::Errors, [service, text(line, "error_type")?], timestamp_ms, 1.0, 1.0);
            }
            Ok(())
        })?;
        self.series = series;
        Ok(())
    }

    fn answer(&self) -> Answer {
        self.series.answer()
    }
}

fn text<'a>(line: &'a ObjectMap, name: &str) -> anyhow::Result<&'a str> {
    let bytes = line.get(name).and_then(Value::as_bytes).with_context(|| format!("no text in {name}"))?;
    Ok(std::str::from_utf8(bytes)?)
}

#[expect(clippy::cast_precision_loss, reason = "statuses and sizes are far below 2^52")]
fn number(line: &ObjectMap, name: &str) -> anyhow::Result<f64> {
    match line.get(name) {
        Some(Value::Integer(number)) => Ok(*number as f64),
        Some(Value::Float(number)) => Ok(number.into_inner()),
        _ => anyhow::bail!("no number in {name}"),
    }
}
