//! The pipeline from a line to the outputs.

use std::sync::Arc;

use crate::settings::Settings;

/// Everything that writes, made from [`Settings`]. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Telemetry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
}

impl Telemetry {
    /// What it was made from.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }
}
