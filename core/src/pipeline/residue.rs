//! Residue: effects that could not be delivered inside the deadline, masked by construction, kept for `redrive`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::attempt::settle;
use crate::{
    batch::BatchId,
    issue::{Group, OutboxEntry},
    metric::PutRequest,
    port::{Clock, PortError, PortResult, ResidueStore},
};

/// Format of a residue.
pub const RESIDUE_FORMAT: u32 = 2;

/// Most bytes of metric data in one residue. A residue is replayed by invoking the function with it, and a synchronous invocation takes 6 MB
/// (Lambda quotas); more undelivered data make several residues.
pub const MAX_RESIDUE_BYTES: usize = 4_000_000;

/// Where every residue lies in its bucket.
pub const RESIDUE_PREFIX: &str = "residue/";

/// Short name of the function that writes issues, and the metrics of some log groups.
pub(super) const ERROR_CLASSIFIER: &str = "error-classifier";

/// Short name of the function that writes metrics.
pub(super) const METRICS_EXTRACTOR: &str = "metrics-extractor";

/// Short name of the function that writes to people.
pub(super) const ALERT_NOTIFIER: &str = "alert-notifier";

/// Why a residue cannot be replayed as it stands. It holds no text of the residue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResidueError {
    /// Written by a newer version.
    #[error("the residue has format {format}, this version reads up to {RESIDUE_FORMAT}; deploy the version that wrote it, or a newer one")]
    TooNew {
        /// Its format.
        format: u64,
    },
    /// Not a residue.
    #[error("this is no residue: {reason}")]
    Unreadable {
        /// Where reading stopped.
        reason: String,
    },
    /// Another function replays it.
    #[error("the residue holds {kind}, which {function} replays")]
    Foreign {
        /// What it holds.
        kind: &'static str,
        /// Short name of the function.
        function: &'static str,
    },
}

impl ResidueError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooNew { .. } => "residue-too-new",
            Self::Unreadable { .. } => "residue-unreadable",
            Self::Foreign { .. } => "residue-foreign",
        }
    }
}

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

impl UndeliveredEffects {
    /// What they are, in a word.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Metrics(_) => "metrics",
            Self::Issues { .. } => "issues",
            Self::Notice(_) => "notice",
        }
    }

    /// How many there are: metric data, issues, or one notice.
    pub fn count(&self) -> usize {
        match self {
            Self::Metrics(requests) => requests.iter().map(|request| request.data.len()).sum(),
            Self::Issues { groups, .. } => groups.len(),
            Self::Notice(_) => 1,
        }
    }

    /// Short name of the function that replays them whatever the plan says.
    const fn function(&self) -> &'static str {
        match self {
            Self::Metrics(_) => METRICS_EXTRACTOR,
            Self::Issues { .. } => ERROR_CLASSIFIER,
            Self::Notice(_) => ALERT_NOTIFIER,
        }
    }
}

impl Residue {
    /// Reads a residue.
    ///
    /// # Errors
    /// [`ResidueError::TooNew`] or [`ResidueError::Unreadable`].
    pub fn read(document: Value) -> Result<Self, ResidueError> {
        match document.get("format").and_then(Value::as_u64) {
            Some(format) if format > u64::from(RESIDUE_FORMAT) => return Err(ResidueError::TooNew { format }),
            Some(_) => {}
            None => return Err(ResidueError::Unreadable { reason: "it names no format".to_owned() }),
        }
        // Serde's words may quote a value of the document: only the kind of the mistake is told.
        serde_json::from_value(document).map_err(|error| ResidueError::Unreadable { reason: format!("{:?} error", error.classify()).to_lowercase() })
    }

    /// That this function does not replay it.
    pub(super) const fn foreign(&self) -> ResidueError {
        ResidueError::Foreign { kind: self.effects.kind(), function: self.effects.function() }
    }

    /// The batch it comes from.
    pub(super) fn batch(&self) -> Result<BatchId, ResidueError> {
        BatchId::stored(&self.source).ok_or_else(|| ResidueError::Unreadable { reason: "its source is no batch".to_owned() })
    }

    /// Object key: the same source and part always has the same key, so that writing twice is harmless. `part`: the number of the residue, where
    /// metric data take several.
    pub fn key(&self, function: &str, part: usize) -> String {
        let kind = self.effects.kind();
        let part = match &self.effects {
            UndeliveredEffects::Metrics(_) => part,
            UndeliveredEffects::Issues { part, .. } => *part,
            UndeliveredEffects::Notice(_) => 0,
        };
        // A source may hold any character (alarm names do): only plain ones go into a path.
        let source: String = self.source.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
        format!("{RESIDUE_PREFIX}{function}/{}/{source}-{kind}-{part}.json", self.at.strftime("%Y/%m/%d"))
    }

    /// The JSON text.
    pub fn to_json(&self) -> Vec<u8> {
        // Plain data with string keys always serialises.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Writes down what could not be delivered, with what time there is left. `function`: short name of the one that writes and replays it. `part`: the number
/// of the residue, where metric data take several.
#[expect(clippy::too_many_arguments, reason = "what a residue is made of, and where and until when it is written")]
pub(super) async fn keep<R, C>(
    store: &R,
    clock: &C,
    deadline: Timestamp,
    function: &str,
    source: &str,
    error: &PortError,
    effects: UndeliveredEffects,
    part: usize,
) -> PortResult<()>
where
    R: ResidueStore,
    C: Clock,
{
    let residue = Residue { format: RESIDUE_FORMAT, source: source.to_owned(), at: clock.now(), reason: error.code.clone(), effects };
    let (key, body) = (residue.key(function, part), residue.to_json());
    settle(clock, deadline, || store.put(&key, &body)).await
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
        assert_eq!(residue.key("f", 0), "residue/f/1970/01/01/alarm_______x_y-metrics-0.json");
    }

    #[test]
    fn a_residue_is_read_back_and_a_newer_or_strange_one_is_refused_without_its_text() {
        let residue = Residue {
            format: RESIDUE_FORMAT,
            source: "0123456789abcdef0123456789abcdef".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            reason: "throttled".to_owned(),
            effects: UndeliveredEffects::Issues { part: 3, groups: vec![] },
        };
        let document: Value = serde_json::from_slice(&residue.to_json()).unwrap();
        assert_eq!(Residue::read(document.clone()), Ok(residue));
        let mut newer = document.clone();
        newer["format"] = (RESIDUE_FORMAT + 1).into();
        assert_eq!(Residue::read(newer).unwrap_err().code(), "residue-too-new");
        let mut strange = document;
        strange["effects"] = serde_json::json!({"a secret": 1});
        let refused = Residue::read(strange).unwrap_err();
        assert_eq!((refused.code(), refused.to_string().contains("secret")), ("residue-unreadable", false));
        assert_eq!(Residue::read(Value::Null).unwrap_err().code(), "residue-unreadable");
    }
}
