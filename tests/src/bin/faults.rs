//! Runs the fault scenarios; `cargo xtask faults` builds and starts it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use skywarden_e2e::{
    faults::{
        deployment::Ground,
        report,
        run::{Ended, Runner},
        scenario::{Scale, Scenario},
        scenarios,
    },
    settings::Settings,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};

/// Scenarios at the same time: many of them wait for a deadline.
const AT_ONCE: usize = 4;

/// Scenarios for which one emulator serves: it forgets nothing, and takes ever longer for each call.
const OF_ONE_EMULATOR: usize = 10;

struct Arguments {
    scale: Scale,
    only: Vec<String>,
    list: bool,
    table: Option<PathBuf>,
}

fn arguments() -> anyhow::Result<Arguments> {
    let mut arguments = Arguments { scale: Scale::Full, only: Vec::new(), list: false, table: None };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--quick" => arguments.scale = Scale::Quick,
            "--list" => arguments.list = true,
            "--only" => arguments.only.push(given.next().context("--only needs a name")?),
            "--table" => arguments.table = Some(given.next().context("--table needs a path")?.into()),
            other => anyhow::bail!("unknown argument {other}"),
        }
    }
    Ok(arguments)
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<bool> {
    let arguments = arguments()?;
    let all = scenarios::all();
    if let Some(unknown) = arguments.only.iter().find(|name| all.iter().all(|scenario| scenario.name != **name)) {
        anyhow::bail!("there is no scenario {unknown}; see `cargo xtask faults --list`");
    }
    let chosen: Vec<Scenario> =
        all.into_iter().filter(|scenario| arguments.only.is_empty() || arguments.only.iter().any(|name| name == scenario.name)).collect();
    if arguments.list {
        for scenario in &chosen {
            println!("{:<28} {}", scenario.name, scenario.what);
        }
        return Ok(true);
    }
    let mut terminated = signal(SignalKind::terminate())?;
    let ended = tokio::select! {
        ended = run_all(arguments.scale, &chosen) => ended?,
        // The emulator and the functions end with this program only if it ends in order.
        interrupted = tokio::signal::ctrl_c() => { interrupted?; anyhow::bail!("interrupted") }
        _ = terminated.recv() => anyhow::bail!("terminated"),
    };
    let table = report::table(&ended, arguments.scale.size());
    println!("\n{table}");
    if let Some(path) = &arguments.table {
        std::fs::write(path, &table).with_context(|| path.display().to_string())?;
    }
    let failed: Vec<&str> = ended.iter().filter(|ended| !ended.passed()).map(|ended| ended.scenario.name).collect();
    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    println!("{}", report::summary(&ended));
    Ok(failed.is_empty())
}

async fn run_all(scale: Scale, chosen: &[Scenario]) -> anyhow::Result<Vec<Ended>> {
    let mut ended = Vec::new();
    for (turn, some) in (0..).zip(chosen.chunks(OF_ONE_EMULATOR)) {
        let runner = Arc::new(Runner::new(Ground::start(Settings::from_env()?, turn)?, scale));
        ended.extend(run_some(&runner, some).await?);
    }
    Ok(ended)
}

async fn run_some(runner: &Arc<Runner>, chosen: &[Scenario]) -> anyhow::Result<Vec<Ended>> {
    let mut results: Vec<Option<Ended>> = vec![None; chosen.len()];
    let mut running = JoinSet::new();
    let mut waiting = chosen.iter().copied().enumerate();
    loop {
        while running.len() < AT_ONCE {
            let Some((place, scenario)) = waiting.next() else { break };
            let runner = Arc::clone(runner);
            running.spawn(async move { (place, scenario.name, runner.run(scenario).await) });
        }
        let Some(done) = running.join_next().await else { break };
        let (place, name, ended) = done?;
        let ended = ended.with_context(|| format!("scenario {name}"))?;
        println!("{}", report::progress(&ended));
        results[place] = Some(ended);
    }
    Ok(results.into_iter().flatten().collect())
}
