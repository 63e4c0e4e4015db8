//! `skywarden demo`

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use skywarden_generator::{artifacts, emit};
use skywarden_simulator::{
    alarm::notification::Origin,
    replay::{LogEvents, ReplaySettings},
    report::text,
    simulation::Simulation,
    template::StackTemplate,
};

use crate::{
    args::{ConfigArgs, DemoArgs, MessageFormat},
    project,
    terminal::{self, Failed, say},
};

/// The account the example pretends to be deployed in.
const ACCOUNT: &str = "123456789012";

/// Largest log that is read, inflated.
const MAX_LOG_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Generates the example, replays its day and prints what an operator would have received.
pub(crate) fn run(args: &DemoArgs) -> Result<ExitCode, Failed> {
    let began = Instant::now();
    let example = find(&args.example)?;
    let model = project::read(&ConfigArgs { configs: vec![example.join("skywarden.yaml")], templates: None, message_format: MessageFormat::Text })?;
    let assembly = emit::assembly(&model);
    // Through the files, as any other reader of the assembly: what is simulated is what is deployed.
    let files = artifacts::render(&assembly).map_err(|error| Failed::Because(error.to_string()))?;
    let templates: Vec<StackTemplate<'_>> = assembly
        .stacks()
        .filter_map(|stack| {
            let bytes = files.get(&format!("cloudformation/{}.template.json", stack.name))?;
            Some(StackTemplate { stack_name: &stack.name, text: std::str::from_utf8(bytes).ok()? })
        })
        .collect();
    let generated = began.elapsed();

    let origin = Origin { account: ACCOUNT.to_owned(), region: model.region.clone() };
    let mut simulation =
        Simulation::new(templates, assembly.plan.clone(), origin, ReplaySettings::default()).map_err(|error| Failed::Because(error.to_string()))?;
    let log = log_file(&example)?;
    let (reader, progress) = open(&log)?;
    simulation
        .run(LogEvents::new(reader), &mut |step| progress.set_message(format!("{} events", step.events)))
        .map_err(|error| Failed::Because(format!("{}: {error}", log.display())))?;
    progress.finish_and_clear();

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

/// The one log of the example.
fn log_file(example: &Path) -> Result<PathBuf, Failed> {
    let directory = example.join("logs");
    let cannot = |error: std::io::Error| {
        Failed::with_hint(format!("cannot read {}: {}", directory.display(), project::reason(&error)), "make it with `cargo xtask shop`")
    };
    let mut logs: Vec<PathBuf> = std::fs::read_dir(&directory)
        .map_err(cannot)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".jsonl.gz") || path.to_string_lossy().ends_with(".jsonl"))
        .collect();
    logs.sort();
    logs.into_iter()
        .next()
        .ok_or_else(|| Failed::with_hint(format!("{} holds no log (*.jsonl or *.jsonl.gz)", directory.display()), "make it with `cargo xtask shop`"))
}

/// Opens a log, inflating it when its name says so, with a progress bar over its bytes on disk.
fn open(path: &Path) -> Result<(Box<dyn BufRead>, ProgressBar), Failed> {
    let cannot = |error: std::io::Error| Failed::Because(format!("cannot read {}: {}", path.display(), project::reason(&error)));
    let file = File::open(path).map_err(cannot)?;
    let bytes = file.metadata().map_err(cannot)?.len();
    let progress = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("replaying {bar:32} {percent:>3} %  {msg}") {
        progress.set_style(style);
    }
    let file = progress.wrap_read(file);
    let reader: Box<dyn BufRead> = if path.extension().is_some_and(|extension| extension == "gz") {
        #[expect(clippy::disallowed_types, reason = "a file the user named, read line by line and bounded by take")]
        let inflated = flate2::read::MultiGzDecoder::new(file);
        Box::new(BufReader::with_capacity(1 << 16, inflated.take(MAX_LOG_BYTES)))
    } else {
        Box::new(BufReader::with_capacity(1 << 16, file.take(MAX_LOG_BYTES)))
    };
    Ok((reader, progress))
}
