//! `skywarden demo`

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use skywarden_generator::model::{Model, names::Function};
use skywarden_simulator::report::{Report, text};

use crate::{
    args::{ConfigArgs, DemoArgs, MessageFormat},
    project, replay,
    terminal::{self, Failed, say, warn},
};

/// Most log groups that are named of those nobody reads.
const NAMED: usize = 10;

/// Generates a project, replays its logs and prints what an operator would have received.
pub(crate) fn run(args: &DemoArgs) -> Result<ExitCode, Failed> {
    let began = Instant::now();
    let example = find(&args.example)?;
    let model = project::read(&ConfigArgs { configs: vec![example.join("skywarden.yaml")], templates: None, message_format: MessageFormat::Text })?;
    let mut simulation = replay::deploy(&model)?;
    let generated = began.elapsed();
    for log in replay::logs_of(&example.join("logs"), "put one there, with an event a line; that of the example is made by `cargo xtask shop`")? {
        replay::run(&mut simulation, &log)?;
    }

    let report = simulation.report();
    if let Some(unwatched) = unwatched(&model, &report) {
        warn(&unwatched);
    }
    say(&text::render(&report, terminal::width()));
    if args.messages {
        say(&text::render_messages(&report, terminal::width()));
    }
    say(&format!("generated in {}, replayed in {}", seconds(generated), seconds(began.elapsed().saturating_sub(generated))));
    Ok(ExitCode::SUCCESS)
}

/// A word about log groups in the log that no service has: a misspelt one would look like a quiet service.
fn unwatched(model: &Model, report: &Report) -> Option<String> {
    if model.delivery.is_account_wide() {
        return None;
    }
    let written = report.metrics.iter().filter(|metric| metric.namespace == "AWS/Logs" && metric.name == "IncomingLogEvents");
    let groups = written.filter_map(|metric| metric.dimensions.first().map(|(_, group)| group.as_str()));
    let own: Vec<String> = Function::ALL.iter().map(|function| model.names.function_log_group(*function)).collect();
    let is_read = |group: &str| model.services.iter().any(|service| service.log_group.name == group) || own.iter().any(|own| own == group);
    let unread: Vec<&str> = groups.filter(|group| !is_read(group)).collect();
    if unread.is_empty() {
        return None;
    }
    let more = if unread.len() > NAMED { format!(" and {} more", unread.len() - NAMED) } else { String::new() };
    let named = &unread[..unread.len().min(NAMED)];
    Some(format!(
        "warning: the log has lines of log groups that no service has: {}{more}\nhint: `log_group` of a service says which is its own\n",
        named.join(", ")
    ))
}

fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}

/// The example where it was named, or beside the sources this program was built from.
fn find(named: &Path) -> Result<PathBuf, Failed> {
    let candidates = [named.to_owned(), Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(named)];
    candidates.into_iter().find(|path| path.join("skywarden.yaml").is_file()).ok_or_else(|| {
        Failed::with_hint(format!("{} holds no skywarden.yaml", named.display()), "run it in a checkout of Skywarden, or name the example with --example DIR")
    })
}
