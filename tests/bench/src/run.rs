//! One run of the benchmark: which parts, on which data, beside whom.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    process::Command,
    rc::Rc,
};

use skywarden_bench_machine::Machine;

use crate::{
    answer::{self, Answer},
    child::{Remote, Server},
    data::{Batch, SIZES},
    filter,
    floor::{Base64, Floor, Gunzip},
    goals,
    grouping::{self, GroupingRow},
    masking,
    measure::{Candidate, Effort, Local, Summary, interleaved},
    memory,
    messages::Messages,
    ours::{self, Ours},
    pipeline::Pipeline,
    report::{FORMAT, PipelineRow, Report, StageRow, pipeline_rows},
    truth,
};

/// A part of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Section {
    /// The floor, ours, and the floor with the libraries the product uses.
    Pipelines,
    /// The floor, ours, and other tools.
    Peers,
    /// Stages of ours.
    Stages,
    /// Filter patterns.
    Filter,
    /// Masking.
    Masking,
    /// Templates and fingerprints.
    Grouping,
    /// Memory.
    Memory,
}

/// What to run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Directory of the generated batches.
    #[arg(long, value_name = "DIRECTORY")]
    pub data: PathBuf,
    /// Fewer turns, rougher numbers.
    #[arg(long)]
    pub quick: bool,
    /// Only this part; may be given again.
    #[arg(long = "only", value_name = "NAME")]
    pub only: Vec<Section>,
    /// The compiler, for the result.
    #[arg(long, value_name = "TEXT", default_value = "unknown")]
    pub compiler: String,
    /// Python with the packages of `requirements.txt`; without it there are no Python peers.
    #[arg(long, value_name = "FILE")]
    pub python: Option<PathBuf>,
    /// The Python peers, `peers.py`.
    #[arg(long, value_name = "FILE")]
    pub peers: Option<PathBuf>,
    /// drain3 on messages, `drain.py`; it needs `--python` as well.
    #[arg(long, value_name = "FILE", requires = "python")]
    pub drain: Option<PathBuf>,
    /// Checkout of logpai/loghub: its messages are measured in place of generated ones.
    #[arg(long, value_name = "DIRECTORY")]
    pub loghub: Option<PathBuf>,
    /// The program `bench-vrl`.
    #[arg(long, value_name = "FILE")]
    pub vrl: Option<PathBuf>,
    /// This program built with another choice of features; may be given again.
    #[arg(long = "choice", value_name = "NAME=FILE", value_parser = choice)]
    pub choices: Vec<(String, PathBuf)>,
}

fn choice(text: &str) -> Result<(String, PathBuf), String> {
    let (name, file) = text.split_once('=').ok_or("must be NAME=FILE")?;
    Ok((name.to_owned(), file.into()))
}

/// A pipeline of another process: the server, the name in the report, and the name the server knows.
struct Peer {
    server: Rc<RefCell<Server>>,
    name: String,
    pipeline: &'static str,
    section: Section,
}

impl Options {
    fn asks_for(&self, section: Section) -> bool {
        self.only.is_empty() || self.only.contains(&section)
    }

    /// Measures what was asked for.
    ///
    /// # Errors
    /// The data is missing, a program fails, or a pipeline gives a wrong answer.
    pub fn run(&self) -> anyhow::Result<Report> {
        let effort = if self.quick { Effort::QUICK } else { Effort::FULL };
        let mut report = Report {
            format: FORMAT,
            machine: Machine::here(self.compiler.clone()),
            quick: self.quick,
            clock: "CPU time of the thread",
            pipelines: Vec::new(),
            stages: Vec::new(),
            filter: Vec::new(),
            masking: Vec::new(),
            grouping: Vec::new(),
            memory: None,
            goals: Vec::new(),
        };
        // First, so that nothing else of this process has touched the files' pages in between.
        if self.asks_for(Section::Memory) {
            report.memory = Some(memory::measure(&self.data)?);
        }
        if self.asks_for(Section::Pipelines) || self.asks_for(Section::Peers) {
            let peers = self.peers()?;
            for events in SIZES {
                report.pipelines.extend(self.pipelines(events, &peers, effort)?);
            }
        }
        if self.asks_for(Section::Stages) {
            for events in SIZES {
                report.stages.extend(stages(&Batch::read(&self.data, events)?, effort)?);
            }
        }
        if self.asks_for(Section::Filter) {
            report.filter = interleaved(&mut filter::candidates(&Batch::read(&self.data, 1_000)?)?, effort)?;
        }
        if self.asks_for(Section::Masking) {
            report.masking = interleaved(&mut masking::candidates()?, effort)?;
        }
        if self.asks_for(Section::Grouping) {
            report.grouping = self.grouping(effort)?;
        }
        report.goals = goals::goals(&report);
        Ok(report)
    }

    /// Starts the other programs.
    fn peers(&self) -> anyhow::Result<Vec<Peer>> {
        let mut peers = Vec::new();
        for (name, file) in self.choices.iter().filter(|_| self.asks_for(Section::Pipelines)) {
            let server = Server::start(serving(Command::new(file), &self.data))?;
            peers.push(Peer { server, name: format!("ours, {name}"), pipeline: "ours", section: Section::Pipelines });
        }
        if !self.asks_for(Section::Peers) {
            return Ok(peers);
        }
        let mut add = |command: Command, pipelines: [(&'static str, &str); 2]| -> anyhow::Result<()> {
            let server = Server::start(command)?;
            let named = |(pipeline, name): (&'static str, &str)| Peer { server: Rc::clone(&server), name: name.to_owned(), pipeline, section: Section::Peers };
            peers.extend(pipelines.map(named));
            Ok(())
        };
        if let Some(vrl) = &self.vrl {
            add(serving(Command::new(vrl), &self.data), [("parse", "vrl parse_json, bare messages"), ("extract", "vrl extraction, bare messages")])?;
        }
        if let (Some(python), Some(script)) = (&self.python, &self.peers) {
            let mut command = Command::new(python);
            command.arg(script);
            add(serving(command, &self.data), [("json", "Powertools + json"), ("orjson", "Powertools + orjson")])?;
        }
        Ok(peers)
    }

    /// Measures templates and fingerprints.
    fn grouping(&self, effort: Effort) -> anyhow::Result<Vec<GroupingRow>> {
        let messages = match &self.loghub {
            Some(directory) => Messages::read(directory)?,
            None => Messages::generated(),
        };
        let drain = match (&self.python, &self.drain) {
            (Some(python), Some(script)) => {
                let file = self.data.join("messages.txt");
                messages.write(&file)?;
                let mut command = Command::new(python);
                command.arg(script).args(["serve", "--messages"]).arg(file);
                Some(Server::start(command)?)
            }
            _ => None,
        };
        let mut cases = grouping::cases(&messages, drain.as_ref())?;
        Ok(grouping::rows(interleaved(&mut cases.candidates, effort)?, &cases.groups))
    }

    /// Measures every pipeline on one batch, the floor first.
    fn pipelines(&self, events: usize, peers: &[Peer], effort: Effort) -> anyhow::Result<Vec<PipelineRow>> {
        let batch = Batch::read(&self.data, events)?;
        let (fields, metrics) = (truth::fields(&batch)?, truth::metrics(&batch)?);
        let mut candidates: Vec<Box<dyn Candidate + '_>> = vec![
            local("floor", Box::new(Floor::new(Base64::Simd, Gunzip::Libdeflate)), &batch, &fields)?,
            local("ours", Box::new(Ours::new()?), &batch, &metrics)?,
        ];
        if self.asks_for(Section::Pipelines) {
            for (name, base64, gunzip) in [
                ("floor, base64", Base64::Plain, Gunzip::Libdeflate),
                ("floor, zlib-rs", Base64::Simd, Gunzip::ZlibRs),
                ("floor, base64 and zlib-rs", Base64::Plain, Gunzip::ZlibRs),
            ] {
                candidates.push(local(name, Box::new(Floor::new(base64, gunzip)), &batch, &fields)?);
            }
        }
        for peer in peers.iter().filter(|peer| self.asks_for(peer.section)) {
            let remote = Remote::new(&peer.server, &peer.name, peer.pipeline, events);
            // Reading JSON without picking anything out of it finds no metrics.
            let expected = if peer.pipeline == "parse" { &fields } else { &metrics };
            answer::check(&peer.name, &remote.answer()?, expected)?;
            candidates.push(Box::new(remote));
        }
        Ok(pipeline_rows(&batch, interleaved(&mut candidates, effort)?))
    }
}

/// A command that serves the batches of a directory.
fn serving(mut command: Command, data: &Path) -> Command {
    command.arg("serve").arg("--data").arg(data);
    command
}

/// A pipeline of this process, after checking its answer.
fn local<'a>(name: &str, mut pipeline: Box<dyn Pipeline>, batch: &'a Batch, expected: &Answer) -> anyhow::Result<Box<dyn Candidate + 'a>> {
    pipeline.process(&batch.payload)?;
    answer::check(name, &pipeline.answer(), expected)?;
    Ok(Box::new(Local::new(name, batch.events, move || pipeline.process(&batch.payload).map(|()| 0))))
}

/// Measures the stages of ours on one batch.
fn stages(batch: &Batch, effort: Effort) -> anyhow::Result<Vec<StageRow>> {
    let mut candidates: Vec<Box<dyn Candidate>> = Vec::new();
    for mut stage in ours::stages(batch)? {
        candidates.push(Box::new(Local::new(stage.name, batch.events, move || Ok((stage.run)()))));
    }
    Ok(stage_rows(batch.events, &interleaved(&mut candidates, effort)?))
}

/// The stages measured alone, and those that follow by subtraction.
fn stage_rows(events: usize, measured: &[Summary]) -> Vec<StageRow> {
    let median = |name: &str| measured.iter().find(|summary| summary.name == name).map_or(f64::NAN, |summary| summary.median_ns);
    let row = |name: &str, median_ns: f64, derived: bool| StageRow { events, name: name.to_owned(), median_ns, derived };
    let alone = measured.iter().map(|summary| row(&summary.name, summary.median_ns, false));
    let derived = ours::DERIVED.iter().map(|(name, with, without)| row(name, median(with) - median(without), true));
    alone.chain(derived).collect()
}
