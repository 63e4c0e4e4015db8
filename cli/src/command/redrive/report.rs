//! What `redrive` says: a list, a line for each object, a sum, or one JSON document.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};
use skywarden_core::redrive::{Described, Kept, Kind, LetterCount, Outcome};

use crate::{moment, terminal::without_commands};

/// What was found, and what became of it.
#[derive(Debug)]
pub(super) struct Report {
    dry_run: bool,
    now: Timestamp,
    rows: Vec<Row>,
    /// What became of the messages of the queue; none before it was looked at.
    pub(super) letters: Option<LetterCount>,
}

#[derive(Debug)]
struct Row {
    kept: Kept,
    described: Option<Described>,
    outcome: Option<Outcome>,
}

impl Report {
    pub(super) const fn new(dry_run: bool, now: Timestamp) -> Self {
        Self { dry_run, now, rows: Vec::new(), letters: None }
    }

    /// Notes what an object holds.
    pub(super) fn described(&mut self, kept: &Kept, described: Described) {
        self.rows.push(Row { kept: kept.clone(), described: Some(described), outcome: None });
    }

    /// Notes what became of an object.
    pub(super) fn replayed(&mut self, kept: &Kept, outcome: &Outcome) {
        self.rows.push(Row { kept: kept.clone(), described: None, outcome: Some(outcome.clone()) });
    }

    /// Whether nothing is left of what was tried.
    pub(super) fn is_all_delivered(&self) -> bool {
        self.rows.iter().all(|row| !matches!(row.outcome, Some(Outcome::Undelivered { .. })))
    }

    /// One row for each object that would be replayed.
    pub(super) fn listing(&self) -> String {
        let mut text = String::new();
        for Row { kept, described, .. } in &self.rows {
            let Some(described) = described else { continue };
            let age = moment::ago(kept.object.at, self.now);
            let reason = if described.reason.is_empty() { "no reason told" } else { described.reason.as_str() };
            let line = format!(
                "{age:>12}  {:<18} {:>5}  {:>9} B  {}  {reason}\n{:>14}{}",
                described.what, described.count, kept.object.bytes, described.function, "", kept.object.key
            );
            // Keys and reasons are data of others: a terminal must not act on them.
            let _ = writeln!(text, "{}", line.split('\n').map(without_commands).collect::<Vec<_>>().join("\n"));
        }
        let (residues, records) = self.kinds();
        let _ = write!(text, "{residues} residues and {records} failed invocations would be replayed; nothing was changed");
        text
    }

    fn kinds(&self) -> (usize, usize) {
        let residues = self.rows.iter().filter(|row| row.kept.kind == Kind::Residue).count();
        (residues, self.rows.len() - residues)
    }

    /// What was done, in a sentence or two.
    pub(super) fn summary(&self, found: usize) -> String {
        let sum = self.sum();
        let mut text = if found == 0 {
            "nothing is kept".to_owned()
        } else {
            format!("{} of {found} objects delivered ({} effects done, {} were done before), {} left", sum.delivered, sum.done, sum.known, sum.undelivered)
        };
        if sum.gone > 0 {
            let _ = write!(text, ", {} were gone", sum.gone);
        }
        if let Some(letters) = &self.letters {
            let _ = write!(text, "\ndead-letters: {} messages taken off, {} left", letters.answered, letters.open + letters.strange.len());
        }
        text
    }

    fn sum(&self) -> Sum {
        let mut sum = Sum::default();
        for row in &self.rows {
            match &row.outcome {
                Some(Outcome::Delivered { done, known }) => {
                    sum.delivered += 1;
                    sum.done += done;
                    sum.known += known;
                }
                Some(Outcome::Gone) => sum.gone += 1,
                Some(Outcome::Undelivered { .. }) => sum.undelivered += 1,
                None => {}
            }
        }
        sum
    }

    /// Everything as one document.
    pub(super) fn json(&self) -> String {
        let objects: Vec<Value> = self.rows.iter().map(Row::json).collect();
        let sum = self.sum();
        let letters = self.letters.as_ref().map(|letters| {
            let strange: Vec<Value> = letters.strange.iter().map(|strange| json!({"id": strange.id, "shape": strange.shape})).collect();
            json!({"taken_off": letters.answered, "open": letters.open, "strange": strange})
        });
        json!({
            "dry_run": self.dry_run,
            "objects": objects,
            "delivered": sum.delivered,
            "done": sum.done,
            "known": sum.known,
            "gone": sum.gone,
            "undelivered": sum.undelivered,
            "dead_letters": letters,
        })
        .to_string()
    }
}

#[derive(Debug, Default)]
struct Sum {
    delivered: usize,
    done: usize,
    known: usize,
    gone: usize,
    undelivered: usize,
}

impl Row {
    fn json(&self) -> Value {
        let kind = match self.kept.kind {
            Kind::Residue => "residue",
            Kind::FailedInvocation => "failed-invocation",
        };
        let mut row = json!({
            "kind": kind,
            "key": self.kept.object.key,
            "at": self.kept.object.at.to_string(),
            "bytes": self.kept.object.bytes,
            "function": self.kept.function,
        });
        if let Some(described) = &self.described {
            row["holds"] = json!(described.what);
            row["count"] = json!(described.count);
            row["reason"] = json!(described.reason);
            row["function"] = json!(described.function);
        }
        match &self.outcome {
            Some(Outcome::Delivered { done, known }) => row["outcome"] = json!({"delivered": true, "done": done, "known": known}),
            Some(Outcome::Gone) => row["outcome"] = json!({"delivered": false, "code": "gone"}),
            Some(Outcome::Undelivered { code, message }) => row["outcome"] = json!({"delivered": false, "code": code, "message": message}),
            None => {}
        }
        row
    }
}

/// What became of one object.
pub(super) fn line(kept: &Kept, outcome: &Outcome) -> String {
    let said = match outcome {
        Outcome::Delivered { done, known } => format!("delivered ({done} done, {known} were done before)"),
        Outcome::Gone => "gone: somebody else replayed it".to_owned(),
        Outcome::Undelivered { code, message } => format!("left ({code}): {message}"),
    };
    without_commands(&format!("{}: {said}", kept.object.key))
}
