//! Counting what was found, missed, and masked without need.

use std::{collections::BTreeMap, fmt::Write as _};

use skywarden_core::mask::Masker;

use crate::piece::{Line, Role};

/// What is known of one entity.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    /// Values of it in the corpus.
    pub(crate) labelled: usize,
    /// Those of which every byte is masked.
    pub(crate) covered: usize,
    /// Places masked under its name.
    pub(crate) masked: usize,
    /// Those that are a secret, of this entity or another, and hardly more than it.
    pub(crate) right: usize,
}

impl Score {
    /// Share of the values that are masked.
    pub(crate) fn recall(&self) -> f64 {
        share(self.covered, self.labelled)
    }

    /// Share of the masked places that had to be.
    pub(crate) fn precision(&self) -> f64 {
        share(self.right, self.masked)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a corpus are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Scores of all entities over many lines.
#[derive(Debug, Default)]
pub(crate) struct Measure {
    pub(crate) scores: BTreeMap<String, Score>,
    /// Benign values by kind: seen, touched.
    pub(crate) benign: BTreeMap<&'static str, (usize, usize)>,
    /// A few examples of what went wrong, for whoever has to look.
    pub(crate) examples: BTreeMap<String, Vec<String>>,
}

/// How much more than the secret may be masked on each side, in bytes.
const SLACK: usize = 1;

impl Measure {
    /// Masks a line and counts.
    pub(crate) fn add(&mut self, masker: &Masker, line: &Line) {
        let found = masker.find(line.text.as_bytes());
        for (range, role) in &line.labels {
            let touched = found.iter().any(|found| found.place.start < range.end && range.start < found.place.end);
            match role {
                Role::Secret(entity) => {
                    let covered = range.clone().all(|at| found.iter().any(|found| found.place.contains(&at)));
                    let score = self.scores.entry((*entity).to_owned()).or_default();
                    score.labelled += 1;
                    score.covered += usize::from(covered);
                    if !covered {
                        self.example(format!("missed {entity}"), line);
                    }
                }
                Role::Benign(kind) => {
                    let (seen, hit) = self.benign.entry(kind).or_default();
                    *seen += 1;
                    *hit += usize::from(touched);
                    if touched {
                        self.example(format!("touched {kind}"), line);
                    }
                }
                Role::Around => {}
            }
        }
        for found in found {
            let right = line.labels.iter().any(|(range, role)| {
                matches!(role, Role::Secret(_))
                    && found.place.start + SLACK >= range.start
                    && found.place.end <= range.end + SLACK
                    && found.place.start < range.end
                    && range.start < found.place.end
            });
            let score = self.scores.entry(found.name.to_owned()).or_default();
            score.masked += 1;
            score.right += usize::from(right);
            if !right {
                self.example(format!("wrong {}", found.name), line);
            }
        }
    }

    fn example(&mut self, what: String, line: &Line) {
        let examples = self.examples.entry(what).or_default();
        if examples.len() < 12 {
            examples.push(line.text.clone());
        }
    }

    /// The table as the documentation shows it.
    pub(crate) fn table(&self) -> String {
        let mut table = String::from("| entity | values | recall | masked | precision |\n|---|---|---|---|---|\n");
        for (entity, score) in &self.scores {
            let _ = writeln!(table, "| `{entity}` | {} | {:.4} | {} | {:.4} |", score.labelled, score.recall(), score.masked, score.precision());
        }
        let (seen, touched) = self.benign.values().fold((0, 0), |(seen, touched), (more, hit)| (seen + more, touched + hit));
        let _ = writeln!(table, "\nbenign values: {seen}, changed: {touched}");
        table
    }

    /// What went wrong, a few lines of each kind.
    pub(crate) fn mistakes(&self) -> String {
        let mut text = String::new();
        for (what, lines) in &self.examples {
            for line in lines {
                let _ = writeln!(text, "{what}: {line}");
            }
        }
        text
    }
}
