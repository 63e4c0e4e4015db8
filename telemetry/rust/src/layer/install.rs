//! Installing: the subscriber of the process, the panic hook, and flushing at the end.

use std::{fmt, ops::Deref, time::Duration};

use tracing_subscriber::layer::SubscriberExt as _;

use crate::telemetry::Telemetry;

/// Longest wait for outputs at the end of a process.
const LAST_FLUSH: Duration = Duration::from_secs(5);

/// Flushes what was logged when it is dropped: keep it in `main` until the end. It is the [`Telemetry`] that was installed.
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

impl Deref for Guard {
    type Target = Telemetry;

    fn deref(&self) -> &Telemetry {
        &self.telemetry
    }
}

/// Another subscriber had been installed.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("another tracing subscriber is installed already\nhint: install Skywarden's first, or add `telemetry.layer()` to the other one")]
pub struct InstallError;

/// What `main` shows when it returns the error, so it reads as [`Display`](fmt::Display) does.
impl fmt::Debug for InstallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Telemetry {
    /// Makes it the subscriber of the process and has panics reported ([`report_panics`](super::report_panics)). With the feature `log` the lines of the
    /// `log` crate come as well.
    ///
    /// # Errors
    /// [`InstallError`] when there is a subscriber already.
    pub fn install(&self) -> Result<Guard, InstallError> {
        let subscriber = tracing_subscriber::registry().with(self.bare_layer()).with(self.filter());
        tracing::subscriber::set_global_default(subscriber).map_err(|_| InstallError)?;
        #[cfg(feature = "log")]
        {
            // Where there is another logger already, its lines stay where they go.
            let _ = tracing_log::LogTracer::init();
        }
        // Where nothing is written standard error is better than silence.
        if self.writes() {
            super::report_panics();
        }
        Ok(self.guard())
    }

    /// Flushes when it is dropped, as [`Self::install`] gives it: for a subscriber that is put together by hand.
    pub fn guard(&self) -> Guard {
        Guard { telemetry: self.clone() }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.telemetry.flush(LAST_FLUSH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn main_shows_the_error_as_people_read_it() {
        assert_eq!(format!("{InstallError:?}"), InstallError.to_string());
    }
}
