//! Replaying a log through the project as it would be deployed.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use skywarden_generator::{artifacts, emit, model::Model};
use skywarden_simulator::{
    alarm::notification::Origin,
    replay::{LogEvents, ReplaySettings},
    simulation::Simulation,
    template::StackTemplate,
};

use crate::{project, terminal::Failed};

/// The account a replay pretends to be deployed in where the config names none.
const ACCOUNT: &str = "123456789012";

/// Largest log that is read, inflated.
const MAX_LOG_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// The project of a model, deployed in memory.
pub(crate) fn deploy(model: &Model) -> Result<Simulation, Failed> {
    // Through the files, as any other reader of the assembly: what is simulated is what is deployed.
    let rendered = artifacts::render(model).map_err(|error| Failed::Because(error.to_string()))?;
    let templates: Vec<StackTemplate<'_>> = rendered
        .stacks
        .iter()
        .filter_map(|stack_name| {
            let bytes = rendered.files.get(&format!("cloudformation/{stack_name}.template.json"))?;
            Some(StackTemplate { stack_name, text: std::str::from_utf8(bytes).ok()? })
        })
        .collect();
    let origin = Origin { account: model.account.clone().unwrap_or_else(|| ACCOUNT.to_owned()), region: model.region.clone() };
    Simulation::new(templates, emit::plan(model), origin, ReplaySettings::default()).map_err(|error| Failed::Because(error.to_string()))
}

/// Replays one log.
pub(crate) fn run(simulation: &mut Simulation, log: &Path) -> Result<(), Failed> {
    let (reader, progress) = open(log)?;
    simulation
        .run(LogEvents::new(reader), &mut |step| progress.set_message(format!("{} events", step.events)))
        .map_err(|error| Failed::Because(format!("{}: {error}", log.display())))?;
    progress.finish_and_clear();
    Ok(())
}

/// The logs of a directory, in the order of their names; `hint` says what to do when there are none.
pub(crate) fn logs_of(directory: &Path, hint: &str) -> Result<Vec<PathBuf>, Failed> {
    let cannot = |error: std::io::Error| Failed::with_hint(format!("cannot read {}: {}", directory.display(), project::reason(&error)), hint);
    let mut logs: Vec<PathBuf> = std::fs::read_dir(directory)
        .map_err(cannot)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".jsonl.gz") || path.to_string_lossy().ends_with(".jsonl"))
        .collect();
    logs.sort();
    if logs.is_empty() {
        return Err(Failed::with_hint(format!("{} holds no log (*.jsonl or *.jsonl.gz)", directory.display()), hint));
    }
    Ok(logs)
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
