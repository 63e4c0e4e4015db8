//! The one call for most services.

use crate::{
    layer::{Guard, InstallError},
    record::Level,
    settings::{Environment, Settings, SettingsError},
    telemetry::{Record, StartError, Telemetry},
};

/// Why logging could not be started.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The settings have mistakes.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// An output cannot be opened, or a masking rule not be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// There is a subscriber already.
    #[error(transparent)]
    Install(#[from] InstallError),
}

/// Reads the settings (the environment, and the file it names or the one in the working directory), opens the outputs, makes it the subscriber of the
/// process and has panics reported. Warnings about the settings are the first lines of the log.
///
/// # Errors
/// Every mistake in the settings, every output that cannot be opened, or that there is a subscriber already.
pub fn init() -> Result<Guard, InitError> {
    let mut reading = Settings::builder().environment(Environment::of_process()).read();
    let warnings: Vec<String> = reading.findings.iter().filter(|finding| !finding.is_error()).map(ToString::to_string).collect();
    reading.findings.retain(crate::settings::Finding::is_error);
    let telemetry = Telemetry::start(reading.into_result()?)?;
    for warning in &warnings {
        let record = Record { level: Level::Warning, logger: "skywarden", place: None, at: None, message_key: 0 };
        telemetry.log(&record, &[], None, |entry| entry.message_text(warning));
    }
    Ok(telemetry.install()?)
}
