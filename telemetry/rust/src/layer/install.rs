//! Installing: the subscriber of the process, the panic hook, and flushing at the end.

use std::time::Duration;

use tracing_subscriber::layer::SubscriberExt as _;

use crate::telemetry::Telemetry;

/// Longest wait for outputs at the end of a process.
const LAST_FLUSH: Duration = Duration::from_secs(5);

/// Flushes what was logged when it is dropped: keep it in `main` until the end.
#[derive(Debug)]
#[must_use = "lines that wait are written when it is dropped"]
pub struct Guard {
    telemetry: Telemetry,
}

impl Guard {
    /// What was installed.
    pub const fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }
}

/// Another subscriber had been installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another tracing subscriber is installed already\nhint: install Skywarden's first, or add `telemetry.layer()` to the other one")]
pub struct InstallError;

impl Telemetry {
    /// Makes it the subscriber of the process and has panics reported.
    ///
    /// # Errors
    /// [`InstallError`] when there is a subscriber already.
    pub fn install(&self) -> Result<Guard, InstallError> {
        let subscriber = tracing_subscriber::registry().with(self.bare_layer()).with(self.filter());
        tracing::subscriber::set_global_default(subscriber).map_err(|_| InstallError)?;
        super::report_panics();
        Ok(Guard { telemetry: self.clone() })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.telemetry.flush(LAST_FLUSH);
    }
}
