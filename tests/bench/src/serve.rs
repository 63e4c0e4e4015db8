//! The other end of [`crate::child`]: runs pipelines when asked on standard input, one JSON object a line, and answers on standard output.

use std::{
    io::{self, BufRead as _, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::{answer::Answer, data::Batch, measure::timed, pipeline::Pipeline};

/// A question: run a pipeline on the batch of so many events, so many times.
#[derive(Debug, Serialize, Deserialize)]
pub struct Question {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Which batch.
    pub events: usize,
    /// How many times.
    pub times: usize,
}

/// The reply to a question.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reply {
    /// CPU time of each run, nanoseconds.
    pub ns: Vec<f64>,
    /// What the last run found, in numbers.
    #[serde(default)]
    pub answer: Answer,
    /// What the last run wrote, when lines of a log are what it makes; only the first few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
}

/// Serves until standard input ends. `open` makes the pipeline of a name for a batch, once for each question's (pipeline, events).
///
/// # Errors
/// A question that cannot be read, a pipeline nobody knows, or one that fails.
pub fn serve(directory: &Path, open: impl Fn(&str, &Batch) -> anyhow::Result<Box<dyn Pipeline>>) -> anyhow::Result<()> {
    let mut opened: Vec<(String, Batch, Box<dyn Pipeline>)> = Vec::new();
    for line in io::stdin().lock().lines() {
        let Question { pipeline, events, times } = serde_json::from_str(&line?)?;
        let found = opened.iter().position(|(name, batch, _)| *name == pipeline && batch.events == events);
        let at = if let Some(at) = found {
            at
        } else {
            let batch = Batch::read(directory, events)?;
            let made = open(&pipeline, &batch)?;
            opened.push((pipeline, batch, made));
            opened.len() - 1
        };
        let Some((_, batch, pipeline)) = opened.get_mut(at) else { continue };
        let ns = timed(times, || pipeline.process(&batch.payload))?;
        let mut out = io::stdout().lock();
        serde_json::to_writer(&mut out, &Reply { ns, answer: pipeline.answer(), lines: Vec::new() })?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}
