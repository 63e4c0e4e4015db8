//! How the processors work.

use serde::{Deserialize, Serialize};

/// How the processors work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Processing {
    /// Whether metrics-extractor marks each batch, so that one that is delivered twice counts once. Off: it counts twice, and two writes a batch are saved.
    pub metrics_marker: bool,
}

impl Processing {
    /// Whether nothing was chosen.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for Processing {
    fn default() -> Self {
        Self { metrics_marker: true }
    }
}
