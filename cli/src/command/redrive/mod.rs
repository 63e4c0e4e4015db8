//! `skywarden redrive`

mod report;
mod trouble;

use std::{
    io::{IsTerminal as _, Write as _},
    process::ExitCode,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use skywarden_core::{
    port::Clock as _,
    redrive::{Bucket, Kept, Outcome, Redrive, Selection},
};
use skywarden_generator::model::{Model, names::Function};
use skywarden_lambda_adapters::{
    SystemClock,
    lambda::{DeployedFunctions, redrive_config},
    s3::S3Residue,
    sqs::SqsLetters,
};

use self::{report::Report, trouble::Trouble};
use crate::{
    args::RedriveArgs,
    moment, outside, project,
    terminal::{Failed, say, warn},
};

/// The redrive of a deployed project.
type Deployed<'a> = Redrive<'a, S3Residue, DeployedFunctions, SqsLetters, SystemClock>;

/// Replays what is kept, or lists it.
pub(crate) fn run(args: &RedriveArgs) -> Result<ExitCode, Failed> {
    let selection = Selection {
        function: args.function.clone(),
        since: args.since.as_deref().map(|since| moment::since(since, SystemClock.now())).transpose()?,
        limit: args.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)),
    };
    let model = project::read(&args.config)?;
    outside::block_on(redrive(args, &selection, &model))?
}

async fn redrive(args: &RedriveArgs, selection: &Selection, model: &Model) -> Result<ExitCode, Failed> {
    let region = args.region.as_deref().unwrap_or(&model.region);
    let trouble = Trouble { model, region };
    let config = redrive_config(&outside::config(region).await?);
    let functions = DeployedFunctions::new(&config);
    // Any of the three tells: they share the buckets.
    let places = functions.places(&model.names.function(Function::AlertNotifier)).await.map_err(|error| trouble.failed(&error))?;
    let (residues, failed) = (S3Residue::new(&config, places.residues.clone()), S3Residue::new(&config, places.failed_invocations.clone()));
    let letters = SqsLetters::find(&config, &model.names.shared("dead-letters")).await.map_err(|error| trouble.failed(&error))?;
    let redrive = Redrive {
        prefix: model.names.prefix(),
        residues: Bucket { name: &places.residues, archive: &residues },
        failed: Bucket { name: &places.failed_invocations, archive: &failed },
        functions: &functions,
        letters: &letters,
        clock: &SystemClock,
    };
    let found = redrive.find(selection).await.map_err(|error| trouble.failed(&error))?;
    if args.dry_run { show(args, &redrive, &found, &trouble).await } else { replay(args, &redrive, &found, &trouble).await }
}

/// Lists what is kept.
async fn show(args: &RedriveArgs, redrive: &Deployed<'_>, found: &[Kept], trouble: &Trouble<'_>) -> Result<ExitCode, Failed> {
    let now = SystemClock.now();
    let mut report = Report::new(true, now);
    for kept in found {
        if let Some(described) = redrive.look(kept).await.map_err(|error| trouble.failed(&error))? {
            report.described(kept, described);
        }
    }
    say(&if args.json { report.json() } else { report.listing() });
    Ok(ExitCode::SUCCESS)
}

/// Replays what is kept, and looks after the queue.
async fn replay(args: &RedriveArgs, redrive: &Deployed<'_>, found: &[Kept], trouble: &Trouble<'_>) -> Result<ExitCode, Failed> {
    let now = SystemClock.now();
    let old = found.iter().filter(|kept| kept.is_past_markers(now)).count();
    if old > 0 && !args.yes {
        confirm(old, found.len(), now, found)?;
    }
    let mut report = Report::new(false, now);
    let progress = progress(found.len());
    let shown = !progress.is_hidden();
    let replayed = redrive
        .replay(found, &mut |kept, outcome| {
            report.replayed(kept, outcome);
            let line = report::line(kept, outcome);
            match (shown, outcome) {
                // On a terminal the bar tells of what goes well.
                (true, Outcome::Delivered { .. } | Outcome::Gone) => {}
                (true, Outcome::Undelivered { .. }) => progress.suspend(|| warn(&line)),
                (false, _) => warn(&line),
            }
            progress.inc(1);
        })
        .await;
    progress.finish_and_clear();
    if let Err(error) = replayed {
        warn(&report.summary(found.len()));
        return Err(trouble.failed(&error));
    }
    let letters = redrive.settle_letters().await.map_err(|error| trouble.failed(&error))?;
    for strange in &letters.strange {
        warn(&format!("message {} of the queue dead-letters is none that redrive answers (its shape: {}); it stays", strange.id, strange.shape));
    }
    report.letters = Some(letters);
    say(&if args.json { report.json() } else { report.summary(found.len()) });
    Ok(if report.is_all_delivered() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Asks whether to replay what is past its markers' life.
fn confirm(old: usize, all: usize, now: Timestamp, found: &[Kept]) -> Result<(), Failed> {
    let oldest = found.iter().map(|kept| kept.object.at).min().map_or_else(String::new, |at| moment::ago(at, now));
    let what = format!("{old} of {all} objects are older than 15 days (the oldest: {oldest}), and nobody knows any more what of them was delivered");
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failed::with_hint(what, "replay them with --yes, which may double them; or leave them out with --since 14d"));
    }
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "{what}.\nReplay them all the same? What was delivered is then doubled. [y/N] ");
    let _ = err.flush();
    drop(err);
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    if read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { Err(Failed::Because("nothing was replayed".to_owned())) }
}

/// A bar on a terminal, nothing elsewhere.
fn progress(objects: usize) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let progress = ProgressBar::with_draw_target(Some(u64::try_from(objects).unwrap_or(u64::MAX)), target);
    if let Ok(style) = ProgressStyle::with_template("replaying {bar:32} {pos}/{len}  {eta} left") {
        progress.set_style(style);
    }
    progress
}
