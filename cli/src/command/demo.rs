//! `skywarden demo`

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use skywarden_simulator::report::text;

use crate::{
    args::{ConfigArgs, DemoArgs, MessageFormat},
    project, replay,
    terminal::{self, Failed, say},
};

/// Generates the example, replays its day and prints what an operator would have received.
pub(crate) fn run(args: &DemoArgs) -> Result<ExitCode, Failed> {
    let began = Instant::now();
    let example = find(&args.example)?;
    let model = project::read(&ConfigArgs { configs: vec![example.join("skywarden.yaml")], templates: None, message_format: MessageFormat::Text })?;
    let mut simulation = replay::deploy(&model)?;
    let generated = began.elapsed();
    // The example has one log.
    if let Some(log) = replay::logs_of(&example.join("logs"), "make it with `cargo xtask shop`")?.first() {
        replay::run(&mut simulation, log)?;
    }

    let report = simulation.report();
    say(&text::render(&report, terminal::width()));
    if args.messages {
        say(&text::render_messages(&report, terminal::width()));
    }
    say(&format!("generated in {}, replayed in {}", seconds(generated), seconds(began.elapsed().saturating_sub(generated))));
    Ok(ExitCode::SUCCESS)
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
