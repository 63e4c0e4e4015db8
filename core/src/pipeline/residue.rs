//! Residue: effects that could not be delivered inside the deadline, masked by construction, kept for `redrive`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    issue::{Group, OutboxEntry},
    metric::PutRequest,
};

/// Format of a residue.
pub const RESIDUE_FORMAT: u32 = 2;

/// One residue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Residue {
    /// Format, see [`RESIDUE_FORMAT`].
    pub format: u32,
    /// Batch id, or the outbox entry's id.
    pub source: String,
    /// When it was written.
    pub at: Timestamp,
    /// Why: the code of the last failure.
    pub reason: String,
    /// What is still to be done.
    pub effects: UndeliveredEffects,
}

/// What is still to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndeliveredEffects {
    /// Metric data to send.
    Metrics(Vec<PutRequest>),
    /// One part of a batch's issue changes.
    Issues {
        /// Part of the batch, for the same marker as the first attempt.
        part: usize,
        /// What was seen.
        groups: Vec<Group>,
    },
    /// A notice to publish.
    Notice(Box<OutboxEntry>),
}

impl Residue {
    /// Object key: the same source and part always has the same key, so that writing twice is harmless.
    pub fn key(&self, function: &str) -> String {
        let (kind, part) = match &self.effects {
            UndeliveredEffects::Metrics(_) => ("metrics", 0),
            UndeliveredEffects::Issues { part, .. } => ("issues", *part),
            UndeliveredEffects::Notice(_) => ("notice", 0),
        };
        // A source may hold any character (alarm names do): only plain ones go into a path.
        let source: String = self.source.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
        format!("residue/{function}/{}/{source}-{kind}-{part}.json", self.at.strftime("%Y/%m/%d"))
    }

    /// The JSON text.
    pub fn to_json(&self) -> Vec<u8> {
        // Plain data with string keys always serialises.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_stable_and_its_source_cannot_leave_the_folder() {
        let residue = Residue {
            format: RESIDUE_FORMAT,
            source: "alarm#../../x y".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            reason: "throttled".to_owned(),
            effects: UndeliveredEffects::Metrics(vec![]),
        };
        assert_eq!(residue.key("f"), "residue/f/1970/01/01/alarm_______x_y-metrics-0.json");
    }
}
