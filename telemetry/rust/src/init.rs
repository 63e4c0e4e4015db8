//! The one call for most services.

use std::fmt;

use crate::{
    layer::{Guard, InstallError},
    record::Level,
    settings::{Environment, Settings, SettingsError},
    telemetry::{Record, StartError, Telemetry},
};

/// Why logging could not be started.
#[derive(thiserror::Error)]
#[non_exhaustive]
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

/// What `main` shows when it returns the error, so it reads as [`Display`](fmt::Display) does.
impl fmt::Debug for InitError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{OutputError, OutputFailure};

    #[test]
    fn main_shows_each_error_as_people_read_it() {
        let settings = Settings::builder().file_text("telemetry.toml", "level = \"debgu\"").build().unwrap_err();
        let start = StartError::Output(OutputError { failures: vec![OutputFailure::NoFile { path: "/tmp".into() }] });
        for error in [InitError::from(settings), InitError::from(start), InitError::from(InstallError)] {
            assert_eq!(format!("{error:?}"), error.to_string());
        }
        let error = Settings::builder().file_text("telemetry.toml", "level = \"debgu\"").build().unwrap_err();
        assert!(format!("{error:?}").starts_with("telemetry.toml:1:10: level: `debgu` is no level; did you mean `DEBUG`? [bad-level]\n"), "{error:?}");
        let error = "debgu".parse::<crate::settings::Levels>().unwrap_err();
        assert_eq!(format!("{error:?}"), error.to_string());
    }
}
