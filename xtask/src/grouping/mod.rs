//! `cargo xtask grouping`: how well templates group the messages of loghub-2k, by the measure of the literature on log parsing.
//!
//! The data is for research only and never part of the repository: <https://github.com/logpai/loghub>, `<System>/<System>_2k.log_structured.csv`.

mod accuracy;
mod confusion;
mod data;

use std::path::{Path, PathBuf};

use skywarden_core::error::template::template;

use self::{accuracy::Accuracy, confusion::confusions, data::Line};

/// Systems the rules of templates were developed on.
const DEVELOPMENT: [&str; 8] = ["HDFS", "Hadoop", "Spark", "Zookeeper", "OpenStack", "Apache", "Linux", "Mac"];

/// Systems nobody looked at while the rules were written.
const HELD_OUT: [&str; 8] = ["Android", "BGL", "HPC", "HealthApp", "OpenSSH", "Proxifier", "Thunderbird", "Windows"];

/// Confusions shown by `--explain`, of each kind.
const SHOWN: usize = 15;

/// What to score.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Directory that holds `<System>/<System>_2k.log_structured.csv`, as a checkout of logpai/loghub does.
    path: PathBuf,
    /// Also score the systems held out of the development; not to be used while rules are changed.
    #[arg(long)]
    all: bool,
    /// Show the worst confusions of one system instead.
    #[arg(long, value_name = "SYSTEM", value_parser = clap::builder::PossibleValuesParser::new(DEVELOPMENT.into_iter().chain(HELD_OUT)))]
    explain: Option<String>,
}

/// Prints the accuracy of each system and the means.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    if let Some(system) = &options.explain {
        let lines = data::read(&options.path, system)?;
        print!("{}", confusions(&lines, &templates(&lines), SHOWN));
        return Ok(());
    }
    score("development", &options.path, &DEVELOPMENT)?;
    if options.all {
        score("held out", &options.path, &HELD_OUT)?;
    }
    Ok(())
}

fn score(name: &str, path: &Path, systems: &[&str]) -> anyhow::Result<()> {
    let mut sum = 0.0;
    println!("{:<12} {:>8} {:>7} {:>7}", name, "accuracy", "events", "groups");
    for system in systems {
        let lines = data::read(path, system)?;
        let accuracy = Accuracy::of(&lines, &templates(&lines));
        println!("{system:<12} {:>8.3} {:>7} {:>7}", accuracy.share(), accuracy.events, accuracy.groups);
        sum += accuracy.share();
    }
    #[expect(clippy::cast_precision_loss, reason = "eight systems")]
    let mean = sum / systems.len() as f64;
    println!("{:<12} {mean:>8.3}\n", "mean");
    Ok(())
}

/// The group of each line: the template production would give it.
fn templates(lines: &[Line]) -> Vec<String> {
    lines.iter().map(|line| template(&line.content)).collect()
}
